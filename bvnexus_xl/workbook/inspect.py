"""Compare two workbooks part by part."""

from __future__ import annotations

from pathlib import Path

from bvnexus_xl.workbook.archive import Archive


def changed_parts(a: Path, b: Path) -> list[str]:
    """Names of the parts whose decompressed bytes differ, or that only one of the files has, in alphabetical order.

    Raises:
        WorkbookRefused: one of the files is not a sound zip.
    """
    with Archive(a) as left, Archive(b) as right:
        names = sorted({*left.names, *right.names})
        both = set(left.names) & set(right.names)
        return [name for name in names if name not in both or left.read(name) != right.read(name)]
