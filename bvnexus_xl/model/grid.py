"""Grid import from its energisation date; what it costs is in ``model.tariff``.

    imported[t] ≤ Σ_f granted[f,t] · import_mw[f]         f: the patterns of granted hours; one is used per year

``import_mw`` is min(contracted, granted), formed by the capacity master.
"""

from __future__ import annotations

import pyomo.environ as pyo

from bvnexus_xl.model.expressions import DispatchModel
from bvnexus_xl.model.tariff import add_tariff


def add_grid(model: DispatchModel) -> None:
    """Import and its bill; adds supply."""
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
    m.imported = pyo.Var(m.steps, domain=pyo.NonNegativeReals)
    m.imported_most = pyo.Constraint(
        m.steps, rule=lambda m, t: m.imported[t] <= sum(granted[f, t] * m.import_mw[f] for f in m.patterns)
    )
    model.supply.append(lambda t: m.imported[t])
    add_tariff(model)
