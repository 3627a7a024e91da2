"""The capacity master alone: what its rows allow, found by minimising or maximising one quantity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
from scipy.optimize import LinearConstraint, milp

from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import greenfield_master
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.solve.standard_form import compile_model


class Allowed:
    """What one master of a project allows."""

    def __init__(self, project: Project) -> None:
        self.fleet: Fleet = build_fleet(project)
        self.case = MasterCase(project, self.fleet, build_profiles(project, self.fleet))

    def least(self, of: Callable[[pyo.ConcreteModel], Any], fixed: dict[str, list[float]] | None = None) -> float:
        """Smallest value of an expression of the master; ``fixed`` holds builds by column key and year.

        Infinite where nothing is allowed. Solved by SciPy's call of HiGHS.
        """
        m = greenfield_master(self.case)
        for key, builds in (fixed or {}).items():
            for year, quantity in enumerate(builds):
                m.builds[self.fleet.index[key], year].fix(quantity)
        m.cost.deactivate()
        m.asked = pyo.Objective(expr=of(m) + 0.0 * m.cost_to_go[0])
        form = compile_model(m)
        low, high = np.where(form.sense >= 0, form.rhs, -np.inf), np.where(form.sense <= 0, form.rhs, np.inf)
        found = milp(
            form.cost[0],
            integrality=form.integer.astype(int),
            bounds=(form.lower, form.upper),
            constraints=LinearConstraint(form.matrix, low, high),
        )
        assert found.status in (0, 2), found.message
        return float(found.fun) if found.status == 0 else np.inf

    def most(self, of: Callable[[pyo.ConcreteModel], Any], fixed: dict[str, list[float]] | None = None) -> float:
        """Largest value."""
        return -self.least(lambda m: -of(m), fixed)

    def column(self, key: str) -> int:
        """Position of a column."""
        return self.fleet.index[key]
