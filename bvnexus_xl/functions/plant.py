"""Functions of plant: heat rate and fuel at part load, gas, NOx, derate, PUE."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from bvnexus_xl.catalogue.equipment import default_equipment
from bvnexus_xl.errors import BadArgument
from bvnexus_xl.fleet import ThermalAsset, thermal_asset
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.profiles.ambient import capacity_factor
from bvnexus_xl.profiles.ambient import pue as pue_of_temperature
from bvnexus_xl.units import BTU_PER_KWH_TO_MMBTU_PER_MWH, HOURS_PER_DAY, LB_PER_SHORT_TON

NOX_BASES = ("actual", "synthetic_cap", "PTE_8760")


@cache
def default_engine() -> EquipmentRow:
    """The catalogue's first engine: its figures stand in for arguments left out."""
    return default_equipment()[0]


@lru_cache(maxsize=256)
def engine(unit_mw: float, heat_rate_btu_per_kwh: float, multiplier_at_50pct: float) -> ThermalAsset:
    """A fuel-burning unit with the given heat-rate curve."""
    given = {
        "unit_mw": unit_mw,
        "heat_rate_btu_per_kwh": heat_rate_btu_per_kwh,
        "heat_rate_multiplier_at_50pct": multiplier_at_50pct,
    }
    return thermal_asset(default_engine().model_copy(update=given), None)


def fuel_mmbtu_per_h(
    output_mw: float, unit_mw: float, units_online: int, heat_rate_btu_per_kwh: float, multiplier_at_50pct: float
) -> float:
    """Fuel of running units, MMBtu/h HHV: no-load of each plus incremental for their output."""
    if output_mw > units_online * unit_mw * (1.0 + 1e-9):
        message = (
            f"output_mw = {output_mw:g}: {units_online} units of {unit_mw:g} MW give {units_online * unit_mw:g} at most"
        )
        raise BadArgument(message)
    unit = engine(unit_mw, heat_rate_btu_per_kwh, multiplier_at_50pct)
    return unit.no_load_mmbtu_per_h * units_online + unit.incremental_mmbtu_per_mwh * output_mw


def heat_rate(load_fraction: float, heat_rate_btu_per_kwh: float, multiplier_at_50pct: float) -> float:
    """Heat rate at part load, BTU/kWh HHV: fuel over output."""
    return (
        fuel_mmbtu_per_h(load_fraction, 1.0, 1, heat_rate_btu_per_kwh, multiplier_at_50pct)
        / load_fraction
        / BTU_PER_KWH_TO_MMBTU_PER_MWH
    )


def gas_mcf_per_day(
    average_mw: float, heat_rate_btu_per_kwh: float, hours: float, heat_content_mmbtu_per_mcf: float
) -> float:
    """Gas burned in a day at an average output for so many hours, mcf."""
    mmbtu = average_mw * hours * heat_rate_btu_per_kwh * BTU_PER_KWH_TO_MMBTU_PER_MWH
    return mmbtu / heat_content_mmbtu_per_mcf


FULL_DAY_H = float(HOURS_PER_DAY)


def nox_tpy(basis: str, mw: float, nox_lb_per_mwh: float, used_share: float, hours: float, margin: float) -> float:
    """NOx that counts against an annual limit, short tons.

    ``PTE_8760``: all MW at full load for the permitted hours. ``actual``: what the capacity factor emits.
    ``synthetic_cap``: the same, over the share of the cap that may be used: the cap the permit must have.
    """
    potential = mw * hours * nox_lb_per_mwh / LB_PER_SHORT_TON
    if basis == "PTE_8760":
        return potential
    emitted = potential * used_share
    return emitted / margin if basis == "synthetic_cap" else emitted


def derate(
    temp_f: float,
    altitude_ft: float,
    above_f: float,
    pct_per_f: float,
    above_ft: float,
    pct_per_1000ft: float,
) -> float:
    """Share of ISO output that is left."""
    given = {
        "derate_above_f": above_f,
        "derate_pct_per_f": pct_per_f,
        "derate_above_ft": above_ft,
        "derate_pct_per_1000ft": pct_per_1000ft,
    }
    row = default_engine().model_copy(update=given)
    return float(capacity_factor(row, np.array([temp_f]), altitude_ft)[0])


@cache
def default_load() -> Load:
    """Load inputs with their defaults."""
    return Load(trajectory=(LoadYear(year=2029, contracted_mw=100.0),))


def pue(temp_f: float, at_50f: float, at_77f: float, at_95f: float) -> float:
    """Power usage effectiveness at a dry-bulb temperature."""
    load = default_load().model_copy(update={"pue_at_50f": at_50f, "pue_at_77f": at_77f, "pue_at_95f": at_95f})
    return float(pue_of_temperature(load, np.array([temp_f]))[0])
