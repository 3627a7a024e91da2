"""One date case in the terms of every other study: each hire or purchase of one period is a column of its own.

Sheets, reliability and money know columns that are built in a year and last some years. A batch of units that comes in
one quarter and leaves in another is such a column, on the calendar years it touches; what a year counts too much
(fixed cost of months not there, value at the horizon by annuity) is taken back in the cost line ``bridge``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.fleet import Column, Fleet, ThermalAsset
from bvnexus_xl.plan import Plan
from bvnexus_xl.problems.bridge.cases import QUARTERS, WINDOWS, Dates, import_by_hour, quarter_date
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.plan import BridgePlan, Stay
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]
_NOTHING = 1e-6


@dataclass(frozen=True, eq=False)
class CaseStudy:
    """A case as fleet, profiles and plan; ``batches`` are the stays of thermal units in the order of the assets."""

    fleet: Fleet
    profiles: Profiles
    plan: Plan
    batches: tuple[Stay, ...]


def case_study(market: Market, dates: Dates, profiles: Profiles, plan: BridgePlan, number: int) -> CaseStudy:
    """The plan of one case on calendar years."""
    fleet, units = market.fleet, len(market.fleet.thermal)
    stays = plan.stays[number]
    batches = tuple(
        sorted(
            (stay for stay in stays if market.streams[stay.stream].column < units),
            key=lambda stay: (market.streams[stay.stream].column, stay.arrives, stay.leaves, stay.stream),
        )
    )
    thermal = [_asset(market, dates, stay) for stay in batches]
    columns = [_column(market, stay, asset) for stay, asset in zip(batches, thermal, strict=True)]
    own = Fleet(tuple(thermal), fleet.storage, fleet.profile, (*columns, *fleet.columns[units:]))
    builds = np.zeros((len(own.columns), dates.years))
    for row, stay in enumerate(batches):
        builds[row, stay.arrives // QUARTERS] = stay.quantity
    for stay in stays:
        column = market.streams[stay.stream].column
        if column >= units:
            builds[column - units + len(batches), stay.arrives // QUARTERS] += stay.quantity
    if own.grid_column is not None:
        builds[own.grid_column] = np.maximum(np.diff(plan.taken_mw[number], prepend=0.0), 0.0)
    builds[builds < _NOTHING] = 0.0
    years = market.project.years
    models = [market.streams[stay.stream].column for stay in batches]
    on_years = Plan(years, builds, (True,) * len(years))
    return CaseStudy(own, _profiles(profiles, dates, models, number), on_years, batches)


def by_batch(study: CaseStudy, market: Market, year: int, found: HourlyDispatch) -> HourlyDispatch:
    """A year's dispatch with the units of each model shared among its batches: what came first runs first."""
    models = [market.streams[stay.stream].column for stay in study.batches]
    hours = np.arange(WINDOWS.shape[1])
    quarter = year * QUARTERS + WINDOWS.argmax(axis=0)
    online, output = np.zeros((len(models), len(hours))), np.zeros((len(models), len(hours)))
    left = found.online_units.copy()
    for row, (model, stay) in enumerate(zip(models, study.batches, strict=True)):
        there = (quarter >= stay.arrives) & (quarter < stay.leaves)
        online[row] = np.minimum(left[model], np.where(there, stay.quantity, 0.0))
        left[model] -= online[row]
    for row, model in enumerate(models):
        total = found.online_units[model]
        share = np.divide(online[row], total, out=np.zeros(len(hours)), where=total > 0.0)
        output[row] = share * found.thermal_mw[model]
    return replace(found, online_units=online, thermal_mw=output)


def months_label(first_year: int, arrives: int, leaves: int, quarters: int) -> str:
    """``Jan 2029 - Mar 2031``, or ``from Jan 2029`` where a stay lasts to the horizon."""
    begins = quarter_date(first_year, arrives)
    if leaves >= quarters:
        return f"from {begins:%b %Y}"
    year, part = divmod(leaves - 1, QUARTERS)
    month = ("Mar", "Jun", "Sep", "Dec")[part]
    return f"{begins:%b %Y} - {month} {first_year + year}"


def _asset(market: Market, dates: Dates, stay: Stay) -> ThermalAsset:
    stream = market.streams[stay.stream]
    asset = market.fleet.thermal[stream.column]
    when = months_label(dates.first_year, stay.arrives, stay.leaves, dates.quarters)
    key = f"{asset.key}@{stay.stream}-{stay.arrives}-{stay.leaves}"
    return replace(asset, key=key, label=f"{asset.label}, {when}")


def _column(market: Market, stay: Stay, asset: ThermalAsset) -> Column:
    """The model's column on the calendar years that a stay touches; what is on hire has no price here."""
    stream = market.streams[stay.stream]
    column = market.fleet.columns[stream.column]
    first = stay.arrives // QUARTERS
    touched = (stay.leaves - 1) // QUARTERS - first + 1
    return replace(
        column,
        key=asset.key,
        label=asset.label,
        asset_key=asset.key,
        capex_usd_each=0.0 if stream.offer is not None else column.capex_usd_each,
        earliest_year=market.project.years[first],
        life_years=touched,
        fade=np.ones(touched),
        most=stay.quantity,
        first_month=quarter_date(market.project.years[0], stay.arrives).month,
    )


def _profiles(profiles: Profiles, dates: Dates, models: Sequence[int], number: int) -> Profiles:
    rows = np.array(models, dtype=np.int64)
    return replace(
        profiles,
        thermal_capacity_factor=profiles.thermal_capacity_factor[rows],
        thermal_heat_rate_factor=profiles.thermal_heat_rate_factor[rows],
        thermal_in_service=profiles.thermal_in_service[rows],
        import_limit_mw=import_by_hour(dates.cases[number].granted_mw),
    )
