"""The search for a bridge plan in whole units on one axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.errors import InfeasibleProject, NoPlanFound
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.run import Run
from bvnexus_xl.problems.bridge.search import BridgeMaster
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solve.master import Point

Array = NDArray[np.float64]
_RELAXED_TRIALS, _WHOLE_TRIALS = 40, 6
_HELD_SECONDS, _NEAR_SECONDS, _MIP_SECONDS = 5.0, 5.0, 15.0
_NEAR_TRIALS = 15


def find_hedge(run: Run, search: Benders) -> None:
    """The stochastic plan on representative weeks."""
    point = point_of(search, run.start)
    gap = max(run.options.gap, 1e-4)
    if point is not None:
        _learn_near(run, search, point, search.price(point, whole=True), gap)
    else:
        search.price(bridge_of(search).relaxed(), whole=False)
    search.run_relaxed(gap, _RELAXED_TRIALS)
    whole_trials(run, search, gap, _WHOLE_TRIALS)


def whole_trials(run: Run, search: Benders, gap: float, most: int) -> None:
    """Trials in whole units until the gap is reached; between them cuts are learnt where the last trial was."""
    found, master = search.search, bridge_of(search)
    for _ in range(most):
        optimum = master.whole(gap / 2.0, _MIP_SECONDS, found.best)
        if optimum is not None:
            found.lower = max(found.lower, optimum.bound)
        run.report(search.stage, found.iterations, found.lower, found.best_cost)
        if optimum is None or found.gap <= gap:
            return
        cost = search.price(optimum, whole=True)
        run.report(search.stage, found.iterations, found.lower, found.best_cost)
        if found.gap <= gap:
            return
        _learn_near(run, search, optimum, cost, gap)


def _learn_near(run: Run, search: Benders, point: Point, cost: float, gap: float) -> None:
    """Cuts around a plan, and the best found there rounded up to whole units.

    Relaxed trials keep which models are there, and so the contingency, as in the plan: with counts relaxed a fraction
    of a unit is a fraction of a contingency, and cuts made so say too little of whole plans. Rounding keeps at least
    the megawatts of every quarter: one unit too few would cost its lost load.
    """
    master = bridge_of(search)
    columns = master.form.columns["has"]
    side = Benders(
        master,
        search.evaluator,
        search.pool,
        search.discount,
        f"{search.stage}, near",
        run.report,
        search.deadline,
        search.accuracy,
    )
    side.search.relaxed, side.search.relaxed_cost = point, cost
    with master.held(columns, np.round(point.builds[columns])):
        side.run_relaxed(gap / 2.0, _NEAR_TRIALS)
        assert side.search.relaxed is not None  # the point itself
        with master.covering(side.search.relaxed):
            whole = master.whole(gap / 2.0, _NEAR_SECONDS)
    if whole is not None:
        search.price(whole, whole=True)
        run.report(search.stage, search.search.iterations, search.search.lower, search.search.best_cost)


def bridge_of(search: Benders) -> BridgeMaster:
    """The master of a search of P5."""
    assert isinstance(search.master, BridgeMaster)  # made by Run.search
    return search.master


def plan_of(search: Benders) -> BridgePlan:
    """The best plan in whole units of a search.

    Raises:
        NoPlanFound: where it has none.
    """
    if search.search.best is None:
        message = "no bridge plan in whole units was found within the limits given"
        raise NoPlanFound(message)
    return bridge_of(search).plan_of(search.search.best)


def point_of(search: Benders, plan: BridgePlan) -> Point | None:
    """A plan as a solution of the master; None where the master's rows refuse it.

    Raises:
        Cancelled: the caller asked to stop before that was known.
        TimeUp: the time of the part under way was used up before.
    """
    master = bridge_of(search)
    with master.held(*master.columns_of(plan)):
        try:
            found = master.whole(1e-4, _HELD_SECONDS)
        except (InfeasibleProject, NoPlanFound):
            return None
    if found is None and master.clock.stop():
        raise Cancelled
    return found
