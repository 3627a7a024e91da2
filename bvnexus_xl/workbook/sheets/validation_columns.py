"""Where everything stands on sheet ``Validation``: heights are fixed down to the cost lines, which a chart draws."""

from __future__ import annotations

from bvnexus_xl.workbook.sheets.validation_rows import PRESENT_VALUES

SHEET = "Validation"
LABEL, UNIT, PHASE_1, PHASE_2, DIFFERENCE, CHANGE = range(1, 7)
"""Columns of a comparison."""
FIRST_MIX = PHASE_1
MIX_STEP, MOST_MIX_YEARS = 3, 3
"""The mix shows up to three years: both phases and their difference each."""
LAST_COLUMN = FIRST_MIX + MIX_STEP * MOST_MIX_YEARS - 1
CHART_COLUMN = CHANGE + 1
STAGE, STAGE_PHASE_1 = CHANGE + 2, CHANGE + 4
"""Columns of the seconds by stage, right of a comparison."""

ANSWER_ROW, ANSWER_ROWS = 3, 3
PROOF_ROW = ANSWER_ROW + ANSWER_ROWS + 1
"""Heading of the certificate; its lines follow."""
RESOLUTION, LOWER, RELAXED, GAP, COMMITTED, SURCHARGE, CERTIFIED, SCREENING, TRIALS, DESIGNS = range(
    PROOF_ROW + 1, PROOF_ROW + 11
)
COST_ROW = DESIGNS + 2
COST_HEAD_ROW = COST_ROW + 1
FIRST_KEY_ROW = COST_HEAD_ROW + 1
NPV_ROW = FIRST_KEY_ROW + 2
FIRST_PV_ROW = FIRST_KEY_ROW + 4
LAST_PV_ROW = FIRST_PV_ROW + PRESENT_VALUES - 1
PV_TOTAL_ROW = LAST_PV_ROW + 1
OPERATION_ROW = PV_TOTAL_ROW + 2
