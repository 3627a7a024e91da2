"""A bridge study with one limit looser in every year of every date case, and what that saves on its plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.limits import Limit, Relaxation
from bvnexus_xl.problems.bridge.bridge_case import BridgeCase
from bvnexus_xl.problems.bridge.hedging import bridge_of, point_of
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.run import Run
from bvnexus_xl.problems.bridge.search import BridgeMaster, PositionPool
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.deadline import TimeUp
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solve.given import SPINNING_RESERVE, constant_parameters, decided_positions
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.relaxations import SHARE, searched_again, with_limit

Array = NDArray[np.float64]


def looser(b: BridgeCase, name: str, share: float = SHARE) -> BridgeCase:
    """The same case with one limit relaxed by a share of itself; a negative share tightens it.

    Args:
        b: the case.
        name: ``limits.Limit.name``.
        share: 0.1 allows 10 % more, or asks for 10 % less of a reserve.
    """
    if name == "planning_reserve":
        return replace(b, planning_need=b.planning_need * (1.0 - share))
    if name == SPINNING_RESERVE:
        return replace(b, spinning_need=b.spinning_need * (1.0 - share))
    if name == "import":
        cases = tuple(replace(case, granted_mw=case.granted_mw * (1.0 + share)) for case in b.dates.cases)
        return replace(b, dates=replace(b.dates, cases=cases), least_import_bound_mw=b.import_bound_mw)
    return replace(b, market=replace(b.market, project=with_limit(b.market.project, name, 1.0 + share)))


def savings(
    run: Run, weeks: Benders, plan: BridgePlan, limits: Sequence[Limit], prices: Mapping[str, Array]
) -> tuple[Relaxation, ...]:
    """What each limit saves where it is a tenth looser, expected over the date cases, on representative weeks.

    Args:
        run: its clock and options say how long this may take.
        weeks: the finished search on representative weeks.
        plan: the plan found.
        limits: one of each kind and year (``in_any_case``).
        prices: present value of one unit of room, million dollars, [Y] by limit.
    """
    if run.options.relaxation_share <= 0.0:
        return ()
    now = time.perf_counter()
    deadline = min(run.clock.end, now + run.options.relaxation_share * (now - run.began))
    try:
        point = point_of(weeks, plan)
        if point is None:
            return ()
        return searched_again(weeks, _moved(run, weeks, point), limits, prices, point, run.options.gap, deadline)
    except (Cancelled, TimeUp):
        return ()


def _moved(run: Run, weeks: Benders, plan: Point) -> Callable[[str], tuple[Master, Point]]:
    b = bridge_of(weeks).b
    kinds = [kind for _, kind, _ in decided_positions(b.case)]

    def moved(name: str) -> tuple[Master, Point]:
        again = looser(b, name)
        assert isinstance(weeks.pool, PositionPool)  # made by Run.search
        constants = constant_parameters(again.market.project, again.profiles, again.case)
        offered = plan.sizes.effective.copy()
        offered[kinds.index("contingency")] *= again.spinning_need
        master = BridgeMaster(again, constants, weeks.pool, run.clock)
        return master, replace(plan, sizes=replace(plan.sizes, effective=offered))

    return moved


def in_any_case(cases: Iterable[Sequence[Limit]]) -> tuple[Limit, ...]:
    """Of the limits of all date cases one of each kind and year: the largest, binding where any of them binds.

    Permitted hours of batches, which have no planning price, are left out.
    """
    kept: dict[tuple[str, int], Limit] = {}
    binds: set[tuple[str, int]] = set()
    for limit in (limit for limits in cases for limit in limits if "@" not in limit.name):
        at = limit.name, limit.year
        binds |= {at} if limit.binding else set()
        if at not in kept or limit.limit > kept[at].limit:
            kept[at] = limit
    return tuple(replace(limit, used=limit.limit) if at in binds else limit for at, limit in kept.items())
