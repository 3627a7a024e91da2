"""Balance, weights and prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.model.costs import price_table
from tests.axes import window_axis
from tests.model.window import battery, case_of, dispatched, engine, project_of, sun
from tests.projects import small_project


def test_every_hour_balances_and_lost_load_never_exceeds_the_load() -> None:
    project = project_of(engine(), battery(), sun())
    load = np.array([12.0, 18.0, 30.0, 9.0])
    case = case_of(project, load.tolist(), sunny=[0.0, 0.5, 1.0, 0.2], granted=[0, 1, 1, 0], price=60.0)
    sizes = {"capacity__battery__mw": 3.0, "capacity__battery__mwh": 6.0, "capacity__solar_pv": 4.0}
    solved = dispatched(case, whole=True, capacity__engine=1, import__0=5.0, **sizes)
    supply = solved.power() + solved("output") + solved("imported") + solved("discharge") - solved("charge")
    assert supply + solved("unserved") == pytest.approx(load)
    assert (solved("unserved") <= load + 1e-9).all()
    assert solved("unserved").sum() > 1.0


def test_a_step_costs_as_often_as_it_stands_for() -> None:
    case = case_of(project_of(engine()), [10.0, 10.0])
    often = replace(case, axis=window_axis(0, 2, weight=52.0))
    assert dispatched(often, capacity__engine=1).usd == pytest.approx(52.0 * dispatched(case, capacity__engine=1).usd)


def test_a_longer_step_costs_its_hours_but_starts_once() -> None:
    """A quarter hour: a quarter of the fuel of 40 + 36 x 10 $, and the whole of each start."""
    case = case_of(project_of(engine(min_load_fraction=1.0)), [10.0, 0.0])
    quarter = replace(case, axis=replace(window_axis(0, 2, weight=0.25), step_h=0.25))
    assert dispatched(quarter, whole=True, capacity__engine=1).usd == pytest.approx(0.25 * 400.0 + 100.0)


def test_each_quantity_escalates_with_its_own_price() -> None:
    project = small_project(
        3,
        finance={
            "gas_price_usd_per_mmbtu": 4.0,
            "gas_transport_usd_per_mmbtu": 1.0,
            "gas_escalation_rate": 0.05,
            "inflation_rate": 0.02,
            "electricity_escalation_rate": 0.03,
            "value_of_lost_load_usd_per_mwh": 10_000.0,
        },
    )
    gas, _diesel, general, electricity, lost, short = price_table(project) * 1000.0
    assert gas == pytest.approx([5.0, 5.25, 5.5125])
    assert general == pytest.approx([1.0, 1.02, 1.0404])
    assert electricity == pytest.approx([1.0, 1.03, 1.0609])
    assert lost.tolist() == [10_000.0] * 3
    assert short.tolist() == [20_000.0] * 3


def test_lost_load_steers_even_where_its_value_is_zero() -> None:
    project = project_of(engine(), finance={"value_of_lost_load_usd_per_mwh": 0.0})
    assert dispatched(case_of(project, [10.0]), capacity__engine=1)("unserved").sum() == pytest.approx(0.0, abs=1e-9)
