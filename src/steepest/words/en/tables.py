"""English: what is said about tables, files and columns."""

SENTENCES: dict[str, str] = {
    "all_missing": "Column '{column}' has no value in any row; all of it is missing.",
    "booleans": "Column '{column}' ({spelled:plain}) is read as numbers: true is 1, false is 0.",
    "column_named": "Column {position} of {file} has no name; it is called '{name}' here.",
    "identifier": (
        "Column '{column}' looks like an identifier: it holds {value}, and from 2^53 on whole "
        "numbers are rounded, so that its last digits are lost."
    ),
    "missing_values": "Missing values among {rows:,} rows: {counts}.",
    "name_stripped": "The blanks round the name '{name}' in the header of {file} are dropped.",
    "empty_lines": (
        "Empty lines in {file} are no rows ({count} of them); write NA for a missing value."
    ),
    "rows_skipped": (
        "Rows of {file} that are left out, since they have more or fewer cells than the header: "
        "{count} (line numbers: {lines:plain})."
    ),
    # parts of sentences
    "list_more": " and {rest:,} more",
    "count_of": "'{name}' {count:,}",
    "values_number": "numbers",
    "values_text": "texts",
    "values_date": "dates",
    "delimiter_tab": "a tab",
    "delimiter_blank": "a blank",
    "delimiter_shown": "'{delimiter}'",
    # reasons why a file cannot be read or written
    "reason_empty": "it is empty (0 bytes)",
    "reason_other_start": "it does not begin like one",
    "reason_not_there": "there is no {file}",
    "reason_field_missing": "the field '{field}' is missing",
    "reason_no_json": "it is no JSON from line {line} on",
    "reason_format": "{file} is of a format that is not known to this version",
    "reason_checksum": "{file} was changed or damaged: its checksum does not fit",
    "reason_too_large": "{file} is larger than {bytes:,} bytes",
    "reason_other_fields": "{file} does not hold the fields of a model",
    "reason_value": "the {field} {value} is not known to this version",
    "reason_no_names": "{value} is no list of names",
    "reason_other_shape": "{file} does not hold {shape} numbers of float64",
    "reason_not_finite": "{file} holds numbers that are not finite",
    "reason_path": "path.npy does not fit trace.csv and returned.npy",
    "reason_other_rows": "{file} does not hold {count:,} rows of {names}",
    "reason_row": "a row of {file} does not fit its header",
    "reason_longer": "{file} holds more than its header says",
    "reason_at": "{reason} ('{file}')",
    # what the operating system says, in its own words
    "system_eacces": "Permission denied",
    "system_edquot": "Disk quota exceeded",
    "system_eexist": "File exists",
    "system_efbig": "File too large",
    "system_eio": "Input/output error",
    "system_eisdir": "Is a directory",
    "system_emfile": "Too many open files",
    "system_enametoolong": "File name too long",
    "system_enoent": "No such file or directory",
    "system_enospc": "No space left on device",
    "system_enotdir": "Not a directory",
    "system_eperm": "Operation not permitted",
    "system_erofs": "Read-only file system",
}

ERRORS: dict[str, tuple[str, str]] = {
    # Names of columns
    "unknown_column": (
        "{file} has no column '{column}'; its columns are {known}.",
        "Correct the name; names are matched letter by letter.",
    ),
    "duplicate_column": (
        "{file} has two columns called '{column}', the {first}. and the {second}.",
        "Rename one of them in the file.",
    ),
    "column_missing_in_file": (
        "{file} has no column '{column}', but {other} has.",
        "Add the column to the file, leave the file out, or name only columns that all files have.",
    ),
    # Finding files
    "data_in_memory": (
        "Tables are read from files, and what was given is a {kind}.",
        "Give its features and target to GradientDescentRegressor or GradientDescentClassifier, or write it to a Parquet file and name that.",
    ),
    "no_data": ("No file was given.", "Name a CSV or Parquet file, a folder or a pattern."),
    "file_not_found": ("There is no file '{file}'.", "Check the path for a slip of the pen."),
    "empty_pattern": (
        "No file matches the pattern '{file}'.",
        "Check the folder and the pattern; * stands for any letters, ? for one.",
    ),
    "empty_folder": (
        "The folder '{file}' holds no data files.",
        "Name a folder with CSV or Parquet files.",
    ),
    "other_files": (
        "The folder '{file}' holds other things than data files: {names}.",
        "Move them elsewhere, or name the files by a pattern such as '{file}/*.csv'.",
    ),
    "mixed_files": (
        "'{file}' is a Parquet file or a CSV file, and '{other}' is of the other kind.",
        "Read files of one kind at a time.",
    ),
    "unknown_suffix": (
        "'{file}' ends in '{suffix}', which is neither CSV nor Parquet.",
        "Save it as CSV or Parquet; CSV text may be called .csv, .tsv or .txt, also .gz or .zip.",
    ),
    "parquet_as_csv": (
        "'{file}' is a Parquet file although its name says CSV.",
        "Give it the ending .parquet.",
    ),
    # Reading and writing bytes
    "read_failed": (
        "'{file}' cannot be read: {reason}.",
        "Check that it may be read and is whole.",
    ),
    "write_failed": (
        "'{file}' cannot be written: {reason}.",
        "Free space or choose another place (TMPDIR says where temporary files lie), and run again.",
    ),
    "folder_missing": (
        "'{file}' cannot be written: there is no folder '{folder}'.",
        "Make that folder, or choose another place.",
    ),
    "folder_exists": (
        "'{file}' already exists and is not an empty folder.",
        "Choose another name, or move the old folder away.",
    ),
    "bad_output_suffix": (
        "Predictions cannot be written to '{file}': its ending is neither .csv nor .parquet.",
        "Choose a name that ends in .csv or .parquet.",
    ),
    "damaged_file": (
        "'{file}' is damaged or no Parquet file: {reason}.",
        "Fetch or write it again.",
    ),
    "damaged_files": (
        "{count} of {total} files are damaged or no Parquet files: {files}. The others are fine.",
        "Fetch or write them again.",
    ),
    "damaged_archive": (
        "'{file}' cannot be decompressed: {reason}.",
        "It was probably cut short on its way; fetch or compress it again.",
    ),
    "zip_members": (
        "'{file}' holds {count} files ({names}), where exactly one is expected.",
        "Unpack it and name the files or their folder.",
    ),
    "archive_bomb": (
        "'{file}' grows by more than {ratio} times to more than {mebibytes} MiB when it is "
        "decompressed, as archives do that are made to fill the memory.",
        "If you trust it, decompress it yourself and read the result.",
    ),
    # Options
    "bad_delimiter": (
        "The delimiter '{delimiter}' is not one plain character.",
        "Pass one character, such as ';' or '|', or 'tab'.",
    ),
    "bad_decimal": ("The decimal sign '{decimal}' is neither '.' nor ','.", "Pass '.' or ','."),
    "bad_bad_rows": (
        "'{value}' is nothing that can be done with bad rows.",
        "Pass 'error' or 'skip'.",
    ),
    "unknown_encoding": (
        "There is no encoding '{encoding}'.",
        "Pass a name such as utf-8, latin-1, cp1252 or utf-16.",
    ),
    # CSV: bytes
    "empty_file": (
        "{file} is empty: it has no header and no rows ({bytes} bytes).",
        "Check that the file was written to its end.",
    ),
    "other_encoding": (
        "{file} is encoded in {encoding}, not in UTF-8.",
        "Pass --encoding {encoding}.",
    ),
    "undecodable_byte": (
        "{file}, line {line}: the byte {byte} does not belong in {encoding} text.",
        "Pass --encoding {proposed} if the text was written that way, or save it as UTF-8.",
    ),
    "nul_byte": (
        "{file}, line {line}: there is a NUL byte, which no text holds.",
        "The file is damaged or not CSV; write it again, or remove the byte.",
    ),
    # CSV: header
    "no_header": (
        "{file}, line {line}: the first line holds only values (such as '{value}'), no names.",
        "Put a line with the columns' names above it.",
    ),
    "no_rows": ("{file} has a header but no data rows.", "Add rows, or read another file."),
    "other_delimiter": (
        "{file} has one column, '{header}', when it is split at {delimiter}; its header "
        "holds {found}.",
        "Pass --delimiter {option}.",
    ),
    "single_quoted_header": (
        "{file} quotes its names with ' (as in {value}), which CSV does not know.",
        'Write the file again with " as the quote character.',
    ),
    "preamble": (
        "{file} begins with a title: line {line} is the first with {count} cells, the first "
        "line has {expected}.",
        "Delete the lines above line {line}, so that the columns' names come first.",
    ),
    "header_too_short": (
        "{file}: the header names {expected} columns, but every row has {count} cells.",
        "Name the missing column in the header (perhaps the first, which holds row names).",
    ),
    "header_too_long": (
        "{file}: the header names {expected} columns, but most rows have only {count} cells.",
        "Remove the name that has no column.",
    ),
    "trailing_delimiter": (
        "{file}: every row ends in a '{delimiter}', so that it has {count} cells and the header "
        "only {expected}.",
        "Remove the last '{delimiter}' of each row, or add one to the header.",
    ),
    "repeated_header": (
        "{file}, line {line}: the header stands there a second time.",
        "Remove the line; it is probably left over from putting files together.",
    ),
    # CSV: rows
    "row_too_short": (
        "{file}, line {line}: the row has {count} cells, the header {expected}.",
        "Correct the row, or pass --bad-rows skip to leave such rows out.",
    ),
    "row_too_long": (
        "{file}, line {line}: the row has {count} cells, the header {expected}.",
        "Correct the row (is a cell with a delimiter missing its quotes?), or pass "
        "--bad-rows skip to leave such rows out.",
    ),
    "row_over_lines": (
        "{file}, line {line}: a cell in quotes runs on to line {last}, and the row has {count} "
        "cells where the header has {expected}.",
        "Look for a quote in line {line} that should not be there or is closed too late; "
        "--bad-rows skip leaves lines {line} to {last} out.",
    ),
    "unclosed_quote": (
        "{file}, line {line}: a quote is opened here and never closed.",
        "Close or remove it.",
    ),
    "swallowing_quote": (
        "{file}, line {line}: a quote is opened here and closed only in line {last}, so that the "
        "lines between became one cell.",
        "Look for a quote in line {line} that is not closed or should not be there.",
    ),
    "quote_character": (
        "{file}, line {line}: cells are quoted with ', which CSV does not know.",
        'Write the file again with " as the quote character.',
    ),
    "footnote": (
        "{file}, line {line}: the table ends here and a remark follows ('{text}').",
        "Delete the lines from {line} on, or pass --bad-rows skip.",
    ),
    "second_table": (
        "{file}, line {line}: from here on rows have {cells} cells, as if a second table began.",
        "Put each table into a file of its own.",
    ),
    "line_too_long": (
        "{file}, line {line}: the row is {length} bytes long, longer than any row may be.",
        "Look for a quote in this line that is not closed.",
    ),
    "csv_unreadable": (
        "{file} cannot be read as CSV: {reason}.",
        "Check the lines it names, or write the file again.",
    ),
    # Columns
    "not_finite": (
        "{file}, line {line}: column '{column}' holds '{value}', which is no finite number "
        "(cells like it: {count}).",
        "Correct or empty these cells.",
    ),
    "not_finite_row": (
        "{file}, row {row}: column '{column}' holds {value}, which is no finite number "
        "(cells like it: {count}).",
        "Correct these cells or make them null.",
    ),
    "mixed_column": (
        "{file}, line {line}: column '{column}' is numbers but for {count} of {present} cells, "
        "the first of them '{value}'.",
        "Correct these cells, empty them, or write NA where a number is missing.",
    ),
    "thousands_separator": (
        "{file}, line {line}: column '{column}' holds '{value}', a number with separated "
        "thousands (cells like it: {count}).",
        "Write the numbers without separators; if the sign is the decimal sign, pass "
        "--decimal '{decimal}'.",
    ),
    "decimal_sign": (
        "{file}, line {line}: column '{column}' holds '{value}', a number with the decimal sign "
        "'{decimal}' (cells like it: {count}).",
        "Pass --decimal '{decimal}'.",
    ),
    "number_with_sign": (
        "{file}, line {line}: column '{column}' holds '{value}', a number with a sign beside it "
        "(cells like it: {count}).",
        "Remove the sign, and name the unit in the header.",
    ),
    "single_quoted_column": (
        "{file}, line {line}: the cells of column '{column}' are quoted with ' (as in {value}), "
        "which CSV does not know.",
        'Write the file again with " as the quote character.',
    ),
    "unclear_date": (
        "{file}, line {line}: column '{column}' holds dates, but '{value}' is none that can be "
        "read in one way only (cells like it: {count}).",
        "Write dates as 2020-12-31 or 2020-12-31T23:59:59.",
    ),
    "mixed_time_zones": (
        "{file}, line {line}: column '{column}' holds '{value}' without a time zone, while other "
        "cells have one ({count} of {present} have none).",
        "Write all of them with a time zone, or none.",
    ),
    "unusable_type": (
        "{file}: column '{column}' is of type {type}, which is neither numbers, texts nor dates.",
        "Convert it before, or leave the column out.",
    ),
    "kinds_differ": (
        "{file}: column '{column}' holds {kind}, but in {other} it holds {other_kind}.",
        "Write both files with the same type.",
    ),
}
