"""``Profiles``: every hourly series the solvers use, made once from the project."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import QUARTER_HOUR_LOAD
from bvnexus_xl.profiles.ambient import capacity_factor, heat_rate_factor, pue
from bvnexus_xl.profiles.calendar import hours_before
from bvnexus_xl.profiles.load import load_by_year
from bvnexus_xl.profiles.pv import tracking_pv_profile
from bvnexus_xl.profiles.weather import Weather, site_weather
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.plan_prices import hourly_energy_price
from bvnexus_xl.units import HOURS_PER_YEAR, fahrenheit

Array = NDArray[np.float64]
_WEEK_HOURS = 168


@dataclass(frozen=True, slots=True)
class Profiles:
    """Hourly inputs of the dispatch. T thermal assets, R profile assets, Y years, H = 8,760 hours.

    Attributes:
        weather: the weather behind all of it.
        pue: power usage effectiveness, [H].
        load_mw: facility load, [Y, H].
        thermal_capacity_factor: ambient derate of each thermal asset, [T, H].
        thermal_heat_rate_factor: multiple of its ISO heat rate, [T, H].
        thermal_in_service: share of installed units not in planned outage, [T, H].
        profile_mw_per_mw: output of each profile asset per MW, [R, H].
        grid_price_usd_per_mwh: energy price in first-year money, as the tariff has it below its first tier, [H].
        import_limit_mw: what the utility grants, by date, [Y, H].
        sources: where each series came from, by name.
    """

    weather: Weather
    pue: Array
    load_mw: Array
    thermal_capacity_factor: Array
    thermal_heat_rate_factor: Array
    thermal_in_service: Array
    profile_mw_per_mw: Array
    grid_price_usd_per_mwh: Array
    import_limit_mw: Array
    sources: tuple[tuple[str, str], ...]


def build_profiles(project: Project, fleet: Fleet) -> Profiles:
    """All hourly series of a project; temperatures of one weather file drive load, solar and engines together."""
    weather = site_weather(project)
    temp_f = fahrenheit(weather.temp_air_c)
    effectiveness = pue(project.load, temp_f)
    load = load_by_year(project, effectiveness)
    altitude = project.site.altitude_ft
    outage = planned_outage_shape(load[-1])
    in_service = [
        1.0 - (asset.row.planned_outage_rate * outage if project.constraints.planned_outage_enabled else 0.0 * outage)
        for asset in fleet.thermal
    ]
    return Profiles(
        weather=weather,
        pue=effectiveness,
        load_mw=load,
        thermal_capacity_factor=_stack([capacity_factor(asset.row, temp_f, altitude) for asset in fleet.thermal]),
        thermal_heat_rate_factor=_stack([heat_rate_factor(asset.row, temp_f) for asset in fleet.thermal]),
        thermal_in_service=_stack(in_service),
        profile_mw_per_mw=_stack(
            [_profile(project, weather, asset.row.name, asset.row.technology) for asset in fleet.profile]
        ),
        grid_price_usd_per_mwh=hourly_energy_price(project_tariff(project)),
        import_limit_mw=import_limits(project),
        sources=_sources(project, weather, fleet),
    )


def planned_outage_shape(load_mw: Array) -> Array:
    """Weekly weights of planned outages, mean 1 over the year, shape [8760].

    The half of the weeks with the lowest mean load share all outages evenly (weight 2): overhauls avoid the peak.
    """
    weeks = np.minimum(np.arange(HOURS_PER_YEAR) // _WEEK_HOURS, 51)
    mean = np.bincount(weeks, weights=load_mw) / np.bincount(weeks)
    easy = np.argsort(mean, kind="stable")[:26]
    shape = np.isin(weeks, easy).astype(float)
    weights: Array = shape / shape.mean()
    return weights


def import_limits(project: Project) -> Array:
    """Import granted in each hour of each year, MW, shape [Y, 8760]: zero before the energisation date."""
    grid, years = project.grid, project.years
    out = np.zeros((len(years), HOURS_PER_YEAR))
    if grid.grid_enabled:
        granted = {row.year: row.import_limit_mw for row in grid.import_limits}
        for position, year in enumerate(years):
            out[position, hours_before(grid.energisation_date, year) :] = granted.get(year, 0.0)
    return out


def _profile(project: Project, weather: Weather, name: str, technology: str) -> Array:
    given = project.series.get(name)
    if given is not None:
        return np.array(given)
    models = {"tracking_pv": tracking_pv_profile}
    return models[TECHNOLOGIES[technology].profile_model](weather, project.site)


def _stack(series: list[Array]) -> Array:
    return np.array(series) if series else np.zeros((0, HOURS_PER_YEAR))


def _sources(project: Project, weather: Weather, fleet: Fleet) -> tuple[tuple[str, str], ...]:
    series = project.series
    load = (
        f"workload mix, seed {project.study.random_seed}"
        if project.load.shape_source == "workload_mix"
        else series.place_of("load_shape" if project.load.shape_source == "series" else QUARTER_HOUR_LOAD)
    )
    price = (
        series.place_of("grid_price_usd_per_mwh")
        if series.get("grid_price_usd_per_mwh") is not None
        else ("Grid!tariff_lines" if project.grid.tariff_lines else "Grid!grid_energy_price_usd_per_mwh, flat")
    )
    rows = [("weather", weather.source), ("load", load), ("grid price", price)]
    rows += [
        (asset.label, series.place_of(asset.label) if series.get(asset.label) else "pvlib, from the weather above")
        for asset in fleet.profile
    ]
    return tuple(rows)
