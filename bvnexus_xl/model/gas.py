"""Gas deliverability.

Σ_{t in day} step · mcf[t] ≤ gas_day          every gas day
mcf[t] ≤ gas_hour                             every step, where the hourly limit applies (day/24 x swing factor)
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from bvnexus_xl.model.case import GAS_DAY, GAS_HOUR, has_gas_limits
from bvnexus_xl.model.expressions import DispatchModel, linear_sum


def add_gas(model: DispatchModel) -> None:
    """Rows per gas day and per step."""
    m, case = model.m, model.case
    by_day, by_hour = has_gas_limits(case.project)
    if not model.gas:
        return
    axis = case.axis
    if by_day:
        m.gas_days = pyo.RangeSet(0, int(axis.gas_day.max()))
        m.gas_day = pyo.Constraint(m.gas_days)
        for day in m.gas_days:
            steps = np.nonzero(axis.gas_day == day)[0]
            used = linear_sum([([v[t] for t in steps], axis.step_h * c[steps]) for v, c in model.gas])
            m.gas_day[day] = used - m.given[GAS_DAY] <= 0.0
    if by_hour:
        m.gas_hour = pyo.Constraint(m.steps)
        for t in range(axis.steps):
            used = linear_sum([([v[t]], c[t : t + 1]) for v, c in model.gas])
            m.gas_hour[t] = used - m.given[GAS_HOUR] <= 0.0
