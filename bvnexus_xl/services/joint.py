"""Sales and dispatch decided together, sizes fixed: import kept and generation held back where selling pays for it.

    min Σ_y cost_y(sold_y, own_y) − net_y(x_y)

``cost_y`` is the year's dispatch with room for what is sold (``model.services``), ``net_y`` what the sales of that year
earn (``services.commit``). ``cost_y`` is convex in (sold, own): safe cuts bound it from below, a MILP over sales and
cuts gives the next trial (Benders 1962). Batteries and flexible computing can give what the dispatch at hand leaves.
The last dispatch is written with whole units and sold from anew, so that nothing is sold that it does not have.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.model.case import OWN, SOLD, dispatch_case
from bvnexus_xl.model.costs import USD_PER_UNIT, price_table
from bvnexus_xl.profiles.time_axis import full_year_axis
from bvnexus_xl.services.case import ServicesCase
from bvnexus_xl.services.commit import net_usd_per_mw, offer_rows, shared_rows
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.deadline import Deadline, TimeUp
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.interrupt import interruptible
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.whole_dispatch import inside_caps, whole_dispatch, written_years
from bvnexus_xl.solved import SolvedStudy

Array = NDArray[np.float64]
_ACCURACY = 2e-4
_TRIALS, _PRICING_ROUNDS = 10, 4
_FINAL_TRIALS = 2.0
"""Trials whose time the dispatch with whole units takes."""
_LEAST_ROOM = 1e-6
"""Price of room, thousand dollars a MW: nothing is held back that is not sold."""


@dataclass(frozen=True, eq=False)
class JointDispatch:
    """What was found, $ of present value are left to the caller.

    Attributes:
        dispatches: one a year, whole units, with room for what is sold; empty where the time ended before.
        at_least_usd, at_most_usd: by year, what selling can add to the year: found, and proven to be no more, [Y].
    """

    dispatches: tuple[HourlyDispatch, ...]
    at_least_usd: Array
    at_most_usd: Array


def joint_dispatch(
    solved: SolvedStudy,
    cases: Sequence[ServicesCase | None],
    gap: float,
    cancelled: Callable[[], bool],
    time_limit_s: float,
) -> JointDispatch:
    """The dispatch from which the sales of each year earn most.

    Args:
        solved: a dispatched plan.
        cases: what may be sold on that dispatch, by year; None where nothing can.
        gap: relative to what selling adds, at which the search ends.
        cancelled: asked between solves.
        time_limit_s: a part of it is for the search, the rest for the dispatch of what it finds.

    Raises:
        Cancelled: the caller asked to stop.
        NoPlanFound: HiGHS failed on a problem it should solve.
    """
    clock = Deadline(time_limit_s, cancelled)
    clock.search_year()
    some = next(case for case in cases if case is not None)
    project, fleet, profiles = solved.project, solved.fleet, solved.profiles
    hours = np.array([item.hours for item in some.sets], dtype=float)
    with interruptible(cancelled):
        case = replace(dispatch_case(project, fleet, profiles, full_year_axis()), sold_hours=hours)
        dispatch, prices = parametric_dispatch(case), price_table(project)
    evaluator = DispatchEvaluator(dispatch, prices, clock.stop)
    sizes = sizes_of(fleet, profiles, solved.plan.builds)
    base = parameters_of(case, constant_parameters(project, profiles, case), sizes)
    pool = CutPool(dispatch, prices, np.ones(len(base)))
    place = {name: position for position, name in enumerate(case.parameters)}
    search = _Search(base, place, pool, evaluator, [_free_again(item, solved, y) for y, item in enumerate(cases)])
    began = time.perf_counter()
    try:
        search.start()
        clock.after_trial(_FINAL_TRIALS * (time.perf_counter() - began))
        with suppress(TimeUp):
            search.run(gap)
        clock.finish()
        best = search.best
        _, committed = whole_dispatch(dispatch, evaluator, inside_caps(case, best), _ACCURACY)
    except TimeUp:
        return JointDispatch((), search.at_least, search.at_most)
    return JointDispatch(written_years(dispatch, committed, sizes, best), search.at_least, search.at_most)


def _free_again(case: ServicesCase | None, solved: SolvedStudy, year: int) -> ServicesCase | None:
    """The case with engines as free as if none ran: how much of them runs is decided together with the sales."""
    if case is None:
        return None
    running = {a.key: solved.dispatches[year].thermal_mw[k] for k, a in enumerate(solved.fleet.thermal)}
    sources = tuple(
        replace(source, free_mw=source.free_mw + running[source.key]) if source.kind == "thermal" else source
        for source in case.sources
    )
    able = case.able_mw.copy()
    windows = {d: item.hours for item in case.sets for d in item.members}
    for d, row in enumerate(case.programmes):
        for p, source in enumerate(sources):
            if source.kind == "thermal" and (d, p) not in case.barred:
                able[d, p] = float(source.able_mw(row)[windows[d]].min())
    return replace(case, sources=sources, able_mw=able)


class _Search:
    """Trials of all years at once; each year keeps its own best.

    Until a dispatch has been priced, ``at_most`` is what the sales would earn if room for them cost nothing.
    """

    def __init__(
        self,
        base: Array,
        place: dict[str, int],
        pool: CutPool,
        evaluator: DispatchEvaluator,
        cases: list[ServicesCase | None],
    ) -> None:
        self._place, self._pool, self._evaluator, self._cases = place, pool, evaluator, cases
        self._years = [year for year, case in enumerate(cases) if case is not None]
        self._base, self.best = base, base.copy()
        self._nothing_sold = np.zeros(len(base))
        self.at_least, self.at_most = np.zeros(len(base)), np.zeros(len(base))
        for year in self._years:
            self.at_most[year] = self._master(year, base[year].copy())[1]

    def start(self) -> None:
        """Price the dispatch with nothing sold.

        Raises:
            TimeUp: the time was too short for it.
        """
        self._nothing_sold = self._price(self._base)

    def run(self, gap: float) -> None:
        """Until what selling adds is known within ``gap`` of itself."""
        for _ in range(_TRIALS):
            trial, net = self._base.copy(), np.zeros(len(self._base))
            for year in self._years:
                net[year], most = self._master(year, trial[year])
                self.at_most[year] = min(self.at_most[year], self._nothing_sold[year] * USD_PER_UNIT + most)
            if self.at_most.sum() - self.at_least.sum() <= gap * max(self.at_most.sum(), 1.0):
                return
            cost = self._price(trial)
            adds = (self._nothing_sold - cost) * USD_PER_UNIT + net
            for year in self._years:
                if adds[year] > self.at_least[year]:
                    self.at_least[year], self.best[year] = adds[year], trial[year]

    def _price(self, given: Array) -> Array:
        """Cost of every year's dispatch, thousand dollars, [Y]; its cuts go to the pool."""
        years = list(range(len(given)))
        found = self._evaluator(given, years, rounds=_PRICING_ROUNDS, accuracy=_ACCURACY)
        for year, item in found.items():
            for multiplier in item.multipliers:
                self._pool.add(multiplier, year, [year])
        return np.array([found[year].value for year in years])

    def _master(self, year: int, trial: Array) -> tuple[float, float]:
        """Best sales against the cuts of a year: (net $, bound on net − cost $); sets sold and own in ``trial``."""
        case = self._cases[year]
        assert case is not None  # only years with a case
        rows = shared_rows(case)
        moved = [name for row in rows if (name := row.parameter)]
        worth = net_usd_per_mw(case) / USD_PER_UNIT
        count, programmes, rooms = worth.size, len(case.programmes), len(moved)
        width = count + programmes + rooms + 1
        shared, limits = np.zeros((len(rows), width)), np.zeros(len(rows))
        for number, row in enumerate(rows):
            shared[number, :count] = row.mw.ravel()
            if not row.parameter:
                limits[number] = row.limit
                continue
            shared[number, count + programmes + moved.index(row.parameter)] = -1.0
            limits[number] = case.export_mw if row.parameter.startswith(SOLD) else 0.0
        least, most = (np.pad(part, ((0, 0), (0, rooms + 1))) for part in offer_rows(case, case.able_mw))
        cuts = self._pool.cuts_of(year)
        slopes = np.zeros((len(cuts), width))
        slopes[:, count + programmes : -1] = -cuts[:, [self._place[name] for name in moved]]
        slopes[:, -1] = 1.0
        found: Any = milp(
            np.concatenate([-worth.ravel(), np.zeros(programmes), np.full(rooms, _LEAST_ROOM), [1.0]]),
            constraints=[
                LinearConstraint(shared, -np.inf, limits),
                LinearConstraint(least, 0.0, np.inf),
                LinearConstraint(most, -np.inf, 0.0),
                LinearConstraint(slopes, cuts @ self._base[year], np.inf),
            ],
            bounds=Bounds(0.0, self._upper(case, moved, programmes)),
            integrality=np.concatenate([np.zeros(count), np.ones(programmes), np.zeros(rooms + 1)]),
        )
        for number, name in enumerate(moved):
            trial[self._place[name]] = max(float(found.x[count + programmes + number]), 0.0)
        net = float(worth.ravel() @ found.x[:count])
        return net * USD_PER_UNIT, -float(found.mip_dual_bound) * USD_PER_UNIT

    def _upper(self, case: ServicesCase, moved: list[str], programmes: int) -> Array:
        """Upper bounds of the columns: what a source can give, one offer, what the meter could ever show fall."""
        room = {SOLD: case.import_most_mw, OWN: float(case.able_mw.sum())}
        rooms = [room[name.partition(":")[0]] for name in moved]
        return np.concatenate([case.able_mw.ravel(), np.ones(programmes), rooms, [np.inf]])
