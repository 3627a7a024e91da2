"""The order of the stages, written once: command line, Excel and tests all call this."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bvnexus_xl.adequacy_loop import StepClock, has_target, reach_target
from bvnexus_xl.dispatch import HourlyDispatch, YearTotals, year_totals
from bvnexus_xl.finance.money import Money, plan_money
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit, plan_limits
from bvnexus_xl.notes import reader_notes
from bvnexus_xl.plan import Plan
from bvnexus_xl.problems import find_problem
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.reliability.ram import ram_study
from bvnexus_xl.screening.phase1 import Screening, screen_project
from bvnexus_xl.screening.record import dispatch_plan
from bvnexus_xl.solve.events import Phase2Options, SolveEvent, event_sentence
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.result import Tier3Options

if TYPE_CHECKING:
    from bvnexus_xl.solve.phase2 import Phase2Result

_PHASE1_SHARE = 0.3
"""Share of the progress bar that Phase 1 takes in a Phase 2 run."""
_MANY_STEPS = 42.0
"""Search steps that would fill the rest of it; few runs need more."""
Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0 to 1."""


def _silent(_text: str, _share: float) -> None:
    """Progress nobody watches."""


def run_phase1(project: Project, progress: Progress = _silent) -> SolvedStudy:
    """Phase 1 of the problem that the project names; see ``problems``."""
    return find_problem(project.study.problem).screen(project, progress)


def run_phase2(
    project: Project,
    progress: Progress = _silent,
    options: Phase2Options | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SolvedStudy:
    """Phase 2 of the problem that the project names; see ``problems``.

    Raises:
        InfeasibleProject: no plan meets land, planning reserve and potential to emit together.
        NoPlanFound: no plan in whole units within the limits given.
    """
    return find_problem(project.study.problem).optimise(project, progress, options or Phase2Options(), cancelled)


def run_phase3(
    project: Project,
    progress: Progress = _silent,
    options: Tier3Options | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    solved: SolvedStudy | None = None,
) -> SolvedStudy:
    """Tier 3: the plan of ``solved``, or of a new Phase 1, at every quarter-hour of every year.

    Raises:
        InfeasibleProject: from Phase 1.
        NoPlanFound: ended before the first year was validated, or a problem whose plan cannot be.
    """
    # Pyomo takes a second to load: only the command that needs it waits for it
    from bvnexus_xl.tier3.validate import refuse_other_problems, validate, with_tier3

    refuse_other_problems(project)
    begin = 0.0 if solved is not None else _PHASE1_SHARE
    study = solved or run_phase1(project, lambda text, share: progress(text, begin * share))

    def report(text: str, share: float) -> None:
        progress(text, begin + (1.0 - begin) * share)

    return with_tier3(study, validate(study, options, report, cancelled))


def cheapest_plan_phase1(project: Project, progress: Progress = _silent) -> SolvedStudy:
    """Screening: Project → Profiles → Plan → dispatch, money, limits.

    The result's status is ``infeasible`` where the least infeasible design still breaks a limit. With an adequacy
    target the planning reserve rises until the plan meets it; see ``adequacy_loop``.
    """
    if not has_target(project):
        return _screened(project, None, progress)
    return reach_target(project, _screened, progress)


def _screened(project: Project, before: SolvedStudy | None, progress: Progress) -> SolvedStudy:
    """One screening; ``before`` is that of another reserve, whose models it looks at."""
    seconds: dict[str, float] = {}
    with _timed(seconds, "profiles"):
        progress("Weather, load and solar profiles", 0.02)
        fleet = build_fleet(project)
        profiles = build_profiles(project, fleet)
    with _timed(seconds, "search"):
        found = screen_project(project, fleet, profiles, progress, like=before.plan if before else None)
    return screened_study(project, fleet, profiles, found, seconds)


def screened_study(
    project: Project, fleet: Fleet, profiles: Profiles, found: Screening, seconds: dict[str, float]
) -> SolvedStudy:
    """The Phase 1 study of what the screening chose: totals, money, limits, reliability, remarks."""
    with _timed(seconds, "accounts"):
        totals, money, limits = _accounts(project, fleet, profiles, found.plan, found.dispatches)
    with _timed(seconds, "reliability"):
        ram = ram_study(project, fleet, profiles, found.plan)
    broken = any(limit.broken for limit in limits)
    return SolvedStudy(
        project=project,
        fleet=fleet,
        profiles=profiles,
        plan=found.plan,
        phase=1,
        status="infeasible" if broken else "done",
        dispatches=found.dispatches,
        totals=totals,
        money=money,
        limits=limits,
        ram=ram,
        warnings=reader_notes(project, fleet, profiles, found.plan, limits, ram),
        seconds=seconds,
        designs_tried=found.designs_tried,
    )


def cheapest_plan_phase2(
    project: Project,
    progress: Progress = _silent,
    options: Phase2Options | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SolvedStudy:
    """Optimisation: Phase 1's plan as the start, then the best plan in whole units with its bounds.

    A cancel request ends the search within two seconds; the best plan so far is then dispatched by Phase 1's rules.
    With an adequacy target the first plan has the reserve that the screening needed for it, and the reserve rises
    further where this one needs more; the time limit is that of all steps together.

    Raises:
        InfeasibleProject: no plan meets land, planning reserve and potential to emit together.
        NoPlanFound: no plan in whole units within the limits given.
    """
    first = cheapest_plan_phase1(project, lambda text, share: progress(text, _PHASE1_SHARE * share))
    wanted = options or Phase2Options()
    clock = StepClock(wanted.time_limit_s, cancelled)

    def report(text: str, share: float) -> None:
        progress(text, _PHASE1_SHARE + (1.0 - _PHASE1_SHARE) * share)

    def solve(asked: Project, before: SolvedStudy | None, named: Progress) -> SolvedStudy:
        start = _screened(asked, before.screening, _silent) if before is not None else first
        return _optimised(asked, start, named, replace(wanted, time_limit_s=clock.left_s()), cancelled)

    if first.adequacy is None:
        return _optimised(project, first, report, wanted, cancelled)
    return reach_target(project, solve, report, first.adequacy, clock.over)


def _optimised(
    project: Project, first: SolvedStudy, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    """One optimisation from the plan of a screening."""
    # Pyomo and tsam take a second to load: only the command that needs them waits for it
    from bvnexus_xl.solve.phase2 import solve_phase2

    def on_event(event: SolveEvent) -> None:
        progress(event_sentence(event), min(event.iteration / _MANY_STEPS, 0.95))

    result = solve_phase2(project, first.fleet, first.profiles, first.plan, options, on_event, cancelled)
    return optimised_study(project, first, first.profiles, result)


def optimised_study(project: Project, first: SolvedStudy, profiles: Profiles, result: Phase2Result) -> SolvedStudy:
    """The Phase 2 study of what the optimisation found, starting from the screening ``first``.

    ``profiles`` are those of the project optimised, whose load may be another than that of ``first``.
    """
    fleet = first.fleet
    seconds = {**first.seconds, **result.seconds}
    if result.money is None:
        dispatches = dispatch_plan(project, fleet, profiles, result.plan)
        totals, money, limits = _accounts(project, fleet, profiles, result.plan, dispatches)
    else:
        dispatches, totals, money, limits = result.dispatches, result.totals, result.money, result.limits
    with _timed(seconds, "reliability"):
        ram = ram_study(project, fleet, profiles, result.plan)
    return replace(
        first,
        profiles=profiles,
        plan=result.plan,
        phase=2,
        status="infeasible" if any(limit.broken for limit in limits) else "done",
        dispatches=dispatches,
        totals=totals,
        money=money,
        limits=limits,
        ram=ram,
        warnings=(*result.warnings, *reader_notes(project, fleet, profiles, result.plan, limits, ram)),
        seconds=seconds,
        proof=result.proof,
        relaxations=result.relaxations,
        screening=first,
        hours_by_rules=result.money is None,
    )


def _accounts(
    project: Project, fleet: Fleet, profiles: Profiles, plan: Plan, dispatches: Sequence[HourlyDispatch]
) -> tuple[tuple[YearTotals, ...], Money, tuple[Limit, ...]]:
    """Physical totals, money and limits of a dispatched plan."""
    totals = tuple(year_totals(project, fleet, profiles, year) for year in dispatches)
    money = plan_money(project, fleet, profiles, plan, totals)
    return totals, money, plan_limits(project, fleet, profiles, plan, totals)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Wall time of a stage, added to ``seconds``."""
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
