"""Batteries, with Kotzur's linking of periods (Kotzur et al. 2018): energy is carried through the whole year.

Energy is counted above the minimum state of charge; range = (soc_max − soc_min) · effective MWh; η = √(round trip).

    charge[k,t] + discharge[k,t] ≤ power_mw[k]
    energy[k,t] = energy[k,t−1] + step · (η · charge[k,t] − discharge[k,t] / η);  before the first step: base[k,p]
    energy[k,t] + spread[k,p] ≤ range[k]
    base[k,p] ≤ between[k,d] ≤ base[k,p] + spread[k,p]                  for every stretch d that p shows
    between[k,d+1] = between[k,d] + energy[k,last of p] − base[k,p]     cyclic over the year

``base`` is the lowest state among the stretches a period shows and ``spread`` how far the highest lies above it, so
every stretch stays inside the range. With each period used once (the full year) spread is 0 and the rows are the plain
chain through the year.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from bvnexus_xl.model.expressions import DispatchModel


def add_storage(model: DispatchModel) -> None:
    """Rows and columns of every battery; adds supply and costs."""
    m, case = model.m, model.case
    assets, axis = case.fleet.storage, case.axis
    if not assets:
        return
    m.storage = pyo.RangeSet(0, len(assets) - 1)
    m.power_mw = pyo.Var(m.storage, domain=pyo.NonNegativeReals)
    m.energy_mwh = pyo.Var(m.storage, domain=pyo.NonNegativeReals)
    m.usable = pyo.Param(
        m.storage, initialize={k: a.soc_max_fraction - a.soc_min_fraction for k, a in enumerate(assets)}
    )
    m.keep = pyo.Param(m.storage, initialize={k: a.one_way_efficiency for k, a in enumerate(assets)})
    for name in ("charge", "discharge", "energy"):
        setattr(m, name, pyo.Var(m.storage, m.steps, domain=pyo.NonNegativeReals))
    every = (m.storage, m.steps)
    m.charge_most = pyo.Constraint(*every, rule=lambda m, k, t: m.charge[k, t] <= m.power_mw[k])
    m.discharge_most = pyo.Constraint(*every, rule=lambda m, k, t: m.discharge[k, t] <= m.power_mw[k])
    m.converter = pyo.Constraint(*every, rule=lambda m, k, t: m.charge[k, t] + m.discharge[k, t] <= m.power_mw[k])
    m.energy_most = pyo.Constraint(*every, rule=lambda m, k, t: m.energy[k, t] <= m.usable[k] * m.energy_mwh[k])
    _add_chain(model)
    _add_linking(model)
    for k, asset in enumerate(assets):
        model.supply.append(lambda t, k=k: m.discharge[k, t] - m.charge[k, t])  # type: ignore[misc]
        per_mwh = asset.row.vom_usd_per_mwh + float(case.wear_usd_per_mwh[k])
        model.cost["general"].append((model.steps_of(m.discharge, k), axis.weight * per_mwh))


def _add_chain(model: DispatchModel) -> None:
    """Energy from step to step inside each period."""
    m, axis = model.m, model.case.axis
    first = [int(step) for step in axis.first_step]
    m.periods = pyo.RangeSet(0, axis.periods - 1)
    m.base = pyo.Var(m.storage, m.periods, domain=pyo.NonNegativeReals)
    m.spread = pyo.Var(m.storage, m.periods, domain=pyo.NonNegativeReals)
    m.first_steps = pyo.Set(initialize=first)
    m.later_steps = pyo.Set(initialize=sorted(set(range(axis.steps)) - set(first)))
    m.period = pyo.Param(m.steps, initialize=dict(enumerate(axis.period.tolist())), within=pyo.NonNegativeIntegers)

    def moved(k: Any, t: Any) -> Any:
        return axis.step_h * m.keep[k] * m.charge[k, t] - (axis.step_h / m.keep[k]) * m.discharge[k, t]

    m.energy_first = pyo.Constraint(
        m.storage, m.first_steps, rule=lambda m, k, t: m.energy[k, t] == m.base[k, m.period[t]] + moved(k, t)
    )
    m.energy_next = pyo.Constraint(
        m.storage, m.later_steps, rule=lambda m, k, t: m.energy[k, t] == m.energy[k, t - 1] + moved(k, t)
    )
    m.energy_range = pyo.Constraint(
        m.storage,
        m.steps,
        rule=lambda m, k, t: m.energy[k, t] + m.spread[k, m.period[t]] <= m.usable[k] * m.energy_mwh[k],
    )


def _add_linking(model: DispatchModel) -> None:
    """State between stretches of the year, and the bounds every column needs."""
    m, axis = model.m, model.case.axis
    stretches = len(axis.sequence)
    m.stretches = pyo.RangeSet(0, stretches - 1)
    m.between = pyo.Var(m.storage, m.stretches, domain=pyo.NonNegativeReals)
    m.shown_by = pyo.Param(m.stretches, initialize=dict(enumerate(axis.sequence.tolist())))
    m.after = pyo.Param(m.stretches, initialize=dict(enumerate(np.roll(np.arange(stretches), -1).tolist())))
    m.last = pyo.Param(m.periods, initialize=dict(enumerate(axis.last_step.tolist())))

    def most(variable: str) -> Any:
        return lambda m, k, i: getattr(m, variable)[k, i] <= m.usable[k] * m.energy_mwh[k]

    m.base_most = pyo.Constraint(m.storage, m.periods, rule=most("base"))
    m.spread_most = pyo.Constraint(m.storage, m.periods, rule=most("spread"))
    m.between_most = pyo.Constraint(m.storage, m.stretches, rule=most("between"))
    every = (m.storage, m.stretches)
    m.lowest = pyo.Constraint(*every, rule=lambda m, k, d: m.base[k, m.shown_by[d]] <= m.between[k, d])
    m.highest = pyo.Constraint(
        *every, rule=lambda m, k, d: m.between[k, d] <= m.base[k, m.shown_by[d]] + m.spread[k, m.shown_by[d]]
    )

    def linked(m: pyo.ConcreteModel, k: Any, d: Any) -> Any:
        gained = m.energy[k, m.last[m.shown_by[d]]] - m.base[k, m.shown_by[d]]
        return m.between[k, m.after[d]] - m.between[k, d] == gained

    m.linking = pyo.Constraint(*every, rule=linked)
