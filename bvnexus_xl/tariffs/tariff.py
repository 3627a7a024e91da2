"""``Tariff``: prices and rules of the utility, in first-year money, free of any plan or dispatch.

Every charge rests on a *register*: the steps of a window (days and hours). Of each register and month a bill needs two
readings, the highest import in MW and the energy in MWh; nothing else of the dispatch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.profiles.calendar import DAY_OF_HOUR, HOUR_OF_DAY, MONTH_OF_HOUR, is_weekend

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Days = Literal["all", "weekdays", "weekends"]
MONTHS = 12
_FIRST_DAY_OF_MONTH = np.array([DAY_OF_HOUR[np.searchsorted(MONTH_OF_HOUR, month)] for month in range(MONTHS)])
DAY_OF_MONTH: NDArray[np.int64] = DAY_OF_HOUR - _FIRST_DAY_OF_MONTH[MONTH_OF_HOUR] + 1
"""Day of the month (1-31) of each hour, shape [8760]."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days and hours of a register.

    Attributes:
        days: all, weekdays or weekends; holidays are not known.
        first_hour, last_hour: from the start of one to the start of the other, 0 to 24; past midnight where the last is
            not above the first.
        day_of_month: one day of every month (1-31); None for all.
    """

    days: Days = "all"
    first_hour: int = 0
    last_hour: int = 24
    day_of_month: int | None = None

    def usual(self, weekend: Flags) -> Flags:
        """Hours of the year on the window's days of the week and hours of the day, any day of the month, [8760]."""
        if self.first_hour < self.last_hour:
            hours = (self.first_hour <= HOUR_OF_DAY) & (self.last_hour > HOUR_OF_DAY)
        else:
            hours = (self.first_hour <= HOUR_OF_DAY) | (self.last_hour > HOUR_OF_DAY)
        if self.days == "weekdays":
            return hours & ~weekend
        return hours & weekend if self.days == "weekends" else hours

    def hours(self, weekend: Flags) -> Flags:
        """Hours of the year in the window, [8760]."""
        usual = self.usual(weekend)
        return usual if self.day_of_month is None else usual & (self.day_of_month == DAY_OF_MONTH)


ALL_HOURS = Window()


@dataclass(frozen=True, slots=True)
class Tier:
    """The part of a quantity from ``first`` to ``last`` (open where None) and its price.

    Energy: MWh of the month, or hours of use (MWh of the month per MW of its highest import); demand: MW.
    """

    name: str
    first: float
    last: float | None
    price: float

    def part(self, quantity: Array, scale: Array | float = 1.0) -> Array:
        """How much of a quantity falls into the tier, with bounds times ``scale``, shape of ``quantity``."""
        over = np.maximum(quantity - self.first * scale, 0.0)
        return over if self.last is None else np.minimum(over, (self.last - self.first) * scale)


@dataclass(frozen=True, slots=True)
class EnergyCharge:
    """Price of energy, $/MWh, in one register and some months; ``hours_use``: tiers by hours of use.

    ``months``: True where it applies, of 12.
    """

    register: int
    months: tuple[bool, ...]
    tiers: tuple[Tier, ...]
    hours_use: bool = False


@dataclass(frozen=True, slots=True)
class Ratchet:
    """Billed demand is at least ``fraction`` of an earlier highest import of the same register.

    Attributes:
        over: ``months_before``: the ``lookback_months`` before the month billed; ``same_year``: every month of its
            calendar year, later ones too; ``year_before``: every month of the calendar year before.
        counted: months (of 12) whose import counts, such as June to September.
    """

    fraction: float
    over: Literal["months_before", "same_year", "year_before"]
    lookback_months: int
    counted: tuple[bool, ...]

    def looks_at(self, month: int) -> list[int]:
        """Months that the bill of ``month`` (0-11) looks at: 0-11 of the year before, 12-23 of its own year."""
        if self.over == "months_before":
            seen = range(MONTHS + month - self.lookback_months, MONTHS + month)
        else:
            seen = range(MONTHS, 2 * MONTHS) if self.over == "same_year" else range(MONTHS)
        return [position for position in seen if self.counted[position % MONTHS]]


@dataclass(frozen=True, slots=True)
class DemandCharge:
    """Price of a month's billed demand, $/kW-month, of one register in some months.

    ``minimum_fraction``: part of the contracted and granted MW that is billed at least.
    """

    register: int
    months: tuple[bool, ...]
    tiers: tuple[Tier, ...]
    ratchet: Ratchet | None = None
    minimum_fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class CoincidentCharge:
    """Price of the mean import in a register's hours of a month, $/kW-month: the hours of the system's peak."""

    name: str
    register: int
    months: tuple[bool, ...]
    price: float


@dataclass(frozen=True, slots=True)
class MonthlyCharge:
    """A charge whatever is imported: $/kW-month of contracted MW (standby), or $ a month (fixed)."""

    name: str
    months: tuple[bool, ...]
    price: float


@dataclass(frozen=True, eq=False)
class Tariff:
    """All charges of a utility bill; first-year money.

    Attributes:
        first_year: whose weekdays the windows follow.
        registers: windows that are metered; the first is every hour.
        energy, demand, coincident, standby, fixed: the charges.
        hourly_usd_per_mwh: price of energy by hour, [8760]: then the only price of energy; None where rows price it.
        most_mw: highest import that is ever granted, MW; bounds the tiers that the plan counts with.
    """

    first_year: int
    registers: tuple[Window, ...]
    energy: tuple[EnergyCharge, ...]
    demand: tuple[DemandCharge, ...]
    coincident: tuple[CoincidentCharge, ...]
    standby: tuple[MonthlyCharge, ...]
    fixed: tuple[MonthlyCharge, ...]
    hourly_usd_per_mwh: Array | None
    most_mw: float

    @cached_property
    def register_hours(self) -> Flags:
        """Hours of each register, [R, 8760]."""
        weekend = is_weekend(self.first_year)
        return np.array([window.hours(weekend) for window in self.registers])

    @cached_property
    def usual_hours(self) -> Flags:
        """Hours of each register if every day of the month were meant, [R, 8760]."""
        weekend = is_weekend(self.first_year)
        return np.array([window.usual(weekend) for window in self.registers])

    @cached_property
    def hours_by_month(self) -> Array:
        """Hours of each register in each month, [R, 12]."""
        return np.array([np.bincount(MONTH_OF_HOUR, weights=row, minlength=MONTHS) for row in self.register_hours])
