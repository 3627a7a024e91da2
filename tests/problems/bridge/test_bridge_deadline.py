"""A cancel ends P5's Phase 2 within two seconds and the time limit is kept, with the best plan so far and its gap."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import highspy
import numpy as np
import pytest
import scipy.sparse as sp

from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.problems.bridge import run, solve, study
from bvnexus_xl.problems.bridge.dispatched import BridgeSolution
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.run import Run
from bvnexus_xl.problems.bridge.screening import BridgeScreen, screen_bridge
from bvnexus_xl.solve import deadline
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solve.events import Phase2Options, SolveEvent
from bvnexus_xl.solve.highs import pass_rows
from tests.problems.bridge_projects import Prepared, bridge_project, day_axis, prepared

PROMPT_S = 2.0


@pytest.fixture(scope="module")
def made() -> Prepared:
    return prepared(bridge_project(years=2))


@pytest.fixture(scope="module")
def start(made) -> BridgePlan:
    """The plan of the rules."""
    return screen_bridge(BridgeScreen(made.market, made.dates, made.profiles)).plan


def run_of(made: Prepared, start: BridgePlan, cancelled: Any) -> Run:
    return Run(made.market, made.dates, made.profiles, start, Phase2Options(), lambda _event: None, cancelled)


def solved(
    made: Prepared, start: BridgePlan, monkeypatch: Any, on_event: Any, cancelled: Any, seconds: float = 300.0
) -> BridgeSolution:
    """Phase 2 that searches a day for each quarter."""
    monkeypatch.setattr(solve, "quarter_weeks", lambda _profiles: day_axis())
    options = Phase2Options(gap=1e-4, time_limit_s=seconds)
    return solve.solve_bridge(made.market, made.dates, made.profiles, start, options, on_event, cancelled)


def whole_plan_found(event: SolveEvent) -> bool:
    return event.stage == "weeks" and event.gap is not None and event.gap < 0.5


def test_a_cancel_ends_the_search_with_the_best_plan_and_its_gap(made, start, monkeypatch):
    asked: list[float] = []

    def on_event(event: SolveEvent) -> None:
        if whole_plan_found(event) and not asked:
            asked.append(time.perf_counter())

    found = solved(made, start, monkeypatch, on_event, lambda: bool(asked))
    assert time.perf_counter() - asked[0] < PROMPT_S
    assert found.hourly == ()
    assert all(found.plan.stays)
    assert found.proof.resolution == "weeks"
    assert 0.0 <= found.proof.gap < 1.0
    assert found.proof.lower_bound_usd <= found.proof.upper_bound_usd
    assert f"The run was cancelled: the plan is the best found so far (gap {found.proof.gap:.2%})" in found.warnings[-1]


def test_a_cancel_during_a_dispatch_is_heard_before_the_next_solve(made, start, monkeypatch):
    """Progress is reported between trials only; the question answered with yes comes before a solve."""
    questions: list[float] = []

    def cancelled() -> bool:
        questions.append(time.perf_counter())
        return len(questions) > 60

    found = solved(made, start, monkeypatch, lambda _event: None, cancelled)
    assert time.perf_counter() - questions[60] < PROMPT_S
    assert found.hourly == ()


def test_the_time_limit_ends_every_part_and_says_so(made, start, monkeypatch):
    late = [0.0]
    clock = SimpleNamespace(perf_counter=lambda: time.perf_counter() + late[0])
    monkeypatch.setattr(deadline, "time", clock)
    ended: list[float] = []

    def on_event(event: SolveEvent) -> None:
        if whole_plan_found(event):
            late[0] = 1e6
            ended.append(time.process_time())

    found = solved(made, start, monkeypatch, on_event, lambda: False)
    assert time.process_time() - ended[0] < PROMPT_S  # of processor: the wall clock counts other tests, too
    assert (found.hourly, found.proof.resolution) == ((), "weeks")
    assert f"(gap {found.proof.gap:.2%})" in found.warnings[-1]
    assert found.warnings[-1].startswith("The time limit of 300 s ended before the dispatch")
    assert sum("No time was left to compare" in text for text in found.warnings) == len(made.dates.cases)


def test_no_plan_in_time_is_no_plan(made, start, monkeypatch):
    with pytest.raises(NoPlanFound, match=r"within the time limit of 0\.01 s"):
        solved(made, start, monkeypatch, lambda _event: None, lambda: False, seconds=0.01)


def test_a_search_in_whole_units_ends_with_the_cancel(made, start):
    """The solver of the master is given a knapsack that it cannot solve in a minute."""
    asked: list[float] = []
    under_way = run_of(made, start, lambda: bool(asked))
    solver = under_way.search(under_way.compiled(*day_axis(), keep=False), made.dates, "weeks").master._lp
    items = np.random.default_rng(0)
    weight = items.integers(1, 100, (60, 120)).astype(float)
    bounds = np.zeros(120), np.ones(120)
    room = np.full(60, -np.inf), weight.sum(axis=1) / 2.0
    pass_rows(
        solver, sp.csr_array(weight), -items.integers(1, 100, 120).astype(float), bounds, room, np.ones(120, bool)
    )
    threading.Timer(0.5, lambda: asked.append(time.perf_counter())).start()
    solver.setOptionValue("time_limit", 60.0)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kInterrupt
    assert time.perf_counter() - asked[0] < PROMPT_S


def test_a_cancel_is_heard_while_the_dispatch_is_built(made, start, monkeypatch):
    """Asked before the equations of a year are written, after that and after they are compiled."""
    written: list[str] = []
    monkeypatch.setattr(run, "build_dispatch", lambda _case: written.append("written"))
    asked = iter((False, True))
    with pytest.raises(Cancelled):
        run_of(made, start, lambda: next(asked)).compiled(*day_axis(), keep=False)
    assert written == ["written"]


def test_a_cancel_before_any_plan_is_no_plan():
    with pytest.raises(NoPlanFound, match="cancelled before a plan was found"):
        study.optimise_bridge_study(bridge_project(), lambda *_: None, Phase2Options(), lambda: True)
