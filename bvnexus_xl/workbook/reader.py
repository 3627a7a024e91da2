"""Workbook → ``Project``: every fault of every sheet at once, each with its sheet and cell.

Fields are found by their names, so rows, columns and tables may have been moved; nothing is read by position.
Formulas in input cells count by the values stored for them. The file is only read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bvnexus_xl.errors import Fault, InputFaults
from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.field_specs import FieldSpec, field_specs
from bvnexus_xl.inputs.loading import SECTIONS, TABLES, load_project
from bvnexus_xl.inputs.project import TEMPLATE_VERSION, Project
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.workbook.cells import address, column_letters, parse_address
from bvnexus_xl.workbook.input_grid import Grid
from bvnexus_xl.workbook.layout import SHEET_ORDER
from bvnexus_xl.workbook.locations import Locations
from bvnexus_xl.workbook.reading import Reading, meant, names_of
from bvnexus_xl.workbook.refuse import read_check
from bvnexus_xl.workbook.series_reader import read_series
from bvnexus_xl.workbook.sheets.base import CHECKS_BANNER
from bvnexus_xl.workbook.start_sheet import HISTORY_KEY, START_KEYS
from bvnexus_xl.workbook.stored import Stored, open_stored
from bvnexus_xl.workbook.table_reader import read_table

_FIELD_HEAD, _VALUE_HEAD = "Field name", "Value"
_FIELD_LIKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def read_project(path: Path, folder: Path | None = None) -> Project:
    """Project of a workbook; see ``read_workbook``."""
    return read_workbook(path, folder)[0]


def read_workbook(path: Path, folder: Path | None = None) -> tuple[Project, Locations]:
    """Project of a workbook, and the cell of every part of it.

    Args:
        path: the workbook.
        folder: where relative names of files are looked up, where that is not the workbook's own folder.

    Raises:
        WorkbookRefused: the file is no workbook of ours, or of another template version.
        InputFaults: every fault found in the sheets.
    """
    read_check(path, TEMPLATE_VERSION)
    with open_stored(path) as stored:
        reading = read_sheets(stored)
    faults = list(reading.faults)
    project: Project | None = None
    try:
        project = load_project(reading.raw, reading.place_of, folder or path.resolve().parent)
    except InputFaults as found:
        faults.extend(fault for fault in found.faults if fault.place)
    if project is None or faults:
        raise InputFaults(sorted(faults, key=_order))
    return project, reading.locations()


def read_sheets(stored: Stored, renamed: Mapping[str, Mapping[str, str]] | None = None) -> Reading:
    """Raw data of all input sheets, with the cell of each piece and the faults of the file itself.

    Args:
        stored: the open workbook.
        renamed: by sheet, names of fields or columns that older templates had → those of today.
    """
    reading = Reading(stored.epoch)
    for sheet in (name for name in SHEET_ORDER if name in SHEET_OF.values()):
        parts = [part for part, home in SHEET_OF.items() if home == sheet]
        if sheet not in stored.sheets:
            present = ", ".join(name for name in stored.sheets if not name.startswith("_"))
            reading.fault(sheet, "", "SHEET_MISSING", "", f"sheets found: {present}", f"sheet {sheet} must be there")
            for part in parts:
                reading.raw[part] = reading.mute((part,))
            continue
        grid = Grid(sheet, stored)
        reading.renamed += [f"{sheet} {then} → {now}" for then, now in grid.rename((renamed or {}).get(sheet, {}))]
        _note_banner(reading, grid)
        if sheet == SHEET_OF["series"]:
            reading.raw["series"] = read_series(reading, grid)
        else:
            _read_sheet(reading, grid, parts)
    return reading


def _note_banner(reading: Reading, grid: Grid) -> None:
    """Remember where the line of checks stands."""
    for (row, column), cell in grid.cells.items():
        if cell.formula == CHECKS_BANNER:
            reading.banners[grid.name] = address(row, column)


def _read_sheet(reading: Reading, grid: Grid, parts: list[str]) -> None:
    """Scalars and tables of one sheet."""
    sections = {part: field_specs(SECTIONS[part]) for part in parts if part in SECTIONS}
    tables = [loc for loc in TABLES if loc[0] in parts]
    fields = {spec.name for specs in sections.values() for spec in specs}
    wanted = fields | {loc[-1] for loc in tables}
    keys = grid.key_column(wanted)
    if keys == 0:
        allowed = f"a column with the field names must be there: {', '.join(sorted(wanted)[:3])}, ..."
        reading.fault(grid.name, "A1", "FIELD_NAMES_MISSING", "", "no field names on this sheet", allowed)
        for part in parts:
            reading.raw[part] = reading.mute((part,))
        return
    tops = _table_tops(grid, keys, tables)
    if HISTORY_KEY in tops:
        reading.start[HISTORY_KEY] = address(tops[HISTORY_KEY], keys)
    end = min(tops.values(), default=grid.last_row + 1)
    rows = _field_rows(reading, grid, keys, fields, end)
    _name_strangers(
        reading, grid, keys, end, fields, {spec.name for loc in tables for spec in field_specs(TABLES[loc])}
    )
    for part, specs in sections.items():
        reading.raw[part] = _read_scalars(reading, grid, part, specs, keys, rows)
    for loc in tables:
        value = _read_one_table(reading, grid, loc, tops, keys)
        if len(loc) == 1:
            reading.raw[loc[0]] = value
        else:
            reading.raw[loc[0]][loc[1]] = value


def _table_tops(grid: Grid, keys: int, tables: list[tuple[str, ...]]) -> dict[str, int]:
    """Row of the heading of each table, and of the runs on sheet ``Start``: nothing below is a scalar field."""
    names = {loc[-1] for loc in tables} | {HISTORY_KEY}
    found: dict[str, int] = {}
    for row, text in grid.rows_of(keys):
        if text in names:
            found.setdefault(text, row)
    return found


def _field_rows(reading: Reading, grid: Grid, keys: int, fields: set[str], end: int) -> dict[str, int]:
    """Row of each field; notes names that are there twice."""
    rows: dict[str, int] = {}
    for row, text in grid.rows_of(keys, last=end - 1):
        if text in START_KEYS:
            reading.start[text] = address(row, keys + 1)
        elif text in fields and text in rows:
            there = f"row {rows[text]} has the same field name"
            reading.fault(grid.name, address(row, keys), "DUPLICATE_FIELD", text, repr(text), there)
        elif text in fields:
            rows[text] = row
    return rows


def _name_strangers(reading: Reading, grid: Grid, keys: int, end: int, fields: set[str], of_tables: set[str]) -> None:
    """Note what looks like a field name and is none; field names of a table whose heading is gone are left alone."""
    found = dict(grid.rows_of(keys, last=end - 1))
    missing = fields - set(found.values())
    for row, text in found.items():
        if _FIELD_LIKE.fullmatch(text) and text not in fields | of_tables | START_KEYS:
            allowed = "must be a field of this sheet" + meant(text, missing)
            reading.fault(grid.name, address(row, keys), "UNKNOWN_FIELD", "", repr(text), allowed)


def _read_scalars(
    reading: Reading, grid: Grid, part: str, specs: tuple[FieldSpec, ...], keys: int, rows: dict[str, int]
) -> dict[str, Any]:
    values = _value_column(grid, keys)
    found: dict[str, Any] = {}
    for name, spec in names_of(specs).items():
        loc: Loc = (part, name)
        if name in rows:
            found[name] = reading.value(grid, rows[name], values, spec, loc)
            continue
        allowed = f"a row with this field name in column {column_letters(keys)} must be there"
        reading.fault(grid.name, _head_cell(grid, keys), "FIELD_MISSING", name, "no such row", allowed)
        found[name] = reading.mute(loc)
    return found


def _head_cell(grid: Grid, keys: int) -> str:
    """Cell above the field names: what is missing below it has no cell of its own."""
    return address(next((row for row, text in grid.rows_of(keys) if text == _FIELD_HEAD), 1), keys)


def _value_column(grid: Grid, keys: int) -> int:
    """Column under the heading ``Value``, or the one right of the field names where the heading is gone."""
    for row, text in grid.rows_of(keys):
        if text == _FIELD_HEAD:
            heads = [column for (at, column) in grid.cells if at == row and grid.text(at, column) == _VALUE_HEAD]
            return min(heads, default=keys + 1)
    return keys + 1


def _read_one_table(reading: Reading, grid: Grid, loc: tuple[str, ...], tops: dict[str, int], keys: int) -> Any:
    top = tops.get(loc[-1])
    if top is None:
        allowed = f"the name {loc[-1]} must stand beside its heading, in column {column_letters(keys)}"
        reading.fault(grid.name, _head_cell(grid, keys), "TABLE_MISSING", loc[-1], "no such table", allowed)
        return reading.mute(loc)
    below = [row for row in tops.values() if row > top]
    return read_table(reading, grid, loc, top, min(below, default=grid.last_row + 1) - 1)


def _order(fault: Fault) -> tuple[int, tuple[int, int], str]:
    """Sheets from left to right, cells from top to bottom."""
    sheet = SHEET_ORDER.index(fault.sheet) if fault.sheet in SHEET_ORDER else len(SHEET_ORDER)
    return sheet, parse_address(fault.cell) if fault.cell else (0, 0), fault.field
