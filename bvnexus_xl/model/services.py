"""Room for what is sold to the grid, in the hours of each set of programmes g that compete for the same MW.

    imported[t] + sold_short[g,t] ≥ sold_mw[g]                                       what the meter can see fall
    Σ free thermal[t] + Σ free battery[t] + sold_short[g,t] ≥ own_mw[g] + contingency_mw     what stands by

    free thermal  = in_service · unit_mw · capacity_factor · installed − power
    free battery  = power_mw − discharge + charge

in the hours of g only. ``sold_mw`` and ``own_mw`` are parameters, decided by ``services.joint``; what is missing is
paid far above lost load. Whether a battery's energy lasts a whole event is looked at when the dispatch is sold from
(``services.commit``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from bvnexus_xl.model.case import CONTINGENCY
from bvnexus_xl.model.expressions import DispatchModel


def add_services(model: DispatchModel) -> None:
    """Rows of every set; none where nothing is sold."""
    m, case = model.m, model.case
    sets = len(case.sold_hours)
    if not sets:
        return
    m.sold_sets = pyo.RangeSet(0, sets - 1)
    m.sold_mw = pyo.Var(m.sold_sets, domain=pyo.NonNegativeReals)
    m.own_mw = pyo.Var(m.sold_sets, domain=pyo.NonNegativeReals)
    open_ = model.param("sold_hours", case.sold_hours)
    every = (m.sold_sets, m.steps)
    m.sold_short = pyo.Var(*every, domain=pyo.NonNegativeReals)
    contingent = case.project.constraints.spinning_reserve_enabled

    def most(m: pyo.ConcreteModel, g: Any, t: Any) -> Any:
        return m.sold_short[g, t] <= m.sold_mw[g] + m.own_mw[g] + (m.given[CONTINGENCY] if contingent else 0.0)

    def standing_by(m: pyo.ConcreteModel, g: Any, t: Any) -> Any:
        needed = m.own_mw[g] + (m.given[CONTINGENCY] if contingent else 0.0)
        return _free(model, t) + m.sold_short[g, t] >= open_[g, t] * needed

    m.sold_short_most = pyo.Constraint(*every, rule=most)
    m.sold_at_meter = pyo.Constraint(
        *every, rule=lambda m, g, t: m.imported[t] + m.sold_short[g, t] >= open_[g, t] * m.sold_mw[g]
    )
    m.sold_standing_by = pyo.Constraint(*every, rule=standing_by)
    missing = [m.sold_short[g, t] for g in range(sets) for t in range(case.axis.steps)]
    model.cost["reserve_short"].append((missing, np.tile(case.axis.weight, sets)))


def _free(model: DispatchModel, t: Any) -> Any:
    """MW of own generation that could still be given in a step."""
    m, fleet = model.m, model.case.fleet
    thermal = sum(
        (m.min_mw_per_unit[k, t] + m.span_mw_per_unit[k, t]) * m.units_in_service[k, t] * m.installed[k]
        - m.min_mw_per_unit[k, t] * m.online[k, t]
        - m.above[k, t]
        for k in range(len(fleet.thermal))
    )
    stored = sum(m.power_mw[k] - m.discharge[k, t] + m.charge[k, t] for k in range(len(fleet.storage)))
    return thermal + stored
