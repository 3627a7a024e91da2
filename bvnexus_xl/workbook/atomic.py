"""Replace a file at once or not at all.

The new content goes into a temporary file in the same folder, reaches the disk, is looked at once more, and takes the
old file's name in a single step. A crash, a full disk or a kill at any moment leaves the old file as it was.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.refusal import RefusalCode

# Virus scanners and cloud folders hold a file open for a moment after it was written, on Windows above all.
_RENAME_TRIES = 6
_RENAME_PAUSE_S = 0.25
_TEMPORARY = ".bvn-{owner}-{token}.tmp"


def replace_file(target: Path, fill: Callable[[BinaryIO], None], look_back: Callable[[Path], None]) -> None:
    """Give ``target`` new content; a link is followed, so that the file it leads to is replaced.

    Args:
        target: the file; it need not exist yet.
        fill: writes the content into the binary stream it is given.
        look_back: reads the finished temporary file and raises when something is wrong with it.

    Raises:
        WorkbookRefused: ``DISK_FULL``, ``OPEN_ELSEWHERE`` or ``WRITE_FAILED``.
        Exception: whatever ``fill`` or ``look_back`` raise; the target is untouched and no temporary file is left.
    """
    final = target.resolve()
    temporary = temporary_beside(final)
    try:
        with temporary.open("xb") as stream:
            fill(stream)
            stream.flush()
            os.fsync(stream.fileno())
        look_back(temporary)
        if final.exists():
            shutil.copymode(final, temporary)
        _rename(temporary, final)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise refusal_of(error, target) from error
        raise
    _sync_folder(final.parent)


def write_file(target: Path, data: bytes) -> None:
    """Write a whole file, or leave the one that is there untouched.

    Raises:
        WorkbookRefused: it cannot be written.
    """

    def fill(file: BinaryIO) -> None:
        file.write(data)

    replace_file(target, fill, lambda _written: None)


def temporary_beside(final: Path) -> Path:
    """A new name in the folder of a file, by which ``remove_leftovers`` finds what a killed process left there."""
    return final.with_name(_TEMPORARY.format(owner=_owner(final), token=secrets.token_hex(4)))


def remove_leftovers(target: Path) -> None:
    """Delete temporary files that a killed write to ``target`` left; call it only while holding the run lock."""
    final = target.resolve()
    for leftover in final.parent.glob(_TEMPORARY.format(owner=_owner(final), token="*")):
        with contextlib.suppress(OSError):
            leftover.unlink()


def refusal_of(error: OSError, target: Path) -> WorkbookRefused:
    """What to tell the user about a failed write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WorkbookRefused(RefusalCode.DISK_FULL, f"No room to write {target}: free some space and run again.")
    if isinstance(error, PermissionError):
        return WorkbookRefused(
            RefusalCode.OPEN_ELSEWHERE, f"{target} could not be replaced: close it in every program."
        )
    return WorkbookRefused(RefusalCode.WRITE_FAILED, f"{target} could not be written: {error.strerror or error}.")


def _owner(final: Path) -> str:
    """A short mark of the target: a file name may be too long to be repeated in another."""
    return hashlib.sha256(final.name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _rename(temporary: Path, final: Path) -> None:
    for attempt in range(1, _RENAME_TRIES + 1):
        try:
            os.replace(temporary, final)  # noqa: PTH105 - the call the crash tests stand in for
        except PermissionError:
            if attempt == _RENAME_TRIES:
                raise
            time.sleep(_RENAME_PAUSE_S)
        else:
            return


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable where folders can be synced; the file is already whole either way."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
