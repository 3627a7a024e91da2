"""What the utility charges for import: demand by window and month, ratchets, contract minimums, tiers.

    imported[t] ≤ period_peak[w,p(t)]                       t in window w
    period_peak[w,p] ≤ peak[w,m]                            every month m that period p stands for
    peak[w,m] ≤ billed[k,m]                                 charges k with a ratchet, a minimum or tiers
    ratchet[k] · peak[w,m'] ≤ billed[k,m]                   months m' it looks at, the year following itself
    minimum[k] · energised[m] · import_mw ≤ billed[k,m]
    billed[k,m] − demand_above[k,b,m] ≤ level[k,b] · 1      tiers that cost more
    Σ_t energy in window and month − energy_above[e,b,m] ≤ level[e,b] · 1

Charges without any of that are paid on ``peak``. On the full year each period is one month and billed peaks are exact;
on representative weeks a month is billed the highest of the weeks that show it. Prices that fall from tier to tier are
no LP: ``tariffs.plan_prices`` counts them from below, the bill is exact. Ratchets look back cyclically inside the year;
in a month that some pattern of granted hours leaves without import none is set, so that no year is overcharged.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.model.case import ONE, DispatchCase
from bvnexus_xl.model.expressions import DispatchModel, linear_sum
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.tariffs.plan_prices import RisingPrice, demand_price, energy_price
from bvnexus_xl.tariffs.tariff import MONTHS, DemandCharge
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]


def add_tariff(model: DispatchModel) -> None:
    """Rows and costs of the bill; ``m.imported``, ``m.import_mw``, ``m.periods``, ``m.period`` exist."""
    m, case = model.m, model.case
    if case.tariff.demand:
        m.months = pyo.Set(initialize=sorted({month for months in case.axis.months for month in months}))
        _add_peaks(model)
        _add_demand_charges(model)
    _add_energy(model)


def contracted(m: pyo.ConcreteModel) -> Any:
    """MW contracted and granted: import of the year's pattern."""
    return sum(m.import_mw[f] for f in m.patterns)


def _add_peaks(model: DispatchModel) -> None:
    """Highest import of every window that demand is billed on, by period and by month."""
    m, case = model.m, model.case
    axis, tariff = case.axis, case.tariff
    windows = sorted({charge.register for charge in tariff.demand})
    m.demand_windows = pyo.Set(initialize=windows)
    m.period_peak = pyo.Var(m.demand_windows, m.periods, domain=pyo.NonNegativeReals)
    m.peak = pyo.Var(m.demand_windows, m.months, domain=pyo.NonNegativeReals)
    m.period_peak_most = pyo.Constraint(
        m.demand_windows, m.periods, rule=lambda m, w, p: m.period_peak[w, p] <= contracted(m)
    )
    m.peak_most = pyo.Constraint(m.demand_windows, m.months, rule=lambda m, w, i: m.peak[w, i] <= contracted(m))
    metered = list(zip(*(found.tolist() for found in metered_steps(case)), strict=True))
    m.metered = pyo.Set(initialize=metered, dimen=2)
    m.under_peak = pyo.Constraint(m.metered, rule=lambda m, w, t: m.imported[t] <= m.period_peak[w, m.period[t]])
    pairs = [(w, p, month) for w in windows for p, months in enumerate(axis.months) for month in months]
    m.shown = pyo.Set(initialize=pairs, dimen=3)
    m.billing = pyo.Constraint(m.shown, rule=lambda m, w, p, i: m.period_peak[w, p] <= m.peak[w, i])


def metered_steps(case: DispatchCase) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(register, step) of every row ``under_peak``, in their order, one or more demand charges given."""
    windows = sorted({charge.register for charge in case.tariff.demand})
    steps = [np.flatnonzero(case.tariff.usual_hours[w][case.axis.hours]) for w in windows]
    return np.repeat(windows, [len(found) for found in steps]), np.concatenate(steps)


def _add_demand_charges(model: DispatchModel) -> None:
    """Charges on peaks, and billed demand where a charge has a ratchet, a minimum or tiers."""
    m, tariff = model.m, model.case.tariff
    months = list(m.months)
    featured = []
    for number, charge in enumerate(tariff.demand):
        price = demand_price(tariff, charge)
        here = [month for month in months if charge.months[month]]
        if price.above or charge.ratchet is not None or charge.minimum_fraction > 0.0:
            featured.append((number, charge, price, here))
        else:
            usd = np.full(len(here), KW_PER_MW * price.first)
            model.cost["electricity"].append(([m.peak[charge.register, i] for i in here], usd))
    if featured:
        _add_billed(model, featured)


def _add_billed(model: DispatchModel, featured: list[tuple[int, DemandCharge, RisingPrice, list[int]]]) -> None:
    """``billed`` with its rows and price."""
    m, case = model.m, model.case
    m.billed_in = pyo.Set(initialize=[(k, i) for k, _, _, here in featured for i in here], dimen=2)
    m.billed = pyo.Var(m.billed_in, domain=pyo.NonNegativeReals)
    m.billed_most = pyo.Constraint(m.billed_in, rule=lambda m, k, i: m.billed[k, i] <= contracted(m))
    own, ratchets, minimum, tiers = [], [], [], []
    energised = energised_share(case)
    known = set(m.months)
    for number, charge, price, here in featured:
        for month in here:
            own.append((number, month, charge.register))
            if charge.ratchet is not None and energised[:, month].min() > 0.0:
                seen = {position % MONTHS for position in charge.ratchet.looks_at(month)} & known - {month}
                fraction = charge.ratchet.fraction
                ratchets += [(number, other, month, charge.register, fraction) for other in sorted(seen)]
            if charge.minimum_fraction > 0.0:
                minimum.append((number, month, charge.minimum_fraction))
            tiers += [(number, b, month, level) for b, (level, _) in enumerate(price.above)]
        usd = np.full(len(here), KW_PER_MW * price.first)
        model.cost["electricity"].append(([m.billed[number, i] for i in here], usd))
    m.billed_own = pyo.Constraint(m.billed_in)
    for k, i, w in own:
        m.billed_own[k, i] = m.peak[w, i] - m.billed[k, i] <= 0.0
    if ratchets:
        m.ratchet = pyo.Constraint(pyo.Set(initialize=[row[:3] for row in ratchets], dimen=3))
        for k, other, i, w, fraction in ratchets:
            m.ratchet[k, other, i] = fraction * m.peak[w, other] - m.billed[k, i] <= 0.0
    if minimum:
        m.minimum = pyo.Constraint(pyo.Set(initialize=[row[:2] for row in minimum], dimen=2))
        for k, i, fraction in minimum:
            least = sum(fraction * float(energised[f, i]) * m.import_mw[f] for f in m.patterns)
            m.minimum[k, i] = least - m.billed[k, i] <= 0.0
    if tiers:
        _add_demand_tiers(model, tiers, {number: price for number, _, price, _ in featured})


def _add_demand_tiers(
    model: DispatchModel, tiers: list[tuple[int, int, int, float]], prices: dict[int, RisingPrice]
) -> None:
    m = model.m
    m.demand_tiers = pyo.Set(initialize=[row[:3] for row in tiers], dimen=3)
    m.demand_above = pyo.Var(m.demand_tiers, domain=pyo.NonNegativeReals)
    m.demand_above_most = pyo.Constraint(
        m.demand_tiers, rule=lambda m, k, b, i: m.demand_above[k, b, i] <= contracted(m)
    )
    m.demand_tier = pyo.Constraint(m.demand_tiers)
    for k, b, i, level in tiers:
        m.demand_tier[k, b, i] = m.billed[k, i] - m.demand_above[k, b, i] - level * m.given[ONE] <= 0.0
    usd = np.array([KW_PER_MW * prices[k].above[b][1] for k, b, _, _ in tiers])
    model.cost["electricity"].append(([m.demand_above[k, b, i] for k, b, i, _ in tiers], usd))


def _add_energy(model: DispatchModel) -> None:
    """Energy by the hour, coincident demand, and what energy costs more above its tiers."""
    m, case = model.m, model.case
    axis = case.axis
    everything = [m.imported[t] for t in range(axis.steps)]
    usd = axis.weight * case.grid_price + coincident_usd(case)
    model.cost["electricity"].append((everything, usd))
    if case.tariff.hourly_usd_per_mwh is not None:
        return
    rows = []
    for number, charge in enumerate(case.tariff.energy):
        for b, (level, more) in enumerate(energy_price(case.tariff, charge).above):
            rows += [(number, b, month, level, more) for month in range(MONTHS) if charge.months[month]]
    shares = {(n, i): month_energy(case, case.tariff.energy[n].register, i) for n, _, i, _, _ in rows}
    rows = [row for row in rows if shares[row[0], row[2]].any()]
    if not rows:
        return
    m.energy_tiers = pyo.Set(initialize=[row[:3] for row in rows], dimen=3)
    m.energy_above = pyo.Var(m.energy_tiers, domain=pyo.NonNegativeReals)
    m.energy_above_most, m.energy_tier = pyo.Constraint(m.energy_tiers), pyo.Constraint(m.energy_tiers)
    for n, b, i, level, _ in rows:
        share = shares[n, i]
        m.energy_above_most[n, b, i] = m.energy_above[n, b, i] <= float(share.sum()) * contracted(m)
        taken = linear_sum([(everything, share)])
        m.energy_tier[n, b, i] = taken - m.energy_above[n, b, i] - level * m.given[ONE] <= 0.0
    extra = np.array([more for *_, more in rows])
    model.cost["electricity"].append(([m.energy_above[n, b, i] for n, b, i, _, _ in rows], extra))


def month_energy(case: DispatchCase, register: int, month: int) -> Array:
    """Hours of a month (0-11) that each step stands for in a register, [N].

    A period that stands for several months gives each an equal share.
    """
    axis = case.axis
    share = np.array([1.0 / len(months) if month in months else 0.0 for months in axis.months])
    return np.asarray(axis.weight * share[axis.period] * case.tariff.usual_hours[register][axis.hours])


def coincident_usd(case: DispatchCase) -> Array:
    """Charge of coincident demand per MW imported in each step, $, [N]: its mean over the hours of the peak.

    Where the axis does not show the very day, the same hours of the periods that stand for its month do.
    """
    axis, out = case.axis, np.zeros(case.axis.steps)
    for charge in case.tariff.coincident:
        exact = case.tariff.register_hours[charge.register][axis.hours]
        usual = case.tariff.usual_hours[charge.register][axis.hours]
        for month in (month for month in range(MONTHS) if charge.months[month]):
            own = exact & (MONTH_OF_HOUR[axis.hours] == month)
            shown = np.array([month in months for months in axis.months])[axis.period] & usual
            steps = own if own.any() else shown
            out += steps * (KW_PER_MW * charge.price / max(int(steps.sum()), 1))
    return out


def energised_share(case: DispatchCase) -> Array:
    """Share of each month with import granted in each pattern, [F, 12]; zero in months the axis does not show."""
    axis, out = case.axis, np.zeros((len(case.import_flags), MONTHS))
    for month in range(MONTHS):
        shown = np.array([month in months for months in axis.months])[axis.period] * axis.weight
        if shown.any():
            out[:, month] = (case.import_flags > 0.0) @ shown / shown.sum()
    return out
