"""Limits of P5's master in every quarter: land, and planning reserve in the worst hours."""

from __future__ import annotations

import pyomo.environ as pyo

from bvnexus_xl.problems.bridge.bridge_case import SHARED, BridgeCase
from bvnexus_xl.problems.bridge.cases import QUARTERS
from bvnexus_xl.problems.bridge.limits import firm_hours


def unit_groups(b: BridgeCase) -> list[list[int]]:
    """Thermal columns by model: variants of a model have the same unit."""
    groups: dict[str, list[int]] = {}
    for number, asset in enumerate(b.market.fleet.thermal):
        groups.setdefault(asset.row.name, []).append(number)
    return list(groups.values())


def add_land(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """Rows ``land`` by case and event: what is in place, the substation once the grid is there."""
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


def add_firm(m: pyo.ConcreteModel, b: BridgeCase) -> None:
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
