"""Merit-order dispatch of one year, compiled: the inner loop of Phase 1.

What one hour does, for a given set of installed units, battery, solar and import:

1. Units are committed in merit order (import takes its place among them by price) until running capacity covers the
   load less solar and import, plus the N-1 reserve that the battery cannot give. A valley shorter than the time a
   restart pays for is bridged.
2. Solar comes first, import and units follow; units never run below their minimum load. Surplus charges the battery,
   then replaces import, then is curtailed.
3. The battery keeps a target: it is refilled from running headroom and gives back only what is above the target, or
   whatever is needed where load would go unserved. It never charges and discharges in the same hour.
4. A day that uses more gas than allowed is dispatched again in order of gas use.

Forced outages do not derate the dispatch (formulation, Decisions). SOC and unit starts are cyclic over the year.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bvnexus_xl.screening.commitment import commit_day

Array = NDArray[np.float64]
Index = NDArray[np.int64]
HOURS = 8760
DAY = 24
_TINY = 1e-9
_SAME_MWH = 1e-7
_MOST_PASSES = 8
_LAST_RESORT_USD = 1e9
_FIRST_CHOICE_USD = -1e9

# Positions in the totals of a year.
(
    SUN,
    CURTAILED,
    CHARGED,
    DISCHARGED,
    IMPORTED,
    IMPORT_USD,
    UNSERVED,
    UNSERVED_PEAK,
    GAS_DAY,
    GAS_HOUR,
    RESERVE_SHORT,
    LOAD,
) = range(12)
TOTALS = 12
# Positions in the totals of each asset.
ENERGY, ONLINE, STARTS, FUEL = range(4)
# Rows of the hourly record.
H_SUN, H_CURTAILED, H_CHARGE, H_DISCHARGE, H_SOC, H_IMPORT, H_UNSERVED, H_RESERVE, H_CONTINGENCY = range(9)
RECORDED = 9


class World(NamedTuple):
    """What all designs share. T assets, R profile assets, Y years, H hours; MW unless said otherwise."""

    load: Array  # [Y, H]
    profile: Array  # [R, H] MW per MW
    import_limit: Array  # [Y, H]
    price: Array  # [H] $/MWh, first-year money
    demand_usd_per_mwh: float  # demand charge spread over a month's hours, first-year money
    capacity: Array  # [T, H] of one unit
    in_service: Array  # [T, H]
    heat_rate_factor: Array  # [T, H]
    min_load: Array  # [T]
    no_load: Array  # [T] MMBtu/h
    incremental: Array  # [T] MMBtu/MWh
    is_gas: NDArray[np.bool_]  # [T]
    mcf_per_mmbtu: float
    ride_h: float
    needs_reserve: bool
    import_counts: bool
    gas_day_cap: float
    gas_hour_cap: float
    month: Index  # [H]


class Items(NamedTuple):
    """What differs between N design-years."""

    year: Index  # [N]
    solar: Array  # [N, R] MW of each profile asset
    electricity: Array  # [N] escalation of grid prices
    priority: NDArray[np.bool_]  # [N] import by price, or last resort
    order: Index  # [N, T] by running cost
    saving_order: Index  # [N, T] by gas use
    cost: Array  # [N, T]
    saving_cost: Array  # [N, T]
    units: Array  # [N, T]
    bridge: Array  # [N, T] hours a restart is worth
    power: Array  # [N] battery
    energy: Array  # [N] MWh
    efficiency: Array  # [N] one way
    low: Array  # [N] lowest SOC
    high: Array  # [N] highest SOC
    contracted: Array  # [N] import


class Record(NamedTuple):
    """Where a year's totals, and its hours if wanted, are written."""

    totals: Array  # [12]
    by_asset: Array  # [4, T]
    peaks: Array  # [12] monthly import
    wanted: bool
    hourly: Array  # [9, H] when wanted
    units: Array  # [T, H] when wanted
    output: Array  # [T, H] when wanted


class Battery(NamedTuple):
    """The one battery of a design."""

    power: float
    floor: float
    ceiling: float
    target: float
    efficiency: float


@njit(cache=True, nogil=True)
def run_items(part: Index, world: World, items: Items, totals: Array, by_asset: Array, peaks: Array) -> None:
    """Totals of the design-years ``part``: fills ``totals`` [N, 12], ``by_asset`` [N, 4, T], ``peaks`` [N, 12]."""
    nothing = np.zeros((1, 1))
    for item in part:
        run_item(
            world, items, item, Record(totals[item], by_asset[item], peaks[item], False, nothing, nothing, nothing)
        )


@njit(cache=True, nogil=True)
def run_item(world: World, items: Items, item: int, record: Record) -> None:
    """One design-year, repeated from the energy it ended with until the battery's year is cyclic."""
    year = items.year[item]
    sun = np.zeros(HOURS)
    for n in range(len(world.profile)):
        sun += items.solar[item, n] * world.profile[n]
    import_cost = np.full(HOURS, _LAST_RESORT_USD)
    if items.priority[item]:
        import_cost = (world.price + world.demand_usd_per_mwh) * items.electricity[item]
    import_mw = np.minimum(items.contracted[item], world.import_limit[year])
    order = items.order[item][items.units[item][items.order[item]] > 0.5]
    target = _battery_target(world, items, item, sun, import_mw, order)
    battery = Battery(
        items.power[item],
        items.low[item] * items.energy[item],
        items.high[item] * items.energy[item],
        target,
        items.efficiency[item],
    )
    soc = target
    for _ in range(_MOST_PASSES):
        left = _simulate_year(world, items, item, sun, import_mw, import_cost, order, battery, soc, record)
        if abs(left - soc) < _SAME_MWH:
            break
        soc = left


@njit(cache=True, nogil=True)
def _battery_target(world: World, items: Items, item: int, sun: Array, import_mw: Array, order: Index) -> float:
    """Energy the battery keeps: enough for the reserve; full where units and import cannot carry the peak alone."""
    capacity, in_service, units = world.capacity, world.in_service, items.units[item]
    load = world.load[items.year[item]]
    short = 0.0
    largest = items.contracted[item] if world.import_counts else 0.0
    for asset in order:
        largest = max(largest, capacity[asset].max())
    for hour in range(HOURS):
        able = import_mw[hour]
        for asset in order:
            able += np.floor(units[asset] * in_service[asset, hour] + _TINY) * capacity[asset, hour]
        short = max(short, load[hour] - sun[hour] - able)
    energy = items.energy[item]
    if short > 0.0:
        return float(items.high[item] * energy)
    reserve = min(items.power[item], largest) * world.ride_h / items.efficiency[item] if world.needs_reserve else 0.0
    return float(min(items.high[item] * energy, items.low[item] * energy + reserve))


@njit(cache=True, nogil=True)
def _simulate_year(
    world: World,
    items: Items,
    item: int,
    sun: Array,
    import_mw: Array,
    import_cost: Array,
    order: Index,
    battery: Battery,
    soc: float,
    record: Record,
) -> float:
    """365 days from ``soc`` MWh; returns the energy left."""
    types = len(items.units[item])
    saving_order = items.saving_order[item][items.units[item][items.saving_order[item]] > 0.5]
    first_choice = np.full(HOURS, _FIRST_CHOICE_USD)
    online, imported = np.zeros((DAY, types)), np.zeros(DAY)
    before, last, first_online = np.zeros(types), np.zeros(types), np.zeros(types)
    day_totals, day_assets, day_peaks = np.zeros(TOTALS), np.zeros((4, types)), np.zeros(12)
    reserve_mw = min(battery.power, max(battery.target - battery.floor, 0.0) * battery.efficiency / world.ride_h)
    record.totals[:] = 0.0
    record.by_asset[:] = 0.0
    record.peaks[:] = 0.0
    for first in range(0, HOURS, DAY):
        soc_before = soc
        for attempt in range(2):
            saving = attempt == 1
            ranking = saving_order if saving else order
            last[:] = before
            commit_day(
                first,
                world.load[items.year[item]],
                sun,
                import_mw,
                first_choice if saving else import_cost,
                ranking,
                items.saving_cost[item] if saving else items.cost[item],
                items.units[item],
                world.capacity,
                world.in_service,
                world.min_load,
                items.bridge[item],
                reserve_mw,
                world.needs_reserve,
                world.import_counts,
                online,
                imported,
                before,
            )
            day_totals[:] = 0.0
            day_assets[:] = 0.0
            day_peaks[:] = 0.0
            soc = _run_day(
                first,
                world,
                items.year[item],
                sun,
                import_mw,
                ranking,
                battery,
                soc_before,
                online,
                imported,
                last,
                day_totals,
                day_assets,
                day_peaks,
                record,
            )
            if day_totals[GAS_DAY] <= world.gas_day_cap and day_totals[GAS_HOUR] <= world.gas_hour_cap:
                break
        _add_day(record, day_totals, day_assets, day_peaks)
        before[:] = last
        if first == 0:
            first_online[:] = online[0]
    for asset in order:
        record.by_asset[STARTS, asset] += max(0.0, first_online[asset] - before[asset])
    return soc


@njit(cache=True, nogil=True)
def _add_day(record: Record, day_totals: Array, day_assets: Array, day_peaks: Array) -> None:
    """A day's totals into the year's: sums, and maxima for peaks and highest days."""
    for k in range(TOTALS):
        if UNSERVED_PEAK <= k <= RESERVE_SHORT:
            record.totals[k] = max(record.totals[k], day_totals[k])
        else:
            record.totals[k] += day_totals[k]
    for k in range(12):
        record.peaks[k] = max(record.peaks[k], day_peaks[k])
    record.by_asset[:] += day_assets


@njit(cache=True, nogil=True, inline="always")
def _run_day(
    first: int,
    world: World,
    year: int,
    sun: Array,
    import_mw: Array,
    ranking: Index,
    battery: Battery,
    soc: float,
    online: Array,
    imported: Array,
    last: Array,
    day_totals: Array,
    day_assets: Array,
    day_peaks: Array,
    record: Record,
) -> float:
    """24 hours with the committed units; fills the day's totals; returns the energy left."""
    # arrays are taken out of the tuples once: reaching into them every hour costs half the running time
    loads, capacity, min_load, price, month = world.load[year], world.capacity, world.min_load, world.price, world.month
    physics = (world.heat_rate_factor, world.no_load, world.incremental, world.is_gas, world.mcf_per_mmbtu)
    ride_h, needs_reserve, import_counts, wanted = world.ride_h, world.needs_reserve, world.import_counts, record.wanted
    hourly, units_out, output_out = record.hourly, record.units, record.output
    for step in range(DAY):
        hour = first + step
        load = loads[hour]
        lowest, highest, largest = 0.0, 0.0, 0.0
        for asset in ranking:
            if online[step, asset] > 0.0:
                highest += online[step, asset] * capacity[asset, hour]
                lowest += online[step, asset] * min_load[asset] * capacity[asset, hour]
                largest = max(largest, capacity[asset, hour])
        thermal, bought, used_sun, charge, discharge, unserved = _balance(
            load, sun[hour], imported[step], import_mw[hour], lowest, highest, battery, soc
        )
        soc = soc + charge * battery.efficiency - discharge / battery.efficiency
        if import_counts:
            largest = max(largest, bought)
        carried = min(battery.power - discharge + charge, max(soc - battery.floor, 0.0) * battery.efficiency / ride_h)
        reserve = highest - thermal + carried
        gas = _share_out(
            hour,
            step,
            capacity,
            min_load,
            physics,
            ranking,
            thermal - lowest,
            online,
            last,
            day_assets,
            wanted,
            units_out,
            output_out,
        )
        day_totals[SUN] += used_sun
        day_totals[CURTAILED] += sun[hour] - used_sun
        day_totals[CHARGED] += charge
        day_totals[DISCHARGED] += discharge
        day_totals[IMPORTED] += bought
        day_totals[IMPORT_USD] += bought * price[hour]
        day_totals[UNSERVED] += unserved
        day_totals[UNSERVED_PEAK] = max(day_totals[UNSERVED_PEAK], unserved)
        day_totals[GAS_DAY] += gas
        day_totals[GAS_HOUR] = max(day_totals[GAS_HOUR], gas)
        day_totals[LOAD] += load
        if needs_reserve:
            day_totals[RESERVE_SHORT] = max(day_totals[RESERVE_SHORT], largest - reserve)
        day_peaks[month[hour]] = max(day_peaks[month[hour]], bought)
        if wanted:
            values = (used_sun, sun[hour] - used_sun, charge, discharge, soc, bought, unserved, reserve, largest)
            for row in range(RECORDED):
                hourly[row, hour] = values[row]
    return soc


@njit(cache=True, nogil=True, inline="always")
def _balance(
    load: float, sun: float, wanted: float, most: float, lowest: float, highest: float, battery: Battery, soc: float
) -> tuple[float, float, float, float, float, float]:
    """(units, import, sun used, charge, discharge, unserved) MW of one hour, with units between lowest and highest."""
    bought, used_sun, charge, discharge, unserved = wanted, sun, 0.0, 0.0, 0.0
    net = load - sun - wanted
    if net < lowest:
        extra = lowest - net
        charge = min(extra, battery.power, max(battery.ceiling - soc, 0.0) / battery.efficiency)
        extra -= charge
        less = min(extra, bought)
        bought -= less
        used_sun -= extra - less
        thermal = lowest
    elif net > highest:
        short = net - highest
        more = min(short, most - bought)
        bought += more
        short -= more
        discharge = min(short, battery.power, max(soc - battery.floor, 0.0) * battery.efficiency)
        unserved = short - discharge
        thermal = highest
    else:
        thermal = net
        if soc > battery.target + _TINY:
            discharge = min(battery.power, (soc - battery.target) * battery.efficiency, thermal - lowest)
            thermal -= discharge
        elif soc < battery.target - _TINY:
            charge = min(battery.power, (battery.target - soc) / battery.efficiency, highest - thermal)
            thermal += charge
    return thermal, bought, used_sun, charge, discharge, unserved


@njit(cache=True, nogil=True, inline="always")
def _share_out(
    hour: int,
    step: int,
    capacity: Array,
    min_load: Array,
    physics: tuple[Array, Array, Array, NDArray[np.bool_], float],
    ranking: Index,
    left: float,
    online: Array,
    last: Array,
    day_assets: Array,
    wanted: bool,
    units_out: Array,
    output_out: Array,
) -> float:
    """Load running units above their minimum in merit order; returns gas used, mcf."""
    heat_rate_factor, no_load, incremental, is_gas, mcf_per_mmbtu = physics
    gas = 0.0
    for asset in ranking:
        running = online[step, asset]
        output = 0.0
        if running > 0.0:
            base = running * min_load[asset] * capacity[asset, hour]
            more = min(left, running * capacity[asset, hour] - base)
            left -= more
            output = base + more
            fuel = heat_rate_factor[asset, hour] * (no_load[asset] * running + incremental[asset] * output)
            day_assets[ENERGY, asset] += output
            day_assets[ONLINE, asset] += running
            day_assets[FUEL, asset] += fuel
            if is_gas[asset]:
                gas += fuel * mcf_per_mmbtu
        if running > last[asset] and hour > 0:
            day_assets[STARTS, asset] += running - last[asset]
        last[asset] = running
        if wanted:
            units_out[asset, hour] = running
            output_out[asset, hour] = output
    return gas
