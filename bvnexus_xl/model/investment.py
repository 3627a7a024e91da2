"""What is built when: the columns of the capacity master.

installed[c,y] = Σ_{b ≤ y} alive[c,b,y] · builds[c,b]          1 until the end of life of what was built for year b
effective[c,y] = Σ_{b ≤ y} left[c,b,y] · builds[c,b]           what its age has left (``plan.share_left``)
builds[c,y] = 0 before the earliest year; installed[c,y] ≤ most[c]; whole units where the column says so
existing: builds[c,0] = what stands, builds[c,y] ≤ 0 retires part of it where that is allowed, Σ_y builds[c,y] ≥ 0
usable_import[y] ≤ installed[grid,y],  usable_import[y] ≤ granted[y]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import share_left
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MasterCase:
    """What the rows of the capacity master need.

    Attributes:
        planning_need: share of the load of the worst hours that firm capacity must carry with the largest units out.
        spinning_need: share of the largest unit that running units and batteries must be able to replace.
            Both are 1 but where a relaxed requirement is asked about.
    """

    project: Project
    fleet: Fleet
    profiles: Profiles
    planning_need: float = 1.0
    spinning_need: float = 1.0

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
    m.builds = pyo.Var(m.fleet, m.years, bounds=lambda m, c, y: build_bounds(case, c, y))
    # Whole units in place are whole builds too, and branch better.
    m.installed = pyo.Var(
        m.fleet,
        m.years,
        bounds=lambda m, c, y: (0.0, _most(case, c)),
        domain=lambda m, c, y: pyo.NonNegativeIntegers if columns[c].integer else pyo.NonNegativeReals,
    )
    m.effective = pyo.Var(m.fleet, m.years, bounds=lambda m, c, y: (0.0, _most(case, c)))
    alive, left = (share_left(case.fleet, len(case.years), faded=faded) for faded in (False, True))
    m.in_place = pyo.Constraint(m.fleet, m.years, rule=lambda m, c, y: m.installed[c, y] == _vintages(m, alive, c, y))
    m.able = pyo.Constraint(m.fleet, m.years, rule=lambda m, c, y: m.effective[c, y] == _vintages(m, left, c, y))
    m.standing = pyo.Set(initialize=[c for c in m.fleet if columns[c].existing])
    # also keeps the builds of years after the end of life among the columns
    m.retired_once = pyo.Constraint(m.standing, rule=lambda m, c: sum(m.builds[c, y] for y in m.years) >= 0.0)
    m.usable_import = pyo.Var(m.years, bounds=lambda m, y: (0.0, float(case.granted_mw[y])))
    grid = case.fleet.grid_column
    if grid is None:
        m.usable_import.fix(0.0)
    else:
        m.contracted = pyo.Constraint(m.years, rule=lambda m, y: m.usable_import[y] <= m.installed[grid, y])


def build_bounds(case: MasterCase, c: int, y: int) -> tuple[float, float]:
    """(least, most) of a column that may be built for the year at a position; least is below 0 for what may retire."""
    column = case.fleet.columns[c]
    if column.existing:
        low = -column.existing if column.retirable and y < column.life_years else 0.0
        return (column.existing + low, column.existing) if y == 0 else (low, 0.0)
    return 0.0, _most(case, c) if case.project.years[y] >= column.earliest_year else 0.0


def _most(case: MasterCase, c: int) -> float:
    """Most of a column that may be in place; of the grid twice what is granted, so that only the grant has a price."""
    return case.fleet.columns[c].most * (2.0 if c == case.fleet.grid_column else 1.0)


def _vintages(m: pyo.ConcreteModel, share: Array, c: int, y: int) -> Any:
    return sum(float(share[c, b, y]) * m.builds[c, b] for b in range(y + 1) if share[c, b, y] > 0.0)
