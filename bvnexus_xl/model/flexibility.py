"""Flexible computing: load of a class that is shed, or shifted to later hours.

    down[c,t] ≤ share[c] · load[t]                                          load[t] = load_shape[t] · load_mw
    up[c,t]   ≤ share[c] · load_mw                                          classes that shift
    owed[c,t] = owed[c,t−1] + step · (returned[c] · down[c,t] − up[c,t])    nothing owed at the end of each window
    Σ_c up[c,t] − Σ_c down[c,t] ≤ max_t load[t] − load[t]                   the halls never draw more than the peak
    Σ_{t in day} step · down[c,t] / load_shape[t] ≤ hours_per_day[c] · share[c] · load_mw
    Σ_t weight[t] · down[c,t] / load_shape[t] ≤ hours_per_year[c] · share[c] · load_mw          (``budgets``)
    the same over each period alone: implied, but it holds where the periods are solved apart

Windows are counted from the start of each period, so work is always done within the window, sometimes sooner than it
must, and periods stay apart. Work comes back after it was given up, never before. Computing lost is paid per MWh given
up: ``FlexibleLoad.lost_per_mwh`` says how much of it is lost once all that is due has come back.

``owed`` and ``up`` carry their own bound in the load: implied, but every column needs one (solve.cuts). Anticipated
shortages are shed and shifted with the day known ahead; notice is not a row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.flexibility import FlexibleLoad, flexible_loads, shape_floor
from bvnexus_xl.model.case import FLEX_HOURS, LOAD
from bvnexus_xl.model.expressions import DispatchModel, linear_sum
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.yearly_caps import WATER, load_rate_per_mwh

Array = NDArray[np.float64]


def add_flexibility(model: DispatchModel) -> None:
    """Columns and rows of every flexible class; adds supply (given up less done later), cost and yearly hours."""
    m, case = model.m, model.case
    classes = flexible_loads(case.project)
    if not classes:
        return
    axis, shape = case.axis, case.load_shape
    share = np.array([item.share_of_load for item in classes])
    m.flexible = pyo.RangeSet(0, len(classes) - 1)
    m.flex_down = pyo.Var(m.flexible, m.steps, domain=pyo.NonNegativeReals)
    able = model.param("flex_able", np.outer(share, shape))
    m.flex_down_most = pyo.Constraint(
        m.flexible, m.steps, rule=lambda m, c, t: m.flex_down[c, t] <= able[c, t] * m.given[LOAD]
    )
    for c, item in enumerate(classes):
        down = model.steps_of(m.flex_down, c)
        model.supply.append(lambda t, c=c: m.flex_down[c, t])  # type: ignore[misc]
        price = item.compute_usd_per_mwh * item.lost_per_mwh
        model.cost["general"].append((down, axis.weight * price))
        model.budget[f"{FLEX_HOURS}:{item.key}"].append((down, axis.weight / shape_floor(shape)))
        if WATER in case.budgets:
            model.budget[WATER].append((down, -load_rate_per_mwh(case.project, WATER) * axis.weight))
    _add_shifting(model, classes)
    _add_hours(model, classes)


def _add_hours(model: DispatchModel, classes: tuple[FlexibleLoad, ...]) -> None:
    """Hours of full depth in each day, and in each period within those of the year."""
    m, axis, shape = model.m, model.case.axis, shape_floor(model.case.load_shape)

    def used(c: int, steps: NDArray[np.int64], hours: Array) -> Any:
        return linear_sum([([m.flex_down[c, int(t)] for t in steps], (hours / shape)[steps])])

    m.flex_days = pyo.RangeSet(0, int(axis.gas_day.max()))
    m.flex_day = pyo.Constraint(m.flexible, m.flex_days)
    m.flex_periods = pyo.RangeSet(0, axis.periods - 1)
    m.flex_period = pyo.Constraint(m.flexible, m.flex_periods)
    for c, item in enumerate(classes):
        able = item.share_of_load * m.given[LOAD]
        for day in m.flex_days:
            steps = np.nonzero(axis.gas_day == day)[0]
            m.flex_day[c, day] = used(c, steps, np.full(axis.steps, axis.step_h)) - item.hours_per_day * able <= 0.0
        for period in m.flex_periods:
            steps = np.nonzero(axis.period == period)[0]
            m.flex_period[c, period] = used(c, steps, axis.weight) - item.hours_per_year * able <= 0.0


def _add_shifting(model: DispatchModel, classes: tuple[FlexibleLoad, ...]) -> None:
    """What comes back: columns ``flex_up`` and ``flex_owed`` of the classes that shift."""
    m, axis = model.m, model.case.axis
    shifting = [c for c, item in enumerate(classes) if item.shifts]
    if not shifting:
        return
    m.shifting = pyo.Set(initialize=shifting)
    share = {c: classes[c].share_of_load for c in shifting}
    m.flex_share = pyo.Param(m.shifting, initialize=share)
    m.flex_returned = pyo.Param(m.shifting, initialize={c: classes[c].returned for c in shifting})
    every = (m.shifting, m.steps)
    m.flex_up = pyo.Var(*every, domain=pyo.NonNegativeReals)
    m.flex_owed = pyo.Var(*every, domain=pyo.NonNegativeReals)
    m.flex_up_most = pyo.Constraint(*every, rule=lambda m, c, t: m.flex_up[c, t] <= m.flex_share[c] * m.given[LOAD])
    most, carried = np.zeros((len(classes), axis.steps)), np.zeros((len(classes), axis.steps))
    for c in shifting:
        first, last = windows(axis, classes[c].window_h)
        carried[c] = np.where(first, 0.0, 1.0)
        highest = max(1.0, float(model.case.load_shape.max()))
        most[c] = np.where(last, 0.0, share[c] * classes[c].returned * classes[c].window_h * highest)
    owed_most, carry = model.param("flex_owed_mwh", most), model.param("flex_carry", carried)
    m.flex_owed_most = pyo.Constraint(*every, rule=lambda m, c, t: m.flex_owed[c, t] <= owed_most[c, t] * m.given[LOAD])

    def chain(m: pyo.ConcreteModel, c: Any, t: Any) -> Any:
        moved = m.flex_returned[c] * m.flex_down[c, t] - m.flex_up[c, t]
        return m.flex_owed[c, t] == carry[c, t] * m.flex_owed[c, m.previous[t]] + axis.step_h * moved

    m.flex_chain = pyo.Constraint(*every, rule=chain)
    # a quarter-hour may top the highest hour
    room = model.param("flex_room", max(1.0, float(model.case.load_shape.max())) - model.case.load_shape)

    def within(m: pyo.ConcreteModel, t: Any) -> Any:
        given_up = sum(m.flex_down[c, t] for c in range(len(classes)))
        return sum(m.flex_up[c, t] for c in shifting) - given_up <= room[t] * m.given[LOAD]

    m.flex_peak = pyo.Constraint(m.steps, rule=within)
    for c in shifting:
        model.supply.append(lambda t, c=c: -m.flex_up[c, t])  # type: ignore[misc]
        if WATER in model.case.budgets:
            up = model.steps_of(m.flex_up, c)
            model.budget[WATER].append((up, load_rate_per_mwh(model.case.project, WATER) * axis.weight))


def windows(axis: TimeAxis, window_h: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(first step of a window, last step of one), [N] each; windows count from the start of each period."""
    inside = np.arange(axis.steps) - axis.first_step[axis.period]
    number = (inside * axis.step_h / window_h + 1e-9).astype(np.int64)
    key = axis.period * (int(number.max()) + 1) + number
    changes = np.diff(key) != 0
    return np.concatenate([[True], changes]), np.concatenate([changes, [True]])
