"""Does a written year keep what was promised? Plain numpy on the columns of the results file and the input rows.

Nothing of the solvers, of ``dispatch`` or of ``limits`` is used: only inputs, weather-driven series and arithmetic.
Holds for projects with at most one battery and one solar model, no existing plant and no flexible load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.project import Project

Array = NDArray[np.float64]
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_GROUPS = ("engines_mw", "turbines_mw", "fuel_cells_mw", "other_thermal_mw")


@dataclass(frozen=True)
class Series:
    """Weather-driven inputs of a year, [8760] each; of thermal models by asset key."""

    load_mw: Array
    capacity_factor: Mapping[str, Array]
    heat_rate_factor: Mapping[str, Array]
    in_service: Mapping[str, Array]
    sun_mw_per_mw: Array


def broken_rules(
    project: Project,
    series: Series,
    built: Mapping[str, Array],
    position: int,
    hours: Mapping[str, Array],
) -> list[str]:
    """What is broken in the year at ``position``, in words; empty where all holds.

    Args:
        project: the inputs.
        series: weather-driven series of that year.
        built: quantity built in each year, [Y], by column key.
        position: number of the year, 0 for the first.
        hours: columns of the results file, [8760] each: ``load_mw``, ``soc_mwh``, ``mw:<key>`` and so on.
    """
    check = _Check(project, series, built, position, hours, [])
    for rule in (_thermal, _battery, _sun, _grid, _balance, _spinning, _planning, _emissions, _gas, _land):
        rule(check)
    return check.broken


@dataclass
class _Check:
    project: Project
    series: Series
    built: Mapping[str, Array]
    position: int
    hours: Mapping[str, Array]
    broken: list[str]

    def at_most(self, name: str, left: Array | float, right: Array | float, tolerance: float = 1e-6) -> None:
        over = float(np.max(np.asarray(left) - np.asarray(right), initial=-np.inf))
        if over > tolerance * max(1.0, float(np.max(np.abs(right), initial=0.0))):
            self.broken.append(f"{name}: {over:.6g} too much")

    def equal(self, name: str, left: Array, right: Array) -> None:
        off = float(np.abs(np.asarray(left) - np.asarray(right)).max())
        if off > 1e-5:
            self.broken.append(f"{name}: off by {off:.6g}")

    def standing(self, key: str, life: int) -> float:
        """Quantity in place: vintages within their life."""
        return float(sum(n for made, n in enumerate(self.built.get(key, ())) if 0 <= self.position - made < life))

    def left(self, key: str, row: EquipmentRow) -> float:
        """What vintages can still do: half the first year's loss in year one, then the loss and a share a year more."""
        total = 0.0
        for made, quantity in enumerate(self.built.get(key, ())):
            age = self.position - made
            if 0 <= age < row.life_years:
                lost = row.fade_first_year_fraction
                share = 1 - lost / 2 if age == 0 else 1 - lost - (age - 0.5) * row.fade_per_year_fraction
                total += max(share, 0.0) * float(quantity)
        return total

    def row(self, technology: str) -> EquipmentRow | None:
        return next((row for row in self.project.equipment if row.technology == technology and row.enabled), None)

    def thermal(self) -> list[tuple[str, EquipmentRow, dict[str, float]]]:
        """(key, row, rates) of each model and control that was built."""
        out = []
        for row in self.project.equipment:
            if row.unit_mw is None:
                continue
            plain = "".join(c if c.isalnum() else "-" for c in row.name.lower())
            key = "-".join(part for part in plain.split("-") if part)
            rates = {name: getattr(row, f"{name}_lb_per_mwh") for name in ("nox", "co", "voc")}
            options = [(key, {**rates, "adder": 0.0})]
            for control in self.project.emission_controls:
                if control.model == row.name:
                    words = "".join(c if c.isalnum() else "-" for c in control.control.lower())
                    name = f"{key}+" + "-".join(part for part in words.split("-") if part)
                    cleaned = {name: getattr(control, f"{name}_lb_per_mwh") for name in ("nox", "co", "voc")}
                    options.append((name, {**cleaned, "adder": control.heat_rate_adder_pct / 100.0}))
            out += [(name, row, rate) for name, rate in options if f"mw:{name}" in self.hours]
        return out


def _thermal(c: _Check) -> None:
    total = np.zeros(8760)
    for key, row, _ in c.thermal():
        mw, units = c.hours[f"mw:{key}"], c.hours[f"units_running:{key}"]
        able = units * float(row.unit_mw or 0.0) * c.series.capacity_factor[key]
        c.at_most(f"{key} above what runs", mw, able)
        c.at_most(f"{key} below minimum load", float(row.min_load_fraction or 0.0) * able, mw)
        c.at_most(f"{key} units not there", units, c.series.in_service[key] * c.standing(key, row.life_years))
        if row.max_run_hours_per_year is not None:
            c.at_most(f"{key} hours", units.sum(), row.max_run_hours_per_year * c.standing(key, row.life_years))
        total += mw
    c.equal("engines and turbines", total, sum(c.hours[name] for name in c.hours if name in _GROUPS))


def _battery(c: _Check) -> None:
    row = c.row("storage")
    charge, discharge, soc = c.hours["charge_mw"], c.hours["battery_mw"], c.hours["soc_mwh"]
    if row is None:
        c.at_most("battery that is not there", charge + discharge + soc, 0.0)
        return
    power, energy = c.standing("battery:mw", row.life_years), c.left("battery:mwh", row)
    each = float(row.round_trip_efficiency or 0.0) ** 0.5
    c.equal("battery energy from hour to hour", soc - np.roll(soc, 1), charge * each - discharge / each)
    c.at_most("battery above its highest charge", soc, float(row.soc_max_fraction or 0.0) * energy)
    c.at_most("battery below its lowest charge", float(row.soc_min_fraction or 0.0) * energy, soc)
    c.at_most("battery power", charge + discharge, power)
    c.at_most("charging while discharging", np.minimum(charge, discharge), 0.0)


def _sun(c: _Check) -> None:
    row = c.row("solar")
    offered = np.zeros(8760) if row is None else c.left("solar-pv", row) * c.series.sun_mw_per_mw
    c.equal("sun used and curtailed", c.hours["solar_mw"] + c.hours["curtailed_mw"], offered)
    c.at_most("sun curtailed below zero", -c.hours["curtailed_mw"], 0.0)


def _grid(c: _Check) -> None:
    grid, year = c.project.grid, c.project.years[c.position]
    granted = next((r.import_limit_mw for r in grid.import_limits if r.year == year), 0.0) if grid.grid_enabled else 0.0
    begins = grid.energisation_date
    if begins.year == year:
        first = 24 * (sum(_MONTH_DAYS[: begins.month - 1]) + begins.day - 1)
    else:
        first = 0 if begins.year < year else 8760
    c.at_most("import before the grid is there", c.hours["grid_mw"][:first], 0.0)
    c.at_most("import above what is granted", c.hours["grid_mw"], granted)
    c.at_most("import above what is contracted", c.hours["grid_mw"], c.standing("grid", grid.grid_life_years))


def _balance(c: _Check) -> None:
    hours = c.hours
    thermal = sum(hours[name] for name in hours if name in _GROUPS)
    supply = thermal + hours["solar_mw"] + hours["battery_mw"] + hours["grid_mw"] + hours["unserved_mw"]
    c.equal("balance", supply, hours["load_mw"] + hours["charge_mw"])
    c.equal("load", hours["load_mw"], c.series.load_mw)
    if c.project.constraints.unserved_limit_enabled:
        allowed = c.project.constraints.unserved_limit_fraction * c.series.load_mw.sum()
        c.at_most("energy not served", hours["unserved_mw"].sum(), allowed)


def _spinning(c: _Check) -> None:
    limits, row = c.project.constraints, c.row("storage")
    if not limits.spinning_reserve_enabled:
        return
    held, largest = np.zeros(8760), 0.0
    for key, model, _ in c.thermal():
        held += (
            c.hours[f"units_running:{key}"] * float(model.unit_mw or 0.0) * c.series.capacity_factor[key]
            - c.hours[f"mw:{key}"]
        )
        if c.hours[f"units_running:{key}"].max() > 0.0:
            largest = max(largest, float(model.unit_mw or 0.0) * float(c.series.capacity_factor[key].max()))
    if row is not None:
        energy = c.hours["soc_mwh"] - float(row.soc_min_fraction or 0.0) * c.left("battery:mwh", row)
        free = c.standing("battery:mw", row.life_years) - c.hours["battery_mw"] + c.hours["charge_mw"]
        each = float(row.round_trip_efficiency or 0.0) ** 0.5
        held += np.minimum(free, np.maximum(energy, 0.0) * each * 60.0 / limits.ride_through_min)
    lost = np.maximum(largest, c.hours["grid_mw"]) if limits.import_is_contingency else np.full(8760, largest)
    c.at_most("spinning reserve that is not there", lost, held)
    c.at_most("reserve shown as held", c.hours["reserve_held_mw"], held)


def _planning(c: _Check) -> None:
    """In the 50 hours of highest load, with the k largest units out."""
    limits, row, sun = c.project.constraints, c.row("storage"), c.row("solar")
    if not limits.planning_reserve_enabled:
        return
    for hour in np.argsort(-c.series.load_mw, kind="stable")[:50]:
        units = [
            (float(model.unit_mw or 0.0) * float(c.series.capacity_factor[key][hour]))
            for key, model, _ in c.thermal()
            for _ in range(round(c.standing(key, model.life_years)))
        ]
        firm = sum(sorted(units)[: len(units) - limits.planning_reserve_units])
        if sun is not None:
            firm += c.left("solar-pv", sun) * float(c.series.sun_mw_per_mw[hour])
        if row is not None and limits.planning_margin_mw == 0.0:
            usable = float(row.soc_max_fraction or 0.0) - float(row.soc_min_fraction or 0.0)
            stored = c.left("battery:mwh", row) * usable * float(row.round_trip_efficiency or 0.0) ** 0.5
            firm += min(c.standing("battery:mw", row.life_years), stored / limits.planning_gap_h)
        firm += _firm_import(c, int(hour))
        need = float(c.series.load_mw[hour]) + limits.planning_margin_mw
        c.at_most(f"planning reserve, hour {hour + 1}", need, firm)


def _firm_import(c: _Check, hour: int) -> float:
    grid, year = c.project.grid, c.project.years[c.position]
    day, month_days = hour // 24, np.cumsum((0, *_MONTH_DAYS))
    began = (
        grid.energisation_date.year,
        int(month_days[grid.energisation_date.month - 1]) + grid.energisation_date.day,
    )
    if not grid.grid_enabled or (year, day + 1) < began:
        return 0.0
    granted = next((r.import_limit_mw for r in grid.import_limits if r.year == year), 0.0)
    return min(c.standing("grid", grid.grid_life_years), granted)


def _emissions(c: _Check) -> None:
    limits = c.project.constraints
    margin = limits.synthetic_cap_margin if limits.emission_basis == "synthetic_cap" else 1.0
    for name in ("nox", "co", "voc"):
        if not getattr(limits, f"{name}_limit_enabled"):
            continue
        pounds = 0.0
        for key, row, rates in c.thermal():
            units = c.hours[f"units_running:{key}"]
            starts = np.maximum(units - np.roll(units, 1), 0.0).sum() if name == "nox" else 0.0
            if limits.emission_basis == "PTE_8760":
                full = c.standing(key, row.life_years) * float(row.unit_mw or 0.0) * limits.permitted_hours_per_year
                pounds += rates[name] * full
            else:
                pounds += rates[name] * float(c.hours[f"mw:{key}"].sum()) + row.start_nox_lb * float(starts)
        c.at_most(f"{name} of the year", pounds / 2000.0, margin * getattr(limits, f"{name}_limit_tpy"))


def _gas(c: _Check) -> None:
    limits, mcf = c.project.constraints, np.zeros(8760)
    for key, row, rates in c.thermal():
        if row.fuel != "natural_gas":
            continue
        unit, adder = float(row.unit_mw or 0.0), 1.0 + row.net_ageing_adder_pct / 100.0 + rates["adder"]
        full = float(row.heat_rate_btu_per_kwh or 0.0) / 1000.0 * adder
        no_load = max(0.0, unit * full * (float(row.heat_rate_multiplier_at_50pct or 0.0) - 1.0))
        burned = no_load * c.hours[f"units_running:{key}"] + (full - no_load / unit) * c.hours[f"mw:{key}"]
        mcf += c.series.heat_rate_factor[key] * burned / limits.gas_heat_content_mmbtu_per_mcf
    c.equal("gas of each hour", mcf / 1000.0, c.hours["gas_mcf"] / 1000.0)
    if limits.gas_limit_enabled:
        c.at_most("gas of a day", mcf.reshape(365, 24).sum(1), limits.gas_limit_mcf_per_day)
        if limits.gas_hourly_limit_enabled:
            c.at_most("gas of an hour", mcf, limits.gas_limit_mcf_per_day / 24.0 * limits.gas_hourly_swing_factor)


def _land(c: _Check) -> None:
    limits = c.project.constraints
    if not limits.land_limit_enabled:
        return
    acres = limits.reserved_land_acres
    for key, row, _ in c.thermal():
        acres += c.standing(key, row.life_years) * float(row.unit_mw or 0.0) * row.land_acres_per_mw
    for technology, names in (("storage", ("battery:mw", "battery:mwh")), ("solar", ("solar-pv",))):
        row = c.row(technology)
        if row is not None:
            per = (row.land_acres_per_mw, row.land_acres_per_mwh)
            acres += sum(c.standing(name, row.life_years) * per[n] for n, name in enumerate(names))
    if c.standing("grid", c.project.grid.grid_life_years) > 0.0:
        acres += c.project.grid.substation_acres
    c.at_most("land", acres, limits.land_limit_acres)
