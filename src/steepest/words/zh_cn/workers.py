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
}

ERRORS: dict[str, tuple[str, str]] = {
    "workers_and_cluster": (
        "--workers {count} 与 --cluster {address} 要求两种不同的工作进程。",
        "请只给出其中之一。",
    ),
    "cluster_address": (
        "--cluster {address} 不是调度器的地址。",
        "请写成 tcp://HOST:PORT 或 tls://HOST:PORT。",
    ),
    "workers_sequential": (
        "方法“{method}”不能分给多个工作进程：每次更新都从前一次结束之处开始，各行只能依次处理。",
        "请使用 --method batch，或去掉 {option}。",
    ),
    "workers_network": (
        "{option} 用于线性模型；网络在一个进程中训练。",
        "请去掉 {option} 或 --hidden。",
    ),
    "workers_files": (
        "{option} 需要 Parquet 或 Feather 文件，每个工作进程读取其中自己的一部分；{file} 是另一种文件。",
        "请先把表格写成 Parquet，或去掉 {option}。",
    ),
    "worker_start": (
        "有一个工作进程在 {seconds:.0f} 秒内没有启动，或立即结束了。",
        "请查看它在上面输出的内容，然后减少 --workers 再试。",
    ),
    "worker_version": (
        "工作进程 {worker} 运行 {name} {theirs}，而这里是 {ours}；结果的末位可能不同。",
        "请在各处安装相同的版本。",
    ),
    "partition_ends_workers": (
        "分区 {number} 先后使 {workers} 个工作进程结束。",
        "请检查那里是否内存不足或文件损坏，或不用工作进程拟合。",
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
    "cluster_lost": (
        "集群 {address} 丢失了分区 {number}；它的调度器可能已经结束。",
        "请重新启动它，然后重新拟合；若保留了检查点，可用 steepest resume 继续。",
    ),
}
