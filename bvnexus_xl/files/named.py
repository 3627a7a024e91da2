"""A file the inputs name: found, read whole, and faults that say where in it something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

MOST_BYTES = 200 << 20
"""A year of hourly columns is a few MB; nothing larger is meant."""


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with a file.

    Attributes:
        code: a code of ``inputs.fault_codes``.
        where: line and column in the file; empty where the whole file is meant.
        value: what was found.
        allowed: what is allowed, as a phrase.
    """

    code: str
    where: str
    value: str
    allowed: str


class UnsoundFile(Exception):
    """A file that cannot be used; all its faults at once."""

    def __init__(self, *faults: FileFault) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.value for fault in faults))


def found_path(name: str, folder: Path) -> Path:
    """Path of a named file: relative names count from ``folder``; quotes are those that *Copy as path* puts around."""
    plain = name.strip().strip('"')
    path = folder / plain
    if "\\" in plain and not path.exists() and not PureWindowsPath(plain).drive:
        path = folder.joinpath(*PureWindowsPath(plain).parts)  # written on Windows, read elsewhere
    return path


def content_of(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        UnsoundFile: ``NAMED_FILE_MISSING`` or ``NAMED_FILE_UNREADABLE``.
    """
    try:
        if not path.is_file():
            kind = "a folder" if path.is_dir() else "not there"
            allowed = f"must name a file; looked for {path}"
            raise UnsoundFile(FileFault("NAMED_FILE_MISSING", "", kind, allowed))
        size = path.stat().st_size
        if size > MOST_BYTES:
            allowed = f"must have at most {MOST_BYTES >> 20} MB"
            raise UnsoundFile(FileFault("NAMED_FILE_UNREADABLE", "", f"{size >> 20:,} MB", allowed))
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise UnsoundFile(FileFault("NAMED_FILE_UNREADABLE", "", reason, "must be a file that can be read")) from error


def text_of(content: bytes) -> str:
    """Text of a file in UTF-8 with or without a mark, or in the Western code page older tools write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
