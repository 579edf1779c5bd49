"""Files: chosen below the root by the names of its entries, uploaded under random ones."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from served import Served, error_of

from steepest import FileError, InputError
from steepest.lab import tables as lab_tables
from steepest.lab.gate import UPLOAD_BYTES
from steepest.lab.tables import Tables

ROWS = "x,y\n" + "".join(f"{i},{2 * i + 1}\n" for i in range(20))
# What a name from data may hold (FAULTS 19).
NAMES = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '"onmouseover="alert(1)',
    "javascript:alert(1)",
    "a\u2028b",
    "\u202etxt.exe",
    "\x1b[31mred\x1b[0m",
    "=cmd|'/c calc'!A0",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a root with a secret beside it, and links that lead out of it."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.csv").write_text("password,y\n1,2\n")
    root = outside / "root"
    (root / "inner").mkdir(parents=True)
    (root / ".hidden").mkdir()
    for file in ("a.csv", "inner/b.csv", ".hidden/c.csv", "notes.md", ".d.csv"):
        (root / file).write_text(ROWS)
    (root / "inner" / "bad.csv").write_text("x,y\n1,2\n3\n")
    (root / "link.csv").symlink_to(outside / "secret.csv")
    (root / "away").symlink_to(outside)
    return root


@pytest.fixture(scope="module")
def rooted(place: Path) -> Iterator[Served]:
    lab = Served("--root", str(place))
    yield lab
    assert lab.stop() == 143
    assert "Traceback" not in "".join(lab.printed)


OUT = (
    "../secret.csv",
    "..",
    "inner/../../secret.csv",
    "%2e%2e/secret.csv",
    "..\\secret.csv",
    "/etc/passwd",
    "//etc/passwd",
    "a.csv/",
    "a.csv/x",
    "./a.csv",
    "inner//b.csv",
    "a.csv\0.txt",
    "\\\\host\\share",
    "C:\\x.csv",
    "link.csv",
    "away/secret.csv",
    ".hidden/c.csv",
    ".d.csv",
    "a.csv#x",
    "a.csv?x",
    "A.CSV",
    "/".join(["inner"] * 40),
    "x" * 4_000,
)


@pytest.mark.parametrize("path", OUT, ids=lambda path: repr(path[:30]))
def test_no_path_leads_out_of_the_root(rooted: Served, place: Path, path: str) -> None:
    answer = rooted.post("/api/open", {"path": path})
    assert answer.status_code == 422
    assert error_of(answer) in ("lab_no_folder", "lab_no_data_file")
    listed = rooted.post("/api/files", {"folder": path})
    assert listed.status_code == 422
    for told in (answer.text, listed.text):
        assert "password" not in told
        assert str(place) not in told
        assert "Traceback" not in told


def test_the_listing_shows_data_and_folders_alone(rooted: Served) -> None:
    top = rooted.post("/api/files", {"folder": ""}).json()
    assert top["folders"] == ["inner"]
    assert [one["name"] for one in top["files"]] == ["a.csv"]
    inner = rooted.post("/api/files", {"folder": "inner"}).json()
    assert [one["name"] for one in inner["files"]] == ["b.csv", "bad.csv"]


def test_a_file_below_the_root_becomes_a_table(rooted: Served) -> None:
    answer = rooted.post("/api/open", {"path": "inner/b.csv", "target": ["y"]})
    table = answer.json()["table"]
    assert (table["rows"], table["target"], table["features"]) == (20, ["y"], ["x"])
    state = {"data": table["id"], "validation": 0, "epochs": 1000}
    told, _ = rooted.run(state, ["fit"])
    assert told["numbers"]["coefficients"]["x"] == pytest.approx(2.0, abs=1e-9)
    assert any(one["id"] == table["id"] for one in rooted.client.get("/api/menu").json()["tables"])


def test_a_broken_file_is_told_without_its_place(rooted: Served, place: Path) -> None:
    answer = rooted.post("/api/open", {"path": "inner/bad.csv"})
    assert answer.status_code == 422
    assert "bad.csv" in answer.json()["error"]["message"]
    assert str(place) not in answer.text
    assert str(place.resolve()) not in answer.text


def test_without_a_root_no_file_is_shown(served: Served) -> None:
    for path, body in (("/api/files", {"folder": ""}), ("/api/open", {"path": "a.csv"})):
        assert error_of(served.post(path, body)) == "lab_no_root"


def upload(lab: Served, name: str, content: bytes) -> httpx.Response:
    headers = {**lab.headers, "Content-Type": "application/octet-stream"}
    return lab.client.post("/api/upload", params={"name": name}, content=content, headers=headers)


@pytest.mark.parametrize(
    "name", ["a.csv", "../../a.csv", "C:\\x\\a.csv", "/etc/cron.d/a.csv", "a\0b.csv", "ä 表.CSV"]
)
def test_an_upload_is_read_whatever_it_is_called(served: Served, name: str) -> None:
    answer = upload(served, name, ROWS.encode())
    assert answer.status_code == 200, answer.text
    told = answer.json()["table"]
    assert told["rows"] == 20
    # never the random name under which it was read
    assert re.split(r"[/\\\\]", name)[-1].replace("\0", "_") == told["title"]


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.py", "a", "", "a.csv.exe", "../../../x"])
def test_an_upload_that_is_no_data_is_refused(served: Served, name: str) -> None:
    assert error_of(upload(served, name, b"<script>alert(1)</script>")) == "lab_no_data_file"


def test_an_archive_is_read_and_never_unpacked(served: Served, tmp_path: Path) -> None:
    packed, escaped = tmp_path / "x.zip", tmp_path / "escaped.csv"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{'../' * 20}{str(escaped).lstrip('/')}", ROWS)
    answer = upload(served, "rows.csv.zip", packed.read_bytes())
    assert answer.status_code in (200, 422)
    assert not escaped.exists()


def test_an_upload_has_a_cap(served: Served) -> None:
    host = f"Host: 127.0.0.1:{served.port}\r\nCookie: {served.cookie}\r\nOrigin: {served.base}\r\n"
    kind = f"X-Lab: {served.menu['token']}\r\nContent-Type: application/octet-stream\r\n"
    length = f"Content-Length: {UPLOAD_BYTES + 1}\r\n\r\n"
    request = f"POST /api/upload?name=a.csv HTTP/1.1\r\n{host}{kind}{length}"
    assert served.status(request.encode()) == 413


def test_a_broken_upload_is_told_by_its_own_name(served: Served) -> None:
    answer = upload(served, "mine.csv", b"x,y\n1,2\n3\n")
    assert answer.status_code == 422
    assert "mine.csv" in answer.json()["error"]["message"]
    for secret in ("/tmp", "steepest-", "Traceback"):
        assert secret not in answer.text


def test_uploads_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read from a file of its owner alone, in a folder of his alone, both gone afterwards."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen: list[tuple[int, int, str]] = []
    read = lab_tables.read_table

    def looked(paths: list[str], **reading: Any) -> object:
        file = Path(paths[0])
        modes = (stat.S_IMODE(one.stat().st_mode) for one in (file, file.parent))
        seen.append((*modes, file.name))
        return read(paths, **reading)

    monkeypatch.setattr(lab_tables, "read_table", looked)
    tables = Tables()
    tables.upload("rows.csv", ROWS.encode())
    with pytest.raises((InputError, FileError)):
        tables.upload("rows.csv", b"")
    assert [one[:2] for one in seen] == [(0o600, 0o700)] * 2
    assert "rows" not in seen[0][2]
    assert not list(tmp_path.iterdir())
    assert not tables.hidden


def test_a_session_holds_so_many_tables() -> None:
    tables = Tables()
    for _ in range(lab_tables.MOST_TABLES):
        tables.upload("rows.csv", ROWS.encode())
    with pytest.raises(InputError, match="tables already"):
        tables.upload("rows.csv", ROWS.encode())


class Markup(HTMLParser):
    """The elements of a page and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(f"@{name}" for name, _ in attrs)}


def test_names_from_data_stay_names(served: Served) -> None:
    """In the menu, in figures, in a picture and in a report; never markup."""
    quoted = [name.replace('"', '""') for name in NAMES]
    head = ",".join(f'"{name}"' for name in (*quoted, "y"))
    rows = np.random.default_rng(0).normal(size=(30, len(NAMES) + 1))
    text = "\n".join([head, *(",".join(f"{v:.6f}" for v in row) for row in rows)])
    answer = upload(served, "names.csv", text.encode())
    assert answer.status_code == 200, answer.text
    state = {"data": answer.json()["table"]["id"], "validation": 0, "plane": list(NAMES[:2])}
    told, _ = served.run(state, ["fit", "contour"])
    assert list(told["numbers"]["coefficients"]) == list(NAMES)
    page = served.post("/api/report", {"state": state})
    picture = served.post("/api/export", {"state": state, "view": "contour", "format": "svg"})
    for file in (page, picture):
        assert file.status_code == 200
        assert file.headers["content-disposition"] == "attachment"
        found = Markup()
        found.feed(file.text)
        assert not {one for one in found.seen if one.startswith("@on")}
        assert not {"script", "img", "iframe", "@srcset"} & found.seen
        assert "\x1b" not in file.text


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_that_appears_later_is_no_way_out(place: Path) -> None:
    tables = Tables(place)
    (place / "late").symlink_to(place.parent)
    try:
        with pytest.raises(InputError):
            tables.open("late/secret.csv")
        assert tables.listing("")["folders"] == ["inner"]
    finally:
        (place / "late").unlink()


def test_what_is_found_later_is_told_by_its_own_name_too(served: Served) -> None:
    """A column that cannot be used is told of when it is: by the file's name, not by our own."""
    rows = "".join(f"{k},{1000 + k}\n" for k in range(30)).replace(",10", ',"1,0')
    content = rows.replace("\n", '"\n').encode()
    answer = upload(served, "mine.csv", b"x,y\n" + content)
    assert answer.status_code == 200, answer.text
    state = {"data": answer.json()["table"]["id"], "target": ["y"], "features": ["x"]}
    error = served.post("/api/run", {"state": state, "stage": "full"}).json()["error"]
    assert "mine.csv" in error["message"]
    assert "tmp" not in error["message"]


@pytest.mark.parametrize(
    ("table", "retry"),
    [
        (b"a;b\n1;2\n3;4\n", {"delimiter": ";"}),
        (b"a|b\n1|2\n3|4\n", {"delimiter": "|"}),
        (b'a,b\n"1,5",2\n"3,25",4\n', {"decimal": ","}),
        (b"a,b\n1\n", None),
    ],
)
def test_how_a_file_is_written_is_offered(
    served: Served, table: bytes, retry: dict[str, str] | None
) -> None:
    told = upload(served, "mine.csv", table).json()["error"]
    assert told["retry"] == retry
