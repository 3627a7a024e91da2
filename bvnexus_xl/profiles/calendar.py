"""The hours of a project year: 8,760, local standard time, no 29 February, weekdays of the first analysed year.

Leap rule: every year has 365 days; a leap-year series must come without 29 February.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.units import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_OF_HOUR: NDArray[np.int64] = np.repeat(np.arange(12), [days * HOURS_PER_DAY for days in _MONTH_DAYS])
"""Month (0-11) of each hour, shape [8760]."""
DAY_OF_HOUR: NDArray[np.int64] = np.arange(HOURS_PER_YEAR) // HOURS_PER_DAY
"""Day (0-364) of each hour, shape [8760]."""
HOUR_OF_DAY: NDArray[np.int64] = np.arange(HOURS_PER_YEAR) % HOURS_PER_DAY
"""Hour of the day (0-23) at the start of each hour, shape [8760]."""


def is_weekend(year: int) -> NDArray[np.bool_]:
    """True on Saturdays and Sundays of ``year`` (its 29 February skipped), shape [8760]."""
    weekday = [(date(2001, 1, 1) + timedelta(days=day)).replace(year=year).weekday() for day in range(DAYS_PER_YEAR)]
    return np.repeat(np.array(weekday) >= 5, HOURS_PER_DAY)


def hour_starts(year: int) -> list[datetime]:
    """Start of each of the 8,760 hours of ``year``, 29 February left out."""
    first = datetime(2001, 1, 1)
    return [(first + timedelta(hours=hour)).replace(year=year) for hour in range(HOURS_PER_YEAR)]


def hours_before(moment: date, year: int) -> int:
    """Hours of ``year`` that pass before the start of ``moment``, from 0 to 8,760 (29 February counts as 28)."""
    if moment.year != year:
        return 0 if moment.year < year else HOURS_PER_YEAR
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return (sum(_MONTH_DAYS[: moment.month - 1]) + day - 1) * HOURS_PER_DAY
