"""One plan for several scenarios as one MIP in linopy: the rows of ``one_piece`` a scenario, on the same builds."""

from __future__ import annotations

from collections.abc import Sequence

import linopy
import pandas as pd
import xarray as xr

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles
from tests.oracles.one_piece import OracleAnswer, _able, _most_builds, _planning, _year

Scenario = tuple[Project, Fleet, Profiles]


class _Scoped:
    """A model whose variables get a scenario's name in front of their own."""

    def __init__(self, model: linopy.Model, scope: str) -> None:
        self.model, self.scope = model, scope

    def add_variables(self, *bounds, name, **options):
        return self.model.add_variables(*bounds, name=f"{self.scope}{name}", **options)

    def add_constraints(self, rows):
        return self.model.add_constraints(rows)

    @property
    def variables(self):
        return {
            name.removeprefix(self.scope): self.model.variables[name]
            for name in self.model.variables
            if name.startswith(self.scope)
        }


def scenarios_one_piece(
    scenarios: Sequence[Scenario], weights: Sequence[float], first_hour: int, hours: int, weight: float, gap: float
) -> OracleAnswer:
    """Optimum of the expected cost on one window of hours a year."""
    project, fleet, _ = scenarios[0]
    years, at = len(project.years), slice(first_hour, first_hour + hours)
    m = linopy.Model()
    t, c, y = (pd.RangeIndex(n, name=name) for n, name in ((hours, "t"), (len(fleet.columns), "c"), (years, "y")))
    whole = [n for n, column in enumerate(fleet.columns) if column.integer]
    build = m.add_variables(0, coords=[c, y], name="build")
    units = m.add_variables(0, 200, coords=[pd.Index(whole, name="c"), y], integer=True, name="units")
    m.add_constraints(build.sel(c=whole) == units)
    cost = 0.0
    for number, ((own, columns, profiles), chance) in enumerate(zip(scenarios, weights, strict=True)):
        scoped = _Scoped(m, f"scenario{number}_")
        most = _most_builds(own, columns, years, c, y)
        bought = [n for n in c if n != columns.grid_column]
        m.add_constraints(build.sel(c=bought) <= most.sel(c=bought))
        able = {(n, s): _able(columns, build, n, s) for n in c for s in y}
        capital = xr.DataArray(investment_present_value(own, columns, profiles) / 1e6, coords=[c, y])
        discount = year_end_factors(own.finance.discount_rate, years)
        cost = cost + chance * (build * capital).sum()
        for s in y:
            spent = _year(scoped, own, columns, profiles, at, t, s, able, weight, 1.0)
            cost = cost + chance * discount[s] / 1e6 * spent
        _planning(scoped, own, columns, profiles, able, years)
    m.add_objective(cost)
    m.solve(solver_name="highs", output_flag=False, mip_rel_gap=gap)
    bound = float(m.solver_model.getInfo().mip_dual_bound)
    return OracleAnswer(float(m.objective.value), bound, build.solution.to_numpy())
