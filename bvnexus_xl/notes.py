"""What a reader of the plan should know, in plain sentences: assumptions that matter here, limits nearly reached."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.fleet import Fleet, ThermalAsset
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit, worst_broken
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.ram import RamStudy
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.plan_prices import counted_from_below

_FAR_KM = 150.0
_KM_PER_DEGREE = 111.2


def reader_notes(
    project: Project, fleet: Fleet, profiles: Profiles, plan: Plan, limits: Sequence[Limit], ram: RamStudy
) -> tuple[str, ...]:
    """Warnings and remarks, most important first."""
    return (
        *_broken(limits),
        *_expected_shortage(project, ram),
        *_adequacy_target(project, ram),
        *_smallest_unit(project, fleet, profiles, limits),
        *_weather(project, profiles),
        *_heat_rates(fleet, plan),
        *_existing(project),
        *_load(project),
        *_grid(project, plan),
    )


def _expected_shortage(project: Project, ram: RamStudy) -> Iterator[str]:
    """With forced outages more may go unserved than the limit, which the dispatch keeps without any."""
    worst = max(ram.years, key=lambda year: year.neue, default=None)
    if worst is None or not project.constraints.unserved_limit_enabled:
        return
    allowed = project.constraints.unserved_limit_fraction
    remedy = ", and raise planning_reserve_units or set lolh_target_h_per_year"
    if worst.neue > allowed:
        yield (
            f"With forced outages {worst.lolh:,.0f} hours of shortage are expected in {worst.year} ({worst.neue:.2%} "
            f"of its energy, against {allowed:.2%} allowed without outages): see RAM"
            f"{'' if project.constraints.adequacy_target_enabled else remedy}."
        )


def _adequacy_target(project: Project, ram: RamStudy) -> Iterator[str]:
    """The target is missed; why, and what was tried, is said where the reserve was raised for it."""
    rules = project.constraints
    worst = max(ram.years, key=lambda year: year.lolh)
    if rules.adequacy_target_enabled and worst.lolh > rules.lolh_target_h_per_year:
        years = sum(year.lolh > rules.lolh_target_h_per_year for year in ram.years)
        yield (
            f"lolh_target_h_per_year = {rules.lolh_target_h_per_year:g} is missed in {years} of {len(ram.years)} "
            f"years, worst in {worst.year} with {worst.lolh:,.2f} hours of shortage expected."
        )


def _smallest_unit(project: Project, fleet: Fleet, profiles: Profiles, limits: Sequence[Limit]) -> Iterator[str]:
    """A load below the minimum of every unit cannot be served by units alone."""
    broken = any(limit.broken and limit.name == "unserved" for limit in limits)
    lowest = min((asset.min_load_fraction * asset.unit_mw for asset in fleet.thermal), default=0.0)
    loads = profiles.load_mw[profiles.load_mw > 0]
    if broken and loads.size and loads.min() < lowest:
        yield (
            f"The smallest unit runs at no less than {lowest:,.3g} MW and the load falls to {loads.min():,.3g} MW: "
            "add a smaller model."
        )


def _broken(limits: Sequence[Limit]) -> Iterator[str]:
    for limit in worst_broken(limits):
        yield (
            f"{limit.label} is broken, worst in {limit.year}: {limit.used:,.6g} {limit.unit} against "
            f"{limit.limit:,.6g} allowed; it is set by {limit.field}."
        )


def _weather(project: Project, profiles: Profiles) -> Iterator[str]:
    weather, site = profiles.weather, project.site
    north = (weather.latitude_deg - site.latitude_deg) * _KM_PER_DEGREE
    east = (weather.longitude_deg - site.longitude_deg) * _KM_PER_DEGREE * math.cos(math.radians(site.latitude_deg))
    distance = math.hypot(north, east)
    if distance > _FAR_KM:
        yield f"Weather is from {weather.source}, {distance:,.0f} km away: name the site's own file on sheet Site."


def _heat_rates(fleet: Fleet, plan: Plan) -> Iterator[str]:
    """Models in the plan that are better than anything published: once, by name."""
    better = {
        asset.row.name: best
        for n, asset in enumerate(fleet.thermal)
        if plan.builds[n].max() > 0 and (best := _published(asset)) is not None
    }
    if better:
        named = ", ".join(f"{name} (published {best:,.0f} BTU/kWh)" for name, best in better.items())
        yield f"Heat rate below the best net HHV figure published: {named}; consider an adder of 3-6 %."


def _published(asset: ThermalAsset) -> float | None:
    """Best published heat rate of the kind, where the model claims a lower one."""
    best = TECHNOLOGIES[asset.row.technology].best_published_btu_per_kwh
    rate = asset.row.heat_rate_btu_per_kwh
    if best is None or rate is None:
        return None
    return best if rate * (1.0 + asset.row.net_ageing_adder_pct / 100.0) < best else None


def _load(project: Project) -> Iterator[str]:
    if project.load.realisation_fraction >= 1.0:
        yield "The full contracted load is planned for; about half of forecast MW was realised (ERCOT, Apr 2025)."


def _grid(project: Project, plan: Plan) -> Iterator[str]:
    if project.grid.grid_enabled and project.grid.energisation_date.year > plan.years[-1]:
        yield "The grid is energised after the last year analysed: it plays no part in this plan."
        return
    tariff = project_tariff(project)
    if project.grid.grid_enabled and any(charge.ratchet is not None for charge in tariff.demand):
        yield (
            "The tariff has a ratchet: the plan lets each year follow itself, the bill looks back at the true months "
            "before and knows none before the first year."
        )
    if project.grid.grid_enabled and counted_from_below(tariff):
        yield (
            "The tariff has prices that fall as more is taken: the plan counts them from below (at the average of the "
            "most that may be imported), so that its bound holds; Bill and ProForma are exact."
        )


def _existing(project: Project) -> Iterator[str]:
    book = sum(row.book_value_usd for row in project.existing)
    if book > 0.0:
        yield (
            f"Existing plant of {book / 1e6:,.1f} M$ book value is no part of the LCOE of ProForma; what it costs to "
            "keep and to run is."
        )
