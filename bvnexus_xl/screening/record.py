"""The hourly dispatch of one year of one design, from the same compiled loop that screened it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.screening.batch import DesignYears, Screen, battery_target, hourly_offers
from bvnexus_xl.screening.kernel import HOURS, simulate_year

Array = NDArray[np.float64]
_PASSES = 8


def record_year(screen: Screen, year: int, capacity: Array, priority: bool) -> HourlyDispatch:
    """Dispatch one year hour by hour; ``capacity`` is the effective quantity of each fleet column, [C]."""
    designs = DesignYears(np.array([year]), capacity[None, :], np.array([priority]))
    emission_price = screen.run(designs).emission_price
    (
        _,
        load,
        profile,
        solar,
        import_limit,
        price,
        electricity,
        demand,
        _,
        order,
        saving_order,
        cost,
        saving_cost,
        units,
        thermal_mw,
        in_service,
        heat_rate_factor,
        min_load,
        no_load,
        incremental,
        is_gas,
        mcf_per_mmbtu,
        bridge,
        power,
        energy,
        efficiency,
        low,
        high,
        contracted,
        ride_h,
        needs_reserve,
        import_counts,
        gas_day_cap,
        gas_hour_cap,
        month,
    ) = screen.items(designs, emission_price)  # type: ignore[misc]
    types = screen.types
    here = order[0][units[0][order[0]] > 0.5]  # type: ignore[index]
    saving_here = saving_order[0][units[0][saving_order[0]] > 0.5]  # type: ignore[index]
    sun, import_cost = hourly_offers(profile, solar[0], price, electricity[0], demand, priority)  # type: ignore[index]
    target = battery_target(
        load[year],
        sun,
        import_limit[year],
        contracted[0],
        here,
        units[0],
        thermal_mw,
        in_service,
        power[0],
        energy[0],  # type: ignore[index]
        efficiency[0],
        low[0],
        high[0],
        ride_h,
        needs_reserve,  # type: ignore[index]
    )
    hourly, hourly_units, hourly_mw = np.zeros((10, HOURS)), np.zeros((types, HOURS)), np.zeros((types, HOURS))
    soc = target
    for _ in range(_PASSES):
        left = simulate_year(
            load[year],
            sun,
            import_limit[year],
            import_cost,
            price,
            here,
            saving_here,
            cost[0],
            saving_cost[0],
            units[0],  # type: ignore[index]
            thermal_mw,
            in_service,
            heat_rate_factor,
            min_load,
            no_load,
            incremental,
            is_gas,
            mcf_per_mmbtu,
            bridge[0],  # type: ignore[index]
            power[0],
            energy[0],
            efficiency[0],
            low[0],
            high[0],
            soc,
            target,
            contracted[0],
            ride_h,
            needs_reserve,  # type: ignore[index]
            import_counts,
            gas_day_cap,
            gas_hour_cap,
            month,
            np.zeros(12),
            np.zeros((4, types)),
            np.zeros(12),
            True,
            hourly,
            hourly_units,
            hourly_mw,
        )
        if abs(left - soc) < 1e-7:
            break
        soc = left
    return _to_dispatch(screen, load[year], solar[0], profile, hourly, hourly_units, hourly_mw, capacity)  # type: ignore[index]


def _to_dispatch(
    screen: Screen,
    load: Array,
    solar: Array,
    profile: Array,
    hourly: Array,
    units: Array,
    output: Array,
    capacity: Array,
) -> HourlyDispatch:
    offered = solar[:, None] * profile
    total = offered.sum(0)
    share = np.divide(offered, total, out=np.zeros_like(offered), where=total > 0)
    storage = len(screen.fleet.storage)
    active = np.array([capacity[screen.fleet.storage_columns(n)[1]] > 1e-9 for n in range(storage)], dtype=float)
    return HourlyDispatch(
        load_mw=load.copy(),
        online_units=units,
        thermal_mw=output,
        profile_mw=share * hourly[0],
        curtailed_mw=share * hourly[1],
        charge_mw=active[:, None] * hourly[2],
        discharge_mw=active[:, None] * hourly[3],
        soc_mwh=active[:, None] * hourly[4],
        import_mw=hourly[5],
        unserved_mw=hourly[6],
        reserve_mw=hourly[7],
        contingency_mw=hourly[8],
    )
