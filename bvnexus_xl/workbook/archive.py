"""The zip file underneath a workbook: opened with suspicion, read in bounded pieces, copied with a few members changed.

A workbook comes from somebody's mail, so nothing in its directory is believed: sizes, names, overlaps and
check sums are examined before any of it is used.
"""

from __future__ import annotations

import copy
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.refusal import RefusalCode

MAX_FILE_BYTES = 1 << 30
MAX_TOTAL_BYTES = 1 << 30
MAX_PART_BYTES = 1 << 29
MAX_MEMBERS = 20_000
# Sheets full of numbers shrink 5 to 40 times; deflate stops at 1,032. Small parts are exempt: they cannot hurt.
MAX_RATIO = 250
RATIO_EXEMPT_BYTES = 16 << 20

_CHUNK_BYTES = 1 << 16
_LOCAL_HEADER_BYTES = 30
_ZIP64_EXTRA_ID = 1
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    IndexError,
    OverflowError,
)


class Archive:
    """A zip file open for reading whose directory has passed every check.

    Attributes:
        path: the file.
        names: member names in the order of the file.

    Raises:
        WorkbookRefused: ``FILE_MISSING``, ``FILE_UNREADABLE``, ``FILE_TOO_LARGE``, ``NOT_A_ZIP``, ``ZIP_BROKEN``,
            ``ZIP_BOMB`` or ``ZIP_UNSAFE``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _reading(path):
            size = path.stat().st_size
            with path.open("rb") as stream:
                signature = stream.read(4)
            if size > MAX_FILE_BYTES:
                message = f"{path.name} has {size:,} bytes; the most is {MAX_FILE_BYTES:,}."
                raise WorkbookRefused(RefusalCode.FILE_TOO_LARGE, message)
            if signature != b"PK\x03\x04":
                message = f"{path.name} is not an Excel workbook (.xlsx or .xlsm)."
                raise WorkbookRefused(RefusalCode.NOT_A_ZIP, message)
            self._zip = zipfile.ZipFile(path)
        try:
            _check_directory(path, self._zip.infolist(), size)
        except BaseException:
            self.close()
            raise
        self.names: tuple[str, ...] = tuple(self._zip.namelist())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, so that Windows lets it be replaced."""
        self._zip.close()

    def read(self, name: str) -> bytes:
        """Decompressed bytes of a member, its length and check sum verified."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member in pieces of at most 64 KiB, so that a lying size cannot fill the memory."""
        with _reading(self.path):
            declared, seen = self._zip.getinfo(name).file_size, 0
            with self._zip.open(name) as stream:
                while piece := stream.read(_CHUNK_BYTES):
                    seen += len(piece)
                    yield piece
            if seen != declared:
                message = f"{name} is shorter than its directory entry says"
                raise zipfile.BadZipFile(message)

    def verify(self) -> None:
        """Read every member once, so that a damaged file is known before a long run starts."""
        for name in self.names:
            for _ in self.chunks(name):
                pass

    def rewrite(self, stream: BinaryIO, changes: Mapping[str, bytes | None]) -> None:
        """Write a copy in which only the named members differ; None leaves a member out.

        Order, names, dates, attributes and compression kind of every member stay.
        """
        with zipfile.ZipFile(stream, "w") as target:
            target.comment = self._zip.comment
            for info in self._zip.infolist():
                data = changes[info.filename] if info.filename in changes else self.read(info.filename)
                if data is not None:
                    target.writestr(_fresh(info), data)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn every way in which reading a hostile or damaged zip can fail into one refusal."""
    try:
        yield
    except FileNotFoundError as error:
        message = f"{path} does not exist."
        raise WorkbookRefused(RefusalCode.FILE_MISSING, message) from error
    except OSError as error:
        message = f"{path} could not be read: {error.strerror or error}."
        raise WorkbookRefused(RefusalCode.FILE_UNREADABLE, message) from error
    except _BROKEN as error:
        message = f"{path.name} is damaged: {error}. Take an undamaged copy."
        raise WorkbookRefused(RefusalCode.ZIP_BROKEN, message) from error


def _fresh(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A directory entry for the copy: without the old ZIP64 sizes, which the writer adds again where needed."""
    entry = copy.copy(info)
    kept, rest = b"", info.extra
    while len(rest) >= 4:
        kind, length = struct.unpack_from("<HH", rest)
        if kind != _ZIP64_EXTRA_ID:
            kept += rest[: 4 + length]
        rest = rest[4 + length :]
    entry.extra = kept
    return entry


def _check_directory(path: Path, infos: list[zipfile.ZipInfo], size: int) -> None:
    _check_sizes(path, infos)
    seen: set[str] = set()
    for info in infos:
        fault = _name_fault(info.orig_filename)
        if not fault and info.filename.casefold() in seen:
            fault = "occurs twice"
        if not fault and info.flag_bits & _ENCRYPTED_FLAGS:
            fault = "is encrypted"
        if not fault and info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            fault = "is compressed in a way Excel does not use"
        if fault:
            message = f"{path.name} is not a sound workbook: its part {info.filename!r} {fault}."
            raise WorkbookRefused(RefusalCode.ZIP_UNSAFE, message)
        seen.add(info.filename.casefold())
    _check_overlaps(path, infos, size)


def _check_sizes(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    fault = ""
    if len(infos) > MAX_MEMBERS:
        fault = f"{len(infos):,} parts (the most is {MAX_MEMBERS:,})"
    elif total > MAX_TOTAL_BYTES:
        fault = f"{total:,} bytes when unpacked (the most is {MAX_TOTAL_BYTES:,})"
    for info in infos:
        if info.file_size > MAX_PART_BYTES:
            fault = f"a part of {info.file_size:,} bytes (the most is {MAX_PART_BYTES:,})"
        elif info.file_size > max(RATIO_EXEMPT_BYTES, MAX_RATIO * info.compress_size):
            fault = f"a part that unpacks to {info.file_size / max(info.compress_size, 1):,.0f} times its size"
    if fault:
        message = f"{path.name} was not opened: it has {fault}."
        raise WorkbookRefused(RefusalCode.ZIP_BOMB, message)


def _name_fault(name: str) -> str:
    if any(ord(character) < 32 for character in name):
        return "has a control character in its name"
    if "\\" in name or ":" in name or name.startswith("/") or ".." in name.split("/"):
        return "points outside the file"
    return ""


def _check_overlaps(path: Path, infos: list[zipfile.ZipInfo], size: int) -> None:
    """Members that share bytes are the trick of the small zip bomb."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    limits = [info.header_offset for info in ordered[1:]] + [size]
    for info, limit in zip(ordered, limits, strict=True):
        if info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size > limit:
            message = f"{path.name} is not a sound workbook: its part {info.filename!r} overlaps."
            raise WorkbookRefused(RefusalCode.ZIP_UNSAFE, message)
