"""Phase 2: the best plan and how far from best it can be.

Phase 1's plan starts a search on representative weeks; its plan and the multipliers that mattered start the full year,
which proves the bound; the plan is then dispatched with whole units in every hour of every year.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch, YearTotals, year_totals
from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.money import Money, plan_money
from bvnexus_xl.finance.production_credit import credits_not_earned
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit, Relaxation, plan_limits
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import USD_PER_UNIT, price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.plan import Plan
from bvnexus_xl.problems.p1_greenfield import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each, greenfield_master
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.periods import WEEK_HOURS, representative_weeks
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.deadline import Deadline, TimeUp
from bvnexus_xl.solve.evaluate import Cancelled, DispatchEvaluator
from bvnexus_xl.solve.events import Phase2Options, Resolution, SolveEvent
from bvnexus_xl.solve.failed_weeks import failed_weeks
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.interrupt import interruptible
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.relaxations import relaxations
from bvnexus_xl.solve.shadow_prices import (
    ShadowPrice,
    operating_prices,
    planning_prices,
    with_prices,
)
from bvnexus_xl.solve.transfer import to_year
from bvnexus_xl.solve.whole_dispatch import PRICING_ROUNDS, inside_caps, whole_dispatch, written_years
from bvnexus_xl.solved import Proof

Array = NDArray[np.float64]
_RELAXED_TRIALS, _WHOLE_TRIALS, _YEAR_TRIALS = 30, 5, 12
_LOOSEST_WEEKS_GAP = 6e-3
_WEEK_ROUNDS = 3
_CREDITS_LOST = 0.01
"""Share of the production credits counted that may be curtailed before it is said."""
_CREDITS_NOTE = "The search of Phase 2 counts production credits on curtailed energy too, which earns none."


@dataclass(frozen=True)
class Phase2Result:
    """What Phase 2 found.

    Attributes:
        plan: what is built when, whole units.
        status: ``done``; ``infeasible`` where the best plan breaks a limit; ``stopped`` where the caller or the time
            limit ended the run (then ``dispatches``, ``totals``, ``limits`` are empty and ``money`` is None).
        dispatches, totals: one per year, 8,760 h, whole units online (a unit in planned outage for part of the time
            counts by its share).
        money: the plan priced as everywhere else.
        limits: every limit in every year with its shadow price.
        shadow_prices: operating and planning prices apart.
        relaxations: what each limit saves where it is a tenth looser.
        proof: bounds and gaps.
        warnings: plain sentences.
        seconds: wall time of each stage.
    """

    plan: Plan
    status: Literal["done", "infeasible", "stopped"]
    dispatches: tuple[HourlyDispatch, ...]
    totals: tuple[YearTotals, ...]
    money: Money | None
    limits: tuple[Limit, ...]
    shadow_prices: tuple[ShadowPrice, ...]
    relaxations: tuple[Relaxation, ...]
    proof: Proof
    warnings: tuple[str, ...]
    seconds: dict[str, float]


@dataclass
class _Run:
    """One call of ``solve_phase2``: inputs, clock, progress."""

    project: Project
    fleet: Fleet
    profiles: Profiles
    start: Plan
    options: Phase2Options
    on_event: Callable[[SolveEvent], None]
    cancelled: Callable[[], bool]
    began: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    best: Point | None = None
    late: bool = False
    """Whether a search ended because its time was used up."""
    bounds: Proof | None = None
    """Bounds of the last search that found a plan in whole units."""

    def __post_init__(self) -> None:
        self.case = MasterCase(self.project, self.fleet, self.profiles)
        self.prices = price_table(self.project)
        factors = year_end_factors(self.project.finance.discount_rate, len(self.project.years))
        self.discount: Array = factors * (USD_PER_UNIT / MASTER_USD)
        self.clock = Deadline(self.options.time_limit_s, self.cancelled, self.began)

    def report(self, stage: str, iteration: int, lower: float, cost: float) -> None:
        if self.cancelled():
            raise Cancelled
        bound = lower * MASTER_USD if np.isfinite(lower) else None
        price = cost * MASTER_USD if np.isfinite(cost) else None
        gap = (cost - lower) / abs(cost) if bound is not None and price is not None else None
        self.on_event(SolveEvent(stage, iteration, bound, price, gap, time.perf_counter() - self.began))

    def search(self, axis: TimeAxis, stage: str, *, keep: bool) -> Benders:
        """A master and a dispatch on one axis, compiled."""
        with interruptible(self.cancelled):
            case = dispatch_case(self.project, self.fleet, self.profiles, axis)
            dispatch = parametric_dispatch(case)
        constants = constant_parameters(self.project, self.profiles, case)
        pool = CutPool(dispatch, self.prices, self.discount, keep=keep)
        master = Master(greenfield_master(self.case), case, constants, pool)
        evaluator = DispatchEvaluator(dispatch, self.prices, self.clock.stop)
        return Benders(master, evaluator, pool, self.discount, stage, self.report, self.clock.now_until)

    @contextmanager
    def searching(self) -> Iterator[None]:
        """A search that may run out of its time; afterwards all that is left is there for the dispatch."""
        try:
            yield
            self.late = self.clock.passed
        except TimeUp:
            self.late = True
        finally:
            self.clock.finish()

    def note_bounds(self, done: Benders, resolution: Resolution) -> None:
        """Remember the bounds of a search, should the time end before its plan is dispatched."""
        found = done.search
        if found.best is not None:
            lower, upper = found.lower * MASTER_USD, found.best_cost * MASTER_USD
            self.bounds = Proof(lower, upper, found.gap, resolution=resolution, rounds=found.iterations)

    def timed(self, stage: str, since: float) -> float:
        now = time.perf_counter()
        self.seconds[stage] = now - since
        return now


def solve_phase2(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    start: Plan,
    options: Phase2Options,
    on_event: Callable[[SolveEvent], None],
    cancelled: Callable[[], bool],
) -> Phase2Result:
    """Best plan with its proof.

    Args:
        project: the study.
        fleet: its assets and columns.
        profiles: its hourly data.
        start: a plan in whole units to begin with (Phase 1's); need not be good, nor feasible.
        options: gap, time limit, resolution, weeks.
        on_event: called with every step of progress, on the calling thread.
        cancelled: asked between solves (each well under two seconds); True ends the run with the best plan so far.

    Raises:
        InfeasibleProject: no plan meets land, planning reserve and potential to emit together.
        NoPlanFound: HiGHS failed on a problem it should solve, or no plan in whole units was found in time.
    """
    run = _Run(project, fleet, profiles, start, options, on_event, cancelled)
    try:
        weeks = _weeks(run)
        year = _year(run, weeks)
        if run.options.resolution == "weeks":
            weeks = _complete_weeks(run, weeks, year)
        return _best_by_account(run, weeks, year)
    except Cancelled:
        return _stopped(run, "The run was cancelled")
    except TimeUp:
        allowed = f"the time limit of {run.options.time_limit_s:g} s"
        if run.bounds is None:
            message = f"no plan was found within {allowed}: allow more time, or fewer years"
            raise NoPlanFound(message) from None
        return _stopped(run, f"{allowed[0].upper()}{allowed[1:]} ended before the dispatch with whole units was done")


def _start_point(run: _Run) -> Point:
    sizes = sizes_of(run.fleet, run.profiles, run.start.builds)
    fixed = float((fixed_cost_each(run.case) * run.start.builds).sum())
    return Point(-np.inf, run.start.builds, sizes, fixed)


def _weeks(run: _Run, always: Iterable[int] = ()) -> Benders:
    """Search on representative weeks, those of ``always`` among them, from the best plan so far or the start plan."""
    since = time.perf_counter()
    axis = representative_weeks(run.fleet, run.profiles, run.options.weeks, always)
    search = run.search(axis, "weeks", keep=True)
    since = run.timed("weeks: build", since)
    run.best = run.best or _start_point(run)
    gap = min(max(run.options.gap, 1e-4), _LOOSEST_WEEKS_GAP)
    search.deadline = run.clock.search_weeks(then_year=run.options.resolution == "year")
    with run.searching():
        search.price(run.best, whole=True, admitted=search.master.admits(run.best.builds))
        search.run_relaxed(gap, _RELAXED_TRIALS)
        search.run_whole(gap, _WHOLE_TRIALS)
    run.best = search.search.best or run.best
    run.note_bounds(search, "weeks")
    run.timed("weeks: search", since)
    return search


def _year(run: _Run, weeks: Benders) -> Benders:
    """The full year, started from the plan and the multipliers of the weeks; proves the bound unless told not to."""
    since = time.perf_counter()
    year = run.search(full_year_axis(), "year", keep=False)
    since = run.timed("year: build", since)
    if run.options.resolution == "year":
        transfer_cuts(weeks.master, weeks.pool, year.pool)
        year.evaluator.start_prices_from(weeks.evaluator)
        since = run.timed("year: cuts from weeks", since)
        year.search.lower = year.master.relaxed().bound
        with run.searching():
            _prove(run, year)
        run.best = year.search.best or run.best
        run.note_bounds(year, "year")
        run.timed("year: search", since)
    return year


def _complete_weeks(run: _Run, weeks: Benders, year: Benders) -> Benders:
    """Dispatch the plan of the weeks in every year; weeks that fall short join the set, and it is planned again."""
    always: set[int] = set()
    for number in range(1, _WEEK_ROUNDS + 1):
        assert run.best is not None  # set by _weeks
        given = inside_caps(year.pool.dispatch.case, year.master.given(run.best.sizes))
        years = list(range(len(given)))
        found = year.evaluator(given, years, rounds=PRICING_ROUNDS, accuracy=year.accuracy, keep=True)
        known = always | {int(hour) // WEEK_HOURS for hour in weeks.pool.dispatch.case.axis.hours}
        failed = failed_weeks(year.pool.dispatch, found.values(), known) - known
        if not failed or run.late:
            return weeks
        always |= failed
        names = ", ".join(str(week + 1) for week in sorted(failed))
        run.warnings.append(f"The plan made on representative weeks fell short in week {names}: planned again with it.")
        run.report("weeks that fell short", number, weeks.search.lower, weeks.search.best_cost)
        again = _weeks(run, always)
        if again.search.best is None:
            return weeks
        weeks = again
    return weeks


def _prove(run: _Run, year: Benders) -> None:
    """Trials on the full year from the plan of the weeks, within the time that leaves room for its dispatch."""
    assert run.best is not None  # set by _weeks
    run.clock.search_year()
    began = time.perf_counter()
    year.price(run.best, whole=True, admitted=year.master.admits(run.best.builds))
    year.deadline = run.clock.after_trial(time.perf_counter() - began)
    year.run_whole(run.options.gap, _YEAR_TRIALS)


def transfer_cuts(weeks: Master, pool: CutPool, year: CutPool) -> None:
    """Cuts of the full year from the multipliers whose cuts entered the weeks' master, for the years they served."""
    wanted: dict[int, list[int]] = {}
    for year_served, number in weeks.active:
        if number >= 0:
            wanted.setdefault(number, []).append(year_served)
    for number, served in wanted.items():
        multiplier, found_in = pool.multipliers[number]
        cost = year.prices[:, found_in] @ year.dispatch.cost
        mapped = to_year(pool.dispatch, year.dispatch, multiplier.astype(float), cost)
        year.add(mapped, found_in, sorted(set(served)))
    pool.multipliers.clear()


def _best_by_account(run: _Run, weeks: Benders, year: Benders) -> Phase2Result:
    """The plan found, or that of Phase 1 where it costs less: the search counts production credits on curtailed energy.

    Bounds are those of the search either way.
    """
    said = list(run.warnings)
    found = _result(run, weeks, year)
    if not _credits_lost(run, found):
        return found
    found = replace(found, warnings=(f"{_CREDITS_NOTE} It may build too much solar.", *found.warnings))
    best, run.best, run.warnings = run.best, _start_point(run), said
    try:
        start = _result(run, weeks, year)
    except TimeUp:
        start = found
    run.best = best
    if start.status != "done" or _objective(start) >= _objective(found):
        return found
    note = f"{_CREDITS_NOTE} The plan of Phase 1, which does not, costs less by its account and is kept."
    return replace(start, warnings=(note, *start.warnings))


def _result(run: _Run, weeks: Benders, year: Benders) -> Phase2Result:
    """Dispatch the best plan with whole units, price it, and put the proof together."""
    assert run.best is not None  # set by _weeks
    since = time.perf_counter()
    run.report("commitment", 0, year.search.lower, year.search.best_cost)
    plan = Plan(run.project.years, _whole_builds(run), run.start.grid_priority)
    sizes = sizes_of(run.fleet, run.profiles, plan.builds)
    dispatch = year.pool.dispatch
    given = inside_caps(dispatch.case, parameters_of(dispatch.case, year.master.constants, sizes))
    positions = list(range(len(plan.years)))
    relaxed, committed = whole_dispatch(dispatch, year.evaluator, given, year.accuracy)
    hourly = written_years(dispatch, committed, sizes, given)
    totals = tuple(year_totals(run.project, run.fleet, run.profiles, one) for one in hourly)
    money = plan_money(run.project, run.fleet, run.profiles, plan, totals)
    priced = year if run.options.resolution == "year" else weeks
    prices = operating_prices(dispatch, run.prices, plan.years, relaxed, given)
    values = priced.master.planning_prices()
    prices += planning_prices(values, run.discount, plan.years)
    limits = with_prices(plan_limits(run.project, run.fleet, run.profiles, plan, totals), prices)
    since = run.timed("commitment", since)
    saved = _relaxations(run, weeks, limits, values)
    run.timed("limits 10 % looser", since)
    fixed = float((fixed_cost_each(run.case) * plan.builds).sum())
    cost = fixed + float(sum(run.discount[y] * relaxed[y].value for y in positions))
    committed_cost = fixed + float(sum(run.discount[y] * committed[y].value for y in positions))
    proof = _proof(run, weeks, year, cost, money.objective_usd, committed_cost * MASTER_USD)
    broken = [limit for limit in limits if limit.broken]
    _warn(run, proof, broken)
    status: Literal["done", "infeasible"] = "infeasible" if broken else "done"
    return Phase2Result(
        plan, status, hourly, totals, money, limits, tuple(prices), saved, proof, tuple(run.warnings), run.seconds
    )


def _relaxations(
    run: _Run, weeks: Benders, limits: Sequence[Limit], values: dict[str, Array]
) -> tuple[Relaxation, ...]:
    """What each limit saves where it is a tenth looser, within the seconds that are left for it."""
    if run.options.relaxation_share <= 0.0 or run.best is None:
        return ()
    now = time.perf_counter()
    deadline = min(run.clock.end, now + run.options.relaxation_share * (now - run.began))
    try:
        return relaxations(weeks, run.case, limits, values, run.best, run.options.gap, deadline)
    except TimeUp:
        return ()


def _proof(run: _Run, weeks: Benders, year: Benders, cost: float, committed: float, with_lost_load: float) -> Proof:
    """Bounds of the search at the resolution asked for. Only the year's bound holds for the committed cost."""
    full = run.options.resolution == "year"
    search = year.search if full else weeks.search
    upper = min(cost, search.best_cost) if full else search.best_cost
    lower = search.lower
    if full:
        # the bound counts lost load at its price and the pro forma does not: the dearer of both views is certified
        committed = max(committed, with_lost_load)
    return Proof(
        lower_bound_usd=lower * MASTER_USD,
        upper_bound_usd=upper * MASTER_USD,
        gap=(upper - lower) / abs(upper),
        committed_cost_usd=committed,
        certified_gap=(committed - lower * MASTER_USD) / abs(committed) if full else None,
        resolution=run.options.resolution,
        rounds=weeks.search.iterations + year.search.iterations,
    )


def _whole_builds(run: _Run) -> Array:
    """Builds with whole units exactly whole and dust removed."""
    assert run.best is not None  # set by _weeks
    builds = np.where(np.abs(run.best.builds) > 1e-6, run.best.builds, 0.0)
    whole = np.array([column.integer for column in run.fleet.columns])
    builds[whole] = np.round(builds[whole])
    return builds


def _warn(run: _Run, proof: Proof, broken: list[Limit]) -> None:
    if proof.gap is not None and proof.gap > run.options.gap:
        why = f"the time limit of {run.options.time_limit_s:g} s" if run.late else "the last trial"
        run.warnings.append(
            f"The search ended at {why} with a gap of {proof.gap:.2%}; asked for was {run.options.gap:.2%}."
        )
    for name in dict.fromkeys(limit.label for limit in broken):
        years = ", ".join(str(limit.year) for limit in broken if limit.label == name)
        run.warnings.append(f"The best plan found breaks a limit: {name} ({years}).")


def _credits_lost(run: _Run, found: Phase2Result) -> bool:
    """Whether much of the production credit that the search counted is not earned, because energy is curtailed."""
    money = found.money
    if run.project.finance.objective_basis == "pre_tax" or money is None or money.production_credit_by_column is None:
        return False
    earned = money.production_credit_by_column
    counted, lost = credits_not_earned(run.project, run.fleet, run.profiles, found.plan.builds, earned)
    return lost > _CREDITS_LOST * counted


def _objective(found: Phase2Result) -> float:
    return np.inf if found.money is None else found.money.objective_usd


def _stopped(run: _Run, why: str) -> Phase2Result:
    """The best plan so far, undispatched."""
    if run.best is None:
        message = "the run was cancelled before a plan was found"
        raise NoPlanFound(message)
    plan = Plan(run.project.years, _whole_builds(run), run.start.grid_priority)
    note = f"{why}: the plan is the best found so far; its hours follow the rules of Phase 1."
    proof = run.bounds or Proof()
    return Phase2Result(plan, "stopped", (), (), None, (), (), (), proof, (*run.warnings, note), run.seconds)
