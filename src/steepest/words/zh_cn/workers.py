"""Simplified Chinese: what is said about workers."""

SENTENCES: dict[str, str] = {
    "story_workers": (
        "对各行的求和由本机的 {count:,} 个工作进程完成，分为 {partitions:,} 个分区，按固定顺序合并："
        "结果的每一位都与工作进程的数目无关。"
    ),
    "story_cluster": (
        "对各行的求和由集群 {address} 的 {count:,} 个工作进程完成，分为 {partitions:,} 个分区，"
        "按固定顺序合并：结果的每一位都与工作进程的数目无关。"
    ),
    "plan_shares": (
        "每个小批量取 {rows:,} 行中的 {batch_size:,} 行，每个分区各出一份：工作进程对各自的行求和，"
        "{epochs:,} 轮中每轮从工作进程保存的副本读取全部行一次。"
    ),
    "plan_local": (
        "局部下降：{epochs:,} 轮中的每一轮，各分区都在自己的行上（共 {rows:,} 行）下降，"
        "每次 {batch_size:,} 行，轮末对参数取平均。"
    ),
    "plan_by_workers": (
        "文件被分为 {partitions:,} 个分区，每个最多 {partition_rows:,} 行"
        "（{partition_bytes:,} 字节的数值）。{workers:,} 个工作进程各读取自己的分区，"
        "每遍历一次文件约读取 {worker_bytes:,} 字节。"
    ),
    "plan_by_cluster": (
        "文件被分为 {partitions:,} 个分区，每个最多 {partition_rows:,} 行"
        "（{partition_bytes:,} 字节的数值）。{cluster} 的工作进程读取各自被问到的分区。"
    ),
    "plan_rounds": (
        "共向工作进程询问约 {rounds:,} 轮；求和的每一轮返回 {answers:,} 个答复，"
        "每个 {answer_bytes:,} 字节，合计 {round_bytes:,} 字节。"
    ),
    "plan_kept": "工作进程在各自的临时文件中保留 {spill_bytes:,} 字节的行。",
    "story_shared_copy": "本进程把文本解析一次，并为工作进程留下其 {rows:,} 行的二进制副本。",
    "story_shares": (
        "每个含 {batch_size:,} 行的小批量按随机顺序从 {partitions:,} 个分区各取一份。"
    ),
    "story_local": (
        "局部下降：每一轮中，{partitions:,} 个分区（各有 {least:,} 至 {most:,} 行）"
        "都从同一组参数出发在自己的行上下降，然后按行数加权平均。结果取决于分区，与工作进程的数目无关。"
        "关于学习率的说法，在每个分区都与整张表相似时才得到证明。"
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "workers_and_cluster": (
        "--workers {count} 与 --cluster {address} 要求两种不同的工作进程。",
        "请只给出其中之一。",
    ),
    "cluster_address": (
        "--cluster {address} 不是调度器的地址。",
        "请写成 tls://HOST:PORT；若在本机，也可写成 tcp://127.0.0.1:PORT。",
    ),
    "cluster_unencrypted": (
        "--cluster {address} 会不加密地连接 {host}，能在途中监听或写入的人都能在工作进程上运行代码。",
        "请使用 tls:// 和 Dask 的证书（docs/cluster.md）；若网络是封闭的，可加上 --unencrypted。",
    ),
    "unencrypted_without_cluster": (
        "--unencrypted 用于 --cluster。",
        "请加上 --cluster ADDRESS，或去掉 --unencrypted。",
    ),
    "workers_sequential": (
        "方法“{method}”不能原样分给多个工作进程：每次更新都从前一次结束之处开始，各行只能依次处理。",
        "请使用 --local（各分区自行下降，每轮之后取平均）、--method mini-batch 或 batch，或去掉 {option}。",
    ),
    "workers_order": (
        "使用 {option} 时，小批量按随机顺序从所有分区取行；若按各行原有顺序，则会逐个分区依次处理。",
        "请去掉 --order given 和 --time-ordered，或加上 --local，使每个分区按自己的顺序处理。",
    ),
    "local_without_workers": (
        "--local 用于由工作进程按分区共享的行。",
        "请加上 --workers N 或 --cluster ADDRESS，或去掉 --local。",
    ),
    "local_of_batches": (
        "--local 用于小批量和随机梯度下降，它们的每次更新只看一部分行。",
        "请使用 --method stochastic 或 mini-batch，或去掉 --local。",
    ),
    "local_without_l1": (
        "--local 对各分区的参数取平均，而位置不同的零取平均后不再为零：绝对值惩罚将失去作用。",
        "请使用 --penalty l2 或 none，或去掉 --local。",
    ),
    "workers_network": (
        "{option} 用于线性模型；网络在一个进程中训练。",
        "请去掉 {option} 或 --hidden。",
    ),
    "workers_files": (
        "{option} 需要每个工作进程能读取自己那一部分的文件：Parquet 或 Feather，"
        "使用 --workers 时还有 CSV；{file} 是另一种文件。",
        "请先把表格写成 Parquet，或去掉 {option}。",
    ),
    "worker_start": (
        "有一个工作进程在 {seconds:.0f} 秒内没有启动，或立即结束了。",
        "请查看它在上面输出的内容，然后减少 --workers 再试。",
    ),
    "partition_hangs": (
        "分区 {number}（第 {first:,} 至 {last:,} 行；{files}）先后交给 {workers} 个工作进程，"
        "都没有在 {seconds:.0f} 秒内答复。",
        "请查看这些工作进程及其存储，然后重新拟合，或用 steepest resume 继续。",
    ),
    "file_changed_there": (
        "工作进程 {worker} 发现 {file} 缺失，或与运行开始时不同。",
        "请让所有工作进程在同一共享存储上以相同路径看到相同的文件。",
    ),
    "worker_version": (
        "工作进程 {worker} 运行 {name} {theirs}，而这里是 {ours}；结果的末位可能不同。",
        "请在各处安装相同的版本。",
    ),
    "partition_ends_workers": (
        "分区 {number}（第 {first:,} 至 {last:,} 行；{files}）先后使 {workers} 个工作进程结束。",
        "请检查那里是否内存不足或文件损坏，或不用工作进程拟合。",
    ),
    "workers_ended_at": (
        "集群的所有工作进程在处理分区 {numbers:plain}（{files}）时都结束了，"
        "{seconds:.0f} 秒内没有新的工作进程出现。",
        "请检查那里是否文件损坏或内存不足，启动工作进程后重新拟合；若保留了检查点，可用 steepest resume 继续。",
    ),
    "dask_kind": (
        "{type} 不是保存表格的 Dask 集合。",
        "请给出 Dask dataframe、由 delayed 表格组成的列表，或一对 Dask 数组 (X, y)。",
    ),
    "dask_partition": (
        "分区 {number} 的类型是 {type}，不是表格。",
        "每个分区应是数据框（pandas、polars、Arrow）或由名称到数值的映射。",
    ),
    "dask_shapes": (
        "形状为 {X} 和 {y} 的数组不能一起作为各行与目标（{targets}）。",
        "请给出 X (n, d) 和 y (n,) 或 (n, K)，按相同的行分块，并给出 K 个目标的名称。",
    ),
    "dask_in_memory": (
        "Dask 的集合（{type}）会被整个计算到本进程的内存中。",
        "请使用 fit，它逐个分区处理；或用 compute 算出每个分区，再交给 partial_fit。",
    ),
    "dask_kind_of_rows": (
        "{what} 是 {type}，不是估计器能接受的行的集合。",
        "请给出一维或二维的 Dask 数组，或 Dask dataframe（或其中一列）。",
    ),
    "dask_part": (
        "{what} 的分区 {number} 保存的是 {got}，而集合声明的是 {said}。",
        "创建集合时请声明分区实际的类型，并使用稠密的数值。",
    ),
    "cluster_not_installed": (
        "--cluster 需要 Dask，而它没有安装。",
        "请安装：pip install 'steepest[cluster]'。",
    ),
    "cluster_unreachable": (
        "无法连接 {address} 的调度器：{reason}。",
        "请检查它是否在运行，地址是否正确。",
    ),
    "cluster_without_workers": (
        "集群 {address} 已有 {seconds:.0f} 秒没有任何工作进程。",
        "请启动工作进程，然后重新拟合；若保留了检查点，可用 steepest resume 继续。",
    ),
    "cluster_silent": (
        "集群 {address} 已有 {seconds:.0f} 秒没有答复，但连接并未断开。",
        "请检查网络，以及是否有工作进程被暂停；然后重新拟合，若保留了检查点，可用 steepest resume 继续。",
    ),
    "cluster_lost": (
        "集群 {address} 丢失了分区 {number}；它的调度器可能已经结束。",
        "请重新启动它，然后重新拟合；若保留了检查点，可用 steepest resume 继续。",
    ),
}
