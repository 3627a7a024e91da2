"""``BVN_DISPATCH``: up to a week of a given fleet, through the compiled dispatch that Phase 1 uses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from bvnexus_xl.dispatch import HourlyDispatch, fuel_mmbtu, unit_starts
from bvnexus_xl.errors import BadArgument
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.functions.arguments import Argument, Array, table_numbers
from bvnexus_xl.functions.plant import default_engine, default_load
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Study
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.weather import Weather
from bvnexus_xl.units import HOURS_PER_YEAR

MOST_HOURS = 168
_NO_LIMITS = Constraints(
    nox_limit_enabled=False,
    co_limit_enabled=False,
    gas_limit_enabled=False,
    land_limit_enabled=False,
    unserved_limit_enabled=False,
    spinning_reserve_enabled=False,
    planning_reserve_enabled=False,
    planned_outage_enabled=False,
)

FLEET_COLUMNS = (
    Argument("units", "whole", "", "How many", 0, 1000),
    Argument("unit_mw", "number", "MW", "Net output of one", 0.05, 1000),
    Argument("heat_rate_btu_per_kwh", "number", "BTU/kWh", "At full load, net, HHV", 3412, 20000),
    Argument("multiplier_at_50pct", "number", "", "Heat rate at 50 % load over full load", 0.8, 2, default=1.0),
    Argument("min_load_fraction", "number", "", "Lowest stable load", 0, 1, default=0.0),
    Argument("vom_usd_per_mwh", "number", "$/MWh", "Variable O&M", 0, 500, default=0.0),
    Argument("start_cost_usd_per_mw", "number", "$/MW-start", "Start cost", 0, 1000, default=0.0),
)


def dispatch(fleet: list[list[Any]], load_mw: Array, gas_usd_per_mmbtu: float) -> list[list[float]]:
    """One row an hour: cost in $, MW not served, then MW of each row of the fleet.

    Units run in merit order of full-load cost; each day is committed with the valleys bridged that a restart would
    cost more than. Cost is fuel, variable O&M and starts; the stretch is taken as one that repeats. No reserve is held.
    """
    if len(load_mw) > MOST_HOURS:
        message = f"load_mw has {len(load_mw)} hours: at most {MOST_HOURS} are dispatched in a cell"
        raise BadArgument(message)
    given = table_numbers(fleet, FLEET_COLUMNS, "fleet")
    project = _project(given, gas_usd_per_mmbtu)
    assets = build_fleet(project)
    profiles = _profiles(load_mw, len(given))
    hours = len(load_mw)
    year = _first_hours(_run(project, assets, profiles, [row[0] for row in given]), hours)
    cost = _cost(project, assets, profiles, year)
    table: list[list[float]] = np.vstack([cost, year.unserved_mw, year.thermal_mw]).T.tolist()
    return table


def _project(given: list[list[Any]], gas_usd_per_mmbtu: float) -> Project:
    """A project of one year without limits, reserves or escalation that has these units."""
    rows = [
        default_engine().model_copy(
            update={
                "name": f"Row {number}",
                "unit_mw": unit_mw,
                "heat_rate_btu_per_kwh": rate,
                "heat_rate_multiplier_at_50pct": multiplier,
                "min_load_fraction": lowest,
                "vom_usd_per_mwh": vom,
                "start_cost_usd_per_mw": start,
                "max_mw": units * unit_mw,
            }
        )
        for number, (units, unit_mw, rate, multiplier, lowest, vom, start) in enumerate(given, start=1)
    ]
    return Project(
        study=Study(analysis_years=1, decision_date=date(2020, 1, 1)),
        load=default_load(),
        equipment=tuple(rows),
        constraints=_NO_LIMITS,
        finance=Finance(
            gas_price_usd_per_mmbtu=gas_usd_per_mmbtu, gas_basis_usd_per_mmbtu=0.0, gas_transport_usd_per_mmbtu=0.0
        ),
    )


def _profiles(load_mw: Array, types: int) -> Profiles:
    """A year at ISO conditions that begins with the load given and has none afterwards."""
    year, flat = np.zeros(HOURS_PER_YEAR), np.ones((types, HOURS_PER_YEAR))
    load = year.copy()
    load[: len(load_mw)] = load_mw
    return Profiles(
        weather=Weather("none", 0.0, 0.0, 0.0, 0.0, year, year, year, year, year),
        pue=year + 1.0,
        load_mw=load[None, :],
        thermal_capacity_factor=flat,
        thermal_heat_rate_factor=flat,
        thermal_in_service=flat,
        profile_mw_per_mw=np.zeros((0, HOURS_PER_YEAR)),
        grid_price_usd_per_mwh=year,
        import_limit_mw=year[None, :],
        sources=(),
    )


def _run(project: Project, assets: Fleet, profiles: Profiles, units: list[int]) -> HourlyDispatch:
    # numba takes half a second to load: only a cell that dispatches pays for it
    from bvnexus_xl.screening.batch import Screen
    from bvnexus_xl.screening.record import record_year

    return record_year(Screen(project, assets, profiles), 0, np.array(units, dtype=float), False)


def _first_hours(year: HourlyDispatch, hours: int) -> HourlyDispatch:
    """The part of the year that was asked for."""
    return replace(
        year,
        **{name: getattr(year, name)[..., :hours] for name in ("load_mw", "online_units", "thermal_mw", "unserved_mw")},
    )


def _cost(project: Project, assets: Fleet, profiles: Profiles, year: HourlyDispatch) -> Array:
    """Fuel, variable O&M and starts of each hour, $."""
    hours = year.load_mw.shape[-1]
    part = replace(profiles, thermal_heat_rate_factor=profiles.thermal_heat_rate_factor[:, :hours])
    fuel = fuel_mmbtu(assets, part, year.online_units, year.thermal_mw).sum(0)
    vom = np.array([asset.vom_usd_per_mwh for asset in assets.thermal]) @ year.thermal_mw
    starts = np.array([asset.start_cost_usd for asset in assets.thermal]) @ unit_starts(year.online_units)
    return np.asarray(fuel * project.finance.gas_price_usd_per_mmbtu + vom + starts)
