"""A cancel request ends a long stretch of Python; Ctrl-C stays Ctrl-C."""

from __future__ import annotations

import threading
import time

import pytest

import bvnexus_xl.solve.phase2 as phase2
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solve.interrupt import interruptible
from bvnexus_xl.solve.phase2 import solve_phase2
from tests.solve.small_projects import plan_with, prepared, small_project


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(range(1000))


def test_a_request_ends_the_stretch() -> None:
    began = time.perf_counter()
    with pytest.raises(Cancelled), interruptible(lambda: time.perf_counter() - began > 0.3):
        busy(20.0)
    assert time.perf_counter() - began < 5.0


def test_a_stretch_that_nobody_cancels_ends_as_it_would() -> None:
    with interruptible(lambda: False):
        busy(0.5)
    with pytest.raises(KeyboardInterrupt), interruptible(lambda: False):
        raise KeyboardInterrupt
    with pytest.raises(ValueError, match="own"), interruptible(lambda: False):
        raise ValueError("own")


def test_a_thread_of_its_own_as_behind_a_button_is_interrupted_too() -> None:
    seen, began = [], time.perf_counter()

    def run() -> None:
        try:
            with interruptible(lambda: True):
                busy(20.0)
        except Cancelled:
            seen.append(time.perf_counter() - began)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen
    assert seen[0] < 5.0


def test_a_run_cancelled_while_its_equations_are_written_keeps_the_plan_so_far(monkeypatch) -> None:
    """The equations of the full year take a minute here; the cancel comes in their midst."""
    project = small_project(1)
    fleet, profiles = prepared(project)
    start = plan_with(project, fleet, {"recip-18-3-mw+scr": 6.0})
    write, moment = phase2.parametric_dispatch, [float("inf")]

    def slow(case):
        if case.axis.steps > 5000:
            moment[0] = time.perf_counter() + 0.5
            busy(60.0)
        return write(case)

    monkeypatch.setattr(phase2, "parametric_dispatch", slow)
    result = solve_phase2(
        project,
        fleet,
        profiles,
        start,
        Phase2Options(weeks=2),
        lambda _event: None,
        lambda: time.perf_counter() > moment[0],
    )
    assert result.status == "stopped"
    assert time.perf_counter() - moment[0] < 2.0
    assert "cancelled" in result.warnings[0]
