"""``TimeAxis``: the steps a dispatch is solved on. One type serves a year, representative weeks and a short window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.profiles.calendar import DAY_OF_HOUR, MONTH_OF_HOUR
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TimeAxis:
    """N steps in P periods; the year is a sequence of D stretches, each shown by one period.

    Attributes:
        hours: hour of the year (0-8759) whose data each step carries, [N].
        weight: hours of the year each step stands for, [N].
        period: period of each step, [N]; steps of a period are consecutive.
        previous: step before each step: inside its period where periods are representative, else through the year, [N].
        sequence: period that shows each stretch of the year, in calendar order, [D].
        months: calendar months (0-11) each period stands for, one tuple per period.
        step_h: length of a step, h.
    """

    hours: Ints
    weight: Array
    period: Ints
    previous: Ints
    sequence: Ints
    months: tuple[tuple[int, ...], ...]
    step_h: float = 1.0

    @property
    def steps(self) -> int:
        """Number of steps N."""
        return len(self.hours)

    @property
    def periods(self) -> int:
        """Number of periods P."""
        return len(self.months)

    @cached_property
    def first_step(self) -> Ints:
        """First step of each period, [P]."""
        return np.searchsorted(self.period, np.arange(self.periods)).astype(np.int64)

    @cached_property
    def last_step(self) -> Ints:
        """Last step of each period, [P]."""
        return np.searchsorted(self.period, np.arange(self.periods), side="right").astype(np.int64) - 1

    @cached_property
    def gas_day(self) -> Ints:
        """Number of the gas day each step belongs to, counted through the axis, [N]."""
        key = self.period * 1000 + DAY_OF_HOUR[self.hours]
        number: Ints = np.unique(key, return_inverse=True)[1].astype(np.int64)
        return number

    @property
    def occurrences(self) -> Array:
        """How often each step happens in the year, [N]."""
        return self.weight / self.step_h


def full_year_axis() -> TimeAxis:
    """All 8,760 hours, one period per calendar month, chained through the year."""
    hours = np.arange(HOURS_PER_YEAR, dtype=np.int64)
    return TimeAxis(
        hours=hours,
        weight=np.ones(HOURS_PER_YEAR),
        period=MONTH_OF_HOUR.astype(np.int64),
        previous=np.roll(hours, 1),
        sequence=np.arange(12, dtype=np.int64),
        months=tuple((month,) for month in range(12)),
    )


def representative_axis(starts: list[int], length: int, weight: Array, sequence: Ints) -> TimeAxis:
    """Real stretches of the year as representative periods, each cyclic.

    Args:
        starts: first hour of the stretch each period shows, [P].
        length: hours of a period.
        weight: occurrences of each period in the year, [P], need not be whole.
        sequence: period of each stretch of the year, [D].
    """
    hours = np.concatenate([np.arange(start, start + length) for start in starts]).astype(np.int64)
    period = np.repeat(np.arange(len(starts)), length).astype(np.int64)
    inside = np.roll(np.arange(length), 1)
    months = []
    for number in range(len(starts)):
        stands_for = np.nonzero(sequence == number)[0]
        covered = {int(MONTH_OF_HOUR[h]) for d in stands_for for h in (d * length, (d + 1) * length - 1)}
        months.append(tuple(sorted(covered)))
    return TimeAxis(
        hours=hours,
        weight=np.repeat(weight, length),
        period=period,
        previous=(np.repeat(np.arange(len(starts)) * length, length) + np.tile(inside, len(starts))).astype(np.int64),
        sequence=sequence.astype(np.int64),
        months=tuple(months),
    )
