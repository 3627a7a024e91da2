"""Where everything stands on sheet ``Limits``: a matrix of fixed height on top, the details below it."""

from __future__ import annotations

from bvnexus_xl.workbook.cells import address

SHEET = "Limits"
MATRIX_HEAD_ROW = 5
MATRIX_ROWS = 16
"""Room for every kind of limit; the rows left over are drawn thin, so that the details can stand at a fixed place."""
FIRST_MATRIX_ROW = MATRIX_HEAD_ROW + 1
LAST_MATRIX_ROW = MATRIX_HEAD_ROW + MATRIX_ROWS
DETAIL_HEAD_ROW = LAST_MATRIX_ROW + 4
FIRST_DETAIL_ROW = DETAIL_HEAD_ROW + 1
LAST_DETAIL_ROW = FIRST_DETAIL_ROW + 1499
"""Last row that filters and formulas reach: 15 years of 100 limits."""

LABEL, FIRST_YEAR = 1, 2
LAST_YEAR = FIRST_YEAR + 14
AT_LEAST, AT_MOST, WORDS = range(LAST_YEAR + 1, LAST_YEAR + 4)
"""Columns of the matrix: limit, 15 years, what 10 % looser saves at least and at most, the result in words."""

YEAR, RULE, LIMIT, USED, SLACK, SHARE, STATUS, UNIT, OPERATING, PLANNING, SET_BY = range(2, 13)
KEY = AT_LEAST
"""Columns of the details, right of the limit's name."""


def detail_range(column: int) -> str:
    """All cells of a column of the details, seen from another sheet."""
    return f"{SHEET}!{address(FIRST_DETAIL_ROW, column, True)}:{address(LAST_DETAIL_ROW, column, True)}"
