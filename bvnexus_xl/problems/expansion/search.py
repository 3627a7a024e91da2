"""Most added load under a ceiling, bounded from above and below, on one axis.

The master claims a load and places equipment for it; for that equipment the load is lowered until the dispatch costs no
more than the ceiling allows. The cost of given equipment is convex in the load and cuts bound it from below, so each
step lands on or above the load sought (Newton's method from the right) and teaches the master why.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.problems.expansion.master import Budget, ExpansionMaster
from bvnexus_xl.solve.benders import Benders, Report
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.master import Point

Array = NDArray[np.float64]
_NEWTON_STEPS, _ROOT_STEPS = 8, 40
_SLOPE_STEP = 1e-4
_RELAXED_ROUNDS, _WHOLE_ROUNDS = 6, 6
_MIP_SECONDS = 5.0
_PLAN_GAP, _PLAN_TRIALS = 1e-3, (8, 3)
_SPENT = 2e-4
"""Of the cost: an excess over the ceiling that counts as none."""


@dataclass
class Answer:
    """What is proven at one ceiling: ``lower`` is carried by ``best``, nothing carries more than ``upper``, MW."""

    upper: float
    lower: float = 0.0
    best: Point | None = None
    cost: float = np.inf


@dataclass
class CeilingSearch:
    """One axis: master, pool and dispatch shared by every load and ceiling.

    Attributes:
        deadline: ``time.perf_counter`` value after which no new trial starts.
        most: most added load, MW.
        bounds: told (stage, load carried, most load possible), MW, after every trial under a ceiling.
    """

    master: ExpansionMaster
    evaluator: DispatchEvaluator
    pool: CutPool
    discount: Array
    stage: str
    report: Report
    deadline: float
    most: float
    bounds: Callable[[str, float, float], None] = lambda _stage, _lower, _upper: None
    rounds: int = field(default=0)

    def at_load(self, added: float, start: Point | None, gap: float, trials: tuple[int, int]) -> Benders:
        """P1 at a load: fills the pool with cuts where they matter."""
        self.master.at_load(added)
        search = Benders(self.master, self.evaluator, self.pool, self.discount, self.stage, self.report, self.deadline)
        if start is not None:
            search.price(self.master.loaded(start, added), whole=True)
        search.run_relaxed(gap, trials[0])
        if trials[1]:
            search.run_whole(gap, trials[1])
        self.rounds += search.search.iterations
        return search

    def largest(self, budget: Budget, gap_mw: float, starts: Sequence[Point], plans: int = 0) -> Answer:
        """Most load under a ceiling: counts relaxed until bound and proof meet, then whole units.

        Where cost hardly rises above the ceiling over many MW, equipment chosen for one load says little of the next:
        up to ``plans`` loads between both bounds then get the cheapest plan of their own.

        ``starts`` are plans in whole units, each with a load for which it keeps the limits of the master; they are
        tried first, the largest load first. At least one bound of each kind is found, however late it is.
        """
        answer = Answer(self.most)
        for start in sorted(starts, key=self.master.added_of, reverse=True):
            if self.master.added_of(start) > answer.lower or answer.best is None:
                self._try(answer, budget, start, self.master.added_of(start), whole=True)
        self._bounded(answer, budget, gap_mw, ((False, _RELAXED_ROUNDS), (True, _WHOLE_ROUNDS)))
        if self._planned_between(answer, budget, gap_mw, plans):
            self._bounded(answer, budget, gap_mw, ((True, 1),))
        return answer

    def _bounded(self, answer: Answer, budget: Budget, gap_mw: float, stages: tuple[tuple[bool, int], ...]) -> None:
        """Trials of the loads that the master claims; ``stages``: (whether units are whole, most trials)."""
        for whole, rounds in stages:
            reached = answer.lower
            for done in range(rounds):
                if answer.upper - reached <= gap_mw or (done and time.perf_counter() > self.deadline):
                    break
                point = self.master.most_load(budget, whole=whole, gap=1e-3, seconds=_MIP_SECONDS)
                if point is None:
                    if not whole:
                        answer.upper = 0.0
                    break
                answer.upper = max(min(answer.upper, -point.bound), answer.lower)
                claimed = self.master.added_of(point)
                reached = max(reached, self._try(answer, budget, point, claimed, whole=whole))
                self.bounds(self.stage, answer.lower, answer.upper)

    def _planned_between(self, answer: Answer, budget: Budget, gap_mw: float, plans: int) -> int:
        """Loads between both bounds that got a plan of their own, each half-way to where none is known to fit."""
        above = answer.upper
        for done in range(plans):
            if above - answer.lower <= gap_mw or time.perf_counter() > self.deadline:
                return done
            load = 0.5 * (answer.lower + above)
            found = self.at_load(load, answer.best, _PLAN_GAP, _PLAN_TRIALS).search
            if found.best is not None and budget.over(found.best_cost, load) <= _SPENT * abs(found.best_cost):
                answer.lower, answer.best, answer.cost = load, found.best, found.best_cost
            else:
                above = load
            self.bounds(self.stage, answer.lower, answer.upper)
        return plans

    def _try(self, answer: Answer, budget: Budget, point: Point, added: float, *, whole: bool) -> float:
        """Load that equipment carries under the ceiling, at most ``added``; −1 where none.

        With relaxed counts the load is sought that its least cost permits: that teaches the cuts, and proves nothing.
        """
        for _ in range(_NEWTON_STEPS):
            loaded = self.master.loaded(point, added)
            cost = self._cost(loaded) if whole else self._least_cost(loaded)
            self.rounds += 1
            if budget.over(cost, added) <= _SPENT * abs(cost):
                if whole and (answer.best is None or added > answer.lower):
                    answer.lower, answer.best, answer.cost = added, loaded, cost
                return added
            if added <= 0.0 or time.perf_counter() > self.deadline:
                return -1.0
            root = self._root(point, budget, added)
            added = root if added - root > 1e-3 * self.most else max(added - 5e-3 * self.most, 0.0)
        return -1.0

    def _cost(self, point: Point) -> float:
        """Cost of equipment at its load, million dollars; adds its cuts."""
        given, years = self.master.given(point.sizes), list(range(len(self.discount)))
        found = self.evaluator(given, years, rounds=3, accuracy=2e-4)
        return point.fixed + float(sum(self.discount[y] * item.value for y, item in self._taught(found)))

    def _least_cost(self, point: Point) -> float:
        """Proven least cost of equipment at its load, from one round of pricing; adds its cuts."""
        given, years = self.master.given(point.sizes), list(range(len(self.discount)))
        found = self.evaluator(given, years, rounds=1, accuracy=2e-4, joined=False)
        return point.fixed + float(sum(self.discount[y] * item.lower for y, item in self._taught(found)))

    def _taught(self, found: Mapping[int, YearDispatch]) -> Iterable[tuple[int, YearDispatch]]:
        """Years found, their cuts in the pool."""
        for year, item in found.items():
            for multiplier in item.multipliers:
                self.pool.add(multiplier, year)
        return found.items()

    def _root(self, point: Point, budget: Budget, added: float) -> float:
        """Largest load below a given one that the cuts permit for given equipment, from the right; 0 where none."""

        def over(load: float) -> float:
            value = float(self.pool.best(self.master.given(self.master.loaded(point, load).sizes))[0].sum())
            return budget.over(point.fixed + value, load)

        step = _SLOPE_STEP * self.most
        for _ in range(_ROOT_STEPS):
            excess = over(added)
            if excess <= _SPENT * abs(budget.room):
                return added
            slope = (excess - over(max(added - step, 0.0))) / step
            if slope <= 0.0 or added <= step:
                return 0.0
            added = max(added - excess / slope, 0.0)
        return added
