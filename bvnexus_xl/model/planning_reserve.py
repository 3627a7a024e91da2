"""Planning reserve on the worst hours w of each year, with the k largest units out.

    Σ_c firm_mw_each[c,w] · counted[c,y] ≥ load[w] + margin + Σ_{g, i ≤ q_g} firm_mw_each[g,w] · has[g,i,y]
    firm_battery[s,y] ≤ power_mw,  firm_battery[s,y] · gap_h ≤ range · η · energy_mwh

``q`` runs over the ways to lose k units, Σ q_g = k; the dearest one that exists is the k largest. Hours that another
hour implies (more load, less of everything) are left out. ``margin`` is the same whatever share of the load is carried.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.model.contingency import unit_groups
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.model.moveable import give, load_share
from bvnexus_xl.reliability.planning_reserve import reserve_coefficients

Array = NDArray[np.float64]


def add_planning_reserve(m: pyo.ConcreteModel, case: MasterCase) -> None:
    """Rows ``firm`` per year, worst hour and way to lose k units; columns ``firm_battery``."""
    limits = case.project.constraints
    if not limits.planning_reserve_enabled:
        return
    _add_firm_battery(m, case)
    groups = unit_groups(case)
    ways = [
        way
        for way in product(range(limits.planning_reserve_units + 1), repeat=len(groups))
        if sum(way) == limits.planning_reserve_units
    ]
    power = {case.fleet.storage_columns(s)[0]: s for s in range(len(case.fleet.storage))}
    energy = {case.fleet.storage_columns(s)[1] for s in range(len(case.fleet.storage))}
    rows: dict[tuple[int, int], Any] = {}
    for y in case.years:
        coefficients = reserve_coefficients(case.project, case.fleet, case.profiles, y)
        firm = coefficients.firm_mw_each
        for w in undominated(firm, coefficients.load_mw):
            counted = sum(
                float(firm[c, w]) * (m.firm_battery[power[c], y] if c in power else m.effective[c, y])
                for c in m.fleet
                if c not in energy and c != case.fleet.grid_column
            )
            if case.fleet.grid_column is not None:
                counted += float(firm[case.fleet.grid_column, w]) * m.usable_import[y]
            for way in ways or [()]:
                lost = sum(
                    float(firm[groups[g][0], w]) * m.has[g, i, y] for g, q in enumerate(way) for i in range(1, q + 1)
                )
                margin = coefficients.margin_mw
                load = (float(coefficients.load_mw[w]) - margin) * load_share(m, y)
                needed = case.planning_need * (load + margin)
                rows[len(rows), y] = counted - lost >= needed - give(m, "planning_reserve")
    m.firm_rows = pyo.Set(initialize=list(rows), dimen=2)
    m.firm = pyo.Constraint(m.firm_rows, rule=lambda m, n, y: rows[n, y])


def _add_firm_battery(m: pyo.ConcreteModel, case: MasterCase) -> None:
    assets, fleet = case.fleet.storage, case.fleet
    m.batteries = pyo.RangeSet(0, len(assets) - 1) if assets else pyo.Set(initialize=[])
    m.firm_battery = pyo.Var(m.batteries, m.years, domain=pyo.NonNegativeReals)
    gap = case.project.constraints.planning_gap_h

    def by_energy(m: pyo.ConcreteModel, s: int, y: int) -> object:
        usable = (assets[s].soc_max_fraction - assets[s].soc_min_fraction) * assets[s].one_way_efficiency
        return gap * m.firm_battery[s, y] <= usable * m.effective[fleet.storage_columns(s)[1], y]

    m.firm_power = pyo.Constraint(
        m.batteries, m.years, rule=lambda m, s, y: m.firm_battery[s, y] <= m.effective[fleet.storage_columns(s)[0], y]
    )
    m.firm_energy = pyo.Constraint(m.batteries, m.years, rule=by_energy)


def undominated(firm: Array, load: Array) -> list[int]:
    """Hours that no other hour implies: another with at least the load and at most the firm MW of everything."""
    points = np.vstack([-load, firm]).T
    out: list[int] = []
    for w in np.lexsort(points.T[::-1]):
        if not any(np.all(points[kept] <= points[w] + 1e-12) for kept in out):
            out.append(int(w))
    return out
