"""Flexible computing by hand: a 10 MW engine, a load of 9.6 MW with peaks of 12 MW, 2.4 MW of it flexible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bvnexus_xl.flexibility import flexible_loads, with_flexibility
from bvnexus_xl.inputs.load import WorkloadClass
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.flexibility import windows
from bvnexus_xl.profiles.time_axis import representative_axis
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.parametric import parametric_dispatch
from tests.axes import window_axis
from tests.model.window import Hours, case_of, dispatched, engine, project_of

PEAK_MW, BASE = 12.0, 0.8
LOST_USD = 50_000.0


def flexible(project: Project, **fields: Any) -> Project:
    """One class, a fifth of whose load is flexible, shed at 1,000 $/MWh, unless ``fields`` say otherwise."""
    plain = {
        "name": "all",
        "share": 1.0,
        "load_factor": 1.0,
        "daily_swing_fraction": 0.0,
        "flexible_fraction": 0.2,
        "flexibility": "shed",
        "longest_event_h": 24.0,
        "flexible_hours_per_year": 8760.0,
        "rebound_fraction": 1.0,
    }
    mix = (WorkloadClass(**{**plain, **fields}),)
    load = project.load.model_copy(update={"workload_flexibility_enabled": True, "workload_mix": mix})
    return project.model_copy(update={"load": load})


def day_with(*peaks: int) -> list[float]:
    return [1.0 if hour in peaks else BASE for hour in range(24)]


def solved(project: Project, shape: Sequence[float]) -> Hours:
    return dispatched(case_of(project, shape), whole=True, load_mw=PEAK_MW, capacity__engine=1.0)


def engine_usd(mwh: float) -> float:
    return 24 * 40.0 + 36.0 * mwh


def test_a_shortage_of_one_hour_is_shed_and_computing_lost_is_paid() -> None:
    hours = solved(flexible(project_of(engine())), day_with(10))
    assert hours("flex_down") == pytest.approx([2.0 if hour == 10 else 0.0 for hour in range(24)], abs=1e-9)
    assert hours("unserved").max() == pytest.approx(0.0, abs=1e-9)
    assert hours.usd == pytest.approx(engine_usd(23 * 9.6 + 10.0) + 2.0 * 1000.0, rel=1e-9)


def test_shifted_work_comes_back_later_and_costs_its_energy_only() -> None:
    hours = solved(flexible(project_of(engine()), flexibility="shift"), day_with(10))
    up, down = hours("flex_up"), hours("flex_down")
    assert down[10] - up[10] == pytest.approx(2.0)
    assert up.sum() == pytest.approx(down.sum())
    assert (np.cumsum(down - up) >= -1e-9).all()
    assert hours.usd == pytest.approx(engine_usd(24 * 9.6 + 2.4), rel=1e-9)


def test_work_that_cannot_come_back_within_its_window_stays_undone() -> None:
    """Windows of 6 h: hour 10 has only hour 11 to give back in, with 0.4 MW of the engine free; 1.6 MWh are lost."""
    project = flexible(project_of(engine()), flexibility="shift", rebound_window_h=6, longest_event_h=4.0)
    hours = solved(project, day_with(10))
    net = hours("flex_down") - hours("flex_up")
    assert net.reshape(4, 6).sum(axis=1) == pytest.approx(0.0, abs=1e-9)
    assert hours("unserved").sum() == pytest.approx(1.6)


def test_checkpoint_loss_raises_the_energy_and_counts_as_computing_lost() -> None:
    """5 % is done twice: 1.05 MWh come back for each, and 0.05 MWh of computing is lost."""
    project = flexible(project_of(engine()), flexibility="shift", checkpoint_loss_fraction=0.05)
    hours = solved(project, day_with(10))
    assert hours("flex_up").sum() == pytest.approx(2.1)
    assert flexible_loads(project)[0].lost_per_mwh == pytest.approx(0.05)
    assert hours.usd == pytest.approx(engine_usd(23 * 9.6 + 10.0 + 2.1) + 0.05 * 2.0 * 1000.0, rel=1e-9)


def test_half_the_work_coming_back_is_half_shed() -> None:
    project = flexible(project_of(engine()), flexibility="shift", rebound_fraction=0.5)
    hours = solved(project, day_with(10))
    assert hours("flex_up").sum() == pytest.approx(1.0)
    assert hours.usd == pytest.approx(engine_usd(23 * 9.6 + 10.0 + 1.0) + 0.5 * 2.0 * 1000.0, rel=1e-9)


@pytest.mark.parametrize("limit", [{"longest_event_h": 1.0}, {"flexible_hours_per_year": 1.0}])
def test_hours_of_full_depth_are_kept(limit: dict[str, float]) -> None:
    """Three peaks lack 6 MWh; one hour of full depth at the peak gives 2.4 of them."""
    hours = solved(flexible(project_of(engine()), **limit), day_with(9, 10, 11))
    assert hours("flex_down").sum() == pytest.approx(2.4)
    assert hours("unserved").sum() == pytest.approx(3.6)
    assert hours.usd == pytest.approx(engine_usd(21 * 9.6 + 30.0) + 2.4 * 1000.0 + 3.6 * LOST_USD, rel=1e-9)


def test_what_comes_back_never_lifts_the_load_above_its_peak() -> None:
    """Two engines, costly only in hour 0: free shifting out of a flat 90 % load finds 1.2 MW of room an hour."""
    project = flexible(project_of(engine()), flexibility="shift", compute_usd_per_mwh=0.0)
    shape = [1.0, *([0.9] * 23)]
    hours = dispatched(case_of(project, shape, in_service=[0.0, *([1.0] * 23)]), load_mw=PEAK_MW, capacity__engine=2.0)
    net = PEAK_MW * np.array(shape) - hours("flex_down") + hours("flex_up")
    assert hours("flex_down")[0] == pytest.approx(2.4)
    assert net[1:].max() <= PEAK_MW + 1e-9


def test_without_flexibility_nothing_is_added() -> None:
    plain = project_of(engine())
    off = with_flexibility(flexible(plain), 0.0)
    before, after = (solved(project, day_with(10)) for project in (plain, off))
    assert "flex_down" not in after.dispatch.columns
    assert after.dispatch.budget_names == before.dispatch.budget_names
    assert after.usd == before.usd


def test_windows_count_from_the_start_of_each_period() -> None:
    axis = representative_axis([0, 168], 168, np.array([30.0, 22.0]), np.arange(52) % 2)
    first, last = windows(axis, 100)
    assert np.flatnonzero(first).tolist() == [0, 100, 168, 268]
    assert np.flatnonzero(last).tolist() == [99, 167, 267, 335]


def test_a_year_of_periods_costs_the_same_in_pieces_as_in_one() -> None:
    project = flexible(project_of(engine()), flexibility="shift", checkpoint_loss_fraction=0.05)
    axis = representative_axis([0, 168], 168, np.array([30.0, 22.0]), np.arange(52) % 2)
    case = case_of(project, (day_with(10) * 14)[:336], axis=axis)
    dispatch = parametric_dispatch(case)
    theta = np.zeros((1, len(case.parameters)))
    theta[0, case.parameters.index("load_mw")] = PEAK_MW
    theta[0, case.parameters.index("capacity:engine")] = 1.0
    table = price_table(project)
    pieces, whole = (DispatchEvaluator(dispatch, table, lambda: False, whole=one) for one in (False, True))
    assert len(pieces.blocks) == 2
    found = [run(theta, [0], rounds=10, accuracy=1e-9)[0] for run in (pieces, whole)]
    assert found[0].value == pytest.approx(found[1].value, rel=1e-9)
    cut = dispatch.safe_cuts(found[0].multipliers[0], table, np.ones(1))[0] @ theta[0]
    assert cut == pytest.approx(found[0].value, rel=1e-6)


def test_windows_of_one_period() -> None:
    first, last = windows(window_axis(0, 48), 24)
    assert np.flatnonzero(first).tolist() == [0, 24]
    assert np.flatnonzero(last).tolist() == [23, 47]
