"""Phase 1 of P5: rules make plans, the compiled merit-order dispatch runs every year of every case, the best wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.problems.bridge.cases import QUARTERS, WINDOWS, Dates, import_by_hour
from bvnexus_xl.problems.bridge.limits import margin_in, potential_tons
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.money import case_cash
from bvnexus_xl.problems.bridge.plan import BridgePlan, able, in_place, usable_import
from bvnexus_xl.problems.bridge.rules import Policy, Rules
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.screening.batch import DesignYears, Outcome, Screen
from bvnexus_xl.screening.record import record_year
from bvnexus_xl.yearly_caps import emission_caps_tons

Array = NDArray[np.float64]
_GRID_SHARES = (0.0, 0.5, 0.75, 1.0)
_OWN_SHARES = (0.35, 0.7, 1.2)
_BEST_OF_FIRST = 4
_SERVE_FIRST = 1000.0
_BROKEN = 1e-7


@dataclass(frozen=True, eq=False)
class BridgeScreening:
    """What Phase 1 chose: ``case_usd`` is present value per case, lost load priced, [S]; ``breach`` 0 if sound."""

    plan: BridgePlan
    case_usd: Array
    breach: float
    designs_tried: int


class BridgeScreen:
    """Dispatches years of a plan whose thermal units come and go with the quarters.

    Each unit of a quarter is an asset of its own that is in service in that quarter only.
    """

    def __init__(self, market: Market, dates: Dates, profiles: Profiles) -> None:
        self.market, self.dates, self.profiles = market, dates, profiles
        fleet, self.wide = market.fleet, _by_quarter(market.fleet)
        in_quarter = np.tile(WINDOWS, (len(fleet.thermal), 1))
        wide = replace(
            profiles,
            thermal_capacity_factor=np.repeat(profiles.thermal_capacity_factor, QUARTERS, axis=0),
            thermal_heat_rate_factor=np.repeat(profiles.thermal_heat_rate_factor, QUARTERS, axis=0),
            thermal_in_service=np.repeat(profiles.thermal_in_service, QUARTERS, axis=0) * in_quarter,
        )
        granted = [import_by_hour(case.granted_mw) for case in dates.cases]
        self.screens = [Screen(market.project, self.wide, replace(wide, import_limit_mw=mw)) for mw in granted]
        self._memo: dict[tuple[bool, int, int, bytes], tuple[float, float]] = {}
        self.rules = Rules(market, dates, profiles)
        project, years = market.project, dates.years
        self._start = year_start_factors(project.finance.discount_rate, years)
        self._end = year_end_factors(project.finance.discount_rate, years)
        assert fleet.grid_column is not None  # P5 is refused without a grid
        self._grid = investment_present_value(project, fleet, profiles)[fleet.grid_column]
        self.tried = 0

    def worth(self, plan: BridgePlan) -> tuple[Array, float]:
        """(present value of each case with lost load at its price, [S]; breach of limits as the sum of shares)."""
        self.tried += 1
        cost, breach = np.zeros(len(self.dates.cases)), 0.0
        for number in range(len(self.dates.cases)):
            cash = case_cash(self.market, self.dates, plan, number)
            taken = plan.taken_mw[number]
            cost[number] = cash.capital @ self._start + self._grid @ np.diff(taken, prepend=0.0)
            cost[number] += (cash.hire + cash.fixed + cash.change - cash.back - cash.roles) @ self._end
            operating, broken = self._operate(plan, number)
            cost[number] += operating @ self._end
            breach += float(broken.sum()) + self._static_breach(plan, number)
        return cost, breach

    def hourly(self, plan: BridgePlan, number: int) -> tuple[HourlyDispatch, ...]:
        """Every year of a case, units of a model added up over the quarters."""
        capacity = self._capacity(plan, number)
        screen, count = self.screens[number], len(self.market.fleet.thermal)
        out = []
        for year in range(self.dates.years):
            found = record_year(screen, year, capacity[year], True)
            folded = {
                name: getattr(found, name).reshape(count, QUARTERS, -1).sum(axis=1)
                for name in ("online_units", "thermal_mw")
            }
            out.append(replace(found, **folded))
        return tuple(out)

    def _capacity(self, plan: BridgePlan, number: int) -> Array:
        """Quantity of each column of the wide fleet in each year, [Y, C']."""
        fleet, years = self.market.fleet, self.dates.years
        units = len(fleet.thermal)
        here = able(self.market, plan.stays[number])
        out = np.zeros((years, len(self.wide.columns)))
        out[:, : units * QUARTERS] = here[:units].reshape(units, years, QUARTERS).transpose(1, 0, 2).reshape(years, -1)
        out[:, units * QUARTERS :] = here[units:, ::QUARTERS].T
        out[:, self.wide.index["grid"]] = plan.taken_mw[number]
        return out

    def _operate(self, plan: BridgePlan, number: int) -> tuple[Array, Array]:
        """(operating cost with lost load, breach) by year, [Y] each."""
        capacity, years = self._capacity(plan, number), self.dates.years
        granted = self.dates.cases[number].granted_mw.reshape(years, QUARTERS)
        keys = []
        for year in range(years):
            # without import the date does not matter: such a year is dispatched once for all cases
            apart = number if granted[year].max() * capacity[year, self.wide.index["grid"]] > 0.0 else -1
            keys.append((True, apart, year, np.round(capacity[year], 6).tobytes()))
        todo = [year for year in range(years) if keys[year] not in self._memo]
        if todo:
            designs = DesignYears(np.array(todo), capacity[todo], np.ones(len(todo), dtype=bool))
            outcome = self.screens[number].run(designs)
            lost = outcome.unserved_mwh * self.market.project.finance.value_of_lost_load_usd_per_mwh
            broken = self._breach(number, outcome)
            for place, year in enumerate(todo):
                self._memo[keys[year]] = (float(outcome.operating_usd[place] + lost[place]), float(broken[place]))
        found = np.array([self._memo[key] for key in keys])
        return found[:, 0], found[:, 1]

    def _breach(self, number: int, outcome: Outcome) -> Array:
        """How far each year exceeds what the dispatch decides, as shares of the limits."""
        screen, limits = self.screens[number], self.market.project.constraints
        breach = np.zeros(len(outcome.load_mwh))
        for name, cap in screen.caps.items():
            breach += np.maximum(outcome.used[name] / max(cap, 1e-9) - 1.0, 0.0)
        world = screen.world
        for used, cap in ((outcome.gas_day_mcf, world.gas_day_cap), (outcome.gas_hour_mcf, world.gas_hour_cap)):
            if np.isfinite(cap):
                breach += np.maximum(used / max(cap, 1e-9) - 1.0, 0.0)
        if limits.unserved_limit_enabled:
            allowed = limits.unserved_limit_fraction * outcome.load_mwh
            breach += _SERVE_FIRST * np.maximum(outcome.unserved_mwh - allowed, 0.0) / np.maximum(outcome.load_mwh, 1.0)
        peak = max(float(self.profiles.load_mw.max()), 1.0)
        short: Array = breach + _SERVE_FIRST * np.maximum(outcome.reserve_short_mw - 1e-6, 0.0) / peak
        return short

    def _static_breach(self, plan: BridgePlan, number: int) -> float:
        """Planning reserve, land and potential to emit by quarter."""
        project, fleet = self.market.project, self.market.fleet
        here, limits = able(self.market, plan.stays[number]), project.constraints
        imports = usable_import(self.dates.cases[number], plan.taken_mw[number])
        peak, out = max(float(self.profiles.load_mw.max()), 1.0), 0.0
        if limits.planning_reserve_enabled:
            margin = [
                margin_in(project, fleet, self.rules.firm[q], here[:, q], float(imports[q]))
                for q in range(self.dates.quarters)
            ]
            out += _SERVE_FIRST * float(np.maximum(-np.array(margin) - 1e-6, 0.0).sum()) / peak
        caps = emission_caps_tons(project)
        for name, tons in potential_tons(self.market, in_place(self.market, plan.stays[number])).items():
            out += float(np.maximum(tons / max(caps[name], 1e-9) - 1.0, 0.0).sum())
        if limits.land_limit_enabled:
            used = np.array([column.acres_each for column in fleet.columns]) @ here + limits.reserved_land_acres
            used = used + np.where(imports > 0.0, project.grid.substation_acres, 0.0)
            out += float(np.maximum(used / max(limits.land_limit_acres, 1e-9) - 1.0, 0.0).sum())
        return out


def screen_bridge(
    screen: BridgeScreen, progress: Callable[[str, float], None] = lambda _text, _share: None
) -> BridgeScreening:
    """The cheapest plan of the rules that keeps every limit in every case; the least infeasible one where none does."""
    weights = screen.dates.weights
    ranked: list[tuple[float, float, int, Policy, BridgePlan, Array]] = []

    def judge(chosen: Sequence[Policy], done: float) -> None:
        for n, policy in enumerate(chosen):
            plan = screen.rules.plan(policy)
            cost, breach = screen.worth(plan)
            rank = 0.0 if breach <= _BROKEN else breach
            ranked.append((rank, float(weights @ cost), len(ranked), policy, plan, cost))
            progress(f"Trying bridge plan {len(ranked)}", done + 0.4 * n / len(chosen))
        ranked.sort(key=lambda item: item[:3])

    judge(_first_policies(screen.market), 0.05)
    tried = {item[3] for item in ranked}
    more = [p for item in ranked[:_BEST_OF_FIRST] for p in _variations(item[3]) if p not in tried]
    judge(list(dict.fromkeys(more)), 0.5)
    breach, _, _, _, plan, cost = ranked[0]
    return BridgeScreening(plan, cost, breach, screen.tried)


def _first_policies(market: Market) -> list[Policy]:
    """Every model bought, in part or beyond need, beside every rental offer; the whole grid, a battery for one unit."""
    fleet, streams = market.fleet, market.streams
    thermal = [k for k, stream in enumerate(streams) if stream.column < len(fleet.thermal)]
    hires: list[int | None] = [k for k in thermal if streams[k].offer is not None]
    owns = [k for k in thermal if streams[k].offer is None and streams[k].standing is None]
    peak = max(row.contracted_mw for row in market.project.load.trajectory)
    battery, hours = _battery(market)
    out = []
    for hire in hires or [None]:
        out.append(Policy(None, 0, hire, 1.0, True, battery, hours, 0))
        for own in owns:
            unit = fleet.columns[streams[own].column].mw_each
            for share in _OWN_SHARES:
                units = round(share * peak / unit)
                out.append(Policy(own, units, hire, 1.0, True, battery, hours, 0))
    return out


def _variations(policy: Policy) -> list[Policy]:
    out = []
    for share in _GRID_SHARES:
        for sells in (True, False):
            for spare in (0, 1):
                for battery in (0.0, policy.battery_mw, 2.0 * policy.battery_mw):
                    changed = replace(policy, grid_share=share, sells=sells, spare_units=spare, battery_mw=battery)
                    out.append(changed)
    return out


def _battery(market: Market) -> tuple[float, float]:
    """(MW, hours) that carry one of the largest units while another starts; (0, 0) where there is no battery."""
    fleet, limits = market.fleet, market.project.constraints
    if not fleet.storage:
        return 0.0, 0.0
    battery = fleet.storage[0]
    usable = (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
    unit = max((asset.unit_mw for asset in fleet.thermal), default=0.0)
    faded = max(usable * (1.0 - battery.row.fade_first_year_fraction), 1e-6)
    return unit, 1.02 * limits.ride_through_min / 60.0 / faded


def _by_quarter(fleet: Fleet) -> Fleet:
    """The fleet with each thermal asset once for every quarter of the year."""
    thermal, columns = [], []
    for number, asset in enumerate(fleet.thermal):
        for part in range(QUARTERS):
            thermal.append(replace(asset, key=f"{asset.key}@{part}"))
            columns.append(replace(fleet.columns[number], key=f"{asset.key}@{part}", asset_key=f"{asset.key}@{part}"))
    rest = fleet.columns[len(fleet.thermal) :]
    return Fleet(tuple(thermal), fleet.storage, fleet.profile, (*columns, *rest))
