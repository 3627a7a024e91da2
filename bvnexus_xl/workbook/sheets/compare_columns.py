"""Where everything stands on sheet ``Compare``: base case, mean, scenarios; the tornado at a fixed place below."""

from __future__ import annotations

from bvnexus_xl.inputs.loading import most_rows
from bvnexus_xl.summaries import SOURCES

SHEET = "Compare"
HEAD_ROW = 5
BASE_ROW = HEAD_ROW + 1
MEAN_ROW = BASE_ROW + 1
FIRST_ROW = MEAN_ROW + 1
LAST_ROW = FIRST_ROW + most_rows(("scenarios",)) - 1
"""Room for every scenario; the rows left over are drawn thin, so that the tornado and charts stand at a fixed place."""
SHARED_ROW = LAST_ROW + 1
TORNADO_ROW = LAST_ROW + 2
FIRST_SWING_ROW = TORNADO_ROW + 2
MOST_SWINGS = most_rows(("tornado",))
CHARTS_ROW = FIRST_SWING_ROW + MOST_SWINGS + 1

LABEL, STATUS, PROBABILITY, LCOE = 1, 2, 3, 4
AGAINST = 1
"""The difference to the base case stands right of a figure."""
COST, CAPEX, CO2, NOX, AVAILABILITY = 6, 8, 10, 12, 13
FIRST_SOURCE = 14
BATTERY_MWH = FIRST_SOURCE + len(SOURCES)
GAP, BINDING, FINDING, CHANGES = range(BATTERY_MWH + 1, BATTERY_MWH + 5)
LAST = CHANGES
BANNER = AVAILABILITY
"""Column of the line of checks: the last that a 1366-pixel screen shows."""

LOW_TEXT, HIGH_TEXT, LOW_LCOE, HIGH_LCOE, SWING = 2, 3, 4, 6, 8
"""Columns of the tornado, right of the input's name."""
BARS_COLUMN, MIX_COLUMN = 2, 8
"""Columns at which the charts begin: right of the names, which every printed page repeats."""
CHART_ROWS = 24
