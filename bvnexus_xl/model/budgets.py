"""Yearly limits of the dispatch: emissions, water, unserved energy, running hours, hours of flexible computing.

    Σ_t weight[t] · use[t] ≤ cap              each pollutant (short tons), unserved energy (MWh)
    Σ_t weight[t] · (use[t] + cooling · served[t]) ≤ cap                        water (acre-feet), served load in MW
    Σ_t weight[t] · online[k,t] ≤ permitted_h · installed[k]
    Σ_t weight[t] · down[c,t] / load_shape[t] ≤ hours[c] · share[c] · load_mw

Each is one row over the whole year. ``solve.evaluate`` prices them out, so that a year falls into months.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.model.case import FLEX_HOURS, LOAD
from bvnexus_xl.model.expressions import DispatchModel, linear_sum


def add_budgets(model: DispatchModel) -> None:
    """One row per yearly limit, named by it."""
    m, case = model.m, model.case
    names = [name for name in case.budgets if model.budget[name]]
    if not names:
        return
    permitted = {f"run_hours:{a.key}": (k, a.row.max_run_hours_per_year) for k, a in enumerate(case.fleet.thermal)}

    depth = {f"{FLEX_HOURS}:{c.key}": c.hours_per_year * c.share_of_load for c in flexible_loads(case.project)}

    def cap(name: str) -> Any:
        if name in depth:
            return depth[name] * m.given[LOAD]
        if name in permitted:
            number, hours = permitted[name]
            share = case.windows @ case.axis.weight / case.axis.weight.sum()
            parts = range(len(share))
            return sum(float(hours or 0.0) * share[w] * m.installed[number * len(share) + w] for w in parts)
        return m.given[f"cap:{name}"] - case.used_by_load(name) * m.given[LOAD]

    m.budget_names = pyo.Set(initialize=names)
    m.budget = pyo.Constraint(m.budget_names)
    for name in names:
        m.budget[name] = linear_sum(model.budget[name]) - cap(name) <= 0.0
