"""Varied projects from a seed: size, growth, fuel price, permits, gas, land, grid date, technologies."""

from __future__ import annotations

from datetime import date

import numpy as np

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Study

YEARS = 3
_FIRST = 2030


def varied_project(seed: int) -> Project:
    """A campus of 50 to 1,000 MW over three years; the same seed, the same project. It need not be feasible."""
    rng = np.random.default_rng(seed)
    peak = float(np.exp(rng.uniform(np.log(50.0), np.log(1000.0))))
    growth = np.sort(rng.uniform(0.5, 1.0, YEARS)) if rng.random() < 0.7 else np.ones(YEARS)
    growth[-1] = 1.0
    names = {"Recip 18.3 MW"} if rng.random() < 0.75 else set()
    names |= {name for name in ("Aero 53 MW", "Frame 91 MW", "Battery", "Solar PV") if rng.random() < 0.65}
    if not names & {"Recip 18.3 MW", "Aero 53 MW", "Frame 91 MW"}:
        names.add("Recip 18.3 MW")
    dear = rng.uniform(0.8, 1.2, 3)
    rows = tuple(
        row.model_copy(update={"capex_usd_per_kw": row.capex_usd_per_kw * float(dear[n % 3])})
        for n, row in enumerate(default_equipment())
        if row.name in names
    )
    return Project(
        study=Study(project_name=f"Varied {seed}", first_year=_FIRST, analysis_years=YEARS, decision_date=_day(2026)),
        load=Load(
            trajectory=tuple(
                LoadYear(year=_FIRST + n, contracted_mw=round(peak * float(share), 1)) for n, share in enumerate(growth)
            ),
            volatility_fraction=float(rng.uniform(0.0, 0.03)),
        ),
        equipment=rows,
        emission_controls=tuple(control for control in default_controls() if control.model in names),
        grid=_grid(rng, peak),
        constraints=Constraints(
            emission_basis="PTE_8760" if rng.random() < 0.2 else "synthetic_cap",
            nox_limit_tpy=round(peak * float(rng.uniform(0.4, 2.0)), 1),
            co_limit_tpy=round(peak * float(rng.uniform(0.6, 3.0)), 1),
            gas_limit_mcf_per_day=round(peak * float(rng.uniform(170.0, 320.0))),
            land_limit_acres=round(peak * float(rng.uniform(0.8, 4.0)) + 15.0, 1),
            planning_reserve_units=int(rng.integers(1, 3)),
            import_is_contingency=bool(rng.random() < 0.5),
            planned_outage_enabled=bool(rng.random() < 0.8),
        ),
        finance=Finance(
            gas_price_usd_per_mmbtu=round(float(rng.uniform(2.0, 9.0)), 2),
            gas_escalation_rate=round(float(rng.uniform(0.0, 0.04)), 3),
        ),
    )


def _grid(rng: np.random.Generator, peak: float) -> Grid:
    """None, or from some month of the study on a share of the load."""
    comes, month = int(rng.integers(0, YEARS + 2)), int(rng.integers(1, 13))
    share, energy, demand = rng.uniform(0.05, 0.5), rng.uniform(25.0, 80.0), rng.uniform(2.0, 18.0)
    if comes >= YEARS:
        return Grid()
    return Grid(
        grid_enabled=True,
        energisation_date=date(_FIRST + comes, month, 1),
        grid_energy_price_usd_per_mwh=round(float(energy), 1),
        demand_charge_usd_per_kw_month=round(float(demand), 1),
        import_limits=tuple(
            GridYear(year=_FIRST + n, import_limit_mw=round(peak * float(share), 1)) for n in range(comes, YEARS)
        ),
    )


def _day(year: int) -> date:
    return date(year, 1, 1)
