"""The stochastic plan on a few days: against the extensive form, single dates, and later dates."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from bvnexus_xl.problems.bridge.cases import Dates
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.solve import hedge_on
from bvnexus_xl.solve.events import Phase2Options
from tests.oracles.bridge_one_piece import extensive_form
from tests.problems.bridge_projects import bridge_project, day_axis, prepared

GAP = 0.004
FROM_THE_START = -100
"""Quarter before anything can be ordered."""


def solved(made, dates=None):
    dates = dates or made.dates
    cases, years = len(dates.cases), dates.years
    nothing = BridgePlan(((),) * cases, np.zeros(cases), np.zeros((cases, years)))
    options = Phase2Options(gap=GAP, time_limit_s=300.0)
    return hedge_on(made.market, dates, made.profiles, nothing, options, *day_axis())


@cache
def uncertain():
    made = prepared(bridge_project())
    return made, *solved(made)


def test_equal_to_the_extensive_form_in_one_piece():
    made = prepared(bridge_project(years=2, dates=(date(2029, 1, 1), date(2029, 4, 1), date(2029, 10, 1))))
    _, cost, _ = solved(made)
    oracle = extensive_form(made, day_axis()[0], gap=GAP / 2.0)
    assert cost.bound_usd <= oracle.expected_usd * (1.0 + 1e-4)
    assert oracle.bound_usd <= cost.cost_usd * (1.0 + 1e-4)
    assert cost.cost_usd == pytest.approx(oracle.expected_usd, rel=2.0 * GAP)


def test_first_decisions_are_never_worse_than_those_of_any_single_date():
    _, _, _, hedge = uncertain()
    done = [item for item in hedge.completed if item is not None]
    assert done
    assert all(hedge.hedged.cost_usd <= item.cost_usd * (1.0 + 1e-9) for item in done)


def test_knowing_the_date_is_never_worth_less_than_nothing():
    made, _, _, hedge = uncertain()
    alone = np.array([item.bound_usd for item in hedge.certain])
    assert made.dates.weights @ alone <= hedge.hedged.cost_usd * (1.0 + 1e-9)


def test_a_later_date_costs_no_less():
    _, _, _, hedge = uncertain()
    early, middle, late = hedge.certain
    assert early.bound_usd <= middle.cost_usd * (1.0 + 1e-3)
    assert middle.bound_usd <= late.cost_usd * (1.0 + 1e-3)
    assert early.cost_usd < late.cost_usd


def test_what_is_decided_before_the_date_is_known_is_the_same_in_all_cases():
    made, plan, _, _ = uncertain()
    early = []
    for stays in plan.stays:
        orders = {}
        for stay in stays:
            if stay.arrives - made.market.streams[stay.stream].lead < made.dates.known:
                key = stay.stream, stay.arrives
                orders[key] = orders.get(key, 0.0) + stay.quantity
        early.append(orders)
    assert early[0]
    assert all(found == pytest.approx(early[0]) for found in early[1:])
    assert np.ptp(plan.request_mw) == pytest.approx(0.0, abs=1e-6)


def test_equal_to_the_average_of_single_dates_where_nothing_can_be_decided_early():
    made, _, _, hedge = uncertain()
    told = Dates(made.dates.cases, FROM_THE_START, made.dates.first_year)
    _, cost, _ = solved(made, told)
    average = float(made.dates.weights @ [item.cost_usd for item in hedge.certain])
    assert cost.cost_usd == pytest.approx(average, rel=2.0 * GAP)
    assert cost.bound_usd <= average * (1.0 + 1e-9)


def test_one_date_has_nothing_to_hedge():
    made = prepared(bridge_project(dates=(date(2029, 1, 1),) * 3))
    alone = replace(made, dates=made.dates.alone(1))
    _, cost, hedge = solved(alone)
    assert hedge is None
    assert cost.bound_usd <= cost.cost_usd
