"""P3 Land development: the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bvnexus_xl.problems.registry import Problem, Progress

if TYPE_CHECKING:
    from bvnexus_xl.inputs.project import Project
    from bvnexus_xl.solve.events import Phase2Options
    from bvnexus_xl.solved import SolvedStudy
    from bvnexus_xl.workbook.sheets.base import OutputSheet


def _screen(project: Project, progress: Progress) -> SolvedStudy:
    from bvnexus_xl.problems.land.study import screen

    return screen(project, progress)


def _optimise(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    from bvnexus_xl.problems.land.study import optimise

    return optimise(project, progress, options, cancelled)


def _example() -> Project:
    from bvnexus_xl.catalogue.land_example import land_development_project

    return land_development_project()


def _sheets() -> tuple[OutputSheet[Any], ...]:
    from bvnexus_xl.workbook.sheets.potential_sheet import PotentialSheet

    return (PotentialSheet(),)


LAND_DEVELOPMENT = Problem(
    code="P3",
    title="Land development",
    question="how much power the site can support",
    objective="largest firm load",
    screen=_screen,
    optimise=_optimise,
    example=_example,
    example_name="land_development",
    sheets=_sheets,
)
