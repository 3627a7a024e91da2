"""Every limit that a dispatch can break, in one year at quarter-hours: kept or not, in which quarter-hour, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch, fuel_mmbtu, unit_starts
from bvnexus_xl.limits import Limit, gas_limits_mcf
from bvnexus_xl.model.case import DispatchCase
from bvnexus_xl.model.ramps import slow_assets
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.calendar import DAY_OF_HOUR
from bvnexus_xl.solve.given import Sizes
from bvnexus_xl.tier3.result import Criterion
from bvnexus_xl.units import LB_PER_SHORT_TON
from bvnexus_xl.yearly_caps import POLLUTANTS, WATER, load_rate_per_mwh, rate_per_mwh

Array = NDArray[np.float64]
_BY_PLAN = ("land", "planning_reserve", "import")
"""Limits of the plan itself: a dispatch cannot break them."""
_NEAR = 0.999
_BY_ENERGY = ("nox", "co", "voc", WATER)
"""Yearly caps that every MWh counts against at one rate."""


@dataclass(frozen=True, eq=False)
class YearAtQuarterHours:
    """A dispatched year and what it was dispatched with; ``position`` is its number among the years."""

    case: DispatchCase
    profiles: Profiles
    sizes: Sizes
    position: int
    year: int
    dispatch: HourlyDispatch

    @property
    def gas_mcf_per_h(self) -> Array:
        """Gas burned by step, mcf/h, [Q]."""
        fleet = self.case.fleet
        fuel = fuel_mmbtu(fleet, self.profiles, self.dispatch.online_units, self.dispatch.thermal_mw)
        gas = np.array([asset.fuel == "natural_gas" for asset in fleet.thermal], dtype=bool)
        return np.asarray(fuel[gas].sum(axis=0) / self.case.project.constraints.gas_heat_content_mmbtu_per_mcf)

    @property
    def day(self) -> NDArray[np.int64]:
        """Day (0-364) of each step, [Q]."""
        return np.asarray(DAY_OF_HOUR[self.case.axis.hours])


def criteria(year: YearAtQuarterHours, limits: Sequence[Limit]) -> tuple[Criterion, ...]:
    """Criteria of a year from its limits (``plan_limits`` on its quarter-hour totals), ramps and import added."""
    potential = year.case.project.constraints.emission_basis == "PTE_8760"
    own = [item for item in limits if item.year == year.year and item.name not in _BY_PLAN]
    kept = [item for item in own if not (potential and item.name in POLLUTANTS)]
    kept += _import_limit(year) + _ramp_limit(year)
    return tuple(_judged(year, item) for item in kept)


def _judged(year: YearAtQuarterHours, limit: Limit) -> Criterion:
    """The limit with the quarter-hour that decides, and the cause where it is broken."""
    step = _deciding_step(year, limit)
    cause = _cause(year, limit, step) if limit.broken else ""
    return Criterion(limit, step, cause)


def _deciding_step(year: YearAtQuarterHours, limit: Limit) -> int | None:
    dispatch, axis = year.dispatch, year.case.axis
    if limit.name == "unserved":
        return int(dispatch.unserved_mw.argmax()) if dispatch.unserved_mw.max() > 0.0 else None
    if limit.name == "spinning_reserve":
        return int((dispatch.reserve_mw - dispatch.contingency_mw).argmin())
    if limit.name == "import":
        return int(dispatch.import_mw.argmax()) if dispatch.import_mw.max() > 0.0 else None
    if limit.name == "ramp":
        return int(_ramp_room(year).argmin())
    if limit.name == "gas_hour":
        return int(year.gas_mcf_per_h.argmax())
    if limit.name == "gas_day":
        gas, day = year.gas_mcf_per_h, year.day
        worst = int(np.bincount(day, weights=gas).argmax())
        inside = np.nonzero(day == worst)[0]
        return int(inside[gas[inside].argmax()])
    use = _use_by_step(year, limit.name)
    if use is None or not limit.broken:
        return None
    passed = np.nonzero(np.cumsum(use) * axis.step_h > limit.limit)[0]
    return int(passed[0]) if len(passed) else None


def _use_by_step(year: YearAtQuarterHours, name: str) -> Array | None:
    """Use an hour of a yearly cap, or unit-hours an hour per unit in place, [Q]; None for other limits."""
    fleet, dispatch = year.case.fleet, year.dispatch
    if name in _BY_ENERGY:
        use = np.array([rate_per_mwh(asset, name) for asset in fleet.thermal]) @ dispatch.thermal_mw
        if name == "nox":
            start = np.array([asset.row.start_nox_lb for asset in fleet.thermal]) / LB_PER_SHORT_TON
            use = use + start @ unit_starts(dispatch.online_units) / year.case.axis.step_h
        return np.asarray(use + load_rate_per_mwh(year.case.project, name) * dispatch.served_mw)
    if name.startswith("run_hours:"):
        number = next(k for k, asset in enumerate(fleet.thermal) if name == f"run_hours:{asset.key}")
        return np.asarray(dispatch.online_units[number] / year.sizes.effective[number, year.position])
    return None


def _import_limit(year: YearAtQuarterHours) -> list[Limit]:
    usable = float(year.sizes.usable_import_mw[year.position])
    if usable <= 0.0:
        return []
    used = float(year.dispatch.import_mw.max())
    return [
        Limit("import", "Import, highest quarter-hour", "MW", "import_limit_mw", year.year, "at_most", usable, used)
    ]


def _ramp_limit(year: YearAtQuarterHours) -> list[Limit]:
    """Change of output of the asset and quarter-hour with the least room; nothing where no unit is slow."""
    if not slow_assets(year.case):
        return []
    room = float(_ramp_room(year).min())
    label = "Ramp, room in the tightest quarter-hour"
    return [Limit("ramp", label, "MW", "ramp_mw_per_min", year.year, "at_least", 0.0, room)]


def _ramp_room(year: YearAtQuarterHours) -> Array:
    """MW by which the slowest asset could have changed more in each step, [Q]; negative where a ramp is broken."""
    case, dispatch = year.case, year.dispatch
    room = np.full(case.axis.steps, np.inf)
    for k in slow_assets(case):
        asset, online, power = case.fleet.thermal[k], dispatch.online_units[k], dispatch.thermal_mw[k]
        ramp = float(asset.row.ramp_mw_per_min or 0.0) * 60.0 * case.axis.step_h
        start_mw = max(asset.min_load_fraction * asset.unit_mw * float(case.capacity_factor[k].max()), ramp)
        change, before = power - np.roll(power, 1), np.roll(online, 1)
        starts, stops = np.maximum(online - before, 0.0), np.maximum(before - online, 0.0)
        able = ramp * (online - starts)
        up, down = able + start_mw * starts - change, able + start_mw * stops + change
        room = np.minimum(room, np.minimum(up, down))
    return room


def _cause(year: YearAtQuarterHours, limit: Limit, step: int | None) -> str:
    """Why a limit is broken, in plain words."""
    if limit.name in ("unserved", "spinning_reserve", "ramp") and step is not None:
        return _state(year, step)
    if limit.name == "nox":
        dispatch = year.dispatch
        rate = np.array([asset.row.start_nox_lb for asset in year.case.fleet.thermal])
        started = float(rate @ unit_starts(dispatch.online_units).sum(axis=1)) / LB_PER_SHORT_TON
        return f"running emits {limit.used - started:,.1f} short tons, starts {started:,.1f}"
    if limit.name == WATER:
        halls = (
            load_rate_per_mwh(year.case.project, WATER) * float(year.dispatch.served_mw.sum()) * year.case.axis.step_h
        )
        return f"units use {limit.used - halls:,.1f} acre-ft, cooling of the halls {halls:,.1f}"
    if step is None:
        return "the plan cannot serve the quarter-hours with less"
    load, mean = _load(year, step)
    return f"load {load:,.1f} MW, {load - mean:+,.1f} against the mean of its hour"


def _state(year: YearAtQuarterHours, step: int) -> str:
    """What stops supply in a quarter-hour: load above its hour, units, battery, import, gas."""
    case, dispatch, sizes, y = year.case, year.dispatch, year.sizes, year.position
    load, mean = _load(year, step)
    words = [f"load {load:,.1f} MW, {load - mean:+,.1f} against the mean of its hour"]
    thermal = len(case.fleet.thermal)
    if thermal:
        unit = np.array([asset.unit_mw for asset in case.fleet.thermal]) * case.capacity_factor[:, step]
        in_place = sizes.effective[:thermal, y]
        idle = float(unit @ (in_place * case.in_service[:, step] - dispatch.online_units[:, step]))
        out = float(unit @ (in_place * (1.0 - case.in_service[:, step])))
        spare = float(unit @ dispatch.online_units[:, step] - dispatch.thermal_mw[:, step].sum())
        words.append(
            "every unit in service runs at full output"
            if idle + spare < 1e-3 * max(load, 1.0)
            else f"units have {spare:,.1f} MW of headroom, {idle:,.1f} MW more stand by"
        )
        if out > 0.0:
            words.append(f"{out:,.1f} MW are out for planned maintenance")
    words += _storage_state(year, step) + _supply_state(year, step)
    return "; ".join(words)


def _storage_state(year: YearAtQuarterHours, step: int) -> list[str]:
    case, dispatch, sizes, y = year.case, year.dispatch, year.sizes, year.position
    words = []
    for number, asset in enumerate(case.fleet.storage):
        mw, mwh = (float(sizes.effective[column, y]) for column in case.fleet.storage_columns(number))
        if mwh <= 0.0:
            continue
        left = float(dispatch.soc_mwh[number, step]) - asset.soc_min_fraction * mwh
        if left < 1e-3 * mwh:
            words.append(f"{asset.label} is empty")
        elif float(dispatch.discharge_mw[number, step]) > _NEAR * mw:
            words.append(f"{asset.label} discharges at full power")
    return words


def _supply_state(year: YearAtQuarterHours, step: int) -> list[str]:
    words = []
    usable = float(year.sizes.usable_import_mw[year.position])
    if usable > 0.0 and float(year.dispatch.import_mw[step]) > _NEAR * usable:
        words.append("import is at its limit")
    by_day, by_hour = gas_limits_mcf(year.case.project)
    gas, day = year.gas_mcf_per_h, year.day
    if np.isfinite(by_day) and float(gas[day == day[step]].sum()) * year.case.axis.step_h > _NEAR * by_day:
        words.append("the gas of the day is used up")
    if np.isfinite(by_hour) and gas[step] > _NEAR * by_hour:
        words.append("gas is at its hourly limit")
    return words


def _load(year: YearAtQuarterHours, step: int) -> tuple[float, float]:
    """Load of a quarter-hour and the mean of its hour, MW."""
    load, parts = year.dispatch.load_mw, year.dispatch.steps_per_hour
    hour = step // parts
    return float(load[step]), float(load[hour * parts : (hour + 1) * parts].mean())
