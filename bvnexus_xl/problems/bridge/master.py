"""The capacity master of P5: stays of hired and bought plant and import, per date case, on quarters.

    min Σ_i weight · stay_pv[k,v,e] · stay[k,v,e,i] + grid, deposit, cutover − worth of backup and response
        + Σ_p cost_to_go[p]

Index i is a date case, or SHARED for what is decided before the date is known: sharing the column is what keeps the
plan from knowing the date. Million dollars of present value.

    arrive[k,v,i] = Σ_e stay[k,v,e,·]               whole units ordered
    place[c,q,i]  = Σ_{v ≤ q < e} stay[k,v,e,·]     whole units in place, streams k of column c
    offer[p,j]    = what position p (a year of a case) offers the dispatch: place by quarter, import, contingency
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.finance.annuity import escalation_factors, year_end_factors
from bvnexus_xl.finance.grid_bill import standing_usd_per_mw
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.finance.operations import prices
from bvnexus_xl.model.case import DispatchCase
from bvnexus_xl.problems.bridge.cases import MONTHS_PER_QUARTER, QUARTERS, WINDOWS, Dates
from bvnexus_xl.problems.bridge.limits import firm_hours
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.plan import faded, leaves_before_known, same_before_known
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.solve.given import decided_positions
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
USD_PER_UNIT = 1e6
SHARED = -1


@dataclass(frozen=True, eq=False)
class BridgeCase:
    """What the rows need. Positions p are pairs (case, year); a year before the date is known stands for all cases.

    Attributes:
        case: the parametric dispatch with one part per quarter.
    """

    market: Market
    dates: Dates
    profiles: Profiles
    case: DispatchCase

    @cached_property
    def positions(self) -> list[tuple[int, int]]:
        """(case, year) of each position; case ``SHARED`` where the year ends before the date is known."""
        out: list[tuple[int, int]] = []
        for year in range(self.dates.years):
            shared = QUARTERS * (year + 1) <= self.dates.known
            out += [(SHARED, year)] if shared else [(s, year) for s in range(len(self.dates.cases))]
        return out

    @cached_property
    def year_of(self) -> NDArray[np.int64]:
        """Year of each position, [P]."""
        return np.array([year for _, year in self.positions])

    @cached_property
    def weight(self) -> Array:
        """Probability of each position, [P]."""
        return np.array([self.weight_of(number) for number, _ in self.positions])

    def weight_of(self, number: int) -> float:
        """Probability of a case; 1 for what is shared."""
        return 1.0 if number == SHARED else float(self.dates.weights[number])

    def at(self, number: int, quarter: int) -> int:
        """Index of the columns of a case in a quarter: shared until the date is known."""
        return SHARED if quarter < self.dates.known else number

    @cached_property
    def stays(self) -> list[tuple[int, int, int, int]]:
        """(stream, arrives, leaves, case) of every stay; ``SHARED`` where both ends are decided before the date is."""
        out = []
        for k, stream in enumerate(self.market.streams):
            for arrives, leaves in self.market.stays(stream):
                early = same_before_known(self.market, self.dates, k, arrives)
                early = early and leaves_before_known(self.dates, leaves)
                out += [(k, arrives, leaves, i) for i in ([SHARED] if early else self.split)]
        return out

    @cached_property
    def orders(self) -> list[tuple[int, int, int]]:
        """(stream, arrives, case) of every order; case ``SHARED`` where it is placed before the date is known."""
        found = {(k, v, self.order_case(k, v, s)) for k, v, _, i in self.stays for s in self.cases_of(i)}
        return sorted(found)

    def order_case(self, stream: int, arrives: int, number: int) -> int:
        """Case under which an order stands."""
        return SHARED if same_before_known(self.market, self.dates, stream, arrives) else number

    def cases_of(self, number: int) -> range:
        """Cases in which something stands under a number."""
        return self.split if number == SHARED else range(number, number + 1)

    def slot(self, quarter: int) -> int:
        """Event from which what is in place in a quarter stands."""
        return max(event for event in self.market.events if event <= quarter)

    def slots_of(self, year: int) -> list[int]:
        """Events at which what is in place in some quarter of a year stands."""
        return sorted({self.slot(q) for q in range(QUARTERS * year, QUARTERS * (year + 1))})

    @property
    def requests(self) -> list[int]:
        """Cases that ask for import apart: one for all unless the date is known from the start."""
        return [SHARED] if self.dates.known > 0 else list(self.split)

    @property
    def split(self) -> range:
        """Numbers of the cases."""
        return range(len(self.dates.cases))


def bridge_master(b: BridgeCase) -> pyo.ConcreteModel:
    """All columns and rows of the master."""
    m = pyo.ConcreteModel()
    _add_stays(m, b)
    _add_places(m, b)
    _add_clock(m, b)
    _add_grid(m, b)
    _add_contingency(m, b)
    _add_roles(m, b)
    _add_land(m, b)
    _add_firm(m, b)
    _add_offers(m, b)
    _add_cover(m, b)
    m.cost_to_go = pyo.Var(range(len(b.positions)), domain=pyo.NonNegativeReals)
    m.cost = pyo.Objective(expr=_fixed_cost(m, b) + sum(m.cost_to_go[p] for p in m.cost_to_go))
    return m


def _add_stays(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    streams, columns = b.market.streams, b.market.fleet.columns
    stream_of = [streams[k] for k, _, _, _ in b.stays]
    m.stay = pyo.Var(range(len(b.stays)), bounds=lambda m, n: (0.0, columns[stream_of[n].column].most))
    by_arrival: dict[tuple[int, int, int], list[Any]] = {}
    for n, (k, v, _, i) in enumerate(b.stays):
        # one shared stay is part of the arrivals of every case
        for s in b.cases_of(i):
            by_arrival.setdefault((k, v, s), []).append(m.stay[n])
    number = {order: n for n, order in enumerate(b.orders)}
    ordered = [streams[k] for k, _, _ in b.orders]
    m.arrive = pyo.Var(
        range(len(ordered)),
        bounds=lambda m, n: (ordered[n].standing or 0.0, columns[ordered[n].column].most),
        domain=lambda m, n: _kind(b.market, ordered[n].column),
    )
    m.arrivals = pyo.ConstraintList()
    for (k, v, s), stays in by_arrival.items():
        m.arrivals.add(sum(stays) == m.arrive[number[k, v, b.order_case(k, v, s)]])


def _kind(market: Market, column: int) -> Any:
    return pyo.NonNegativeIntegers if market.fleet.columns[column].integer else pyo.NonNegativeReals


def _add_places(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """``place``: nameplate from event to event; ``able``: what age has left of it, of batteries and profile assets."""
    market, fleet = b.market, b.market.fleet
    covers: dict[tuple[int, int, int], list[tuple[Any, float]]] = {}
    for n, (k, v, e, i) in enumerate(b.stays):
        column = market.streams[k].column
        left = faded(market, k, np.arange(e - v))
        for q in (event for event in market.events if v <= event < e):
            for s in b.cases_of(i):
                covers.setdefault((column, q, s), []).append((m.stay[n], float(left[q - v])))
    wanted = [c for c in range(len(fleet.columns)) if c != fleet.grid_column]
    index = sorted({(c, q, b.at(s, q)) for c in wanted for q in market.events[:-1] for s in b.split})
    m.place = pyo.Var(
        index,
        bounds=lambda m, c, q, i: (0.0, max(fleet.columns[c].most, fleet.columns[c].existing)),
        domain=lambda m, c, q, i: _kind(market, c),
    )
    m.able = pyo.Var([at for at in index if at[0] >= len(fleet.thermal)], domain=pyo.NonNegativeReals)
    m.in_place = pyo.ConstraintList()
    for c, q, i in index:
        terms = covers.get((c, q, max(i, 0)), [])
        m.in_place.add(m.place[c, q, i] == sum(stay for stay, _ in terms))
        if c >= len(fleet.thermal):
            m.in_place.add(m.able[c, q, i] == sum(left * stay for stay, left in terms))


def _add_clock(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """No temporary unit before the first one's quarter f, none from f + clock on: z says which quarter f is."""
    market = b.market
    temporary = [k for k, stream in enumerate(market.streams) if stream.temporary]
    if not temporary:
        return
    clock, first = market.streams[temporary[0]].longest, min(market.streams[k].first for k in temporary)
    starts = [event for event in market.events[:-1] if event >= first]
    shared = {f: any(same_before_known(market, b.dates, k, f) for k in temporary) for f in starts}
    index = sorted({(f, SHARED if shared[f] else s) for f in starts for s in b.split})
    m.clock = pyo.Var(index, domain=pyo.Binary)
    m.clock_once, m.clock_runs = pyo.ConstraintList(), pyo.ConstraintList()
    at: dict[tuple[int, int, int], list[Any]] = {}
    for n, (k, v, e, i) in enumerate(b.stays):
        if k in temporary:
            for q in (event for event in market.events if v <= event < e):
                for s in b.cases_of(i):
                    at.setdefault((k, q, s), []).append(m.stay[n])
    for s in b.split:
        z = {f: m.clock[f, SHARED if shared[f] else s] for f in starts}
        m.clock_once.add(sum(z.values()) <= 1)
        for (k, q, case), stays in at.items():
            if case == s:
                most = market.fleet.columns[market.streams[k].column].most
                m.clock_runs.add(sum(stays) <= most * sum(z[f] for f in starts if f <= q < f + clock))


def _add_grid(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """``request`` before the date is known, ``taken`` by year after it, ``imports`` by quarter."""
    cases, years = b.dates.cases, range(b.dates.years)
    most = max(float(case.granted_mw.max()) for case in cases)
    m.request = pyo.Var(range(len(b.requests)), bounds=(0.0, most))
    there = [QUARTERS * (y + 1) > case.arrival for case in cases for y in years]
    m.taken = pyo.Var(range(len(there)), bounds=lambda m, n: (0.0, most if there[n] else 0.0))
    m.connect = pyo.Var(list(b.split), domain=pyo.Binary)
    m.imports = pyo.Var(
        list(b.split), range(b.dates.quarters), bounds=lambda m, s, q: (0.0, float(cases[s].granted_mw[q]))
    )
    m.grid = pyo.ConstraintList()
    for s in b.split:
        for y in years:
            taken = m.taken[s * b.dates.years + y]
            m.grid.add(taken <= m.request[s if len(b.requests) > 1 else 0])
            m.grid.add(taken <= most * m.connect[s])
            if y > 0:
                m.grid.add(taken >= m.taken[s * b.dates.years + y - 1])
            for q in range(QUARTERS * y, QUARTERS * (y + 1)):
                m.grid.add(m.imports[s, q] <= taken)


def unit_groups(b: BridgeCase) -> list[list[int]]:
    """Thermal columns by model: variants of a model have the same unit."""
    groups: dict[str, list[int]] = {}
    for number, asset in enumerate(b.market.fleet.thermal):
        groups.setdefault(asset.row.name, []).append(number)
    return list(groups.values())


def _add_contingency(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """``has[g,i,p,f]``: at least i units of a model from event f on; the largest of a year sets its contingency."""
    groups, limits, fleet = unit_groups(b), b.market.project.constraints, b.market.fleet
    deepest = max(1, limits.planning_reserve_units if limits.planning_reserve_enabled else 1)
    positions = range(len(b.positions))
    slots = [(p, f) for p, (_, y) in enumerate(b.positions) for f in b.slots_of(y)]
    ranks = range(1, deepest + 1)
    index = [(g, rank, p, f) for g in range(len(groups)) for rank in ranks for p, f in slots]
    m.has = pyo.Var(index, domain=pyo.Binary)
    largest = max((asset.unit_mw for asset in fleet.thermal), default=0.0)
    m.contingency_mw = pyo.Var(positions, bounds=(0.0, largest))
    m.exists = pyo.ConstraintList()
    for g, group in enumerate(groups):
        unit = fleet.thermal[group[0]].unit_mw
        room = min(sum(fleet.columns[c].most for c in group), np.ceil(1.5 * float(b.profiles.load_mw.max()) / unit) + 2)
        for p, f in slots:
            m.exists.add(m.contingency_mw[p] >= unit * m.has[g, 1, p, f])
            units = sum(m.place[c, f, b.at(b.positions[p][0], f)] for c in group)
            for rank in ranks:
                m.exists.add(units <= (rank - 1) + room * m.has[g, rank, p, f])
                if rank > 1:
                    m.exists.add(m.has[g, rank, p, f] <= m.has[g, rank - 1, p, f])


def _add_roles(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """Own units kept once the grid is there: backup up to the import they stand for, or demand response."""
    bridge, fleet = b.market.project.bridge, b.market.fleet
    years = [(s, y) for s in b.split for y in range(b.dates.years) if QUARTERS * y >= b.dates.cases[s].arrival]
    m.backup = pyo.Var(years, bounds=(0.0, bridge.backup_need_mw))
    m.response = pyo.Var(years, bounds=(0.0, bridge.response_limit_mw))
    m.roles = pyo.ConstraintList()
    own = [n for n, asset in enumerate(fleet.thermal) if not _hired(b, n)]
    for s, y in years:
        for q in b.slots_of(y):
            here = sum(fleet.thermal[c].unit_mw * m.place[c, q, b.at(s, q)] for c in own)
            m.roles.add(m.backup[s, y] + m.response[s, y] <= here)
        for q in range(QUARTERS * y, QUARTERS * (y + 1)):
            m.roles.add(m.backup[s, y] <= m.imports[s, q])


def _hired(b: BridgeCase, thermal: int) -> bool:
    return "hired" in TECHNOLOGIES[b.market.fleet.thermal[thermal].row.technology].capabilities


def _add_land(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    project, fleet = b.market.project, b.market.fleet
    limits = project.constraints
    if not limits.land_limit_enabled:
        return
    free = limits.land_limit_acres - limits.reserved_land_acres
    used = [(c, column.acres_each) for c, column in enumerate(fleet.columns) if column.acres_each > 0.0]
    m.land = pyo.ConstraintList()
    for s in b.split:
        for q in b.market.events[:-1]:
            here = sum(acres * m.place[c, q, b.at(s, q)] for c, acres in used)
            station = project.grid.substation_acres * m.connect[s] if q >= b.dates.cases[s].arrival else 0.0
            m.land.add(here + station <= free)


def _add_firm(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """Planning reserve in the worst hours of every quarter, with the largest units out."""
    limits, fleet = b.market.project.constraints, b.market.fleet
    if not limits.planning_reserve_enabled:
        return
    groups = unit_groups(b)
    batteries = range(len(fleet.storage))
    m.firm_battery = pyo.Var(batteries, range(len(b.positions)), domain=pyo.NonNegativeReals)
    m.firm = pyo.ConstraintList()
    for p, (s, y) in enumerate(b.positions):
        for n, battery in enumerate(fleet.storage):
            power, energy = fleet.storage_columns(n)
            at = b.at(s, QUARTERS * y)
            usable = (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
            m.firm.add(m.firm_battery[n, p] <= m.able[power, QUARTERS * y, at])
            m.firm.add(limits.planning_gap_h * m.firm_battery[n, p] <= usable * m.able[energy, QUARTERS * y, at])
        for q in range(QUARTERS * y, QUARTERS * (y + 1)):
            hours = firm_hours(b.profiles, fleet, y, q % QUARTERS)
            for each, load in zip(hours.firm_mw_each.T, hours.load_mw, strict=True):
                here = b.slot(q), b.at(s, q)
                firm = sum(float(each[c]) * m.place[c, *here] for c in range(len(fleet.thermal)))
                columns = [fleet.profile_column(n) for n in range(len(fleet.profile))]
                firm += sum(float(each[c]) * m.able[c, *here] for c in columns)
                firm += sum(m.firm_battery[n, p] for n in batteries)
                firm += 0.0 if s == SHARED else m.imports[s, q]
                for way in _ways(len(groups), limits.planning_reserve_units):
                    out = [(g, i + 1) for g, units in enumerate(way) for i in range(units)]
                    lost = sum(float(each[groups[g][0]]) * m.has[g, rank, p, here[0]] for g, rank in out)
                    m.firm.add(firm - lost >= float(load))


def _ways(groups: int, units: int) -> list[tuple[int, ...]]:
    """Every way to lose so many units among the groups."""
    if groups == 0:
        return [()]
    if groups == 1:
        return [(units,)]
    return [(n, *rest) for n in range(units + 1) for rest in _ways(groups - 1, units - n)]


def _add_offers(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """What each position offers the dispatch, in the order of ``decided_positions``."""
    fleet, case = b.market.fleet, b.case
    decided = decided_positions(case)
    m.offer = pyo.Var(range(len(b.positions)), range(len(decided)), domain=pyo.NonNegativeReals)
    m.offers = pyo.ConstraintList()
    for p, (s, y) in enumerate(b.positions):
        for j, (position, kind, number) in enumerate(decided):
            part = int(case.parameters[position].partition("@")[2] or 0)
            q = QUARTERS * y + part
            if kind == "contingency":
                value = m.contingency_mw[p]
            elif kind == "import":
                q = QUARTERS * y + number
                value = 0.0 if s == SHARED else m.imports[s, q]
            elif number < len(fleet.thermal):
                value = m.place[number, b.slot(q), b.at(s, q)]
            else:
                value = m.able[number, b.slot(q), b.at(s, q)]
            m.offers.add(m.offer[p, j] == value)


def _add_cover(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """Thermal MW of each quarter of each position, at least 0: the search raises it to round up to whole units."""
    least = least_mw(b)
    m.cover = pyo.ConstraintList()
    for s, y in b.positions:
        for q in range(QUARTERS * y, QUARTERS * (y + 1)):
            here = sum(float(mw) * m.place[c, b.slot(q), b.at(s, q)] for c, mw in enumerate(least[:, q % QUARTERS]))
            m.cover.add(here >= 0.0)


def least_mw(b: BridgeCase) -> Array:
    """MW of one unit in service in the worst hour of each quarter, [T, 4]."""
    units = np.array([asset.unit_mw for asset in b.market.fleet.thermal]).reshape(-1, 1)
    there = units * b.profiles.thermal_capacity_factor * b.profiles.thermal_in_service
    return np.array([there[:, window > 0.0].min(axis=1) for window in WINDOWS]).T


def _fixed_cost(m: pyo.ConcreteModel, b: BridgeCase) -> Any:
    """Stays, grid, deposit, cutover, less what backup and response are worth; million dollars of present value."""
    market, project = b.market, b.market.project
    distinct = dict.fromkeys((k, v, e) for k, v, e, _ in b.stays)
    value = {(k, v, e): market.present_value(market.streams[k], v, e) / USD_PER_UNIT for k, v, e in distinct}
    cost = sum(b.weight_of(i) * value[k, v, e] * m.stay[n] for n, (k, v, e, i) in enumerate(b.stays))
    rate, years = project.finance.discount_rate, b.dates.years
    end = year_end_factors(rate, years) / USD_PER_UNIT
    deposit = end[0] * KW_PER_MW * project.bridge.interconnection_deposit_usd_per_kw
    cost += sum(b.weight_of(i) * deposit * m.request[n] for n, i in enumerate(b.requests))
    each, standby = grid_cost_each(b), standby_each(b)
    for s in b.split:
        w, arrival = b.weight_of(s), b.dates.cases[s].arrival
        for y in range(years):
            taken = m.taken[s * years + y]
            before = m.taken[s * years + y - 1] if y > 0 else 0.0
            cost += w * (each[y] * (taken - before) + standby[s, y] * taken)
        if arrival < b.dates.quarters:
            cost += w * end[arrival // QUARTERS] * project.bridge.grid_cutover_usd * m.connect[s]
    general = escalation_factors(project.finance.inflation_rate, years)
    for roles, worth in (
        (m.backup, project.bridge.backup_value_usd_per_kw_year),
        (m.response, project.bridge.response_value_usd_per_kw_year),
    ):
        cost -= sum(b.weight_of(s) * worth * KW_PER_MW * general[y] * end[y] * roles[s, y] for s, y in roles)
    return cost


def grid_cost_each(b: BridgeCase) -> Array:
    """PV of connecting one MW in each year, million dollars, [Y]: price and fixed O&M less residual value."""
    project, fleet = b.market.project, b.market.fleet
    assert fleet.grid_column is not None  # P5 is refused without a grid
    each: Array = investment_present_value(project, fleet, b.profiles)[fleet.grid_column] / USD_PER_UNIT
    return each


def standby_each(b: BridgeCase) -> Array:
    """PV of a year's standby and fixed charge on one MW taken, million dollars, [S, Y]: months with import granted."""
    project, years = b.market.project, b.dates.years
    factor = prices(project).electricity_factor * year_end_factors(project.finance.discount_rate, years) / USD_PER_UNIT
    quarters = np.array([(case.granted_mw > 0.0).reshape(years, QUARTERS) for case in b.dates.cases], dtype=float)
    energised = np.repeat(quarters, MONTHS_PER_QUARTER, axis=-1)
    standby: Array = standing_usd_per_mw(project_tariff(project), energised) * factor
    return standby
