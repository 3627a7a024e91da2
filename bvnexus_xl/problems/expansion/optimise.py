"""P2 by optimisation: the most added load under each ceiling, bounded from both sides.

The screening gives the load to start from. On representative weeks every ceiling of the curve is searched with one pool
of cuts; the ceiling asked for is searched again on the full year. At the load found, P1 on the same resolution gives
the plan, its dispatch and its cost with whole units running: the proof from below.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.adequacy_loop import StepClock, reach_target
from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import worst_broken
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import USD_PER_UNIT, price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.pipeline import optimised_study
from bvnexus_xl.plan import Plan
from bvnexus_xl.problems.expansion.between import Between
from bvnexus_xl.problems.expansion.finding import (
    A_LIMIT,
    CEILING,
    MOST,
    NOTHING_FITS,
    UNSETTLED,
    CurvePoint,
    Expansion,
    ceilings,
    expansion,
    lcoe_of,
    rising,
)
from bvnexus_xl.problems.expansion.growth import base_mw, grown, grown_profiles
from bvnexus_xl.problems.expansion.ledger import Account, account, judged, sunk_usd
from bvnexus_xl.problems.expansion.master import Budget, ExpansionMaster, LoadLine, expansion_master
from bvnexus_xl.problems.expansion.screen import LoadSearch, ScreenedLoads, added_mw_of, screened
from bvnexus_xl.problems.expansion.search import Answer, CeilingSearch
from bvnexus_xl.problems.p1_greenfield import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each
from bvnexus_xl.problems.registry import Progress
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import Cancelled, DispatchEvaluator
from bvnexus_xl.solve.events import Phase2Options, Resolution, SolveEvent, event_sentence
from bvnexus_xl.solve.given import constant_parameters, sizes_of
from bvnexus_xl.solve.interrupt import interruptible
from bvnexus_xl.solve.master import Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.phase2 import Phase2Result, solve_phase2, transfer_cuts
from bvnexus_xl.solved import SolvedStudy

Array = NDArray[np.float64]
_LOAD_GAP = 0.01
"""Of the highest load: gap between the bound and the load carried that ends a search."""
_FIRST_TRIALS = (15, 2)
_MOST_PLANS, _PLANS_BETWEEN = 6, 3
_LEAST_SLOPE = 0.25
"""Excess over the ceiling that a MW is taken to add while only one plan is known, as a share of what it may cost."""
_BASE_SHARE, _WEEKS_SHARE, _YEAR_SHARE = 0.2, 0.4, 0.6
"""Parts of the time limit, counted from the end of the screening, by which the plan without added load, the searches on
weeks and those on the year end; what is left is for plans at the load found."""
_PLAN_SHARE, _LEAST_SHARE = 0.6, 0.15
"""Of what is left, time for a plan; of the whole limit, what the first one gets and another one must find left."""
_AS_LONG = 1.3
"""Of the time the last plan took: what must be left for another one."""
_AXIS = {"weeks": "representative weeks", "year": "the full year"}
_REACHED = 0.99
"""Share of the ceiling from which on levelised cost counts as having reached it."""


@dataclass
class _Run:
    """One call: inputs, screened loads, clock."""

    project: Project
    loads: ScreenedLoads
    options: Phase2Options
    progress: Progress
    cancelled: Callable[[], bool]
    began: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.most = self.project.expansion.most_added_mw
        self.highest = grown(self.project, self.most)
        self.case = MasterCase(self.highest, self.loads.fleet, self.loads.profiles)
        load, base = (profiles.load_mw for profiles in (self.loads.profiles, self.profiles_at(0.0)))
        start = base.max(axis=1)
        self.line = LoadLine(start, (load.max(axis=1) - start) / self.most)
        end = year_end_factors(self.project.finance.discount_rate, len(self.project.years))
        self.base_energy = float(base.sum(axis=1) @ end)
        self.energy_per_mw = float((load - base).sum(axis=1) @ end) / self.most
        self.gap_mw = _LOAD_GAP * max(float(base_mw(self.project).max()), 0.1 * self.most)

    def profiles_at(self, added: float) -> Profiles:
        return grown_profiles(self.loads.profiles, grown(self.project, added))

    def budget(self, ceiling: float, base: Account) -> Budget:
        """What may be spent under a ceiling: site, or increment on top of the cost without added load."""
        if self.project.expansion.ceiling_basis == "increment":
            room = base.cost_usd
        else:
            sunk = sunk_usd(self.project) if self.project.expansion.sunk_capital_counts else 0.0
            room = ceiling * self.base_energy - sunk
        return Budget(room / MASTER_USD, ceiling * self.energy_per_mw / MASTER_USD)

    def search(self, axis: TimeAxis, stage: str, until: float, *, keep: bool) -> CeilingSearch:
        """Master, pool and dispatch on an axis, compiled."""
        fleet, profiles = self.loads.fleet, self.loads.profiles
        prices = price_table(self.highest)
        with interruptible(self.cancelled):
            case = dispatch_case(self.highest, fleet, profiles, axis)
            dispatch = parametric_dispatch(case)
        years = len(self.project.years)
        discount = year_end_factors(self.project.finance.discount_rate, years) * (USD_PER_UNIT / MASTER_USD)
        pool = CutPool(dispatch, prices, discount, keep=keep)
        rule = self.project.constraints
        permitted = rule.unserved_limit_fraction if rule.unserved_limit_enabled else 0.0
        permitted *= float(axis.weight @ case.load_shape)
        constants = constant_parameters(self.highest, profiles, case)
        model = expansion_master(self.case, self.line, self.most, permitted)
        master = ExpansionMaster(model, case, constants, pool, self.line, permitted)
        evaluator = DispatchEvaluator(dispatch, prices, self.cancelled)
        deadline = self.began + until * self.options.time_limit_s
        return CeilingSearch(
            master, evaluator, pool, discount, stage, self.report, deadline, self.most, self.report_bounds
        )

    def report(self, stage: str, _iteration: int, _lower: float, _cost: float) -> None:
        if self.cancelled():
            raise Cancelled
        self.progress(f"Most load on {_AXIS[stage]}", 0.5)

    def report_bounds(self, stage: str, lower: float, upper: float) -> None:
        """Progress of the search under a ceiling, MW."""
        if self.cancelled():
            raise Cancelled
        carried = f"{lower:,.1f} MW carried, " if lower > 0.0 else ""
        self.progress(f"Most load on {_AXIS[stage]}: {carried}at most {upper:,.1f} MW", 0.5)

    def point(self, plan: Plan) -> Point:
        """A plan as a point of the master."""
        fixed = float((fixed_cost_each(self.case) * plan.builds).sum())
        return Point(-np.inf, plan.builds, sizes_of(self.loads.fleet, self.loads.profiles, plan.builds), fixed)

    def cheapest(self, added: float, start: Plan, resolution: Resolution, seconds: float) -> Phase2Result | None:
        """P1 at a load; None where its plan is not dispatched in whole units within the seconds."""
        options = replace(self.options, resolution=resolution, relaxation_share=0.0, time_limit_s=seconds)

        def on_event(event: SolveEvent) -> None:
            self.progress(f"{added:,.1f} MW added: {event_sentence(event)}", 0.8)

        raised = grown(self.project, added)
        profiles = self.profiles_at(added)
        try:
            found = solve_phase2(raised, self.loads.fleet, profiles, start, options, on_event, self.cancelled)
        except NoPlanFound:
            found = None
        if found is not None and found.money is not None:
            return found
        if self.cancelled():
            raise Cancelled
        return None

    def left_s(self) -> float:
        """Seconds left of the time limit; negative where it is passed."""
        return self.options.time_limit_s - (time.perf_counter() - self.began)

    def timed(self, stage: str, since: float) -> float:
        now = time.perf_counter()
        self.seconds[stage] = now - since
        return now


def optimise_expansion(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    """Phase 2 of P2. A cancel request ends it with the screening's answer.

    With an adequacy target the first search has the reserve that the screening needed, and the reserve rises further
    where its plan needs more; the time limit is that of all steps together.

    Raises:
        InfeasibleProject: no plan meets land, planning reserve and potential to emit, even without added load.
        NoPlanFound: no plan in whole units within the limits given.
    """
    first, loads = screened(project, lambda text, share: progress(text, 0.3 * share))
    try:
        if first.adequacy is None:
            return _optimised(_Run(project, loads, options, progress, cancelled), first)
        return _adequate(project, first, loads, progress, options, cancelled)
    except Cancelled:
        note = "The run was cancelled; the answer is that of the screening."
        return replace(first, warnings=(note, *first.warnings))


def _adequate(
    project: Project,
    first: SolvedStudy,
    loads: ScreenedLoads,
    progress: Progress,
    options: Phase2Options,
    cancelled: Callable[[], bool],
) -> SolvedStudy:
    """The reserve rises from that of the screening until the plan of the largest load meets the adequacy target."""
    clock = StepClock(options.time_limit_s, cancelled)

    def solve(asked: Project, before: SolvedStudy | None, named: Progress) -> SolvedStudy:
        start, known = first, loads
        if before is not None:
            search = LoadSearch(asked, named, before)
            start, known = search.study(), search.loads
        wanted = replace(options, time_limit_s=clock.left_s())
        try:
            return _optimised(_Run(asked, known, wanted, named, cancelled), start)
        except Cancelled:
            if before is None:
                raise
            message = "cancelled"
            raise NoPlanFound(message) from None

    def report(text: str, share: float) -> None:
        progress(text, 0.3 + 0.7 * share)

    return reach_target(project, solve, report, first.adequacy, clock.over, added_mw_of)


def _optimised(run: _Run, first: SolvedStudy) -> SolvedStudy:
    project, since = run.project, time.perf_counter()
    base = _base(run)
    since = run.timed("no load added", since)
    answers, weeks = _curve(run, first, base)
    since = run.timed("weeks: ceilings", since)
    asked = project.expansion.lcoe_ceiling_usd_per_mwh
    answer = answers[asked]
    if run.options.resolution == "year":
        answer = _on_the_year(run, weeks, answer, run.budget(asked, base))
    since = run.timed("year: ceiling", since)
    added, study = _plan_at(run, first, answer, base)
    run.timed("plan at the load", since)
    own = account(project, study.money)
    points = [_point(run, first, base, ceiling, found) for ceiling, found in sorted(answers.items())]
    lcoe = lcoe_of(project, own, base)
    broken = worst_broken(study.limits)
    kept = not broken and judged(project, own, base).over(asked) <= 0.0
    stops = _stops(run, first, asked, added, answer.upper, lcoe)
    if not kept and added <= 0.0:
        stops = f"{NOTHING_FITS}: {broken[0].label if broken else CEILING}"
    resolution = run.options.resolution
    chosen = CurvePoint(asked, added, max(answer.upper, added), lcoe, stops, resolution=resolution)
    points = rising([chosen if point.ceiling_usd_per_mwh == asked else point for point in points], chosen)
    finding = expansion(project, points, base, own, len(run.loads.plans) + len(points))
    study = replace(study, seconds={**first.seconds, **run.seconds})
    if kept:
        return replace(study, project=project, finding=finding)
    note = f"No load was found whose plan keeps the ceiling of {asked:g} $/MWh with whole units running."
    return replace(study, project=project, finding=finding, status="infeasible", warnings=(note, *study.warnings))


def _curve(run: _Run, first: SolvedStudy, base: Account) -> tuple[dict[float, Answer], CeilingSearch]:
    """Every ceiling on representative weeks, the one asked for first."""
    axis = representative_weeks(run.loads.fleet, run.loads.profiles, run.options.weeks)
    weeks = run.search(axis, "weeks", _WEEKS_SHARE, keep=True)
    start = run.point(first.plan)
    screened_mw = first.finding.point.added_mw if isinstance(first.finding, Expansion) else 0.0
    found = weeks.at_load(screened_mw, start, max(run.options.gap, 5e-3), _FIRST_TRIALS)
    best = found.search.best or start
    asked = run.project.expansion.lcoe_ceiling_usd_per_mwh
    answers: dict[float, Answer] = {}
    for ceiling in sorted(ceilings(run.project), key=lambda item: abs(item - asked)):
        known = [best, *(answer.best for answer in answers.values() if answer.best is not None)]
        starts = [*known, *_screened_at(run, first, weeks, ceiling)]
        answers[ceiling] = weeks.largest(run.budget(ceiling, base), run.gap_mw, starts, _PLANS_BETWEEN)
    return answers, weeks


def _screened_at(run: _Run, first: SolvedStudy, weeks: CeilingSearch, ceiling: float) -> list[Point]:
    """The screening's plan at a ceiling, with its load; none where it found none."""
    met = _screened_point(first, ceiling)
    if met is None:
        return []
    return [weeks.master.loaded(run.point(run.loads.plans[met.added_mw].plan), met.added_mw)]


def _screened_point(first: SolvedStudy, ceiling: float) -> CurvePoint | None:
    """The screening's answer at the ceiling nearest to a given one; None where no load was found."""
    if not isinstance(first.finding, Expansion):
        return None
    met = min(first.finding.curve, key=lambda point: abs(point.ceiling_usd_per_mwh - ceiling))
    return met if met.lcoe_usd_per_mwh is not None else None


def _keeps(run: _Run, added: float, ceiling: float, base: Account) -> bool:
    """Whether the screening's plan of a load keeps the ceiling against the cost without added load, and every limit."""
    own = judged(run.project, run.loads.accounts[added], base)
    return not run.loads.labels[added] and own.over(ceiling) <= 0.0


def _on_the_year(run: _Run, weeks: CeilingSearch, found: Answer, budget: Budget) -> Answer:
    """The ceiling asked for on 8,760 h of every year, started from the weeks' plan and cuts."""
    year = run.search(full_year_axis(), "year", _YEAR_SHARE, keep=False)
    transfer_cuts(weeks.master, weeks.pool, year.pool)
    year.evaluator.start_prices_from(weeks.evaluator)
    return year.largest(budget, run.gap_mw, [found.best] if found.best is not None else [])


def _base(run: _Run) -> Account:
    """Cost and energy of the best plan without added load; the screening's where the time is too short for another."""
    start = run.loads.plans[0.0].plan
    result = run.cheapest(0.0, start, "weeks", _BASE_SHARE * run.options.time_limit_s)
    if result is None or result.money is None:
        return run.loads.accounts[0.0]
    return account(run.project, result.money)


def _plan_at(run: _Run, first: SolvedStudy, answer: Answer, base: Account) -> tuple[float, SolvedStudy]:
    """(load, its study): P1 at the load, moved until whole units running spend what the ceiling leaves.

    Never below what the screening carries: its plan is the answer where none of a larger load is dispatched in time.
    """
    asked, met = run.project.expansion.lcoe_ceiling_usd_per_mwh, added_mw_of(first)
    floor = met if met in run.loads.plans and _keeps(run, met, asked, base) else 0.0
    start = first.plan if answer.best is None else Plan(run.project.years, answer.best.builds, first.plan.grid_priority)
    between = Between(answer.upper, floor, _LEAST_SLOPE * asked * run.energy_per_mw, run.gap_mw)
    best: tuple[float, Phase2Result] | None = None
    added, limit_s = max(answer.lower, floor), run.options.time_limit_s
    for tried in range(_MOST_PLANS):
        since = time.perf_counter()
        seconds = max(_PLAN_SHARE * run.left_s(), 0.0 if tried else _LEAST_SHARE * limit_s)
        result = run.cheapest(added, start, run.options.resolution, seconds)
        if result is None or result.money is None:
            break
        over = judged(run.project, account(run.project, result.money), base).over(asked)
        fits = not worst_broken(result.limits) and over <= 0.0
        best = (added, result) if fits or added <= 0.0 else best
        wanted = between.after(added, over, fits=fits)
        took = time.perf_counter() - since
        if wanted is None or run.left_s() < max(_LEAST_SHARE * limit_s if best is None else 0.0, _AS_LONG * took):
            break
        added, start = wanted, result.plan
    if best is not None:
        load, found = best
        return load, optimised_study(grown(run.project, load), first, run.profiles_at(load), found)
    note = (
        "No plan of a larger load was dispatched with whole units within the ceiling and the time limit: load and plan "
        "are those of the screening, whose hours follow the rules of Phase 1; the bound is that of Phase 2."
    )
    return met, replace(first, phase=2, screening=first, hours_by_rules=True, warnings=(note, *first.warnings))


def _point(run: _Run, first: SolvedStudy, base: Account, ceiling: float, answer: Answer) -> CurvePoint:
    """An answer on representative weeks; no less than the screening's where its plan keeps the ceiling."""
    met = _screened_point(first, ceiling)
    if met is not None and met.added_mw > answer.lower and _keeps(run, met.added_mw, ceiling, base):
        lcoe, upper = lcoe_of(run.project, run.loads.accounts[met.added_mw], base), max(answer.upper, met.added_mw)
        stops = _stops(run, first, ceiling, met.added_mw, upper, lcoe)
        return CurvePoint(ceiling, met.added_mw, upper, lcoe, stops, resolution="weeks")
    if answer.best is None:
        return CurvePoint(ceiling, 0.0, max(answer.upper, 0.0), None, NOTHING_FITS, resolution="weeks")
    own = Account(answer.cost * MASTER_USD, run.base_energy + run.energy_per_mw * answer.lower)
    lcoe = lcoe_of(run.project, own, base)
    stops = _stops(run, first, ceiling, answer.lower, answer.upper, lcoe)
    return CurvePoint(ceiling, answer.lower, max(answer.upper, answer.lower), lcoe, stops, resolution="weeks")


def _stops(run: _Run, first: SolvedStudy, ceiling: float, added: float, upper: float, lcoe: float | None) -> str:
    """What keeps more out: the end of the search, the ceiling where it is reached, else what the screening met."""
    if added >= run.most - 1e-6:
        return MOST
    if lcoe is None or lcoe >= _REACHED * ceiling or not isinstance(first.finding, Expansion):
        return CEILING
    met = min(first.finding.curve, key=lambda point: abs(point.ceiling_usd_per_mwh - ceiling)).stops
    if met not in (CEILING, MOST):
        return met
    return UNSETTLED if upper - added > run.gap_mw else A_LIMIT
