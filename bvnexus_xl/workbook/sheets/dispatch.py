"""Sheet ``Dispatch``: one year hour by hour, and a chart of any of its weeks that flips without Python."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.hourly_table import HOUR_COLUMNS, HourlyTable, hourly_table
from bvnexus_xl.profiles.calendar import DAY_OF_HOUR, MONTH_OF_HOUR
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import shown_year
from bvnexus_xl.units import HOURS_PER_YEAR
from bvnexus_xl.workbook.cells import Block, SheetCells, Value, address, parse_address
from bvnexus_xl.workbook.sheets import dispatch_week as week_panel
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import add_line, cell_range, finish, stacked_columns
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.dispatch_columns import (
    ASSET_SLOTS,
    DEFAULT_WEEK,
    FIRST_ASSET_COLUMN,
    FIRST_COLUMN,
    FIRST_ROW,
    KEY_ROW,
    LABEL_ROW,
    LAST_COLUMN,
    SHEET,
    UNIT_ROW,
    WEEK_CELL,
    YEAR_CELL,
    YEAR_COLUMNS,
    asset_columns,
)
from bvnexus_xl.workbook.sheets.dispatch_labels import begins_at

_TITLE = "Dispatch"
_SUBTITLE = "Every hour of one year, and any week of it"
_CHART_WIDTH = 1165
_DAYS = {"interval_unit": 24, "interval_tick": 24, "text_axis": True, "major_tick_mark": "none"}
"""Axis of the week: a label a day."""
_CHARGE_COLOR = "#F6CF8B"
"""The battery's orange, paler: energy going in is drawn below zero."""
_LATER_COLOR = "#D9B3C7"
"""Wine red, paler: computing done later."""


class DispatchSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None, week: int | None = None, year: int | None = None) -> SheetCells:
        """The sheet of a study.

        Args:
            solved: the study; None gives the frame.
            week: the week number that stands on the sheet now, so that formulas carry the values they show.
            year: calendar year to show; without it the last one with the highest load.
        """
        if solved is None:
            return _frame(None)
        position = shown_year(solved) if year is None else solved.plan.years.index(year)
        note = "the last year with the highest load" if position == shown_year(solved) else "chosen"
        return year_cells(hourly_table(solved, position), note, checks_failed(solved), week)

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen heads, the week's charts, the print area around them."""
        worksheet = canvas.worksheet
        worksheet.set_column(0, 0, 14)
        worksheet.set_column(1, 1, 11)
        worksheet.set_column(2, week_panel.LAST_COLUMN - 1, 9.5)
        worksheet.set_column(week_panel.LAST_COLUMN, FIRST_COLUMN - 2, 2)
        worksheet.set_column(FIRST_COLUMN - 1, FIRST_ASSET_COLUMN - 2, 13.5)
        worksheet.set_column(FIRST_ASSET_COLUMN - 1, LAST_COLUMN - 1, 17)
        worksheet.freeze_panes(KEY_ROW, 0)
        worksheet.data_validation(
            WEEK_CELL,
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": 1,
                "maximum": week_panel.LAST_WEEK,
                "input_title": "Week shown",
                "input_message": "1 to 53; 53 shows the last seven days. Charts and tables follow.",
                "error_title": "Week shown",
                "error_message": "Must be a whole number from 1 to 53",
            },
        )
        _draw_week(canvas)
        _draw_reserve(canvas)
        worksheet.print_area(0, 0, week_panel.SETTING_ROW - 3, week_panel.LAST_COLUMN - 1)
        worksheet.fit_to_pages(1, 1)
        worksheet.center_horizontally()


def year_cells(table: HourlyTable, note: str, failed: int | None, week: int | None = None) -> SheetCells:
    """The sheet for one year, from a study or from the results file.

    Args:
        table: the year.
        note: why this year is shown, in a few words.
        failed: checks that fail.
        week: week number that stands on the sheet now; the template's where None.
    """
    cells = _frame(failed)
    row, column = parse_address(YEAR_CELL)
    cells.put(row, column, table.year, "year")
    cells.put(row, column + 1, f"{note}. The other years are in the results file beside this workbook.", "hint")
    week_panel.put_week(cells, table, DEFAULT_WEEK if week is None else week)
    shown = _shown_assets(table)
    for slot, (label, _, _) in enumerate(shown):
        for place, what, unit in zip(asset_columns(slot), ("units", "mw"), ("units running", "MW"), strict=True):
            cells.put(LABEL_ROW, place, label, "header_result_center")
            cells.put(UNIT_ROW, place, unit, "header_unit")
            cells.put(KEY_ROW, place, f"asset_{slot + 1}_{what}", "header_field")
    cells.blocks.append(_block(table, shown))
    return cells


def _frame(failed: int | None) -> SheetCells:
    """What stands on an empty template: heads, the cell that picks the week."""
    cells = SheetCells(SHEET, keep=frozenset({WEEK_CELL}))
    put_title(cells, _TITLE, _SUBTITLE, week_panel.LAST_COLUMN, failed)
    row, column = parse_address(YEAR_CELL)
    cells.put(row, 1, "Year shown", "label_strong")
    cells.put(row, column, None, "year")
    row, column = parse_address(WEEK_CELL)
    cells.put(row, 1, "Week shown", "label_strong")
    cells.put(row, column, DEFAULT_WEEK, "pick_int")
    cells.put(row, column + 4, "Type another week, 1 to 53: charts and tables follow.", "hint")
    link = address(LABEL_ROW, FIRST_COLUMN)
    text = f"All hours of the year: from column {link.rstrip('0123456789')}"
    cells.put(row, column + 10, text, "link", f'=HYPERLINK("#{SHEET}!{link}","{text}")')
    cells.put(LABEL_ROW, 1, "The week shown", "label_strong")
    width = LAST_COLUMN - FIRST_COLUMN + 1
    title = "The year hour by hour. In every hour: groups + grid + given up + unserved = load + done later + charging"
    cells.row(LABEL_ROW - 1, FIRST_COLUMN, [title, *([None] * (width - 1))], "section_result")
    for offset, item in enumerate(YEAR_COLUMNS):
        cells.put(LABEL_ROW, FIRST_COLUMN + offset, item.label, "header_result_center")
        cells.put(UNIT_ROW, FIRST_COLUMN + offset, item.unit, "header_unit")
        cells.put(KEY_ROW, FIRST_COLUMN + offset, item.key, "header_field")
    cells.heights |= {3: 18.0, 4: 19.0, LABEL_ROW: 42.0}
    week_panel.put_week_frame(cells)
    return cells


def _shown_assets(table: HourlyTable) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(label, units running, MW) of each slot; where there are more assets than slots, the least used share one."""
    order = np.argsort(-table.asset_mw.sum(axis=1), kind="stable")
    alone = sorted(order[: ASSET_SLOTS if len(order) <= ASSET_SLOTS else ASSET_SLOTS - 1].tolist())
    rest = sorted(set(range(len(order))) - set(alone))
    out = [(table.asset_labels[n], table.online_units[n], table.asset_mw[n]) for n in alone]
    if rest:
        out.append((f"{len(rest)} other models", table.online_units[rest].sum(0), table.asset_mw[rest].sum(0)))
    return out


def _block(table: HourlyTable, shown: list[tuple[str, np.ndarray, np.ndarray]]) -> Block:
    """The 8,760 rows, numbers in full precision."""
    columns: list[list[Value]] = [
        list(range(1, HOURS_PER_YEAR + 1)),
        list(begins_at()),
        (MONTH_OF_HOUR + 1).tolist(),
        (DAY_OF_HOUR + 1).tolist(),
        *(_values(table.columns[item.key]) for item in HOUR_COLUMNS),
    ]
    for _, units, mw in shown:
        columns += [units.tolist(), mw.tolist()]
    styles = ["hour"] * 4 + ["line_decimal"] * len(HOUR_COLUMNS) + ["line_count", "line_decimal"] * len(shown)
    return Block(FIRST_ROW, FIRST_COLUMN, list(zip(*columns, strict=True)), styles)


def _values(column: np.ndarray) -> list[Value]:
    """An hourly column; empty where it has no value."""
    return [None] * len(column) if np.isnan(column).all() else column.tolist()


def _draw_week(canvas: Canvas) -> None:
    stacked = [
        (item.label, _week(item.key), canvas.colors[_color_key(item.key)])
        for item in week_panel.WEEK_COLUMNS[: week_panel.SOURCES]
    ]
    stacked.append(("Battery, in", _week("charge_mw"), _CHARGE_COLOR))
    stacked.append(("Computing done later", _week("flex_up_mw"), _LATER_COLOR))
    chart = stacked_columns(canvas, stacked, _categories(), gap=0)
    look = {"color": canvas.colors["Load"], "width": 1.75}
    add_line(canvas, chart, [("Load", _week("load_mw"), look)], _categories())
    finish(chart, "Who carries the load, hour by hour (MW)", (_CHART_WIDTH, 316), "MW", _DAYS)
    canvas.worksheet.insert_chart(week_panel.CHART_ROW - 1, 0, chart, {"x_offset": 2, "y_offset": 2})


def _draw_reserve(canvas: Canvas) -> None:
    chart = canvas.workbook.add_chart({"type": "line"})
    for key, look in (
        ("reserve_held_mw", {"color": "#0072B2", "width": 2.0}),
        ("reserve_required_mw", {"color": "#D55E00", "width": 1.75, "dash_type": "dash"}),
        ("soc_mwh", {"color": "#000000", "width": 1.5, "dash_type": "round_dot"}),
    ):
        item = next(column for column in week_panel.WEEK_COLUMNS if column.key == key)
        chart.add_series(
            {
                "name": f"{item.label} ({item.unit})",
                "categories": _categories(),
                "values": _week(key),
                "line": look,
            }
        )
    finish(chart, "Spinning reserve (MW) and battery energy (MWh)", (_CHART_WIDTH, 196), "MW or MWh", _DAYS, min=0)
    canvas.worksheet.insert_chart(week_panel.RESERVE_CHART_ROW - 1, 0, chart, {"x_offset": 2, "y_offset": 2})


def _color_key(key: str) -> str:
    names = {"unserved_mw": "Unserved", "grid_mw": "Grid", "flex_down_mw": "Flexible"}
    return names.get(key) or key.removesuffix("_mw").replace("_", " ").capitalize()


def _week(key: str) -> str:
    column = week_panel.week_column(key)
    return cell_range(SHEET, week_panel.FIRST_ROW, column, week_panel.LAST_ROW, column)


def _categories() -> str:
    return cell_range(SHEET, week_panel.FIRST_ROW, week_panel.BEGINS, week_panel.LAST_ROW, week_panel.BEGINS)
