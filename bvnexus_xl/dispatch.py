"""The dispatch of one year, hour by hour, and the physical totals that money and limits are made of.

Steps are hours, or equal parts of hours: a dispatch of 35,040 steps is one by quarter-hours. The same totals serve
Phase 1, Phase 2, Tier 3 and the sheets: fuel, emissions and gas have one equation each, here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import depth_hours, flexible_loads
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.calendar import DAY_OF_HOUR
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.metering import Readings, meter
from bvnexus_xl.units import DAYS_PER_YEAR, HOURS_PER_YEAR, LB_PER_SHORT_TON
from bvnexus_xl.yearly_caps import WATER, load_rate_per_mwh, rate_per_mwh

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HourlyDispatch:
    """One year. T thermal, S storage, R profile assets, C flexible loads, H steps; MW unless said otherwise.

    ``soc_mwh`` is the energy at the end of each hour; before hour 1 it is that of hour H (cyclic).
    ``reserve_mw`` is headroom of running units plus what the battery can carry; ``contingency_mw`` what N-1 asks.
    ``flex_down_mw`` is load given up by flexible computing, ``flex_up_mw`` shifted work that comes back, [C, H];
    ``load_mw`` is the load before both.
    ``energy_price_usd_per_mwh`` is what one MWh less of load saves in its hour with the plan and the units that run
    held, $ of that year, [H]; None in Phase 1, which solves by rules.
    """

    load_mw: Array
    online_units: Array
    thermal_mw: Array
    profile_mw: Array
    curtailed_mw: Array
    charge_mw: Array
    discharge_mw: Array
    soc_mwh: Array
    import_mw: Array
    unserved_mw: Array
    reserve_mw: Array
    contingency_mw: Array
    flex_down_mw: Array
    flex_up_mw: Array
    energy_price_usd_per_mwh: Array | None = None

    @property
    def steps_per_hour(self) -> int:
        """1 where steps are hours, 4 where they are quarter-hours."""
        return max(len(self.load_mw) // HOURS_PER_YEAR, 1)

    @property
    def served_mw(self) -> Array:
        """Load served: what was asked for, less what was not served or given up, plus what came back, [H]."""
        return np.asarray(self.load_mw - self.unserved_mw - self.flex_down_mw.sum(0) + self.flex_up_mw.sum(0))

    @property
    def imbalance_mw(self) -> Array:
        """Energy in less energy out, [H]; zero to 1e-6 in every valid dispatch."""
        supply = self.thermal_mw.sum(0) + self.profile_mw.sum(0) + self.discharge_mw.sum(0) + self.import_mw
        return np.asarray(supply - self.served_mw - self.charge_mw.sum(0))


@dataclass(frozen=True, slots=True)
class YearTotals:
    """Physical totals of one year. [T], [S], [R], [C] as in ``HourlyDispatch``; [12] by month; scalars otherwise.

    ``meter`` is what the utility's meter reads, by the registers of the tariff.
    ``flex_hours`` is hours of full depth used in the year, ``flex_day_hours`` in the day of most use, [C] each.
    ``plant_water_acre_ft`` is what generation used, ``cooling_water_acre_ft`` what the halls did.
    ``reserve_required_mw`` and ``reserve_held_mw`` are those of the hour with the least spinning reserve to spare.
    """

    load_mwh: float
    served_mwh: float
    unserved_mwh: float
    unserved_peak_mw: float
    thermal_mwh: Array
    online_h: Array
    starts: Array
    fuel_mmbtu: Array
    profile_mwh: Array
    curtailed_mwh: Array
    charge_mwh: Array
    discharge_mwh: Array
    import_mwh: float
    meter: Readings
    nox_tons: float
    co_tons: float
    voc_tons: float
    co2_tons: float
    plant_water_acre_ft: float
    cooling_water_acre_ft: float
    gas_mcf_per_day: Array
    gas_mcf_per_hour_max: float
    reserve_short_mw: float
    reserve_required_mw: float
    reserve_held_mw: float
    flex_down_mwh: Array
    flex_up_mwh: Array
    flex_hours: Array
    flex_day_hours: Array

    @property
    def water_acre_ft(self) -> float:
        """Water of plant and halls."""
        return self.plant_water_acre_ft + self.cooling_water_acre_ft


def unit_starts(online_units: Array) -> Array:
    """Units started in each step, shape of ``online_units`` [T, H]; the year is cyclic."""
    return np.maximum(online_units - np.roll(online_units, 1, axis=1), 0.0)


def fuel_mmbtu(fleet: Fleet, profiles: Profiles, online_units: Array, thermal_mw: Array) -> Array:
    """Fuel rate by step, MMBtu/h HHV, [T, H]: ambient factor x (no-load x online + incremental x MW)."""
    factor = profiles.thermal_heat_rate_factor
    if online_units.shape[-1] != factor.shape[-1]:
        factor = np.repeat(factor, online_units.shape[-1] // factor.shape[-1], axis=-1)
    no_load = np.array([asset.no_load_mmbtu_per_h for asset in fleet.thermal])[:, None]
    incremental = np.array([asset.incremental_mmbtu_per_mwh for asset in fleet.thermal])[:, None]
    return np.asarray(factor * (no_load * online_units + incremental * thermal_mw))


def year_totals(project: Project, fleet: Fleet, profiles: Profiles, year: HourlyDispatch) -> YearTotals:
    """Totals of one year's dispatch, by hours or quarter-hours; ``_max``, peaks and reserve are of the worst step."""
    parts = year.steps_per_hour
    step_h = 1.0 / parts
    starts = unit_starts(year.online_units)
    fuel = fuel_mmbtu(fleet, profiles, year.online_units, year.thermal_mw)
    is_gas = np.array([asset.fuel == "natural_gas" for asset in fleet.thermal], dtype=bool)
    gas_mcf = fuel[is_gas].sum(0) / project.constraints.gas_heat_content_mmbtu_per_mcf
    energy = year.thermal_mw.sum(1) * step_h
    started = starts.sum(1)

    def tons(rate: str) -> float:
        return (
            float(sum(getattr(a, rate) * mwh for a, mwh in zip(fleet.thermal, energy, strict=True))) / LB_PER_SHORT_TON
        )

    start_lb = sum(asset.row.start_nox_lb * n for asset, n in zip(fleet.thermal, started, strict=True))
    co2_lb = sum(
        asset.co2_lb_per_mmbtu * mmbtu for asset, mmbtu in zip(fleet.thermal, fuel.sum(1) * step_h, strict=True)
    )
    tightest = int((year.reserve_mw - year.contingency_mw).argmin())
    day = np.repeat(DAY_OF_HOUR, parts)
    depth = [
        depth_hours(year.load_mw, down, item.share_of_load) * step_h
        for item, down in zip(flexible_loads(project), year.flex_down_mw, strict=True)
    ]
    served_mwh = float(year.served_mw.sum() * step_h)
    plant_water = sum(rate_per_mwh(a, WATER) * mwh for a, mwh in zip(fleet.thermal, energy, strict=True))
    return YearTotals(
        load_mwh=float(year.load_mw.sum() * step_h),
        served_mwh=served_mwh,
        unserved_mwh=float(year.unserved_mw.sum() * step_h),
        unserved_peak_mw=float(year.unserved_mw.max()),
        thermal_mwh=energy,
        online_h=year.online_units.sum(1) * step_h,
        starts=started,
        fuel_mmbtu=fuel.sum(1) * step_h,
        profile_mwh=year.profile_mw.sum(1) * step_h,
        curtailed_mwh=year.curtailed_mw.sum(1) * step_h,
        charge_mwh=year.charge_mw.sum(1) * step_h,
        discharge_mwh=year.discharge_mw.sum(1) * step_h,
        import_mwh=float(year.import_mw.sum() * step_h),
        meter=meter(project_tariff(project), year.import_mw),
        nox_tons=tons("nox_lb_per_mwh") + start_lb / LB_PER_SHORT_TON,
        co_tons=tons("co_lb_per_mwh"),
        voc_tons=tons("voc_lb_per_mwh"),
        co2_tons=co2_lb / LB_PER_SHORT_TON,
        plant_water_acre_ft=float(plant_water),
        cooling_water_acre_ft=load_rate_per_mwh(project, WATER) * served_mwh,
        gas_mcf_per_day=np.bincount(day, weights=gas_mcf * step_h, minlength=DAYS_PER_YEAR).astype(float),
        gas_mcf_per_hour_max=float(gas_mcf.max()) if gas_mcf.size else 0.0,
        reserve_short_mw=float(np.maximum(year.contingency_mw - year.reserve_mw, 0.0).max()),
        reserve_required_mw=float(year.contingency_mw[tightest]),
        reserve_held_mw=float(year.reserve_mw[tightest]),
        flex_down_mwh=year.flex_down_mw.sum(1) * step_h,
        flex_up_mwh=year.flex_up_mw.sum(1) * step_h,
        flex_hours=np.array([hours.sum() for hours in depth]),
        flex_day_hours=np.array([np.bincount(day, weights=hours).max() for hours in depth]),
    )
