"""Reads sheet ``Series``: hourly columns by their header, 8,760 values each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bvnexus_xl.inputs.series import LABEL_COLUMNS, RESERVED_SERIES, allowed_values
from bvnexus_xl.workbook.cell_values import CellFault, number_fault, plain_number, stored_fault
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.input_grid import Grid
from bvnexus_xl.workbook.reading import Reading
from bvnexus_xl.workbook.stored import StoredCell

_HEADER_WITHIN = 40
_STAND_IN = 1.0
"""Value in place of a broken one when its column has no sound value: within every column's range."""


def read_series(reading: Reading, grid: Grid) -> Any:
    """The section ``series`` as ``load_project`` takes it; columns without values are not given."""
    header = grid.header_row(LABEL_COLUMNS | RESERVED_SERIES.keys(), 1, _HEADER_WITHIN)
    if header == 0:
        allowed = "a row with the column names must be there: hour, begins_at, " + ", ".join(RESERVED_SERIES)
        reading.fault(grid.name, "A1", "TABLE_HEADER_MISSING", "", "no row of column names", allowed)
        return reading.mute(("series",))
    reading.cells[("series", "columns")] = (grid.name, address(header, 1))
    columns: list[dict[str, Any]] = []
    for column, cells in sorted(_by_column(grid, header).items()):
        head = grid.cells.get((header, column))
        if head is not None and head.value in LABEL_COLUMNS:
            continue
        if head is None:
            allowed = "the name of the column must stand above its values, or the column be cleared"
            reading.fault(grid.name, address(header, column), "SERIES_UNNAMED", "", "empty", allowed)
            continue
        loc = ("series", "columns", len(columns))
        reading.cells[loc] = (grid.name, address(header, column))
        values = _values(reading, grid, column, header, cells)
        columns.append({"name": plain_number(head.value), "values": values})
    return {"columns": columns}


def _by_column(grid: Grid, header: int) -> Mapping[int, Mapping[int, StoredCell]]:
    """Cells below the header by column and row."""
    found: dict[int, dict[int, StoredCell]] = {}
    for (row, column), cell in grid.cells.items():
        if row > header:
            found.setdefault(column, {})[row] = cell
    return found


def _values(reading: Reading, grid: Grid, column: int, header: int, cells: Mapping[int, StoredCell]) -> Sequence[float]:
    """Values from the first hour to the last one filled; notes the first gap and the first cell of each fault."""
    name = grid.text(header, column)
    allowed = allowed_values(name)[2]
    values: list[float | None] = []
    seen: dict[str, tuple[int, CellFault, int]] = {}
    for row in range(header + 1, max(cells) + 1):
        cell = cells.get(row)
        fault = _fault(cell, allowed)
        if fault is not None:
            first, example, count = seen.get(fault.code, (row, fault, 0))
            seen[fault.code] = (first, example, count + 1)
        values.append(None if fault is not None or cell is None else float(cell.value or 0.0))
    for code, (row, example, count) in seen.items():
        more = f", and {count - 1:,} more cells of this column" if count > 1 else ""
        reading.fault(grid.name, address(row, column), code, name, example.value + more, example.allowed)
    for merged in grid.merged:
        if merged.left <= column <= merged.right and merged.bottom >= header:
            reading.merged(grid.name, address(merged.top, column), name, merged)
    stand_in = next((value for value in values if value is not None), _STAND_IN)
    return tuple(stand_in if value is None else value for value in values)


def _fault(cell: StoredCell | None, allowed: str) -> CellFault | None:
    if cell is None:
        return CellFault("SERIES_GAP", "empty", "every hour must have a value, or the whole column be empty")
    if isinstance(cell.value, float) and not cell.date_kind:
        return None
    return stored_fault(cell, allowed) or number_fault(cell, allowed)
