"""P1 Greenfield: the record. Its objective stands in ``p1_greenfield``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bvnexus_xl.problems.registry import Problem, Progress

if TYPE_CHECKING:
    from bvnexus_xl.inputs.project import Project
    from bvnexus_xl.solve.events import Phase2Options
    from bvnexus_xl.solved import SolvedStudy


def _screen(project: Project, progress: Progress) -> SolvedStudy:
    from bvnexus_xl.pipeline import cheapest_plan_phase1

    return cheapest_plan_phase1(project, progress)


def _optimise(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    from bvnexus_xl.pipeline import cheapest_plan_phase2

    return cheapest_plan_phase2(project, progress, options, cancelled)


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
