"""What a reader of the plan should know, in plain sentences: assumptions that matter here, limits nearly reached."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import Profiles

_FAR_KM = 150.0
_KM_PER_DEGREE = 111.2


def reader_notes(project: Project, profiles: Profiles, plan: Plan, limits: Sequence[Limit]) -> tuple[str, ...]:
    """Warnings and remarks, most important first."""
    return (
        *_broken(limits),
        *_weather(project, profiles),
        *_heat_rates(project),
        *_load(project),
        *_grid(project, plan),
    )


def _broken(limits: Sequence[Limit]) -> Iterator[str]:
    worst: dict[str, Limit] = {}
    for limit in limits:
        if limit.broken and (limit.name not in worst or limit.slack < worst[limit.name].slack):
            worst[limit.name] = limit
    for limit in worst.values():
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
        yield f"Weather is from {weather.source}, {distance:,.0f} km away: give the site's own in sheet Series."


def _heat_rates(project: Project) -> Iterator[str]:
    for row in project.equipment:
        rate = row.heat_rate_btu_per_kwh
        best = TECHNOLOGIES[row.technology].best_published_btu_per_kwh
        if row.enabled and rate is not None and best is not None:
            net = rate * (1.0 + row.net_ageing_adder_pct / 100.0)
            if net < best:
                yield (
                    f"{row.name}: {net:,.0f} BTU/kWh is below the best net HHV figure published for its kind "
                    f"({best:,.0f}); consider an adder of 3-6 %."
                )


def _load(project: Project) -> Iterator[str]:
    if project.load.realisation_fraction >= 1.0:
        yield "The full contracted load is planned for; about half of forecast MW was realised (ERCOT, Apr 2025)."


def _grid(project: Project, plan: Plan) -> Iterator[str]:
    if project.grid.grid_enabled and project.grid.energisation_date.year > plan.years[-1]:
        yield "The grid is energised after the last year analysed: it plays no part in this plan."
