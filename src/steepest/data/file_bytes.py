"""The bytes of a text file, decompressed by its first bytes whatever its name says."""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from steepest.data.finding import COMPRESSED_SUFFIXES, read_failed, shown
from steepest.data.table import listed
from steepest.words.catalogue import phrase
from steepest.words.errors import FileError, InputError

# Text seldom shrinks below a twentieth; what grows more than a hundredfold to more than this
# was made to fill the memory.
_BOMB_RATIO = 100
_BOMB_BYTES = 256 << 20
_CHUNK = 8 << 20


def whole_bytes(path: str) -> bytes:
    """Return a file's content.

    Raises
    ------
    FileError, InputError
        As for :func:`byte_pieces`.
    """
    pieces = list(byte_pieces(path, whole=True))
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def byte_pieces(path: str, *, whole: bool = False) -> Iterator[bytes]:
    """Yield a file's content piece by piece; ``whole``: in one piece where it is not compressed.

    Raises
    ------
    FileError
        ``damaged_archive`` or ``read_failed``.
    InputError
        ``parquet_as_csv``, ``zip_members`` or ``archive_bomb``.
    """
    try:
        with open(path, "rb") as stream:
            start = stream.read(4)
            stream.seek(0)
            if start.startswith(b"\x1f\x8b"):
                yield from _unpacked(gzip.GzipFile(fileobj=stream), os.path.getsize(path), path)
            elif start == b"PK\x03\x04":
                yield from _unzipped(stream, path)
            elif start == b"PAR1":
                raise InputError("parquet_as_csv", file=shown(path))
            elif path.lower().endswith(COMPRESSED_SUFFIXES):
                reason = phrase("reason_other_start" if start else "reason_empty")
                raise FileError("damaged_archive", file=shown(path), reason=reason)
            elif whole:
                yield stream.read()
            else:
                while piece := stream.read(_CHUNK):
                    yield piece
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise FileError("damaged_archive", file=shown(path), reason=str(error)) from None
    except FileError:
        raise
    except OSError as error:
        raise read_failed(path, error) from None


def _unzipped(stream: IO[bytes], path: str) -> Iterator[bytes]:
    with zipfile.ZipFile(stream) as archive:
        members = [
            member
            for member in archive.infolist()
            # Folders, and the side files that macOS puts into every archive, hold no rows.
            if not member.is_dir() and not member.filename.startswith("__MACOSX/")
        ]
        if len(members) != 1:
            names = listed([member.filename for member in members])
            raise InputError("zip_members", file=shown(path), count=len(members), names=names)
        try:
            with archive.open(members[0]) as packed:
                yield from _unpacked(packed, members[0].compress_size, path)
        except RuntimeError as error:  # encrypted, or packed in a way zipfile does not know
            raise FileError("damaged_archive", file=shown(path), reason=str(error)) from None


def _unpacked(packed: IO[bytes] | gzip.GzipFile, size: int, path: str) -> Iterator[bytes]:
    total = 0
    while chunk := packed.read(_CHUNK):
        total += len(chunk)
        if total > _BOMB_BYTES and total > _BOMB_RATIO * size:
            raise InputError(
                "archive_bomb", file=shown(path), ratio=_BOMB_RATIO, mebibytes=_BOMB_BYTES >> 20
            )
        yield chunk
