"""P1 Greenfield: the record. Its objective stands in ``p1_greenfield``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bvnexus_xl.problems.registry import Problem, Progress

if TYPE_CHECKING:
    from bvnexus_xl.inputs.project import Project
    from bvnexus_xl.solve.events import Phase2Options
    from bvnexus_xl.solved import SolvedStudy


def _screen(project: Project, progress: Progress) -> SolvedStudy:
    from bvnexus_xl.pipeline import cheapest_plan_phase1

    return _explained(cheapest_plan_phase1(project, progress), progress)


def _optimise(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    from bvnexus_xl.errors import InfeasibleProject
    from bvnexus_xl.pipeline import cheapest_plan_phase1, cheapest_plan_phase2

    try:
        study = cheapest_plan_phase2(project, progress, options, cancelled)
    except InfeasibleProject:
        # proven without any dispatch; the least infeasible design of Phase 1 is shown
        study = cheapest_plan_phase1(project, progress)
    return _explained(study, progress, cancelled)


def _explained(study: SolvedStudy, progress: Progress, cancelled: Callable[[], bool] = lambda: False) -> SolvedStudy:
    """The study; where it is infeasible, with the limits that must give and the load that fits."""
    if study.status != "infeasible":
        return study
    from bvnexus_xl.solve.evaluate import Cancelled
    from bvnexus_xl.solve.explain import explain_conflict

    try:
        conflict = explain_conflict(
            study.project, study.fleet, study.profiles, resolution="weeks", progress=progress, cancelled=cancelled
        )
    except Cancelled:
        return study
    seconds = {**study.seconds, "conflict": conflict.seconds}
    return replace(study, conflict=conflict, seconds=seconds)


def _example() -> Project:
    from bvnexus_xl.catalogue.examples import greenfield_project

    return greenfield_project()


GREENFIELD = Problem(
    code="P1",
    title="Greenfield",
    question="the cheapest way to serve the load trajectory reliably",
    objective="least present value of cost",
    screen=_screen,
    optimise=_optimise,
    example=_example,
    example_name="greenfield",
)
