"""Left panel of sheet ``Dispatch``: one week by formulas over the year's table; its charts flip without Python."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import GROUPS
from bvnexus_xl.hourly_table import HourlyTable, group_key
from bvnexus_xl.summaries import BATTERY, GRID
from bvnexus_xl.units import HOURS_PER_YEAR
from bvnexus_xl.workbook.cells import SheetCells, address, parse_address
from bvnexus_xl.workbook.sheets.dispatch_columns import WEEK_CELL, column_range
from bvnexus_xl.workbook.sheets.dispatch_labels import begins_at

Array = NDArray[np.float64]

WEEK_HOURS = 168
LAST_WEEK = 53
"""The last seven days of the year."""

CHART_ROW, RESERVE_CHART_ROW = 8, 24
SOURCE_HEAD_ROW = 36
SETTING_ROW = 50
HEAD_ROW = 52
FIRST_ROW = 54
LAST_ROW = FIRST_ROW + WEEK_HOURS - 1
HOUR, BEGINS, FIRST = 1, 2, 3
_BEFORE, _IN_WEEK, _IN_YEAR = (
    address(SETTING_ROW, 4, True),
    address(SETTING_ROW, 8, True),
    address(SETTING_ROW, 12, True),
)


@dataclass(frozen=True, slots=True)
class WeekColumn:
    """A column of the week's table: a column of the year, or what is drawn below zero."""

    key: str
    label: str
    unit: str = "MW"
    sign: str = ""


WEEK_COLUMNS: tuple[WeekColumn, ...] = (
    *(WeekColumn(group_key(group), "Battery, out" if group == BATTERY else group) for group in (*GROUPS, GRID)),
    WeekColumn("flex_down_mw", "Computing given up"),
    WeekColumn("unserved_mw", "Unserved"),
    WeekColumn("charge_mw", "Battery, in", sign="-"),
    WeekColumn("flex_up_mw", "Computing done later", sign="-"),
    WeekColumn("load_mw", "Load"),
    WeekColumn("reserve_held_mw", "Reserve held"),
    WeekColumn("reserve_required_mw", "Reserve required"),
    WeekColumn("soc_mwh", "Battery energy", "MWh"),
)
LAST_COLUMN = FIRST + len(WEEK_COLUMNS) - 1
SOURCES = 10
"""Leading columns that carry load: technology groups, grid, computing given up, unserved."""


def week_column(key: str) -> int:
    """Column of a key in the week's table."""
    return FIRST + [column.key for column in WEEK_COLUMNS].index(key)


def week_range(key: str) -> str:
    """Its 168 cells."""
    column = week_column(key)
    return f"{address(FIRST_ROW, column, True)}:{address(LAST_ROW, column, True)}"


def put_week_frame(cells: SheetCells) -> None:
    """Headings of the panel; they stand on an empty template too."""
    cells.row(SOURCE_HEAD_ROW - 1, 1, ["The week by source", *([None] * (LAST_COLUMN - 1))], "section_result")
    for column, text in ((1, "Source"), (2, None), (3, "Energy"), (4, "Share"), (5, "Highest"), (6, "Running")):
        cells.put(SOURCE_HEAD_ROW, column, text, "header_result" if column < 3 else "header_result_center")
    for column, text in ((3, "MWh"), (4, "of energy"), (5, "MW"), (6, "hours")):
        cells.put(SOURCE_HEAD_ROW + 1, column, text, "header_unit")
    cells.row(
        SETTING_ROW - 1, 1, ["The week hour by hour, drawn above", *([None] * (LAST_COLUMN - 1))], "section_result"
    )
    heads = (("Hour", "–"), ("Begins at", "month-day"), *((column.label, column.unit) for column in WEEK_COLUMNS))
    for column, (label, unit) in enumerate(heads, start=1):
        cells.put(HEAD_ROW, column, label, "header_result_center")
        cells.put(HEAD_ROW + 1, column, unit, "header_unit")
    cells.heights |= {HEAD_ROW: 28.0}


def put_week(cells: SheetCells, table: HourlyTable, week: int) -> None:
    """Everything that depends on the week: formulas, with the values they have for ``week``."""
    before = max(0, min(week * WEEK_HOURS - WEEK_HOURS, HOURS_PER_YEAR - WEEK_HOURS))
    _put_settings(cells, before)
    hours = slice(before, before + WEEK_HOURS)
    shown = {column.key: table.columns[column.key][hours] * (-1.0 if column.sign else 1.0) for column in WEEK_COLUMNS}
    labels = begins_at()
    for offset in range(WEEK_HOURS):
        row = FIRST_ROW + offset
        hour = f"{_BEFORE}+${address(row, HOUR)}"
        cells.put(row, HOUR, offset + 1, "hour")
        cells.put(row, BEGINS, labels[before + offset], "hour", f"=INDEX({column_range('begins', False)},{hour})")
        for number, column in enumerate(WEEK_COLUMNS):
            formula = f"={column.sign}INDEX({column_range(column.key, False)},{hour})"
            value = float(shown[column.key][offset])
            cells.put(row, FIRST + number, value + 0.0, "line_decimal", formula)
    _put_dates(cells, labels, before)
    _put_sources(cells, shown)
    _put_figures(cells, table, shown, before)


def _put_settings(cells: SheetCells, before: int) -> None:
    """Hours before the week: what every INDEX counts from."""
    row = SETTING_ROW
    formula = f"=MAX(0,MIN({_absolute(WEEK_CELL)}*{_IN_WEEK}-{_IN_WEEK},{_IN_YEAR}-{_IN_WEEK}))"
    cells.put(row, 1, "Hours of the year before it", "line_label")
    cells.put(row, 4, before, "line_count", formula)
    cells.put(row, 6, "Hours in a week", "line_label")
    cells.put(row, 8, WEEK_HOURS, "line_count")
    cells.put(row, 10, "Hours in the year", "line_label")
    cells.put(row, 12, HOURS_PER_YEAR, "line_count")


def _put_dates(cells: SheetCells, labels: list[str], before: int) -> None:
    first, last = labels[before], labels[before + WEEK_HOURS - 1]
    formula = f'={address(FIRST_ROW, BEGINS)}&" to "&{address(LAST_ROW, BEGINS)}'
    row, column = parse_address(WEEK_CELL)
    cells.put(row, column + 1, f"{first} to {last}", "unit", formula)


def _put_sources(cells: SheetCells, shown: dict[str, Array]) -> None:
    first = SOURCE_HEAD_ROW + 2
    total_row = first + SOURCES
    energy = [float(shown[column.key].sum()) for column in WEEK_COLUMNS[:SOURCES]]
    total = sum(energy)
    for offset, column in enumerate(WEEK_COLUMNS[:SOURCES]):
        row, values = first + offset, shown[column.key]
        cells.put(row, 1, column.label, "line_label")
        cells.put(row, 3, energy[offset], "line_count", f"=SUM({week_range(column.key)})")
        share, of_total = address(row, 3), address(total_row, 3, True)
        value = energy[offset] / total if total else 0.0
        cells.put(row, 4, value, "line_share", f"=IF({of_total}=0,0,{share}/{of_total})")
        cells.put(row, 5, float(values.max()), "line_decimal", f"=MAX({week_range(column.key)})")
        running = int((values > 0.0).sum())
        cells.put(row, 6, running, "line_count", f'=COUNTIF({week_range(column.key)},">0")')
    cells.row(total_row, 1, ["Total", None], "line_total_label")
    span = f"{address(first, 3)}:{address(total_row - 1, 3)}"
    cells.put(total_row, 3, total, "line_total_count", f"=SUM({span})")
    for column_number in (4, 5, 6):
        cells.put(total_row, column_number, None, "line_total_count")


def _put_figures(cells: SheetCells, table: HourlyTable, shown: dict[str, Array], before: int) -> None:
    """Key figures of the week, in the frozen rows."""
    hours = slice(before, before + WEEK_HOURS)
    load, held, needed = shown["load_mw"], shown["reserve_held_mw"], shown["reserve_required_mw"]
    figures: list[tuple[str, str, str, float, str]] = [
        ("Load, energy", "MWh", "line_count", float(load.sum()), f"=SUM({week_range('load_mw')})"),
        ("Load, highest", "MW", "line_decimal", float(load.max()), f"=MAX({week_range('load_mw')})"),
        ("Load, lowest", "MW", "line_decimal", float(load.min()), f"=MIN({week_range('load_mw')})"),
        *(
            (label, unit, "line_count", float(table.columns[key][hours].sum()), _week_sum(key))
            for label, unit, key in (
                ("Unserved", "MWh", "unserved_mw"),
                ("Curtailed", "MWh", "curtailed_mw"),
                ("Gas burned", "mcf", "gas_mcf"),
                ("Diesel burned", "MMBtu", "diesel_mmbtu"),
                ("NOx, starts incl.", "lb", "nox_lb"),
            )
        ),
        (
            "Reserve to spare, least",
            "MW",
            "line_decimal",
            float((held - needed).min()),
            f"=SUMPRODUCT(MIN({week_range('reserve_held_mw')}-{week_range('reserve_required_mw')}))",
        ),
    ]
    for offset, (label, unit, style, value, formula) in enumerate(figures):
        column = FIRST + offset
        cells.put(5, column, label, "header_result_center")
        cells.put(6, column, value, style, formula)
        cells.put(7, column, unit, "header_unit")


def _week_sum(key: str) -> str:
    """Sum of a column of the year over the hours of the week."""
    hour = column_range("hour", False)
    return f'=SUMIFS({column_range(key, False)},{hour},">"&{_BEFORE},{hour},"<="&{_BEFORE}+{_IN_WEEK})'


def _absolute(cell: str) -> str:
    return address(*parse_address(cell), absolute=True)
