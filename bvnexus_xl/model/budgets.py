"""Yearly limits of the dispatch: emissions, unserved energy, running hours.

    Σ_t weight[t] · use[t] ≤ cap              each pollutant (short tons), unserved energy (MWh)
    Σ_t weight[t] · online[k,t] ≤ permitted_h · installed[k]

Each is one row over the whole year. ``solve.evaluate`` prices them out, so that a year falls into months.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from bvnexus_xl.model.expressions import DispatchModel, linear_sum


def add_budgets(model: DispatchModel) -> None:
    """One row per yearly limit, named by it."""
    m, case = model.m, model.case
    names = [name for name in case.budgets if model.budget[name]]
    if not names:
        return
    permitted = {f"run_hours:{a.key}": (k, a.row.max_run_hours_per_year) for k, a in enumerate(case.fleet.thermal)}

    def cap(name: str) -> Any:
        if name in permitted:
            number, hours = permitted[name]
            return float(hours or 0.0) * m.installed[number]
        return m.given[f"cap:{name}"]

    m.budget_names = pyo.Set(initialize=names)
    m.budget = pyo.Constraint(m.budget_names)
    for name in names:
        m.budget[name] = linear_sum(model.budget[name]) - cap(name) <= 0.0
