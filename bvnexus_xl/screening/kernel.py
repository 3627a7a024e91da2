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

import numpy as np
from numba import njit

HOURS = 8760
DAY = 24
_TINY = 1e-9


@njit(cache=True, nogil=True)
def commit_day(  # type: ignore[no-untyped-def]
    first,
    load,
    sun,
    import_mw,
    import_cost,
    order,
    cost,
    units,
    capacity,
    in_service,
    min_load,
    bridge_h,
    battery_mw,
    needs_reserve,
    import_counts,
    online,
    imported,
    before,
):
    """Units online and import wanted in each hour of a day; fills ``online`` [24, T] and ``imported`` [24]."""
    types = len(order)
    for step in range(DAY):
        hour = first + step
        net = load[hour] - sun[hour]
        have = 0.0
        largest = 0.0
        bought = 0.0
        placed = False
        for rank in range(types + 1):
            if not placed and (rank == types or import_cost[hour] < cost[order[rank]]):
                placed = True
                bought = min(import_mw[hour], max(net - have, 0.0))
                if import_counts:
                    largest = max(largest, bought)
            if rank == types:
                break
            asset = order[rank]
            online[step, asset] = 0.0
            each = capacity[asset, hour]
            able = np.floor(units[asset] * in_service[asset, hour] + _TINY)
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
    _bridge(first, online, before, units, in_service, bridge_h, order)
    _respect_minimum(first, load, capacity, min_load, order, online)


@njit(cache=True, nogil=True)
def _bridge(first, online, before, units, in_service, bridge_h, order):  # type: ignore[no-untyped-def]
    """Keep units on through valleys shorter than the hours a restart is worth."""
    for asset in order:
        reach = int(bridge_h[asset])
        if reach < 1 or units[asset] < 0.5:
            continue
        for step in range(DAY):
            now = online[step, asset]
            ahead = now
            for later in range(step + 1, min(DAY, step + reach + 1)):
                ahead = max(ahead, online[later, asset])
            behind = before[asset] if step == 0 else online[step - 1, asset]
            level = min(ahead, behind)
            if level > now:
                online[step, asset] = min(level, np.floor(units[asset] * in_service[asset, first + step] + _TINY))


@njit(cache=True, nogil=True)
def _respect_minimum(first, load, capacity, min_load, order, online):  # type: ignore[no-untyped-def]
    """Units whose minimum together exceeds the load are not started, dearest first."""
    for step in range(DAY):
        hour = first + step
        lowest = 0.0
        for asset in order:
            lowest += online[step, asset] * min_load[asset] * capacity[asset, hour]
        for rank in range(len(order) - 1, -1, -1):
            asset = order[rank]
            each = min_load[asset] * capacity[asset, hour]
            while lowest > load[hour] + _TINY and online[step, asset] > 0.5 and each > 0.0:
                online[step, asset] -= 1.0
                lowest -= each


@njit(cache=True, nogil=True)
def simulate_year(  # type: ignore[no-untyped-def]
    load,
    sun,
    import_limit,
    import_cost,
    price_base,
    order,
    saving_order,
    cost,
    saving_cost,
    units,
    capacity,
    in_service,
    heat_rate_factor,
    min_load,
    no_load,
    incremental,
    is_gas,
    mcf_per_mmbtu,
    bridge_h,
    power_mw,
    energy_mwh,
    efficiency,
    soc_low,
    soc_high,
    soc_start,
    target,
    contracted_mw,
    ride_h,
    needs_reserve,
    import_counts,
    gas_day_cap,
    gas_hour_cap,
    month,
    totals,
    by_asset,
    peaks,
    record,
    hourly,
    hourly_units,
    hourly_mw,
):
    """Dispatch one year from ``soc_start``; returns the energy left at its end, MWh.

    ``order`` and ``saving_order`` list the assets that are in place. Fills ``totals`` [12]: sun used, curtailed, charged, discharged, imported, import at base price $, unserved, unserved
    peak, highest gas day, highest gas hour, highest reserve shortage, load; ``by_asset`` [4, T]: energy, unit hours,
    starts, fuel; ``peaks`` [12] of import; with ``record`` also ``hourly`` [10, 8760] and the unit series [T, 8760].
    """
    types = len(units)
    soc = soc_start
    online = np.zeros((DAY, types))
    imported = np.zeros(DAY)
    output = np.zeros(types)
    before = np.zeros(types)
    first_online = np.zeros(types)
    import_mw = np.zeros(HOURS)
    for hour in range(HOURS):
        import_mw[hour] = min(contracted_mw, import_limit[hour])
    floor = soc_low * energy_mwh
    ceiling = soc_high * energy_mwh
    reserve_mw = min(power_mw, max(target - floor, 0.0) * efficiency / ride_h)
    totals[:] = 0.0
    by_asset[:] = 0.0
    peaks[:] = 0.0
    day_totals = np.zeros(12)
    day_assets = np.zeros((4, types))
    day_peaks = np.zeros(12)
    last = np.zeros(types)
    free_import = np.full(HOURS, -1e9)
    for first in range(0, HOURS, DAY):
        soc_before = soc
        for attempt in range(2):
            soc = soc_before
            saving = attempt == 1
            day_totals[:] = 0.0
            day_assets[:] = 0.0
            day_peaks[:] = 0.0
            rank_order = saving_order if saving else order
            commit_day(
                first,
                load,
                sun,
                import_mw,
                free_import if saving else import_cost,
                rank_order,
                saving_cost if saving else cost,
                units,
                capacity,
                in_service,
                min_load,
                bridge_h,
                reserve_mw,
                needs_reserve,
                import_counts,
                online,
                imported,
                before,
            )
            gas_day = 0.0
            gas_peak = 0.0
            for asset in order:
                last[asset] = before[asset]
            for step in range(DAY):
                hour = first + step
                lowest = 0.0
                highest = 0.0
                largest = 0.0
                for asset in order:
                    if online[step, asset] > 0.0:
                        highest += online[step, asset] * capacity[asset, hour]
                        lowest += online[step, asset] * min_load[asset] * capacity[asset, hour]
                        largest = max(largest, capacity[asset, hour])
                bought = imported[step]
                used_sun = sun[hour]
                charge = 0.0
                discharge = 0.0
                unserved = 0.0
                net = load[hour] - used_sun - bought
                if net < lowest:
                    extra = lowest - net
                    charge = min(extra, power_mw, max(ceiling - soc, 0.0) / efficiency)
                    extra -= charge
                    less = min(extra, bought)
                    bought -= less
                    extra -= less
                    used_sun -= extra
                    thermal = lowest
                elif net > highest:
                    short = net - highest
                    more = min(short, import_mw[hour] - bought)
                    bought += more
                    short -= more
                    discharge = min(short, power_mw, max(soc - floor, 0.0) * efficiency)
                    unserved = short - discharge
                    thermal = highest
                else:
                    thermal = net
                    if soc > target + _TINY:
                        discharge = min(power_mw, (soc - target) * efficiency, thermal - lowest)
                        thermal -= discharge
                    elif soc < target - _TINY:
                        charge = min(power_mw, (target - soc) / efficiency, highest - thermal)
                        thermal += charge
                soc = soc + charge * efficiency - discharge / efficiency
                if import_counts and bought > largest:
                    largest = bought
                carried = min(power_mw - discharge + charge, max(soc - floor, 0.0) * efficiency / ride_h)
                reserve = highest - thermal + carried
                left = thermal - lowest
                gas_hour = 0.0
                for asset in rank_order:
                    output[asset] = 0.0
                    n = online[step, asset]
                    if n > 0.0:
                        base = n * min_load[asset] * capacity[asset, hour]
                        add = min(left, n * capacity[asset, hour] - base)
                        left -= add
                        output[asset] = base + add
                        fuel = heat_rate_factor[asset, hour] * (no_load[asset] * n + incremental[asset] * output[asset])
                        day_assets[0, asset] += output[asset]
                        day_assets[1, asset] += n
                        day_assets[3, asset] += fuel
                        if is_gas[asset]:
                            gas_hour += fuel * mcf_per_mmbtu
                    if n > last[asset] and hour > 0:
                        day_assets[2, asset] += n - last[asset]
                    last[asset] = n
                gas_day += gas_hour
                gas_peak = max(gas_peak, gas_hour)
                day_totals[0] += used_sun
                day_totals[1] += sun[hour] - used_sun
                day_totals[2] += charge
                day_totals[3] += discharge
                day_totals[4] += bought
                day_totals[5] += bought * price_base[hour]
                day_totals[6] += unserved
                day_totals[7] = max(day_totals[7], unserved)
                if needs_reserve:
                    day_totals[10] = max(day_totals[10], largest - reserve)
                day_totals[11] += load[hour]
                day_peaks[month[hour]] = max(day_peaks[month[hour]], bought)
                if record:
                    hourly[0, hour] = used_sun
                    hourly[1, hour] = sun[hour] - used_sun
                    hourly[2, hour] = charge
                    hourly[3, hour] = discharge
                    hourly[4, hour] = soc
                    hourly[5, hour] = bought
                    hourly[6, hour] = unserved
                    hourly[7, hour] = reserve
                    hourly[8, hour] = largest
                    for asset in order:
                        hourly_units[asset, hour] = online[step, asset]
                        hourly_mw[asset, hour] = output[asset]
            if (gas_day <= gas_day_cap and gas_peak <= gas_hour_cap) or saving:
                break
        day_totals[8] = gas_day
        day_totals[9] = gas_peak
        for k in range(12):
            if 7 <= k <= 10:
                totals[k] = max(totals[k], day_totals[k])
            else:
                totals[k] += day_totals[k]
            peaks[k] = max(peaks[k], day_peaks[k])
        by_asset += day_assets
        for asset in order:
            before[asset] = last[asset]
            if first == 0:
                first_online[asset] = online[0, asset]
    for asset in order:
        by_asset[2, asset] += max(0.0, first_online[asset] - before[asset])
    return soc
