"""Sheet ``Sizing``: what is built and what is in place, by technology group and by model, in every year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bvnexus_xl.fleet import Column
from bvnexus_xl.plan import effective, installed
from bvnexus_xl.reliability.planning_reserve import firm_margin, reserve_coefficients
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import SOURCES, battery_mwh, energy_by_group, installed_by_group, peak_load_mw
from bvnexus_xl.workbook.cells import SheetCells, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import add_line, finish, stacked_columns
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.sizing_rows import (
    CHART_ROW,
    DETAIL_ROW,
    EACH,
    ENERGY_ROW,
    FIRM_ROW,
    FIRST_YEAR,
    GROUP,
    GWH_ROW,
    GWH_TOTAL_ROW,
    HEAD_ROW,
    LAST_COLUMN,
    LIFE,
    MARGIN_ROW,
    MODEL,
    MOST_YEARS,
    PEAK_ROW,
    SHEET,
    SOURCE_ROW,
    TOTAL_ROW,
    UNIT,
    years_range,
)

_WIDTHS = {MODEL: 34.0, GROUP: 11.5, UNIT: 5.5, EACH: 6.5, LIFE: 5.5}
_YEAR_WIDTH = 7.3
_CHART = (636, 320)
_UNITS = {"units": "units", "mw": "MW", "mwh": "MWh"}


class SizingSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        cells = SheetCells(self.name)
        subtitle = "What is built each year, what is in place, and whether it is enough"
        put_title(cells, "Sizing", subtitle, LAST_COLUMN, checks_failed(solved))
        _put_heads(cells, solved.plan.years if solved else ())
        if solved is not None:
            first, last = _put_details(cells, solved)
            _put_sources(cells, solved, first, last)
            _put_firm(cells, solved)
            _put_energy(cells, solved)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen heads, two charts."""
        worksheet = canvas.worksheet
        canvas.set_widths(_WIDTHS)
        worksheet.set_column(FIRST_YEAR - 1, LAST_COLUMN - 1, _YEAR_WIDTH)
        worksheet.freeze_panes(HEAD_ROW, MODEL)
        worksheet.repeat_rows(0, HEAD_ROW - 1)
        place = {"x_offset": 4, "y_offset": 2}
        worksheet.insert_chart(CHART_ROW - 1, 0, installed_chart(canvas, _CHART), place)
        worksheet.insert_chart(CHART_ROW - 1, FIRST_YEAR + 2, _firm_chart(canvas), {"x_offset": 28, "y_offset": 2})


def installed_chart(canvas: Canvas, size: tuple[int, int]) -> object:
    """Installed MW by technology group and year, with the highest load as a line."""
    series = [(source, years_range(row), canvas.colors[source]) for source, row in SOURCE_ROW.items()]
    chart = stacked_columns(canvas, series, years_range(HEAD_ROW))
    look = {"color": canvas.colors["Load"], "width": 2.25}
    add_line(canvas, chart, [("Highest load", years_range(PEAK_ROW), look)], years_range(HEAD_ROW))
    finish(chart, "Installed by technology group (MW)", size, "MW", min=0)
    return chart


def energy_chart(canvas: Canvas, size: tuple[int, int]) -> object:
    """Energy by source and year."""
    series = [(source, years_range(row), canvas.colors[source]) for source, row in GWH_ROW.items()]
    chart = stacked_columns(canvas, series, years_range(HEAD_ROW))
    finish(chart, "Energy by technology group (GWh)", size, "GWh", num_format="#,##0,", min=0)
    return chart


def _firm_chart(canvas: Canvas) -> object:
    heads = years_range(HEAD_ROW)
    chart = stacked_columns(canvas, [("Firm capacity", years_range(FIRM_ROW), "#7FB3D9")], heads)
    look = {"color": canvas.colors["Load"], "width": 2.25}
    add_line(canvas, chart, [("Highest load", years_range(PEAK_ROW), look)], heads)
    finish(chart, "Firm capacity with the largest units out, against load (MW)", _CHART, "MW")
    return chart


def _put_heads(cells: SheetCells, years: Sequence[int]) -> None:
    """The timeline, and the labels of the fixed part."""
    heads = ("Technology group or model", "Group", "Unit", "MW each", "Life, years")
    cells.put(HEAD_ROW, MODEL, heads[0], "header_result")
    cells.row(HEAD_ROW, GROUP, heads[1:], "header_result_center")
    for position in range(MOST_YEARS):
        year = years[position] if position < len(years) else None
        cells.put(HEAD_ROW, FIRST_YEAR + position, year, "header_result_center")
    _section(cells, HEAD_ROW + 1, "In place by technology group: nameplate MW, a battery by its power")
    for source, row in SOURCE_ROW.items():
        cells.put(row, MODEL, source, "line_label")
        cells.put(row, UNIT, "MW", "line_unit")
    for row, label, unit in (
        (TOTAL_ROW, "Total", "MW"),
        (ENERGY_ROW, "Battery energy, after fade", "MWh"),
        (PEAK_ROW, "Highest load", "MW"),
        (FIRM_ROW, "Firm capacity, largest units out", "MW"),
        (MARGIN_ROW, "To spare", "MW"),
        (GWH_TOTAL_ROW, "Load and charging of batteries", "GWh"),
    ):
        total = "total_" if row in (TOTAL_ROW, MARGIN_ROW, GWH_TOTAL_ROW) else ""
        cells.row(row, MODEL, [label, None, None, None, None], f"line_{total}label")
        cells.put(row, UNIT, unit, f"line_{total}unit")
        for column in range(FIRST_YEAR, LAST_COLUMN + 1):
            cells.put(row, column, None, f"line_{total}decimal")
    _section(cells, PEAK_ROW - 1, "Is it enough? Firm capacity in the worst hours of each year")
    _section(cells, GWH_ROW[SOURCES[0]] - 1, "Energy by technology group, a battery by what it gives back")
    for source, row in GWH_ROW.items():
        cells.put(row, MODEL, source, "line_label")
        cells.put(row, UNIT, "GWh", "line_unit")
    cells.heights |= {3: 6.0, HEAD_ROW: 27.0}


def _put_sources(cells: SheetCells, solved: SolvedStudy, first: int, last: int) -> None:
    """Totals by technology group over the rows of power in place, ``first`` to ``last``."""
    by_group = installed_by_group(solved)
    groups = f"{address(first, GROUP, True)}:{address(last, GROUP, True)}"
    for position in range(len(solved.plan.years)):
        column = FIRST_YEAR + position
        power = f"{_down(first, column)}:{_down(last, column)}"
        for source, row in SOURCE_ROW.items():
            formula = f"=SUMIF({groups},${address(row, MODEL)},{power})"
            cells.put(row, column, by_group[source][position], "line_decimal", formula)
        span = f"{address(SOURCE_ROW[SOURCES[0]], column)}:{address(TOTAL_ROW - 1, column)}"
        total = sum(by_group[source][position] for source in SOURCES)
        cells.put(TOTAL_ROW, column, total, "line_total_decimal", f"=SUM({span})")
        cells.put(ENERGY_ROW, column, battery_mwh(solved)[1][position], "line_decimal")


def _put_firm(cells: SheetCells, solved: SolvedStudy) -> None:
    """Highest load, firm capacity as the planning reserve counts it, and the difference."""
    rule = solved.project.constraints
    off = "" if rule.planning_reserve_enabled else " (rule switched off)"
    cells.put(FIRM_ROW, MODEL, f"Firm capacity, {rule.planning_reserve_units} largest out{off}", "line_label")
    able = effective(solved.fleet, solved.plan.builds)
    for position, peak in enumerate(peak_load_mw(solved)):
        column = FIRST_YEAR + position
        coefficients = reserve_coefficients(solved.project, solved.fleet, solved.profiles, position)
        margin = firm_margin(solved.project, solved.fleet, coefficients, able[:, position])
        firm = float(coefficients.load_mw.max()) + margin
        cells.put(PEAK_ROW, column, peak, "line_decimal")
        cells.put(FIRM_ROW, column, firm, "line_decimal")
        formula = f"={address(FIRM_ROW, column)}-{address(PEAK_ROW, column)}"
        cells.put(MARGIN_ROW, column, firm - peak, "line_total_decimal", formula)


def _put_energy(cells: SheetCells, solved: SolvedStudy) -> None:
    """GWh by source; stored as MWh, shown in thousands."""
    energy = energy_by_group(solved) | {"Unserved": [year.unserved_mwh for year in solved.totals]}
    for position in range(len(solved.plan.years)):
        column = FIRST_YEAR + position
        for source, row in GWH_ROW.items():
            cells.put(row, column, energy[source][position], "line_gwh")
        span = f"{address(GWH_TOTAL_ROW - len(GWH_ROW), column)}:{address(GWH_TOTAL_ROW - 1, column)}"
        total = sum(energy[source][position] for source in GWH_ROW)
        cells.put(GWH_TOTAL_ROW, column, total, "line_total_gwh", f"=SUM({span})")


def _put_details(cells: SheetCells, solved: SolvedStudy) -> tuple[int, int]:
    """Tables by model; returns the first and last row of the power in place."""
    years, builds = solved.plan.years, solved.plan.builds
    built = [n for n in range(len(solved.fleet.columns)) if builds[n].any()]
    columns = [solved.fleet.columns[n] for n in built]
    row = DETAIL_ROW
    stands = "; existing plant stands in the first year, below 0 is retired" if solved.project.existing else ""
    _section(cells, row, f"Built: starts operating on 1 January of the year{stands}")
    for offset, (number, column) in enumerate(zip(built, columns, strict=True)):
        _label(cells, row + 1 + offset, column)
        for position in range(len(years)):
            style = "line_count" if column.integer else "line_decimal"
            cells.put(row + 1 + offset, FIRST_YEAR + position, float(builds[number, position]), style)
    built_row, row = row + 1, row + len(built) + 2
    _section(cells, row, "In place: built and not yet at the end of its life")
    in_place = installed(solved.fleet, builds)
    for offset, (number, column) in enumerate(zip(built, columns, strict=True)):
        _label(cells, row + 1 + offset, column)
        _put_in_place(cells, row + 1 + offset, built_row + offset, column, in_place[number])
    place_row, row = row + 1, row + len(built) + 2
    first, row = _put_power(cells, row, place_row, columns, in_place[built], years)
    last = row - 2
    row = _put_fade(cells, row, place_row, solved, built)
    _put_not_built(cells, row, [c for n, c in enumerate(solved.fleet.columns) if n not in built])
    return first, last


def _put_in_place(cells: SheetCells, row: int, built_row: int, column: Column, values: np.ndarray) -> None:
    heads = f"{address(HEAD_ROW, FIRST_YEAR, True)}:{address(HEAD_ROW, LAST_COLUMN, True)}"
    bought = f"${address(built_row, FIRST_YEAR)}:${address(built_row, LAST_COLUMN)}"
    for position, value in enumerate(values):
        year = _down(HEAD_ROW, FIRST_YEAR + position)
        life = f"${address(row, LIFE)}"
        formula = f'=SUMIFS({bought},{heads},"<="&{year},{heads},">"&{year}-{life})'
        if column.existing:
            formula = f'=IF({year}-{address(HEAD_ROW, FIRST_YEAR, True)}<{life},SUMIFS({bought},{heads},"<="&{year}),0)'
        style = "line_count" if column.integer else "line_decimal"
        cells.put(row, FIRST_YEAR + position, float(value), style, formula)


def _put_power(
    cells: SheetCells, row: int, place_row: int, columns: list[Column], in_place: np.ndarray, years: Sequence[int]
) -> tuple[int, int]:
    """MW in place of everything that gives power; returns its first row and the row after a gap below it."""
    _section(cells, row, "Power in place: what is in place times the MW of one")
    row = first = row + 1
    for offset, column in enumerate(columns):
        if column.quantity == "mwh":
            continue
        _label(cells, row, column, "MW")
        for position in range(len(years)):
            place, each = address(place_row + offset, FIRST_YEAR + position), f"${address(place_row + offset, EACH)}"
            value = float(in_place[offset, position] * column.mw_each)
            cells.put(row, FIRST_YEAR + position, value, "line_decimal", f"={place}*{each}")
        row += 1
    return first, row + 1


def _put_fade(cells: SheetCells, row: int, place_row: int, solved: SolvedStudy, built: list[int]) -> int:
    """What age leaves of batteries and solar; returns the next free row."""
    left = effective(solved.fleet, solved.plan.builds)
    in_place = installed(solved.fleet, solved.plan.builds)
    fading = [(k, n) for k, n in enumerate(built) if solved.fleet.columns[n].fade.min() < 1.0]
    if not fading:
        return row
    _section(cells, row, "Left after fade: what the dispatch can use")
    row += 1
    for offset, number in fading:
        column = solved.fleet.columns[number]
        _label(cells, row, column)
        _label(cells, row + 1, column, "share")
        cells.put(row + 1, MODEL, "   as a share of what is in place", "line_label")
        for position in range(len(solved.plan.years)):
            place = FIRST_YEAR + position
            have, full = float(left[number, position]), float(in_place[number, position])
            cells.put(row, place, have, "line_decimal")
            of = address(place_row + offset, place)
            formula = f"=IF({of}=0,0,{address(row, place)}/{of})"
            cells.put(row + 1, place, have / full if full else 0.0, "line_share", formula)
        row += 2
    return row + 1


def _put_not_built(cells: SheetCells, row: int, columns: list[Column]) -> None:
    if columns:
        _section(cells, row, "Considered, but not built in any year")
        for offset, column in enumerate(columns):
            cells.put(row + 1 + offset, MODEL, column.label, "line_label")
            cells.put(row + 1 + offset, GROUP, column.group, "line_unit")


def _label(cells: SheetCells, row: int, column: Column, unit: str = "") -> None:
    cells.put(row, MODEL, column.label, "line_label")
    cells.put(row, GROUP, column.group, "line_unit")
    cells.put(row, UNIT, unit or _UNITS[column.quantity], "line_unit")
    if not unit:
        each = column.mw_each if column.quantity != "mwh" else None
        cells.put(row, EACH, each, "line_decimal")
        cells.put(row, LIFE, column.life_years, "line_count")


def _section(cells: SheetCells, row: int, text: str) -> None:
    cells.row(row, MODEL, [text] + [None] * (LAST_COLUMN - 1), "section_result")


def _down(row: int, column: int) -> str:
    """Address whose row stays and whose column follows the timeline."""
    letters = address(row, column).rstrip("0123456789")
    return f"{letters}${row}"
