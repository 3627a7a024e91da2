"""Capacity that follows a profile: solar, wind. What is not taken is curtailed.

output[r,t] ≤ profile[r,t] · capacity[r]
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from bvnexus_xl.model.expressions import DispatchModel


def add_renewables(model: DispatchModel) -> None:
    """Columns of every profile asset; adds supply and variable O&M."""
    m, case = model.m, model.case
    assets = case.fleet.profile
    if not assets:
        return
    m.followers = pyo.RangeSet(0, len(assets) - 1)
    profile = model.param("profile_mw_per_mw", case.profile)
    m.profile_mw = pyo.Var(m.followers, domain=pyo.NonNegativeReals)
    m.output = pyo.Var(m.followers, m.steps, domain=pyo.NonNegativeReals)
    m.output_most = pyo.Constraint(
        m.followers, m.steps, rule=lambda m, r, t: m.output[r, t] <= profile[r, t] * m.profile_mw[r]
    )
    for r, asset in enumerate(assets):
        model.supply.append(lambda t, r=r: m.output[r, t])  # type: ignore[misc]
        per_mwh = np.full(case.axis.steps, asset.row.vom_usd_per_mwh)
        model.cost["general"].append((model.steps_of(m.output, r), case.axis.weight * per_mwh))
