"""P2 Brownfield: how much load existing and new plant carry before levelised cost exceeds a ceiling.

    max added     subject to PV(cost) ≤ ceiling · PV(delivered MWh), every limit of the site kept

For the whole site or for the increment (``problems.expansion``).
"""

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
    from bvnexus_xl.problems.expansion.screen import screen_expansion

    return screen_expansion(project, progress)


def _optimise(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    from bvnexus_xl.problems.expansion.optimise import optimise_expansion

    return optimise_expansion(project, progress, options, cancelled)


def _example() -> Project:
    from bvnexus_xl.catalogue.example_brownfield import brownfield_project

    return brownfield_project()


def _sheets() -> tuple[OutputSheet[Any], ...]:
    from bvnexus_xl.workbook.sheets.expansion_sheet import ExpansionSheet

    return (ExpansionSheet(),)


BROWNFIELD = Problem(
    code="P2",
    title="Brownfield",
    question="the largest load that may be added under a ceiling of levelised cost",
    objective="most added load",
    screen=_screen,
    optimise=_optimise,
    example=_example,
    example_name="brownfield",
    sheets=_sheets,
)
