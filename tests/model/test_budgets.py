"""Yearly limits: emissions with starts, running hours per unit, energy not served."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.yearly_caps import emission_caps_tons
from tests.model.window import case_of, dispatched, engine, project_of

NOX = {"nox_limit_enabled": True, "emission_basis": "actual"}


def test_a_nox_cap_moves_energy_to_the_cleaner_unit() -> None:
    """24 h x 10 MW at 2 lb/MWh would be 0.24 t; at a cap of 0.15 t the cleaner, dearer unit takes 90 of 240 MWh."""
    clean = engine("Clean", heat_rate_btu_per_kwh=9000.0, heat_rate_multiplier_at_50pct=1.0)
    dirty = engine("Dirty", nox_lb_per_mwh=2.0, heat_rate_multiplier_at_50pct=1.0)
    case = case_of(project_of(clean, dirty, **NOX), [10.0] * 24)
    solved = dispatched(case, capacity__clean=1, capacity__dirty=1, cap__nox=0.15)
    assert solved.power(0).sum() == pytest.approx(90.0)
    assert solved.power(1).sum() == pytest.approx(150.0)
    assert solved("unserved").sum() == pytest.approx(0.0, abs=1e-9)


def test_starts_emit_too() -> None:
    project = project_of(engine(nox_lb_per_mwh=2.0, start_nox_lb=50.0), **NOX)
    case = case_of(project, [16.0, 16.0, 9.0, 9.0, 9.0, 16.0])
    solved = dispatched(case, whole=True, capacity__engine=2, cap__nox=10.0)
    row = solved.dispatch.matrix[solved.dispatch.budget_rows]
    assert (row @ solved.values)[0] == pytest.approx((75.0 * 2.0 + 50.0) / 2000.0)


def test_running_hours_are_those_of_each_unit_installed() -> None:
    project = project_of(engine(max_run_hours_per_year=4.0))
    case = case_of(project, [10.0] * 8)
    one, two = (dispatched(case, capacity__engine=units)("unserved").sum() for units in (1, 2))
    assert one == pytest.approx(40.0)
    assert two == pytest.approx(0.0, abs=1e-9)


def test_energy_not_served_has_a_hard_limit_of_its_own() -> None:
    project = project_of(engine(), unserved_limit_enabled=True)
    case = case_of(project, [10.0, 12.0])
    assert dispatched(case, capacity__engine=1, cap__unserved=2.0)("unserved").sum() == pytest.approx(2.0)
    with pytest.raises(AssertionError, match="infeasible"):
        dispatched(case, capacity__engine=1, cap__unserved=1.9)


def test_a_year_is_held_to_its_own_cap_whatever_other_years_leave() -> None:
    """The cap is a parameter of one year's dispatch: nothing is carried over or averaged."""
    project = project_of(engine(nox_lb_per_mwh=2.0), **NOX)
    used = []
    for load in (5.0, 10.0):
        solved = dispatched(case_of(project, [load] * 24), capacity__engine=1, cap__nox=0.18)
        used.append(float((solved.dispatch.matrix[solved.dispatch.budget_rows] @ solved.values)[0]))
    assert np.mean(used) < 0.18
    assert used == pytest.approx([0.12, 0.18])


def test_each_pollutant_is_counted_by_its_own_rate() -> None:
    """240 MWh and 1,920 MMBtu of gas at 116.98 lb of CO2 each."""
    rates = {"nox_lb_per_mwh": 2.0, "co_lb_per_mwh": 1.0, "voc_lb_per_mwh": 0.5}
    enabled = {f"{name}_limit_enabled": True for name in ("nox", "co", "voc", "co2")}
    case = case_of(project_of(engine(**rates), emission_basis="actual", **enabled), [10.0] * 24)
    caps = {"cap__nox": 9.0, "cap__co": 9.0, "cap__voc": 9.0, "cap__co2": 999.0}
    solved = dispatched(case, whole=True, capacity__engine=1, **caps)
    used = dict(
        zip(
            solved.dispatch.budget_names,
            solved.dispatch.matrix[solved.dispatch.budget_rows] @ solved.values,
            strict=True,
        )
    )
    assert used == pytest.approx({"nox": 0.24, "co": 0.12, "voc": 0.06, "co2": 1920.0 * 116.98 / 2000.0})
    tight = dispatched(case, capacity__engine=1, **{**caps, "cap__voc": 0.03})
    assert tight("unserved").sum() == pytest.approx(120.0)


def test_a_synthetic_cap_is_used_to_its_margin_and_potential_to_emit_not_in_the_dispatch() -> None:
    limits = {"nox_limit_enabled": True, "nox_limit_tpy": 100.0}
    assert emission_caps_tons(project_of(engine(), emission_basis="actual", **limits)) == {"nox": 100.0}
    assert emission_caps_tons(project_of(engine(), emission_basis="synthetic_cap", **limits)) == {"nox": 99.0}
    assert "nox" not in case_of(project_of(engine(), emission_basis="PTE_8760", **limits), [10.0]).budgets
