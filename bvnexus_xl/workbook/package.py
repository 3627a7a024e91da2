"""The Office package inside the zip: which part is the workbook, which part is which sheet, what belongs to what."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from lxml import etree

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.archive import Archive
from bvnexus_xl.workbook.refusal import RefusalCode

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CONTENT_TYPES_PART = "[Content_Types].xml"

_STRICT_MARK = b"purl.oclc.org/ooxml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKBOOK_TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": ".xlsm",
    "application/vnd.ms-excel.template.macroenabled.main+xml": ".xltm",
}
"""File extension that Excel demands for each kind of workbook."""
_XLSB_TYPE = "application/vnd.ms-excel.sheet.binary.macroenabled.main"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One link from a part to another: its id, the last word of its type, and the part it leads to."""

    identifier: str
    kind: str
    part: str


class Package:
    """A workbook open for reading.

    Raises:
        WorkbookRefused: the codes of ``Archive``, and ``NOT_A_WORKBOOK``, ``XLSB_FORMAT``, ``STRICT_OOXML``,
            ``XML_BROKEN``, ``XML_UNSAFE``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = Archive(path)
        try:
            # Part names ignore case, so "xl/Workbook.xml" may be meant by a link to "xl/workbook.xml".
            self._members = {name.casefold(): name for name in self.archive.names}
            self.workbook_part = self._find_workbook()
            self.workbook_xml = self.archive.read(self.workbook_part)
            self._workbook = self.parse(self.workbook_part)
            self._check_main_namespace()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, so that Windows lets it be replaced."""
        self.archive.close()

    def parse(self, part: str) -> etree._Element:
        """Root element of a part, no entity resolved and no network used."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(self.archive.read(part), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            message = f"{self.path.name} is damaged: {part}: {error}."
            raise WorkbookRefused(RefusalCode.XML_BROKEN, message) from error
        if root.getroottree().docinfo.doctype:
            message = f"{self.path.name} was not opened: {part} declares a document type."
            raise WorkbookRefused(RefusalCode.XML_UNSAFE, message)
        return root

    def relationships(self, part: str) -> list[Relationship]:
        """Links of a part to other parts of this package; links to the outside are left out."""
        rels = self.relationships_part(part)
        if rels is None:
            return []
        found = []
        for item in self.parse(rels).iterfind("{*}Relationship"):
            target = self.find(target_of(part, item.get("Target", "")))
            if item.get("TargetMode") != "External" and target is not None:
                found.append(Relationship(item.get("Id", ""), item.get("Type", "").rsplit("/", 1)[-1], target))
        return found

    def relationships_part(self, part: str) -> str | None:
        """Name of the part that holds the links of ``part`` (empty for the whole package), None when it has none."""
        folder, name = posixpath.split(part)
        return self.find(posixpath.join(folder, "_rels", f"{name}.rels"))

    def find(self, part: str) -> str | None:
        """The member's name as it is written in the zip, None when there is no such member."""
        return self._members.get(part.casefold())

    def related(self, part: str, kind: str) -> list[str]:
        """Parts to which ``part`` has a link whose type ends with ``kind``."""
        return [link.part for link in self.relationships(part) if link.kind == kind]

    @cached_property
    def sheets(self) -> dict[str, Relationship]:
        """Sheet name to its part, in the order of the tabs; ``kind`` is worksheet, chartsheet and so on."""
        links = {link.identifier: link for link in self.relationships(self.workbook_part)}
        found = {}
        for sheet in self._workbook.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet"):
            link = links.get(sheet.get(f"{{{_RELATIONSHIPS}}}id", ""))
            if link is not None:
                found[sheet.get("name", "")] = link
        return found

    def sheet_part(self, name: str) -> str:
        """Part of the worksheet of that name.

        Raises:
            WorkbookRefused: ``SHEET_MISSING``.
        """
        link = self.sheets.get(name)
        if link is None or link.kind != "worksheet":
            message = f"{self.path.name} has no worksheet {name!r}; results go there. Restore its name or take a copy."
            raise WorkbookRefused(RefusalCode.SHEET_MISSING, message)
        return link.part

    @property
    def counts_days_from_1904(self) -> bool:
        """Whether dates are counted from 1904-01-01 (an option of old Mac workbooks)."""
        properties = self._workbook.find(f"{{{MAIN}}}workbookPr")
        return properties is not None and properties.get("date1904", "0") in ("1", "true", "on")

    @property
    def extension(self) -> str:
        """The file extension that Excel demands for what the file is: ``.xlsx``, ``.xlsm``, ``.xltx`` or ``.xltm``."""
        return _WORKBOOK_TYPES[self._content_type(self.workbook_part)]

    def workbook_name(self, name: str) -> str | None:
        """What a workbook-level defined name refers to, None when it is not defined."""
        for item in self._workbook.iterfind(f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName"):
            if item.get("localSheetId") is None and item.get("name", "").casefold() == name.casefold():
                return item.text or ""
        return None

    def _find_workbook(self) -> str:
        types = self.find(CONTENT_TYPES_PART)
        candidates = self.related("", "officeDocument") if types is not None else []
        for part in candidates:
            kind = self._content_type(part)
            if kind in _WORKBOOK_TYPES:
                return part
            if kind == _XLSB_TYPE:
                message = f"{self.path.name} is a binary workbook: save it as .xlsx or .xlsm."
                raise WorkbookRefused(RefusalCode.XLSB_FORMAT, message)
        message = f"{self.path.name} is not an Excel workbook (.xlsx or .xlsm)."
        raise WorkbookRefused(RefusalCode.NOT_A_WORKBOOK, message)

    def _content_type(self, part: str) -> str:
        types = self.parse(self._members[CONTENT_TYPES_PART.casefold()])
        extension = part.rsplit(".", 1)[-1].casefold()
        kind = ""
        for item in types:
            if item.get("PartName", "").lstrip("/").casefold() == part.casefold():
                return str(item.get("ContentType", "")).casefold()
            if item.get("Extension", "").casefold() == extension:
                kind = str(item.get("ContentType", "")).casefold()
        return kind

    def _check_main_namespace(self) -> None:
        if self._workbook.tag == f"{{{MAIN}}}workbook":
            return
        if _STRICT_MARK in self.workbook_xml:
            message = (
                f"{self.path.name} is saved as Strict Open XML: save it as 'Excel Workbook (*.xlsx)' "
                "or 'Excel Macro-Enabled Workbook (*.xlsm)'."
            )
            raise WorkbookRefused(RefusalCode.STRICT_OOXML, message)
        message = f"{self.path.name} is not an Excel workbook (.xlsx or .xlsm)."
        raise WorkbookRefused(RefusalCode.NOT_A_WORKBOOK, message)


def target_of(part: str, target: str) -> str:
    """Member name a link of ``part`` leads to: relative to the part's folder, or from the root with a slash."""
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
    joined = path if path.startswith("/") else posixpath.join("/", posixpath.dirname(part), path)
    return posixpath.normpath(joined).lstrip("/")
