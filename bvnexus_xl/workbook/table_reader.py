"""Reads one table of an input sheet: found by the name beside its heading, its columns by their field names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.field_specs import REQUIRED, FieldSpec, field_specs
from bvnexus_xl.inputs.loading import TABLES
from bvnexus_xl.workbook.cells import address, column_letters
from bvnexus_xl.workbook.input_grid import Grid
from bvnexus_xl.workbook.reading import Reading, Unsound, meant, names_of

_HEADER_WITHIN = 12
"""Rows below a table's heading among which its row of field names is sought."""


def read_table(reading: Reading, grid: Grid, loc: tuple[str, ...], top: int, bottom: int) -> Any:
    """Rows of a table as ``load_project`` takes them.

    Args:
        reading: gathers places and faults.
        grid: the sheet.
        loc: the table's location in the project.
        top: row of its heading.
        bottom: last row that may belong to it.
    """
    specs = names_of(field_specs(TABLES[loc]))
    header = grid.header_row(specs.keys(), top + 1, min(bottom, top + _HEADER_WITHIN))
    if header == 0:
        name = loc[-1]
        allowed = f"a row with the field names must be there: {', '.join(specs)}"
        reading.fault(grid.name, address(top, 1), "TABLE_HEADER_MISSING", name, "no row of field names", allowed)
        return reading.mute(loc)
    columns = _columns(reading, grid, loc, header, specs)
    reading.cells[loc] = (grid.name, address(header, min(columns.values())))
    rows: list[dict[str, Any]] = []
    for row in grid.filled(header + 1, bottom):
        if any((row, column) in grid.cells for column in columns.values()):
            rows.append(_row(reading, grid, (*loc, len(rows)), row, columns, specs))
    return rows


def _columns(reading: Reading, grid: Grid, loc: Loc, header: int, specs: Mapping[str, FieldSpec]) -> dict[str, int]:
    """Column of each field; notes columns that are missing, twice, or unknown."""
    texts = {column: grid.text(header, column) for (row, column) in sorted(grid.cells) if row == header}
    columns: dict[str, int] = {}
    for column, text in texts.items():
        if text not in specs:
            continue
        if text in columns:
            there = f"column {column_letters(columns[text])} has the same name"
            reading.fault(grid.name, address(header, column), "DUPLICATE_COLUMN", text, repr(text), there)
        else:
            columns[text] = column
    missing = [name for name in specs if name not in columns]
    for column, text in texts.items():
        beside = any(texts.get(column + step) in specs or _chained(texts, column, step, specs) for step in (-1, 1))
        if text not in specs and beside:
            allowed = "must be a field of this table" + (meant(text, missing) or ", or stand apart from it")
            reading.fault(grid.name, address(header, column), "UNKNOWN_COLUMN", "", repr(text), allowed)
    first = address(header, min(columns.values()))
    for name in missing:
        allowed = f"a column with the field name {name} must be in row {header}"
        reading.fault(grid.name, first, "COLUMN_MISSING", name, "no such column", allowed)
    return columns


def _chained(texts: Mapping[int, str], column: int, step: int, specs: Mapping[str, FieldSpec]) -> bool:
    """True where filled header cells lead without a gap from a column to one of the table."""
    while column in texts:
        if texts[column] in specs:
            return True
        column += step
    return False


def _row(
    reading: Reading,
    grid: Grid,
    loc: Loc,
    row: int,
    columns: Mapping[str, int],
    specs: Mapping[str, FieldSpec],
) -> dict[str, Any]:
    """One row; a cell may stay empty where its field has a default."""
    found: dict[str, Any] = {}
    for name, spec in specs.items():
        here = (*loc, name)
        if name not in columns:
            found[name] = reading.mute(here)
            continue
        value = reading.value(grid, row, columns[name], spec, here)
        if value is not None or spec.default is REQUIRED or isinstance(value, Unsound):
            found[name] = value
    return found
