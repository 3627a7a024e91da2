"""Sheet ``Compare``: scenarios side by side, and the tornado. A sweep fills it; a run of the study leaves it alone."""

from __future__ import annotations

from bvnexus_xl.inputs.loading import most_rows
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import SOURCES
from bvnexus_xl.sweep.comparison import CaseResult, Comparison, Figures, SwingResult
from bvnexus_xl.sweep.shared_plan import SHARED_NAME, SharedPlan, build_words, cost_words, value_words
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.sheets.base import CHECKS_BANNER, Canvas, banner_text, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.compare_charts import insert_charts
from bvnexus_xl.workbook.sheets.compare_columns import (
    AGAINST,
    AVAILABILITY,
    BANNER,
    BASE_ROW,
    BATTERY_MWH,
    BINDING,
    CAPEX,
    CHANGES,
    CHART_ROWS,
    CHARTS_ROW,
    CO2,
    COST,
    FINDING,
    FIRST_ROW,
    FIRST_SOURCE,
    FIRST_SWING_ROW,
    GAP,
    HEAD_ROW,
    HIGH_LCOE,
    HIGH_TEXT,
    LABEL,
    LAST,
    LCOE,
    LOW_LCOE,
    LOW_TEXT,
    MEAN_ROW,
    MOST_SWINGS,
    NOX,
    PROBABILITY,
    SHARED_ROW,
    SHEET,
    STATUS,
    SWING,
    TORNADO_ROW,
)

_SUBTITLE = "Scenarios side by side, and what swings the levelised cost; filled by Run scenarios"
_EMPTY = "Filled by button Run scenarios, or bvnexus-xl sweep FILE, and by bvnexus-xl sweep FILE --tornado"
_NO_SCENARIOS = "No scenarios were run: list them on sheet Scenarios, then press Run scenarios"
_NO_TORNADO = "Not run: bvnexus-xl sweep FILE --tornado"
_TORNADO = "Tornado: each input alone at its low and its high value, everything planned anew; largest swing first"
_HEADS: dict[int, str] = {
    LABEL: "Scenario",
    STATUS: "Status",
    PROBABILITY: "Probability",
    LCOE: "LCOE, nominal, $/MWh",
    LCOE + AGAINST: "against base, $/MWh",
    COST: "Cost, present value, $ million",
    COST + AGAINST: "against base, $ million",
    CAPEX: "Capital, nominal, $ million",
    CAPEX + AGAINST: "against base, $ million",
    CO2: "CO2, all years, 1,000 short tons",
    CO2 + AGAINST: "against base",
    NOX: "NOx, worst year, tons/yr",
    AVAILABILITY: "Availability, worst year",
    **{FIRST_SOURCE + offset: f"{source}, MW" for offset, source in enumerate(SOURCES)},
    BATTERY_MWH: "Battery, MWh",
    GAP: "Gap at most (Phase 2)",
    BINDING: "Limits that bind",
    FINDING: "Answer to the problem (P2 to P5)",
    CHANGES: "What it changes",
}
_SWING_HEADS: dict[int, str] = {
    LABEL: "Input",
    LOW_TEXT: "Low value",
    HIGH_TEXT: "High value",
    LOW_LCOE: "LCOE at low, $/MWh",
    LOW_LCOE + AGAINST: "against base, $/MWh",
    HIGH_LCOE: "LCOE at high, $/MWh",
    HIGH_LCOE + AGAINST: "against base, $/MWh",
    SWING: "Swing, $/MWh",
}
_TAXED_HEADS = {LCOE: "LCOE after tax, $/MWh", COST: "Cost after tax, PV, $ million"}
_TAXED_SWING_HEADS = {LOW_LCOE: "After tax at low, $/MWh", HIGH_LCOE: "After tax at high, $/MWh"}
"""Heads where sheet Finance compares plans after tax: ranked and shown by that."""
_WIDTHS = {LABEL: 34.0, STATUS: 15.0, PROBABILITY: 15.0, BINDING: 62.0, FINDING: 62.0, CHANGES: 62.0}
_WIDTH, _SOURCE_WIDTH = 11.5, 9.5
_HEAD_POINTS, _ROW_POINTS, _THIN = 44.0, 15.0, 0.75
_LETTERS_A_LINE, _MOST_POINTS = 62, 400.0
"""Of the wide columns of words; Excel's rows have at most 409 points."""
_PRINT_SCALE_PCT = 58
"""Cost on the first printed page, plant and limits on the next, what changes on the last."""
_STATES = {"done": "state_ok", "infeasible": "state_fail", "faults": "state_fail", "failed": "state_fail"}
_MOST_CASES = most_rows(("scenarios",))


class CompareSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """The empty sheet; after a run of the study only the line of checks changes: what a sweep found stays."""
        if solved is None:
            return comparison_cells(None, None)
        cells = SheetCells(self.name, whole=False)
        cells.put(1, BANNER, banner_text(checks_failed(solved)), "banner", CHECKS_BANNER)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen names, charts beside and below the tornado."""
        worksheet = canvas.worksheet
        worksheet.set_column(0, LAST - 1, _WIDTH)
        worksheet.set_column(FIRST_SOURCE - 1, GAP - 1, _SOURCE_WIDTH)
        canvas.set_widths(_WIDTHS)
        worksheet.freeze_panes(2, 1)
        worksheet.set_zoom(90)
        worksheet.repeat_columns(0, 0)
        worksheet.set_print_scale(_PRINT_SCALE_PCT)
        worksheet.set_v_pagebreaks([AVAILABILITY, BINDING])
        worksheet.print_area(0, 0, CHARTS_ROW + CHART_ROWS - 1, LAST - 1)
        insert_charts(canvas)


def comparison_cells(found: Comparison | None, failed: int | None) -> SheetCells:
    """Everything on the sheet; None gives the frame. ``failed``: checks that fail, None before the first run."""
    cells = SheetCells(SHEET)
    put_title(cells, "Compare", _SUBTITLE, BANNER, failed)
    cells.row(
        HEAD_ROW - 2, LABEL, [_answer(found)] + [None] * (BANNER - 1), "answer_idle" if found is None else "answer"
    )
    cells.heights |= {HEAD_ROW - 2: 21.0, HEAD_ROW - 1: 6.0}
    taxed = found is not None and found.objective_basis == "after_tax"
    _heads(cells, HEAD_ROW, _HEADS | (_TAXED_HEADS if taxed else {}), LAST)
    rows = () if found is None else found.scenarios
    if found is not None:
        _put_case(cells, BASE_ROW, found.base, found.base)
        _put_mean(cells, found)
        for row, case in enumerate(rows, start=FIRST_ROW):
            _put_case(cells, row, case, found.base)
    for row in range(FIRST_ROW, FIRST_ROW + _MOST_CASES):
        cells.heights[row] = _ROW_POINTS if row < FIRST_ROW + len(rows) else _THIN
    cells.heights[SHARED_ROW] = _ROW_POINTS
    for column in (BINDING, FINDING, CHANGES):
        cells.put(SHARED_ROW, column, None, "text_wrap")  # an open book keeps the alignment of the template
    if found is not None and found.together is not None:
        _put_shared(cells, found.together)
    cells.row(TORNADO_ROW, LABEL, [_TORNADO] + [None] * (LAST - 1), "section_result")
    _heads(cells, TORNADO_ROW + 1, _SWING_HEADS | (_TAXED_SWING_HEADS if taxed else {}), SWING)
    bars = () if found is None else found.tornado
    for row in range(FIRST_SWING_ROW, FIRST_SWING_ROW + MOST_SWINGS):
        cells.heights[row] = _ROW_POINTS if row < FIRST_SWING_ROW + max(len(bars), 1) else _THIN
    if found is not None and not bars:
        cells.put(FIRST_SWING_ROW, LABEL, _NO_TORNADO, "line_note")
    for row, bar in enumerate(bars[:MOST_SWINGS], start=FIRST_SWING_ROW):
        _put_swing(cells, row, bar)
    return cells


def _answer(found: Comparison | None) -> str:
    if found is None:
        return _EMPTY
    head = f"{found.project_name}, phase {found.phase} ({found.estimate_class}), base case {found.base.input_hash}: "
    if found.base.figures is None:
        return head + f"the base case has no answer: {_why(found.base)}"
    known = [
        (case.figures.objective_lcoe_usd_per_mwh, case.name) for case in found.scenarios if case.figures is not None
    ]
    lcoes = sorted((lcoe, name) for lcoe, name in known if lcoe is not None)
    base = found.base.figures.objective_lcoe_usd_per_mwh
    words = head + ("no energy is served" if base is None else f"{found.lcoe_words} {base:,.2f} $/MWh")
    if len(lcoes) == 1:
        return f"{words}; {lcoes[0][1]} {lcoes[0][0]:,.2f}"
    if lcoes:
        (low, cheap), (high, dear) = lcoes[0], lcoes[-1]
        return f"{words}; scenarios {low:,.2f} ({cheap}) to {high:,.2f} ({dear})"
    return words if found.tornado else f"{words}. {_NO_SCENARIOS}"


def _heads(cells: SheetCells, row: int, heads: dict[int, str], last: int) -> None:
    for column in range(LABEL, last + 1):
        style = "header_result" if column in (LABEL, BINDING, FINDING, CHANGES) else "header_result_center"
        cells.put(row, column, heads.get(column), style)
    cells.heights[row] = _HEAD_POINTS


def _put_case(cells: SheetCells, row: int, case: CaseResult, base: CaseResult) -> None:
    cells.put(row, LABEL, case.name, "line_label")
    cells.put(row, STATUS, case.status.replace("_", " "), _STATES.get(case.status, "state_warn"))
    cells.put(row, PROBABILITY, case.probability, "line_share")
    cells.put(row, CHANGES, case.changes or None, "line_words")
    if case.figures is None:
        cells.put(row, LCOE, _why(case), "line_note")
        return
    _put_figures(cells, row, case.figures, "line_")
    _put_differences(cells, row, case.figures, base.figures)
    cells.put(row, GAP, case.gap, "line_percent")
    cells.put(row, BINDING, case.binding or "no limit", "line_words")
    cells.put(row, FINDING, case.message or None, "line_words")


def _put_figures(cells: SheetCells, row: int, figures: Figures, style: str, formula: str = "") -> None:
    """Figures of one row; ``formula`` has ``{0}`` for the column's letters."""
    values: list[tuple[int, Value, str]] = [
        (LCOE, figures.objective_lcoe_usd_per_mwh, "rate"),
        (COST, figures.objective_usd, "million"),
        (CAPEX, figures.capex_usd, "million"),
        (CO2, figures.co2_tons, "thousand"),
        (NOX, figures.nox_tpy, "decimal"),
        (AVAILABILITY, figures.availability, "availability"),
        *((FIRST_SOURCE + offset, figures.installed_mw[source], "decimal") for offset, source in enumerate(SOURCES)),
        (BATTERY_MWH, figures.battery_mwh, "decimal"),
    ]
    for column, value, kind in values:
        letters = address(1, column).rstrip("1")
        cells.put(row, column, "n/a" if value is None else value, style + kind, formula.format(letters))


def _put_differences(cells: SheetCells, row: int, figures: Figures, base: Figures | None) -> None:
    """Against the base case, as formulas; nothing where either has no figure."""
    if base is None or row == BASE_ROW:
        return
    pairs = (
        (LCOE, figures.objective_lcoe_usd_per_mwh, base.objective_lcoe_usd_per_mwh, "line_difference"),
        (COST, figures.objective_usd, base.objective_usd, "line_difference_million"),
        (CAPEX, figures.capex_usd, base.capex_usd, "line_difference_million"),
    )
    for column, value, reference, style in pairs:
        if value is not None and reference is not None:
            formula = f"={address(row, column)}-{_base_cell(column)}"
            cells.put(row, column + AGAINST, value - reference, style, formula)
    if base.co2_tons > 0.0:
        formula = f"={address(row, CO2)}/{_base_cell(CO2)}-1"
        cells.put(row, CO2 + AGAINST, figures.co2_tons / base.co2_tons - 1.0, "line_change", formula)


def _put_mean(cells: SheetCells, found: Comparison) -> None:
    """Mean by probability below the base case; the row stays thin where no scenario has one."""
    given = any(case.probability is not None for case in found.scenarios)
    cells.heights[MEAN_ROW] = _ROW_POINTS if given else _THIN
    if not given:
        return
    cells.row(MEAN_ROW, LABEL, ["Mean by probability"] + [None] * (LAST - 1), "line_total_label")
    if found.expected is None:
        cells.put(MEAN_ROW, LCOE, "n/a: a scenario with a probability has no answer", "line_total_label")
        return
    last = FIRST_ROW + len(found.scenarios) - 1
    chance = address(1, PROBABILITY).rstrip("1")
    rest = f"SUMPRODUCT(${chance}${FIRST_ROW}:${chance}${last},{{0}}{FIRST_ROW}:{{0}}{last})"
    weights = f"${chance}${BASE_ROW}*{{0}}{BASE_ROW}" if found.base.probability else "0"
    _put_figures(cells, MEAN_ROW, found.expected, "line_total_", f"={weights}+{rest}")
    total = sum(case.probability or 0.0 for case in (found.base, *found.scenarios))
    formula = f"={chance}{BASE_ROW}+SUM({chance}{FIRST_ROW}:{chance}{last})"
    cells.put(MEAN_ROW, PROBABILITY, total, "line_total_share", formula)


def _put_shared(cells: SheetCells, plan: SharedPlan) -> None:
    """One plan for all scenarios. Its cost is that of representative weeks, so it is set against no other row."""
    broken = [item.name for item in plan.scenarios if item.breaks_limit]
    cells.put(SHARED_ROW, LABEL, f"{SHARED_NAME} (Phase 2, weeks)", "line_label")
    cells.put(SHARED_ROW, STATUS, "infeasible" if broken else "done", _STATES["infeasible" if broken else "done"])
    cells.put(SHARED_ROW, PROBABILITY, sum(item.probability for item in plan.scenarios), "line_share")
    cells.put(SHARED_ROW, COST, plan.expected_cost_usd, "line_million")
    cells.put(SHARED_ROW, CAPEX, plan.capex_usd, "line_million")
    for offset, source in enumerate(SOURCES):
        cells.put(SHARED_ROW, FIRST_SOURCE + offset, plan.installed_mw[source], "line_decimal")
    cells.put(SHARED_ROW, BATTERY_MWH, plan.battery_mwh, "line_decimal")
    cells.put(SHARED_ROW, GAP, plan.gap, "line_percent")
    words = {
        BINDING: f"Cost by scenario: {cost_words(plan)}",
        FINDING: value_words(plan),
        CHANGES: f"Builds {build_words(plan)}",
    }
    for column, text in words.items():
        cells.put(SHARED_ROW, column, text, "text_wrap")
    lines = max(-(-len(text) // _LETTERS_A_LINE) for text in words.values())
    cells.heights[SHARED_ROW] = min(_ROW_POINTS * lines, _MOST_POINTS)


def _put_swing(cells: SheetCells, row: int, bar: SwingResult) -> None:
    cells.put(row, LABEL, bar.label, "line_label")
    cells.put(row, LOW_TEXT, bar.low_text or None, "line_words")
    cells.put(row, HIGH_TEXT, bar.high_text or None, "line_words")
    for column, end in ((LOW_LCOE, bar.low), (HIGH_LCOE, bar.high)):
        if end is None:
            continue
        if end.figures is None or end.figures.objective_lcoe_usd_per_mwh is None:
            cells.put(row, column, end.status.replace("_", " "), "state_fail")
        else:
            cells.put(row, column, end.figures.objective_lcoe_usd_per_mwh, "line_rate")
    if bar.swing_usd_per_mwh is not None:
        _put_swing_formulas(cells, row, bar)


def _put_swing_formulas(cells: SheetCells, row: int, bar: SwingResult) -> None:
    """Against the base case, and the swing."""
    low, high, base = address(row, LOW_LCOE), address(row, HIGH_LCOE), _base_cell(LCOE)
    cells.put(row, SWING, bar.swing_usd_per_mwh, "line_rate", f"=MAX({low},{high},{base})-MIN({low},{high},{base})")
    present = cells.cells
    base_lcoe = present[(BASE_ROW, LCOE)].value
    for column in (LOW_LCOE, HIGH_LCOE):
        value = present[(row, column)].value if (row, column) in present else None
        if isinstance(value, float) and isinstance(base_lcoe, float):
            formula = f"={address(row, column)}-{base}"
            cells.put(row, column + AGAINST, value - base_lcoe, "line_difference", formula)


def _why(case: CaseResult) -> str:
    return case.message or case.status.replace("_", " ")


def _base_cell(column: int) -> str:
    letters = address(1, column).rstrip("1")
    return f"{letters}${BASE_ROW}"
