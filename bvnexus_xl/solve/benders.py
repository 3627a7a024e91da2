"""The loop between master and dispatch: level-stabilised Benders with safe cuts, counts relaxed first, then whole.

1. Relaxed: the master's optimum bounds from below; the next trial is the point nearest to the best plan whose cost in
   the master is at most half-way between bound and best (Lemaréchal, Nemirovskii and Nesterov 1995).
2. Whole: the master as a MIP bounds whole-unit plans from below; its optimum is the next trial, priced by the dispatch
   of all years. (Whole plans nearest to the best one were worse trials here: they step off the cuts.)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]
Report = Callable[[str, int, float, float], None]
"""(stage, iteration, lower bound, cost), million dollars."""
_LEVEL = 0.5
_FARTHEST_LEVEL = 0.04
_PRICED_SHARE = 0.34
_DOUBT = 1.6
_AGREE = 0.7
_UNTAUGHT = 0.01
_MIP_SECONDS = 5.0
_FINER, _FINER_SECONDS = 40.0, 10.0
_TAUGHT = 0.1


@dataclass
class Search:
    """What a search has found, million dollars of present value.

    Attributes:
        lower: proven lower bound for plans in whole units (the relaxed bound until the first MIP).
        best, best_cost: cheapest plan in whole units and its cost.
        relaxed, relaxed_cost: cheapest plan of all.
    """

    lower: float = -np.inf
    best: Point | None = None
    best_cost: float = np.inf
    relaxed: Point | None = None
    relaxed_cost: float = np.inf
    iterations: int = 0

    @property
    def gap(self) -> float:
        """(cost − lower) / cost of the best whole plan."""
        return (self.best_cost - self.lower) / abs(self.best_cost) if np.isfinite(self.best_cost) else np.inf


@dataclass
class Benders:
    """One master and one dispatch axis.

    Attributes:
        discount: present value in million dollars of a thousand dollars at the end of each year, [Y].
        deadline: ``time.perf_counter`` value after which no new trial starts.
        accuracy: relative accuracy to which a year is priced.
    """

    master: Master
    evaluator: DispatchEvaluator
    pool: CutPool
    discount: Array
    stage: str
    report: Report
    deadline: float
    accuracy: float = 5e-4
    search: Search = field(default_factory=Search)

    def __post_init__(self) -> None:
        self._error = np.ones(len(self.discount))

    def price(self, point: Point, *, whole: bool, rounds: int = 3, admitted: bool = True) -> float:
        """Cost of a plan: fixed cost + dispatch of all years; adds its cuts and keeps it if it is the best.

        ``admitted`` is False for a start that breaks a row of the master: it teaches, and is no plan.
        """
        years = list(range(len(self.discount)))
        given = self.master.given(point.sizes)
        self._guess_prices(given)
        found = self.evaluator(given, years, rounds=rounds, accuracy=self.accuracy)
        self._learn(found)
        cost = point.fixed + float(sum(self.discount[y] * found[y].value for y in years))
        claimed = self._teach(given, found)
        self._error = np.array([max(self.discount[y] * found[y].value - claimed[y], 0.0) for y in years])
        search = self.search
        search.iterations += 1
        if not admitted:
            return cost
        if cost < search.relaxed_cost:
            search.relaxed, search.relaxed_cost = point, cost
        if whole and cost < search.best_cost:
            search.best, search.best_cost = point, cost
        return cost

    def _teach(self, given: Array, found: dict[int, YearDispatch]) -> Array:
        """What the cuts now claim of each year, [Y]; years they still claim too little of get cuts of free borders.

        Where supply is short, energy pinned at a border is dear, and cuts made with it say too little.
        """
        claimed = self.pool.best(given)[0]
        values = np.array([self.discount[y] * found[y].value for y in range(len(claimed))])
        low = [y for y in range(len(claimed)) if claimed[y] < values[y] - _UNTAUGHT * abs(values[y])]
        if not low:
            return claimed
        self._learn(self.evaluator(given, low, rounds=1, accuracy=self.accuracy, joined=False))
        return self.pool.best(given)[0]

    def estimate(self, point: Point) -> float:
        """Cost of a plan from below, pricing only the years whose cuts are least trusted, once."""
        given = self.master.given(point.sizes)
        before = self._guess_prices(given)
        count = max(2, round(_PRICED_SHARE * len(self.discount)))
        years = sorted(int(y) for y in np.argsort(-self._error, kind="stable")[:count])
        found = self.evaluator(given, years, rounds=1, accuracy=self.accuracy, joined=False)
        self._learn(found)
        values = self.pool.best(given)[0]
        self._error *= _DOUBT
        for year in years:
            values[year] = max(values[year], self.discount[year] * found[year].lower)
            self._error[year] = max(values[year] - before[year], 0.0)
        self.search.iterations += 1
        return point.fixed + float(values.sum())

    def _guess_prices(self, given: Array) -> Array:
        """Begin prices of yearly limits where the best cuts have them; returns what the cuts claim, [Y]."""
        values, cuts, source = self.pool.best(given)
        for year, number in enumerate(source):
            if number >= 0:
                self.evaluator.guess_prices(year, given[year], cuts[year] / self.discount[year])
        return values

    def _learn(self, found: dict[int, YearDispatch]) -> None:
        for year, item in found.items():
            for multiplier in item.multipliers:
                self.pool.add(multiplier, year)

    def run_relaxed(self, gap: float, most: int) -> None:
        """Trials with relaxed counts until the relaxed gap is reached; needs a priced start.

        Trials are estimated; whenever bound and estimate agree, the best trial is priced in full, which either proves
        the gap or teaches the cuts where they were too low.
        """
        search, estimate, centre = self.search, np.inf, self.search.relaxed
        for _ in range(most):
            optimum = self.master.relaxed()
            search.lower = max(search.lower, optimum.bound)
            self.report(self.stage, search.iterations, search.lower, search.relaxed_cost)
            if search.relaxed_cost - search.lower <= gap * abs(search.relaxed_cost) or self._late():
                return
            if centre is not None and estimate - search.lower <= _AGREE * gap * abs(estimate):
                self.price(centre, whole=False)
                estimate, centre = search.relaxed_cost, search.relaxed
                continue
            level = self._level(min(estimate, search.relaxed_cost))
            trial = optimum if centre is None else self.master.nearest(centre.sizes, level) or optimum
            found = self.estimate(trial)
            if found < estimate:
                estimate, centre = found, trial

    def run_whole(self, gap: float, most: int) -> bool:
        """Trials in whole units until the gap is reached; True where it was."""
        search = self.search
        for _ in range(most):
            if search.gap <= gap:
                return True
            if self._late() and search.best is not None:
                search.lower = max(search.lower, self.master.relaxed().bound)
                return False
            optimum = self._optimum(gap)
            self.report(self.stage, search.iterations, search.lower, search.best_cost)
            if search.gap <= gap:
                return True
            if optimum is None:
                return False
            if not self._dear() or self._promising(optimum, gap):
                self.price(optimum, whole=True)
            self.report(self.stage, search.iterations, search.lower, search.best_cost)
        return search.gap <= gap

    def _dear(self) -> bool:
        """Whether a trial takes far longer than the master."""
        return self.master.case.axis.steps >= HOURS_PER_YEAR

    def _promising(self, optimum: Point, gap: float) -> bool:
        """Whether a plan may be the best, and a few of its years taught nothing new: then all are worth a trial."""
        claimed = self._claimed(optimum)
        found = self.estimate(optimum)
        return found < self.search.best_cost and found - claimed <= _TAUGHT * gap * abs(found)

    def _claimed(self, point: Point) -> float:
        """Cost of a plan as the cuts known so far say, million dollars."""
        return point.fixed + float(self.pool.best(self.master.given(point.sizes))[0].sum())

    def _optimum(self, gap: float) -> Point | None:
        """The master's best plan in whole units, whose bound joins the search.

        Where the best plan is within the gap of its cost, yet not of its bound, the master is searched on: on the full
        year that costs less than a trial. On few weeks a trial costs little, and its cuts serve the year.
        """
        search = self.search
        optimum = self.master.whole(gap / 4.0, _MIP_SECONDS, search.best)
        if optimum is None:
            return None
        search.lower = max(search.lower, optimum.bound)
        claimed = self._claimed(optimum)
        if self._dear() and search.gap > gap >= (search.best_cost - claimed) / abs(search.best_cost):
            finer = self.master.whole(gap / _FINER, _FINER_SECONDS, optimum)
            search.lower = max(search.lower, -np.inf if finer is None else finer.bound)
        return optimum

    def _level(self, cost: float) -> float:
        """Half-way from bound to cost, yet never far above the bound: a poor start must not hold the search."""
        lower = self.search.lower
        return lower + min(_LEVEL * (cost - lower), _FARTHEST_LEVEL * abs(lower))

    def _late(self) -> bool:
        return time.perf_counter() > self.deadline
