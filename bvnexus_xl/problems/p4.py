"""P4 Grid services: what flexible computing, batteries and spare generation earn at the utility's meter.

    max Σ revenue − cost of calls, over MW sold by programme, season and window        (``services.commit``)

Sizes are those of the cheapest plan that serves the load: nothing is built where existing plant suffices.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bvnexus_xl.problems.registry import Problem, Progress

if TYPE_CHECKING:
    from bvnexus_xl.inputs.project import Project
    from bvnexus_xl.services.study import SalesProof
    from bvnexus_xl.solve.events import Phase2Options
    from bvnexus_xl.solved import SolvedStudy
    from bvnexus_xl.workbook.sheets.base import OutputSheet

_PLAN_SHARE = 0.6
"""Of the time limit: for the plan. Dispatch and sales have the rest, and what the plan left."""


def _screen(project: Project, progress: Progress) -> SolvedStudy:
    from bvnexus_xl.pipeline import cheapest_plan_phase1

    return _with_services(cheapest_plan_phase1(project, progress))


def _optimise(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    from bvnexus_xl.pipeline import cheapest_plan_phase2
    from bvnexus_xl.services.together import decided_together

    for_plan = replace(options, time_limit_s=_PLAN_SHARE * options.time_limit_s)
    solved = cheapest_plan_phase2(project, lambda text, share: progress(text, _PLAN_SHARE * share), for_plan, cancelled)
    if solved.status != "done" or cancelled():
        return _with_services(solved)
    progress("Dispatch and sales decided together", _PLAN_SHARE)
    left_s = max(options.time_limit_s - _optimised_s(solved), (1.0 - _PLAN_SHARE) * options.time_limit_s)
    began = time.perf_counter()
    solved, proof = decided_together(solved, options.gap, cancelled, left_s)
    seconds = {**solved.seconds, "dispatch and sales": time.perf_counter() - began}
    return _with_services(replace(solved, seconds=seconds), proof)


def _optimised_s(solved: SolvedStudy) -> float:
    """Seconds that the optimisation took, without its screening."""
    before = solved.screening.seconds if solved.screening else {}
    return sum(solved.seconds.values()) - sum(before.values())


def _with_services(solved: SolvedStudy, proof: SalesProof | None = None) -> SolvedStudy:
    """The study with the best sales on its dispatch; a plan that breaks a limit sells nothing."""
    from bvnexus_xl.services.study import services_study

    if solved.status != "done":
        return solved
    found = services_study(solved.project, solved.fleet, solved.profiles, solved.plan, solved.dispatches, solved.totals)
    money = replace(solved.money, services=found.revenue_usd(solved.plan.years))
    return replace(solved, finding=replace(found, proof=proof), money=money)


def _example() -> Project:
    from bvnexus_xl.catalogue.example_grid_services import grid_services_project

    return grid_services_project()


def _sheets() -> tuple[OutputSheet[Any], ...]:
    from bvnexus_xl.workbook.sheets.services_sheet import ServicesSheet

    return (ServicesSheet(),)


GRID_SERVICES = Problem(
    code="P4",
    title="Grid services",
    question="the most that can be earned from demand response and reserves",
    objective="most revenue net of energy, wear and computing lost",
    screen=_screen,
    optimise=_optimise,
    example=_example,
    example_name="grid_services",
    sheets=_sheets,
)
