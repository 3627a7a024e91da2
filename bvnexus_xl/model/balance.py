"""Energy balance.

    Σ supply terms + unserved[t] = load_mw · load_shape[t]            every step t
    unserved[t] ≤ load_mw · load_shape[t]

Supply terms come from the other families: thermal power, profile output, discharge less charge, import.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from bvnexus_xl.model.case import LOAD, UNSERVED
from bvnexus_xl.model.expressions import DispatchModel
from bvnexus_xl.yearly_caps import WATER, load_rate_per_mwh


def add_unserved(model: DispatchModel) -> None:
    """Energy not served, MW: bounded by the load, paid at the value of lost load, limited per year."""
    m, case = model.m, model.case
    shape = model.param("load_shape", case.load_shape)
    m.unserved = pyo.Var(m.steps, domain=pyo.NonNegativeReals)
    m.unserved_most = pyo.Constraint(m.steps, rule=lambda m, t: m.unserved[t] <= shape[t] * m.given[LOAD])
    everything = [m.unserved[t] for t in range(case.axis.steps)]
    model.supply.append(lambda t: m.unserved[t])
    model.cost["lost_load"].append((everything, case.axis.weight))
    if WATER in case.budgets:
        saved = -load_rate_per_mwh(case.project, WATER) * case.axis.weight
        model.budget[WATER].append((everything, saved))
    if UNSERVED in case.budgets:
        model.budget[UNSERVED].append((everything, case.axis.weight))


def add_balance(model: DispatchModel) -> None:
    """The balance row; called last, when every family has added its supply."""
    m, shape = model.m, model.m.load_shape

    def rule(m: pyo.ConcreteModel, t: Any) -> Any:
        return sum(term(t) for term in model.supply) == shape[t] * m.given[LOAD]

    m.balance = pyo.Constraint(m.steps, rule=rule)
