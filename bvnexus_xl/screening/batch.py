"""Many design-years at once: arrays in, physical totals out, over all processor cores."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bvnexus_xl.finance.operations import Quantities, fuel_prices, operating_lines, prices, standby_mw_months
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import emission_caps_tons, gas_limits_mcf
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.screening.kernel import HOURS, simulate_year
from bvnexus_xl.units import HOURS_PER_YEAR, LB_PER_SHORT_TON

Array = NDArray[np.float64]
_HOURS_A_MONTH = HOURS_PER_YEAR / 12.0
_LAST_RESORT_USD = 1e9
_EMISSION_STEPS = 6


@dataclass(frozen=True, slots=True)
class DesignYears:
    """N design-years: what is in place in one year of one design.

    Attributes:
        year: position of the year, [N].
        capacity: effective quantity of every fleet column, [N, C].
        grid_priority: True where import takes its place by price, False where it is the last resort, [N].
    """

    year: NDArray[np.int64]
    capacity: Array
    grid_priority: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Physical totals and cost of N design-years; ``emission_price`` is what kept the caps, $ per unit of cap share."""

    quantities: Quantities
    load_mwh: Array
    unserved_mwh: Array
    unserved_peak_mw: Array
    curtailed_mwh: Array
    tons: dict[str, Array]
    gas_day_mcf: Array
    gas_hour_mcf: Array
    reserve_short_mw: Array
    online_h: Array
    operating_usd: Array
    emission_price: Array


class Screen:
    """A project made ready for the kernel; ``run`` evaluates any number of design-years."""

    def __init__(self, project: Project, fleet: Fleet, profiles: Profiles) -> None:
        self.project, self.fleet, self.profiles = project, fleet, profiles
        self.years, self.types = len(project.years), len(fleet.thermal)
        assets = fleet.thermal
        self.capacity = np.ascontiguousarray(
            np.array([a.unit_mw for a in assets])[:, None] * profiles.thermal_capacity_factor
        ).reshape(self.types, HOURS)
        self.fuel_price = fuel_prices(project, fleet)
        self.vom = np.array([a.vom_usd_per_mwh for a in assets])
        self.full_load = np.array([a.full_load_mmbtu_per_mwh for a in assets])
        self.caps = emission_caps_tons(project) if project.constraints.emission_basis != "PTE_8760" else {}
        self.rates = {
            name: np.array(
                [
                    a.co2_lb_per_mmbtu * a.full_load_mmbtu_per_mwh
                    if name == "co2"
                    else getattr(a, f"{name}_lb_per_mwh")
                    for a in assets
                ]
            )
            for name in ("nox", "co", "voc", "co2")
        }
        self.start_nox = np.array([a.row.start_nox_lb for a in assets])
        self.is_gas = np.array([a.fuel == "natural_gas" for a in assets], dtype=bool)
        self.gas_day_cap, self.gas_hour_cap = gas_limits_mcf(project)
        self.workers = max(1, os.cpu_count() or 1)
        self.pool = ThreadPoolExecutor(self.workers)

    def merit_cost(self, year: NDArray[np.int64], emission_price: Array) -> Array:
        """Full-load running cost of each thermal asset, $/MWh nominal plus the price on capped emissions, [N, T]."""
        general = prices(self.project).general_factor
        cost = self.full_load * self.fuel_price.T[year] + self.vom * general[year][:, None]
        share = np.zeros(self.types)
        for name, cap in self.caps.items():
            share = share + self.rates[name] / LB_PER_SHORT_TON / max(cap, 1e-9)
        return np.asarray(cost + emission_price[:, None] * share)

    def run(self, designs: DesignYears) -> Outcome:
        """Dispatch every design-year; where a yearly emission cap is exceeded, raise a price on it by bisection."""
        count = len(designs.year)
        low, high = np.zeros(count), np.zeros(count)
        outcome = self._once(designs, np.zeros(count))
        over = (self._excess(outcome) > 1.0) & self._has_choice(designs)
        if not over.any():
            return outcome
        step = 30.0 * float(outcome.load_mwh.max())
        high[over] = 16.0 * step
        best = outcome
        for turn in range(_EMISSION_STEPS):
            trial = np.where(over, high if turn == 0 else (low + high) / 2.0, 0.0)
            which = np.flatnonzero(over & (high > low))
            part = self._once(_take(designs, which), trial[which])
            kept = self._excess(part) <= 1.0
            better = which if turn == 0 else which[kept]
            best = _replace(best, part, better, slice(None) if turn == 0 else kept)
            if turn == 0:
                # where even the highest price does not help, the cap cannot be met by dispatch: keep that outcome
                low[which[~kept]] = high[which[~kept]]
                continue
            high[which[kept]] = trial[which[kept]]
            low[which[~kept]] = trial[which[~kept]]
        return best

    def _has_choice(self, designs: DesignYears) -> NDArray[np.bool_]:
        """True where a price can change the order: two sources of energy besides the sun, [N]."""
        sources = (designs.capacity[:, self.fleet.thermal_columns] > 0.5).sum(1)
        if self.fleet.grid_column is not None:
            sources = sources + (designs.capacity[:, self.fleet.grid_column] > 0)
        return np.asarray(sources > 1)

    def _excess(self, outcome: Outcome) -> Array:
        """Largest emission as a share of its cap, [N]."""
        shares = [outcome.tons[name] / max(cap, 1e-9) for name, cap in self.caps.items()]
        return np.max(shares, axis=0) if shares else np.zeros(len(outcome.load_mwh))

    def _once(self, designs: DesignYears, emission_price: Array) -> Outcome:
        count = len(designs.year)
        raw, assets, peaks = np.zeros((count, 12)), np.zeros((count, 4, self.types)), np.zeros((count, 12))
        item = self.items(designs, emission_price)
        blocks = [part for part in np.array_split(np.arange(count), max(1, min(self.workers * 4, count))) if len(part)]

        def work(part: NDArray[np.int64]) -> None:
            _run_block(part, *item, raw, assets, peaks)

        list(self.pool.map(work, blocks))
        return self._outcome(designs, emission_price, raw, assets, peaks)

    def items(self, designs: DesignYears, emission_price: Array) -> tuple[object, ...]:
        """Arguments of the compiled loop, in its order."""
        fleet, profiles, project = self.fleet, self.profiles, self.project
        cost = self.merit_cost(designs.year, emission_price)
        order = np.argsort(cost, axis=1, kind="stable")
        saving = np.where(self.is_gas, self.full_load, 0.0)
        saving_cost = np.broadcast_to(saving, cost.shape).copy()
        saving_order = np.argsort(saving_cost, axis=1, kind="stable")
        power, energy, efficiency, low, high = self._battery(designs.capacity)
        contracted = (
            designs.capacity[:, fleet.grid_column] if fleet.grid_column is not None else np.zeros(len(designs.year))
        )
        solar = designs.capacity[:, [fleet.profile_column(n) for n in range(len(fleet.profile))]]
        electricity = prices(project).electricity_factor[designs.year]
        demand = project.grid.demand_charge_usd_per_kw_month * 1000.0 / _HOURS_A_MONTH
        restart = np.array([a.start_cost_usd for a in fleet.thermal])
        idle = np.array([a.no_load_mmbtu_per_h for a in fleet.thermal])[:, None] * self.fuel_price
        bridge = np.minimum(restart[:, None] / np.maximum(idle, 1e-6), 23.0).T[designs.year]
        limits = project.constraints
        return (
            designs.year,
            profiles.load_mw,
            profiles.profile_mw_per_mw,
            solar,
            profiles.import_limit_mw,
            profiles.grid_price_usd_per_mwh,
            electricity,
            demand,
            designs.grid_priority,
            order,
            saving_order,
            cost,
            saving_cost,
            np.ascontiguousarray(designs.capacity[:, fleet.thermal_columns]),
            self.capacity,
            profiles.thermal_in_service.reshape(self.types, HOURS),
            profiles.thermal_heat_rate_factor.reshape(self.types, HOURS),
            np.array([a.min_load_fraction for a in fleet.thermal]),
            np.array([a.no_load_mmbtu_per_h for a in fleet.thermal]),
            np.array([a.incremental_mmbtu_per_mwh for a in fleet.thermal]),
            self.is_gas,
            1.0 / limits.gas_heat_content_mmbtu_per_mcf,
            bridge,
            power,
            energy,
            efficiency,
            low,
            high,
            contracted,
            limits.ride_through_min / 60.0,
            limits.spinning_reserve_enabled,
            limits.import_is_contingency,
            self.gas_day_cap,
            self.gas_hour_cap,
            MONTH_OF_HOUR,
        )

    def _battery(self, capacity: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Power, energy, one-way efficiency, lowest and highest SOC of each design's one battery, each [N]."""
        count = len(capacity)
        power, energy = np.zeros(count), np.zeros(count)
        efficiency, low, high = np.ones(count), np.zeros(count), np.ones(count)
        for n, battery in enumerate(self.fleet.storage):
            column_mw, column_mwh = self.fleet.storage_columns(n)
            here = capacity[:, column_mwh] > 1e-9
            power[here], energy[here] = capacity[here, column_mw], capacity[here, column_mwh]
            efficiency[here], low[here], high[here] = (
                battery.one_way_efficiency,
                battery.soc_min_fraction,
                battery.soc_max_fraction,
            )
        return power, energy, efficiency, low, high

    def _outcome(self, designs: DesignYears, emission_price: Array, raw: Array, assets: Array, peaks: Array) -> Outcome:
        fleet, year = self.fleet, designs.year
        energy, online, starts, fuel = (assets[:, k] for k in range(4))
        tons = {name: energy @ rate / LB_PER_SHORT_TON for name, rate in self.rates.items() if name != "co2"}
        tons["nox"] = tons["nox"] + starts @ self.start_nox / LB_PER_SHORT_TON
        tons["co2"] = fuel @ np.array([a.co2_lb_per_mmbtu for a in fleet.thermal]) / LB_PER_SHORT_TON
        discharge = np.zeros((len(year), len(fleet.storage)))
        for n in range(len(fleet.storage)):
            here = designs.capacity[:, fleet.storage_columns(n)[1]] > 1e-9
            discharge[here, n] = raw[here, 3]
        standby = np.zeros(len(year))
        if fleet.grid_column is not None:
            months = standby_mw_months(self.project, np.ones(self.years), self.profiles.import_limit_mw)
            standby = designs.capacity[:, fleet.grid_column] * months[year]
        quantities = Quantities(
            year=year,
            fuel_mmbtu=fuel,
            thermal_mwh=energy,
            starts=starts,
            profile_mwh=self._profile_energy(designs, raw),
            discharge_mwh=discharge,
            fee_tons=tons["nox"] + tons["co"] + tons["voc"],
            import_base_usd=raw[:, 5],
            demand_mw_months=peaks.sum(1),
            standby_mw_months=standby,
        )
        operating = np.sum(list(operating_lines(self.project, fleet, quantities).values()), axis=0)
        return Outcome(
            quantities,
            raw[:, 11],
            raw[:, 6],
            raw[:, 7],
            raw[:, 1],
            tons,
            raw[:, 8],
            raw[:, 9],
            raw[:, 10],
            online,
            operating,
            emission_price.copy(),
        )

    def _profile_energy(self, designs: DesignYears, raw: Array) -> Array:
        """Energy used of each profile asset, [N, R]: curtailment is shared in proportion to what each offers."""
        fleet = self.fleet
        mw = designs.capacity[:, [fleet.profile_column(n) for n in range(len(fleet.profile))]]
        offered = mw * self.profiles.profile_mw_per_mw.sum(1)
        total = offered.sum(1, keepdims=True)
        return np.asarray(np.divide(offered, total, out=np.zeros_like(offered), where=total > 0) * raw[:, :1])


@njit(cache=True, nogil=True)
def _run_block(  # type: ignore[no-untyped-def]
    part,
    year,
    load,
    profile,
    solar,
    import_limit,
    price,
    electricity,
    demand,
    priority,
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
    raw,
    assets,
    peaks,
):
    nothing = np.zeros((1, 1))
    for item in part:
        y = year[item]
        sun, import_cost = hourly_offers(profile, solar[item], price, electricity[item], demand, priority[item])
        here = order[item][units[item][order[item]] > 0.5]
        saving_here = saving_order[item][units[item][saving_order[item]] > 0.5]
        target = battery_target(
            load[y],
            sun,
            import_limit[y],
            contracted[item],
            here,
            units[item],
            capacity,
            in_service,
            power[item],
            energy[item],
            efficiency[item],
            low[item],
            high[item],
            ride_h,
            needs_reserve,
        )
        soc = target
        for _ in range(8):
            left = simulate_year(
                load[y],
                sun,
                import_limit[y],
                import_cost,
                price,
                here,
                saving_here,
                cost[item],
                saving_cost[item],
                units[item],
                capacity,
                in_service,
                heat_rate_factor,
                min_load,
                no_load,
                incremental,
                is_gas,
                mcf_per_mmbtu,
                bridge[item],
                power[item],
                energy[item],
                efficiency[item],
                low[item],
                high[item],
                soc,
                target,
                contracted[item],
                ride_h,
                needs_reserve,
                import_counts,
                gas_day_cap,
                gas_hour_cap,
                month,
                raw[item],
                assets[item],
                peaks[item],
                False,
                nothing,
                nothing,
                nothing,
            )
            if abs(left - soc) < 1e-7:
                break
            soc = left


@njit(cache=True, nogil=True)
def hourly_offers(profile, solar, price, electricity, demand, priority):  # type: ignore[no-untyped-def]
    """(solar MW, price at which import stands in the merit order) by hour; last resort unless it has priority."""
    sun = np.zeros(HOURS)
    for n in range(len(solar)):
        sun += solar[n] * profile[n]
    import_cost = np.full(HOURS, _LAST_RESORT_USD)
    if priority:
        import_cost = (price + demand) * electricity
    return sun, import_cost


@njit(cache=True, nogil=True)
def battery_target(  # type: ignore[no-untyped-def]
    load,
    sun,
    import_limit,
    contracted,
    here,
    units,
    capacity,
    in_service,
    power,
    energy,
    efficiency,
    low,
    high,
    ride_h,
    needs_reserve,
):
    """Energy the battery keeps: enough for the reserve; full where units and import cannot carry the peak alone."""
    short = 0.0
    largest = contracted
    for asset in here:
        largest = max(largest, capacity[asset].max())
    for hour in range(HOURS):
        able = min(contracted, import_limit[hour])
        for asset in here:
            able += np.floor(units[asset] * in_service[asset, hour] + 1e-9) * capacity[asset, hour]
        short = max(short, load[hour] - sun[hour] - able)
    if short > 0.0:
        return high * energy
    reserve = min(power, largest) * ride_h / efficiency if needs_reserve else 0.0
    return min(high * energy, low * energy + reserve)


def _take(designs: DesignYears, which: NDArray[np.int64]) -> DesignYears:
    return DesignYears(designs.year[which], designs.capacity[which], designs.grid_priority[which])


def _replace(into: Outcome, part: Outcome, rows: NDArray[np.int64], chosen: object) -> Outcome:
    """``into`` with its ``rows`` taken from the ``chosen`` rows of ``part``."""

    def merge(old: Array, new: Array) -> Array:
        out = old.copy()
        out[rows] = new[chosen]  # type: ignore[index]
        return out

    merged = {
        name: merge(getattr(into, name), getattr(part, name))
        for name in Outcome.__dataclass_fields__
        if name not in {"quantities", "tons"}
    }
    tons = {name: merge(into.tons[name], part.tons[name]) for name in into.tons}
    quantities = Quantities(
        **{
            name: merge(getattr(into.quantities, name), getattr(part.quantities, name))
            for name in Quantities.__dataclass_fields__
        }
    )
    return Outcome(quantities=quantities, tons=tons, **merged)
