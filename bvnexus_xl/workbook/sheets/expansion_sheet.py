"""Sheet ``Expansion``: how much load may be added under a ceiling of levelised cost, and what stops more."""

from __future__ import annotations

from typing import Any

from bvnexus_xl.problems.expansion.finding import CurvePoint, Expansion
from bvnexus_xl.reliability.target import AdequacySearch
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address, column_letters
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.chart_look import FONT, add_line, cell_range, finish, stacked_columns
from bvnexus_xl.workbook.sheets.check_list import checks_failed

SHEET = "Expansion"
_MOST_YEARS, _MOST_POINTS = 15, 11
LABEL, UNIT, FIRST = 1, 2, 3
LAST = FIRST + _MOST_YEARS - 1
_WIDTHS = {LABEL: 41.0, UNIT: 9.0}
_YEAR_WIDTH = 9.4

ANSWER_ROW = 4
COST_ROW = ANSWER_ROW + 9
YEAR_ROW = COST_ROW + 7
CURVE_ROW = YEAR_ROW + 6
_BASE, _PLAN, _MORE = range(FIRST, FIRST + 3)
_CEILING, _ADDED, _UPPER, _PROVEN, _LCOE, _SLOPE = range(FIRST, FIRST + 6)
_PROVEN_FOR = {"year": "full year", "weeks": "weeks", "": None}
_CHART = (640, 300)
_GREY, _BLUE, _ORANGE = "#8A919C", "#0072B2", "#D55E00"


class ExpansionSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None, or a study of another problem, gives the frame."""
        cells = SheetCells(self.name)
        subtitle = "How much load may be added before levelised cost exceeds the ceiling, and what stops more (P2)"
        put_title(cells, "Expansion", subtitle, LAST, checks_failed(solved))
        finding = solved.finding if solved is not None and isinstance(solved.finding, Expansion) else None
        _put_frame(cells, finding, solved)
        if solved is not None and finding is None:
            cells.put(3, LABEL, f"Problem {solved.project.study.problem} was run: nothing to show here.", "line_note")
        if solved is not None and finding is not None and solved.adequacy is not None:
            cells.put(3, LABEL, _reserve_note(solved.adequacy), "line_note")
        if finding is not None:
            _put_answer(cells, finding)
            _put_costs(cells, finding)
            _put_years(cells, finding)
            _put_curve(cells, finding)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen title, two charts."""
        worksheet = canvas.worksheet
        canvas.set_widths(_WIDTHS)
        worksheet.set_column(FIRST - 1, LAST - 1, _YEAR_WIDTH)
        worksheet.freeze_panes(2, 0)
        worksheet.fit_to_pages(1, 1)
        place = {"x_offset": 6, "y_offset": 2}
        worksheet.insert_chart(ANSWER_ROW - 1, _SLOPE, _year_chart(canvas), place)
        worksheet.insert_chart(CURVE_ROW - 1, _SLOPE, _curve_chart(canvas), place)


def _put_frame(cells: SheetCells, finding: Expansion | None, solved: SolvedStudy | None) -> None:
    """Headings that stand on an empty template too."""
    _section(cells, ANSWER_ROW, "The answer", _SLOPE)
    _section(cells, COST_ROW, "Cost and energy: present values on the base date", _SLOPE)
    heads = {_BASE: "Without addition", _PLAN: "With addition", _MORE: "Increment"}
    taxed = solved is not None and solved.project.finance.objective_basis == "after_tax"
    _heads(cells, COST_ROW + 1, f"New money, {'after' if taxed else 'before'} tax", heads)
    _section(cells, YEAR_ROW, "Load by year, as on sheet Load")
    years = dict(enumerate(finding.years if finding else (), start=FIRST))
    _heads(cells, YEAR_ROW + 1, "Contracted load", dict.fromkeys(range(FIRST, LAST + 1)) | years)
    _section(cells, CURVE_ROW, "Largest added load against the ceiling", _SLOPE)
    columns = {_CEILING: "Ceiling, $/MWh", _ADDED: "Added load, MW", _UPPER: "Proven at most, MW"}
    columns |= {_PROVEN: "Proven for", _LCOE: "LCOE, $/MWh", _SLOPE: "MW per $/MWh"}
    _heads(cells, CURVE_ROW + 1, "More is stopped by", columns)
    cells.put(CURVE_ROW + 1, UNIT, None, "header_result_center")
    cells.heights |= {CURVE_ROW + 1: 40.0, COST_ROW + 1: 27.0}


def _reserve_note(search: AdequacySearch) -> str:
    """With what reserve every load on the sheet is carried."""
    return (
        f"Every load below is carried with {search.plan_step.margin_mw:,.1f} MW firm to spare, the reserve that the "
        "adequacy target took for the answer: see RAM"
    )


def _put_answer(cells: SheetCells, finding: Expansion) -> None:
    point, curve = finding.point, CURVE_ROW + 2 + finding.curve.index(finding.point)
    what = "the whole site" if finding.basis == "site" else "the increment"
    rows: list[tuple[str, str, Any, str, str]] = [
        ("Largest added load, in the year of the highest load", "MW", point.added_mw, "line_total_decimal", _ADDED_AT),
        ("Proven to be at most (Phase 2)", "MW", *_proven(point)),
        ("Ceiling of levelised cost", "$/MWh", point.ceiling_usd_per_mwh, "line_rate", _CEILING_AT),
        ("It applies to", "", what, "line_note", ""),
        ("LCOE on that basis", "$/MWh", _shown(point.lcoe_usd_per_mwh), "line_rate", _LCOE_AT),
        ("One more $/MWh of ceiling brings", "MW", _shown(point.slope_mw_per_usd), "line_decimal", _SLOPE_AT),
        ("More is stopped by", "", point.stops, "line_note", ""),
    ]
    for row, (label, unit, value, style, column) in enumerate(rows, start=ANSWER_ROW + 1):
        strong = "line_total_label" if style.startswith("line_total") else "line_label"
        cells.put(row, LABEL, label, strong)
        cells.put(row, UNIT, unit, "line_total_unit" if strong == "line_total_label" else "line_unit")
        cells.put(row, FIRST, value, style, f"={column}{curve}" if column else "")


_CEILING_AT, _ADDED_AT, _UPPER_AT, _LCOE_AT, _SLOPE_AT = (
    column_letters(column) for column in (_CEILING, _ADDED, _UPPER, _LCOE, _SLOPE)
)
"""Letters of the columns of the curve that the answer repeats."""


def _proven(point: CurvePoint) -> tuple[float | str, str, str]:
    """(bound, style, column of the curve it stands in); no column where nothing is proven."""
    if point.upper_mw is None:
        return "not proven", "line_decimal", ""
    return point.upper_mw, "line_decimal", _UPPER_AT


def _put_costs(cells: SheetCells, finding: Expansion) -> None:
    """Cost, book value, energy and LCOE without and with the added load, and their difference."""
    base, plan = finding.base, finding.plan
    sunk = finding.sunk_usd if finding.sunk_counts else 0.0
    rows = (
        ("Cost of new money", "$ million", "line_million", base.cost_usd, plan.cost_usd),
        ("Book value of existing plant that counts", "$ million", "line_million", sunk, sunk),
        ("Energy delivered", "GWh", "line_gwh", base.energy_mwh, plan.energy_mwh),
    )
    first = COST_ROW + 2
    for row, (label, unit, style, without, together) in enumerate(rows, start=first):
        cells.put(row, LABEL, label, "line_label")
        cells.put(row, UNIT, unit, "line_unit")
        cells.put(row, _BASE, without, style)
        cells.put(row, _PLAN, together, style)
        formula = f"={address(row, _PLAN)}-{address(row, _BASE)}"
        cells.put(row, _MORE, together - without, style, formula)
    row = first + len(rows)
    cells.row(row, LABEL, ["Levelised cost, nominal", "$/MWh"], "line_total_label")
    for column in range(UNIT, _MORE + 1):
        cells.put(row, column, "$/MWh" if column == UNIT else None, "line_total_unit")
    accounts = ((_BASE, base.cost_usd + sunk, base), (_PLAN, plan.cost_usd + sunk, plan))
    lcoes = [(column, cost / item.energy_mwh if item.energy_mwh > 0.0 else None) for column, cost, item in accounts]
    for column, lcoe in [*lcoes, (_MORE, finding.increment_lcoe_usd_per_mwh)]:
        cost, book, energy = (address(first + n, column) for n in range(3))
        formula = f'=IF({energy}>0,({cost}+{book})/{energy},"n/a")'
        cells.put(row, column, _shown(lcoe), "line_total_rate", formula)


def _put_years(cells: SheetCells, finding: Expansion) -> None:
    """Load without, added, and together."""
    for offset, label in enumerate(("Without added load", "Added", "Together")):
        row, total = YEAR_ROW + 2 + offset, "total_" if offset == 2 else ""
        cells.put(row, LABEL, label, f"line_{total}label")
        cells.put(row, UNIT, "MW", f"line_{total}unit")
    for offset, (have, more) in enumerate(zip(finding.base_mw, finding.added_mw, strict=True)):
        column, row = FIRST + offset, YEAR_ROW + 2
        cells.put(row, column, have, "line_decimal")
        cells.put(row + 1, column, more, "line_decimal")
        formula = f"={address(row, column)}+{address(row + 1, column)}"
        cells.put(row + 2, column, have + more, "line_total_decimal", formula)


def _put_curve(cells: SheetCells, finding: Expansion) -> None:
    """One row a ceiling, rising; the slope is that between the neighbours."""
    first = CURVE_ROW + 2
    last = first + len(finding.curve) - 1
    for row, point in enumerate(finding.curve, start=first):
        here = "total_" if point is finding.point else ""
        cells.put(row, LABEL, point.stops, f"line_{here}label")
        cells.put(row, UNIT, "asked for" if here else None, f"line_{here}unit")
        cells.put(row, _CEILING, point.ceiling_usd_per_mwh, f"line_{here}rate")
        cells.put(row, _ADDED, point.added_mw, f"line_{here}decimal")
        cells.put(row, _UPPER, point.upper_mw, f"line_{here}decimal")
        cells.put(row, _PROVEN, _PROVEN_FOR[point.resolution], f"line_{here}unit")
        cells.put(row, _LCOE, _shown(point.lcoe_usd_per_mwh), f"line_{here}rate")
        formula = ""
        if point.slope_mw_per_usd is not None:
            low, high = max(row - 1, first), min(row + 1, last)
            rise, run = (f"({address(high, c)}-{address(low, c)})" for c in (_ADDED, _CEILING))
            formula = f"={rise}/{run}"
        cells.put(row, _SLOPE, _shown(point.slope_mw_per_usd), f"line_{here}decimal", formula)


def _curve_chart(canvas: Canvas) -> Any:
    """Added load against ceiling, with the proven bound."""
    chart = canvas.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    first, last = CURVE_ROW + 2, CURVE_ROW + 1 + _MOST_POINTS
    for name, column, color, dash in (
        ("Added load", _ADDED, _BLUE, "solid"),
        ("Proven at most", _UPPER, _ORANGE, "dash"),
    ):
        chart.add_series(
            {
                "name": name,
                "categories": cell_range(SHEET, first, _CEILING, last, _CEILING),
                "values": cell_range(SHEET, first, column, last, column),
                "line": {"color": color, "width": 2.0, "dash_type": dash},
                "marker": {
                    "type": "circle" if dash == "solid" else "triangle",
                    "size": 6,
                    "fill": {"color": color},
                    "border": {"color": color},
                },
            }
        )
    axis = {"name": "Ceiling of levelised cost, $/MWh", "name_font": FONT, "num_format": "0"}
    finish(chart, "Largest added load against the ceiling (MW)", _CHART, "MW", axis, min=0)
    return chart


def _year_chart(canvas: Canvas) -> Any:
    """Load there is and load added, by year."""
    row = YEAR_ROW + 2
    heads = cell_range(SHEET, YEAR_ROW + 1, FIRST, YEAR_ROW + 1, LAST)
    series = [
        ("Without added load", cell_range(SHEET, row, FIRST, row, LAST), _GREY),
        ("Added", cell_range(SHEET, row + 1, FIRST, row + 1, LAST), _BLUE),
    ]
    chart = stacked_columns(canvas, series, heads)
    look = {"color": canvas.colors["Load"], "width": 2.25}
    add_line(canvas, chart, [("Together", cell_range(SHEET, row + 2, FIRST, row + 2, LAST), look)], heads)
    finish(chart, "Contracted load by year (MW)", _CHART, "MW", min=0)
    return chart


def _shown(value: float | None) -> float | str:
    return "n/a" if value is None else value


def _section(cells: SheetCells, row: int, text: str, last: int = LAST) -> None:
    cells.row(row, LABEL, [text] + [None] * (last - 1), "section_result")


def _heads(cells: SheetCells, row: int, label: str, columns: dict[int, Any]) -> None:
    cells.put(row, LABEL, label, "header_result")
    cells.put(row, UNIT, "Unit", "header_result_center")
    for column, text in columns.items():
        cells.put(row, column, text, "header_result_center")
