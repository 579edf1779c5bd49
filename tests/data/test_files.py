"""Folders, patterns, archives, several CSV files."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from permissions import on_linux, run_obeying
from steepest.data import file_bytes
from steepest.data.files import read_table
from steepest.words.errors import FileError, InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "sales"
    inside.mkdir()
    (inside / "b.csv").write_text("y,x\n3,4\n")
    (inside / "a.csv").write_text("x,y\n1,2\n")
    (inside / "_SUCCESS").write_text("")
    (inside / ".hidden").write_text("nothing")
    return inside


def test_folder_by_name(folder: Path) -> None:
    table = read_table([folder])
    assert table.name == "sales/a.csv (+1)"
    assert table.column("x").values.tolist() == [1, 4]
    assert [Path(file).name for file in table.files] == ["a.csv", "b.csv"]


def test_given_order_and_glob(folder: Path) -> None:
    assert read_table([folder / "b.csv", folder / "a.csv"]).column("x").values.tolist() == [4, 1]
    assert read_table([str(folder / "*.csv")]).column("x").values.tolist() == [1, 4]
    assert read_table(folder / "a.csv").name == "a.csv"


def test_file_whose_name_is_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].csv").write_text("x\n1\n")
    assert read_table([tmp_path / "a[1].csv"]).rows == 1


def test_other_things_in_a_folder_are_named(folder: Path) -> None:
    (folder / "notes.md").write_text("hello")
    (folder / "year=2020").mkdir()
    with pytest.raises(InputError, match=r"'notes\.md', 'year=2020'") as caught:
        read_table([folder])
    assert caught.value.name == "other_files"


def test_empty_file_in_a_folder_is_named(folder: Path) -> None:
    (folder / "c.csv").write_text("")
    with pytest.raises(InputError, match=r"c\.csv is empty"):
        read_table([folder])


def test_nothing_there(tmp_path: Path) -> None:
    for data, name in (
        ([tmp_path / "none.csv"], "file_not_found"),
        ([str(tmp_path / "*.csv")], "empty_pattern"),
    ):
        with pytest.raises(FileError) as caught:
            read_table(data)
        assert caught.value.name == name
        assert str(tmp_path) in str(caught.value)
    with pytest.raises(InputError, match="holds no data files"):
        read_table([tmp_path])
    with pytest.raises(InputError, match="No file was given"):
        read_table([])


def test_types_over_all_files_and_lines_in_each(folder: Path) -> None:
    (folder / "c.csv").write_text("x,y\n5,6\n5.5,oops\n7,8\n")
    table = read_table([folder])
    assert table.column("x").values.tolist() == [1, 4, 5, 5.5, 7]
    with pytest.raises(InputError, match=r"c\.csv, line 3: column 'y'"):
        table.column("y")


def test_column_missing_in_one_file(folder: Path) -> None:
    (folder / "c.csv").write_text("x,z\n5,6\n")
    with pytest.raises(InputError, match=r"c\.csv has no column 'y'") as caught:
        read_table([folder], columns=["y"])
    assert caught.value.name == "column_missing_in_file"
    with pytest.raises(InputError, match=r"a\.csv has no column 'z'"):
        read_table([folder], columns=["z"])
    with pytest.raises(InputError) as caught:
        read_table([folder], columns=["q"])
    assert caught.value.name == "unknown_column"


def test_mixed_kinds_and_unknown_suffix(folder: Path) -> None:
    (folder / "c.parquet").write_bytes(b"")
    with pytest.raises(InputError, match="other kind"):
        read_table([folder])
    (folder / "c.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"'\.xlsx'"):
        read_table([folder / "c.xlsx"])


def test_parquet_called_csv(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"PAR1 and so on")
    with pytest.raises(InputError, match="is a Parquet file"):
        read_table([tmp_path / "t.csv"])


def zipped(path: Path, *members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, "a,b\n1,2\n")
    return path


def test_zip_has_one_member(tmp_path: Path) -> None:
    one = zipped(tmp_path / "t.csv.zip", "t.csv", "__MACOSX/._t.csv")
    assert read_table([one]).column("b").values.tolist() == [2]
    with pytest.raises(InputError, match=r"holds 2 files \('t.csv', 'u.csv'\)"):
        read_table([zipped(tmp_path / "two.zip", "t.csv", "u.csv")])
    with pytest.raises(InputError, match="holds 0 files"):
        read_table([zipped(tmp_path / "none.zip", "folder/")])


def test_damaged_zip(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "t.zip", "t.csv").read_bytes()
    for size in range(len(whole)):
        (tmp_path / "cut.zip").write_bytes(whole[:size])
        with pytest.raises(FileError, match=r"cut\.zip' cannot be decompressed"):
            read_table([tmp_path / "cut.zip"])
    (tmp_path / "bad.zip").write_bytes(whole.replace(b"1,2", b"1,3"))
    # Stored or deflated, the archive's own checksum notices a changed byte.
    changed = bytearray(whole)
    changed[40] ^= 1
    (tmp_path / "bad.zip").write_bytes(bytes(changed))
    with pytest.raises(FileError, match=r"bad\.zip"):
        read_table([tmp_path / "bad.zip"])


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_bytes, "_BOMB_BYTES", 1 << 20)
    content = b"a\n" + b"1\n" * (1 << 20)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(content))
    with pytest.raises(InputError, match="more than 100 times") as caught:
        read_table([tmp_path / "t.csv.gz"])
    assert caught.value.name == "archive_bomb"
    # The same size is read when the archive is not out of all proportion.
    (tmp_path / "u.csv.gz").write_bytes(gzip.compress(content, compresslevel=0))
    assert read_table([tmp_path / "u.csv.gz"]).rows == 1 << 20


@on_linux
@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_unreadable_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a\n1\n")
    (tmp_path / name).chmod(0)
    words = f"from steepest import read_table; read_table([{str(tmp_path / name)!r}])"
    done = run_obeying([sys.executable, "-c", words])
    last = done.stderr.splitlines()[-1]
    assert last.startswith("steepest.words.errors.FileError:"), done.stderr
    assert f"{name}' cannot be read: Permission denied" in last


def test_reading_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")

    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(file_bytes, "open", fails, raising=False)
    with pytest.raises(FileError, match=r"t\.csv' cannot be read: Input/output error"):
        read_table([tmp_path / "t.csv"])


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/t\xff\n.csv")
    Path(path).write_text("a\n?\n1\n1\n")
    table = read_table([path])
    with pytest.raises(InputError) as caught:
        table.column("a")
    str(caught.value).encode()  # can be printed
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"delimiter": ";;"}, "bad_delimiter"),
        ({"delimiter": '"'}, "bad_delimiter"),
        ({"decimal": ";"}, "bad_decimal"),
        ({"bad_rows": "drop"}, "bad_bad_rows"),
    ],
)
def test_options(options: dict[str, str], name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table([tmp_path / "t.csv"], **options)
    assert caught.value.name == name


def test_the_table_needs_no_pyarrow() -> None:
    code = (
        "import sys; import steepest.data.table, steepest.data.files, steepest.data.writing;"
        "import steepest.data.arrow_columns; assert 'pyarrow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
