"""The three energisation dates as cases, on a calendar of quarters, and what is decided before the date is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.bridge_checks import months_into
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR

Array = NDArray[np.float64]
QUARTERS = 4
MONTHS_PER_QUARTER = 3
WINDOWS: Array = (np.arange(QUARTERS)[:, None] == MONTH_OF_HOUR // MONTHS_PER_QUARTER).astype(float)
"""Hours of each quarter of the year, [4, 8760], each 0 or 1."""


@dataclass(frozen=True, eq=False)
class DateCase:
    """One energisation date. Q quarters of the analysed years.

    Attributes:
        name: ``P10``, ``P50``, ``P90``.
        energised: the date.
        probability: its weight.
        granted_mw: import granted in each quarter, rounded to the next quarter, [Q].
    """

    name: str
    energised: date
    probability: float
    granted_mw: Array

    @property
    def arrival(self) -> int:
        """First quarter with import; the number of quarters where it does not come within the analysed years."""
        there = np.flatnonzero(self.granted_mw > 0.0)
        return int(there[0]) if len(there) else len(self.granted_mw)


@dataclass(frozen=True, eq=False)
class Dates:
    """All cases. What is decided for a quarter before ``known`` is the same in all of them.

    Attributes:
        cases: from early to late.
        known: first quarter whose decisions may follow the date.
        first_year: calendar year of quarter 0.
    """

    cases: tuple[DateCase, ...]
    known: int
    first_year: int

    @property
    def quarters(self) -> int:
        """Number of quarters Q."""
        return len(self.cases[0].granted_mw)

    @property
    def years(self) -> int:
        """Number of years Y."""
        return self.quarters // QUARTERS

    @property
    def weights(self) -> Array:
        """Probabilities, [S]."""
        return np.array([case.probability for case in self.cases])

    def alone(self, number: int) -> Dates:
        """One date as if it were certain, known from the start."""
        case = self.cases[number]
        sure = DateCase(case.name, case.energised, 1.0, case.granted_mw)
        return Dates((sure,), 0, self.first_year)


def energisation_dates(project: Project) -> Dates:
    """The cases of a project that have a probability above 0."""
    bridge, middle = project.bridge, project.grid.energisation_date
    given = (
        ("P10", bridge.energisation_p10_date, bridge.probability_p10),
        ("P50", middle, bridge.probability_p50),
        ("P90", bridge.energisation_p90_date, bridge.probability_p90),
    )
    cases = tuple(
        DateCase(name, day, weight, granted_by_quarter(project, day)) for name, day, weight in given if weight > 0.0
    )
    return Dates(cases, math.ceil(bridge.date_known_month / MONTHS_PER_QUARTER), project.study.first_year)


def granted_by_quarter(project: Project, energised: date) -> Array:
    """Import granted in each quarter if the grid is energised on a day, MW, [Q].

    The table of import by year holds for the planning date; its steps move with the date, and the last one stays.
    """
    study, planned = project.study, project.grid.energisation_date
    late = months_into(energised, study.first_year) - months_into(planned, study.first_year)
    out = np.zeros(study.analysis_years * QUARTERS)
    for row in sorted(project.grid.import_limits, key=lambda row: row.year):
        first = max(date(row.year, 1, 1), planned)
        if date(row.year, 12, 31) < planned:
            continue
        month = months_into(first, study.first_year) + late
        quarter = max(math.ceil(month / MONTHS_PER_QUARTER), 0)
        out[quarter:] = row.import_limit_mw
    return out


def import_by_hour(granted_mw: Array) -> Array:
    """Import granted in each hour, [Y, 8760], from that of each quarter, [Q]."""
    hourly: Array = granted_mw.reshape(-1, QUARTERS) @ WINDOWS
    return hourly


def quarter_date(first_year: int, quarter: int) -> date:
    """First day of a quarter."""
    year, number = divmod(quarter, QUARTERS)
    return date(first_year + year, number * MONTHS_PER_QUARTER + 1, 1)
