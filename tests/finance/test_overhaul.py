"""The overhaul reserve by hand: what goes in, when units come to their overhaul, what is left."""

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.catalogue.equipment import default_equipment
from bvnexus_xl.finance.overhaul import overhaul_reserve
from bvnexus_xl.fleet import build_fleet, overhaul_usd_per_mwh
from bvnexus_xl.plan import Plan
from tests.planned import BUILDS, planned
from tests.planned import small_project as planned_project
from tests.projects import RECIP, small_project

OWN = {"overhaul_cost_usd_per_kw": 100.0, "overhaul_interval_h": 20_000.0, "uncontrolled_allowed": True}
ENGINE = RECIP.model_copy(update={**OWN, "unit_mw": 10.0, "vom_usd_per_mwh": 9.0})


def reserve(hours_a_unit, builds=(2.0, 0.0, 1.0, 0.0, 0.0), mwh=(100_000.0,) * 5, engine=ENGINE, **finance):
    """Five years of one model; every unit in place runs the hours given."""
    terms = {"inflation_rate": 0.10, **finance}
    project = small_project(5, 20.0, (engine,), finance=terms, emission_controls=())
    fleet = build_fleet(project)
    totals = planned_totals(np.array(hours_a_unit) * np.cumsum(builds), mwh)
    return overhaul_reserve(project, fleet, Plan(project.years, np.array([builds]), (False,) * 5), totals)


@pytest.fixture(scope="module", autouse=True)
def _year():
    planned_totals.year = planned(planned_project(), BUILDS).totals[0]


def planned_totals(online, mwh):
    """Totals of which only hours and energy matter."""
    return [
        replace(planned_totals.year, online_h=np.array([hours]), thermal_mwh=np.array([energy]))
        for hours, energy in zip(online, mwh, strict=True)
    ]


def test_five_dollars_a_mwh_and_an_overhaul_of_a_million():
    """100 $/kW after 20,000 h is 5 $/MWh; at 8,000 h a year the first two units are due in year 3, the third in year 5.

    In: 500,000 a year at 10 % inflation. Out: two overhauls of 1 M$ in year 3 (2.42 M$), of which 1.655 M$ are held.
    """
    found = reserve([8_000.0] * 5)
    assert found.accrual_usd_per_mwh == pytest.approx([5.0])
    assert found.overhauls == pytest.approx(np.array([[0.0, 0.0, 2.0, 0.0, 3.0]])), "year 5: 40,000 h and 24,000 h"
    assert found.paid_in == pytest.approx(500_000.0 * 1.1 ** np.arange(5))
    assert found.cost == pytest.approx([0.0, 0.0, 2_420_000.0, 0.0, 3_000_000.0 * 1.4641])
    assert found.balance[:2] == pytest.approx([500_000.0, 1_050_000.0])
    assert found.released[2] == pytest.approx(1_655_000.0), "all that is held"
    assert found.not_covered[2] == pytest.approx(765_000.0)
    assert found.balance == pytest.approx(np.cumsum(found.paid_in - found.released))
    assert (found.balance >= 0.0).all()


def test_an_interval_reached_on_the_last_hour_is_reached():
    assert reserve([4_000.0] * 5, builds=(1.0, 0.0, 0.0, 0.0, 0.0)).overhauls[0].tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]


def test_in_variable_om_it_is_no_more_than_that_and_on_top_it_is_added():
    cheap = ENGINE.model_copy(update={"vom_usd_per_mwh": 2.0})
    assert reserve([8_000.0] * 5, engine=cheap).accrual_usd_per_mwh == pytest.approx([2.0])
    assert reserve([8_000.0] * 5, engine=cheap, overhaul_basis="on_top").accrual_usd_per_mwh == pytest.approx([5.0])
    prices = {
        basis: build_fleet(small_project(1, equipment=(cheap,), finance={"overhaul_basis": basis})).thermal[0]
        for basis in ("in_vom", "on_top")
    }
    assert {name: asset.vom_usd_per_mwh for name, asset in prices.items()} == {"in_vom": 2.0, "on_top": 7.0}


def test_the_reserve_is_no_cost_of_its_own():
    before = planned(planned_project(), BUILDS)
    bare = tuple(row.model_copy(update={"overhaul_interval_h": None}) for row in before.project.equipment)
    after = planned(before.project.model_copy(update={"equipment": bare}), BUILDS)
    assert after.money.npv_cost_usd == before.money.npv_cost_usd
    assert overhaul_reserve(after.project, after.fleet, after.plan, after.totals).paid_in.sum() == 0.0


def test_catalogue_overhauls_fit_into_the_variable_om_that_holds_them():
    models = [row for row in default_equipment() if row.overhaul_interval_h]
    assert len(models) == 4
    assert all(0.0 < overhaul_usd_per_mwh(row) <= row.vom_usd_per_mwh for row in models)
