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

from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.problems.bridge.bridge_case import SHARED, BridgeCase
from bvnexus_xl.problems.bridge.cases import QUARTERS, WINDOWS
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.master_cost import fixed_cost
from bvnexus_xl.problems.bridge.master_limits import add_firm, add_land, add_potential_to_emit, unit_groups
from bvnexus_xl.problems.bridge.plan import faded, same_before_known
from bvnexus_xl.solve.given import decided_positions

Array = NDArray[np.float64]


def bridge_master(b: BridgeCase) -> pyo.ConcreteModel:
    """All columns and rows of the master."""
    m = pyo.ConcreteModel()
    _add_stays(m, b)
    _add_places(m, b)
    _add_clock(m, b)
    _add_grid(m, b)
    _add_contingency(m, b)
    _add_roles(m, b)
    add_land(m, b)
    add_potential_to_emit(m, b)
    add_firm(m, b)
    _add_offers(m, b)
    _add_cover(m, b)
    m.cost_to_go = pyo.Var(range(len(b.positions)), domain=pyo.NonNegativeReals)
    m.cost = pyo.Objective(expr=fixed_cost(m, b) + sum(m.cost_to_go[p] for p in m.cost_to_go))
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
    most = b.import_bound_mw
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
            m.exists.add(m.contingency_mw[p] >= b.spinning_need * unit * m.has[g, 1, p, f])
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
