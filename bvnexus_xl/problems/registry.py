"""What a problem is, and the list of those that work: template, reader, command line and sheets follow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from bvnexus_xl.inputs.project import Project
    from bvnexus_xl.solve.events import Phase2Options
    from bvnexus_xl.solved import SolvedStudy
    from bvnexus_xl.workbook.sheets.base import OutputSheet

Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0 to 1."""


class Screen(Protocol):
    """Phase 1 of a problem."""

    def __call__(self, project: Project, progress: Progress) -> SolvedStudy:
        """Screened study; its status is ``infeasible`` where no design keeps every limit."""
        ...


class Optimise(Protocol):
    """Phase 2 of a problem."""

    def __call__(
        self, project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
    ) -> SolvedStudy:
        """Study with its proof; a cancel request ends the search with the best plan so far."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of question the product answers.

    Attributes:
        code: what ``Start`` and the JSON say, e.g. ``P1``.
        title: one or two words.
        question: what the user asks.
        objective: what is minimised or maximised, for people.
        screen, optimise: Phase 1 and Phase 2.
        example: a worked example; its study names this problem.
        example_name: file name of its workbook, without ending.
        sheets: result sheets of this problem alone; they exist in every workbook and are filled when it is run.
    """

    code: str
    title: str
    question: str
    objective: str
    screen: Screen
    optimise: Optimise
    example: Callable[[], Project]
    example_name: str
    sheets: Callable[[], tuple[OutputSheet[Any], ...]] = tuple

    @property
    def note(self) -> str:
        """``P1 Greenfield: the question``."""
        return f"{self.code} {self.title}: {self.question}"


_PROBLEMS: dict[str, Problem] = {}


def register(problem: Problem) -> None:
    """Make a problem available everywhere.

    Raises:
        ValueError: its code is taken.
    """
    if problem.code in _PROBLEMS:
        message = f"problem {problem.code} is registered already"
        raise ValueError(message)
    _PROBLEMS[problem.code] = problem


def problems() -> tuple[Problem, ...]:
    """Every problem, by code."""
    return tuple(_PROBLEMS[code] for code in problem_codes())


def problem_codes() -> tuple[str, ...]:
    """Codes in order."""
    return tuple(sorted(_PROBLEMS))


def find_problem(code: str) -> Problem:
    """The problem of a code.

    Raises:
        KeyError: no such problem.
    """
    return _PROBLEMS[code]
