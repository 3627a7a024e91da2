"""Unit commitment against sums on paper: 40 $ an online hour, 36 $/MWh, 100 $ a start, 4-10 MW a unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.model.window import case_of, dispatched, engine, project_of

PLAIN = project_of(engine())


def test_fuel_is_the_line_through_full_and_half_load() -> None:
    full = dispatched(case_of(PLAIN, [10.0]), whole=True, capacity__engine=1)
    half = dispatched(case_of(PLAIN, [5.0]), whole=True, capacity__engine=1)
    assert full.usd == pytest.approx(10.0 * 8.0 * 5.0)
    assert half.usd == pytest.approx(5.0 * 8.8 * 5.0)


def test_a_restart_dearer_than_the_valley_keeps_the_unit_on() -> None:
    solved = dispatched(case_of(PLAIN, [16.0, 16.0, 9.0, 16.0]), whole=True, capacity__engine=2)
    assert solved("online").tolist() == pytest.approx([2.0, 2.0, 2.0, 2.0])
    assert solved.usd == pytest.approx(36.0 * 57.0 + 40.0 * 8.0)


def test_a_valley_longer_than_a_restart_is_worth_stops_the_unit() -> None:
    solved = dispatched(case_of(PLAIN, [16.0, 16.0, 9.0, 9.0, 9.0, 16.0]), whole=True, capacity__engine=2)
    assert solved("online").tolist() == pytest.approx([2.0, 2.0, 1.0, 1.0, 1.0, 2.0])
    assert solved("start").sum() == pytest.approx(1.0)
    assert solved.usd == pytest.approx(36.0 * 75.0 + 40.0 * 9.0 + 100.0)


def test_no_unit_runs_below_its_minimum_load() -> None:
    case = case_of(PLAIN, [8.0, 3.0])
    solved = dispatched(case, whole=True, capacity__engine=1)
    assert solved("online").tolist() == pytest.approx([1.0, 0.0])
    assert solved("unserved").tolist() == pytest.approx([0.0, 3.0])
    # With counts relaxed three quarters of a unit run: the bound may be lower, never higher.
    relaxed = dispatched(case, capacity__engine=1)
    assert relaxed("unserved").sum() == pytest.approx(0.0, abs=1e-9)
    assert relaxed.usd < solved.usd


def test_the_efficient_unit_runs_first_and_the_cheap_start_takes_the_peak() -> None:
    """4 MW for an hour: a second base unit costs 100 + 40 + 144 $, a peaker of 10 MMBtu/MWh without start cost 200."""
    peaker = engine(
        "Peaker",
        heat_rate_btu_per_kwh=10000.0,
        heat_rate_multiplier_at_50pct=1.0,
        start_cost_usd_per_mw=0.0,
        min_load_fraction=0.1,
    )
    case = case_of(project_of(engine("Base"), peaker), [10.0, 10.0, 14.0, 10.0])
    solved = dispatched(case, whole=True, capacity__base=2, capacity__peaker=1)
    assert solved("online", 0).tolist() == pytest.approx([1.0, 1.0, 1.0, 1.0])
    assert solved.power(1).tolist() == pytest.approx([0.0, 0.0, 4.0, 0.0], abs=1e-9)
    assert solved.usd == pytest.approx(4 * 40.0 + 40.0 * 36.0 + 200.0)


def test_units_in_planned_outage_do_not_run() -> None:
    case = case_of(PLAIN, [15.0, 15.0], in_service=[1.0, 0.5])
    solved = dispatched(case, whole=True, capacity__engine=2)
    assert solved("online").tolist() == pytest.approx([2.0, 1.0])
    assert solved("unserved").tolist() == pytest.approx([0.0, 5.0])


def test_a_hot_hour_derates_output_and_raises_fuel() -> None:
    case = case_of(PLAIN, [10.0])
    hot = replace(case, capacity_factor=np.array([[0.9]]), heat_rate_factor=np.array([[1.05]]))
    solved = dispatched(hot, whole=True, capacity__engine=1)
    assert solved("unserved").tolist() == pytest.approx([1.0])
    assert solved.usd == pytest.approx(1.05 * (40.0 + 9.0 * 36.0) + 50_000.0)


def test_forced_outages_do_not_derate_the_dispatch() -> None:
    often = project_of(engine(forced_outage_rate=0.4))
    assert dispatched(case_of(often, [10.0]), capacity__engine=1)("unserved").sum() == pytest.approx(0.0, abs=1e-9)


def test_variable_cost_and_emission_fees_are_paid_per_mwh() -> None:
    project = project_of(
        engine(vom_usd_per_mwh=7.0, nox_lb_per_mwh=2.0, co_lb_per_mwh=1.0, voc_lb_per_mwh=1.0),
        finance={"emission_fee_usd_per_ton": 100.0},
    )
    solved = dispatched(case_of(project, [10.0]), whole=True, capacity__engine=1)
    assert solved.usd == pytest.approx(400.0 + 10.0 * (7.0 + 4.0 / 2000.0 * 100.0))
