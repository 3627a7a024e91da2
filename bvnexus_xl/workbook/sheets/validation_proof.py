"""The certificate on sheet ``Validation``: bounds, gaps, and what each means."""

from __future__ import annotations

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.sheets.validation_columns import (
    CERTIFIED,
    COMMITTED,
    DESIGNS,
    GAP,
    LABEL,
    LAST_COLUMN,
    LOWER,
    NPV_ROW,
    PHASE_1,
    PROOF_ROW,
    RELAXED,
    RESOLUTION,
    SCREENING,
    SURCHARGE,
    TRIALS,
    UNIT,
)

_VALUE, _REMARK = PHASE_1, PHASE_1 + 1
_LINES: dict[int, tuple[str, str, str, str]] = {
    RESOLUTION: ("Bounds hold for", "", "plain", ""),
    LOWER: ("Lower bound", "million $, PV", "million", "no plan in whole units that keeps the limits costs less"),
    RELAXED: (
        "This plan, commitment relaxed",
        "million $, PV",
        "million",
        "what the search minimises: units may run in parts, and lost load has its price",
    ),
    GAP: ("Gap of the search", "of its cost", "percent", "what a better plan could still save, at most"),
    COMMITTED: (
        "This plan, whole units in every hour",
        "million $, PV",
        "million",
        "the plan as written, lost load at its price",
    ),
    SURCHARGE: ("Commitment surcharge", "million $, PV", "million", "what running whole units adds"),
    CERTIFIED: ("Certified gap", "of its cost", "percent", "the same gap with whole units in every hour"),
    SCREENING: ("Phase 1's plan above the bound", "of the bound", "percent", "how good screening was"),
    TRIALS: ("Trials of Phase 2", "", "count", "plans priced by the search, all resolutions"),
    DESIGNS: ("Designs tried in Phase 1", "", "count", "candidate designs of the screening"),
}
"""Label, unit, kind of figure, remark of each row."""
_RESOLUTIONS = {
    "year": "all 8,760 hours of every year",
    "weeks": "representative weeks only; the full year is not proven",
    "": "not proven",
}
_WEEKS = "the bound holds for representative weeks, the plan as written for the full year: not compared"
_Figures = dict[int, tuple[Value, str]]
"""Value and formula by row."""


def put_proof(cells: SheetCells, solved: SolvedStudy | None) -> None:
    """Heading and lines; without a proof the values are dashes."""
    title = "The certificate: how far from the best possible this plan can be"
    cells.row(PROOF_ROW, LABEL, [title] + [None] * (LAST_COLUMN - 1), "section_result")
    figures = _figures(solved) if solved else {}
    weeks = solved is not None and solved.proof.resolution == "weeks"
    after_tax = solved is not None and solved.project.finance.objective_basis == "after_tax"
    for row, (label, unit, kind, remark) in _LINES.items():
        cells.put(row, LABEL, label, "line_label")
        cells.put(row, UNIT, unit, "line_unit")
        value, formula = figures.get(row, ("–" if solved else None, ""))
        cells.put(row, _VALUE, value, f"line_{kind}", formula)
        apart = weeks and row in (SURCHARGE, CERTIFIED, SCREENING)
        basis = "; capital weighs after tax" if after_tax and row in (LOWER, RELAXED, COMMITTED) else ""
        cells.put(row, _REMARK, (_WEEKS if apart else remark) + basis or None, "line_unit")


def _figures(solved: SolvedStudy) -> _Figures:
    """What is known: nothing but the designs in Phase 1, no comparison of weeks with the full year."""
    proof, at = solved.proof, {row: address(row, _VALUE) for row in _LINES}
    out: _Figures = {DESIGNS: (solved.designs_tried, ""), RESOLUTION: (_RESOLUTIONS[proof.resolution], "")}
    if solved.screening is None or proof.lower_bound_usd is None or proof.upper_bound_usd is None:
        return out
    out |= {
        LOWER: (proof.lower_bound_usd, ""),
        RELAXED: (proof.upper_bound_usd, ""),
        GAP: (proof.gap, f"=({at[RELAXED]}-{at[LOWER]})/ABS({at[RELAXED]})"),
        TRIALS: (proof.rounds, ""),
    }
    if proof.committed_cost_usd is None:
        return out
    out[COMMITTED] = proof.committed_cost_usd, ""
    if proof.certified_gap is not None:
        surcharge = proof.committed_cost_usd - proof.upper_bound_usd
        before = solved.screening.money.objective_usd
        above = (before - proof.lower_bound_usd) / abs(proof.lower_bound_usd)
        npv, before_tax = address(NPV_ROW, PHASE_1), solved.project.finance.objective_basis == "pre_tax"
        out |= {
            SURCHARGE: (surcharge, f"={at[COMMITTED]}-{at[RELAXED]}"),
            CERTIFIED: (proof.certified_gap, f"=({at[COMMITTED]}-{at[LOWER]})/ABS({at[COMMITTED]})"),
            SCREENING: (above, f"=({npv}-{at[LOWER]})/ABS({at[LOWER]})" if before_tax else ""),
        }
    return out
