"""The order of the stages, written once: command line, Excel and tests all call this."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import plan_limits
from bvnexus_xl.notes import reader_notes
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.reliability.ram import ram_study
from bvnexus_xl.screening.phase1 import screen_project
from bvnexus_xl.solved import SolvedStudy

Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0 to 1."""


def _silent(_text: str, _share: float) -> None:
    """Progress nobody watches."""


def run_phase1(project: Project, progress: Progress = _silent) -> SolvedStudy:
    """Screening: Project → Profiles → Plan → dispatch, money, limits.

    The result's status is ``infeasible`` where the least infeasible design still breaks a limit.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "profiles"):
        progress("Weather, load and solar profiles", 0.02)
        fleet = build_fleet(project)
        profiles = build_profiles(project, fleet)
    with _timed(seconds, "search"):
        found = screen_project(project, fleet, profiles, progress)
    with _timed(seconds, "accounts"):
        totals = tuple(year_totals(project, fleet, profiles, year) for year in found.dispatches)
        money = plan_money(project, fleet, profiles, found.plan, totals)
        limits = plan_limits(project, fleet, profiles, found.plan, totals)
    with _timed(seconds, "reliability"):
        ram = ram_study(project, fleet, profiles, found.plan)
    broken = any(limit.broken for limit in limits)
    return SolvedStudy(
        project=project,
        fleet=fleet,
        profiles=profiles,
        plan=found.plan,
        phase=1,
        status="infeasible" if broken else "done",
        dispatches=found.dispatches,
        totals=totals,
        money=money,
        limits=limits,
        ram=ram,
        warnings=reader_notes(project, profiles, found.plan, limits),
        seconds=seconds,
        designs_tried=found.designs_tried,
    )


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Wall time of a stage, added to ``seconds``."""
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
