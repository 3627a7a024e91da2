"""What each single date would have done, on representative weeks: what hedging and knowing the date are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.errors import InfeasibleProject, NoPlanFound
from bvnexus_xl.problems.bridge.hedging import bridge_of, plan_of, point_of, whole_trials
from bvnexus_xl.problems.bridge.master_cost import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.run import CompiledAxis, Run
from bvnexus_xl.problems.bridge.search import alone_plan
from bvnexus_xl.solve.benders import Benders, Search

Array = NDArray[np.float64]
_RELAXED_TRIALS, _SIDE_TRIALS = 40, 4
_FIRST_TRIALS = 20
_HOPELESS = 1.5
"""First decisions that cost so much more over all dates lose load or break limits: they cannot be completed."""


@dataclass(frozen=True, slots=True)
class SideCost:
    """Cost of a comparison on representative weeks, dollars: best plan found and its proven bound."""

    cost_usd: float
    bound_usd: float


@dataclass(frozen=True, eq=False)
class Hedge:
    """The comparison that VSS and EVPI come from, all on representative weeks.

    Attributes:
        hedged: the stochastic plan.
        certain: each date alone, in the order of the cases.
        completed: expected cost of each date's first decisions completed for all dates; None where that cannot be done.
    """

    hedged: SideCost
    certain: tuple[SideCost | None, ...]
    completed: tuple[SideCost | None, ...]


def compare(run: Run, weeks: CompiledAxis, search: Benders, share: float) -> Hedge:
    """Each date alone, then its first decisions completed for all dates, until a share of the time limit is used up."""
    plan, cases = plan_of(search), run.dates.cases
    found: list[tuple[SideCost, SideCost | None]] = []
    with run.searching(share):
        for number, case in enumerate(cases):
            alone = run.search(weeks, run.dates.alone(number), f"{case.name} alone")
            point = point_of(alone, alone_plan(plan, number))
            if point is not None:
                alone.price(point, whole=True)
            certain = _side(run, alone)
            found.append((certain, _completed(run, search, plan_of(alone), f"{case.name} first")))
    missing = cases[len(found) :]
    run.warnings += [f"No time was left to compare with {case.name} taken for certain." for case in missing]
    none = (None,) * len(missing)
    return Hedge(cost_of(search.search), (*(one for one, _ in found), *none), (*(first for _, first in found), *none))


def _side(run: Run, search: Benders) -> SideCost:
    gap = max(run.options.gap, 1e-4)
    search.run_relaxed(gap, _RELAXED_TRIALS)
    whole_trials(run, search, gap / 2.0, _SIDE_TRIALS)
    return cost_of(search.search)


def _completed(run: Run, search: Benders, alone: BridgePlan, stage: str) -> SideCost | None:
    """Expected cost of a single date's first decisions; its completion joins the search for the hedging plan.

    None where no completion serves the load within the limits.
    """
    master = bridge_of(search)
    side = Benders(
        master, search.evaluator, search.pool, search.discount, stage, run.report, search.deadline, search.accuracy
    )
    with master.held(*master.first_stage(alone, 0)):
        try:
            side.run_relaxed(max(run.options.gap, 1e-4), _FIRST_TRIALS)
            if side.search.lower > _HOPELESS * search.search.best_cost:
                return None
            whole_trials(run, side, run.options.gap / 2.0, _SIDE_TRIALS)
        except (InfeasibleProject, NoPlanFound):
            return None
    found = cost_of(side.search)
    if side.search.best is None or side.search.best_cost > _HOPELESS * search.search.best_cost:
        return None
    if side.search.best_cost < search.search.best_cost:
        search.search.best, search.search.best_cost = side.search.best, side.search.best_cost
    return found


def cost_of(search: Search) -> SideCost:
    """Best cost and bound of a search, in dollars."""
    return SideCost(search.best_cost * MASTER_USD, search.lower * MASTER_USD)
