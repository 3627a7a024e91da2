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
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.errors import InfeasibleProject, NoPlanFound
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.model.case import DispatchCase, dispatch_case
from bvnexus_xl.model.costs import USD_PER_UNIT, price_table
from bvnexus_xl.problems.bridge.cases import WINDOWS, Dates
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.master import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.bridge.master import BridgeCase
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.search import BridgeMaster, CutStore, PositionPool, alone_plan
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.quarter_weeks import quarter_weeks
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.solve.benders import Benders, Search
from bvnexus_xl.solve.commitment import held_commitment
from bvnexus_xl.solve.evaluate import Cancelled, DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.events import Phase2Options, SolveEvent
from bvnexus_xl.solve.given import constant_parameters
from bvnexus_xl.solve.hourly import hourly_dispatch, load_of
from bvnexus_xl.solve.master import Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.transfer import to_year
from bvnexus_xl.solve.whole_dispatch import inside_caps
from bvnexus_xl.solved import Proof

Array = NDArray[np.float64]
_RELAXED_TRIALS, _WHOLE_TRIALS, _SIDE_TRIALS, _YEAR_TRIALS = 40, 6, 4, 8
_HELD_SECONDS = _MIP_SECONDS = 5.0
_NEAR_TRIALS = 15
_FIRST_TRIALS = 20
_HOPELESS = 1.5
"""First decisions that cost so much more over all dates lose load or break limits: they cannot be completed."""
_PRICING_ROUNDS = 4
_SIDE_SHARE = 0.6
"""Share of the time after which no further single date is searched."""


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


@dataclass(frozen=True, eq=False)
class BridgeSolution:
    """What Phase 2 found.

    Attributes:
        plan: the hedging plan, whole units.
        hourly: per case and year, whole units committed; empty where the run was cancelled.
        proof: bounds and gap of the expected cost.
        hedge: the comparison; None where there is one date only or the run was cancelled.
    """

    plan: BridgePlan
    hourly: tuple[tuple[HourlyDispatch, ...], ...]
    proof: Proof
    hedge: Hedge | None
    warnings: tuple[str, ...]
    seconds: dict[str, float]


@dataclass
class _Axis:
    """The dispatch compiled on one axis, and its cuts."""

    case: DispatchCase
    store: CutStore
    constants: Array

    @classmethod
    def build(cls, market: Market, profiles: Profiles, axis: TimeAxis, windows: Array, *, keep: bool) -> _Axis:
        case = dispatch_case(market.project, market.fleet, profiles, axis)
        case = replace(case, windows=windows, import_flags=windows)
        dispatch = parametric_dispatch(case)
        constants = constant_parameters(market.project, profiles, case)
        return cls(case, CutStore(dispatch, price_table(market.project), keep), constants)


@dataclass
class _Run:
    market: Market
    dates: Dates
    profiles: Profiles
    start: BridgePlan
    options: Phase2Options
    on_event: Callable[[SolveEvent], None]
    cancelled: Callable[[], bool]
    began: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def report(self, stage: str, iteration: int, lower: float, cost: float) -> None:
        if self.cancelled():
            raise Cancelled
        bound = lower * MASTER_USD if np.isfinite(lower) else None
        price = cost * MASTER_USD if np.isfinite(cost) else None
        gap = (cost - lower) / abs(cost) if bound is not None and price is not None else None
        self.on_event(SolveEvent(stage, iteration, bound, price, gap, time.perf_counter() - self.began))

    def late(self, share: float = 1.0) -> bool:
        return time.perf_counter() - self.began > share * self.options.time_limit_s

    def search(self, on: _Axis, dates: Dates, stage: str) -> Benders:
        """A master over the positions of some dates, and its dispatch."""
        b = BridgeCase(self.market, dates, self.profiles, on.case)
        factors = year_end_factors(self.market.project.finance.discount_rate, dates.years)
        discount = factors[b.year_of] * b.weight * (USD_PER_UNIT / MASTER_USD)
        pool = PositionPool(on.store, b.year_of, discount)
        master = BridgeMaster(b, on.constants, pool)
        evaluator = DispatchEvaluator(on.store.dispatch, on.store.prices[:, b.year_of], self.cancelled)
        deadline = self.began + self.options.time_limit_s
        return Benders(master, evaluator, pool, discount, stage, self.report, deadline)

    def timed(self, stage: str, since: float) -> float:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - since
        return now


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
        NoPlanFound: no plan in whole units within the limits given.
    """
    run = _Run(market, dates, profiles, start, options, on_event, cancelled)
    plan, hedge = start, None
    try:
        weeks, search = _searched(run, *quarter_weeks(profiles))
        plan, hedge = _compared(run, weeks, search)
        since = time.perf_counter()
        full = _Axis.build(market, profiles, full_year_axis(), WINDOWS, keep=False)
        year = run.search(full, dates, "year")
        since = run.timed("year: build", since)
        if options.resolution == "year":
            _to_full_year(run, weeks, search, full, year, plan)
            plan = _plan(year)
            run.timed("year: search", since)
        return _result(run, search, year, plan, hedge)
    except Cancelled:
        note = "The run was cancelled; the plan is the best found so far and has not been dispatched."
        return BridgeSolution(plan, (), Proof(), hedge, (note,), run.seconds)


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
    run = _Run(market, dates, profiles, start, options, lambda _event: None, lambda: False)
    compiled, search = _searched(run, axis, windows)
    plan, hedge = _compared(run, compiled, search)
    return plan, _cost_of(search.search), hedge


def _searched(run: _Run, axis: TimeAxis, windows: Array) -> tuple[_Axis, Benders]:
    """The stochastic plan on representative periods."""
    since = time.perf_counter()
    weeks = _Axis.build(run.market, run.profiles, axis, windows, keep=True)
    search = run.search(weeks, run.dates, "weeks")
    since = run.timed("weeks: build", since)
    _hedging(run, search)
    run.timed("weeks: search", since)
    return weeks, search


def _compared(run: _Run, weeks: _Axis, search: Benders) -> tuple[BridgePlan, Hedge | None]:
    """The plan after the comparison with single dates, which may have found a better one."""
    since = time.perf_counter()
    hedge = _compare(run, weeks, search, _plan(search)) if len(run.dates.cases) > 1 else None
    run.timed("weeks: single dates", since)
    return _plan(search), hedge


def _hedging(run: _Run, search: Benders) -> None:
    """The stochastic plan on representative weeks."""
    point = _point_of(search, run.start)
    gap = max(run.options.gap, 1e-4)
    if point is not None:
        _learn_near(run, search, point, search.price(point, whole=True), gap)
    else:
        search.price(_bridge(search).relaxed(), whole=False)
    search.run_relaxed(gap, _RELAXED_TRIALS)
    _whole_trials(run, search, gap, _WHOLE_TRIALS)


def _whole_trials(run: _Run, search: Benders, gap: float, most: int) -> None:
    """Trials in whole units until the gap is reached; between them cuts are learnt where the last trial was."""
    found, master = search.search, _bridge(search)
    for _ in range(most):
        optimum = master.whole(gap / 2.0, _MIP_SECONDS)
        if optimum is not None:
            found.lower = max(found.lower, optimum.bound)
        run.report(search.stage, found.iterations, found.lower, found.best_cost)
        if optimum is None or found.gap <= gap:
            return
        cost = search.price(optimum, whole=True)
        run.report(search.stage, found.iterations, found.lower, found.best_cost)
        if found.gap <= gap or (run.late() and found.best is not None):
            return
        _learn_near(run, search, optimum, cost, gap)


def _learn_near(run: _Run, search: Benders, point: Point, cost: float, gap: float) -> None:
    """Cuts around a plan, and the best found there rounded up to whole units.

    Relaxed trials keep which models are there, and so the contingency, as in the plan: with counts relaxed a fraction
    of a unit is a fraction of a contingency, and cuts made so say too little of whole plans. Rounding keeps at least
    the megawatts of every quarter: one unit too few would cost its lost load.
    """
    master = _bridge(search)
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
            whole = master.whole(gap / 2.0, _MIP_SECONDS)
    if whole is not None:
        search.price(whole, whole=True)
        run.report(search.stage, search.search.iterations, search.search.lower, search.search.best_cost)


def _bridge(search: Benders) -> BridgeMaster:
    assert isinstance(search.master, BridgeMaster)  # made by _Run.search
    return search.master


def _plan(search: Benders) -> BridgePlan:
    if search.search.best is None:
        message = "no bridge plan in whole units was found within the limits given"
        raise NoPlanFound(message)
    return _bridge(search).plan_of(search.search.best)


def _point_of(search: Benders, plan: BridgePlan) -> Point | None:
    """A plan as a solution of the master; None where the master's rows refuse it."""
    master = _bridge(search)
    with master.held(*master.columns_of(plan)):
        try:
            return master.whole(1e-4, _HELD_SECONDS)
        except (InfeasibleProject, NoPlanFound):
            return None


def _compare(run: _Run, weeks: _Axis, search: Benders, plan: BridgePlan) -> Hedge:
    """Each date alone, then its first decisions completed for all dates."""
    certain: list[SideCost | None] = []
    completed: list[SideCost | None] = []
    for number, case in enumerate(run.dates.cases):
        if run.late(_SIDE_SHARE):
            run.warnings.append(f"No time was left to compare with {case.name} taken for certain.")
            certain.append(None)
            completed.append(None)
            continue
        alone = run.search(weeks, run.dates.alone(number), f"{case.name} alone")
        point = _point_of(alone, alone_plan(plan, number))
        if point is not None:
            alone.price(point, whole=True)
        certain.append(_side(run, alone))
        completed.append(_completed(run, search, _plan(alone), f"{case.name} first"))
    return Hedge(_cost_of(search.search), tuple(certain), tuple(completed))


def _side(run: _Run, search: Benders) -> SideCost:
    gap = max(run.options.gap, 1e-4)
    search.run_relaxed(gap, _RELAXED_TRIALS)
    _whole_trials(run, search, gap / 2.0, _SIDE_TRIALS)
    return _cost_of(search.search)


def _cost_of(search: Search) -> SideCost:
    return SideCost(search.best_cost * MASTER_USD, search.lower * MASTER_USD)


def _completed(run: _Run, search: Benders, alone: BridgePlan, stage: str) -> SideCost | None:
    """Expected cost of a single date's first decisions; its completion joins the search for the hedging plan.

    None where no completion serves the load within the limits.
    """
    master = _bridge(search)
    side = Benders(
        master, search.evaluator, search.pool, search.discount, stage, run.report, search.deadline, search.accuracy
    )
    with master.held(*master.first_stage(alone, 0)):
        try:
            side.run_relaxed(max(run.options.gap, 1e-4), _FIRST_TRIALS)
            if side.search.lower > _HOPELESS * search.search.best_cost:
                return None
            _whole_trials(run, side, run.options.gap / 2.0, _SIDE_TRIALS)
        except (InfeasibleProject, NoPlanFound):
            return None
    found = _cost_of(side.search)
    if side.search.best is None or side.search.best_cost > _HOPELESS * search.search.best_cost:
        return None
    if side.search.best_cost < search.search.best_cost:
        search.search.best, search.search.best_cost = side.search.best, side.search.best_cost
    return found


def _to_full_year(run: _Run, weeks: _Axis, search: Benders, full: _Axis, year: Benders, plan: BridgePlan) -> None:
    """Cuts from the weeks, then trials on 8,760 hours until the gap is proven."""
    for number in sorted({number for _, number in search.master.active if number >= 0}):
        multiplier, found_in = weeks.store.multipliers[number]
        cost = full.store.prices[:, found_in] @ full.store.dispatch.cost
        mapped = to_year(weeks.store.dispatch, full.store.dispatch, multiplier.astype(float), cost)
        full.store.add(mapped, found_in)
    year.evaluator.start_prices_from(search.evaluator)
    point = _point_of(year, plan)
    if point is None:
        message = "the plan of the representative weeks is no plan of the full year"
        raise NoPlanFound(message)
    year.price(point, whole=True)
    year.run_whole(run.options.gap, _YEAR_TRIALS)


def _result(run: _Run, weeks: Benders, year: Benders, plan: BridgePlan, hedge: Hedge | None) -> BridgeSolution:
    """Dispatch the plan with whole units in every hour of every case, and put the proof together."""
    since = time.perf_counter()
    full = run.options.resolution == "year"
    master = _bridge(year)
    point = _point_of(year, plan)
    assert point is not None  # the plan is the master's own
    given = inside_caps(master.case, master.given(point.sizes))
    dispatch, positions = year.pool.dispatch, list(range(len(given)))
    relaxed = year.evaluator(given, positions, rounds=_PRICING_ROUNDS, accuracy=year.accuracy, keep=True)
    held = {p: held_commitment(dispatch, _kept(relaxed[p]), given[p], all_up=True) for p in positions}
    committed = year.evaluator(given, positions, rounds=_PRICING_ROUNDS, accuracy=year.accuracy, keep=True, fixed=held)
    b = master.b
    hourly = [_hourly(year, point, committed[p], p, given[p]) for p in positions]
    number = {place: p for p, place in enumerate(b.positions)}
    by_case = tuple(
        tuple(hourly[number.get((s, y), number.get((-1, y), -1))] for y in range(run.dates.years)) for s in b.split
    )
    committed_cost = point.fixed + float(sum(year.discount[p] * committed[p].value for p in positions))
    search = year.search if full else weeks.search
    cost = point.fixed + float(sum(year.discount[p] * relaxed[p].value for p in positions))
    upper = min(cost, search.best_cost) if full else search.best_cost
    proof = Proof(
        lower_bound_usd=search.lower * MASTER_USD,
        upper_bound_usd=upper * MASTER_USD,
        gap=(upper - search.lower) / abs(upper),
        committed_cost_usd=committed_cost * MASTER_USD,
        certified_gap=(committed_cost - search.lower) / abs(committed_cost) if full else None,
        resolution=run.options.resolution,
        rounds=weeks.search.iterations + year.search.iterations,
    )
    if proof.gap is not None and proof.gap > run.options.gap:
        why = f"the time limit of {run.options.time_limit_s:g} s" if run.late() else "the last trial"
        run.warnings.append(
            f"The search ended at {why} with a gap of {proof.gap:.2%}; asked for was {run.options.gap:.2%}."
        )
    run.timed("commitment", since)
    return BridgeSolution(plan, by_case, proof, hedge, tuple(run.warnings), run.seconds)


def _hourly(year: Benders, point: Point, found: YearDispatch, position: int, given: Array) -> HourlyDispatch:
    """Dispatch of a position; sizes of columns other than thermal ones are those of the position."""
    master, dispatch = _bridge(year), year.pool.dispatch
    sizes = master.yearly_sizes(point.sizes)
    return hourly_dispatch(dispatch, _kept(found), sizes, position, load_of(dispatch, given))


def _kept(item: YearDispatch) -> Array:
    assert item.columns is not None  # asked for with keep=True
    return item.columns
