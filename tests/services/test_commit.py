"""What may be sold: by hand for one MW, by brute force for a small case, and every limit on its own."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from bvnexus_xl.inputs.services import Programme
from bvnexus_xl.services.case import ServicesCase
from bvnexus_xl.services.commit import best_commitment, net_usd_per_mw
from bvnexus_xl.services.windows import open_hours, rivals
from tests.services.cases import case, programme, source


def test_one_mw_goes_to_the_better_of_two_programmes_that_exclude_each_other():
    rows = [programme("A", 100.0, exclusive_group="x"), programme("B", 70.0, exclusive_group="x")]
    found = best_commitment(case(rows, [source("engine", 1.0)]))
    assert found.mw.tolist() == [[1.0], [0.0]]
    assert found.net_usd == pytest.approx(100_000.0)


def test_one_mw_earns_twice_where_two_programmes_may_share_it():
    rows = [programme("A", 100.0), programme("B", 70.0, exclusive_group="x")]
    assert best_commitment(case(rows, [source("engine", 1.0)])).net_usd == pytest.approx(170_000.0)


def test_rivals_in_other_seasons_or_hours_do_not_compete():
    winter = programme("A", 60.0, exclusive_group="x", first_month=11, last_month=3)
    summer = programme("B", 50.0, exclusive_group="x", first_month=6, last_month=9)
    assert best_commitment(case([winter, summer], [source("engine", 1.0)])).net_usd == pytest.approx(110_000.0)
    night = programme("A", 60.0, exclusive_group="x", first_hour=0, last_hour=8)
    day = programme("B", 50.0, exclusive_group="x", first_hour=8, last_hour=20)
    assert best_commitment(case([night, day], [source("engine", 1.0)])).net_usd == pytest.approx(110_000.0)


def test_calls_are_paid_and_cost_at_their_expected_hours():
    row = programme(
        "A", 10.0, expected_call_h_per_year=50.0, p95_call_h_per_year=80.0, call_usd_per_mwh=300.0,
        accredited_fraction=0.5,
    )  # fmt: skip
    found = best_commitment(case([row], [source("engine", 2.0, call_usd_per_mwh=90.0)]))
    assert found.net_usd == pytest.approx(2.0 * (10.0 * 0.5 * 1000.0 + 50.0 * (300.0 - 90.0)))


def test_nothing_is_sold_where_calls_cost_more_than_they_pay():
    row = programme("A", 1.0, expected_call_h_per_year=50.0, p95_call_h_per_year=50.0)
    found = best_commitment(case([row], [source("computing", 5.0, call_usd_per_mwh=1000.0)]))
    assert found.mw.sum() == 0.0
    assert found.net_usd == 0.0


@pytest.mark.parametrize(
    ("sold", "given"),
    [
        (6.0, {"meter_mw": 6.0}),
        (4.0, {"pool_mw": np.full(8760, 4.0)}),
        (5.0, {"room_left": {"nox": 1.0}}),
        (2.5, {"gas_left_mcf": 100.0, "gas_mcf_per_mwh": np.array([10.0])}),
    ],
)
def test_each_shared_limit_stops_the_sale_at_its_size(sold: float, given: dict[str, object]):
    """Ten MW are there; events of 4 h, P95 calls of 100 h/yr, 4 lb/MWh of NOx."""
    row = programme("A", expected_call_h_per_year=10.0, p95_call_h_per_year=100.0)
    engine = source("engine", 10.0, capped_per_mwh={"nox": 0.002})
    found = best_commitment(case([row], [engine], **given))  # type: ignore[arg-type]
    assert found.mw.sum() == pytest.approx(sold)


def test_a_battery_sells_what_its_energy_lasts_and_once_only():
    battery = source("battery", 10.0, kind="battery", energy_mwh=np.full(8760, 20.0))
    rows = [programme("A", 100.0, exclusive_group="x"), programme("B", 100.0, exclusive_group="x", event_h=1.0)]
    found = best_commitment(case(rows, [battery]))
    hours = np.array([row.event_h for row in rows])
    assert found.mw.sum() <= 10.0 + 1e-9
    assert float(hours @ found.mw[:, 0]) <= 20.0 + 1e-9
    assert found.net_usd == pytest.approx(1_000_000.0)


def test_the_service_level_of_a_class_counts_p95_hours_of_everything_sold():
    computing = source("computing", 10.0, kind="workload", most_call_h=150.0)
    rows = [programme(name, expected_call_h_per_year=10.0, p95_call_h_per_year=100.0) for name in "AB"]
    found = best_commitment(case(rows, [computing]))
    assert found.mw.sum() == pytest.approx(15.0)


def test_less_than_the_least_offer_is_no_offer():
    row = programme("A", minimum_mw=2.0)
    assert best_commitment(case([row], [source("engine", 1.9)])).net_usd == 0.0
    assert best_commitment(case([row], [source("engine", 2.0)])).net_usd == pytest.approx(200_000.0)


def test_rules_on_own_generation_notice_and_emergency_engines():
    slow = source("engine", 5.0, notice_min=45.0, quick_mw=np.full(8760, 1.0))
    assert best_commitment(case([programme("A")], [slow])).mw.sum() == pytest.approx(1.0)
    diesel = source("diesel", 5.0, emergency=True)
    assert best_commitment(case([programme("A")], [diesel])).mw.sum() == 0.0
    assert best_commitment(case([programme("A", emergency_engines_allowed=True)], [diesel])).mw.sum() == 5.0
    load_only = programme("A", self_generation_allowed=False)
    computing = source("computing", 3.0, kind="workload")
    assert best_commitment(case([load_only], [source("engine", 5.0), computing])).mw.tolist() == [[0.0, 3.0]]


def brute_force(small: ServicesCase, step: float) -> float:
    """Best worth over all commitments in whole steps: tried one by one."""
    worth = net_usd_per_mw(small)
    shape = worth.shape
    ranges = [np.arange(0.0, able + 1e-9, step) for able in small.able_mw.ravel()]
    best = 0.0
    for chosen in itertools.product(*ranges):
        mw = np.array(chosen).reshape(shape)
        total = mw.sum(axis=1)
        offered = all(t == 0.0 or t >= row.minimum_mw for t, row in zip(total, small.programmes, strict=True))
        if offered and all(_fits(small, mw, list(item.members), item.hours) for item in small.sets):
            best = max(best, float((worth * mw).sum()))
    return best


def _fits(small: ServicesCase, mw: np.ndarray, members: list[int], hours: np.ndarray) -> bool:
    event = np.array([row.event_h for row in small.programmes])[members]
    for p, one in enumerate(small.sources):
        if mw[members, p].sum() > one.free_mw[hours].min() + 1e-9:
            return False
        if event @ mw[members, p] > one.energy_mwh[hours].min() + 1e-9:
            return False
    return bool(mw[members].sum() <= small.meter_mw[hours].min() + 1e-9)


def test_a_small_case_equals_brute_force():
    rows = [
        programme("A", 100.0, exclusive_group="x", event_h=1.0),
        programme("B", 130.0, exclusive_group="x", minimum_mw=3.0, event_h=2.0),
        programme("C", 55.0, event_h=1.0, first_month=6, last_month=9, expected_call_h_per_year=20.0,
                  p95_call_h_per_year=30.0),
    ]  # fmt: skip
    sources = [
        source("engine", 2.0, call_usd_per_mwh=120.0),
        source("battery", 2.0, kind="battery", energy_mwh=np.full(8760, 3.0), call_usd_per_mwh=20.0),
    ]
    small = case(rows, sources, meter_mw=3.0)
    assert best_commitment(small).net_usd == pytest.approx(brute_force(small, 0.5))


def test_more_programmes_never_earn_less():
    rows: list[Programme] = []
    last = 0.0
    for number in range(5):
        rows.append(programme(f"P{number}", 40.0 + 10.0 * number, exclusive_group="xyxyx"[number]))
        worth = best_commitment(case(rows, [source("engine", 3.0), source("battery", 2.0, kind="battery")])).net_usd
        assert worth >= last - 1e-6
        last = worth


def test_a_season_over_the_turn_of_the_year_and_the_sets_that_compete():
    winter = open_hours(programme("A", first_month=12, last_month=1, first_hour=6, last_hour=10))
    assert winter.sum() == (31 + 31) * 4
    assert winter[6]
    assert not winter[5]
    assert not winter[24 * 31 + 6]  # 1 February
    rows = [programme("A", exclusive_group="x"), programme("B", exclusive_group="x", first_month=6, last_month=8)]
    sets = rivals(rows)
    assert sorted(item.members for item in sets) == [(0,), (0, 1)]
    assert sum(int(item.hours.sum()) for item in sets) == 8760
