"""Phase 2 of P5: one two-stage stochastic plan, and what each single date would have done.

Representative weeks carry the search and the comparison: the plan that hedges (RP), each date as if it were certain
(their average is the wait-and-see cost, WS), and the first decisions of each such plan completed for all dates (EEV).
    value of the stochastic solution = EEV of the P50 plan − RP        value of perfect information = RP − WS
The hedging plan is then proven on the full year. Should a plan made of a single date's first decisions turn out cheaper
than what the search had found, it becomes the hedging plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.problems.bridge.cases import WINDOWS, Dates
from bvnexus_xl.problems.bridge.comparison import Hedge, SideCost, compare, cost_of
from bvnexus_xl.problems.bridge.dispatched import BridgeSolution, dispatched
from bvnexus_xl.problems.bridge.hedging import find_hedge, plan_of, point_of
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.master_cost import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.run import CompiledAxis, Run
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.quarter_weeks import quarter_weeks
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.deadline import TimeUp
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solve.events import Phase2Options, SolveEvent
from bvnexus_xl.solve.transfer import to_year
from bvnexus_xl.solved import Proof

Array = NDArray[np.float64]
_YEAR_TRIALS = 8
_YEAR = "year"
_SHARES: dict[str, tuple[float, float]] = {"year": (0.4, 0.55), "weeks": (0.55, 0.75)}
"""Shares of the time limit after which the search on weeks and the comparison with single dates end, by resolution."""
_YEAR_SHARE = 0.85
"""The same of the search on the full year, as long as it is not known how long a dispatch of the plan takes."""


def solve_bridge(
    market: Market,
    dates: Dates,
    profiles: Profiles,
    start: BridgePlan,
    options: Phase2Options,
    on_event: Callable[[SolveEvent], None],
    cancelled: Callable[[], bool],
) -> BridgeSolution:
    """The best hedging plan with its proof; ``start`` is a plan to begin with (Phase 1's), sound or not.

    Raises:
        InfeasibleProject: no plan meets land, planning reserve and clocks together.
        NoPlanFound: no plan in whole units within the limits given, the time limit among them.

    A cancel request ends the run within two seconds, between solves; the time limit ends the part under way. The best
    plan so far then stands, with its bounds and a warning.
    """
    run = Run(market, dates, profiles, start, options, on_event, cancelled)
    hedge: Hedge | None = None
    try:
        weeks, search = _searched(run, *quarter_weeks(profiles))
        hedge = _compared(run, weeks, search)
        return dispatched(run, search, _year(run, weeks, search), hedge)
    except Cancelled:
        return _stopped(run, hedge, "The run was cancelled")
    except TimeUp:
        allowed = f"the time limit of {options.time_limit_s:g} s"
        if run.leading is None or run.leading.search.best is None:
            raise NoPlanFound(_no_plan(allowed)) from None
        return _stopped(run, hedge, f"{allowed[0].upper()}{allowed[1:]} ended before the dispatch with whole units")


def _stopped(run: Run, hedge: Hedge | None, why: str) -> BridgeSolution:
    """The best plan so far with its bounds, undispatched; the start where there is none better."""
    plan, proof = run.start, Proof()
    if run.leading is not None and run.leading.search.best is not None:
        found = run.leading.search
        plan = plan_of(run.leading)
        if not np.isfinite(found.lower):
            found.lower = run.leading.master.relaxed().bound
        proof = Proof(
            lower_bound_usd=found.lower * MASTER_USD,
            upper_bound_usd=found.best_cost * MASTER_USD,
            gap=found.gap,
            resolution="year" if run.leading.stage == _YEAR else "weeks",
            rounds=found.iterations,
        )
    gap = "" if proof.gap is None else f" (gap {proof.gap:.2%})"
    note = f"{why}: the plan is the best found so far{gap}; its hours follow the rules of Phase 1."
    return BridgeSolution(plan, (), proof, hedge, (*run.warnings, note), run.seconds)


def _no_plan(allowed: str) -> str:
    return f"no plan was found within {allowed}: allow more time, or fewer years"


def hedge_on(
    market: Market,
    dates: Dates,
    profiles: Profiles,
    start: BridgePlan,
    options: Phase2Options,
    axis: TimeAxis,
    windows: Array,
) -> tuple[BridgePlan, SideCost, Hedge | None]:
    """The hedging plan on one axis alone, its cost and bound, and the comparison with single dates.

    Everything but ``axis``, whose steps each lie in one quarter, and ``windows``, the flags of the quarters [4, N], is
    as in ``solve_bridge``.

    Raises:
        InfeasibleProject, NoPlanFound: as in ``solve_bridge``.
    """
    run = Run(market, dates, profiles, start, options, lambda _event: None, lambda: False)
    compiled, search = _searched(run, axis, windows)
    hedge = _compared(run, compiled, search)
    return plan_of(search), cost_of(search.search), hedge


def _searched(run: Run, axis: TimeAxis, windows: Array) -> tuple[CompiledAxis, Benders]:
    """The stochastic plan on representative periods.

    Raises:
        NoPlanFound: none in whole units was found in the time for it.
    """
    since = time.perf_counter()
    weeks = run.compiled(axis, windows, keep=True)
    run.leading = search = run.search(weeks, run.dates, "weeks")
    since = run.timed("weeks: build", since)
    with run.searching(_SHARES[run.options.resolution][0]):
        find_hedge(run, search)
    run.timed("weeks: search", since)
    if run.late and search.search.best is None:
        raise NoPlanFound(_no_plan(f"the time limit of {run.options.time_limit_s:g} s"))
    return weeks, search


def _compared(run: Run, weeks: CompiledAxis, search: Benders) -> Hedge | None:
    """The comparison with single dates, which may find a better plan; None where there is one date."""
    if len(run.dates.cases) == 1:
        return None
    since = time.perf_counter()
    hedge = compare(run, weeks, search, _SHARES[run.options.resolution][1])
    run.timed("weeks: single dates", since)
    return hedge


def _year(run: Run, weeks: CompiledAxis, search: Benders) -> Benders:
    """The full year, which proves the plan of the weeks or finds a better one unless told not to."""
    since = time.perf_counter()
    full = run.compiled(full_year_axis(), WINDOWS, keep=False)
    year = run.search(full, run.dates, _YEAR)
    run.check()
    since = run.timed("year: build", since)
    if run.options.resolution == "year":
        _bring_cuts(run, weeks, search, full)
        year.search.lower = year.master.relaxed().bound
        year.evaluator.start_prices_from(search.evaluator)
        with run.searching(_YEAR_SHARE):
            _prove(run, year, plan_of(search))
        if year.search.best is not None:
            run.leading = year
        run.timed("year: search", since)
    return year


def _bring_cuts(run: Run, weeks: CompiledAxis, search: Benders, full: CompiledAxis) -> None:
    """Cuts of the full year from the multipliers whose cuts entered the master of the weeks."""
    for number in sorted({number for _, number in search.master.active if number >= 0}):
        multiplier, found_in = weeks.store.multipliers[number]
        cost = full.store.prices[:, found_in] @ full.store.dispatch.cost
        mapped = to_year(weeks.store.dispatch, full.store.dispatch, multiplier.astype(float), cost)
        full.store.add(mapped, found_in)
        run.check()


def _prove(run: Run, year: Benders, plan: BridgePlan) -> None:
    """Trials on 8,760 hours until the gap is proven, within the time that leaves room for the dispatch of the plan."""
    point = point_of(year, plan)
    if point is None:
        message = "the plan of the representative weeks is no plan of the full year"
        raise NoPlanFound(message)
    began = time.perf_counter()
    year.price(point, whole=True)
    run.leading = year
    year.deadline = run.clock.after_trial(time.perf_counter() - began)
    year.run_whole(run.options.gap, _YEAR_TRIALS)
