"""Elastic relaxation of an infeasible project: the smallest set of limits that must give, then by how little.

    min Σ gives[l] + ε Σ give[l] / scale[l]      give[l] ≤ most[l] · gives[l],  gives binary

over plans in whole units that carry the whole load. Every limit gives one amount in all years, because one cell sets
it. What the dispatch asks for enters as phase-one cuts, which hold for every amount: limits are parameters.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.conflict import Give
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.model.moveable import give
from bvnexus_xl.solve.feasibility import PhaseOne
from bvnexus_xl.solve.feasibility_master import FeasibilityMaster, Placed
from bvnexus_xl.solve.feasibility_model import feasibility_model
from bvnexus_xl.solve.given import constant_parameters
from bvnexus_xl.solve.largest_load import distinct
from bvnexus_xl.solve.levers import Lever, columns_of

Array = NDArray[np.float64]
_AMOUNTS = 1e-3
"""Weight of normalised amounts against the count of limits."""
_MOST_TRIALS = 120
_MIP_SECONDS = 10.0
_ENOUGH = 2e-5
"""Share of a year's energy that may be missing where the search stops; amounts are rounded up by more."""
_ROUND_UP = 2e-3
_AT_ONCE = 2
"""Years asked side by side."""
_LEADING = ("lead_time", "most", "import")


@dataclass(frozen=True, eq=False)
class ElasticResult:
    """What the search ended with.

    Attributes:
        gives: limits that give, with amounts; None where no set is enough, or none was found in time.
        proven: the search ended by itself: no smaller set, or none at all, is enough.
        placed: equipment at the relaxed limits; None as above.
    """

    gives: tuple[Give, ...] | None
    proven: bool
    placed: Placed | None


def elastic_relaxation(
    case: MasterCase,
    phase: PhaseOne,
    chosen: Sequence[Lever],
    *,
    deadline: float,
    report: Callable[[int, float], None] = lambda _trial, _count: None,
) -> ElasticResult:
    """Smallest set of the chosen limits that must give.

    Args:
        case: the project.
        phase: its feasibility dispatch; the cuts found stay there.
        chosen: limits that may give.
        deadline: ``time.perf_counter`` value after which the best set so far is returned.
        report: called with each trial and the number of limits that give.
    """
    master = FeasibilityMaster(elastic_model(case, phase, chosen), phase)
    placed, proven = None, False
    solve: Callable[[], Placed | None] = master.relaxed
    for trial in range(_MOST_TRIALS):
        found = solve()
        if found is None:
            return ElasticResult(None, solve == master.relaxed, None)
        placed = found
        report(trial, found.bound)
        enough = _serves(phase, found)
        if enough and solve == master.relaxed:
            solve = _whole(master)
            continue
        proven = enough
        if enough or time.perf_counter() > deadline:
            break
    if placed is None or not proven:
        return ElasticResult(None, False, placed)
    return ElasticResult(_gives(master, placed, chosen), proven, placed)


def _whole(master: FeasibilityMaster) -> Callable[[], Placed | None]:
    return lambda: master.whole(1e-5, _MIP_SECONDS)


def _serves(phase: PhaseOne, placed: Placed) -> bool:
    """Whether every year is served within what is allowed; adds the cuts that say why not."""
    years = distinct(np.column_stack([placed.theta, placed.allowed]))
    place, energy = phase.load_place(), phase.energy_per_mw
    years.sort(key=lambda y: -float(placed.theta[y, place]))
    for first in range(0, len(years), _AT_ONCE):
        asked, before = years[first : first + _AT_ONCE], len(phase.cuts)
        found = phase(placed.theta, asked, joined=False)
        for y in asked:
            load = max(float(placed.theta[y, place]), 1e-9)
            claims = np.array(phase.cuts[before:]) @ placed.theta[y]
            # the dispatch may miss what no cut can charge (energy between periods): then the cuts decide
            missing = min(found[y].mwh, float(claims.max())) - placed.allowed[y]
            if missing > _ENOUGH * energy * load:
                return False
    return True


def elastic_model(case: MasterCase, phase: PhaseOne, chosen: Sequence[Lever]) -> pyo.ConcreteModel:
    """Master of the relaxed project: the whole load, columns ``give`` and binaries ``gives`` by limit."""
    loose = replace(case, fleet=_loosened(case, chosen))
    constants = constant_parameters(case.project, case.profiles, phase.case)
    m = feasibility_model(loose, phase.case, constants, phase.allowed_per_mw, [lever.name for lever in chosen])
    for y in case.years:
        m.load_share[y].setlb(1.0)
    m.gives = pyo.Var(m.give_names, domain=pyo.Binary)
    most = {lever.name: lever.most for lever in chosen}
    m.gives_if = pyo.Constraint(m.give_names, rule=lambda m, name: m.give[name] <= most[name] * m.gives[name])
    for lever in chosen:
        kind = lever.name.partition(":")[0]
        if kind == "most":
            _limit_most(m, case, lever)
        elif kind == "lead_time":
            _limit_lead_time(m, case, loose.fleet, lever)
    _limit_import(m, case)
    amounts = sum(m.give[lever.name] / lever.scale for lever in chosen)
    m.cost = pyo.Objective(expr=sum(m.gives[name] for name in m.give_names) + _AMOUNTS * amounts)
    return m


def _loosened(case: MasterCase, chosen: Sequence[Lever]) -> Fleet:
    """The fleet without the bounds that may give; rows with slack take their place."""
    columns = list(case.fleet.columns)
    for lever in chosen:
        kind = lever.name.partition(":")[0]
        if kind not in _LEADING:
            continue
        grid = case.fleet.grid_column
        for c in columns_of(case.fleet, lever.model) if kind != "import" else [grid] if grid is not None else []:
            column = columns[c]
            if kind == "lead_time":
                columns[c] = replace(column, earliest_year=case.project.study.first_year)
            else:
                columns[c] = replace(column, most=column.most + lever.most / column.mw_each)
    return replace(case.fleet, columns=tuple(columns))


def _limit_most(m: pyo.ConcreteModel, case: MasterCase, lever: Lever) -> None:
    columns = {c: case.fleet.columns[c] for c in columns_of(case.fleet, lever.model)}
    rows = pyo.Constraint(
        list(columns),
        m.years,
        rule=lambda m, c, y: m.installed[c, y] <= columns[c].most + give(m, lever.name) / columns[c].mw_each,
    )
    m.add_component(f"at_most_{lever.model}", rows)


def _limit_lead_time(m: pyo.ConcreteModel, case: MasterCase, loose: Fleet, lever: Lever) -> None:
    """Whole years sooner: ``sooner[k]`` is 1 where at least k years are given."""
    first = case.project.study.first_year
    count = round(lever.most)
    columns = columns_of(case.fleet, lever.model)
    sooner = pyo.Var(range(1, count + 1), domain=pyo.Binary)
    m.add_component(f"sooner_{lever.model}", sooner)
    total = pyo.Constraint(expr=m.give[lever.name] == sum(sooner[k] for k in range(1, count + 1)))
    m.add_component(f"sooner_total_{lever.model}", total)
    order = pyo.Constraint(range(2, count + 1), rule=lambda m, k: sooner[k] <= sooner[k - 1])
    m.add_component(f"sooner_order_{lever.model}", order)
    early = [(c, y) for c in columns for y in case.years if first + y < case.fleet.columns[c].earliest_year]

    def rule(m: pyo.ConcreteModel, c: int, y: int) -> object:
        column = case.fleet.columns[c]
        return m.builds[c, y] <= loose.columns[c].most * sooner[min(column.earliest_year - first - y, count)]

    m.add_component(f"not_before_{lever.model}", pyo.Constraint(early, rule=rule))


def _limit_import(m: pyo.ConcreteModel, case: MasterCase) -> None:
    """Import granted in each year plus what it gives; years without any grant stay without."""
    granted = [y for y in case.years if case.granted_mw[y] > 0.0]
    if "import" not in m.give_names or not granted:
        return
    for y in granted:
        m.usable_import[y].setub(None)
    m.granted = pyo.Constraint(
        granted, rule=lambda m, y: m.usable_import[y] <= float(case.granted_mw[y]) + give(m, "import")
    )


def _gives(master: FeasibilityMaster, placed: Placed, chosen: Sequence[Lever]) -> tuple[Give, ...]:
    """Limits that give in a solution, amounts in the units of their cells, rounded up."""
    form, out = master.form, []
    amounts = dict(zip(form.column_index["give"], placed.columns[form.columns["give"]], strict=True))
    by_name = {lever.name: lever for lever in chosen}
    for name, amount in amounts.items():
        lever = by_name[str(name)]
        if amount <= 1e-5 * lever.scale:
            continue
        if lever.name.startswith("lead_time"):
            needed = max(lever.value - lever.per_row * math.ceil(amount - 1e-6), 0.0)
        else:
            needed = _rounded_up(lever.value + lever.per_row * amount, lever.per_row * amount)
            needed = lever.value - lever.per_row * amount if lever.name in _REQUIREMENTS else needed
        out.append(Give(lever.name, lever.label, lever.unit, lever.field, lever.model, lever.value, needed))
    return tuple(sorted(out, key=lambda item: item.name))


_REQUIREMENTS = ("spinning_reserve", "planning_reserve")
"""Limits that ask for something: giving lowers what is asked."""


def _rounded_up(value: float, amount: float) -> float:
    """A value above ``value`` that people can type, further by at most a few parts in a thousand of the amount."""
    step = 10.0 ** math.floor(math.log10(max(amount, 1e-9) * 5.0 * _ROUND_UP))
    return round(math.ceil((value + _ROUND_UP * amount) / step) * step, 9)
