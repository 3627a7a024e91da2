"""One study of a sweep as another process gets it and answers it: text in, text out."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bvnexus_xl import __version__
from bvnexus_xl.conflict import give_words
from bvnexus_xl.errors import InfeasibleProject, NoPlanFound
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import worst_broken
from bvnexus_xl.results import Result, to_result
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy

_MOST_WORDS = 3
"""Broken limits named in a message."""


class Outcome(BaseModel):
    """What came of one study.

    ``status``: done; infeasible, with the least infeasible design as ``result`` where there is one; no_plan, where
    the solver ended without one inside its limits; failed, where something else went wrong. ``message`` says why; of
    a study that is done, what its problem found besides the plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    package_version: str
    key: str
    status: Literal["done", "infeasible", "no_plan", "failed"]
    message: str
    result: Result | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Task:
    """A study to solve: project as JSON, phase and the options of Phase 2."""

    key: str
    project_json: str
    phase: int
    options: Phase2Options


def task_of(project: Project, phase: int, options: Phase2Options) -> Task:
    """The task of a study; its key names inputs, phase, options and package version: the same key, the same answer."""
    settings = {"package": __version__, "phase": phase, **(asdict(options) if phase == 2 else {})}
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]
    return Task(f"{project.input_hash()}-phase{phase}-{digest}", project.whole_json(), phase, options)


def solve_task(task: Task) -> str:
    """Solve a study and give its ``Outcome`` as JSON. Nothing it meets stops the other studies of the sweep."""
    start = time.perf_counter()

    def outcome(status: Literal["done", "infeasible", "no_plan", "failed"], message: str, found: Result | None) -> str:
        seconds = time.perf_counter() - start
        return Outcome(
            package_version=__version__, key=task.key, status=status, message=message, result=found, seconds=seconds
        ).model_dump_json()

    try:
        solved = _solve(task)
        result = to_result(solved)
    except InfeasibleProject as error:
        return outcome("infeasible", str(error), None)
    except NoPlanFound as error:
        return outcome("no_plan", str(error), None)
    except Exception as error:  # whatever it is, it is this study's row; the others go on
        return outcome("failed", f"{type(error).__name__}: {error}", None)
    if solved.status == "infeasible":
        return outcome("infeasible", _broken(solved), result)
    found = solved.finding.lines() if solved.finding is not None else ()
    return outcome("done", found[0] if found else "", result)


def failed(task: Task, message: str) -> Outcome:
    """The outcome of a study whose process ended."""
    return Outcome(
        package_version=__version__, key=task.key, status="failed", message=message, result=None, seconds=0.0
    )


def _solve(task: Task) -> SolvedStudy:
    # numba and pvlib take seconds to load: a process that only hands out work does not wait for them
    from bvnexus_xl.pipeline import run_phase1, run_phase2

    project = load_json(task.project_json)
    return run_phase1(project) if task.phase == 1 else run_phase2(project, options=task.options)


def _broken(solved: SolvedStudy) -> str:
    """What must give, where the smallest set is known; else what the least infeasible design breaks."""
    if solved.conflict is not None and solved.conflict.gives:
        return "needs " + "; ".join(give_words(give, give.field) for give in solved.conflict.gives)
    words = [
        f"{limit.label} short by {-limit.slack:,.4g} {limit.unit} in {limit.year}"
        for limit in worst_broken(solved.limits)
    ]
    return "; ".join(words[:_MOST_WORDS])
