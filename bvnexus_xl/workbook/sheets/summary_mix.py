"""The mix on sheet ``Summary``: what is in place and what it gives, model by model, in the first and the last year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address

MOST_MODELS = 10
MODEL, UNIT, QUANTITY = 1, 2, 3
_YEAR_COLUMNS = 3
LAST_COLUMN = QUANTITY + 2 * _YEAR_COLUMNS - 1
_UNITS = {"units": "units", "mw": "MW", "mwh": "MWh"}


@dataclass(frozen=True, slots=True)
class _Line:
    """One model: what it is counted in; quantity, MW, MWh a year in the first and the last year."""

    label: str
    unit: str
    figures: tuple[tuple[float, float | None, float | None], ...]


def put_mix_heads(cells: SheetCells, row: int, years: Sequence[int]) -> None:
    """Band and heads; ``years`` are the first and the last, none on an empty template."""
    cells.row(row, MODEL, ["What is in place"] + [None] * (LAST_COLUMN - 1), "section_result")
    cells.put(row + 1, MODEL, "Model", "header_result")
    cells.put(row + 1, UNIT, "Unit", "header_result_center")
    for number in range(2):
        year = f"{years[number]} " if years else ""
        for offset, text in enumerate((f"{year}in place", f"{year}MW", f"{year}GWh")):
            cells.put(row + 1, QUANTITY + _YEAR_COLUMNS * number + offset, text, "header_result_center")
    cells.heights[row + 1] = 27.0


def put_mix(cells: SheetCells, solved: SolvedStudy, row: int) -> None:
    """The table below the band in ``row``."""
    years = solved.plan.years
    put_mix_heads(cells, row, (years[0], years[-1]))
    lines = _lines(solved)
    shown = lines if len(lines) <= MOST_MODELS else [*lines[: MOST_MODELS - 1], _rest(lines[MOST_MODELS - 1 :])]
    first = row + 2
    for offset, line in enumerate(shown):
        here = first + offset
        cells.put(here, MODEL, line.label, "line_label")
        cells.put(here, UNIT, line.unit, "line_unit")
        for number, (quantity, mw, mwh) in enumerate(line.figures):
            column = QUANTITY + _YEAR_COLUMNS * number
            cells.put(here, column, quantity, "line_count" if line.unit == "units" else "line_decimal")
            cells.put(here, column + 1, mw, "line_decimal")
            cells.put(here, column + 2, mwh, "line_gwh")
    total_row = first + len(shown)
    cells.row(total_row, MODEL, ["Total", None], "line_total_label")
    for column in range(QUANTITY, LAST_COLUMN + 1):
        _put_total(cells, column, first, total_row)


def _put_total(cells: SheetCells, column: int, first: int, total_row: int) -> None:
    """Sum of MW or of energy; quantities of different things have none."""
    kind = (column - QUANTITY) % _YEAR_COLUMNS
    if kind == 0:
        cells.put(total_row, column, None, "line_total_decimal")
        return
    values = [cells.cells[(row, column)].value for row in range(first, total_row)]
    total = float(sum(value for value in values if isinstance(value, (int, float))))
    span = f"{address(first, column)}:{address(total_row - 1, column)}"
    cells.put(total_row, column, total, "line_total_decimal" if kind == 1 else "line_total_gwh", f"=SUM({span})")


def _lines(solved: SolvedStudy) -> list[_Line]:
    """Models that are in place in the first or the last year, in the order of the fleet."""
    fleet = solved.fleet
    in_place = installed(fleet, solved.plan.builds)
    energy = [_energy(fleet, solved.totals[position]) for position in (0, -1)]
    out = []
    for row, column in enumerate(fleet.columns):
        number = in_place[row, [0, -1]]
        if not number.any():
            continue
        power = column.quantity != "mwh"
        figures = tuple(
            (
                float(number[k]),
                float(number[k] * column.mw_each) if power else None,
                float(energy[k][row]) if power else None,
            )
            for k in range(2)
        )
        out.append(_Line(column.label, _UNITS[column.quantity], figures))
    return out


def _energy(fleet: Fleet, totals: YearTotals) -> np.ndarray:
    """MWh of each fleet column in a year, [C]; a battery's stands with its power."""
    out = np.zeros(len(fleet.columns))
    out[fleet.thermal_columns] = totals.thermal_mwh
    for n in range(len(fleet.storage)):
        out[fleet.storage_columns(n)[0]] = totals.discharge_mwh[n]
    for n in range(len(fleet.profile)):
        out[fleet.profile_column(n)] = totals.profile_mwh[n]
    if fleet.grid_column is not None:
        out[fleet.grid_column] = totals.import_mwh
    return out


def _rest(lines: list[_Line]) -> _Line:
    """Models that have no row of their own."""
    figures = tuple(
        (
            0.0,
            sum(line.figures[k][1] or 0.0 for line in lines),
            sum(line.figures[k][2] or 0.0 for line in lines),
        )
        for k in range(2)
    )
    return _Line(f"{len(lines)} other rows, on sheet Sizing", "", figures)
