"""Workbooks broken on purpose, each from a seed: values nobody expects, and files no program should write.

A change is made in the bytes of the file, not through a library that would mend it.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from bvnexus_xl.errors import InputFaults, WorkbookRefused
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.writer import changed_parts_of

Parts = dict[str, bytes]
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_ABSURD = (
    "-1",
    "0",
    "1e308",
    "-1e308",
    "1e999",
    "-0",
    "NaN",
    "INF",
    "1,5",
    "0x10",
    "",
    " ",
    "12abc",
    "1e",
    "२",
    "99999999999",
)
_TEXTS = (
    *("", " ", "n/a", "8 %", "-", "=1+1", "+1", "@SUM(A1)", "yes", "TRUE", "2029", "2029-01-01", "31.12.2029", "#REF!"),
    *(
        "x" * 40_000,
        "a\nb",
        "\t",
        "_x000D_",
        "_x005F_x0041_",
        "\u202e",
        "é" * 300,
        "🏭",
        "C:\\x",
        "None",
        "nan",
        "[]",
        "{}",
    ),
)
_ERRORS = ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "", "#WHAT?")
_FORMULAS = ("1/0", "A1", "SUM(", "C" * 9000, "[9]Other!A1", "", "INDIRECT(A1)", "{1,2}")


@dataclass(frozen=True)
class Outcome:
    """What came of one broken workbook: ``sound``, ``faults``, ``refused``; anything else is an exception."""

    what: str
    codes: tuple[str, ...]
    without_cell: tuple[str, ...]
    """Faults that name no cell; a sheet that is missing has none."""


class Fuzzer:
    """Breaks copies of one workbook.

    Args:
        folder: where the base workbook and its broken copies are written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        base = folder / "base.xlsx"
        build_template(default_project(), base)
        with zipfile.ZipFile(base) as archive:
            self.parts: Parts = {name: archive.read(name) for name in archive.namelist()}
        self.inputs = [name for name in self.parts if self._is_input(name)]

    def _is_input(self, name: str) -> bool:
        """Sheets with field names, without the long one of hourly columns."""
        small = len(self.parts[name]) < 500_000
        return name.startswith("xl/worksheets/sheet") and small and int(re.sub(r"\D", "", name)) <= 12

    def broken(self, seed: int) -> tuple[str, Path]:
        """(kinds of damage, file) of a seed; the same seed gives the same file."""
        dice = random.Random(seed)
        parts = dict(self.parts)
        kinds = []
        for _ in range(dice.choice((1, 1, 1, 2, 4))):
            change = dice.choice(CHANGES)
            kinds.append(change.__name__.strip("_"))
            change(parts, self.inputs, dice)
        content = _zipped(parts)
        if dice.random() < 0.15:
            spoil = dice.choice(SPOILERS)
            kinds.append(spoil.__name__.strip("_"))
            content = spoil(content, dice)
        path = self.folder / f"broken_{seed}.xlsx"
        path.write_bytes(content)
        return ", ".join(kinds), path


def judged(path: Path) -> Outcome:
    """Read a workbook and prepare what a run would write; only errors with messages for people are caught."""
    try:
        read_project(path)
        with Package(path) as package:
            changed_parts_of(package, [sheet.cells(None) for sheet in OUTPUT_SHEETS])
    except InputFaults as found:
        codes = tuple(fault.code for fault in found.faults)
        homeless = [fault for fault in found.faults if not fault.cell and fault.code != "SHEET_MISSING"]
        return Outcome("faults", codes, tuple(str(fault) for fault in homeless))
    except WorkbookRefused as refused:
        return Outcome("refused", (str(refused.code),), ())
    return Outcome("sound", (), ())


def _zipped(parts: Parts) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _some_cell(parts: Parts, sheets: list[str], dice: random.Random) -> tuple[str, re.Match[bytes]] | None:
    """A cell of an input sheet; mostly one that holds a value to type."""
    present = [sheet for sheet in sheets if sheet in parts]
    if not present:
        return None
    sheet = dice.choice(present)
    cells = list(_CELL.finditer(parts[sheet]))
    typed = [cell for cell in cells if cell[1] == b"C"]
    pool = typed if typed and dice.random() < 0.7 else cells
    return (sheet, dice.choice(pool)) if pool else None


def _put(parts: Parts, place: tuple[str, re.Match[bytes]] | None, inner: str, kind: str = "") -> None:
    if place is None:
        return
    sheet, cell = place
    style = re.search(rb' s="\d+"', cell[0].split(b">", 1)[0])
    made = f'<c r="{cell[1].decode()}{cell[2].decode()}"{style[0].decode() if style else ""}{kind}>{inner}</c>'
    xml = parts[sheet]
    parts[sheet] = xml[: cell.start()] + made.encode("utf-8") + xml[cell.end() :]


def _absurd_number(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    _put(parts, _some_cell(parts, sheets, dice), f"<v>{escape(dice.choice(_ABSURD))}</v>")


def _odd_text(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    text = escape(dice.choice(_TEXTS))
    _put(parts, _some_cell(parts, sheets, dice), f"<is><t>{text}</t></is>", ' t="inlineStr"')


def _error_value(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    _put(parts, _some_cell(parts, sheets, dice), f"<v>{dice.choice(_ERRORS)}</v>", ' t="e"')


def _formula(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    value = dice.choice(("", "<v>3</v>", "<v>abc</v>"))
    kind = dice.choice(("", ' t="str"', ' t="b"', ' t="d"', ' t="zz"'))
    how = dice.choice(("", ' t="shared" si="7"', ' t="array" ref="A1:B2"', ' t="array" ref="?:?"', ' t="dataTable"'))
    _put(parts, _some_cell(parts, sheets, dice), f"<f{how}>{escape(dice.choice(_FORMULAS))}</f>{value}", kind)


def _bad_index(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    _put(parts, _some_cell(parts, sheets, dice), f"<v>{dice.choice((-1, 10**9, 'x', 1.5))}</v>", ' t="s"')


def _emptied(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    _put(parts, _some_cell(parts, sheets, dice), "")


def _copied(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    """The content of one cell in another: doubled field names, values in the wrong row."""
    found = _some_cell(parts, sheets, dice)
    if found is not None:
        kind = re.search(rb' t="\w+"', found[1][0].split(b">", 1)[0])
        inner = re.sub(rb"^<c[^>]*?/?>|</c>$", b"", found[1][0]).decode("utf-8")
        _put(parts, _some_cell(parts, sheets, dice), inner, kind[0].decode() if kind else "")


def _rows_gone(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    found = _some_cell(parts, sheets, dice)
    if found is not None:
        sheet, cell = found
        first, count = int(cell[2]), dice.choice((1, 2, 30))
        for row in range(first, first + count):
            parts[sheet] = re.sub(rb'<row r="%d"[^>]*?(?:/>|>.*?</row>)' % row, b"", parts[sheet], flags=re.DOTALL)


def _odd_attribute(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    """Addresses, rows, styles and types no program writes."""
    found = _some_cell(parts, sheets, dice)
    if found is None:
        return
    sheet, cell = found
    before, after = dice.choice(
        (
            (rb'<c r="[A-Z]+\d+"', b'<c r="ZZZZZ99999999999"'),
            (rb'<c r="[A-Z]+\d+"', b'<c r=""'),
            (rb'<c r="[A-Z]+\d+"', b'<c r="12"'),
            (rb'<c r="[A-Z]+\d+"', b"<c"),
            (rb' s="\d+"', b' s="987654321"'),
            (rb' s="\d+"', b' s="-1"'),
            (rb' s="\d+"', b' s="x"'),
            (rb' t="s"', b' t="n"'),
            (rb"<v>", b"<v><v>"),
            (rb"</v>", b"</v><v>2</v>"),
        )
    )
    xml = parts[sheet]
    parts[sheet] = xml[: cell.start()] + re.sub(before, after, cell[0], count=1) + xml[cell.end() :]


def _odd_row(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    sheet = dice.choice(sheets)
    after = dice.choice(
        (b'<row r="0"', b'<row r="-5"', b'<row r="x"', b'<row r="99999999999999999999"', b'<row r="1.5"')
    )
    rows = list(re.finditer(rb'<row r="\d+"', parts.get(sheet, b"")))
    if rows:
        row = dice.choice(rows)
        parts[sheet] = parts[sheet][: row.start()] + after + parts[sheet][row.end() :]


def _merged(parts: Parts, sheets: list[str], dice: random.Random) -> None:
    area = dice.choice(("C5:D6", "A1:G200", "C9", "", "x:y", "C9:C5", "ZZZ1:ZZZ9999999"))
    sheet = dice.choice(sheets)
    found = f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'
    parts[sheet] = parts.get(sheet, b"").replace(b"</sheetData>", found.encode(), 1)


def _sheet_renamed(parts: Parts, _: list[str], dice: random.Random) -> None:
    names = re.findall(rb'<sheet name="([^"]*)"', parts.get("xl/workbook.xml", b""))
    if names:
        new = dice.choice((b"Sheet1", b"", b"site", names[0], "Épée &amp; Co".encode()))
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'"%s"' % dice.choice(names), b'"%s"' % new, 1)


def _sheet_gone(parts: Parts, _: list[str], dice: random.Random) -> None:
    sheets = re.findall(rb"<sheet name=[^>]*/>", parts.get("xl/workbook.xml", b""))
    if sheets:
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(dice.choice(sheets), b"", 1)


def _version(parts: Parts, _: list[str], dice: random.Random) -> None:
    new = dice.choice((b"0", b"999999", b"Site!$A$1", b"", b"&quot;1&quot;", b"1.0"))
    old = rb'(<definedName name="bvn_template_version">)[^<]*'
    parts["xl/workbook.xml"] = re.sub(old, rb"\g<1>" + new, parts.get("xl/workbook.xml", b""))


def _part_gone(parts: Parts, _: list[str], dice: random.Random) -> None:
    parts.pop(dice.choice(list(parts)), None)


def _part_swapped(parts: Parts, _: list[str], dice: random.Random) -> None:
    first, second = dice.choice(list(parts)), dice.choice(list(parts))
    parts[first], parts[second] = parts[second], parts[first]


def _xml_cut(parts: Parts, _: list[str], dice: random.Random) -> None:
    """A piece of a part is gone."""
    name = dice.choice(list(parts))
    start = dice.randrange(len(parts[name]) + 1)
    parts[name] = parts[name][:start] + parts[name][start + dice.choice((1, 5, 50, 5000)) :]


def _xml_noise(parts: Parts, _: list[str], dice: random.Random) -> None:
    """Bytes that do not belong there, document types among them."""
    name = dice.choice(list(parts))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    noise = dice.choice(
        (b"\0", b"<", b"&", b"&#0;", b"&b;", bomb, b"\xff\xfe", b"<!--", b"<![CDATA[", dice.randbytes(9))
    )
    start = dice.choice((0, 0, 55, dice.randrange(len(parts[name]) + 1)))
    parts[name] = parts[name][:start] + noise + parts[name][start:]


def _encoding(parts: Parts, _: list[str], dice: random.Random) -> None:
    name = dice.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    said = dice.choice((b"UTF-16", b"latin-1", b"utf-7", b"nonsense", b""))
    parts[name] = parts[name].replace(b"UTF-8", said, 1)


def _truncated(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def _flipped(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 3, 20, 500))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _tail(content: bytes, dice: random.Random) -> bytes:
    """Damage in the zip's directory, where sizes and places are told."""
    changed = bytearray(content)
    for _ in range(dice.choice((1, 5))):
        changed[-dice.randrange(1, 3000)] = dice.randrange(256)
    return bytes(changed)


def _doubled(content: bytes, dice: random.Random) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        info = zipfile.ZipInfo(dice.choice(("../evil.xml", "xl/extra.xml", "/abs.xml", "xl\\back.xml", "C:/x.xml")))
        archive.writestr(info, b"<x/>")
    return stream.getvalue()


Change = Callable[[Parts, list[str], random.Random], None]
CHANGES: tuple[Change, ...] = (
    *(_absurd_number, _absurd_number, _odd_text, _odd_text, _error_value, _formula, _formula, _bad_index, _emptied),
    *(_copied, _copied, _rows_gone, _odd_attribute, _odd_attribute, _odd_row, _merged, _sheet_renamed, _sheet_gone),
    *(_version, _part_gone, _part_swapped, _xml_cut, _xml_noise, _encoding),
)
SPOILERS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_truncated, _flipped, _tail, _doubled)


def counts(outcomes: Mapping[int, Outcome]) -> dict[str, int]:
    """How many of each kind."""
    return {what: sum(item.what == what for item in outcomes.values()) for what in ("sound", "faults", "refused")}
