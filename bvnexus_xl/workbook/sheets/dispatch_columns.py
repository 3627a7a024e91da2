"""Where everything stands on sheet ``Dispatch``: the year hour by hour on the right, the week shown on the left.

Recomputed from this sheet alone, and equal to sheet ``Limits`` for the year shown (``YEAR_CELL``):

- balance of every hour, 0 within 1e-6 MW: Σ ``GENERATION_KEYS`` − Σ ``DEMAND_KEYS``;
- NOx, short tons: ``SUM(nox_lb)`` / 2,000 lb per short ton;
- gas on day d, mcf: ``SUMIF(day, d, gas_mcf)``; the highest of the 365 is what Limits shows.
"""

from __future__ import annotations

from bvnexus_xl.catalogue.technologies import GROUPS
from bvnexus_xl.hourly_table import HOUR_COLUMNS, HourColumn, group_key
from bvnexus_xl.summaries import GRID
from bvnexus_xl.units import HOURS_PER_YEAR
from bvnexus_xl.workbook.cells import address, column_letters

SHEET = "Dispatch"
LABEL_ROW, UNIT_ROW, KEY_ROW = 5, 6, 7
FIRST_ROW = 8
LAST_ROW = FIRST_ROW + HOURS_PER_YEAR - 1

FIRST_COLUMN = 20
"""Column of the hour number; the panel of the week stands left of it."""
ASSET_SLOTS = 12
"""Thermal assets shown one by one: units running and MW of each."""

DEFAULT_WEEK = 29
"""Week shown until the user chooses another: mid-July."""

TIME_COLUMNS: tuple[HourColumn, ...] = (
    HourColumn("hour", "Hour of the year", "1 to 8,760"),
    HourColumn("begins", "Begins at", "month-day"),
    HourColumn("month", "Month", "1 to 12"),
    HourColumn("day", "Day of the year", "1 to 365"),
)
YEAR_COLUMNS: tuple[HourColumn, ...] = (*TIME_COLUMNS, *HOUR_COLUMNS)
"""Columns of the year's table before the thermal assets."""
NOT_SERVED_KEYS: tuple[str, ...] = ("flex_down_mw", "unserved_mw")
"""Load that is given up by flexible computing, or not served."""
GENERATION_KEYS: tuple[str, ...] = (*(group_key(source) for source in (*GROUPS, GRID)), *NOT_SERVED_KEYS)
"""Everything that carries load; the battery counts when it discharges."""
SERVED_KEYS: tuple[str, ...] = ("load_mw", "flex_up_mw")
"""Load asked for, and work that comes back."""
DEMAND_KEYS: tuple[str, ...] = (*SERVED_KEYS, "charge_mw")
"""Everything that is carried."""

COLUMN: dict[str, int] = {column.key: FIRST_COLUMN + offset for offset, column in enumerate(YEAR_COLUMNS)}
"""Column number by key."""
LETTERS: dict[str, str] = {key: column_letters(column) for key, column in COLUMN.items()}
"""Column letters by key."""
FIRST_ASSET_COLUMN = FIRST_COLUMN + len(YEAR_COLUMNS)
LAST_COLUMN = FIRST_ASSET_COLUMN + 2 * ASSET_SLOTS - 1

YEAR_CELL = "C3"
"""Year shown, a number; empty before the first run."""
WEEK_CELL = "C4"
"""Number of the week shown, 1 to 53; the user's."""


def asset_columns(slot: int) -> tuple[int, int]:
    """(column of units running, column of MW) of a slot, 0 to 11."""
    return FIRST_ASSET_COLUMN + 2 * slot, FIRST_ASSET_COLUMN + 2 * slot + 1


def column_range(key: str, sheet: bool = True) -> str:
    """All 8,760 cells of a column: ``Dispatch!$W$8:$W$8767``."""
    column = COLUMN[key]
    cells = f"{address(FIRST_ROW, column, True)}:{address(LAST_ROW, column, True)}"
    return f"{SHEET}!{cells}" if sheet else cells
