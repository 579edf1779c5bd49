"""Simplified Chinese: what is said about tables that stay in their files."""

SENTENCES: dict[str, str] = {
    "progress_streaming": (
        "已读取 {done:,} 行，共 {rows:,} 行；每秒 {speed:,.0f} 行，还需 {left:,.0f} 秒"
    ),
    "progress_parsing": "已解析 {done:,} 行，每秒 {speed:,.0f} 行",
    "story_streamed": (
        "表格留在文件中：放进内存约需 {need:,.0f} MB，而允许使用 {budget:,.1f} MB (--memory)。"
        "各项求和与在内存中计算逐位相同。"
    ),
    "story_spill_held": (
        "为逐批更新，所有行按行写入一个 {megabytes:,.0f} MB 的临时文件；"
        "{rows:,} 行训练集行放得进允许的内存，其顺序与在内存中相同。"
    ),
    "story_spill_buffered": (
        "为逐批更新，所有行写入一个 {megabytes:,.0f} MB 的临时文件，"
        "{rows:,} 行训练集行按缓冲顺序读取：先随机取块，再每次将至多 {buffer:,} 行随机打乱。"
        "这与完全打乱的顺序不同；在文件中排好序的行混合得较少。"
    ),
    "story_spill_given": (
        "为逐批更新，所有行写入一个 {megabytes:,.0f} MB 的临时文件，"
        "{rows:,} 行训练集行按原有顺序读取，每次至多 {buffer:,} 行。"
    ),
    "plan_streamed": "表格留在文件中；连同准备在内，全表共读取约 {files_read:,} 次。",
    "plan_beside": "验证集行的文件也留在原处，共读取约 {beside_read:,} 次。",
    "plan_spilled": "为逐批更新在临时文件中写入 {spill_bytes:,} 字节。",
}

ERRORS: dict[str, tuple[str, str]] = {
    "every_without_checkpoint": (
        "--every {every} 说明了多久保存一次，却没有说明存到哪里。",
        "请用 --checkpoint 指定文件夹。",
    ),
    "checkpoint_taken": (
        "'{folder}' 是此前一次训练的检查点文件夹。",
        "请用 steepest resume {folder} 继续，或指定其他文件夹。",
    ),
    "checkpoint_locked": (
        "另一个进程正在检查点文件夹 '{folder}' 中训练。",
        "请等它结束，或将其终止。",
    ),
    "checkpoint_absent": (
        "没有检查点文件夹 '{folder}'。",
        "请检查路径；用 --checkpoint 训练时会建立它。",
    ),
    "checkpoint_not_begun": (
        "'{folder}' 中没有训练计划：训练在第一次读完数据之前就已结束，或者这不是检查点文件夹。",
        "请用 --checkpoint {folder} 重新开始训练。",
    ),
    "checkpoint_gone": (
        "'{file}' 在 '{folder}' 的训练开始时属于数据，现在不见了。",
        "请恢复该文件，或重新训练。",
    ),
    "checkpoint_unreadable": (
        "无法读取检查点文件夹 '{folder}'：{reason}。",
        "如果只有状态文件损坏，请删除该文件，steepest resume 会从头开始。",
    ),
    "checkpoint_version": (
        "检查点文件夹 '{folder}' 由 {name} {theirs} 生成，而当前版本是 {ours}，各位可能不同。",
        "请用开始时的版本继续，或重新训练。",
    ),
    "checkpoint_data": (
        "'{file}' 与 '{folder}' 的训练开始时不同。",
        "请恢复原来的文件，或重新训练。",
    ),
    "checkpoint_files": (
        "'{folder}' 的训练开始时有 {known:,} 个数据文件，现在有 {count:,} 个。",
        "请恢复原来的文件，或重新训练。",
    ),
    "bad_memory": (
        "--memory {value} 不是内存大小。",
        "请写成带单位的数，例如 512MB 或 2GB。",
    ),
    "file_changed": (
        "'{file}' 在本次运行开始读取之后被改动了。",
        "请等到不再有程序写入该文件后重新开始。",
    ),
    "too_many_texts": (
        "列 '{column}' 含有超过 {most:,} 种不同的文本，不能作为类别。",
        "请用 --features 指定其他列，或事先将其取值归组。",
    ),
    "network_in_memory": (
        "{file} 约需 {need:,.0f} MB，而允许使用 {budget:,.0f} MB；网络只能在内存中的表格上训练。",
        "请用 --memory 放宽限制，或减少 --features。",
    ),
}
