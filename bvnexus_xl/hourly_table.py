"""One year hour by hour as plain named columns: what sheet ``Dispatch`` shows and the results file keeps.

Fuel, gas and NOx follow the same equations as ``dispatch.year_totals``, per hour instead of per year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import GROUPS
from bvnexus_xl.dispatch import HourlyDispatch, fuel_mmbtu, unit_starts
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import GRID, power_by_group

Array = NDArray[np.float64]


def group_key(source: str) -> str:
    """Column of a technology group: ``Fuel cells`` → ``fuel_cells_mw``."""
    return source.lower().replace(" ", "_") + "_mw"


@dataclass(frozen=True, slots=True)
class HourColumn:
    """One hourly column: key, label for people, unit."""

    key: str
    label: str
    unit: str


HOUR_COLUMNS: tuple[HourColumn, ...] = (
    HourColumn("load_mw", "Load", "MW"),
    *(
        HourColumn(group_key(group), "Battery, discharging" if group == "Battery" else group, "MW")
        for group in (*GROUPS, GRID)
    ),
    HourColumn("flex_down_mw", "Computing given up", "MW"),
    HourColumn("unserved_mw", "Unserved", "MW"),
    HourColumn("flex_up_mw", "Computing done later", "MW"),
    HourColumn("charge_mw", "Battery, charging", "MW"),
    HourColumn("curtailed_mw", "Curtailed", "MW"),
    HourColumn("soc_mwh", "Battery energy, end of hour", "MWh"),
    HourColumn("reserve_held_mw", "Spinning reserve held", "MW"),
    HourColumn("reserve_required_mw", "Spinning reserve required", "MW"),
    HourColumn("gas_mmbtu", "Gas burned, HHV", "MMBtu"),
    HourColumn("gas_mcf", "Gas burned", "mcf"),
    HourColumn("diesel_mmbtu", "Diesel burned, HHV", "MMBtu"),
    HourColumn("nox_lb", "NOx, starts included", "lb"),
    HourColumn("energy_price_usd_per_mwh", "Energy price", "$/MWh"),
)
"""Columns of every hourly table, in order.

In each hour: groups + grid + computing given up + unserved = load + computing done later + charging."""


@dataclass(frozen=True, eq=False)
class HourlyTable:
    """One year. H = 8,760 hours, N thermal assets that are built in some year of the plan.

    Attributes:
        year: calendar year.
        columns: hourly values by key (``HOUR_COLUMNS``), each [H]; the energy price is not a number in Phase 1.
        asset_labels, asset_keys: the thermal assets, N each.
        online_units: units running, [N, H].
        asset_mw: their output, MW, [N, H].
    """

    year: int
    columns: dict[str, Array]
    asset_keys: tuple[str, ...]
    asset_labels: tuple[str, ...]
    online_units: Array
    asset_mw: Array


def hourly_table(solved: SolvedStudy, position: int) -> HourlyTable:
    """The year at ``position`` of a solved study."""
    fleet, dispatch = solved.fleet, solved.dispatches[position]
    built = installed(fleet, solved.plan.builds)[fleet.thermal_columns].max(axis=1) > 0.0
    used = [n for n in range(len(fleet.thermal)) if built[n]]
    fuel = fuel_mmbtu(fleet, solved.profiles, dispatch.online_units, dispatch.thermal_mw)
    is_gas = np.array([asset.fuel == "natural_gas" for asset in fleet.thermal], dtype=bool)
    gas = fuel[is_gas].sum(0)
    columns = {group_key(source): mw for source, mw in power_by_group(fleet, dispatch).items()} | {
        "load_mw": dispatch.load_mw,
        "flex_down_mw": dispatch.flex_down_mw.sum(0),
        "unserved_mw": dispatch.unserved_mw,
        "flex_up_mw": dispatch.flex_up_mw.sum(0),
        "charge_mw": dispatch.charge_mw.sum(0),
        "curtailed_mw": dispatch.curtailed_mw.sum(0),
        "soc_mwh": dispatch.soc_mwh.sum(0),
        "reserve_held_mw": dispatch.reserve_mw,
        "reserve_required_mw": dispatch.contingency_mw,
        "gas_mmbtu": gas,
        "gas_mcf": gas / solved.project.constraints.gas_heat_content_mmbtu_per_mcf,
        "diesel_mmbtu": fuel[~is_gas].sum(0),
        "nox_lb": _nox_lb(fleet, dispatch),
        "energy_price_usd_per_mwh": _or_nothing(dispatch.energy_price_usd_per_mwh, len(dispatch.load_mw)),
    }
    return HourlyTable(
        year=solved.plan.years[position],
        columns={column.key: np.asarray(columns[column.key], dtype=float) for column in HOUR_COLUMNS},
        asset_keys=tuple(fleet.thermal[n].key for n in used),
        asset_labels=tuple(fleet.thermal[n].label for n in used),
        online_units=dispatch.online_units[used],
        asset_mw=dispatch.thermal_mw[used],
    )


def _or_nothing(values: Array | None, hours: int) -> Array:
    """Values by hour, not a number where there are none."""
    return np.full(hours, np.nan) if values is None else values


def _nox_lb(fleet: Fleet, dispatch: HourlyDispatch) -> Array:
    """NOx of running and of starting by hour, lb, [H]."""
    running = np.array([asset.nox_lb_per_mwh for asset in fleet.thermal])
    starting = np.array([asset.row.start_nox_lb for asset in fleet.thermal])
    return np.asarray(running @ dispatch.thermal_mw + starting @ unit_starts(dispatch.online_units))
