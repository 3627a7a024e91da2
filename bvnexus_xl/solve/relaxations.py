"""What relaxing each limit by a tenth saves: the search goes on, warm, with that one limit looser in every year.

A limit is a right-hand side of the capacity master or a parameter of the dispatch, so every cut found so far stays
valid, and the plan of the unrelaxed problem is the start. Costs are those of the representative weeks, on both sides of
the difference: a trial there takes a tenth of one on the full year. With U the best cost found without, and U' and L'
the best cost and the bound with the looser limit, the saving on this plan is at least U − U' and at most U − L'; the
distance between them is what the searches have not closed.

With parts of units allowed no limit saves more than a tenth of it times its planning price, because the cost of the
best plan is convex in the limits. A limit where that is next to nothing, and that binds in no year, is not searched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit, Relaxation
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import USD_PER_UNIT, greenfield_master
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solve.given import SPINNING_RESERVE, constant_parameters
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.yearly_caps import YEARLY_CAPS

Array = NDArray[np.float64]
SHARE = 0.1
"""How much looser a limit is made."""
_TRIALS = 2
_NOTHING = 1e-5
"""A limit whose tenth is worth less than this share of the plan's cost at its planning price is not searched."""


def relaxations(
    search: Benders,
    case: MasterCase,
    limits: Sequence[Limit],
    prices: Mapping[str, Array],
    plan: Point,
    gap: float,
    deadline: float,
) -> tuple[Relaxation, ...]:
    """Saving of each kind of limit, the one that promises most first; kinds not reached in time say so.

    Args:
        search: a finished search on representative weeks.
        case: what its master was made of.
        limits: every limit of every year.
        prices: present value of one unit of room, million dollars, [Y] by limit (``Master.planning_prices``).
        plan: the plan found, in whole units.
        gap: relative gap at which a search ends.
        deadline: ``time.perf_counter`` value after which no new search starts.
    """

    def moved(name: str) -> tuple[Master, Point]:
        again = looser(case, name)
        constants = constant_parameters(again.project, again.profiles, search.master.case)
        master = Master(greenfield_master(again), search.master.case, constants, search.pool)
        sizes = replace(plan.sizes, contingency_mw=plan.sizes.contingency_mw * again.spinning_need)
        return master, replace(plan, sizes=sizes)

    return searched_again(search, moved, limits, prices, plan, gap, deadline)


def searched_again(
    search: Benders,
    moved: Callable[[str], tuple[Master, Point]],
    limits: Sequence[Limit],
    prices: Mapping[str, Array],
    plan: Point,
    gap: float,
    deadline: float,
) -> tuple[Relaxation, ...]:
    """As ``relaxations``, of any problem: ``moved`` makes the master with one limit looser, and says the plan in it."""
    first_year = search.master.case.project.study.first_year
    kinds: dict[str, list[Limit]] = {}
    for limit in limits:
        kinds.setdefault(limit.name, []).append(limit)
    search.price(plan, whole=True)
    promised = {name: _first_order(first_year, found, prices.get(name)) for name, found in kinds.items()}
    out, stopped = [], False
    for name in sorted(kinds, key=lambda kind: -(promised[kind] or 0.0)):
        first, label = promised[name], kinds[name][0].label
        if first is None:
            out.append(Relaxation(name, label, "not_priced"))
        elif first <= _NOTHING * abs(search.search.best_cost) and not any(limit.binding for limit in kinds[name]):
            out.append(Relaxation(name, label, "zero", 0.0, 0.0, first * USD_PER_UNIT))
        elif stopped or time.perf_counter() > deadline:
            out.append(Relaxation(name, label, "not_reached", first_order_usd=first * USD_PER_UNIT))
        else:
            try:
                least, most = _saving(search, *moved(name), name, gap, deadline)
            except Cancelled:
                stopped = True
                out.append(Relaxation(name, label, "not_reached", first_order_usd=first * USD_PER_UNIT))
                continue
            usd = (least * USD_PER_UNIT, most * USD_PER_UNIT, first * USD_PER_UNIT)
            out.append(Relaxation(name, label, "replanned", *usd))
    return tuple(out)


def looser(case: MasterCase, name: str, share: float = SHARE) -> MasterCase:
    """The same case with one limit relaxed in every year by a share of itself; a negative share tightens it.

    Args:
        case: the case.
        name: ``limits.Limit.name``.
        share: 0.1 allows 10 % more, or asks for 10 % less of a reserve.
    """
    if name == "planning_reserve":
        return replace(case, planning_need=case.planning_need * (1.0 - share))
    if name == SPINNING_RESERVE:
        return replace(case, spinning_need=case.spinning_need * (1.0 - share))
    if name == "import":
        grid = case.project.grid
        rows = tuple(
            row.model_copy(update={"import_limit_mw": row.import_limit_mw * (1.0 + share)})
            for row in grid.import_limits
        )
        project = case.project.model_copy(update={"grid": grid.model_copy(update={"import_limits": rows})})
        granted = case.profiles.import_limit_mw * (1.0 + share)
        return replace(
            case, project=project, fleet=build_fleet(project), profiles=replace(case.profiles, import_limit_mw=granted)
        )
    return replace(case, project=with_limit(case.project, name, 1.0 + share))


def with_limit(project: Project, name: str, factor: float) -> Project:
    """The project with one limit of sheet ``Constraints`` times a factor, every other limit as it was."""
    limits = project.constraints
    changed: dict[str, Any]
    if name in YEARLY_CAPS:
        field = YEARLY_CAPS[name].field
        changed = {field: getattr(limits, field) * factor}
    elif name == "gas_day":
        # the limit per hour is a multiple of the limit per day, and stays
        changed = {
            "gas_limit_mcf_per_day": limits.gas_limit_mcf_per_day * factor,
            "gas_hourly_swing_factor": limits.gas_hourly_swing_factor / factor,
        }
    else:
        field = {
            "gas_hour": "gas_hourly_swing_factor",
            "land": "land_limit_acres",
            "unserved": "unserved_limit_fraction",
        }[name]
        changed = {field: getattr(limits, field) * factor}
    return project.model_copy(update={"constraints": limits.model_copy(update=changed)})


def _first_order(first: int, limits: Sequence[Limit], prices: Array | None) -> float | None:
    """Planning price times a tenth of the limit, all years, million dollars of present value; None without price."""
    if prices is None:
        return None
    return float(sum(max(prices[limit.year - first], 0.0) * SHARE * limit.limit for limit in limits))


def _saving(
    search: Benders, master: Master, plan: Point, name: str, gap: float, deadline: float
) -> tuple[float, float]:
    """(at least, at most) what the looser master saves on the plan found without it, million dollars."""
    before = search.search.best_cost
    again = Benders(
        master,
        search.evaluator,
        search.pool,
        search.discount,
        f"10 % looser: {name}",
        search.report,
        deadline,
        search.accuracy,
    )
    again.price(plan, whole=True)
    again.run_whole(gap, _TRIALS)
    lower = again.search.lower if np.isfinite(again.search.lower) else master.relaxed().bound
    least = max(before - again.search.best_cost, 0.0)
    return least, max(before - lower, least)
