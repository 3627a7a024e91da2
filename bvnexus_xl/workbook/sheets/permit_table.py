"""What an air consultant asks for: each fuel-burning model with its rates, potential and expected emissions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bvnexus_xl.fleet import ThermalAsset
from bvnexus_xl.inputs.site import AirDistrict
from bvnexus_xl.limits import pte_tons_each
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.units import LB_PER_SHORT_TON

POLLUTANTS: tuple[tuple[str, str], ...] = (("nox", "NOx"), ("co", "CO"), ("voc", "VOC"))
"""(key, label) of every pollutant of the table."""
THRESHOLDS: tuple[tuple[str, tuple[float | None, float | None, float | None], tuple[AirDistrict, ...]], ...] = (
    ("Title V, attainment area", (100.0, 100.0, 100.0), ("attainment",)),
    ("PSD, engines and simple-cycle turbines (not listed)", (250.0, 250.0, 250.0), ("attainment",)),
    ("PSD, listed: combined cycle above 250 MMBtu/h", (100.0, 100.0, 100.0), ("attainment",)),
    ("Nonattainment of ozone: marginal, moderate", (100.0, None, 100.0), ("marginal", "moderate")),
    ("Nonattainment of ozone: serious", (50.0, None, 50.0), ("serious",)),
    ("Nonattainment of ozone: severe", (25.0, None, 25.0), ("severe",)),
    ("Nonattainment of ozone: extreme", (10.0, None, 10.0), ("extreme",)),
)
"""Major-source thresholds, short tons a year of NOx, CO, VOC, and the classes of county they are for.

Clean Air Act §§182, 302; 40 CFR 52.21.
"""
_SMALL_TURBINE, _LARGE_TURBINE = 50.0, 850.0
"""Heat input, MMBtu/h, between the size classes of turbines in 40 CFR 60 Subpart KKKKa."""


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One model with one emission control.

    Attributes:
        units: most that stand at one time.
        heat_mmbtu_per_h: heat input of one unit at full load, HHV.
        rule: federal standard it most likely falls under.
        pounds_per_mwh: NOx, CO, VOC.
        potential_tons: of all units for the permitted hours, NOx, CO, VOC.
        mwh, starts: of the year shown.
        expected_tons: of the year shown, starts included, NOx, CO, VOC.
    """

    asset: ThermalAsset
    units: float
    heat_mmbtu_per_h: float
    rule: str
    pounds_per_mwh: tuple[float, float, float]
    potential_tons: tuple[float, float, float]
    mwh: float
    starts: float
    expected_tons: tuple[float, float, float]


def highest_year(solved: SolvedStudy) -> int:
    """Position of the first year with the highest NOx."""
    return int(np.argmax([year.nox_tons for year in solved.totals]))


def highest_tons(solved: SolvedStudy) -> tuple[float, float, float]:
    """Highest year of each pollutant, whichever year that is: NOx, CO, VOC."""
    nox, co, voc = (max(float(getattr(year, f"{key}_tons")) for year in solved.totals) for key, _ in POLLUTANTS)
    return nox, co, voc


def permit_rows(solved: SolvedStudy) -> list[PermitRow]:
    """A row for each fuel-burning model that stands in some year."""
    in_place = installed(solved.fleet, solved.plan.builds)
    potential, total = pte_tons_each(solved.project, solved.fleet), solved.totals[highest_year(solved)]
    out = []
    for n, asset in enumerate(solved.fleet.thermal):
        units = float(in_place[n].max())
        if units < 1e-9:
            continue
        heat = asset.full_load_mmbtu_per_mwh * asset.unit_mw
        mwh, starts = float(total.thermal_mwh[n]), float(total.starts[n])
        rates = asset.nox_lb_per_mwh, asset.co_lb_per_mwh, asset.voc_lb_per_mwh
        nox, co, voc = (rate * mwh / LB_PER_SHORT_TON for rate in rates)
        nox += asset.row.start_nox_lb * starts / LB_PER_SHORT_TON
        first, second, third = (float(potential[key][n]) * units for key, _ in POLLUTANTS)
        out.append(
            PermitRow(
                *(asset, units, heat, federal_rule(asset, heat), rates),
                *((first, second, third), mwh, starts, (nox, co, voc)),
            )
        )
    return out


def federal_rule(asset: ThermalAsset, heat_mmbtu_per_h: float) -> str:
    """New source performance standard of 40 CFR 60 by kind and size; the consultant confirms it."""
    if asset.fuel == "diesel":
        return "IIII"
    if "turbine" in asset.row.technology:
        if heat_mmbtu_per_h <= _SMALL_TURBINE:
            return "KKKKa, small"
        return "KKKKa, medium" if heat_mmbtu_per_h <= _LARGE_TURBINE else "KKKKa, large"
    return "none" if asset.row.technology == "fuel_cell" else "JJJJ"
