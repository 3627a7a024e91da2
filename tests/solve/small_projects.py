"""Small projects for the solver tests: few models, few years, load flat enough to check by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Study
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import Profiles, build_profiles


def small_project(
    years: int = 1,
    models: tuple[str, ...] = ("Recip 18.3 MW", "Battery", "Solar PV"),
    controls: bool = True,
    grid_mw: float = 0.0,
    grid_after_years: int = 0,
    flexible_usd_per_mwh: float | None = None,
    flexible_hours_per_year: float = 180.0,
    **limits: Any,
) -> Project:
    """A 60 MW campus from 2030 with some of the default models; ``limits`` are fields of ``Constraints``.

    With ``flexible_usd_per_mwh`` computing may be shed and shifted at that price.
    """
    first = 2030
    grid = Grid()
    if grid_mw > 0.0:
        grid = Grid(
            grid_enabled=True,
            energisation_date=date(first + grid_after_years, 1, 1),
            grid_energy_price_usd_per_mwh=40.0,
            demand_charge_usd_per_kw_month=6.0,
            import_limits=tuple(
                GridYear(year=first + y, import_limit_mw=grid_mw) for y in range(grid_after_years, years)
            ),
        )
    settings = {"nox_limit_tpy": 245.0, "co_limit_tpy": 245.0, "gas_limit_mcf_per_day": 50_000.0, **limits}
    return Project(
        study=Study(first_year=first, analysis_years=years, decision_date=date(2026, 1, 1)),
        load=_load(first, years, flexible_usd_per_mwh, flexible_hours_per_year),
        equipment=tuple(row for row in default_equipment() if row.name in models),
        emission_controls=tuple(c for c in default_controls() if c.model in models) if controls else (),
        grid=grid,
        constraints=Constraints(**settings),
        finance=Finance(),
    )


def _load(first: int, years: int, flexible_usd_per_mwh: float | None, hours: float) -> Load:
    load = Load(trajectory=tuple(LoadYear(year=first + y, contracted_mw=60.0) for y in range(years)))
    if flexible_usd_per_mwh is None:
        return load
    limits = {"compute_usd_per_mwh": flexible_usd_per_mwh, "flexible_hours_per_year": hours}
    mix = tuple(row.model_copy(update=limits) for row in load.workload_mix)
    return load.model_copy(update={"workload_flexibility_enabled": True, "workload_mix": mix})


def prepared(project: Project) -> tuple[Fleet, Profiles]:
    """Fleet and profiles of a project."""
    fleet = build_fleet(project)
    return fleet, build_profiles(project, fleet)


def plan_with(project: Project, fleet: Fleet, first_year: dict[str, float]) -> Plan:
    """A plan that builds the given quantities (by column key) in the first year."""
    builds = np.zeros((len(fleet.columns), len(project.years)))
    for key, quantity in first_year.items():
        builds[fleet.index[key], 0] = quantity
    return Plan(project.years, builds, (True,) * len(project.years))
