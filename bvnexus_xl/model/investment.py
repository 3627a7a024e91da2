"""What is built when: the columns of the capacity master.

installed[c,y] = Σ_{ages not beyond life} builds[c, y − age]
effective[c,y] = Σ fade[c, age] · builds[c, y − age]
builds[c,y] = 0 before the earliest year; installed[c,y] ≤ most[c]; whole units where the column says so
usable_import[y] ≤ installed[grid,y],  usable_import[y] ≤ granted[y]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.fleet import Column, Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MasterCase:
    """What the rows of the capacity master need."""

    project: Project
    fleet: Fleet
    profiles: Profiles

    @property
    def years(self) -> range:
        """Positions of the calendar years."""
        return range(len(self.project.years))

    @property
    def granted_mw(self) -> Array:
        """Highest import granted in each year, [Y]."""
        highest: Array = self.profiles.import_limit_mw.max(axis=1)
        return highest


def add_investment(m: pyo.ConcreteModel, case: MasterCase) -> None:
    """Columns ``builds``, ``installed``, ``effective``, ``usable_import`` and their rows."""
    columns = case.fleet.columns
    m.years = pyo.Set(initialize=list(case.years))
    m.fleet = pyo.RangeSet(0, len(columns) - 1)
    first = case.project.study.first_year

    def build_bounds(m: pyo.ConcreteModel, c: int, y: int) -> tuple[float, float]:
        return (0.0, columns[c].most if first + y >= columns[c].earliest_year else 0.0)

    m.builds = pyo.Var(m.fleet, m.years, bounds=build_bounds)
    # Whole units in place are whole builds too, and branch better.
    m.installed = pyo.Var(
        m.fleet,
        m.years,
        bounds=lambda m, c, y: (0.0, columns[c].most),
        domain=lambda m, c, y: pyo.NonNegativeIntegers if columns[c].integer else pyo.NonNegativeReals,
    )
    m.effective = pyo.Var(m.fleet, m.years, bounds=lambda m, c, y: (0.0, columns[c].most))
    m.in_place = pyo.Constraint(
        m.fleet, m.years, rule=lambda m, c, y: m.installed[c, y] == _vintages(m, columns[c], c, y, faded=False)
    )
    m.able = pyo.Constraint(
        m.fleet, m.years, rule=lambda m, c, y: m.effective[c, y] == _vintages(m, columns[c], c, y, faded=True)
    )
    m.usable_import = pyo.Var(m.years, bounds=lambda m, y: (0.0, float(case.granted_mw[y])))
    grid = case.fleet.grid_column
    if grid is None:
        m.usable_import.fix(0.0)
    else:
        m.contracted = pyo.Constraint(m.years, rule=lambda m, y: m.usable_import[y] <= m.installed[grid, y])


def _vintages(m: pyo.ConcreteModel, column: Column, c: int, y: int, *, faded: bool) -> Any:
    ages = range(min(y + 1, column.life_years))
    return sum((float(column.fade[age]) if faded else 1.0) * m.builds[c, y - age] for age in ages)
