"""Where the fixed part of sheet ``Sizing`` stands: other sheets and charts point at it."""

from __future__ import annotations

from bvnexus_xl.summaries import SOURCES
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.sheets.chart_look import cell_range

SHEET = "Sizing"
MOST_YEARS = 15
MODEL, GROUP, UNIT, EACH, LIFE, FIRST_YEAR = range(1, 7)
"""Columns; the years follow one another from ``FIRST_YEAR`` on."""
LAST_COLUMN = FIRST_YEAR + MOST_YEARS - 1

HEAD_ROW = 4
SOURCE_ROW = {source: HEAD_ROW + 2 + offset for offset, source in enumerate(SOURCES)}
"""Row of each technology group and of the grid: nameplate MW in place."""
TOTAL_ROW = HEAD_ROW + 2 + len(SOURCES)
ENERGY_ROW = TOTAL_ROW + 1
PEAK_ROW = TOTAL_ROW + 4
FIRM_ROW, MARGIN_ROW = PEAK_ROW + 1, PEAK_ROW + 2
GWH_ROW = {source: MARGIN_ROW + 3 + offset for offset, source in enumerate((*SOURCES, "Unserved"))}
"""Row of each source's yearly energy."""
GWH_TOTAL_ROW = MARGIN_ROW + 3 + len(GWH_ROW)
CHART_ROW = GWH_TOTAL_ROW + 2
DETAIL_ROW = CHART_ROW + 17


def years_range(row: int) -> str:
    """The 15 years of a row, for a chart."""
    return cell_range(SHEET, row, FIRST_YEAR, row, LAST_COLUMN)


def source_cell(source: str, position: int) -> str:
    """Cell of a source's MW in a year: ``Sizing!$F$6``."""
    return f"{SHEET}!{address(SOURCE_ROW[source], FIRST_YEAR + position, True)}"
