"""P5 Bridge power: what to hire, buy and ask of the utility now, and what to do when its date is known.

min Σ_cases probability · PV(hire + purchase − resale + operation + grid)        (``problems.bridge``)
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
    from bvnexus_xl.problems.bridge.study import screen_bridge_study

    return screen_bridge_study(project, progress)


def _optimise(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    from bvnexus_xl.problems.bridge.study import optimise_bridge_study

    return optimise_bridge_study(project, progress, options, cancelled)


def _example() -> Project:
    from bvnexus_xl.catalogue.example_bridge import bridge_project

    return bridge_project()


def _sheets() -> tuple[OutputSheet[Any], ...]:
    from bvnexus_xl.workbook.sheets.bridge_sheet import BridgeSheet

    return (BridgeSheet(),)


BRIDGE = Problem(
    code="P5",
    title="Bridge power",
    question="the cheapest way to the grid when its date is uncertain",
    objective="least expected present value of cost",
    screen=_screen,
    optimise=_optimise,
    example=_example,
    example_name="bridge_power",
    sheets=_sheets,
)
