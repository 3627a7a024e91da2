"""Grid import from its energisation date, with an hourly energy price and a monthly demand charge.

    imported[t] ≤ Σ_f granted[f,t] · import_mw[f]         f: the patterns of granted hours; one is used per year
    imported[t] ≤ period_peak[p(t)]
    period_peak[p] ≤ peak[month]                          every month that period p stands for

``import_mw`` is min(contracted, granted), formed by the capacity master. On the full year each period is one month and
the billed peak is exact; on representative weeks a month is billed the highest of the weeks that show it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from bvnexus_xl.model.expressions import DispatchModel
from bvnexus_xl.units import KW_PER_MW


def add_grid(model: DispatchModel) -> None:
    """Import, billed peaks, energy and demand charges; adds supply."""
    m, case = model.m, model.case
    axis = case.axis
    if not len(case.import_flags):
        return
    m.patterns = pyo.RangeSet(0, len(case.import_flags) - 1)
    m.import_mw = pyo.Var(m.patterns, domain=pyo.NonNegativeReals)
    granted = model.param("granted", case.import_flags)
    if "period" not in m.component_map():
        m.periods = pyo.RangeSet(0, axis.periods - 1)
        m.period = pyo.Param(m.steps, initialize=dict(enumerate(axis.period.tolist())), within=pyo.NonNegativeIntegers)
    m.months = pyo.Set(initialize=sorted({month for months in axis.months for month in months}))
    m.imported = pyo.Var(m.steps, domain=pyo.NonNegativeReals)
    m.period_peak = pyo.Var(m.periods, domain=pyo.NonNegativeReals)
    m.peak = pyo.Var(m.months, domain=pyo.NonNegativeReals)

    def anything(m: pyo.ConcreteModel) -> Any:
        return sum(m.import_mw[f] for f in m.patterns)

    m.imported_most = pyo.Constraint(
        m.steps, rule=lambda m, t: m.imported[t] <= sum(granted[f, t] * m.import_mw[f] for f in m.patterns)
    )
    m.period_peak_most = pyo.Constraint(m.periods, rule=lambda m, p: m.period_peak[p] <= anything(m))
    m.peak_most = pyo.Constraint(m.months, rule=lambda m, i: m.peak[i] <= anything(m))
    m.under_peak = pyo.Constraint(m.steps, rule=lambda m, t: m.imported[t] <= m.period_peak[m.period[t]])
    pairs = [(p, month) for p, months in enumerate(axis.months) for month in months]
    m.billed = pyo.Set(initialize=pairs, dimen=2)
    m.billing = pyo.Constraint(m.billed, rule=lambda m, p, i: m.period_peak[p] <= m.peak[i])
    everything = [m.imported[t] for t in range(axis.steps)]
    model.supply.append(lambda t: m.imported[t])
    model.cost["electricity"].append((everything, axis.weight * case.grid_price))
    charge = KW_PER_MW * case.project.grid.demand_charge_usd_per_kw_month
    model.cost["electricity"].append(([m.peak[i] for i in m.months], np.full(len(m.months), charge)))
