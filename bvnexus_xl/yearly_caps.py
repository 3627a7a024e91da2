"""Limits on a year's total: what counts, at which rate, and up to where. One home for every phase.

    Σ rate[k] · MWh generated[k]  (+ starts)                        ≤ cap     each pollutant, short tons
    Σ rate[k] · MWh generated[k]  +  cooling rate · MWh served      ≤ cap     water, acre-feet

Cooling water of the halls counts on the load served: energy not served and computing given up need none, work done
later does. Pollutants have their basis (actual, margin of a synthetic cap, potential to emit); water has none: its cap
is what the site may take in a year.
"""

from __future__ import annotations

from dataclasses import dataclass

from bvnexus_xl.fleet import ThermalAsset
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.units import GALLONS_PER_ACRE_FT, LB_PER_SHORT_TON

POLLUTANTS = ("nox", "co", "voc", "co2")
WATER = "water"
CAPPED = (*POLLUTANTS, WATER)


@dataclass(frozen=True, slots=True)
class YearlyCap:
    """How a yearly limit is called; ``field`` of sheet ``Constraints`` sets it, in ``unit``."""

    label: str
    unit: str
    field: str


YEARLY_CAPS: dict[str, YearlyCap] = {
    **{
        name: YearlyCap(label, "short ton/yr", f"{name}_limit_tpy")
        for name, label in zip(POLLUTANTS, ("NOx", "CO", "VOC", "CO2"), strict=True)
    },
    WATER: YearlyCap("Water", "acre-ft/yr", "water_limit_acre_ft_per_year"),
}
"""By name of the limit."""


def emission_caps_tons(project: Project) -> dict[str, float]:
    """Tons per year a dispatch may emit, by pollutant, only those that apply; margin of a synthetic cap taken off."""
    limits = project.constraints
    margin = limits.synthetic_cap_margin if limits.emission_basis == "synthetic_cap" else 1.0
    return {
        name: getattr(limits, f"{name}_limit_tpy") * margin
        for name in POLLUTANTS
        if getattr(limits, f"{name}_limit_enabled")
    }


def water_cap_acre_ft(project: Project) -> dict[str, float]:
    """Water the site may take in a year, acre-feet, by the name of the limit; empty where it is switched off."""
    limits = project.constraints
    return {WATER: limits.water_limit_acre_ft_per_year} if limits.water_limit_enabled else {}


def dispatch_caps(project: Project) -> dict[str, float]:
    """Caps that a dispatch keeps, in their units; potential to emit is kept by what is installed, not how it runs."""
    by_plan = project.constraints.emission_basis == "PTE_8760"
    return {**({} if by_plan else emission_caps_tons(project)), **water_cap_acre_ft(project)}


def lb_per_mwh(asset: ThermalAsset, pollutant: str) -> float:
    """Emission at full load; CO2 follows the fuel."""
    if pollutant == "co2":
        return asset.co2_lb_per_mmbtu * asset.full_load_mmbtu_per_mwh
    return float(getattr(asset, f"{pollutant}_lb_per_mwh"))


def rate_per_mwh(asset: ThermalAsset, name: str) -> float:
    """Use of a yearly cap by an MWh generated at full load, in the unit of the cap."""
    if name == WATER:
        return asset.row.water_gal_per_mwh / GALLONS_PER_ACRE_FT
    return lb_per_mwh(asset, name) / LB_PER_SHORT_TON


def load_rate_per_mwh(project: Project, name: str) -> float:
    """Use of a yearly cap by an MWh of load served, in the unit of the cap."""
    return project.load.cooling_water_gal_per_mwh / GALLONS_PER_ACRE_FT if name == WATER else 0.0
