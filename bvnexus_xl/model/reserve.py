"""Spinning N-1: every step can lose its largest unit, or the import.

    Σ headroom[t] + Σ reserve[k,t] + short[t] ≥ contingency_mw
    Σ headroom[t] + Σ reserve[k,t] + short[t] ≥ imported[t]                 where losing the import counts
    reserve[k,t] ≤ power_mw[k] − discharge[k,t] + charge[k,t]
    reserve[k,t] · ride_through_h ≤ energy[k,t] · η                         a battery without energy gives none
    short[t] ≤ contingency_mw + Σ import_mw                                 paid far above lost load: 0 in a sound plan

``contingency_mw`` is a column of the capacity master: at least the unit of every thermal model built.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from bvnexus_xl.model.case import CONTINGENCY
from bvnexus_xl.model.expressions import DispatchModel


def add_reserve(model: DispatchModel) -> None:
    """Contingency rows and the battery's share of them."""
    m, case = model.m, model.case
    limits = case.project.constraints
    if not limits.spinning_reserve_enabled:
        return
    with_import = bool(len(case.import_flags)) and limits.import_is_contingency
    if case.fleet.storage:
        _add_battery_reserve(model)
    m.short = pyo.Var(m.steps, domain=pyo.NonNegativeReals)

    def held(t: Any) -> Any:
        return sum(term(t) for term in model.headroom) + m.short[t]

    def most(m: pyo.ConcreteModel, t: Any) -> Any:
        imports = sum(m.import_mw[f] for f in m.patterns) if with_import else 0.0
        return m.short[t] <= m.given[CONTINGENCY] + imports

    m.short_most = pyo.Constraint(m.steps, rule=most)
    m.unit_contingency = pyo.Constraint(m.steps, rule=lambda m, t: held(t) >= m.given[CONTINGENCY])
    if with_import:
        m.import_contingency = pyo.Constraint(m.steps, rule=lambda m, t: held(t) >= m.imported[t])
    model.cost["reserve_short"].append(([m.short[t] for t in range(case.axis.steps)], case.axis.weight))


def _add_battery_reserve(model: DispatchModel) -> None:
    m, case = model.m, model.case
    hours = case.project.constraints.ride_through_min / 60.0
    every = (m.storage, m.steps)
    m.reserve = pyo.Var(*every, domain=pyo.NonNegativeReals)
    m.reserve_most = pyo.Constraint(*every, rule=lambda m, k, t: m.reserve[k, t] <= 2.0 * m.power_mw[k])
    m.reserve_power = pyo.Constraint(
        *every, rule=lambda m, k, t: m.reserve[k, t] <= m.power_mw[k] - m.discharge[k, t] + m.charge[k, t]
    )
    m.reserve_energy = pyo.Constraint(
        *every, rule=lambda m, k, t: hours * m.reserve[k, t] <= m.keep[k] * m.energy[k, t]
    )
    for k in range(len(case.fleet.storage)):
        model.headroom.append(lambda t, k=k: m.reserve[k, t])  # type: ignore[misc]
