"""A sweep from a project: which studies there are, which are stored already, the rest solved, all side by side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from bvnexus_xl import __version__
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.sweep.cases import Case, base_case, scenario_cases, swing_cases
from bvnexus_xl.sweep.comparison import Comparison, compare
from bvnexus_xl.sweep.pools import Where, outcomes
from bvnexus_xl.sweep.shared_plan import SharedPlan
from bvnexus_xl.sweep.store import Store
from bvnexus_xl.sweep.task import Outcome, Task, task_of

Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """What to run and where.

    Attributes:
        phase: 1 screening, 2 optimisation.
        tornado: True for the inputs of the tornado, False for the scenarios. The others are shown where all of
            their studies are stored.
        together: True for one plan for all scenarios, on representative weeks, beside what is stored of each alone.
        options: how Phase 2 runs, for each study.
        where: processes or cluster.
    """

    phase: int = 1
    tornado: bool = False
    together: bool = False
    options: Phase2Options = field(default_factory=Phase2Options)
    where: Where = field(default_factory=Where)


def run_sweep(project: Project, wanted: SweepOptions, store: Store, progress: Progress) -> Comparison:
    """Solve what is not stored yet, the base case first, and compare.

    Raises:
        ClusterUnavailable: no cluster to solve on.
        InputFaults, InfeasibleProject, NoPlanFound: one plan for all was asked for and cannot be made.
        WorkbookRefused: a result cannot be stored.
    """
    base, scenarios, swings = base_case(project), scenario_cases(project), swing_cases(project)
    ends = tuple(end for swing in swings for end in (swing.low, swing.high) if end is not None)
    asked, beside = (ends, scenarios) if wanted.tornado else (scenarios, ends)
    tasks = {case: _task(case, wanted) for case in (base, *asked, *beside)}
    shared = _shared((base, *scenarios), wanted, store, progress)
    found: dict[str, Outcome] = {}
    if wanted.together:
        for case in (base, *asked):
            _known(tasks[case], found, store)
    else:
        found = _solved([tasks[case] for case in (base, *asked)], wanted, store, progress)
    shown = all(_known(tasks[case], found, store) for case in beside)

    def find(case: Case) -> Outcome | None:
        task = tasks[case]
        return None if task is None else found.get(task.key)

    if wanted.tornado:
        scenarios = scenarios if shown else ()
    else:
        swings = swings if shown else ()
    return compare(project.study.project_name, wanted.phase, base, scenarios, swings, find, shared)


def _shared(cases: tuple[Case, ...], wanted: SweepOptions, store: Store, progress: Progress) -> SharedPlan | None:
    """One plan for all scenarios: a stored one, or a new one where it is asked for."""
    named = [(case.name, case.probability, case.project and case.project.input_hash()) for case in cases]
    settings = json.dumps([__version__, named, asdict(wanted.options)], sort_keys=True)
    key = f"together-{hashlib.sha256(settings.encode()).hexdigest()[:16]}"
    plan = store.find_shared(key)
    if plan is None and wanted.together:
        # Pyomo takes a second to load: only the sweep that needs it waits for it
        from bvnexus_xl.sweep.together import plan_together

        plan = plan_together(cases, wanted.options, progress)
        store.keep_shared(key, plan)
    return plan


def _task(case: Case, wanted: SweepOptions) -> Task | None:
    return None if case.project is None else task_of(case.project, wanted.phase, wanted.options)


def _solved(tasks: list[Task | None], wanted: SweepOptions, store: Store, progress: Progress) -> dict[str, Outcome]:
    """Outcome of every task by key; each is stored as it comes."""
    different = {task.key: task for task in tasks if task is not None}
    found = {key: outcome for key in different if (outcome := store.find(key)) is not None}
    rest = [task for key, task in different.items() if key not in found]
    progress(f"{len(found)} of {len(different)} studies are solved already", len(found) / len(different))
    for outcome in outcomes(rest, wanted.where):
        store.keep(outcome)
        found[outcome.key] = outcome
        progress(f"{len(found)} of {len(different)} studies solved", len(found) / len(different))
    return found


def _known(task: Task | None, found: dict[str, Outcome], store: Store) -> bool:
    """True where a task is solved already; its outcome is then among those found."""
    if task is None:
        return True
    outcome = found.get(task.key) or store.find(task.key)
    if outcome is not None:
        found[task.key] = outcome
    return outcome is not None
