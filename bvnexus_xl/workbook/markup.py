"""Find and change elements in the bytes of an XML part while every other byte stays as it was.

An XML library would write the whole part anew: other quotes, other prefixes, lost extension lists. These functions
only say where an element begins and ends. They rely on the part being well formed, which ``check_xml`` establishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from xml.parsers import expat
from xml.sax.saxutils import escape

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.refusal import RefusalCode

_SKIPPED = rb"!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>"
_ATTRIBUTES = rb"""(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*"""
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ROOT = re.compile(rb"<(?:" + _SKIPPED + rb"|(?:(?P<prefix>[^\s:/>!?]+):)?(?P<local>[^\s:/>!?]+)[\s/>])", re.DOTALL)

Edit = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element lies in the bytes of its part.

    ``<row r="1">`` begins at ``start`` and ends at ``open_end``; ``</row>`` begins at ``close_start`` and ends at
    ``end``. For ``<row r="1"/>`` the last three are equal. ``attributes`` is the raw text between name and ``>``.
    """

    name: bytes
    attributes: bytes
    start: int
    open_end: int
    close_start: int
    end: int


def check_xml(xml: bytes, part: str) -> None:
    """Make sure a part is well-formed UTF-8 without a document type.

    Raises:
        WorkbookRefused: ``XML_BROKEN`` or ``XML_UNSAFE``.
    """
    # Expat would also read UTF-16, in which the searches below find nothing; only there a zero byte is no fault.
    parser = expat.ParserCreate("utf-8")

    def refuse_doctype(*_: object) -> None:
        message = f"The part {part} declares a document type, which no Excel file does."
        raise WorkbookRefused(RefusalCode.XML_UNSAFE, message)

    def refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            message = f"its encoding is {encoding}"
            raise ValueError(message)

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.XmlDeclHandler = refuse_encoding
    try:
        if b"\0" in xml:
            message = "it holds a zero byte"
            raise ValueError(message)
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        message = f"The part {part} is not sound XML in UTF-8: {error}."
        raise WorkbookRefused(RefusalCode.XML_BROKEN, message) from error


def root_prefix(xml: bytes) -> bytes:
    """Prefix of the root element with its colon (``x:``), empty for none."""
    for match in _ROOT.finditer(xml):
        if match["local"]:
            return match["prefix"] + b":" if match["prefix"] else b""
    return b""


@lru_cache(maxsize=64)
def _tags(names: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """Tags of the given names; comments and CDATA match too, so that what looks like a tag in them is passed over."""
    either = b"|".join(re.escape(name) for name in names)
    tag = rb"(?P<close>/)?(?P<name>" + either + rb")(?P<attributes>" + _ATTRIBUTES + rb")\s*(?P<empty>/)?>"
    return re.compile(rb"<(?:" + _SKIPPED + rb"|" + tag + rb")", re.DOTALL)


def elements(xml: bytes, names: tuple[bytes, ...], start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Elements of the given qualified names between two offsets, in order; such elements must not nest."""
    opened: re.Match[bytes] | None = None
    for match in _tags(names).finditer(xml, start, len(xml) if end is None else end):
        if match["name"] is None:
            continue
        if match["close"]:
            if opened is not None:
                yield Element(
                    match["name"], opened["attributes"], opened.start(), opened.end(), match.start(), match.end()
                )
            opened = None
        elif match["empty"]:
            yield Element(match["name"], match["attributes"], match.start(), match.end(), match.end(), match.end())
        else:
            opened = match


def first(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Element | None:
    """The first element of that qualified name, None when there is none."""
    return next(elements(xml, (name,), start, end), None)


def attributes(raw: bytes) -> dict[str, str]:
    """Attributes of a raw attribute text, unescaped."""
    return {
        match[1].decode(): unescape((match[2] if match[2] is not None else match[3]).decode())
        for match in _ATTRIBUTE.finditer(raw)
    }


def with_attributes(raw: bytes, changes: dict[str, str | None]) -> bytes:
    """Raw attribute text in which the given attributes are set, or dropped where the value is None."""
    kept = b"".join(match[0] for match in _ATTRIBUTE.finditer(raw) if match[1].decode() not in changes)
    added = "".join(f' {name}="{escape_attribute(value)}"' for name, value in changes.items() if value is not None)
    return kept + added.encode()


def escape_attribute(value: str) -> str:
    """Text as it may stand between double quotes."""
    return escape(value, {'"': "&quot;"})


def splice(xml: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with each (start, end, replacement) applied; edits must not overlap.

    Several insertions at one place keep the order in which they were given.
    """
    pieces: list[bytes] = []
    position = 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        if start < position:
            message = f"edits overlap at byte {start}"
            raise ValueError(message)
        pieces += (xml[position:start], replacement)
        position = end
    return b"".join([*pieces, xml[position:]])
