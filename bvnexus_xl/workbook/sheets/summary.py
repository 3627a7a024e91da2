"""Sheet ``Summary``: the answer on one printable page."""

from __future__ import annotations

import math
import textwrap

from bvnexus_xl.answer import plan_sentence
from bvnexus_xl.conflict import conflict_lines
from bvnexus_xl.results import ESTIMATE_CLASS
from bvnexus_xl.solved import Proof, SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address, parse_address
from bvnexus_xl.workbook.locations import Locations
from bvnexus_xl.workbook.sheets import proforma_table as proforma
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.limit_places import LimitPlaces
from bvnexus_xl.workbook.sheets.limits_sheet import share_used, status
from bvnexus_xl.workbook.sheets.proforma_table import known
from bvnexus_xl.workbook.sheets.sizing import energy_chart, installed_chart
from bvnexus_xl.workbook.sheets.summary_mix import put_mix, put_mix_heads
from bvnexus_xl.workbook.sheets.summary_words import (
    broken_sentence,
    flexible_sentence,
    limits_sentence,
    tightest_limits,
    wrapped,
)

ANSWER_ROW = 3
_ANSWER_ROWS = 4
_ANSWER_CHARACTERS = 162
_HEAD_ROW = 8
LIMIT_HEAD_ROW = 9
MOST_LIMITS = 9
CHART_ROW = 21
_CHART_ROWS = 16
MIX_ROW = CHART_ROW + _CHART_ROWS + 1
MOST_NOTES = 11
LAST_COLUMN = 17
_LABEL, _FIGURE, _UNIT = 1, 2, 3
_LIMIT, _YEAR, _USED, _ALLOWED, _SHARE, _STATE, _FIRST, _SET_BY = 7, 11, 12, 13, 14, 15, 16, 17
NOTE_COLUMN = 10
_WIDTHS = {1: 40.0, LAST_COLUMN: 14.5}
_WIDTH = 8.0
_NOTE_CHARACTERS = 98
_STATES = {
    "ok": ("holds", "state_ok"),
    "near": ("near", "state_ok"),
    "binding": ("binds", "state_warn"),
    "broken": ("BROKEN", "state_fail"),
}
_NO_PLAN = "NO DESIGN FOUND KEEPS EVERY LIMIT; the nearest one is shown."
_NOT_RUN = "Not run yet. Press Run on the bvNexus ribbon, or type in a terminal: bvnexus-xl run FILE"


class SummarySheet:
    """The sheet."""

    name = "Summary"

    def cells(self, solved: SolvedStudy | None, locations: Locations | None = None) -> SheetCells:
        """Everything on the sheet.

        Args:
            solved: the study; None gives the frame.
            locations: where the input cells stand; without it, where a fresh template has them.
        """
        cells = SheetCells(self.name)
        put_title(cells, "Summary", _subtitle(solved), LAST_COLUMN, checks_failed(solved))
        _put_frame(cells)
        if solved is None:
            _put_answer(cells, _NOT_RUN, "answer_idle")
            return cells
        places = LimitPlaces(solved.project, locations)
        _put_result(cells, solved, places)
        _put_figures(cells, solved)
        _put_limits(cells, solved, places)
        put_mix(cells, solved, MIX_ROW)
        for offset, line in enumerate(wrapped(solved.warnings, _NOTE_CHARACTERS, MOST_NOTES)):
            cells.put(MIX_ROW + 2 + offset, NOTE_COLUMN, line, "line_plain")
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, two charts, one printed page."""
        worksheet = canvas.worksheet
        for column in range(1, LAST_COLUMN + 1):
            worksheet.set_column(column - 1, column - 1, _WIDTHS.get(column, _WIDTH))
        size = (637, _CHART_ROWS * 20 - 6)
        worksheet.insert_chart(CHART_ROW - 1, 0, installed_chart(canvas, size), {"x_offset": 2, "y_offset": 2})
        worksheet.insert_chart(CHART_ROW - 1, 7, energy_chart(canvas, size), {"x_offset": 16, "y_offset": 2})
        worksheet.print_area(0, 0, MIX_ROW + 12, LAST_COLUMN - 1)
        worksheet.fit_to_pages(1, 1)
        worksheet.center_horizontally()


def _subtitle(solved: SolvedStudy | None) -> str:
    if solved is None:
        return "The answer on one page"
    project, years = solved.project, solved.plan.years
    phase = {1: "Phase 1, screening", 2: "Phase 2, optimisation"}[solved.phase]
    return f"{project.study.project_name}, {project.site.site_name}: {years[0]}–{years[-1]}, {phase}"


def _put_frame(cells: SheetCells) -> None:
    _band(cells, _HEAD_ROW, _LABEL, _UNIT + 2, "What it costs")
    _band(cells, _HEAD_ROW, _LIMIT, LAST_COLUMN, "Limits, the tightest first")
    cells.row(LIMIT_HEAD_ROW, _LABEL, ["Key figure", None, "Unit", None, None], "header_result")
    cells.put(LIMIT_HEAD_ROW, _FIGURE, "Value", "header_result_center")
    cells.row(LIMIT_HEAD_ROW, _LIMIT, ["Limit", None, None, None], "header_result")
    heads = ("Tightest in", "Plan", "Limit", "Share", "State", "Binds from", "Set by")
    cells.row(LIMIT_HEAD_ROW, _YEAR, heads, "header_result_center")
    put_mix_heads(cells, MIX_ROW, ())
    _band(cells, MIX_ROW, NOTE_COLUMN, LAST_COLUMN, "What to know")
    cells.heights |= {_HEAD_ROW - 1: 6.0, LIMIT_HEAD_ROW: 27.0}


def _band(cells: SheetCells, row: int, first: int, last: int, text: str) -> None:
    cells.row(row, first, [text] + [None] * (last - first), "section_result")


def _put_answer(cells: SheetCells, text: str, style: str, last: str = "", formula: str = "", first: str = "") -> None:
    """The first line, the text over as many rows as it needs, then the last line, which may be live."""
    wrapped_text = [line for part in (first, text) for line in textwrap.wrap(part, _ANSWER_CHARACTERS)]
    lines = wrapped_text[: _ANSWER_ROWS - bool(last)] + ([last] if last else [])
    for offset in range(_ANSWER_ROWS):
        row = ANSWER_ROW + offset
        if offset < len(lines):
            cells.row(row, 1, [lines[offset]] + [None] * (LAST_COLUMN - 1), style)
        cells.heights[row] = 21.0 if offset < len(lines) else 3.0
    if formula:
        cells.put(ANSWER_ROW + len(lines) - 1, 1, last, style, formula)


def _put_result(cells: SheetCells, solved: SolvedStudy, places: LimitPlaces) -> None:
    """The answer; a study that breaks limits or fails checks says so instead of looking like one to rely on."""
    if solved.status == "infeasible":
        found = conflict_lines(solved.conflict, places.of_give) if solved.conflict else []
        text = " ".join([_NO_PLAN, *found]) if found else broken_sentence(solved, places.cell)
        if not solved.broken_limits and solved.finding is not None:
            text = solved.finding.lines()[0]
        _put_answer(cells, text, "answer_broken")
        return
    failed = checks_failed(solved) or 0
    warning = f"CHECKS FAIL ({failed}), see sheet Checks before relying on this. " if failed else ""
    style, plan = "answer_broken" if failed else "answer", warning + plan_sentence(solved) + flexible_sentence(solved)
    lcoe = solved.money.lcoe_usd_per_mwh
    # what the problem asks for comes before the plan that gives it
    asked = solved.finding.lines()[0] if solved.finding is not None else ""
    if math.isnan(lcoe):
        said = f"No energy is delivered; {limits_sentence(solved, _ANSWER_CHARACTERS)}."
        _put_answer(cells, f"{plan}.", style, said, first=asked)
        return
    begins = f"at ${lcoe:,.2f} per MWh delivered (levelised, nominal); "
    ending = f" per MWh delivered (levelised, nominal); {limits_sentence(solved, _ANSWER_CHARACTERS - len(begins))}."
    formula = f'="at $"&FIXED({_proforma(proforma.LCOE_CELL)})&"{ending}"'
    _put_answer(cells, f"{plan},", style, f"at ${lcoe:,.2f}{ending}", formula, asked)


def _put_figures(cells: SheetCells, solved: SolvedStudy) -> None:
    """Key figures; money is linked to the pro forma, so that a changed rate shows here too."""
    money, first_year = solved.money, solved.plan.years[0]
    lcoe, real = known(money.lcoe_usd_per_mwh), known(money.lcoe_real_usd_per_mwh)
    rate = solved.project.finance.discount_rate
    delivered, years = float(money.delivered_mwh.sum()), len(solved.plan.years)
    unserved = max(year.unserved_mwh for year in solved.totals)
    grade, accuracy = ESTIMATE_CLASS[solved.class_phase].split(", ")
    gap, proven = _gap(solved.proof, solved.phase)
    weakest = min(solved.ram.years, key=lambda year: year.availability)
    rows = (
        ("Levelised cost, nominal", lcoe, "rate", "$/MWh delivered", _link(proforma.LCOE_CELL)),
        (
            "Levelised cost, first-year money",
            real,
            "rate",
            f"$/MWh, {first_year} money",
            _link(proforma.LCOE_REAL_CELL),
        ),
        ("Net present value of cost", money.npv_cost_usd, "million", "million $", _link(proforma.NPV_CELL)),
        ("Discount rate", rate, "share", "nominal", "=discount_rate"),
        ("Capital, all years", money.capex_usd, "million", "million $, nominal", _link(proforma.CAPEX_CELL)),
        ("Energy delivered", delivered, "thousand", f"GWh in {years} years", _link(proforma.DELIVERED_CELL)),
        ("Unserved, worst year", unserved, "count", "MWh", ""),
        ("Class of the cost estimate", grade, "", accuracy, ""),
        ("Gap to the best possible", gap, "gap", proven, ""),
        ("Availability, weakest year", weakest.availability, "availability", _adequate(solved, weakest.year), ""),
    )
    for offset, (label, value, kind, unit, formula) in enumerate(rows):
        row = LIMIT_HEAD_ROW + 1 + offset
        cells.put(row, _LABEL, label, "line_label")
        cells.put(row, _FIGURE, value, f"figure_{kind}" if kind else "figure", formula)
        cells.put(row, _UNIT, unit, "unit")


def _adequate(solved: SolvedStudy, weakest: int) -> str:
    """The weakest year, and whether it meets the target where there is one."""
    rules, worst = solved.project.constraints, max(year.lolh for year in solved.ram.years)
    if not rules.adequacy_target_enabled:
        return f"{weakest}; see RAM"
    return f"{weakest}; target {'met' if worst <= rules.lolh_target_h_per_year else 'MISSED'}, see RAM"


def _gap(proof: Proof, phase: int) -> tuple[float | str, str]:
    """How much cheaper the best possible plan could be at most, and what that holds for."""
    gap = proof.gap if proof.certified_gap is None else proof.certified_gap
    if gap is None:
        return "–", "not proven: Phase 1 searches" if phase == 1 else "not proven, see What to know"
    return gap, "proven for typical weeks" if proof.resolution == "weeks" else "proven, all hours"


def _put_limits(cells: SheetCells, solved: SolvedStudy, places: LimitPlaces) -> None:
    found = tightest_limits(solved.limits)
    for offset, item in enumerate(found[:MOST_LIMITS]):
        row, limit = LIMIT_HEAD_ROW + 1 + offset, item.limit
        word, style = _STATES[status(limit)]
        decimals = "line_count" if max(limit.limit, limit.used) >= 10_000.0 else "line_decimal"
        cells.put(row, _LIMIT, f"{limit.label}, {limit.unit}", "line_plain")
        cells.put(row, _YEAR, limit.year if share_used(limit) else "–", "line_year")
        cells.put(row, _USED, float(limit.used), decimals)
        cells.put(row, _ALLOWED, limit.limit, decimals)
        cells.put(row, _SHARE, share_used(limit), "line_share")
        cells.put(row, _STATE, word, style)
        cells.put(row, _FIRST, "–" if item.first_year is None else item.first_year, "line_year")
        cells.put(row, _SET_BY, places.cell(limit), "line_link", places.link(limit))
    more = len(found) - MOST_LIMITS
    if more > 0:
        cells.put(LIMIT_HEAD_ROW + 1 + MOST_LIMITS, _LIMIT, f"{more} more on sheet Limits", "line_note")


def _link(cell: str) -> str:
    return f"={_proforma(cell)}"


def _proforma(cell: str) -> str:
    return f"ProForma!{address(*parse_address(cell), absolute=True)}"
