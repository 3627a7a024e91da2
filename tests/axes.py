"""Time axes that only tests need."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.profiles.time_axis import TimeAxis


def window_axis(first_hour: int, steps: int, weight: float = 1.0) -> TimeAxis:
    """One cyclic period of consecutive hours: a day, a week, a year in one piece."""
    hours = np.arange(first_hour, first_hour + steps, dtype=np.int64)
    return TimeAxis(
        hours=hours,
        weight=np.full(steps, weight),
        period=np.zeros(steps, dtype=np.int64),
        previous=np.roll(np.arange(steps, dtype=np.int64), 1),
        sequence=np.zeros(1, dtype=np.int64),
        months=(tuple(sorted({int(month) for month in MONTH_OF_HOUR[hours]})),),
    )


def months_axis(first_hour: int, steps: int, weight: float = 1.0) -> TimeAxis:
    """Consecutive hours with one period per calendar month, chained as the full year is."""
    hours = np.arange(first_hour, first_hour + steps, dtype=np.int64)
    months = sorted({int(month) for month in MONTH_OF_HOUR[hours]})
    return TimeAxis(
        hours=hours,
        weight=np.full(steps, weight),
        period=np.searchsorted(months, MONTH_OF_HOUR[hours]).astype(np.int64),
        previous=np.roll(np.arange(steps, dtype=np.int64), 1),
        sequence=np.arange(len(months), dtype=np.int64),
        months=tuple((month,) for month in months),
    )
