"""Sheet ``Services`` (P4): MW sold and net revenue by programme and year, who may share a MW, calls against the SLA."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bvnexus_xl.inputs.services import Programme
from bvnexus_xl.services.study import Sale, ServicesStudy
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed

LABEL, KIND, WINDOW, FIRST_YEAR = 1, 2, 3, 4
_MOST_YEARS = 15
_LAST = FIRST_YEAR + _MOST_YEARS - 1
_WIDTHS = {LABEL: 34.0, KIND: 14.0, WINDOW: 18.0}
_YEAR_WIDTH = 11.6
_HEAD, _TALL_HEAD = 42.0, 42.0
_SUBTITLE = (
    "What flexible computing, batteries and spare generation may earn at the meter; a MW is sold twice only where "
    "programmes may share it"
)
_EMPTY = "Filled by a run of problem P4; what may be sold stands on sheet Programmes."
_KINDS = {"avoided_charge": "avoided charge"}
_MARK = {True: "may share", False: "exclusive"}


class ServicesSheet:
    """The sheet."""

    name = "Services"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None, or a study of another problem, gives the frame."""
        cells = SheetCells(self.name)
        put_title(cells, "Services", _SUBTITLE, _LAST, checks_failed(solved))
        found = solved.finding if solved is not None else None
        if not isinstance(found, ServicesStudy):
            cells.put(4, LABEL, _EMPTY, "hint")
            return cells
        row = 4
        for line in found.lines():
            cells.put(row, LABEL, line, "text")
            row += 1
        if not found.sales:
            return cells
        row = _put_years(cells, row + 1, found, "MW sold", "line_decimal", lambda sale: sale.mw)
        first = row + 2
        row = _put_years(cells, row, found, "Net revenue, $", "line_count", lambda sale: sale.net_usd)
        row = _put_total(cells, first, row - 1, found)
        best = [sale for sale in found.sales if sale.year == found.best_year]
        row = _put_one_year(cells, row, best)
        row = _put_sources(cells, row, best)
        row = _put_stacking(cells, row, found)
        _put_levels(cells, row, found)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths and frozen names."""
        worksheet = canvas.worksheet
        canvas.set_widths(_WIDTHS)
        worksheet.set_column(FIRST_YEAR - 1, _LAST - 1, _YEAR_WIDTH)
        worksheet.freeze_panes(2, 1)


def season(programme: Programme) -> str:
    """Season and daily window in a few characters: ``Jun–Sep, 15–19 h``."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    first, last = months[programme.first_month - 1], months[programme.last_month - 1]
    dates = "all year" if (programme.first_month, programme.last_month) == (1, 12) else f"{first}–{last}"
    whole_day = (programme.first_hour, programme.last_hour) == (0, 24)
    return dates if whole_day else f"{dates}, {programme.first_hour}–{programme.last_hour} h"


def _put_head(cells: SheetCells, row: int, title: str, heads: Sequence[str | int]) -> int:
    """Heading of a table over the sheet's width and its column heads; the row below."""
    cells.row(row, LABEL, [title] + [None] * (_LAST - 1), "section_result")
    cells.put(row + 1, LABEL, heads[0], "header_result")
    cells.row(row + 1, LABEL + 1, heads[1:], "header_result_center")
    return row + 2


def _put_years(
    cells: SheetCells, row: int, found: ServicesStudy, title: str, style: str, value: Callable[[Sale], float]
) -> int:
    """One row a programme, one column a year; the row after an empty one."""
    by_place = {(sale.programme.name, sale.year): sale for sale in found.sales}
    row = _put_head(cells, row, title, ["Programme", "Pays for", "Season, window", *found.years])
    for programme in found.programmes:
        cells.put(row, LABEL, programme.name, "line_label")
        cells.put(row, KIND, _KINDS.get(programme.kind, programme.kind), "line_unit")
        cells.put(row, WINDOW, season(programme), "line_unit")
        for offset, year in enumerate(found.years):
            cells.put(row, FIRST_YEAR + offset, value(by_place[programme.name, year]), style)
        row += 1
    return row + 1


def _put_total(cells: SheetCells, first: int, row: int, found: ServicesStudy) -> int:
    """The sum of the rows from ``first`` to the one above ``row``; the row after an empty one."""
    cells.row(row, LABEL, ["Together", None, None], "line_total_label")
    for offset, year in enumerate(found.years):
        column = FIRST_YEAR + offset
        total = sum(sale.net_usd for sale in found.sales if sale.year == year)
        formula = f"=SUM({address(first, column)}:{address(row - 1, column)})"
        cells.put(row, column, total, "line_total_count", formula)
    return row + 2


def _put_one_year(cells: SheetCells, row: int, sales: Sequence[Sale]) -> int:
    """What is paid, what calls cost, what a programme adds, and why nothing is sold; the row after an empty one."""
    title = f"{sales[0].year}, the year that earns most. Adds: what the year would earn less without the programme"
    heads = ["Programme", "MW sold", "Price as of", "Being there, $", "Calls, $", "Calls cost, $", "Net, $", "Adds, $"]
    row = _put_head(cells, row, title, [*heads, "Calls, h/yr", "P95, h/yr", "Risk", "Why nothing is sold"])
    cells.heights[row - 1] = _HEAD
    for sale in sales:
        cells.put(row, LABEL, sale.programme.name, "line_label")
        cells.put(row, KIND, sale.mw, "line_decimal")
        cells.put(row, WINDOW, sale.programme.price_date, "line_date")
        money = (sale.availability_usd, sale.call_pay_usd, sale.call_cost_usd)
        cells.row(row, FIRST_YEAR, money, "line_count")
        parts = [address(row, FIRST_YEAR + n) for n in range(3)]
        cells.put(row, FIRST_YEAR + 3, sale.net_usd, "line_count", f"={parts[0]}+{parts[1]}-{parts[2]}")
        cells.put(row, FIRST_YEAR + 4, sale.adds_usd, "line_count")
        cells.put(row, FIRST_YEAR + 5, sale.programme.expected_call_h_per_year, "line_decimal")
        cells.put(row, FIRST_YEAR + 6, sale.programme.p95_call_h_per_year, "line_decimal")
        cells.put(row, FIRST_YEAR + 7, "at risk" if sale.at_risk else None, "line_unit")
        cells.put(row, FIRST_YEAR + 8, sale.why_not or None, "line_note")
        row += 1
    return row + 1


def _put_sources(cells: SheetCells, row: int, sales: Sequence[Sale]) -> int:
    """MW of each source in each programme; the row after an empty one."""
    labels = list(dict.fromkeys(label for sale in sales for label, _ in sale.mw_by_source))
    if not labels:
        return row
    row = _put_head(
        cells, row, f"Who gives, MW in {sales[0].year}", ["Source", "", "", *(s.programme.name for s in sales)]
    )
    cells.heights[row - 1] = _TALL_HEAD
    for label in labels:
        # names of units with their controls are long: they run on over the two empty columns beside them
        cells.put(row, LABEL, f"  {label}", "line_plain")
        for offset, sale in enumerate(sales[:_MOST_YEARS]):
            cells.put(row, FIRST_YEAR + offset, dict(sale.mw_by_source).get(label, 0.0), "line_decimal")
        row += 1
    return row + 1


def _put_stacking(cells: SheetCells, row: int, found: ServicesStudy) -> int:
    """Which programmes may share a MW in the same hour."""
    names = [programme.name for programme in found.programmes]
    numbered = [f"{number + 1}" for number in range(len(names))]
    shown = min(len(names), _MOST_YEARS)
    row = _put_head(
        cells, row, "Stacking: who may share a MW in an hour", ["Programme", "Number", "", *numbered[:shown]]
    )
    for number, name in enumerate(names):
        cells.put(row, LABEL, name, "line_label")
        cells.put(row, KIND, number + 1, "line_count")
        for other in range(shown):
            if other != number:
                may = found.may_share[number][other]
                cells.put(row, FIRST_YEAR + other, _MARK[may], "share_ok" if may else "share_binding")
        row += 1
    return row + 1


def _put_levels(cells: SheetCells, row: int, found: ServicesStudy) -> None:
    """Calls of each class at P95 against its service level, hours of full depth a year."""
    if not found.levels:
        return
    title = "Calls of computing, P95, hours of full depth a year"
    row = _put_head(cells, row, title, ["Workload class", "Allowed h/yr", "", *found.years])
    for label in dict.fromkeys(level.label for level in found.levels):
        own = {level.year: level for level in found.levels if level.label == label}
        cells.put(row, LABEL, label, "line_label")
        cells.put(row, KIND, max(level.most_h for level in own.values()), "line_decimal")
        for offset, year in enumerate(found.years):
            cells.put(row, FIRST_YEAR + offset, own[year].p95_h if year in own else None, "line_decimal")
        row += 1
