"""Both phases of P5 as a solved study: the hedging plan, shown in full for the middle date case."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bvnexus_xl.adequacy_loop import StepClock, Weakest, has_target, reach_target
from bvnexus_xl.dispatch import HourlyDispatch, YearTotals, year_totals
from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.finance.money import Money
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit
from bvnexus_xl.notes import reader_notes
from bvnexus_xl.problems.bridge.accounts import case_limits, case_money
from bvnexus_xl.problems.bridge.answer import CaseOutcome, bridge_finding
from bvnexus_xl.problems.bridge.batches import CaseStudy, by_batch, case_study
from bvnexus_xl.problems.bridge.cases import Dates, energisation_dates
from bvnexus_xl.problems.bridge.comparison import Hedge
from bvnexus_xl.problems.bridge.finding import BridgeFinding
from bvnexus_xl.problems.bridge.looser import in_any_case
from bvnexus_xl.problems.bridge.market import Market, build_market
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.prices import priced
from bvnexus_xl.problems.bridge.screening import BridgeScreen, screen_bridge
from bvnexus_xl.problems.bridge.shortage import weakest
from bvnexus_xl.problems.bridge.solve import solve_bridge
from bvnexus_xl.problems.registry import Progress
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.reliability.ram import ram_study
from bvnexus_xl.solve.events import Phase2Options, SolveEvent, event_sentence
from bvnexus_xl.solved import Proof, SolvedStudy

_PHASE1_SHARE, _MANY_STEPS = 0.2, 120.0
_PART_YEAR = (
    "Units on site for part of a year count as there all year on RAM; planning reserve and land hold in every quarter."
)


@dataclass(frozen=True, eq=False)
class _Prepared:
    project: Project
    fleet: Fleet
    profiles: Profiles
    dates: Dates
    market: Market

    @property
    def shown(self) -> int:
        """Case the other sheets show: the P50 where it has a probability, otherwise the likeliest."""
        names = [case.name for case in self.dates.cases]
        return names.index("P50") if "P50" in names else int(self.dates.weights.argmax())


def screen_bridge_study(project: Project, progress: Progress) -> SolvedStudy:
    """Phase 1; with an adequacy target the planning reserve rises until every date case meets it."""
    return _Target(project).screen(progress) if has_target(project) else _screened(_prepare(project), progress).study


def optimise_bridge_study(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    """Phase 2, started from Phase 1; the time limit is that of all steps towards an adequacy target together.

    Raises:
        InfeasibleProject: no plan meets land, planning reserve, potential to emit and clocks together.
        NoPlanFound: no plan in whole units within the limits given, or cancelled before there was one.
    """

    def screening(text: str, share: float) -> None:
        if cancelled():
            message = "the run was cancelled before a plan was found"
            raise NoPlanFound(message)
        progress(text, _PHASE1_SHARE * share)

    if not has_target(project):
        return _optimised(_screened(_prepare(project), screening), progress, options, cancelled)
    target = _Target(project)
    first = target.screen(screening)
    return target.optimise(first, progress, options, cancelled)


class _Target:
    """Plans whose planning reserve rises until the outage tables of every date case meet the adequacy target."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._screened: dict[float, _Screened] = {}
        self._weakest: Weakest | None = None

    def screen(self, progress: Progress) -> SolvedStudy:
        """Phase 1."""

        def solve(asked: Project, _before: SolvedStudy | None, named: Progress) -> SolvedStudy:
            found = _screened(_prepare(asked), named)
            self._screened[asked.constraints.planning_margin_mw] = found
            return self._measured(found.made, found.plan, found.study)

        return reach_target(self.project, solve, progress, measure=self._last)

    def optimise(
        self, first: SolvedStudy, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
    ) -> SolvedStudy:
        """Phase 2, beginning with the reserve that the screening needed."""
        clock = StepClock(options.time_limit_s, cancelled)

        def solve(asked: Project, _before: SolvedStudy | None, named: Progress) -> SolvedStudy:
            margin = asked.constraints.planning_margin_mw
            start = self._screened.get(margin) or _screened(_prepare(asked), lambda _text, _share: None)
            allowed = replace(options, time_limit_s=clock.left_s())
            plans: list[BridgePlan] = []
            study = _optimised(start, named, allowed, cancelled, plans.append)
            return self._measured(start.made, plans[0], study)

        return reach_target(self.project, solve, progress, first.adequacy, clock.over, measure=self._last)

    def _measured(self, made: _Prepared, plan: BridgePlan, study: SolvedStudy) -> SolvedStudy:
        assert isinstance(study.finding, BridgeFinding)  # made by _study
        target = self.project.constraints.lolh_target_h_per_year
        self._weakest = weakest(made.market, made.dates, made.profiles, plan, study.finding, target)
        return study

    def _last(self, _study: SolvedStudy) -> Weakest:
        """Of the plan just made."""
        assert self._weakest is not None  # set by every solve
        return self._weakest


def _optimised(
    start: _Screened,
    progress: Progress,
    options: Phase2Options,
    cancelled: Callable[[], bool],
    with_plan: Callable[[BridgePlan], None] = lambda _plan: None,
) -> SolvedStudy:
    """One optimisation from a screening; ``with_plan`` is told its plan."""
    made, steps = start.made, 0

    def on_event(event: SolveEvent) -> None:
        nonlocal steps
        steps += 1
        progress(event_sentence(event), min(_PHASE1_SHARE + steps / _MANY_STEPS, 0.95))

    found = solve_bridge(made.market, made.dates, made.profiles, start.plan, options, on_event, cancelled)
    with_plan(found.plan)
    cases = range(len(made.dates.cases))
    hourly = found.hourly or tuple(start.screen.hourly(found.plan, number) for number in cases)
    solved, limits = _study(made, found.plan, hourly, 2, found.hedge, found.proof)
    since = time.perf_counter()
    saved = found.saved(limits) if found.saved is not None else ()
    return replace(
        solved,
        relaxations=saved,
        limits=priced(solved.limits, found.prices),
        warnings=(*found.warnings, *solved.warnings),
        seconds={**start.study.seconds, **found.seconds, "limits 10 % looser": time.perf_counter() - since},
        designs_tried=start.study.designs_tried,
        screening=start.study,
        hours_by_rules=not found.hourly,
    )


def _prepare(project: Project) -> _Prepared:
    fleet = build_fleet(project)
    dates = energisation_dates(project)
    return _Prepared(project, fleet, build_profiles(project, fleet), dates, build_market(project, fleet, dates))


@dataclass(frozen=True, eq=False)
class _Screened:
    made: _Prepared
    study: SolvedStudy
    plan: BridgePlan
    screen: BridgeScreen


def _screened(made: _Prepared, progress: Progress) -> _Screened:
    began = time.perf_counter()
    screen = BridgeScreen(made.market, made.dates, made.profiles)
    found = screen_bridge(screen, progress)
    hourly = tuple(screen.hourly(found.plan, number) for number in range(len(made.dates.cases)))
    solved, _ = _study(made, found.plan, hourly, 1, None, Proof())
    seconds = {"bridge rules and dispatch": time.perf_counter() - began}
    study = replace(solved, seconds=seconds, designs_tried=found.designs_tried)
    return _Screened(made, study, found.plan, screen)


def _study(
    made: _Prepared,
    plan: BridgePlan,
    hourly: Sequence[Sequence[HourlyDispatch]],
    phase: int,
    hedge: Hedge | None,
    proof: Proof,
) -> tuple[SolvedStudy, tuple[Limit, ...]]:
    """Accounts of every case: the shown one as the study, and the limits of all."""
    accounts = [_account(made, plan, number, hourly[number]) for number in range(len(made.dates.cases))]
    outcomes = [CaseOutcome(hourly[number], account.money) for number, account in enumerate(accounts)]
    finding = bridge_finding(made.market, made.dates, made.profiles, plan, outcomes, made.shown, hedge)
    shown = accounts[made.shown]
    own = shown.study
    ram = ram_study(made.project, own.fleet, own.profiles, own.plan)
    broken = [limit for account in accounts for limit in account.limits if limit.broken]
    notes = reader_notes(made.project, own.fleet, own.profiles, own.plan, shown.limits, ram)
    which = f"All sheets but Bridge show the {finding.shown} date case of the plan."
    if phase == 2 and proof.lower_bound_usd is not None and proof.committed_cost_usd is not None:
        # the dearer of the solver's view, with lost load at its price, and the accounts is certified
        committed = max(finding.expected_usd, proof.committed_cost_usd)
        gap = None if proof.certified_gap is None else (committed - proof.lower_bound_usd) / committed
        proof = replace(proof, committed_cost_usd=committed, certified_gap=gap)
    study = SolvedStudy(
        project=made.project,
        fleet=own.fleet,
        profiles=own.profiles,
        plan=own.plan,
        phase=2 if phase == 2 else 1,
        status="infeasible" if broken else "done",
        dispatches=shown.dispatches,
        totals=shown.totals,
        money=shown.money,
        limits=shown.limits,
        ram=ram,
        warnings=(which, *notes, _PART_YEAR),
        seconds={},
        designs_tried=0,
        proof=proof,
        finding=finding,
    )
    return study, in_any_case(account.limits for account in accounts)


@dataclass(frozen=True, eq=False)
class _Account:
    study: CaseStudy
    dispatches: tuple[HourlyDispatch, ...]
    totals: tuple[YearTotals, ...]
    money: Money
    limits: tuple[Limit, ...]


def _account(made: _Prepared, plan: BridgePlan, number: int, hourly: Sequence[HourlyDispatch]) -> _Account:
    study = case_study(made.market, made.dates, made.profiles, plan, number)
    dispatches = tuple(by_batch(study, made.market, year, found) for year, found in enumerate(hourly))
    totals = tuple(year_totals(made.project, study.fleet, study.profiles, year) for year in dispatches)
    money = case_money(made.market, made.dates, plan, number, study, totals)
    limits = case_limits(made.market, made.dates, made.profiles, plan, number, study, totals)
    return _Account(study, dispatches, totals, money, limits)
