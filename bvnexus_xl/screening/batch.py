"""Many design-years at once: arrays in, physical totals out, over all processor cores."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.operations import Quantities, fuel_prices, operating_lines, prices
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import gas_limits_mcf
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.screening import kernel
from bvnexus_xl.screening.kernel import HOURS, Items, World
from bvnexus_xl.tariffs.billing import BILL_KINDS, bill_readings, energised_months
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.metering import Readings
from bvnexus_xl.tariffs.plan_prices import demand_usd_per_mwh
from bvnexus_xl.units import LB_PER_SHORT_TON
from bvnexus_xl.yearly_caps import CAPPED, WATER, dispatch_caps, load_rate_per_mwh, rate_per_mwh

Array = NDArray[np.float64]
_LONGEST_BRIDGE_H = 23.0
_JUST_ABOVE = 1.0 + 1e-6
_CAPS_ONLY_USD = 1e12
_NO_BATTERY_MWH = 1e-9


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

    def __len__(self) -> int:
        return len(self.year)

    def take(self, which: NDArray[np.int64]) -> DesignYears:
        """The chosen ones."""
        return DesignYears(self.year[which], self.capacity[which], self.grid_priority[which])


@dataclass(frozen=True, slots=True)
class Outcome:
    """Physical totals and cost of N design-years, arrays [N] or [N, T].

    ``used`` is what counts against each yearly cap, in its unit: short tons, acre-feet of plant and halls.
    ``cap_price`` is the price on the use of capped quantities that kept the caps, $ per whole cap.
    """

    quantities: Quantities
    used: dict[str, Array]
    load_mwh: Array
    unserved_mwh: Array
    gas_day_mcf: Array
    gas_hour_mcf: Array
    reserve_short_mw: Array
    online_h: Array
    operating_usd: Array
    cap_price: Array


class Screen:
    """A project made ready for the compiled dispatch; ``run`` evaluates any number of design-years."""

    def __init__(self, project: Project, fleet: Fleet, profiles: Profiles) -> None:
        self.project, self.fleet, self.profiles = project, fleet, profiles
        self.types = len(fleet.thermal)
        self.flexible = flexible_loads(project)
        self.full_load = np.array([asset.full_load_mmbtu_per_mwh for asset in fleet.thermal])
        self.vom = np.array([asset.vom_usd_per_mwh for asset in fleet.thermal])
        self.fuel_price = fuel_prices(project, fleet)
        self.rates = {name: np.array([rate_per_mwh(asset, name) for asset in fleet.thermal]) for name in CAPPED}
        self.caps = dispatch_caps(project)
        self.world = _world(project, fleet, profiles)
        self.tariff = project_tariff(project)
        self.energised = energised_months(profiles.import_limit_mw)
        self.granted = profiles.import_limit_mw.max(axis=1)
        self.workers = max(1, os.cpu_count() or 1)

    def run(self, designs: DesignYears) -> Outcome:
        """Dispatch every design-year; where a yearly cap is exceeded, price its use, by bisection."""
        outcome = self._once(designs, np.zeros(len(designs)))
        over = np.flatnonzero((self._excess(outcome) > 1.0) & self._has_choice(designs))
        if not len(over):
            return outcome
        ladder = self._swap_prices(designs.take(over))
        rungs = np.isfinite(ladder).sum(axis=1)
        low, high = np.full(len(over), -1), rungs - 1
        dear = self._once(designs.take(over), ladder[np.arange(len(over)), high])
        outcome = _merge(outcome, dear, over, np.arange(len(over)))
        # where even the highest price does not help, no order of the units meets the cap: the least use stands
        low = np.where(self._excess(dear) > 1.0, high, low)
        while len(open_ := np.flatnonzero(high - low > 1)):
            middle = (low[open_] + high[open_]) // 2
            part = self._once(designs.take(over[open_]), ladder[open_, middle])
            kept = self._excess(part) <= 1.0
            outcome = _merge(outcome, part, over[open_[kept]], np.flatnonzero(kept))
            high[open_[kept]] = middle[kept]
            low[open_[~kept]] = middle[~kept]
        return outcome

    def _swap_prices(self, designs: DesignYears) -> Array:
        """Prices on capped use at which two sources of a design-year change places, rising, infinite beyond, [N, B].

        Between two of them the merit order, and so the dispatch, is the same: only these need trying. Import stands at
        its mean price and at its highest.
        """
        n = len(designs)
        cost = self._merit_cost(designs.year, np.zeros(n))
        there = designs.capacity[:, self.fleet.thermal_columns] > 0.5
        paid = (self.world.price + self.world.demand_usd_per_mwh) * prices(self.project).electricity_factor[
            designs.year
        ][:, None]
        imports = (self._contracted(designs) > 0) & designs.grid_priority
        cost = np.column_stack([cost, paid.mean(axis=1), paid.max(axis=1)])
        there = np.column_stack([there, imports, imports])
        share = np.append(self._cap_share(), (0.0, 0.0))
        out = [np.full(n, np.inf)]
        for a in range(cost.shape[1]):
            for b in range(a):
                with np.errstate(divide="ignore", invalid="ignore"):
                    price = (cost[:, b] - cost[:, a]) / (share[a] - share[b])
                out.append(np.where(there[:, a] & there[:, b] & (price > 0.0), price * _JUST_ABOVE, np.inf))
        ladder = np.sort(np.column_stack(out), axis=1)
        # at least one rung: a price so high that only capped use counts
        ladder[:, 0] = np.where(np.isfinite(ladder[:, 0]), ladder[:, 0], _CAPS_ONLY_USD)
        return np.asarray(ladder)

    def items(self, designs: DesignYears, cap_price: Array) -> Items:
        """Arguments of the compiled loop."""
        fleet, project, year = self.fleet, self.project, designs.year
        cost = self._merit_cost(year, cap_price)
        saving_cost = np.broadcast_to(np.where(self.world.is_gas, self.full_load, 0.0), cost.shape).copy()
        restart = np.array([asset.start_cost_usd for asset in fleet.thermal])[:, None]
        idle = np.maximum(self.world.no_load[:, None] * self.fuel_price, 1e-6)
        power, energy, efficiency, low, high = self._battery(designs.capacity)
        return Items(
            year=year,
            solar=np.ascontiguousarray(
                designs.capacity[:, [fleet.profile_column(n) for n in range(len(fleet.profile))]]
            ),
            electricity=prices(project).electricity_factor[year],
            priority=designs.grid_priority,
            order=np.argsort(cost, axis=1, kind="stable"),
            saving_order=np.argsort(saving_cost, axis=1, kind="stable"),
            cost=cost,
            saving_cost=saving_cost,
            units=np.ascontiguousarray(designs.capacity[:, fleet.thermal_columns]),
            bridge=np.ascontiguousarray(np.minimum(restart / idle, _LONGEST_BRIDGE_H).T[year]),
            power=power,
            energy=energy,
            efficiency=efficiency,
            low=low,
            high=high,
            contracted=self._contracted(designs),
        )

    def _once(self, designs: DesignYears, cap_price: Array) -> Outcome:
        count = len(designs)
        totals, by_asset = np.zeros((count, kernel.TOTALS)), np.zeros((count, 4, self.types))
        meter = np.zeros((count, 2, len(self.tariff.registers), 12))
        flex = np.zeros((count, 2, len(self.flexible)))
        items = self.items(designs, cap_price)
        blocks = [part for part in np.array_split(np.arange(count), min(self.workers * 4, count)) if len(part)]
        with ThreadPoolExecutor(self.workers) as pool:
            for done in [
                pool.submit(kernel.run_items, part, self.world, items, totals, by_asset, meter, flex) for part in blocks
            ]:
                done.result()
        return self._outcome(designs, cap_price, totals, by_asset, meter, flex)

    def _merit_cost(self, year: NDArray[np.int64], cap_price: Array) -> Array:
        """Full-load running cost of each thermal asset, $/MWh nominal plus the price on capped use, [N, T]."""
        general = prices(self.project).general_factor[year]
        running: Array = self.full_load * self.fuel_price.T[year] + np.outer(general, self.vom)
        return np.asarray(running + np.outer(cap_price, self._cap_share()))

    def _cap_share(self) -> Array:
        """Share of the yearly caps that one MWh of each asset uses, summed over the caps, [T].

        Cooling of the halls is the same in every order of the units, and has no part in it.
        """
        share = np.zeros(self.types)
        for name, cap in self.caps.items():
            share = share + self.rates[name] / max(cap, 1e-9)
        return share

    def _has_choice(self, designs: DesignYears) -> NDArray[np.bool_]:
        """True where a price can change the order: two sources of energy besides the sun, [N]."""
        sources = (designs.capacity[:, self.fleet.thermal_columns] > 0.5).sum(1) + (self._contracted(designs) > 0)
        return np.asarray(sources > 1)

    def _contracted(self, designs: DesignYears) -> Array:
        column = self.fleet.grid_column
        return np.zeros(len(designs)) if column is None else np.ascontiguousarray(designs.capacity[:, column])

    def _excess(self, outcome: Outcome) -> Array:
        """Largest use as a share of its cap, [N]."""
        shares = [outcome.used[name] / max(cap, 1e-9) for name, cap in self.caps.items()]
        return np.max(shares, axis=0) if shares else np.zeros(len(outcome.load_mwh))

    def _battery(self, capacity: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Power, energy, one-way efficiency, lowest and highest SOC of all batteries of each design, each [N].

        Several run as one and share every MW by their energy: none gives more than its own power.
        """
        share = battery_shares(self.fleet, capacity)
        none, there = 1.0 - share.sum(1), share > 0.0
        batteries, columns = self.fleet.storage, [self.fleet.storage_columns(n) for n in range(share.shape[1])]
        each = np.divide(capacity[:, [mw for mw, _ in columns]], share, out=np.full_like(share, np.inf), where=there)
        power = np.where(there.any(1), each.min(1, initial=np.inf), 0.0)
        energy = (capacity[:, [mwh for _, mwh in columns]] * there).sum(1)
        efficiency = share @ np.array([battery.one_way_efficiency for battery in batteries]) + none
        low = share @ np.array([battery.soc_min_fraction for battery in batteries])
        high = share @ np.array([battery.soc_max_fraction for battery in batteries]) + none
        return power, energy, efficiency, low, high

    def _outcome(
        self, designs: DesignYears, price: Array, totals: Array, by_asset: Array, meter: Array, flex: Array
    ) -> Outcome:
        fleet = self.fleet
        energy, starts, fuel = by_asset[:, kernel.ENERGY], by_asset[:, kernel.STARTS], by_asset[:, kernel.FUEL]
        used = {name: energy @ self.rates[name] for name in CAPPED}
        used["nox"] = used["nox"] + starts @ np.array([a.row.start_nox_lb for a in fleet.thermal]) / LB_PER_SHORT_TON
        used["co2"] = fuel @ np.array([a.co2_lb_per_mmbtu for a in fleet.thermal]) / LB_PER_SHORT_TON
        served = (
            totals[:, kernel.LOAD] - totals[:, kernel.UNSERVED] + (flex[:, kernel.UP] - flex[:, kernel.DOWN]).sum(1)
        )
        used[WATER] = used[WATER] + load_rate_per_mwh(self.project, WATER) * served
        discharge = battery_shares(fleet, designs.capacity) * totals[:, [kernel.DISCHARGED]]
        quantities = Quantities(
            year=designs.year,
            fuel_mmbtu=fuel,
            thermal_mwh=energy,
            starts=starts,
            profile_mwh=self._profile_energy(designs, totals[:, kernel.SUN]),
            discharge_mwh=discharge,
            fee_tons=used["nox"] + used["co"] + used["voc"],
            grid_usd=self._bill(designs, meter, totals[:, kernel.IMPORT_USD]),
            flex_down_mwh=flex[:, kernel.DOWN],
            flex_up_mwh=flex[:, kernel.UP],
        )
        return Outcome(
            quantities=quantities,
            used=used,
            load_mwh=totals[:, kernel.LOAD],
            unserved_mwh=totals[:, kernel.UNSERVED],
            gas_day_mcf=totals[:, kernel.GAS_DAY],
            gas_hour_mcf=totals[:, kernel.GAS_HOUR],
            reserve_short_mw=totals[:, kernel.RESERVE_SHORT],
            online_h=by_asset[:, kernel.ONLINE],
            operating_usd=np.sum(list(operating_lines(self.project, fleet, quantities).values()), axis=0),
            cap_price=price.copy(),
        )

    def _bill(self, designs: DesignYears, meter: Array, hourly_usd: Array) -> dict[str, Array]:
        """The utility's bill of each design-year by kind, first-year $, [N]; ratchets see the year itself as past."""
        contracted, peaks = self._contracted(designs), meter[:, kernel.PEAK]
        # at hourly prices only the year's sum is known here, and only it is used
        readings = Readings(peaks, meter[:, kernel.TAKEN], np.repeat(hourly_usd[:, None] / 12.0, 12, axis=1))
        usable = np.minimum(contracted, self.granted[designs.year])
        found = bill_readings(self.tariff, readings, contracted, usable, self.energised[designs.year], peaks)
        return {kind: found.usd(kind).sum(-1) for kind in BILL_KINDS}

    def _profile_energy(self, designs: DesignYears, used_mwh: Array) -> Array:
        """Energy used of each profile asset, [N, R]: curtailment is shared in proportion to what each offers."""
        fleet = self.fleet
        mw = designs.capacity[:, [fleet.profile_column(n) for n in range(len(fleet.profile))]]
        offered = mw * self.profiles.profile_mw_per_mw.sum(1)
        total = offered.sum(1, keepdims=True)
        return np.asarray(np.divide(offered, total, out=np.zeros_like(offered), where=total > 0) * used_mwh[:, None])


def battery_shares(fleet: Fleet, capacity: Array) -> Array:
    """Share of each battery in all battery energy of each design, [N, S]; zero throughout where there is none."""
    energy = np.maximum(capacity[:, [fleet.storage_columns(n)[1] for n in range(len(fleet.storage))]], 0.0)
    total = energy.sum(1, keepdims=True)
    return np.asarray(np.divide(energy, total, out=np.zeros_like(energy), where=total > _NO_BATTERY_MWH))


def _world(project: Project, fleet: Fleet, profiles: Profiles) -> World:
    limits, types, classes = project.constraints, len(fleet.thermal), flexible_loads(project)
    day_cap, hour_cap = gas_limits_mcf(project)
    tariff = project_tariff(project)
    unit_mw = np.array([asset.unit_mw for asset in fleet.thermal])[:, None]
    return World(
        load=profiles.load_mw,
        profile=profiles.profile_mw_per_mw,
        import_limit=profiles.import_limit_mw,
        price=profiles.grid_price_usd_per_mwh,
        demand_usd_per_mwh=demand_usd_per_mwh(tariff),
        registers=tariff.register_hours,
        capacity=(unit_mw * profiles.thermal_capacity_factor).reshape(types, HOURS),
        in_service=profiles.thermal_in_service,
        heat_rate_factor=profiles.thermal_heat_rate_factor,
        min_load=np.array([asset.min_load_fraction for asset in fleet.thermal]),
        no_load=np.array([asset.no_load_mmbtu_per_h for asset in fleet.thermal]),
        incremental=np.array([asset.incremental_mmbtu_per_mwh for asset in fleet.thermal]),
        is_gas=np.array([asset.fuel == "natural_gas" for asset in fleet.thermal], dtype=bool),
        mcf_per_mmbtu=1.0 / limits.gas_heat_content_mmbtu_per_mcf,
        ride_h=limits.ride_through_min / 60.0,
        needs_reserve=limits.spinning_reserve_enabled,
        import_counts=limits.import_is_contingency,
        gas_day_cap=day_cap,
        gas_hour_cap=hour_cap,
        month=MONTH_OF_HOUR,
        peak=profiles.load_mw.max(axis=1),
        flex_order=np.argsort([c.compute_usd_per_mwh * c.lost_per_mwh for c in classes], kind="stable"),
        flex_share=np.array([c.share_of_load for c in classes]),
        flex_day_h=np.array([c.hours_per_day for c in classes]),
        flex_year_h=np.array([c.hours_per_year for c in classes]),
        flex_returned=np.array([c.returned for c in classes]),
        flex_window=np.array([c.window_h for c in classes], dtype=np.int64),
    )


def _merge(into: Outcome, part: Outcome, rows: NDArray[np.int64], chosen: NDArray[np.int64]) -> Outcome:
    """``into`` with its ``rows`` replaced by the ``chosen`` rows of ``part``."""

    def merged(old: NDArray[np.generic], new: NDArray[np.generic]) -> NDArray[np.generic]:
        out = old.copy()
        out[rows] = new[chosen]
        return out

    quantities: dict[str, object] = {
        f.name: merged(getattr(into.quantities, f.name), getattr(part.quantities, f.name))
        for f in fields(Quantities)
        if f.name != "grid_usd"
    }
    quantities["grid_usd"] = {
        kind: merged(usd, part.quantities.grid_usd[kind]) for kind, usd in into.quantities.grid_usd.items()
    }
    plain = [f.name for f in fields(Outcome) if f.name not in {"quantities", "used"}]
    return Outcome(
        quantities=Quantities(**quantities),  # type: ignore[arg-type]
        used={name: merged(into.used[name], part.used[name]) for name in into.used},  # type: ignore[misc]
        **{name: merged(getattr(into, name), getattr(part, name)) for name in plain},  # type: ignore[arg-type]
    )
