"""Chinese: what is said about tables, files and columns."""

SENTENCES: dict[str, str] = {
    "all_missing": "列“{column}”在所有行中都没有值，全部缺失。",
    "booleans": "列“{column}”（{spelled:plain}）按数值读取：真为 1，假为 0。",
    "column_named": "{file} 的第 {position} 列没有名称，这里称之为“{name}”。",
    "identifier": (
        "列“{column}”看起来是标识符：其中有 {value}；从 2^53 起整数会被舍入，末尾几位数字将会丢失。"
    ),
    "missing_values": "{rows:,} 行中的缺失值：{counts}。",
    "name_stripped": "{file} 的表头中，列名“{name}”前后的空格已去掉。",
    "empty_lines": "{file} 中的空行不算数据行（共 {count} 行空行）；缺失值请写成 NA。",
    "rows_skipped": (
        "{file} 中有 {count} 行的单元格数与表头不一致，已略去（行号：{lines:plain}）。"
    ),
    # parts of sentences
    "list_more": "等（另有 {rest:,} 个）",
    "count_of": "“{name}”{count:,} 个",
    "values_number": "数值",
    "values_text": "文本",
    "values_date": "日期",
    "delimiter_tab": "制表符",
    "delimiter_blank": "空格",
    "delimiter_shown": "“{delimiter}”",
    # reasons why a file cannot be read or written
    "reason_empty": "它是空的（0 字节）",
    "reason_other_start": "它的开头不是压缩文件的开头",
    "reason_not_there": "缺少 {file}",
    "reason_field_missing": "缺少字段“{field}”",
    "reason_no_json": "从第 {line} 行起不是 JSON",
    "reason_format": "本版本不认识 {file} 的格式",
    "reason_checksum": "{file} 被改动过或已损坏，校验和不符",
    "reason_too_large": "{file} 超过 {bytes:,} 字节",
    "reason_other_fields": "{file} 的字段与模型应有的字段不符",
    "reason_value": "本版本不认识 {field} 的值 {value}",
    "reason_no_names": "{value} 不是名称列表",
    "reason_other_shape": "{file} 中存放的不是形状为 {shape} 的 float64 数组",
    "reason_not_finite": "{file} 中有非有限的数",
    "reason_path": "path.npy 与 trace.csv、returned.npy 不相符",
    "reason_other_rows": "{file} 中存放的不是列为{names}的 {count:,} 行数据",
    "reason_row": "{file} 中有一行与表头不相符",
    "reason_longer": "{file} 的内容比其文件头声明的多",
    "reason_at": "{reason}（“{file}”）",
    # what the operating system says
    "system_eacces": "没有权限",
    "system_edquot": "磁盘配额已用完",
    "system_eexist": "文件已存在",
    "system_efbig": "文件过大",
    "system_eio": "设备读写出错",
    "system_eisdir": "它是一个文件夹",
    "system_emfile": "打开的文件过多",
    "system_enametoolong": "文件名过长",
    "system_enoent": "没有这个文件或文件夹",
    "system_enospc": "设备上没有剩余空间",
    "system_enotdir": "路径中有一段不是文件夹",
    "system_eperm": "系统不允许此操作",
    "system_erofs": "文件系统是只读的",
}

_DAMAGED = "请重新获取或重新写出它。"
_QUOTE = '请改用 " 作为引号，重新写出文件。'

ERRORS: dict[str, tuple[str, str]] = {
    # Names of columns
    "unknown_column": (
        "{file} 中没有列“{column}”；现有的列是{known}。",
        "请更正列名；列名须逐字符一致。",
    ),
    "duplicate_column": (
        "{file} 中有两列都叫“{column}”，分别是第 {first} 列和第 {second} 列。",
        "请在文件中给其中一列改名。",
    ),
    "column_missing_in_file": (
        "{file} 中没有列“{column}”，而 {other} 中有。",
        "请在该文件中补上这一列，或去掉该文件，或只指定所有文件都有的列。",
    ),
    # Finding files
    "data_in_memory": (
        "表格从文件读取，而给出的不是文件，是 {kind}。",
        "请把特征和目标交给 GradientDescentRegressor 或 GradientDescentClassifier，或写成 Parquet 文件后给出文件名。",
    ),
    "no_data": ("没有给出文件。", "请指定 CSV 或 Parquet 文件、文件夹或通配模式。"),
    "file_not_found": ("没有文件“{file}”。", "请检查路径是否写错。"),
    "empty_pattern": (
        "没有文件与模式“{file}”匹配。",
        "请检查文件夹和模式；* 代表任意多个字符，? 代表一个字符。",
    ),
    "empty_folder": (
        "文件夹“{file}”中没有数据文件。",
        "请指定一个含有 CSV 或 Parquet 文件的文件夹。",
    ),
    "other_files": (
        "文件夹“{file}”中除数据文件外还有其他内容：{names}。",
        "请把它们移到别处，或用“{file}/*.csv”这样的模式指定文件。",
    ),
    "mixed_files": (
        "“{file}”与“{other}”一个是 Parquet 文件，一个是 CSV 文件。",
        "请一次只读取同一种文件。",
    ),
    "unknown_suffix": (
        "“{file}”的扩展名是“{suffix}”，既不是 CSV 也不是 Parquet。",
        "请存为 CSV 或 Parquet；CSV 文本的扩展名可以是 .csv、.tsv 或 .txt，也可以再加 .gz 或 .zip。",
    ),
    "parquet_as_csv": (
        "“{file}”其实是 Parquet 文件，而它的名称说是 CSV。",
        "请把扩展名改为 .parquet。",
    ),
    # Reading and writing bytes
    "read_failed": (
        "无法读取“{file}”：{reason}。",
        "请检查它是否允许读取、是否完整。",
    ),
    "write_failed": (
        "无法写入“{file}”：{reason}。",
        "请腾出空间或换一个位置（临时文件的位置由 TMPDIR 决定），然后重新运行。",
    ),
    "folder_missing": (
        "无法写入“{file}”：没有文件夹“{folder}”。",
        "请先建立该文件夹，或换一个位置。",
    ),
    "folder_exists": (
        "“{file}”已经存在，而且不是空文件夹。",
        "请换一个名称，或把原来的文件夹移走。",
    ),
    "bad_output_suffix": (
        "预测值不能写入“{file}”：它的扩展名既不是 .csv 也不是 .parquet。",
        "请使用以 .csv 或 .parquet 结尾的名称。",
    ),
    "damaged_file": ("“{file}”已损坏，或不是 Parquet 文件：{reason}。", _DAMAGED),
    "damaged_files": (
        "{total} 个文件中有 {count} 个已损坏，或不是 Parquet 文件：{files}。其余文件完好。",
        "请重新获取或重新写出这些文件。",
    ),
    "damaged_archive": (
        "无法解压“{file}”：{reason}。",
        "它很可能在传输途中被截断；请重新获取或重新压缩。",
    ),
    "zip_members": (
        "“{file}”中有 {count} 个文件（{names}），而这里要求恰好一个。",
        "请解压后指定其中的文件或其所在的文件夹。",
    ),
    "archive_bomb": (
        "“{file}”解压后膨胀超过 {ratio} 倍，大于 {mebibytes} MiB，与专门用来耗尽内存的压缩文件一样。",
        "如果您信任它，请自行解压后再读取。",
    ),
    # Options
    "bad_delimiter": (
        "分隔符“{delimiter}”不是一个普通字符。",
        "请给出一个字符，例如 ';' 或 '|'，或写 'tab'。",
    ),
    "bad_decimal": ("小数点“{decimal}”既不是 '.' 也不是 ','。", "请使用 '.' 或 ','。"),
    "bad_bad_rows": (
        "对不合格的行不能做“{value}”这样的处理。",
        "请使用 'error' 或 'skip'。",
    ),
    "unknown_encoding": (
        "没有叫做“{encoding}”的编码。",
        "请使用 utf-8、latin-1、cp1252、utf-16 这样的名称。",
    ),
    # CSV: bytes
    "empty_file": (
        "{file} 是空的：没有表头，也没有数据行（{bytes} 字节）。",
        "请检查该文件是否已完整写出。",
    ),
    "other_encoding": (
        "{file} 的编码是 {encoding}，不是 UTF-8。",
        "请加上 --encoding {encoding}。",
    ),
    "undecodable_byte": (
        "{file} 第 {line} 行：字节 {byte} 不应出现在 {encoding} 文本中。",
        "如果文本确实是那样写成的，请加上 --encoding {proposed}；否则请存为 UTF-8。",
    ),
    "nul_byte": (
        "{file} 第 {line} 行：有一个 NUL 字节，而文本中不会有这种字节。",
        "文件已损坏或不是 CSV；请重新写出，或删去该字节。",
    ),
    # CSV: header
    "no_header": (
        "{file} 第 {line} 行：第一行全是数据值（例如“{value}”），没有列名。",
        "请在它上面加一行列名。",
    ),
    "no_rows": ("{file} 只有表头，没有数据行。", "请补上数据行，或读取另一个文件。"),
    "other_delimiter": (
        "{file} 以{delimiter}分隔时只有一列“{header}”；而表头中含有{found}。",
        "请加上 --delimiter {option}。",
    ),
    "single_quoted_header": (
        "{file} 用 ' 给列名加引号（例如 {value}），而 CSV 不认识这种引号。",
        _QUOTE,
    ),
    "preamble": (
        "{file} 以标题开头：第 {line} 行才第一次有 {count} 个单元格，而第一行只有 {expected} 个。",
        "请删去第 {line} 行以上的各行，让列名位于最前面。",
    ),
    "header_too_short": (
        "{file}：表头有 {expected} 个列名，而每一行都有 {count} 个单元格。",
        "请在表头中补上缺少的列名（可能是存放行名的第一列）。",
    ),
    "header_too_long": (
        "{file}：表头有 {expected} 个列名，而多数行只有 {count} 个单元格。",
        "请删去没有对应列的列名。",
    ),
    "trailing_delimiter": (
        "{file}：每一行都以“{delimiter}”结尾，因此有 {count} 个单元格，而表头只有 {expected} 个。",
        "请删去每行末尾的“{delimiter}”，或在表头末尾也加上一个。",
    ),
    "repeated_header": (
        "{file} 第 {line} 行：表头在这里第二次出现。",
        "请删去这一行；它多半是拼接文件时留下的。",
    ),
    # CSV: rows
    "row_too_short": (
        "{file} 第 {line} 行：该行有 {count} 个单元格，而表头有 {expected} 个。",
        "请更正该行，或用 --bad-rows skip 略去这样的行。",
    ),
    "row_too_long": (
        "{file} 第 {line} 行：该行有 {count} 个单元格，而表头有 {expected} 个。",
        "请更正该行（是否有含分隔符的单元格没有加引号？），或用 --bad-rows skip 略去这样的行。",
    ),
    "row_over_lines": (
        "{file} 第 {line} 行：一个带引号的单元格一直延续到第 {last} 行，使该行有 {count} 个单元格，"
        "而表头有 {expected} 个。",
        "请在第 {line} 行查找多余的或过晚闭合的引号；--bad-rows skip 会略去第 {line} 至 {last} 行。",
    ),
    "unclosed_quote": (
        "{file} 第 {line} 行：这里的引号没有闭合。",
        "请闭合或删去它。",
    ),
    "swallowing_quote": (
        "{file} 第 {line} 行：这里的引号直到第 {last} 行才闭合，其间各行都成了同一个单元格。",
        "请在第 {line} 行查找没有闭合的或多余的引号。",
    ),
    "quote_character": (
        "{file} 第 {line} 行：单元格用 ' 加引号，而 CSV 不认识这种引号。",
        _QUOTE,
    ),
    "footnote": (
        "{file} 第 {line} 行：表格到此结束，后面是附注（“{text}”）。",
        "请删去第 {line} 行及其后的内容，或使用 --bad-rows skip。",
    ),
    "second_table": (
        "{file} 第 {line} 行：从这里起每行有 {cells} 个单元格，像是另一张表的开始。",
        "请把每张表放在各自的文件中。",
    ),
    "line_too_long": (
        "{file} 第 {line} 行：该行长达 {length} 字节，超过了允许的行长。",
        "请在这一行查找没有闭合的引号。",
    ),
    "csv_unreadable": (
        "无法把 {file} 当作 CSV 读取：{reason}。",
        "请检查其中提到的行，或重新写出文件。",
    ),
    # Columns
    "not_finite": (
        "{file} 第 {line} 行：列“{column}”中的“{value}”不是有限的数（这样的单元格共 {count} 个）。",
        "请更正或清空这些单元格。",
    ),
    "not_finite_row": (
        "{file} 第 {row} 个数据行：列“{column}”中的 {value} 不是有限的数（这样的单元格共 {count} 个）。",
        "请更正这些单元格，或将其设为空值。",
    ),
    "mixed_column": (
        "{file} 第 {line} 行：列“{column}”的 {present} 个单元格中有 {count} 个不是数，第一个是“{value}”。",
        "请更正或清空这些单元格；缺失的数请写成 NA。",
    ),
    "thousands_separator": (
        "{file} 第 {line} 行：列“{column}”中的“{value}”是带千位分隔符的数（这样的单元格共 {count} 个）。",
        "请去掉千位分隔符；如果该符号其实是小数点，请加上 --decimal '{decimal}'。",
    ),
    "decimal_sign": (
        "{file} 第 {line} 行：列“{column}”中的“{value}”是以“{decimal}”为小数点的数"
        "（这样的单元格共 {count} 个）。",
        "请加上 --decimal '{decimal}'。",
    ),
    "number_with_sign": (
        "{file} 第 {line} 行：列“{column}”中的“{value}”是附带其他符号的数（这样的单元格共 {count} 个）。",
        "请去掉该符号，并在表头中注明单位。",
    ),
    "single_quoted_column": (
        "{file} 第 {line} 行：列“{column}”的单元格用 ' 加引号（例如 {value}），而 CSV 不认识这种引号。",
        _QUOTE,
    ),
    "unclear_date": (
        "{file} 第 {line} 行：列“{column}”存放日期，但“{value}”不是只有一种读法的日期"
        "（这样的单元格共 {count} 个）。",
        "请把日期写成 2020-12-31 或 2020-12-31T23:59:59。",
    ),
    "mixed_time_zones": (
        "{file} 第 {line} 行：列“{column}”中的“{value}”没有时区，而其他单元格有"
        "（{present} 个单元格中有 {count} 个没有）。",
        "请全部写上时区，或全部不写。",
    ),
    "unusable_type": (
        "{file}：列“{column}”的类型是 {type}，既不是数值，也不是文本或日期。",
        "请先转换它，或不使用这一列。",
    ),
    "kinds_differ": (
        "{file}：列“{column}”在这里是{kind}，而在 {other} 中是{other_kind}。",
        "请用同一种类型写出这两个文件。",
    ),
}
