"""Results that are being written into an open workbook, kept until all of them are there.

A worker that is killed half-way leaves some sheets new and some old or empty. What it was writing stands in its run
folder, and a sentence on sheet ``Start`` says that the results are not complete; the next button completes them.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bvnexus_xl.workbook.cells import SheetCells

INCOMPLETE_NOTE = "the results are not complete: run again"
WRITING_NOTE = "being written: while this stands here the results are not complete; press Check inputs to complete them"
_NAME = "unfinished.pickle"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What was being written.

    Attributes:
        sheets: all of it; writing it again does no harm.
        marked: whether ``WRITING_NOTE`` was put on sheet ``Start`` before; not where the user has removed its place.
    """

    sheets: Sequence[SheetCells]
    marked: bool


def keep(folder: Path, unfinished: Unfinished) -> None:
    """Keep what is about to be written.

    Raises:
        OSError: the folder cannot be written.
    """
    temporary = folder / f"{_NAME}.new"
    temporary.write_bytes(pickle.dumps(unfinished))
    temporary.replace(folder / _NAME)


def is_kept(folder: Path) -> bool:
    """Whether a run was cut off while it wrote."""
    return (folder / _NAME).exists()


def kept(folder: Path) -> Unfinished | None:
    """What was kept; None where it cannot be read, as after an update of the package.

    The folder is the user's own, as the package itself is: a pickle adds no risk.
    """
    try:
        found = pickle.loads((folder / _NAME).read_bytes())
    except Exception:  # whatever is wrong with the file: there is nothing to complete
        return None
    return found if isinstance(found, Unfinished) else None


def forget(folder: Path) -> None:
    """Everything was written."""
    with suppress(OSError):  # held by a virus scanner on Windows: writing the same results once more does no harm
        (folder / _NAME).unlink(missing_ok=True)
