"""Hours of shortage of a bridge plan in every date case, its part-year units counted in their quarters only.

The outage tables of a year are made once for each set of capacity that its quarters have, over the whole year, and each
quarter takes its own hours from them. The battery is not counted. A plan meets an adequacy target where every year of
every date case does: which date comes true is not known when the plan is made, and no average of dates keeps load on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.adequacy_loop import ANY_MW, SMALL_STEP, Weakest, with_margin
from bvnexus_xl.problems.bridge.cases import QUARTERS, WINDOWS, Dates, import_by_hour
from bvnexus_xl.problems.bridge.finding import BridgeFinding
from bvnexus_xl.problems.bridge.limits import FirmHours, firm_hours, margin_in
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.plan import BridgePlan, able, usable_import
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.elements import RamCase
from bvnexus_xl.reliability.importance import shared_cause_h
from bvnexus_xl.reliability.ram_case import ram_case
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]
_ROUNDING_MW = 6
"""Digits to which quarters are told apart."""


@dataclass(frozen=True, eq=False)
class Shortages:
    """Of a plan, by case and year: expected hours of shortage, [S, Y], and the capacity of each quarter, [S][C, Q]."""

    lolh: Array
    capacity: tuple[Array, ...]


def shortages(market: Market, dates: Dates, profiles: Profiles, plan: BridgePlan) -> Shortages:
    """Every year of every case by the outage tables."""
    capacity = tuple(_capacity(market, dates, plan, number) for number in range(len(dates.cases)))
    lolh = np.zeros((len(dates.cases), dates.years))
    for number, here in enumerate(capacity):
        own = _profiles(profiles, dates, number)
        for year in range(dates.years):
            known: dict[bytes, Array] = {}
            for part in range(QUARTERS):
                there = here[:, QUARTERS * year + part]
                key = np.round(there, _ROUNDING_MW).tobytes()
                if key not in known:
                    known[key] = adequacy(ram_case(market.project, market.fleet, own, there, year)).loss_probability
                lolh[number, year] += float(known[key] @ WINDOWS[part])
    return Shortages(lolh, capacity)


def weakest(
    market: Market, dates: Dates, profiles: Profiles, plan: BridgePlan, finding: BridgeFinding, target_h: float
) -> Weakest:
    """The weakest year of the weakest case, what it has to spare, and the expected cost of the plan."""
    found = shortages(market, dates, profiles, plan)
    case, year = (int(n) for n in np.unravel_index(int(found.lolh.argmax()), found.lolh.shape))
    hours = float(found.lolh[case, year])
    missing = [(int(s), int(y)) for s, y in np.argwhere(found.lolh > target_h)]
    spare, unit = _to_spare(market, profiles, dates, found, missing) if missing else (np.inf, 0.0)
    costs = [item.npv_cost_usd for item in finding.cases]
    energy = [item.npv_cost_usd / item.lcoe_usd_per_mwh for item in finding.cases]
    return Weakest(
        year=dates.first_year + year,
        lolh=hours,
        availability=1.0 - hours / HOURS_PER_YEAR,
        shared_cause_h=_shared_cause(market, dates, profiles, found.capacity[case], case, year),
        npv_cost_usd=float(dates.weights @ costs),
        lcoe_usd_per_mwh=float(dates.weights @ costs) / float(dates.weights @ energy),
        spare_mw=spare,
        unit_mw=unit,
        case=dates.cases[case].name,
    )


def _capacity(market: Market, dates: Dates, plan: BridgePlan, number: int) -> Array:
    """Effective quantity of each column in each quarter, import as far as usable, [C, Q]."""
    out = able(market, plan.stays[number])
    out[market.fleet.grid_column] = usable_import(dates.cases[number], plan.taken_mw[number])
    return out


def _profiles(profiles: Profiles, dates: Dates, number: int) -> Profiles:
    return replace(profiles, import_limit_mw=import_by_hour(dates.cases[number].granted_mw))


def _to_spare(
    market: Market, profiles: Profiles, dates: Dates, found: Shortages, missing: Sequence[tuple[int, int]]
) -> tuple[float, float]:
    """(least firm MW to spare in the quarters of years that miss the target, what one more unit adds there)."""
    asked, fleet = with_margin(market.project, ANY_MW), market.fleet
    hours: dict[tuple[int, int], FirmHours] = {}
    spare = np.inf
    for case, year in missing:
        for part in range(QUARTERS):
            if (year, part) not in hours:
                hours[year, part] = firm_hours(asked, profiles, fleet, year, part)
            there = found.capacity[case][:, QUARTERS * year + part]
            imports = float(there[fleet.grid_column]) if fleet.grid_column is not None else 0.0
            own = there.copy()
            own[fleet.grid_column] = 0.0
            spare = min(spare, ANY_MW + margin_in(asked, fleet, hours[year, part], own, imports))
    case, year = missing[0]
    first = found.capacity[case][:, QUARTERS * year : QUARTERS * (year + 1)].max(axis=1)
    installed_mw = [first[n] * asset.unit_mw for n, asset in enumerate(fleet.thermal)]
    if not installed_mw or max(installed_mw) <= 0.0:
        return spare, SMALL_STEP * float(profiles.load_mw.max())
    main = int(np.argmax(installed_mw))
    return spare, min(float(found_hours.firm_mw_each[main].min()) for found_hours in hours.values())


def _shared_cause(market: Market, dates: Dates, profiles: Profiles, capacity: Array, number: int, year: int) -> float:
    """Part of a year's hours that more units of the same models cannot lower, its quarters by their hours."""
    own, total = _profiles(profiles, dates, number), 0.0
    known: dict[bytes, float] = {}
    for part in range(QUARTERS):
        there = capacity[:, QUARTERS * year + part]
        key = np.round(there, _ROUNDING_MW).tobytes()
        if key not in known:
            case: RamCase = ram_case(market.project, market.fleet, own, there, year)
            known[key] = shared_cause_h(case)
        total += known[key] * float(WINDOWS[part].sum()) / HOURS_PER_YEAR
    return total
