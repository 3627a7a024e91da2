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
5. Flexible computing is used only where load or N-1 reserve would otherwise be missing, cheapest class first, within
   its hours per day and year. Shifted work comes back as soon as running units have room that the reserve does not
   need; what finds no room within its window, counted from hour 1 of the year, is lost. It is never used to save
   money, gas or emissions: that is Phase 2's.

Units run whole, but for the last of a model: where planned outages take it away for part of a week, it counts by its
share, as in Phase 2.

Forced outages do not derate the dispatch (formulation, Decisions). SOC and unit starts are cyclic over the year.

All compiled functions stand in this one file: numba keeps compiled code by the date of the file a function stands in
and would not notice a change in another one. The functions of a day are inlined: handing over that many arrays 365
times costs as much as the dispatch itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

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
# Positions in the readings of the meter.
PEAK, TAKEN = range(2)
# Positions in the totals of each flexible class, and in what is known of it while a year runs.
DOWN, UP = range(2)
USED_YEAR, USED_DAY, OWED = range(3)
# Rows of the hourly record.
H_SUN, H_CURTAILED, H_CHARGE, H_DISCHARGE, H_SOC, H_IMPORT, H_UNSERVED, H_RESERVE, H_CONTINGENCY = range(9)
RECORDED = 9


class World(NamedTuple):
    """What all designs share. T assets, R profile assets, Y years, H hours; MW unless said otherwise."""

    load: Array  # [Y, H]
    profile: Array  # [R, H] MW per MW
    import_limit: Array  # [Y, H]
    price: Array  # [H] $/MWh, first-year money
    demand_usd_per_mwh: Array  # [H] demand charges spread over the hours of their windows, first-year money
    registers: NDArray[np.bool_]  # [G, H] hours of each register of the tariff
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
    peak: Array  # [Y]
    flex_order: Index  # [C] flexible classes by price of computing
    flex_share: Array  # [C] MW per MW of load
    flex_day_h: Array  # [C] hours of full depth
    flex_year_h: Array  # [C]
    flex_returned: Array  # [C] MWh per MWh given up
    flex_window: Index  # [C] h


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
    meter: Array  # [2, G, 12] highest import and energy of each register and month
    flex: Array  # [2, C] MWh
    wanted: bool
    hourly: Array  # [9, H] when wanted
    units: Array  # [T, H] when wanted
    output: Array  # [T, H] when wanted
    flex_hourly: Array  # [2, C, H] when wanted


class Battery(NamedTuple):
    """The one battery of a design."""

    power: float
    floor: float
    ceiling: float
    target: float
    efficiency: float


class Offers(NamedTuple):
    """What sun and grid offer a design-year, each [H]."""

    sun: Array  # MW
    import_mw: Array
    import_cost: Array  # $/MWh at which import takes its place among the units


class Day(NamedTuple):
    """Working arrays of one day."""

    online: Array  # [24, T] units
    imported: Array  # [24] MW wanted
    before: Array  # [T] units in the last hour of the day before
    last: Array  # [T] units in the hour before this one
    output: Array  # [T] MW of this hour
    totals: Array  # [12]
    by_asset: Array  # [4, T]
    meter: Array  # [2, G, 12]
    flex: Array  # [2, C] MWh
    flex_state: Array  # [3, C] hours used in year and day, MWh owed
    flex_before: Array  # [3, C] the same at the end of the day before


@njit(cache=True, nogil=True)
def run_items(
    part: Index, world: World, items: Items, totals: Array, by_asset: Array, meter: Array, flex: Array
) -> None:
    """Totals of the design-years ``part``: fills ``totals`` [N, 12], ``by_asset`` [N, 4, T], ``meter`` [N, 2, G, 12]
    and ``flex`` [N, 2, C].
    """
    nothing, no_hours = np.zeros((1, 1)), np.zeros((1, 1, 1))
    for item in part:
        record = Record(
            totals[item], by_asset[item], meter[item], flex[item], False, nothing, nothing, nothing, no_hours
        )
        run_item(world, items, item, record)


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
    offers = Offers(sun, np.minimum(items.contracted[item], world.import_limit[year]), import_cost)
    order = items.order[item][items.units[item][items.order[item]] > 0.5]
    target = _battery_target(world, items, item, offers, order)
    battery = Battery(
        items.power[item],
        items.low[item] * items.energy[item],
        items.high[item] * items.energy[item],
        target,
        items.efficiency[item],
    )
    soc = target
    for _ in range(_MOST_PASSES):
        left = _simulate_year(world, items, item, offers, order, battery, soc, record)
        if abs(left - soc) < _SAME_MWH:
            break
        soc = left


@njit(cache=True, nogil=True)
def _battery_target(world: World, items: Items, item: int, offers: Offers, order: Index) -> float:
    """Energy the battery keeps: enough for the reserve; full where units and import cannot carry the peak alone."""
    capacity, in_service, units = world.capacity, world.in_service, items.units[item]
    load, sun, import_mw = world.load[items.year[item]], offers.sun, offers.import_mw
    short = 0.0
    largest = items.contracted[item] if world.import_counts else 0.0
    for asset in order:
        largest = max(largest, capacity[asset].max())
    for hour in range(HOURS):
        able = import_mw[hour]
        for asset in order:
            able += units[asset] * in_service[asset, hour] * capacity[asset, hour]
        short = max(short, load[hour] - sun[hour] - able)
    energy = items.energy[item]
    if short > 0.0:
        return float(items.high[item] * energy)
    reserve = min(items.power[item], largest) * world.ride_h / items.efficiency[item] if world.needs_reserve else 0.0
    return float(min(items.high[item] * energy, items.low[item] * energy + reserve))


@njit(cache=True, nogil=True)
def _simulate_year(
    world: World, items: Items, item: int, offers: Offers, order: Index, battery: Battery, soc: float, record: Record
) -> float:
    """365 days from ``soc`` MWh; returns the energy left."""
    types = len(items.units[item])
    saving_order = items.saving_order[item][items.units[item][items.saving_order[item]] > 0.5]
    saving_offers = Offers(offers.sun, offers.import_mw, np.full(HOURS, _FIRST_CHOICE_USD))
    none, zero = np.zeros((DAY, types)), np.zeros(types)
    flex, state = np.zeros((2, len(world.flex_share))), np.zeros((3, len(world.flex_share)))
    day = Day(
        none,
        np.zeros(DAY),
        zero,
        zero.copy(),
        zero.copy(),
        np.zeros(TOTALS),
        np.zeros((4, types)),
        np.zeros((2, len(world.registers), 12)),
        flex,
        state,
        state.copy(),
    )
    first_online = np.zeros(types)
    record.totals[:] = 0.0
    record.by_asset[:] = 0.0
    record.meter[:] = 0.0
    record.flex[:] = 0.0
    for first in range(0, HOURS, DAY):
        for attempt in range(2):
            saving = attempt == 1
            ranking = saving_order if saving else order
            cost = items.saving_cost[item] if saving else items.cost[item]
            asked = saving_offers if saving else offers
            left = _try_day(first, world, items, item, asked, ranking, cost, battery, soc, day, record)
            if day.totals[GAS_DAY] <= world.gas_day_cap and day.totals[GAS_HOUR] <= world.gas_hour_cap:
                break
        soc = left
        _add_day(record, day)
        day.before[:] = day.last
        day.flex_before[:] = day.flex_state
        if first == 0:
            first_online[:] = day.online[0]
    for asset in order:
        record.by_asset[STARTS, asset] += max(0.0, first_online[asset] - day.before[asset])
    return soc


@njit(cache=True, nogil=True, inline="always")
def _try_day(
    first: int,
    world: World,
    items: Items,
    item: int,
    offers: Offers,
    ranking: Index,
    cost: Array,
    battery: Battery,
    soc: float,
    day: Day,
    record: Record,
) -> float:
    """One day in one merit order; returns the energy left."""
    reserve_mw = min(battery.power, max(battery.target - battery.floor, 0.0) * battery.efficiency / world.ride_h)
    day.last[:] = day.before
    day.totals[:] = 0.0
    day.by_asset[:] = 0.0
    day.meter[:] = 0.0
    day.flex[:] = 0.0
    day.flex_state[:] = day.flex_before
    day.flex_state[USED_DAY] = 0.0
    _commit_day(first, world, items, item, offers, ranking, cost, reserve_mw, day)
    return _run_day(first, world, items.year[item], offers, ranking, battery, soc, day, record)


@njit(cache=True, nogil=True, inline="always")
def _add_day(record: Record, day: Day) -> None:
    """A day's totals into the year's: sums, and maxima for peaks and highest days."""
    for k in range(TOTALS):
        if UNSERVED_PEAK <= k <= RESERVE_SHORT:
            record.totals[k] = max(record.totals[k], day.totals[k])
        else:
            record.totals[k] += day.totals[k]
    for g in range(record.meter.shape[1]):
        for k in range(12):
            record.meter[PEAK, g, k] = max(record.meter[PEAK, g, k], day.meter[PEAK, g, k])
            record.meter[TAKEN, g, k] += day.meter[TAKEN, g, k]
    record.by_asset[:] += day.by_asset
    record.flex[:] += day.flex


@njit(cache=True, nogil=True, inline="always")
def _commit_day(
    first: int,
    world: World,
    items: Items,
    item: int,
    offers: Offers,
    ranking: Index,
    cost: Array,
    battery_mw: float,
    day: Day,
) -> None:
    """Units online (``day.online``) and import wanted (``day.imported``) in each hour of the day from hour ``first``.

    ``ranking`` lists the assets in place in the order of ``cost`` ($/MWh, [T]); ``battery_mw`` is the reserve that the
    battery gives.
    """
    load, capacity, in_service, units = (
        world.load[items.year[item]],
        world.capacity,
        world.in_service,
        items.units[item],
    )
    needs_reserve, import_counts, online = world.needs_reserve, world.import_counts, day.online
    sun, import_mw, import_cost, imported = offers.sun, offers.import_mw, offers.import_cost, day.imported
    for step in range(DAY):
        hour = first + step
        net = load[hour] - sun[hour]
        have, largest, bought, placed = 0.0, 0.0, 0.0, False
        for rank in range(len(ranking) + 1):
            if not placed and (rank == len(ranking) or import_cost[hour] < cost[ranking[rank]]):
                placed = True
                bought = min(import_mw[hour], max(net - have, 0.0))
                if rank == len(ranking) and needs_reserve:
                    # every unit runs: import they can back down for, so that they hold the reserve
                    short = max(largest, bought if import_counts else 0.0) - battery_mw - (have - net + bought)
                    most = min(import_mw[hour], net, max(largest, bought) if import_counts else net)
                    bought = max(bought, min(most, bought + short))
                if import_counts:
                    largest = max(largest, bought)
            if rank == len(ranking):
                break
            asset = ranking[rank]
            online[step, asset] = 0.0
            each = capacity[asset, hour]
            able = units[asset] * in_service[asset, hour]
            if able < 0.5 or each <= 0.0:
                continue
            reserve = max(0.0, largest - battery_mw) if needs_reserve else 0.0
            if net - bought + reserve - have > _TINY:
                # a larger unit raises the contingency itself: size the step with it running
                reserve = max(0.0, max(largest, each) - battery_mw) if needs_reserve else 0.0
                count = min(able, np.ceil((net - bought + reserve - have) / each - _TINY))
                online[step, asset] = count
                have += count * each
                largest = max(largest, each)
        imported[step] = bought
    _bridge_valleys(first, day, units, in_service, items.bridge[item], ranking)
    _respect_minimum(first, load, capacity, world.min_load, ranking, online)


@njit(cache=True, nogil=True)
def _bridge_valleys(first: int, day: Day, units: Array, in_service: Array, bridge_h: Array, ranking: Index) -> None:
    """Keep units on through valleys shorter than the hours a restart is worth."""
    online, before = day.online, day.before
    for asset in ranking:
        reach = int(bridge_h[asset])
        for step in range(DAY):
            ahead = online[step, asset]
            for later in range(step + 1, min(DAY, step + reach + 1)):
                ahead = max(ahead, online[later, asset])
            behind = before[asset] if step == 0 else online[step - 1, asset]
            level = min(ahead, behind)
            if level > online[step, asset]:
                online[step, asset] = min(level, units[asset] * in_service[asset, first + step])


@njit(cache=True, nogil=True)
def _respect_minimum(first: int, load: Array, capacity: Array, min_load: Array, ranking: Index, online: Array) -> None:
    """Units whose minimum together exceeds the load are not started, dearest first."""
    for step in range(DAY):
        hour = first + step
        lowest = 0.0
        for asset in ranking:
            lowest += online[step, asset] * min_load[asset] * capacity[asset, hour]
        for rank in range(len(ranking) - 1, -1, -1):
            asset = ranking[rank]
            each = min_load[asset] * capacity[asset, hour]
            while lowest > load[hour] + _TINY and online[step, asset] > 0.5 and each > 0.0:
                stopped = online[step, asset] - np.ceil(online[step, asset] - 1.0 - _TINY)
                online[step, asset] -= stopped
                lowest -= stopped * each


@njit(cache=True, nogil=True, inline="always")
def _run_day(
    first: int,
    world: World,
    year: int,
    offers: Offers,
    ranking: Index,
    battery: Battery,
    soc: float,
    day: Day,
    record: Record,
) -> float:
    """24 hours with the committed units; fills the day's totals; returns the energy left."""
    # arrays are taken out of the tuples once: reaching into them every hour triples the running time
    loads, capacity, min_load, month, price = world.load[year], world.capacity, world.min_load, world.month, world.price
    heat_rate_factor, no_load, incremental = world.heat_rate_factor, world.no_load, world.incremental
    is_gas, mcf_per_mmbtu = world.is_gas, world.mcf_per_mmbtu
    sun, import_mw, imported, online, last = offers.sun, offers.import_mw, day.imported, day.online, day.last
    totals, by_asset, meter, output = day.totals, day.by_asset, day.meter, day.output
    registers = world.registers
    hourly, units_out, output_out, wanted = record.hourly, record.units, record.output, record.wanted
    power, floor, efficiency = battery.power, battery.floor, battery.efficiency
    ride_h, needs_reserve, import_counts = world.ride_h, world.needs_reserve, world.import_counts
    classes, owing = len(world.flex_share), day.flex_state[OWED].sum() > _TINY
    for step in range(DAY):
        hour = first + step
        lowest, highest, largest = _running_range(step, hour, ranking, online, capacity, min_load)
        flows = _balance(loads[hour], sun[hour], imported[step], import_mw[hour], lowest, highest, battery, soc)
        thermal, bought, used_sun, charge, discharge, unserved = flows
        soc = soc + charge * efficiency - discharge / efficiency
        if import_counts:
            largest = max(largest, bought)
        carried = max(soc - floor, 0.0) * efficiency / ride_h
        reserve = highest - thermal + min(power - discharge + charge, carried)
        if wanted:  # a day may be run again, a year is
            record.flex_hourly[:, :, hour] = 0.0
        if classes > 0 and (owing or unserved > _TINY or (needs_reserve and largest - reserve > _TINY)):
            moved = _flex_hour(
                world, hour, loads[hour], world.peak[year], lowest, highest, largest, reserve, flows, day, record
            )
            owing = day.flex_state[OWED].sum() > _TINY
            unserved, thermal, reserve = unserved - moved[0], thermal + moved[1], reserve - moved[1]
            flows = (thermal, bought, used_sun, charge, discharge, unserved)
        more = thermal - lowest
        gas = _share_out(
            hour,
            step,
            capacity,
            min_load,
            heat_rate_factor,
            no_load,
            incremental,
            is_gas,
            mcf_per_mmbtu,
            ranking,
            more,
            online,
            last,
            by_asset,
            output,
        )
        if bought > 0.0:
            for g in range(len(registers)):
                if registers[g, hour]:
                    meter[PEAK, g, month[hour]] = max(meter[PEAK, g, month[hour]], bought)
                    meter[TAKEN, g, month[hour]] += bought
        totals[IMPORT_USD] += bought * price[hour]
        totals[LOAD] += loads[hour]
        _add_hour(totals, sun[hour], flows, gas, largest - reserve if needs_reserve else 0.0)
        if wanted:
            values = (used_sun, sun[hour] - used_sun, charge, discharge, soc, bought, unserved, reserve, largest)
            for row in range(RECORDED):
                hourly[row, hour] = values[row]
            for asset in ranking:
                units_out[asset, hour], output_out[asset, hour] = online[step, asset], output[asset]
    return soc


@njit(cache=True, nogil=True, inline="always")
def _running_range(
    step: int, hour: int, ranking: Index, online: Array, capacity: Array, min_load: Array
) -> tuple[float, float, float]:
    """(least MW, most MW, largest unit) of what runs in an hour."""
    lowest, highest, largest = 0.0, 0.0, 0.0
    for asset in ranking:
        if online[step, asset] > 0.0:
            highest += online[step, asset] * capacity[asset, hour]
            lowest += online[step, asset] * min_load[asset] * capacity[asset, hour]
            largest = max(largest, capacity[asset, hour])
    return lowest, highest, largest


@njit(cache=True, nogil=True)
def _add_hour(
    totals: Array, sun: float, flows: tuple[float, float, float, float, float, float], gas: float, reserve_short: float
) -> None:
    """An hour's flows into the day's totals."""
    _, bought, used_sun, charge, discharge, unserved = flows
    totals[SUN] += used_sun
    totals[CURTAILED] += sun - used_sun
    totals[CHARGED] += charge
    totals[DISCHARGED] += discharge
    totals[IMPORTED] += bought
    totals[UNSERVED] += unserved
    totals[UNSERVED_PEAK] = max(totals[UNSERVED_PEAK], unserved)
    totals[GAS_DAY] += gas
    totals[GAS_HOUR] = max(totals[GAS_HOUR], gas)
    totals[RESERVE_SHORT] = max(totals[RESERVE_SHORT], reserve_short)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _flex_hour(
    world: World,
    hour: int,
    load: float,
    peak: float,
    lowest: float,
    highest: float,
    largest: float,
    reserve: float,
    flows: tuple[float, float, float, float, float, float],
    day: Day,
    record: Record,
) -> tuple[float, float]:
    """(unserved load taken away, MW added to the units) by flexible computing in an hour; keeps its accounts."""
    thermal, unserved = flows[0], flows[5]
    missing = largest - reserve if world.needs_reserve else 0.0
    relief = min(max(missing, 0.0), thermal - lowest)
    taken, added = 0.0, 0.0
    if unserved + relief > _TINY:
        given = _give_up(world, hour, load, unserved + relief, day, record)
        taken = min(given, unserved)
        added = taken - given
    elif unserved <= _TINY:
        room = min(highest - thermal, max(peak - load, 0.0))
        if world.needs_reserve:
            room = min(room, -missing)
        for c in world.flex_order:
            back = min(day.flex_state[OWED, c], room, world.flex_share[c] * peak)
            if back > _TINY:
                room -= back
                added += back
                day.flex_state[OWED, c] -= back
                day.flex[UP, c] += back
                if record.wanted:
                    record.flex_hourly[UP, c, hour] = back
    for c in world.flex_order:
        if (hour + 1) % world.flex_window[c] == 0:
            day.flex_state[OWED, c] = 0.0
    return taken, added


@njit(cache=True, nogil=True)
def _give_up(world: World, hour: int, load: float, need: float, day: Day, record: Record) -> float:
    """MW that flexible classes give up in an hour, cheapest first, of the MW needed."""
    given, state = 0.0, day.flex_state
    for c in world.flex_order:
        most = world.flex_share[c] * load
        hours = min(1.0, world.flex_day_h[c] - state[USED_DAY, c], world.flex_year_h[c] - state[USED_YEAR, c])
        down = min(need - given, most * hours)
        if down > _TINY:
            given += down
            state[USED_DAY, c] += down / most
            state[USED_YEAR, c] += down / most
            state[OWED, c] += world.flex_returned[c] * down
            day.flex[DOWN, c] += down
            if record.wanted:
                record.flex_hourly[DOWN, c, hour] = down
    return given


@njit(cache=True, nogil=True)
def _share_out(
    hour: int,
    step: int,
    capacity: Array,
    min_load: Array,
    heat_rate_factor: Array,
    no_load: Array,
    incremental: Array,
    is_gas: NDArray[np.bool_],
    mcf_per_mmbtu: float,
    ranking: Index,
    left: float,
    online: Array,
    last: Array,
    by_asset: Array,
    output: Array,
) -> float:
    """Load running units above their minimum in merit order; returns gas used, mcf."""
    gas = 0.0
    for asset in ranking:
        running = online[step, asset]
        output[asset] = 0.0
        if running > 0.0:
            base = running * min_load[asset] * capacity[asset, hour]
            more = min(left, running * capacity[asset, hour] - base)
            left -= more
            output[asset] = base + more
            fuel = heat_rate_factor[asset, hour] * (no_load[asset] * running + incremental[asset] * output[asset])
            by_asset[ENERGY, asset] += output[asset]
            by_asset[ONLINE, asset] += running
            by_asset[FUEL, asset] += fuel
            if is_gas[asset]:
                gas += fuel * mcf_per_mmbtu
        if running > last[asset] and hour > 0:
            by_asset[STARTS, asset] += running - last[asset]
        last[asset] = running
    return gas
