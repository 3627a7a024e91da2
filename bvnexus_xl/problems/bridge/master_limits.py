"""Limits of P5's master in every quarter: land, potential to emit, and planning reserve in the worst hours.

Σ_k pte_tons_each[k] · place[k,q] ≤ cap        each pollutant and quarter, hired units and spares included
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from bvnexus_xl.errors import InfeasibleProject
from bvnexus_xl.limits import pte_tons_each
from bvnexus_xl.problems.bridge.bridge_case import SHARED, BridgeCase
from bvnexus_xl.problems.bridge.cases import QUARTERS
from bvnexus_xl.problems.bridge.limits import firm_hours
from bvnexus_xl.solve.master import NO_PLAN_MEETS
from bvnexus_xl.yearly_caps import emission_caps_tons


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
    rows: dict[tuple[int, int], Any] = {}
    for s in b.split:
        for q in b.market.events[:-1]:
            here = sum(acres * m.place[c, q, b.at(s, q)] for c, acres in used)
            station = project.grid.substation_acres * m.connect[s] if q >= b.dates.cases[s].arrival else 0.0
            rows[s, q] = here + station <= free
    _add_rows(m, "land", rows)


def add_potential_to_emit(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """Rows ``pte`` by pollutant, case and event, where the permit counts every unit on the site at full load.

    A unit counts as if it ran the whole year for as long as it is there: a permit knows no shorter year.
    """
    project, fleet = b.market.project, b.market.fleet
    if project.constraints.emission_basis != "PTE_8760" or not fleet.thermal:
        return
    each = pte_tons_each(project, fleet)
    places = sorted({(b.at(s, q), q) for s in b.split for q in b.market.events[:-1]})
    rows: dict[tuple[str, int, int], Any] = {}
    for name, cap in emission_caps_tons(project).items():
        for i, q in places:
            rows[name, i, q] = sum(float(tons) * m.place[k, q, i] for k, tons in enumerate(each[name])) <= cap
    _add_rows(m, "pte", rows)


def add_firm(m: pyo.ConcreteModel, b: BridgeCase) -> None:
    """Rows ``firm`` (number, year): planning reserve in the worst hours of every quarter, with the largest units out.

    With a margin batteries do not count: it stands for units that are out for days.
    """
    limits, fleet = b.market.project.constraints, b.market.fleet
    if not limits.planning_reserve_enabled:
        return
    groups = unit_groups(b)
    batteries = range(len(fleet.storage)) if limits.planning_margin_mw == 0.0 else range(0)
    _add_firm_battery(m, b, batteries)
    rows: dict[tuple[int, int], Any] = {}
    for p, (s, y) in enumerate(b.positions):
        for q in range(QUARTERS * y, QUARTERS * (y + 1)):
            hours = firm_hours(b.market.project, b.profiles, fleet, y, q % QUARTERS)
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
                    rows[len(rows), y] = firm - lost >= b.planning_need * float(load)
    _add_rows(m, "firm", rows)


def _add_firm_battery(m: pyo.ConcreteModel, b: BridgeCase, batteries: range) -> None:
    """``firm_battery``: MW that a battery can hold for the hours of the planning gap."""
    limits, fleet = b.market.project.constraints, b.market.fleet
    m.firm_battery = pyo.Var(batteries, range(len(b.positions)), domain=pyo.NonNegativeReals)
    m.firm_by_battery = pyo.ConstraintList()
    for p, (s, y) in enumerate(b.positions):
        for n in batteries:
            battery, (power, energy) = fleet.storage[n], fleet.storage_columns(n)
            at = b.at(s, QUARTERS * y)
            usable = (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
            held = m.firm_battery[n, p]
            m.firm_by_battery.add(held <= m.able[power, QUARTERS * y, at])
            m.firm_by_battery.add(limits.planning_gap_h * held <= usable * m.able[energy, QUARTERS * y, at])


def _add_rows(m: pyo.ConcreteModel, name: str, rows: dict[Any, Any]) -> None:
    """One constraint of a name, a row each; a row that has no column holds for every plan, or for none.

    Raises:
        InfeasibleProject: a row holds for no plan.
    """
    fixed = {index: bool(row) for index, row in rows.items() if isinstance(row, bool | np.bool_)}
    if not all(fixed.values()):
        raise InfeasibleProject(NO_PLAN_MEETS)
    kept = {index: row for index, row in rows.items() if index not in fixed}
    index = pyo.Set(initialize=list(kept), dimen=len(next(iter(kept), (0,))))
    setattr(m, f"{name}_rows", index)
    setattr(m, name, pyo.Constraint(index))
    for at, row in kept.items():
        getattr(m, name)[at] = row


def _ways(groups: int, units: int) -> list[tuple[int, ...]]:
    """Every way to lose so many units among the groups."""
    if groups == 0:
        return [()]
    if groups == 1:
        return [(units,)]
    return [(n, *rest) for n in range(units + 1) for rest in _ways(groups - 1, units - n)]
