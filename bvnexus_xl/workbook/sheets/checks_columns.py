"""Where everything stands on sheet ``Checks``: checks on top, what they rest on below, gas by day beside them."""

from __future__ import annotations

from bvnexus_xl.units import DAYS_PER_YEAR
from bvnexus_xl.workbook.cells import address

HEAD_ROW = 6
FIRST_CHECK_ROW, LAST_CHECK_ROW = 7, 30
LABEL, UNIT, VALUE, EXPECTED, APART, TOLERANCE, RESULT, NOTE = range(1, 9)
"""Columns of the checks."""
LAST_COLUMN = NOTE

YEARS_HEAD_ROW = 33
FIRST_YEAR_ROW, LAST_YEAR_ROW = 34, 48
YEAR, IMBALANCE, OVERLAP, SOC_ERROR, DELIVERED, NOX, GAS_DAY = range(1, 8)
"""Columns of the table by year."""

INPUTS_HEAD_ROW = 51
FIRST_INPUT_ROW, LAST_INPUT_ROW = 52, 451
FIELD, SHEET, AT_RUN, NOW, CHANGED, EMPTY_COUNTS = range(1, 7)
"""Columns of the inputs at the run."""

DAY, DAY_GAS = 10, 11
FIRST_DAY_ROW = FIRST_INPUT_ROW
LAST_DAY_ROW = FIRST_DAY_ROW + DAYS_PER_YEAR - 1
"""Gas burned on each day of the year that sheet ``Dispatch`` shows."""
POUNDS_CELL = "$K$48"
"""Pounds in a short ton."""


def rows_of(column: int, first: int, last: int) -> str:
    """Cells of a column on this sheet: ``$B$34:$B$48``."""
    return f"{address(first, column, True)}:{address(last, column, True)}"
