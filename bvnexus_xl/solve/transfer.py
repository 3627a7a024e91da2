"""Multipliers of the representative weeks as multipliers of the full year: a first set of cuts, in about a second.

A safe cut needs no optimality, so what the weeks taught is valid on the year; how good it is shows in its value. Each
hour takes the multiplier of the step that shows it, divided by how often that step happens. Rows that exist only once
(links of battery energy between periods) get none; demand-charge rows are scaled to what the month's charge allows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.model.tariff import metered_steps
from bvnexus_xl.profiles.calendar import DAY_OF_HOUR
from bvnexus_xl.profiles.periods import WEEK_HOURS
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_BY_STEP = (
    "above_online",
    "starts",
    "ramp_up",
    "ramp_down",
    "converter",
    "energy_range",
    "reserve_power",
    "reserve_energy",
    "unit_contingency",
    "import_contingency",
    "balance",
    "gas_hour",
    "flex_peak",
    "flex_chain",
)


def shown_by(weeks: TimeAxis, year: TimeAxis) -> Ints:
    """Step of the weeks that shows each step of the year, [N]; days after the last whole week repeat that week."""
    stretch = np.minimum(year.hours // WEEK_HOURS, len(weeks.sequence) - 1)
    inside = (year.hours - stretch * WEEK_HOURS) % WEEK_HOURS
    step: Ints = weeks.first_step[weeks.sequence[stretch]] + inside
    return step


def to_year(weeks: ParametricDispatch, year: ParametricDispatch, multiplier: Array, cost: Array) -> Array:
    """Multipliers of the year's rows, [M], from those of the weeks; ``cost`` is the year's column cost, [N]."""
    source = shown_by(weeks.case.axis, year.case.axis)
    often = weeks.case.axis.occurrences[source]
    out = np.zeros(year.matrix.shape[0])
    for name in _BY_STEP:
        if name in year.rows and name in weeks.rows:
            found = multiplier[weeks.rows[name]].reshape(-1, weeks.case.axis.steps)
            out[year.rows[name]] = (found[:, source] / often).ravel()
    _map_energy(weeks, year, multiplier, out, source, often)
    _map_peaks(weeks, year, multiplier, out, source, often)
    if "gas_day" in year.rows:
        first = np.searchsorted(DAY_OF_HOUR, np.arange(len(year.rows["gas_day"])))
        days = weeks.case.axis.gas_day[source[first]]
        out[year.rows["gas_day"]] = multiplier[weeks.rows["gas_day"]][days] / often[first]
    out[year.budget_rows] = multiplier[weeks.budget_rows]
    _fit_demand_charge(year, out, cost)
    return out


def _map_energy(
    weeks: ParametricDispatch, year: ParametricDispatch, multiplier: Array, out: Array, source: Ints, often: Array
) -> None:
    """The chain of battery energy: first and later steps of a period are two families, mapped as one series."""
    if "energy_next" not in year.rows:
        return
    storages = len(year.case.fleet.storage)
    chain = np.zeros((storages, weeks.case.axis.steps))
    for name in ("energy_first", "energy_next"):
        steps = np.array(weeks.row_label[name], dtype=np.int64).reshape(storages, -1)
        np.put_along_axis(chain, steps, multiplier[weeks.rows[name]].reshape(storages, -1), axis=1)
    mapped = chain[:, source] / often
    for name in ("energy_first", "energy_next"):
        steps = np.array(year.row_label[name], dtype=np.int64).reshape(storages, -1)
        out[year.rows[name]] = np.take_along_axis(mapped, steps, axis=1).ravel()


def _map_peaks(
    weeks: ParametricDispatch, year: ParametricDispatch, multiplier: Array, out: Array, source: Ints, often: Array
) -> None:
    """Rows that keep import below the peak of a demand window: only the steps inside the window have one."""
    if "under_peak" not in year.rows:
        return
    shown = np.zeros((len(weeks.case.tariff.registers), weeks.case.axis.steps))
    shown[metered_steps(weeks.case)] = multiplier[weeks.rows["under_peak"]]
    register, step = metered_steps(year.case)
    out[year.rows["under_peak"]] = shown[register, source[step]] / often[step]


def _fit_demand_charge(year: ParametricDispatch, out: Array, cost: Array) -> None:
    """Hourly peak multipliers of a month and window add up to at most its charge; the billing rows carry the sum.

    A charge with tiers, a ratchet or a minimum counts at its first price in its own month: safe, as any multiplier is.
    """
    rows = year.rows.get("billing")
    if rows is None:
        return
    hourly, own = year.rows["under_peak"], year.rows.get("billed_own", np.zeros(0, dtype=np.int64))
    (period_peak, peak), (own_peak, billed) = _joined(year, rows), _joined(year, own)
    charge, total, allowed, share = cost.copy(), np.zeros_like(cost), np.zeros_like(cost), np.zeros_like(cost)
    np.add.at(charge, own_peak, cost[billed])
    np.add.at(allowed, period_peak, charge[peak])
    capped = _joined(year, hourly)[1]
    np.add.at(total, capped, -out[hourly])
    factor = np.where(total > allowed, allowed / np.maximum(total, 1e-12), 1.0)
    out[hourly] *= factor[capped]
    used = np.minimum(total, allowed)[period_peak] / np.maximum(allowed[period_peak], 1e-12)
    out[rows] = -used * charge[peak]
    np.maximum.at(share, peak, used)
    out[own] = -share[own_peak] * cost[billed]


def _joined(year: ParametricDispatch, rows: Ints) -> tuple[Ints, Ints]:
    """(column below, column above) of rows that say: below − above ≤ 0."""
    matrix = year.matrix[rows]
    negative = matrix.data < 0.0
    return matrix.indices[~negative].astype(np.int64), matrix.indices[negative].astype(np.int64)
