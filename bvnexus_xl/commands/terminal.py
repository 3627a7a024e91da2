"""What every command shares: the two streams, progress, exit codes, and how an answer is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bvnexus_xl.answer import answer_lines, infeasible_lines
from bvnexus_xl.conflict import conflict_lines
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.sheets.limit_places import LimitPlaces
from bvnexus_xl.workbook.solve_file import SolvedFile

screen = Console(stderr=True, soft_wrap=True, highlight=False)
"""Notes, progress and errors."""
out = Console(soft_wrap=True, highlight=False)
"""Answers."""

WorkbookFile = Annotated[Path, typer.Argument(help="A bvNexus workbook (.xlsx or .xlsm).")]
InputFile = Annotated[Path, typer.Argument(help="A bvNexus workbook, or a project as JSON.")]


class Exit(IntEnum):
    """Exit codes."""

    DONE = 0
    FAULTS = 2
    INFEASIBLE = 3
    NO_PLAN = 4
    USAGE = 64


def report(solved: SolvedStudy, done: SolvedFile | None, *extra: Path | None) -> None:
    """Answer, warnings and files written."""
    if solved.status == "infeasible":
        locations = done.locations if done else template_locations(solved.project)

        def cell_of(field: str) -> str:
            try:
                return locations.limit_cell(field)
            except KeyError:
                return f"sheet Equipment, column {field}"

        lines = infeasible_lines(solved, cell_of)
        if solved.conflict is not None:
            lines += conflict_lines(solved.conflict, LimitPlaces(solved.project, locations).of_give)
    else:
        lines = answer_lines(solved)
    for line in lines:
        out.print(line, markup=False)
    for note in solved.warnings:
        screen.print(f"Note: {note}", markup=False)
    files = [done.workbook, done.results] if done else []
    for path in [*files, *(item for item in extra if item is not None)]:
        screen.print(f"Wrote {path}", markup=False)


def finish(solved: SolvedStudy) -> None:
    """Leave with the exit code of a study without an answer, or whose plan fails at quarter-hours."""
    if solved.status == "infeasible" or (solved.tier3 is not None and solved.tier3.failed):
        raise typer.Exit(Exit.INFEASIBLE)


@contextmanager
def progress_bar() -> Iterator[Any]:
    """A bar on the terminal's error stream; ``(sentence, share)`` moves it."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task("Reading", total=1.0)
        yield lambda text, share: bar.update(task, description=text, completed=share)
