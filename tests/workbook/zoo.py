"""A zoo of workbooks as different programs write them, each with a sheet of ours among the user's own things.

Every animal has three sheets of the template: ``Results`` (all cells ours), ``Start`` (the user's, three cells ours)
and ``_styles``. ``Start!A1`` holds the user's text and ``Start!B2`` the user's number.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
USER_TEXT, USER_NUMBER = "The user's own note", 42.5
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.0"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="9" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# Style names and where they stand in STYLES: as a program left them that numbered the styles anew.
STYLE_SHEET = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>number</t></is></c><c r="B1" s="3"/></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>date</t></is></c><c r="B2" s="1"/></row></sheetData></worksheet>'
)
RESULTS = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1:B2"/>'
    '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
    '<cols><col min="1" max="1" width="30" customWidth="1"/></cols><sheetData>'
    '<row r="1" ht="30" customHeight="1"><c r="A1" t="inlineStr"><is><t>old heading</t></is></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row></sheetData>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'
)
START = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1:B2"/><sheetData>'
    '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    f'<row r="2"><c r="B2" s="2"><v>{USER_NUMBER}</v></c></row></sheetData></worksheet>'
)
ONE_STRING = f'{HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{USER_TEXT}</t></si></sst>'
NAMES = '<definedNames><definedName name="bvn_template_version">1</definedName></definedNames>'
WORKBOOK = (
    f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><workbookPr/><sheets><sheet name="Start" sheetId="1" r:id="rId1"/>'
    '<sheet name="Results" sheetId="2" r:id="rId2"/><sheet name="_styles" sheetId="3" state="veryHidden" r:id="rId3"/>'
    f'</sheets>{NAMES}<calcPr calcId="191029"/></workbook>'
)


def relationships(links: dict[str, tuple[str, str]]) -> str:
    """A relationship part: id to (type, target)."""
    items = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{to}"/>' for i, (kind, to) in links.items())
    return f'{HEAD}<Relationships xmlns="{PACKAGE_REL}">{items}</Relationships>'


def content_types(overrides: dict[str, str]) -> str:
    """The content type part: part name to type."""
    items = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>{items}</Types>'
    )


WORKBOOK_LINKS = {
    "rId1": (f"{REL}/worksheet", "worksheets/sheet1.xml"),
    "rId2": (f"{REL}/worksheet", "worksheets/sheet2.xml"),
    "rId3": (f"{REL}/worksheet", "worksheets/sheet3.xml"),
    "rId4": (f"{REL}/styles", "styles.xml"),
    "rId5": (f"{REL}/sharedStrings", "sharedStrings.xml"),
}
TYPES = {
    "xl/workbook.xml": f"{OFFICE_TYPE}.sheet.main+xml",
    "xl/worksheets/sheet1.xml": f"{OFFICE_TYPE}.worksheet+xml",
    "xl/worksheets/sheet2.xml": f"{OFFICE_TYPE}.worksheet+xml",
    "xl/worksheets/sheet3.xml": f"{OFFICE_TYPE}.worksheet+xml",
    "xl/styles.xml": f"{OFFICE_TYPE}.styles+xml",
    "xl/sharedStrings.xml": f"{OFFICE_TYPE}.sharedStrings+xml",
}


def plain_parts() -> dict[str, str | bytes]:
    """Parts of the smallest workbook of ours; animals change or add some."""
    return {
        "[Content_Types].xml": content_types(TYPES),
        "_rels/.rels": relationships({"rId1": (f"{REL}/officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": relationships(WORKBOOK_LINKS),
        "xl/worksheets/sheet1.xml": START,
        "xl/worksheets/sheet2.xml": RESULTS,
        "xl/worksheets/sheet3.xml": STYLE_SHEET,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": ONE_STRING,
    }


def save_parts(path: Path, parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Zip the parts in the order given."""
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, (2024, 2, 29, 12, 30, 58)), content, compression)
    return path


def with_parts(path: Path, added: dict[str, str | bytes], replaced: Callable[[str, bytes], bytes]) -> Path:
    """The workbook with every part passed through ``replaced``, and some added."""
    with zipfile.ZipFile(path) as old:
        parts: dict[str, str | bytes] = {name: replaced(name, old.read(name)) for name in old.namelist()}
    return save_parts(path, parts | added)


# --- animals written by XlsxWriter and openpyxl --------------------------------------------------------------------


def xlsxwriter_book(path: Path, options: dict[str, object] | None = None, user: Callable | None = None) -> Path:
    """Our three sheets by XlsxWriter; ``user`` adds the user's things."""
    with xlsxwriter.Workbook(str(path), options or {}) as book:
        start, results, styles = (book.add_worksheet(name) for name in ("Start", "Results", "_styles"))
        number, day = book.add_format({"num_format": "#,##0.0"}), book.add_format({"num_format": "yyyy-mm-dd"})
        start.write("A1", USER_TEXT)
        start.write("B2", USER_NUMBER)
        results.set_column("A:A", 30)
        results.set_row(0, 30)
        results.write("A1", "old heading")
        results.write_row("A2", [1, 2])
        styles.very_hidden()
        for row, (name, look) in enumerate([("number", number), ("date", day)]):
            styles.write(row, 0, name)
            styles.write_blank(row, 1, None, look)
        book.define_name("bvn_template_version", "=1")
        if user is not None:
            user(book, start, results)
    return path


def _rich(book, start, results) -> None:
    start.insert_image("F2", "dot.png", {"image_data": io.BytesIO(PNG)})
    start.write_comment("A1", "Why: see the interconnection study", {"author": "Ana"})
    start.data_validation("B2", {"validate": "decimal", "criteria": ">", "value": 0})
    start.merge_range("A20:C21", "merged by the user")
    own = book.add_worksheet("My sheet & <notes>")
    own.write_column("A1", range(10))
    own.write_url("D1", "https://example.com/a?b=1&c=2")
    own.add_sparkline("C1", {"range": "'My sheet & <notes>'!A1:A10"})
    own.conditional_format("A1:A10", {"type": "data_bar", "data_bar_2010": True})
    own.insert_textbox("F1", "A text box")
    own.add_table("H1:I4", {"name": "Mine", "columns": [{"header": "a"}, {"header": "b"}]})
    chart = book.add_chart({"type": "area"})
    chart.add_series({"values": "=Results!$B$2:$B$9"})
    results.insert_chart("H2", chart)
    results.conditional_format("B2:B9", {"type": "icon_set", "icon_style": "3_arrows"})
    results.protect("", {"select_unlocked_cells": True})
    results.freeze_panes(1, 1)
    results.repeat_rows(0)
    results.write_comment("A1", "A comment on our own sheet")


def _macros(book, start, _results) -> None:
    book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0 not a real project, and none of our business"), True)
    start.insert_button("D4", {"macro": "Run", "caption": "Run"})


def openpyxl_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    start = book.active
    start.title = "Start"
    start["A1"], start["B2"] = USER_TEXT, USER_NUMBER
    book.create_sheet("Results")["A1"] = "old heading"
    styles = book.create_sheet("_styles")
    styles.sheet_state = "veryHidden"
    for row, (name, look) in enumerate([("number", "#,##0.0"), ("date", "yyyy-mm-dd")], 1):
        styles.cell(row, 1, name)
        styles.cell(row, 2).number_format = look
    book.defined_names["bvn_template_version"] = DefinedName("bvn_template_version", attr_text="1")
    book.save(path)
    return path


# --- animals written by hand, as Excel, LibreOffice and stranger programs write them --------------------------------

EXCEL_NAMESPACES = (
    f'xmlns="{MAIN}" xmlns:r="{REL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'mc:Ignorable="x14ac xr" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
    'xr:uid="{7B2F4B3E-0000-0000-0000-000000000001}"'
)
EXCEL_START = (
    f'{HEAD}<worksheet {EXCEL_NAMESPACES}><sheetPr codeName="Sheet1"/><dimension ref="A1:C12"/>'
    '<sheetViews><sheetView tabSelected="1" workbookViewId="0"><selection activeCell="B5" sqref="B5"/></sheetView>'
    '</sheetViews><sheetFormatPr defaultRowHeight="14.5" x14ac:dyDescent="0.35"/>'
    '<cols><col min="3" max="3" width="12.5" style="2" customWidth="1"/></cols><sheetData>'
    '<row r="1" spans="1:3" x14ac:dyDescent="0.35"><c r="A1" t="s"><v>0</v></c><c r="C1" s="2"><v>0.5</v></c></row>'
    f'<row r="2" spans="1:3" x14ac:dyDescent="0.35"><c r="B2" s="3"><v>{USER_NUMBER}</v></c>'
    '<c r="C2" t="str"><f>IF(B2&gt;0,"yes","no")</f><v>yes</v></c></row>'
    '<row r="3" spans="1:3" x14ac:dyDescent="0.35">'
    '<c r="B3" s="3"><f t="shared" ref="B3:B6" si="0">B2*$A$9+1</f><v>1</v></c></row>'
    '<row r="4" spans="1:3" x14ac:dyDescent="0.35"><c r="B4" s="3"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="5" spans="1:3" x14ac:dyDescent="0.35"><c r="B5" s="3"><f t="shared" ca="1" si="0"/><v>3</v></c></row>'
    '<row r="6" spans="1:3" x14ac:dyDescent="0.35"><c r="B6" s="3"><f t="shared" si="0"/><v>4</v></c></row>'
    '<row r="8" spans="1:3" s="3" customFormat="1" ht="20" customHeight="1" x14ac:dyDescent="0.35"/>'
    '<row r="12" spans="1:3" x14ac:dyDescent="0.35"><c r="A12" t="s"><v>1</v></c></row></sheetData>'
    '<sheetProtection sheet="1" objects="1" scenarios="1"/>'
    '<mergeCells count="1"><mergeCell ref="A12:C13"/></mergeCells><phoneticPr fontId="0" type="noConversion"/>'
    '<dataValidations count="1"><dataValidation type="decimal" operator="greaterThan" allowBlank="1" sqref="B2" '
    'xr:uid="{7B2F4B3E-0000-0000-0000-000000000002}"><formula1>0</formula1></dataValidation></dataValidations>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'
)
SHARED_STRINGS = (
    f'{HEAD}<sst xmlns="{MAIN}" count="4" uniqueCount="4"><si><t>{USER_TEXT}</t></si><si><t>merged</t></si>'
    "<si><t>number</t></si><si><r><rPr><b/></rPr><t>da</t></r><r><t>te</t></r></si></sst>"
)


def excel_parts() -> dict[str, str | bytes]:
    """Shared strings and formulas, a calculation chain, extension namespaces: what Excel itself writes."""
    parts = plain_parts()
    types = TYPES | {"xl/calcChain.xml": f"{OFFICE_TYPE}.calcChain+xml"}
    links = WORKBOOK_LINKS | {"rId6": (f"{REL}/calcChain", "calcChain.xml")}
    style_sheet = STYLE_SHEET.replace('t="inlineStr"><is><t>number</t></is>', 't="s"><v>2</v>')
    chain = "".join(f'<c r="{cell}" i="1"/>' for cell in ("C2", "B3", "B4", "B5", "B6"))
    return parts | {
        "[Content_Types].xml": content_types(types),
        "xl/_rels/workbook.xml.rels": relationships(links),
        "xl/worksheets/sheet1.xml": EXCEL_START,
        "xl/worksheets/sheet3.xml": style_sheet.replace('t="inlineStr"><is><t>date</t></is>', 't="s"><v>3</v>'),
        "xl/sharedStrings.xml": SHARED_STRINGS,
        "xl/calcChain.xml": f'{HEAD}<calcChain xmlns="{MAIN}">{chain}</calcChain>',
    }


def ribbon_parts() -> dict[str, str | bytes]:
    """A custom ribbon, custom XML, and a part of a kind nobody knows."""
    ui = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
    return plain_parts() | {
        "_rels/.rels": relationships(
            {"rId1": (f"{REL}/officeDocument", "xl/workbook.xml"), "rId2": (ui, "customUI/customUI14.xml")}
        ),
        "customUI/customUI14.xml": '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon/></customUI>',
        "customXml/item1.xml": "<mine xmlns='urn:mine'>\n<![CDATA[ </sheetData> ]]></mine>",
        "xl/slicers/slicer1.xml": '<slicers xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/>',
        "xl/media/image1.png": PNG,
        "xl/model/item.data": bytes(range(256)) * 9,
    }


def prefixed_parts() -> dict[str, str | bytes]:
    """Every element with a namespace prefix, as some .NET libraries write them."""

    def prefixed(xml: str | bytes) -> str:
        text = str(xml).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
        body = text.removeprefix(HEAD).replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
        return HEAD + body

    parts = plain_parts()
    changed = [name for name in parts if name.startswith("xl/") and not name.endswith(".rels")]
    return parts | {name: prefixed(parts[name]) for name in changed}


def libreoffice_parts() -> dict[str, str | bytes]:
    """Every attribute spelled out, no calculation chain, strings shared."""
    row = 'customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false"'
    start = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<worksheet xmlns="{MAIN}" xmlns:r="{REL}">'
        '<sheetPr filterMode="false"><pageSetUpPr fitToPage="false"/></sheetPr>'
        f'<dimension ref="A1:B2"/><sheetData><row r="1" {row}><c r="A1" s="0" t="s"><v>0</v></c></row>'
        f'<row r="2" {row}><c r="B2" s="3" t="n"><v>{USER_NUMBER}</v></c></row></sheetData></worksheet>'
    )
    parts = excel_parts()
    del parts["xl/calcChain.xml"]
    return parts | {
        "[Content_Types].xml": content_types(TYPES),
        "xl/_rels/workbook.xml.rels": relationships(WORKBOOK_LINKS),
        "xl/worksheets/sheet1.xml": start,
    }


def absolute_parts() -> dict[str, str | bytes]:
    """Links between parts given from the root of the package."""
    links = {key: (kind, f"/xl/{target}") for key, (kind, target) in WORKBOOK_LINKS.items()}
    return plain_parts() | {
        "_rels/.rels": relationships({"main": (f"{REL}/officeDocument", "/xl/workbook.xml")}),
        "xl/_rels/workbook.xml.rels": relationships(links),
    }


def implied_parts() -> dict[str, str | bytes]:
    """Rows and cells that leave their address to be counted."""
    start = f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="inlineStr"><is><t>{USER_TEXT}</t></is></c></row>' + (
        f"<row><c/><c><v>{USER_NUMBER}</v></c><c><v>7</v></c></row></sheetData></worksheet>"
    )
    return plain_parts() | {"xl/worksheets/sheet1.xml": start}


def sparse_parts() -> dict[str, str | bytes]:
    """A byte-order mark, single quotes, no <calcPr>, an empty cell table, comments that look like rows."""
    results = f"\ufeff<?xml version='1.0' encoding='utf-8'?><worksheet xmlns='{MAIN}'><sheetData /></worksheet>"
    start = START.replace("<sheetData>", "<!-- <sheetData><row r='1'/> --><sheetData><!-- <row r='9'><c r='A9'/> -->")
    book = WORKBOOK.replace('<calcPr calcId="191029"/>', "")
    return plain_parts() | {
        "xl/worksheets/sheet1.xml": start,
        "xl/worksheets/sheet2.xml": results,
        "xl/workbook.xml": book,
    }


def old_mac_parts() -> dict[str, str | bytes]:
    """Dates counted from 1904, and a calculation set to manual."""
    book = WORKBOOK.replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    book = book.replace('calcId="191029"', 'calcId="191029" calcMode="manual" fullCalcOnLoad="0"')
    return plain_parts() | {"xl/workbook.xml": book}


def _streamed(path: Path) -> Path:
    """Sizes after the data, stored parts, folder entries and a comment, as streaming zip writers leave them."""

    class OneWay(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.written += data
            return len(data)

    sink = OneWay()
    with zipfile.ZipFile(sink, "w") as made:
        made.comment = b"streamed"
        made.writestr("xl/", b"")
        for index, (name, content) in enumerate(plain_parts().items()):
            made.writestr(name, content, zipfile.ZIP_STORED if index % 2 else zipfile.ZIP_DEFLATED)
    path.write_bytes(sink.written)
    return path


HAND_WRITTEN: dict[str, Callable[[], dict[str, str | bytes]]] = {
    "plain": plain_parts,
    "excel": excel_parts,
    "ribbon, custom XML, slicers": ribbon_parts,
    "prefixed": prefixed_parts,
    "as LibreOffice writes": libreoffice_parts,
    "absolute links": absolute_parts,
    "implied addresses": implied_parts,
    "sparse": sparse_parts,
    "old Mac dates": old_mac_parts,
}
WRITTEN: dict[str, Callable[[Path], Path]] = {
    "XlsxWriter": xlsxwriter_book,
    "XlsxWriter, rich": lambda path: xlsxwriter_book(path, user=_rich),
    "XlsxWriter, 1904": lambda path: xlsxwriter_book(path, {"date_1904": True}),
    "XlsxWriter, inline strings": lambda path: xlsxwriter_book(path, {"constant_memory": True}),
    "macros": lambda path: xlsxwriter_book(path.with_suffix(".xlsm"), user=_macros),
    "openpyxl": openpyxl_book,
    "streamed zip": _streamed,
}
ANIMALS = (*HAND_WRITTEN, *WRITTEN)


def animal(name: str, folder: Path) -> Path:
    """The workbook of that name, made in a folder."""
    path = folder / "Añejo plan 600 MW.xlsx"
    return save_parts(path, HAND_WRITTEN[name]()) if name in HAND_WRITTEN else WRITTEN[name](path)
