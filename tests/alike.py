"""Copies of workbooks for the validators, without rows and texts that are like one already there.

Validators take minutes for sheets with a row for each hour, and look at each row alone: at its elements and attributes,
not at its number or its values. So of rows that differ in nothing else, the first stands for all; and so for the shared
texts, whose numbers in the cells that are left follow.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXTS = "xl/sharedStrings.xml"
_ADDRESS = frozenset({"r", "spans"})
Pattern = tuple[object, ...]


def without_alike(source: Path, target: Path) -> Path:
    """Copy the file; every part but sheets and shared texts stays byte for byte. Returns the target."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        texts, numbers = _thin_texts(old.read(_TEXTS)) if _TEXTS in old.namelist() else (b"", [])
        for name in old.namelist():
            if name == _TEXTS:
                new.writestr(name, texts)
            elif name.startswith("xl/worksheets/sheet"):
                new.writestr(name, _thin_rows(old.read(name), numbers))
            else:
                new.writestr(name, old.read(name))
    return target


def _thin_texts(content: bytes) -> tuple[bytes, list[int]]:
    """The shared texts without those alike, and for each text there was the number of the one that stands for it."""
    root = etree.fromstring(content)
    kept: dict[Pattern, int] = {}
    numbers = []
    for text in list(root):
        pattern = _element(text)
        if pattern in kept:
            root.remove(text)
        numbers.append(kept.setdefault(pattern, len(kept)))
    return _bytes(root), numbers


def _thin_rows(content: bytes, numbers: list[int]) -> bytes:
    root = etree.fromstring(content)
    data = root.find(f"{_MAIN}sheetData")
    seen: set[Pattern] = set()
    for row in list(data):
        pattern = _row(row)
        if pattern in seen:
            data.remove(row)
        seen.add(pattern)
    for value in data.iterfind(f"{_MAIN}row/{_MAIN}c[@t='s']/{_MAIN}v"):
        number = int(value.text)
        value.text = str(numbers[number] if number < len(numbers) else number)  # one too high is a fault, and stays one
    return _bytes(root)


def _row(row: etree._Element) -> Pattern:
    """What a row is made of: everything but its number and the values and formulas in it."""
    cells = ((cell.get("r", "").rstrip("0123456789"), _element(cell)) for cell in row)
    return (row.tag, _attributes(row), *cells)


def _element(element: etree._Element) -> Pattern:
    return (element.tag, _attributes(element), *(_element(child) for child in element))


def _attributes(element: etree._Element) -> Pattern:
    return tuple(sorted((key, value) for key, value in element.items() if key not in _ADDRESS))


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
