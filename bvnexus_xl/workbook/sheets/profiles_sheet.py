"""Sheet ``Profiles``: the hourly series as the solvers used them, where each came from, and their monthly means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.plan import installed
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import shown_year
from bvnexus_xl.units import HOURS_PER_YEAR, fahrenheit
from bvnexus_xl.workbook.cells import Block, SheetCells, Value, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import add_line, cell_range, finish, stacked_columns
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.dispatch_labels import begins_at

Array = NDArray[np.float64]

LABEL_ROW, UNIT_ROW, SOURCE_ROW, FIRST_ROW = 5, 6, 7, 8
LAST_ROW = FIRST_ROW + HOURS_PER_YEAR - 1
FIRST_COLUMN = 17
PROFILE_SLOTS, THERMAL_SLOTS = 6, 12
_LAST_COLUMN = FIRST_COLUMN + 10 + PROFILE_SLOTS + 2 * THERMAL_SLOTS - 1
_PANEL_LAST = 15
_MONTH_ROW = 9
"""Heads of the monthly table."""
_CHART = (528, 296)
_SOURCE_LIST_ROW = _MONTH_ROW + 16
_MONTHLY = (
    "Load, mean",
    "Load, highest",
    "Outdoors, mean",
    "PUE, mean",
    "Grid price, mean",
    "–",
    "–",
)
_RENEWABLES = 2
"""Renewables shown by month: the first ones of the fleet."""
_MONTHLY_UNITS = ("MW", "MW", "°F", "–", "$/MWh", "MW per MW", "MW per MW")


@dataclass(frozen=True, slots=True)
class _Series:
    """One hourly column."""

    label: str
    unit: str
    source: str
    values: Array
    style: str


class ProfilesSheet:
    """The sheet."""

    name = "Profiles"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        cells = SheetCells(self.name)
        subtitle = "Hour by hour what the solvers were given: weather, load, renewables, derating, prices"
        put_title(cells, "Profiles", subtitle, _PANEL_LAST, checks_failed(solved))
        _put_frame(cells)
        if solved is not None:
            _put_hours(cells, solved)
            _put_months(cells, solved)
            _put_sources(cells, solved)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen heads, two charts of monthly means; the print area leaves the hours out."""
        worksheet = canvas.worksheet
        worksheet.set_column(0, 0, 12)
        worksheet.set_column(1, _PANEL_LAST - 1, 10.5)
        worksheet.set_column(_PANEL_LAST, FIRST_COLUMN - 2, 2)
        worksheet.set_column(FIRST_COLUMN - 1, _LAST_COLUMN - 1, 15)
        worksheet.freeze_panes(SOURCE_ROW, 0)
        worksheet.insert_chart(_MONTH_ROW - 1, 8, _load_chart(canvas), {"x_offset": 14, "y_offset": 0})
        worksheet.insert_chart(_MONTH_ROW + 14, 0, _renewable_chart(canvas), {"x_offset": 2, "y_offset": 8})
        worksheet.print_area(0, 0, _MONTH_ROW + 31, _PANEL_LAST - 1)
        worksheet.fit_to_pages(1, 1)


def _put_frame(cells: SheetCells) -> None:
    cells.put(3, 1, "Year shown", "label_strong")
    cells.put(3, 3, None, "year")
    link = address(LABEL_ROW, FIRST_COLUMN)
    text = f"All hours of the year: from column {link.rstrip('0123456789')}"
    cells.put(3, 12, text, "link", f'=HYPERLINK("#{ProfilesSheet.name}!{link}","{text}")')
    rule = "8,760 hours, local standard time, hour 1 begins at 00:00 on 1 January; no 29 February"
    cells.put(LABEL_ROW, 1, rule, "hint")
    width = _LAST_COLUMN - FIRST_COLUMN + 1
    cells.row(LABEL_ROW - 1, FIRST_COLUMN, ["The year hour by hour", *([None] * (width - 1))], "section_result")
    cells.put(_MONTH_ROW, 1, "Month", "header_result")
    for offset, (label, unit) in enumerate(zip(_MONTHLY, _MONTHLY_UNITS, strict=True)):
        cells.put(_MONTH_ROW, 2 + offset, label, "header_result_center")
        cells.put(_MONTH_ROW + 1, 2 + offset, unit, "header_unit")
    cells.heights |= {LABEL_ROW: 30.0, SOURCE_ROW: 36.0, _MONTH_ROW: 28.0}


def _series(solved: SolvedStudy, position: int) -> list[_Series]:
    """Columns after hour, beginning and month."""
    profiles, fleet, sources = solved.profiles, solved.fleet, dict(solved.profiles.sources)
    weather = sources["weather"]
    flexible = sum(item.share_of_load for item in flexible_loads(solved.project)) * profiles.load_mw[position]
    out = [
        _Series("Temperature", "°C", weather, profiles.weather.temp_air_c, "line_decimal"),
        _Series("Temperature", "°F", weather, fahrenheit(profiles.weather.temp_air_c), "line_decimal"),
        _Series("PUE", "–", "sheet Load, by temperature", profiles.pue, "line_factor"),
        _Series("Load", "MW", sources["load"], profiles.load_mw[position], "line_decimal"),
        _Series("Grid price", "$/MWh, first year", sources["grid price"], profiles.grid_price_usd_per_mwh, "line_rate"),
        _Series("Import granted", "MW", "sheet Grid", profiles.import_limit_mw[position], "line_decimal"),
        _Series("Flexible load", "MW", "sheet Load, workload mix", flexible, "line_decimal"),
    ]
    for n in range(PROFILE_SLOTS):
        if n < len(fleet.profile):
            asset = fleet.profile[n]
            per_mw = profiles.profile_mw_per_mw[n]
            out.append(_Series(asset.label, "MW per MW", sources[asset.label], per_mw, "line_factor"))
    derate = "sheet Equipment, by temperature and altitude"
    for n in _thermal_models(solved):
        asset_name = fleet.thermal[n].row.name
        factor, service = profiles.thermal_capacity_factor[n], profiles.thermal_in_service[n]
        out.append(_Series(f"{asset_name}: output", "of ISO output", derate, factor, "line_factor"))
        planned = "planned outages, in weeks of low load"
        out.append(_Series(f"{asset_name}: in service", "of units", planned, service, "line_factor"))
    return out


def _thermal_models(solved: SolvedStudy) -> list[int]:
    """One asset of each model that is built: its emission control changes nothing here."""
    in_place = installed(solved.fleet, solved.plan.builds)
    first: dict[str, int] = {}
    for n, asset in enumerate(solved.fleet.thermal):
        if in_place[n].any():
            first.setdefault(asset.row.name, n)
    return list(first.values())[:THERMAL_SLOTS]


def _put_hours(cells: SheetCells, solved: SolvedStudy) -> None:
    position = shown_year(solved)
    cells.put(3, 3, solved.plan.years[position], "year")
    series = _series(solved, position)
    heads = [("Hour of the year", "1 to 8,760", ""), ("Begins at", "month-day", ""), ("Month", "1 to 12", "")]
    heads += [(item.label, item.unit, item.source) for item in series]
    for offset, (label, unit, source) in enumerate(heads):
        cells.put(LABEL_ROW, FIRST_COLUMN + offset, label, "header_result_center")
        cells.put(UNIT_ROW, FIRST_COLUMN + offset, unit, "header_unit")
        cells.put(SOURCE_ROW, FIRST_COLUMN + offset, source, "header_range")
    columns: list[list[Value]] = [
        list(range(1, HOURS_PER_YEAR + 1)),
        list(begins_at()),
        (MONTH_OF_HOUR + 1).tolist(),
        *(item.values.tolist() for item in series),
    ]
    styles = ["hour"] * 3 + [item.style for item in series]
    cells.blocks.append(Block(FIRST_ROW, FIRST_COLUMN, list(zip(*columns, strict=True)), styles))


def _put_months(cells: SheetCells, solved: SolvedStudy) -> None:
    """Means and highest by month, by formulas over the hours."""
    position = shown_year(solved)
    profiles, load = solved.profiles, solved.profiles.load_mw[position]
    means: list[tuple[int, int, Array, str]] = [
        (2, FIRST_COLUMN + 6, load, "line_decimal"),
        (4, FIRST_COLUMN + 4, fahrenheit(profiles.weather.temp_air_c), "line_decimal"),
        (5, FIRST_COLUMN + 5, profiles.pue, "line_factor"),
        (6, FIRST_COLUMN + 7, profiles.grid_price_usd_per_mwh, "line_rate"),
    ]
    for n, asset in enumerate(solved.fleet.profile[:_RENEWABLES]):
        cells.put(_MONTH_ROW, 7 + n, asset.label, "header_result_center")
        means += [(7 + n, FIRST_COLUMN + 10 + n, profiles.profile_mw_per_mw[n], "line_factor")]
    month = _column(FIRST_COLUMN + 2)
    for offset in range(12):
        row, here = _MONTH_ROW + 2 + offset, offset == MONTH_OF_HOUR
        wanted = f"$A{row}"
        cells.put(row, 1, offset + 1, "hour")
        for column, source, values, style in means:
            formula = f"=AVERAGEIFS({_column(source)},{month},{wanted})"
            cells.put(row, column, float(values[here].mean()), style, formula)
        highest = f"=SUMPRODUCT(MAX(({month}={wanted})*{_column(FIRST_COLUMN + 6)}))"
        cells.put(row, 3, float(load[here].max()), "line_decimal", highest)


def _put_sources(cells: SheetCells, solved: SolvedStudy) -> None:
    """Where each series came from."""
    cells.row(_SOURCE_LIST_ROW, 9, ["Where the series came from", *([None] * (_PANEL_LAST - 9))], "section_result")
    for offset, (name, source) in enumerate(solved.profiles.sources):
        cells.put(_SOURCE_LIST_ROW + 1 + offset, 9, name[:1].upper() + name[1:], "line_plain")
        cells.put(_SOURCE_LIST_ROW + 1 + offset, 11, source, "line_plain")


def _column(column: int) -> str:
    return f"{address(FIRST_ROW, column, True)}:{address(LAST_ROW, column, True)}"


def _load_chart(canvas: Canvas) -> object:
    chart = stacked_columns(canvas, [("Mean", _months(2), "#7FB3D9")], _months(1))
    add_line(canvas, chart, [("Highest", _months(3), {"color": canvas.colors["Load"], "width": 2.0})], _months(1))
    finish(chart, "Load by month (MW)", _CHART, "MW")
    return chart


def _renewable_chart(canvas: Canvas) -> object:
    """Side by side; the names of the series are the heads of the table, which change with the project."""
    chart = canvas.workbook.add_chart({"type": "column"})
    for column, color in ((7, canvas.colors["Solar"]), (8, canvas.colors["Other renewable"])):
        head = cell_range(ProfilesSheet.name, _MONTH_ROW, column, _MONTH_ROW, column).split(":")[0]
        chart.add_series(
            {
                "name": head,
                "categories": _months(1),
                "values": _months(column),
                "fill": {"color": color},
                "border": {"none": True},
                "gap": 40,
            }
        )
    finish(chart, "Renewables by month: mean output of one MW", _CHART, "MW per MW", num_format="0.0")
    return chart


def _months(column: int) -> str:
    return cell_range(ProfilesSheet.name, _MONTH_ROW + 2, column, _MONTH_ROW + 13, column)
