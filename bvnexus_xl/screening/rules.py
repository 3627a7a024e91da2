"""Rules that make designs: which units, how much battery, sun and grid, year by year with lead times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import existing_target
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.planning_reserve import WORST_HOURS
from bvnexus_xl.screening.evaluate import Designs

Array = NDArray[np.float64]
_SHARES = (0.75, 0.5, 0.25)
_GRID_SHARES = ((0.0, False), (0.5, True), (1.0, True), (1.0, False))
_SUN_SHARES = (0.0, 0.33, 1.0)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a rule decides before years and lead times are looked at.

    Attributes:
        mix: (thermal asset position, share of firm MW).
        battery: (battery position, MW as a multiple of the largest contingency, hours), None without one.
        sun_mw: MW of the numbered profile assets.
        grid_share, grid_priority: share of the granted import contracted, and how it runs.
        spare_units: units beyond the planning reserve.
    """

    mix: tuple[tuple[int, float], ...]
    battery: tuple[int, float, float] | None
    sun_mw: tuple[float, ...]
    grid_share: float
    grid_priority: bool
    spare_units: int


def first_recipes(project: Project, fleet: Fleet, profiles: Profiles) -> list[Recipe]:
    """Every mix of one or two thermal assets, lean: a battery for the reserve or none, the grid or none, no sun."""
    grids = ((0.0, False), (1.0, True)) if fleet.grid_column is not None else ((0.0, False),)
    none = tuple(0.0 for _ in fleet.profile)
    lean = list(_batteries(project, fleet))[:2]
    out = [
        Recipe(mix, battery, none, share, priority, spare)
        for mix, battery, (share, priority), spare in product(_mixes(project, fleet), lean, grids, _spares(project))
    ]
    return out or [Recipe((), None, none, 1.0, True, 0)]


def variations(
    project: Project, fleet: Fleet, profiles: Profiles, mixes: list[tuple[tuple[int, float], ...]]
) -> list[Recipe]:
    """The given mixes with every battery, sun and grid the rules know."""
    grids = _GRID_SHARES if fleet.grid_column is not None else ((0.0, False),)
    suns = _sun_levels(project, fleet, profiles)
    return [
        Recipe(mix, battery, sun, share, priority, spare)
        for mix, battery, sun, (share, priority), spare in product(
            mixes, _batteries(project, fleet), suns, grids, _spares(project)
        )
    ]


def _spares(project: Project) -> tuple[int, ...]:
    return (0, 1) if project.constraints.planned_outage_enabled else (0,)


def make_designs(project: Project, fleet: Fleet, profiles: Profiles, chosen: list[Recipe]) -> Designs:
    """Designs of recipes: all existing plant, whole units by year, never before lead time allows, never taken away."""
    years = len(project.years)
    stands = existing_target(fleet, years, augment=project.finance.storage_wear == "augmentation")
    target = np.tile(stands, (len(chosen), 1, 1))
    priority = np.zeros((len(chosen), years), dtype=bool)
    peak = profiles.load_mw.max(axis=1)
    granted, firm_granted = profiles.import_limit_mw.max(axis=1), _firm_import(profiles)
    derate = [float(row.min()) for row in profiles.thermal_capacity_factor]
    for n, recipe in enumerate(chosen):
        priority[n] = recipe.grid_priority
        if fleet.grid_column is not None:
            target[n, fleet.grid_column] = np.maximum.accumulate(np.minimum(recipe.grid_share * granted, peak))
        for number, mw in enumerate(recipe.sun_mw):
            column = fleet.columns[fleet.profile_column(number)]
            if column.existing:
                continue
            target[n, fleet.profile_column(number)] = (
                np.where(_open(project, column.earliest_year), mw, 0.0) * peak / max(peak.max(), 1e-9)
            )
            target[n, fleet.profile_column(number)] = np.maximum.accumulate(target[n, fleet.profile_column(number)])
        firm_battery = _place_battery(project, fleet, recipe, target[n])
        if project.constraints.planning_margin_mw > 0.0:
            firm_battery = 0.0
        _place_units(project, fleet, recipe, target[n], peak, firm_granted, derate, firm_battery)
    return Designs(target, priority)


def _firm_import(profiles: Profiles) -> Array:
    """Import granted in every one of the hours of highest load, MW, [Y]: a grid that comes in autumn is none yet."""
    worst = np.argpartition(-profiles.load_mw, WORST_HOURS, axis=1)[:, :WORST_HOURS]
    firm: Array = np.take_along_axis(profiles.import_limit_mw, worst, axis=1).min(axis=1)
    return firm


def _open(project: Project, earliest: int) -> NDArray[np.bool_]:
    return np.array([year >= earliest for year in project.years])


def _mixes(project: Project, fleet: Fleet) -> list[tuple[tuple[int, float], ...]]:
    """Single assets, and pairs at three shares; what the emission caps make hopeless, the dispatch finds out."""
    bought = [n for n in range(len(fleet.thermal)) if not fleet.columns[n].existing]
    return mixes([n for n in bought if fleet.thermal[n].row.max_run_hours_per_year is None] or bought)


def mixes(units: list[int]) -> list[tuple[tuple[int, float], ...]]:
    """Single thermal assets, and pairs at three shares."""
    single: list[tuple[tuple[int, float], ...]] = [((n, 1.0),) for n in units]
    pairs: list[tuple[tuple[int, float], ...]] = [
        ((a, share), (b, 1.0 - share)) for a, b in combinations(units, 2) for share in _SHARES
    ]
    return single + pairs


def _batteries(project: Project, fleet: Fleet) -> Iterator[tuple[int, float, float] | None]:
    """None; one contingency for the ride-through; two contingencies for two hours; half an hour for one."""
    yield None
    for n, battery in enumerate(fleet.storage):
        if fleet.columns[fleet.storage_columns(n)[0]].existing:
            continue
        usable = (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
        ride = 1.02 * project.constraints.ride_through_min / 60.0 / max(usable, 1e-6)
        yield (n, 1.0, ride)
        yield (n, 2.0, max(2.0, ride))


def _sun_levels(project: Project, fleet: Fleet, profiles: Profiles) -> list[tuple[float, ...]]:
    """No sun, a third and all of what peak load and land allow, one profile asset at a time."""
    peak, limits = float(profiles.load_mw.max()), project.constraints
    levels: list[tuple[float, ...]] = [tuple(0.0 for _ in fleet.profile)]
    for n, asset in enumerate(fleet.profile):
        if fleet.columns[fleet.profile_column(n)].existing:
            continue
        most = min(peak, fleet.columns[fleet.profile_column(n)].most)
        if limits.land_limit_enabled and asset.row.land_acres_per_mw > 0:
            free = limits.land_limit_acres - limits.reserved_land_acres
            most = min(most, 0.5 * free / asset.row.land_acres_per_mw)
        levels += [
            tuple(share * most if k == n else 0.0 for k in range(len(fleet.profile))) for share in _SUN_SHARES[1:]
        ]
    return levels


def _place_battery(project: Project, fleet: Fleet, recipe: Recipe, target: Array) -> float:
    """Battery from the year it can come; returns its firm MW for the planning reserve."""
    if recipe.battery is None:
        return 0.0
    number, multiple, hours = recipe.battery
    column_mw, column_mwh = fleet.storage_columns(number)
    unit = max((fleet.thermal[n].unit_mw for n, _ in recipe.mix), default=0.0)
    power = multiple * unit
    from_year = _open(project, fleet.columns[column_mw].earliest_year)
    target[column_mw] = np.where(from_year, power, 0.0)
    target[column_mwh] = np.where(from_year, power * hours, 0.0)
    battery = fleet.storage[number]
    usable = power * hours * (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
    return min(power, usable / project.constraints.planning_gap_h)


def _place_units(
    project: Project,
    fleet: Fleet,
    recipe: Recipe,
    target: Array,
    peak: Array,
    firm_granted: Array,
    derate: list[float],
    firm_battery: float,
) -> None:
    """Whole units of the mix by year: each year adds the model furthest below its share until the need is met."""
    limits, counts = project.constraints, target[fleet.thermal_columns, 0].copy()
    stands = [n for n in range(len(fleet.thermal)) if fleet.columns[n].existing]
    there = [n for n, _ in recipe.mix] + stands
    largest = max((fleet.thermal[n].unit_mw * derate[n] for n in there), default=0.0)
    out = limits.planning_reserve_units if limits.planning_reserve_enabled else 0
    margin = limits.planning_margin_mw if limits.planning_reserve_enabled else 0.0
    for year, calendar_year in enumerate(project.years):
        counts[stands] = target[stands, year]
        able = [(n, share) for n, share in recipe.mix if fleet.columns[n].earliest_year <= calendar_year and share > 0]
        if not able and fleet.thermal:
            able = [(n, 1.0) for n in _earliest(fleet, calendar_year)]
        in_service = 1.0 - 2.0 * max((fleet.thermal[n].row.planned_outage_rate for n, _ in able), default=0.0)
        carried = peak[year] + margin
        need = carried - recipe.grid_share * firm_granted[year] - firm_battery + (out + recipe.spare_units) * largest
        if limits.planned_outage_enabled:
            need = max(need, 0.93 * peak[year] / max(in_service, 0.1) - recipe.grid_share * firm_granted[year])
        if peak[year] <= 0:
            need = 0.0
        while able and sum(counts[n] * fleet.thermal[n].unit_mw * derate[n] for n in range(len(counts))) < need:
            total = max(sum(counts[n] * fleet.thermal[n].unit_mw for n, _ in able), 1e-9)
            pick = min(able, key=lambda item: counts[item[0]] * fleet.thermal[item[0]].unit_mw / total - item[1])[0]
            counts[pick] += 1
            if counts[pick] > 1000:
                break
        target[fleet.thermal_columns, year] = counts


def _earliest(fleet: Fleet, calendar_year: int) -> list[int]:
    """The quickest models with the most emission control, where a mix cannot be had yet."""
    bought = [n for n in range(len(fleet.thermal)) if not fleet.columns[n].existing]
    able = [n for n in bought if fleet.columns[n].earliest_year <= calendar_year]
    return sorted(able, key=lambda n: (fleet.thermal[n].nox_lb_per_mwh, fleet.thermal[n].co_lb_per_mwh))[:1]
