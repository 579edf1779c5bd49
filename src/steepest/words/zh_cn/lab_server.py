"""Simplified Chinese: what the lab's server says and refuses."""

SENTENCES: dict[str, str] = {
    # On the terminal
    "lab_address": "实验室已在下面的地址打开；其中的令牌就是钥匙，请勿外传：",
    "lab_leave": "按 Ctrl-C 关闭。",
    "lab_open_to_all": "正在监听 {host}：凡能经网络访问本机并知道令牌的人都能使用实验室，且传输内容未加密。",
    "lab_other_port": "端口 {port} 已被占用；实验室使用端口 {other}。",
    # Notices
    "lab_clamped": "“{label}”必须在 {low:g} 与 {high:g} 之间；现用 {kept:g}。",
    "lab_ignored": "“{label}”的值无法使用；现用通常的值。",
    "lab_label_validation": "验证集行的比例",
    "lab_label_missing": "缺失值",
    "lab_label_dates": "日期",
    "lab_no_column": "{table} 没有列 {columns}；已略去。",
    "lab_start": "起点有 {given} 个数，而模型有 {wanted} 个参数；现从零开始。",
    "lab_rate_needed": "{rule} 在这里没有自动学习率；现用通常的初始值 {rate:g}。",
    "lab_unknown_view": "没有视图 {views}。",
    "lab_start_of_function": "起点有 {given} 个数，而函数有 {wanted} 个变量；现用其通常的起点。",
    "lab_no_range": "没有参数 {names}；有 {known}。其范围被忽略。",
    "lab_ranges_cut": "{count} 个范围超出 {most:,} 次求值的搜索所能承受；只用前 {kept} 个。",
    "lab_points": "{parameters} 个参数各取 {points} 点要求值 {evaluations:.3g} 次，这里最多 {most:,} 次；改用 {kept} 点。",
    # Previews
    "lab_preview_rows": "拖动时：只走第 1 轮（共 {epochs:,} 轮）{of:,} 行中的前 {rows:,} 行。",
    "lab_preview_epochs": "拖动时：只走 {of:,} 轮中的前 {epochs:,} 轮。",
    "lab_preview_updates": "图中为 {of:,} 次更新中的前 {updates:,} 次。",
    # One step by hand
    "lab_step": "{name}：{before:.6g} − {rate:.6g} × {gradient:.6g} = {after:.6g}",
    # The map of rates and batch sizes
    "figure_outcomes_title": "{count} 次运行的结局，按学习率与批量大小",
    "figure_outcomes_caption": "每次运行从同一起点开始，有 {epochs:,} 轮。{count} 次中有 {arrived} 次到达（下降路程至多还剩 {share:g} %），{diverged} 次发散；最低损失 {loss:.6g} 来自学习率 {rate:.3g}、批量大小 {batch:,}。",
    "figure_outcomes_alt": "由 {count} 个标记组成的网格：横轴为学习率，纵轴为批量大小。",
    "figure_outcome_arrived": "到达（{count}）",
    "figure_outcome_under_way": "途中（{count}）",
    "figure_outcome_no_lower": "不低于起点（{count}）",
    "figure_outcome_diverged": "发散（{count}）",
    "figure_outcome_arrived_one": "到达",
    "figure_outcome_under_way_one": "途中",
    "figure_outcome_no_lower_one": "不低于起点",
    "figure_outcome_diverged_one": "发散",
    "figure_outcome_bound": "已证明稳定的最大学习率",
    "figure_axis_batch": "批量大小",
    "figure_column_batch": "批量大小",
    "figure_column_outcome": "结局",
}
ERRORS: dict[str, tuple[str, str]] = {
    "lab_wrong_host": (
        "此请求发往了别的地址，而不是实验室的地址。",
        "请打开 steepest lab 打印的地址。",
    ),
    "lab_no_token": (
        "此浏览器尚未出示实验室的令牌。",
        "请打开 steepest lab 打印的、带令牌的地址。",
    ),
    "lab_other_origin": (
        "此请求来自别的网页，而不是实验室的页面。",
        "请打开 steepest lab 打印的地址，并使用该页面。",
    ),
    "lab_no_path": ("这里什么也没有。", "请打开 steepest lab 打印的地址。"),
    "lab_not_allowed": ("实验室在这里不接受这样的请求。", "请使用实验室提供的页面。"),
    "lab_wrong_type": (
        "正文的类型不是这里所接受的。",
        "请发送 application/json；文件用 application/octet-stream。",
    ),
    "lab_too_large": ("正文超过了这里所接受的大小。", "请减少内容，或从命令行打开文件。"),
    "lab_too_slow": ("正文传来得太慢。", "请重新发送。"),
    "lab_no_json": ("正文不是这里所需的 JSON 对象。", "请重新载入页面。"),
    "lab_busy": ("实验室的工作太多，忙不过来。", "请稍后再试，或关闭其他页面。"),
    "lab_closed": ("实验室正在关闭。", "请用 steepest lab 重新启动。"),
    "lab_too_long": ("用时过长，已停止。", "请减少轮数，或增大批量大小。"),
    "lab_superseded": ("更新的请求已取代此请求。", "请看最新的图。"),
    "lab_failed": (
        "实验室未能完成此事；原因写在运行它的终端里。",
        "请改动设置再试，或重新载入页面。",
    ),
    "lab_bad_port": ("{port} 不是端口。", "请用 --port 在 0 到 65535 中选择。"),
    "lab_cannot_listen": (
        "实验室无法监听 {host} 的端口 {port}：{reason}。",
        "请另选 --host 或 --port。",
    ),
    "lab_unknown_table": ("没有名为“{table}”的表；现有 {known}。", "请选择其中之一。"),
    "lab_too_many_tables": ("实验室已有 {most} 个表。", "请重新启动以腾出空间。"),
    "lab_no_data_file": (
        "“{file}”不是数据文件；数据文件的扩展名为 {known:plain}。",
        "请选择具有这些扩展名的文件。",
    ),
    "lab_no_root": (
        "没有指定可从中选择文件的文件夹。",
        "请以 --root FOLDER 启动实验室，或上传文件。",
    ),
    "lab_no_folder": ("这里没有文件夹或文件“{folder}”。", "请选择列出的名称。"),
    "lab_map_of_descent": ("学习率之图属于梯度下降；这里是 {method}。", "请选择批量大小。"),
    "lab_view_of_rows": (
        "“{view}”展示行或在行上的运行；函数没有行。",
        "请选择一个表，或另一个视图。",
    ),
    "lab_no_view": ("没有视图“{view}”。", "请选择页面上的视图。"),
    "lab_compare_alike": ("在行上的运行与在函数上的运行没有共同的坐标轴。", "请比较同类的运行。"),
    "lab_report_of_rows": ("报告由在行上的运行生成。", "请选择一个表；函数的图可逐张保存。"),
}
