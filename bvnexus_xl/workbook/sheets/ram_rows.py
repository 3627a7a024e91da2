"""Where everything stands on sheet ``RAM``: years and charts at fixed places, the weakest year's tables below."""

from __future__ import annotations

SHEET = "RAM"
MOST_YEARS = 15
LABEL, UNIT, FIRST_YEAR = 1, 2, 3
LAST_COLUMN = FIRST_YEAR + MOST_YEARS - 1

ANSWER_ROW = 3
HEAD_ROW = 5
YEAR_ROWS = (
    ("load", "Net load in the tightest hour", "MW", "line_decimal"),
    ("capacity", "Capacity in service then, none failed", "MW", "line_decimal"),
    ("units", "N: own units in service", "units", "line_count"),
    ("needed", "K: own units needed", "units", "line_count"),
    ("k_of_n", "K-of-N: chance that the load is carried then", "%", "line_percent"),
    ("lolh", "LOLH: hours with a shortage expected", "h/yr", "line_rate"),
    ("lole", "LOLE: days with a shortage expected", "d/yr", "line_rate"),
    ("eens", "EENS: energy not served expected", "MWh/yr", "line_decimal"),
    ("neue", "NEUE: of the load's energy", "ppm", "line_count"),
    ("availability", "Availability: hours without shortage", "%", "line_availability"),
    ("n_1", "N-1: to spare with the worst unit out", "MW", "line_rate"),
    ("n_1_status", "N-1 carried in every hour", "", ""),
    ("n_2", "N-2: to spare with the worst two out", "MW", "line_rate"),
)
"""Rows of the years: key, label, unit, style."""
ROW_OF = {key: HEAD_ROW + offset for offset, (key, *_) in enumerate(YEAR_ROWS, start=1)}
NOTE_ROW = HEAD_ROW + len(YEAR_ROWS) + 1
CHART_ROW = NOTE_ROW + 3
CHART_ROWS = 16
MORE_ROW = CHART_ROW + CHART_ROWS + 1
"""Heading of the table of more units; column heads below it, then its rows."""
MORE_POINTS = 5
DETAIL_ROW = MORE_ROW + MORE_POINTS + 3
"""First row of the weakest year's tables, whose heights vary."""
OUTAGE_ROWS = 10
"""Rows of the outage table shown at the most."""
RAREST_SHOWN = 1e-9
"""States rarer than this are not shown."""
