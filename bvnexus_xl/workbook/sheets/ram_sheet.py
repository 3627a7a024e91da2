"""Sheet ``RAM``: how often the plan fails to serve, year by year; why, and what would help, for the weakest year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.reliability.importance import MoreUnits
from bvnexus_xl.reliability.ram import RamStudy, RamYear
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, Value
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import FONT, cell_range, finish, stacked_columns
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.ram_detail import put_detail
from bvnexus_xl.workbook.sheets.ram_rows import (
    ANSWER_ROW,
    CHART_ROW,
    DETAIL_ROW,
    FIRST_YEAR,
    HEAD_ROW,
    LABEL,
    LAST_COLUMN,
    MORE_POINTS,
    MORE_ROW,
    MOST_YEARS,
    NOTE_ROW,
    ROW_OF,
    SHEET,
    UNIT,
    YEAR_ROWS,
)
from bvnexus_xl.workbook.sheets.ram_steps import put_steps

_SUBTITLE = "Reliability, availability, maintainability: how often the plan fails to serve, and what to improve first"
_NOTES = (
    "By outage tables over all 8,760 hours of net load (load less solar): forced outages with a common cause, derating "
    "by heat, gas supply and grid.",
    "Planned outages take whole units in the weeks with the widest margin. The battery is not counted here; the "
    "simulation further down counts it.",
)
_WIDTHS = {LABEL: 44.0, UNIT: 8.5}
_YEAR_WIDTH = 8.6
_CHART = (620, 310)
_BAR, _LINE, _DASH = "#0072B2", "#0072B2", "#5F6368"
_STATES = {"yes": "ok", "battery": "warn", "short": "fail"}
_MORE_HEADS = ("Added", "Avail- ability", "If inde- pendent", "LOLH, h/yr", "If inde- pendent")


class RamSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Years, curve of more units, tables of the weakest year; without a study the heads."""
        cells = SheetCells(self.name)
        put_title(cells, "RAM", _SUBTITLE, LAST_COLUMN, checks_failed(solved))
        _put_heads(cells, solved.plan.years if solved else ())
        if solved is None:
            cells.put(ANSWER_ROW, LABEL, "Filled by a run.", "hint")
            return cells
        study = solved.ram
        cells.put(ANSWER_ROW, LABEL, answer(study), "answer_line")
        for offset, year in enumerate(study.years):
            _put_year(cells, FIRST_YEAR + offset, year)
        _put_more(cells, study.more_units)
        row = put_steps(cells, DETAIL_ROW, solved.adequacy) if solved.adequacy else DETAIL_ROW
        put_detail(cells, row, study, units_to_carry(solved.project.constraints))
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen heads, charts of LOLH by year and of availability against more units."""
        worksheet = canvas.worksheet
        canvas.set_widths(_WIDTHS)
        worksheet.set_column(FIRST_YEAR - 1, LAST_COLUMN - 1, _YEAR_WIDTH)
        worksheet.freeze_panes(2, LABEL)
        worksheet.set_zoom(80)
        worksheet.set_h_pagebreaks([DETAIL_ROW - 1])
        place = {"x_offset": 4, "y_offset": 2}
        worksheet.insert_chart(CHART_ROW - 1, 0, _lolh_chart(canvas), place)
        worksheet.insert_chart(CHART_ROW - 1, FIRST_YEAR + 4, _more_chart(canvas), place)


def answer(study: RamStudy) -> str:
    """The result in a sentence or two."""
    worst = next(year for year in study.years if year.year == study.key_year)
    text = (
        f"Weakest year {worst.year}: {worst.availability:.4%} available, {worst.lolh:,.1f} hours of shortage expected; "
        f"{study.simulation.lolh.mean:,.1f} ± {study.simulation.lolh.half_width:,.1f} with battery and starts."
    )
    states = [year.n_minus_1_carried for year in study.years]
    helped = f", in {states.count('battery')} of them with the battery" if "battery" in states else ""
    return f"{text} One unit out is carried in {len(states) - states.count('short')} of {len(states)} years{helped}."


def units_to_carry(rules: Constraints) -> int:
    """Units whose simultaneous loss the project's rules ask the plan to carry."""
    planned = rules.planning_reserve_units if rules.planning_reserve_enabled else 0
    return max(planned, int(rules.spinning_reserve_enabled))


def _put_heads(cells: SheetCells, years: Sequence[int]) -> None:
    """Heads and labels that stand on the empty sheet too."""
    cells.put(HEAD_ROW, LABEL, "Year by year", "header_result")
    cells.put(HEAD_ROW, UNIT, "Unit", "header_result_center")
    for offset in range(MOST_YEARS):
        year = years[offset] if offset < len(years) else None
        cells.put(HEAD_ROW, FIRST_YEAR + offset, year, "header_result_center")
    for key, label, unit, _ in YEAR_ROWS:
        cells.put(ROW_OF[key], LABEL, label, "line_label")
        cells.put(ROW_OF[key], UNIT, unit or None, "line_unit")
    for offset, note in enumerate(_NOTES):
        cells.put(NOTE_ROW + offset, LABEL, note, "line_note")
    cells.row(MORE_ROW, LABEL, ["More units"] + [None] * (LAST_COLUMN - LABEL), "section_result")
    cells.put(MORE_ROW + 1, LABEL, "Fleet", "header_result")
    cells.row(MORE_ROW + 1, UNIT, _MORE_HEADS, "header_result_center")
    cells.heights |= {ANSWER_ROW: 20.0, HEAD_ROW: 20.0, MORE_ROW + 1: 40.0}


def _put_year(cells: SheetCells, column: int, year: RamYear) -> None:
    values: dict[str, Value] = {
        "load": year.peak_net_load_mw,
        "capacity": year.capacity_mw,
        "units": year.units,
        "needed": year.units_needed,
        "k_of_n": year.k_of_n_availability,
        "lolh": year.lolh,
        "lole": year.lole_days,
        "eens": year.eens_mwh,
        "neue": year.neue * 1e6,
        "availability": year.availability,
        "n_1": year.n_minus_1_margin_mw,
        "n_1_status": year.n_minus_1_carried,
        "n_2": year.n_minus_2_margin_mw,
    }
    for key, _, _, style in YEAR_ROWS:
        cells.put(ROW_OF[key], column, values[key], style or _STATES[year.n_minus_1_carried])


def _put_more(cells: SheetCells, curve: Sequence[MoreUnits]) -> None:
    """Five points at a fixed place, which the chart shows."""
    for row, point in enumerate(curve, start=MORE_ROW + 2):
        cells.put(row, LABEL, f"{point.units} x {point.model}", "line_label")
        cells.put(row, UNIT, point.added, "line_year")
        cells.row(row, FIRST_YEAR, [point.availability, point.availability_independent], "line_availability")
        cells.row(row, FIRST_YEAR + 2, [point.lolh, point.lolh_independent], "line_rate")


def _lolh_chart(canvas: Canvas) -> Any:
    def years(row: int) -> str:
        return cell_range(SHEET, row, FIRST_YEAR, row, LAST_COLUMN)

    chart = stacked_columns(canvas, [("LOLH", years(ROW_OF["lolh"]), _BAR)], years(HEAD_ROW))
    finish(chart, "Hours with a shortage expected (LOLH)", _CHART, "h/yr", min=0)
    chart.set_legend({"none": True})
    return chart


def _more_chart(canvas: Canvas) -> Any:
    def points(column: int) -> str:
        return cell_range(SHEET, MORE_ROW + 2, column, MORE_ROW + 1 + MORE_POINTS, column)

    chart = canvas.workbook.add_chart({"type": "line"})
    looks = (("With the common cause", FIRST_YEAR, _LINE, "solid"), ("If independent", FIRST_YEAR + 1, _DASH, "dash"))
    for name, column, color, dash in looks:
        chart.add_series(
            {
                "name": name,
                "categories": points(UNIT),
                "values": points(column),
                "line": {"color": color, "width": 2.25, "dash_type": dash},
                "marker": {"type": "circle", "size": 6, "fill": {"color": color}, "border": {"color": color}},
            }
        )
    axis = {"name": "Units added", "name_font": FONT}
    finish(chart, "Availability with more units", _CHART, "share of hours", axis, num_format="0.00%")
    return chart
