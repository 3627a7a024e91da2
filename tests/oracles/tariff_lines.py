"""The tariff of a window of hours in linopy, written from the words of the table and not from the product's code."""

from __future__ import annotations

import numpy as np
import xarray as xr

from bvnexus_xl.profiles.calendar import HOUR_OF_DAY, MONTH_OF_HOUR, is_weekend


def tariff_by_lines(m, project, at, s, taken, contracted, weight):
    """First-year dollars of the import ``taken`` [t]: rising tiers, ratchets (the year before is this one), minimums.

    All months are energised; each tiered kind is one charge. Twelve months of standby, demand of the months shown.
    """
    lines = project.grid.tariff_lines
    month, weekend = MONTH_OF_HOUR[at] + 1, is_weekend(project.study.first_year)[at]
    hour, shown = HOUR_OF_DAY[at], sorted(set((MONTH_OF_HOUR[at] + 1).tolist()))
    cost = 0.0
    for number, line in enumerate(lines):
        months = [k for k in shown if line.first_month <= k <= line.last_month]
        days = {"all": True, "weekdays": ~weekend, "weekends": weekend}[line.days]
        window = days & (hour >= line.first_hour) & (hour < line.last_hour)
        tiered = line.tier_from is not None or line.tier_to is not None
        if line.kind == "standby":
            cost = cost + contracted * (12_000.0 * line.price)
        elif line.kind == "energy" and not tiered:
            here = xr.DataArray(1.0 * (window & np.isin(month, months)), coords=taken.coords)
            cost = cost + weight * line.price * (taken * here).sum()
        elif line.kind == "coincident_demand":
            for k in months:
                here = xr.DataArray(1.0 * (window & (month == k)), coords=taken.coords)
                cost = cost + 1000.0 * line.price / float(here.sum()) * (taken * here).sum()
        elif line.kind == "demand" and not line.tier_from:
            for k in months:
                billed = m.add_variables(0, name=f"billed{number}_{k}_{s}")
                _at_least(m, billed, taken, window & (month == k), 1.0)
                seen = _looked_at(line, k, shown)
                if seen:
                    _at_least(m, billed, taken, window & np.isin(month, seen), line.ratchet_fraction)
                m.add_constraints(billed >= line.minimum_fraction * contracted)
                same = [other for other in lines if other.kind == "demand" and other.tier_from] if tiered else []
                cost = cost + 1000.0 * _tiers(m, [line, *same], billed, f"{number}_{k}_{s}")
        elif line.kind == "energy" and not line.tier_from:
            same = [other for other in lines if other.kind == "energy" and other.tier_from]
            for k in months:
                energy = weight * (taken * xr.DataArray(1.0 * (month == k), coords=taken.coords)).sum()
                cost = cost + _tiers(m, [line, *same], energy, f"{number}_{k}_{s}")
    return cost


def _at_least(m, billed, taken, where, share):
    steps = np.flatnonzero(where)
    if len(steps):
        m.add_constraints(billed >= share * taken.isel(t=steps))


def _looked_at(line, k, shown):
    """Months whose highest import the bill of month ``k`` looks at, the year following itself."""
    counted = [n for n in shown if line.ratchet_first_month <= n <= line.ratchet_last_month]
    if line.ratchet_over == "none":
        return []
    if line.ratchet_over != "months_before":
        return counted
    before = {(k - 1 - back) % 12 + 1 for back in range(1, line.ratchet_months + 1)}
    return [n for n in counted if n in before]


def _tiers(m, charge, quantity, name):
    """Dollars of a quantity in rising tiers: each part no larger than its tier, together the quantity."""
    parts = []
    for n, line in enumerate(charge):
        width = np.inf if line.tier_to is None else line.tier_to - (line.tier_from or 0.0)
        parts.append(m.add_variables(0, width, name=f"part{n}_{name}"))
    m.add_constraints(sum(1.0 * part for part in parts) >= quantity)
    return sum(line.price * part for line, part in zip(charge, parts, strict=True))
