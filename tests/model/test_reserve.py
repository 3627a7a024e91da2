"""Spinning N-1 by hand: 10 MW may be lost in every hour."""

from __future__ import annotations

import pytest

from tests.model.window import battery, case_of, dispatched, engine, project_of

RULE = {"spinning_reserve_enabled": True, "ride_through_min": 20.0}


def online(**sizes: float) -> float:
    """Engines on at 8 MW of load with three in place and a loss of 10 MW to cover."""
    case = case_of(project_of(engine(min_load_fraction=0.1), battery(), **RULE), [8.0, 8.0])
    solved = dispatched(case, whole=True, capacity__engine=3, contingency_mw=10.0, **sizes)
    assert solved("short").sum() == pytest.approx(0.0, abs=1e-9)
    return float(solved("online")[0])


def test_without_a_battery_a_second_engine_runs() -> None:
    assert online() == pytest.approx(2.0)


def test_a_battery_with_power_and_energy_lets_one_engine_run() -> None:
    """One engine has 2 MW of headroom; 8 MW for 20 minutes are 2.67 MWh, 2.97 MWh in store at 90 %."""
    assert online(capacity__battery__mw=8.0, capacity__battery__mwh=2.97) == pytest.approx(1.0)


def test_a_battery_without_energy_carries_no_reserve() -> None:
    assert online(capacity__battery__mw=50.0, capacity__battery__mwh=0.0) == pytest.approx(2.0)


def test_a_battery_carries_its_energys_share_only() -> None:
    assert online(capacity__battery__mw=50.0, capacity__battery__mwh=2.9) == pytest.approx(2.0)


def test_a_battery_without_power_carries_no_reserve() -> None:
    assert online(capacity__battery__mw=7.9, capacity__battery__mwh=100.0) == pytest.approx(2.0)


def test_energy_promised_as_reserve_is_not_spent_at_the_peak() -> None:
    """Hour two lacks 2 MW: the battery may give them if it still holds 10 MW of reserve; there is no headroom."""
    project = project_of(engine(min_load_fraction=0.1), battery(), **RULE)
    case = case_of(project, [5.0, 12.0])
    enough = dispatched(
        case,
        whole=True,
        capacity__engine=1,
        contingency_mw=10.0,
        capacity__battery__mw=12.0,
        capacity__battery__mwh=10.0 / 3.0 / 0.9 + 2.0 / 0.9,
    )
    assert enough("unserved").sum() + enough("short").sum() == pytest.approx(0.0, abs=1e-9)
    lean = dispatched(
        case,
        whole=True,
        capacity__engine=1,
        contingency_mw=10.0,
        capacity__battery__mw=12.0,
        capacity__battery__mwh=10.0 / 3.0 / 0.9 + 1.0 / 0.9,
    )
    assert lean("unserved").sum() + lean("short").sum() > 0.5


def test_losing_the_import_counts_where_the_rule_says_so() -> None:
    """6 MW of load, free grid power, 20 MW of it: an engine at its 1 MW has 9 MW of headroom for the other 5 MW."""
    for counts, engines in ((True, 1.0), (False, 0.0)):
        project = project_of(engine(min_load_fraction=0.1), import_is_contingency=counts, **RULE)
        solved = dispatched(case_of(project, [6.0], granted=[1]), whole=True, capacity__engine=1, import__0=20.0)
        assert solved("online")[0] == pytest.approx(engines)
        assert solved("imported")[0] == pytest.approx(6.0 - engines)
