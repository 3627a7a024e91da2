"""Small bridge studies: a few years, one own engine, hired engines, three dates; a day stands for each quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bvnexus_xl.catalogue.equipment import default_equipment
from bvnexus_xl.catalogue.rental import rental_equipment, resale_values
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.bridge import Bridge, RentalOffer
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Study
from bvnexus_xl.problems.bridge.cases import Dates, energisation_dates
from bvnexus_xl.problems.bridge.market import Market, build_market
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.profiles.time_axis import TimeAxis, representative_axis

RECIP = default_equipment()[0]
ENGINE = rental_equipment()[0].model_copy(update={"unit_mw": 5.0})
OFFER = RentalOffer(model=ENGINE.name, term_months=12, rate_usd_per_kw_month=50.0, mobilisation_usd_per_unit=100_000.0)
_DAY = 24


def bridge_project(
    years: int = 3,
    known_month: int = 6,
    dates: tuple[date, date, date] = (date(2029, 1, 1), date(2029, 7, 1), date(2030, 7, 1)),
    bridge: dict[str, Any] | None = None,
    grid: dict[str, Any] | None = None,
    constraints: dict[str, Any] | None = None,
    finance: dict[str, Any] | None = None,
    offers: tuple[RentalOffer, ...] = (OFFER,),
) -> Project:
    """30 MW from 2028, gas at 7 $/MMBtu, the grid at 45 $/MWh without demand charge."""
    given = {
        "energisation_p10_date": dates[0],
        "energisation_p90_date": dates[2],
        "date_known_month": known_month,
        "grid_cutover_usd": 1e6,
        "interconnection_deposit_usd_per_kw": 0.0,
        "rental_offers": offers,
        "resale": resale_values(),
    }
    tie = {
        "grid_enabled": True,
        "energisation_date": dates[1],
        "grid_energy_price_usd_per_mwh": 45.0,
        "demand_charge_usd_per_kw_month": 0.0,
        "standby_charge_usd_per_kw_month": 0.5,
        "import_limits": tuple(
            GridYear(year=year, import_limit_mw=40.0) for year in range(dates[1].year, 2028 + years)
        ),
    }
    rules = {"planning_reserve_enabled": False, "import_is_contingency": False, "gas_limit_mcf_per_day": 20_000.0}
    return Project(
        study=Study(
            project_name="Small bridge",
            problem="P5",
            first_year=2028,
            analysis_years=years,
            decision_date=date(2027, 1, 1),
        ),
        load=Load(trajectory=tuple(LoadYear(year=2028 + n, contracted_mw=30.0) for n in range(years))),
        equipment=(RECIP, ENGINE),
        grid=Grid(**{**tie, **(grid or {})}),
        bridge=Bridge(**{**given, **(bridge or {})}),
        constraints=Constraints(**{**rules, **(constraints or {})}),
        finance=Finance(**{"gas_price_usd_per_mmbtu": 7.0, **(finance or {})}),
    )


@dataclass(frozen=True, eq=False)
class Prepared:
    """A project made ready."""

    project: Project
    market: Market
    dates: Dates
    profiles: Profiles


def prepared(project: Project) -> Prepared:
    fleet, dates = build_fleet(project), energisation_dates(project)
    return Prepared(project, build_market(project, fleet, dates), dates, build_profiles(project, fleet))


def day_axis() -> tuple[TimeAxis, np.ndarray]:
    """One day for each quarter, in its middle month; flags of the quarters, [4, N]."""
    starts = [24 * day for day in (45, 136, 227, 318)]
    sequence = np.arange(365) * 4 // 365
    weight = np.bincount(sequence).astype(float) * 8760.0 / 8760.0
    axis = representative_axis(starts, _DAY, weight, sequence)
    flags = (axis.period == np.arange(4)[:, None]).astype(float)
    return axis, flags
