"""P5 under a limit on water: hired engines that are thirsty, own ones that are not."""

from dataclasses import replace
from datetime import date

import pytest

from bvnexus_xl.problems.bridge.screening import BridgeScreen, screen_bridge
from tests.oracles.bridge_one_piece import extensive_form
from tests.problems.bridge.test_stochastic import GAP, solved
from tests.problems.bridge_projects import ENGINE, bridge_project, day_axis, prepared

DATES = (date(2029, 1, 1), date(2029, 4, 1), date(2029, 10, 1))


def thirsty(acre_ft=None):
    limits = {} if acre_ft is None else {"water_limit_enabled": True, "water_limit_acre_ft_per_year": acre_ft}
    project = bridge_project(years=2, dates=DATES, constraints=limits)
    rows = tuple(
        row.model_copy(update={"water_gal_per_mwh": 60.0}) if row.name == ENGINE.name else row
        for row in project.equipment
    )
    load = project.load.model_copy(update={"cooling_water_gal_per_mwh": 10.0})
    return prepared(project.model_copy(update={"equipment": rows, "load": load}))


@pytest.fixture(scope="module")
def short():
    """Hired engines alone would use some 50 acre-feet a year."""
    return thirsty(36.0)


@pytest.fixture(scope="module")
def free():
    return thirsty()


def test_equal_to_the_extensive_form_where_water_binds(short, free):
    alone, unlimited = (replace(made, dates=made.dates.alone(1)) for made in (short, free))
    _, cost, _ = solved(alone)
    oracle = extensive_form(alone, day_axis()[0], gap=GAP / 2.0)
    assert cost.bound_usd <= oracle.expected_usd * (1.0 + 1e-4)
    assert oracle.bound_usd <= cost.cost_usd * (1.0 + 1e-4)
    assert cost.cost_usd == pytest.approx(oracle.expected_usd, rel=2.0 * GAP)
    assert oracle.bound_usd > 1.1 * solved(unlimited)[1].cost_usd


def test_the_screening_keeps_the_limit_by_other_plant(short, free):
    found = [screen_bridge(BridgeScreen(made.market, made.dates, made.profiles)) for made in (free, short)]
    assert [item.breach for item in found] == [0.0, 0.0]
    assert (found[1].case_usd > 1.1 * found[0].case_usd).all()
