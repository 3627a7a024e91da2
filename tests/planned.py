"""Studies with a plan made by hand: three years, one engine, a battery, solar, a late grid.

Phase 1's loop dispatches them; nothing is searched, so that a test starts in a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.grid import GridYear
from bvnexus_xl.inputs.load import LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import plan_limits
from bvnexus_xl.notes import reader_notes
from bvnexus_xl.plan import Plan, effective
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.reliability.ram import ram_study
from bvnexus_xl.screening.batch import Screen
from bvnexus_xl.screening.record import record_year
from bvnexus_xl.solved import SolvedStudy

ENGINE, ENGINE_SCR = "recip-18-3-mw", "recip-18-3-mw+scr"
BUILDS: Mapping[str, Sequence[float]] = {
    ENGINE: (1, 0, 0),
    ENGINE_SCR: (3, 1, 0),
    "battery:mw": (20.0, 0.0, 0.0),
    "battery:mwh": (40.0, 1.2, 0.9),
    "solar-pv": (0.0, 30.0, 0.0),
    "grid": (0.0, 0.0, 15.0),
}


def small_project(nox_limit_tpy: float = 60.0) -> Project:
    """40 MW, then 60; the grid in the middle of the last year."""
    base = greenfield_project()
    load = ((2029, 40.0), (2030, 60.0), (2031, 60.0))
    return base.model_copy(
        update={
            "study": base.study.model_copy(update={"project_name": "Small study", "analysis_years": 3}),
            "load": base.load.model_copy(
                update={"trajectory": tuple(LoadYear(year=year, contracted_mw=mw) for year, mw in load)}
            ),
            "equipment": tuple(row for row in base.equipment if row.technology in ("recip", "storage", "solar")),
            "emission_controls": tuple(row for row in base.emission_controls if row.model == "Recip 18.3 MW"),
            "grid": base.grid.model_copy(
                update={
                    "energisation_date": date(2031, 7, 1),
                    "grid_energy_price_usd_per_mwh": 15.0,
                    "demand_charge_usd_per_kw_month": 1.0,
                    "import_limits": (GridYear(year=2031, import_limit_mw=15.0),),
                }
            ),
            "constraints": base.constraints.model_copy(update={"nox_limit_tpy": nox_limit_tpy}),
        }
    )


def planned(project: Project, builds: Mapping[str, Sequence[float]]) -> SolvedStudy:
    """A study with the given builds, by fleet column."""
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    years = len(project.years)
    plan = Plan(project.years, np.zeros((len(fleet.columns), years)), (False,) * (years - 1) + (True,))
    for key, numbers in builds.items():
        plan.builds[fleet.index[key]] = numbers
    able, screen = effective(fleet, plan.builds), Screen(project, fleet, profiles)
    hourly = tuple(record_year(screen, year, able[:, year], plan.grid_priority[year]) for year in range(years))
    totals = tuple(year_totals(project, fleet, profiles, year) for year in hourly)
    limits = plan_limits(project, fleet, profiles, plan, totals)
    ram = ram_study(project, fleet, profiles, plan)
    return SolvedStudy(
        project=project,
        fleet=fleet,
        profiles=profiles,
        plan=plan,
        phase=1,
        status="infeasible" if any(limit.broken for limit in limits) else "done",
        dispatches=hourly,
        totals=totals,
        money=plan_money(project, fleet, profiles, plan, totals),
        limits=limits,
        ram=ram,
        warnings=reader_notes(project, fleet, profiles, plan, limits, ram),
        seconds={"profiles": 0.25, "search": 1.5, "accounts": 0.125},
        designs_tried=42,
    )
