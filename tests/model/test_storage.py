"""Batteries by hand: 90 % each way, so 4.05 MWh come back of 5; and energy carried between representative periods."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis, representative_axis
from tests.axes import window_axis
from tests.model.window import battery, case_of, dispatched, engine, project_of, sun

GRID = project_of(battery())
SIZES = {"capacity__battery__mw": 5.0, "capacity__battery__mwh": 10.0, "import__0": 50.0}


def test_energy_bought_cheap_comes_back_less_losses() -> None:
    case = case_of(GRID, [5.0, 5.0], price=[10.0, 100.0], granted=[1, 1])
    solved = dispatched(case, **SIZES)
    assert solved("charge").tolist() == pytest.approx([5.0, 0.0], abs=1e-9)
    assert solved("discharge").tolist() == pytest.approx([0.0, 4.05], abs=1e-9)
    assert solved.usd == pytest.approx(10.0 * 10.0 + 0.95 * 100.0)


def test_energy_is_neither_made_nor_left_over_and_no_first_charge_is_free() -> None:
    rng = np.random.default_rng(3)
    case = case_of(GRID, [5.0] * 48, price=rng.uniform(10.0, 120.0, 48).tolist(), granted=[1] * 48)
    solved = dispatched(case, **SIZES)
    assert solved("discharge").sum() > 10.0
    assert solved("charge").sum() * 0.81 == pytest.approx(solved("discharge").sum())


def test_nothing_moves_where_nothing_is_gained() -> None:
    flat = dispatched(case_of(GRID, [5.0, 9.0, 2.0], price=50.0, granted=[1, 1, 1]), **SIZES)
    close = dispatched(case_of(GRID, [5.0, 5.0], price=[50.0, 60.0], granted=[1, 1]), **SIZES)
    for solved in (flat, close):
        assert solved("charge").max() == pytest.approx(0.0, abs=1e-9)
        assert solved("discharge").max() == pytest.approx(0.0, abs=1e-9)


def test_the_battery_is_charged_by_engines_at_36_before_grid_power_at_80() -> None:
    project = project_of(engine(), battery())
    case = case_of(project, [5.0, 12.0], price=80.0, granted=[1, 1])
    solved = dispatched(case, whole=True, capacity__engine=1, **SIZES)
    assert solved("imported").max() == pytest.approx(0.0, abs=1e-9)
    assert solved.usd == pytest.approx(2 * 40.0 + (5.0 + 2.0 / 0.81 + 10.0) * 36.0)


def test_charge_and_discharge_never_fill_the_same_hour() -> None:
    case = case_of(GRID, [5.0] * 24, price=np.tile([10.0, 100.0], 12).tolist(), granted=[1] * 24)
    solved = dispatched(case, **SIZES)
    assert np.minimum(solved("charge"), solved("discharge")).max() == pytest.approx(0.0, abs=1e-9)
    assert (solved("charge") + solved("discharge")).max() <= 5.0 + 1e-9


def test_only_the_permitted_range_of_charge_is_used() -> None:
    project = project_of(battery(soc_min_fraction=0.1, soc_max_fraction=0.9))
    case = case_of(project, [20.0, 20.0], price=[10.0, 100.0], granted=[1, 1])
    solved = dispatched(case, import__0=99.0, capacity__battery__mw=50.0, capacity__battery__mwh=10.0)
    assert solved("discharge").sum() == pytest.approx(0.8 * 10.0 * 0.9)


def test_throughput_pays_wear_where_wear_is_paid_by_cycle() -> None:
    project = project_of(battery(cycle_cost_usd_per_kwh=0.03), finance={"storage_wear": "cycle_cost"})
    solved = dispatched(case_of(project, [5.0, 5.0], price=[10.0, 100.0], granted=[1, 1]), **SIZES)
    assert solved.usd == pytest.approx(10.0 * 10.0 + 0.95 * 100.0 + 4.05 * 30.0)
    augmented = project_of(battery(cycle_cost_usd_per_kwh=0.03))
    solved = dispatched(case_of(augmented, [5.0, 5.0], price=[10.0, 100.0], granted=[1, 1]), **SIZES)
    assert solved.usd == pytest.approx(10.0 * 10.0 + 0.95 * 100.0)


# --- Kotzur linking: a store that is filled in the cheap half of a year of twelve short weeks, emptied in the dear half

WEEK, WEEKS = 24, 12
SEASON = {"capacity__battery__mw": 4.0, "capacity__battery__mwh": 400.0, "import__0": 50.0}


def cost_on(axis: TimeAxis, prices: np.ndarray, mwh: float = 400.0) -> float:
    """Cost of 10 MW with a seasonal store at the prices of the axis's hours."""
    case = case_of(GRID, [10.0] * axis.steps, axis=axis, price=prices[axis.hours].tolist(), granted=[1] * axis.steps)
    return dispatched(case, **{**SEASON, "capacity__battery__mwh": mwh}).usd


def two_seasons(daily: bool) -> np.ndarray:
    """Prices of 12 short weeks: six at 20 $/MWh, six at 80; with a daily wave if asked."""
    season = np.repeat([20.0, 80.0], WEEK * WEEKS // 2)
    return season + (15.0 * np.sin(np.arange(len(season)) * 2 * np.pi / WEEK) if daily else 0.0)


def shown(weeks: list[int], sequence: list[int]) -> TimeAxis:
    """The year as a sequence of the given real weeks."""
    counts = np.bincount(sequence).astype(float)
    return representative_axis([week * WEEK for week in weeks], WEEK, counts, np.array(sequence))


def test_showing_every_week_is_exactly_the_year_in_one_piece() -> None:
    prices = two_seasons(daily=True)
    whole = cost_on(window_axis(0, WEEK * WEEKS), prices)
    assert cost_on(shown(list(range(WEEKS)), list(range(WEEKS))), prices) == pytest.approx(whole, rel=1e-9)


def test_two_linked_weeks_stand_for_a_seasonal_year() -> None:
    """Exact where each week of a season is the same and the store only fills or only empties in it."""
    prices = two_seasons(daily=False)
    whole = cost_on(window_axis(0, WEEK * WEEKS), prices)
    linked = cost_on(shown([0, 11], [0] * 6 + [1] * 6), prices)
    without = cost_on(window_axis(0, WEEK * WEEKS), prices, mwh=0.0)
    assert linked == pytest.approx(whole, rel=1e-9)
    # The season is worth a tenth of the bill; weeks that stand alone would not see any of it.
    assert whole < 0.9 * without


def test_with_a_daily_wave_two_linked_weeks_come_within_a_percent() -> None:
    prices = two_seasons(daily=True)
    whole = cost_on(window_axis(0, WEEK * WEEKS), prices)
    linked = cost_on(shown([0, 11], [0] * 6 + [1] * 6), prices)
    assert linked == pytest.approx(whole, rel=0.01)


def test_the_store_cannot_hold_more_than_its_range_over_a_season() -> None:
    """144 h at 4 MW would store 518 MWh: 100 MWh of range are 100 MWh, however many weeks a period stands for."""
    prices = two_seasons(daily=False)
    for axis in (window_axis(0, WEEK * WEEKS), shown([0, 11], [0] * 6 + [1] * 6)):
        saved = cost_on(axis, prices, mwh=0.0) - cost_on(axis, prices, mwh=100.0)
        assert saved == pytest.approx(100.0 * 0.9 * 80.0 - 100.0 / 0.9 * 20.0)


def test_weeks_far_apart_are_not_linked_as_neighbours() -> None:
    """Cheap and dear weeks in turn: energy goes from each to the next, and the order of the year decides how much."""
    prices = np.tile(np.repeat([20.0, 80.0], WEEK), WEEKS // 2)
    whole = cost_on(window_axis(0, WEEK * WEEKS), prices, mwh=60.0)
    in_turn = cost_on(shown([0, 1], [0, 1] * 6), prices, mwh=60.0)
    in_blocks = cost_on(shown([0, 1], [0] * 6 + [1] * 6), prices, mwh=60.0)
    assert in_turn == pytest.approx(whole, rel=1e-9)
    assert in_blocks > in_turn * 1.01


def test_representative_weeks_price_a_seasonal_store_like_the_full_year() -> None:
    """Real sun and load over 8,760 h, a store of four days: nine weeks miss the cost by 3 %, its saving by 8 %."""
    project = project_of(battery(), sun())
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    costs = {}
    for name, axis in (("year", full_year_axis()), ("weeks", representative_weeks(fleet, profiles, 6))):
        case = case_of(
            project,
            profiles.load_mw[0, axis.hours].tolist(),
            axis=axis,
            sunny=profiles.profile_mw_per_mw[0, axis.hours].tolist(),
            price=100.0,
            granted=[1] * axis.steps,
        )
        sizes = {"capacity__solar_pv": 60.0, "capacity__battery__mw": 20.0, "import__0": 20.0}
        costs[name] = [dispatched(case, **sizes, capacity__battery__mwh=mwh).usd for mwh in (0.0, 1000.0)]
    assert costs["weeks"][0] == pytest.approx(costs["year"][0], rel=0.03)
    saved = [found[0] - found[1] for found in (costs["year"], costs["weeks"])]
    assert saved[0] > 0.3 * costs["year"][0]
    assert saved[1] == pytest.approx(saved[0], rel=0.08)
