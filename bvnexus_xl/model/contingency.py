"""How many units of each model exist, as binaries: for N-1, planning reserve and the substation.

    Σ_{variants of g} installed ≤ (i − 1) + room · has[g,i,y]        has[g,i,y] = 1 where at least i units of g exist
    contingency_mw[y] ≥ unit_mw[g] · has[g,1,y]
    has[g,i+1,y] ≤ has[g,i,y]

Variants of a model (emission controls) share one group: they have the same unit, and one bound on how many may stand
(``room``), which the first row enforces with i = 1.
"""

from __future__ import annotations

import pyomo.environ as pyo

from bvnexus_xl.model.investment import MasterCase


def unit_groups(case: MasterCase) -> list[list[int]]:
    """Thermal columns by model name, in fleet order."""
    groups: dict[str, list[int]] = {}
    for k, asset in enumerate(case.fleet.thermal):
        groups.setdefault(asset.row.name, []).append(k)
    return list(groups.values())


def most_units(case: MasterCase, group: list[int]) -> float:
    """Units of a model that may stand at one time: its input bound, shared by its variants, and what stands already.

    The bound is ``max_mw`` of the equipment row or, where that is empty, three times the highest load: a property of
    the project, the same in Phase 1, and so no assumption of the search.
    """
    columns = [case.fleet.columns[k] for k in group]
    return max((c.most for c in columns if not c.existing), default=0.0) + sum(c.existing for c in columns)


def add_contingency(m: pyo.ConcreteModel, case: MasterCase) -> None:
    """Binaries ``has`` and columns ``contingency_mw``."""
    groups = unit_groups(case)
    limits = case.project.constraints
    deepest = max(1, limits.planning_reserve_units if limits.planning_reserve_enabled else 1)
    thermal = case.fleet.thermal
    m.groups = pyo.RangeSet(0, len(groups) - 1)
    m.ranks = pyo.RangeSet(1, deepest)
    m.has = pyo.Var(m.groups, m.ranks, m.years, domain=pyo.Binary)
    largest = max((asset.unit_mw for asset in thermal), default=0.0)
    m.contingency_mw = pyo.Var(m.years, bounds=(0.0, largest))
    room = [most_units(case, group) for group in groups]
    m.exists = pyo.Constraint(
        m.groups,
        m.ranks,
        m.years,
        rule=lambda m, g, i, y: sum(m.installed[k, y] for k in groups[g]) <= (i - 1) + room[g] * m.has[g, i, y],
    )
    m.lost_unit = pyo.Constraint(
        m.groups,
        m.years,
        rule=lambda m, g, y: m.contingency_mw[y] >= case.spinning_need * thermal[groups[g][0]].unit_mw * m.has[g, 1, y],
    )
    m.ordered = pyo.Constraint(
        m.groups,
        m.ranks,
        m.years,
        rule=lambda m, g, i, y: m.has[g, i, y] <= m.has[g, i - 1, y] if i > 1 else pyo.Constraint.Skip,
    )
