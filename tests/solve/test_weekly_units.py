"""Whole units searched week by week, against rounded counts and against the same rows as a MIP in one piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp

import bvnexus_xl.solve.whole_dispatch as whole
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.solve.commitment import held_commitment
from bvnexus_xl.solve.deadline import TimeUp
from bvnexus_xl.solve.evaluate import DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.highs import INFINITY, new_solver, pass_rows, solve_mip
from bvnexus_xl.solve.parametric import ParametricDispatch, parametric_dispatch
from bvnexus_xl.solve.weekly_units import weekly_units
from tests.solve.small_projects import plan_with, prepared, small_project

Array = np.ndarray


@dataclass
class Known:
    """One year of a fixed plan: relaxed, and with rounded counts held."""

    dispatch: ParametricDispatch
    evaluator: DispatchEvaluator
    given: Array
    cost: Array
    relaxed: YearDispatch
    rounded: YearDispatch

    def weekly(self, check: Callable[[], None]) -> Array:
        assert self.rounded.columns is not None  # asked for with keep=True
        return weekly_units(self.dispatch, self.cost, self.rounded.prices, self.given[0], self.rounded.columns, check)

    def held(self, counts: Array) -> YearDispatch:
        return self.evaluator(self.given, [0], rounds=12, accuracy=1e-4, keep=True, fixed={0: counts})[0]


@pytest.fixture(scope="module", params=[500.0, 60.0], ids=["free", "NOx binds"])
def known(request: pytest.FixtureRequest) -> Known:
    project = small_project(1, models=("Recip 18.3 MW", "Battery"), nox_limit_tpy=request.param)
    fleet, profiles = prepared(project)
    case = dispatch_case(project, fleet, profiles, representative_weeks(fleet, profiles, 3))
    dispatch = parametric_dispatch(case)
    built = {"recip-18-3-mw": 2.0, "recip-18-3-mw+scr": 3.0, "battery:mw": 10.0, "battery:mwh": 20.0}
    sizes = sizes_of(fleet, profiles, plan_with(project, fleet, built).builds)
    given = parameters_of(case, constant_parameters(project, profiles, case), sizes)
    prices = price_table(project)
    evaluator = DispatchEvaluator(dispatch, prices, lambda: False)
    relaxed = evaluator(given, [0], rounds=12, accuracy=1e-4, keep=True)[0]
    assert relaxed.columns is not None
    counts = held_commitment(dispatch, relaxed.columns, given[0], all_up=True)
    found = Known(dispatch, evaluator, given, prices[:, 0] @ dispatch.cost, relaxed, relaxed)
    found.rounded = found.held(counts)
    return found


def test_weeks_cost_no_more_than_rounded_counts_and_keep_every_limit(known: Known) -> None:
    counts = known.weekly(lambda: None)
    better = known.held(counts)
    assert better.value <= known.rounded.value * (1.0 + 1e-9)
    if known.rounded.prices.max() > 0.0:  # every fraction rounded up emits more than it must
        assert better.value < known.rounded.value * (1.0 - 1e-3)
    assert better.value >= known.relaxed.lower - 1e-6
    assert better.excess.max(initial=0.0) == 0.0
    online = known.dispatch.columns["online"]
    share = np.abs(counts[online] - np.round(counts[online]))
    part = known.dispatch.upper[online] @ known.given[0] % 1.0
    assert np.all((share < 1e-6) | (np.abs(counts[online] % 1.0 - part) < 1e-6))


def test_weeks_come_near_the_optimum_in_one_piece(known: Known) -> None:
    counts = known.weekly(lambda: None)
    bound, best = one_piece(known)
    # weeks keep battery energy at their borders
    assert bound * (1.0 - 1e-6) <= known.held(counts).value <= 1.008 * best


def one_piece(known: Known) -> tuple[float, float]:
    """(bound, cost) of the same rows with whole counts, and a unit in service for part of the time as a column."""
    dispatch, cost, given = known.dispatch, known.cost, known.given[0]
    online = dispatch.columns["online"]
    upper = np.asarray(dispatch.upper @ given)
    part = upper[online] - np.floor(upper[online] + 1e-6)
    last = online[part > 1e-6]
    pieces = sp.diags_array(part[part > 1e-6])
    body = sp.csr_array(sp.hstack([dispatch.matrix, dispatch.matrix.tocsc()[:, last] @ pieces]))
    whole = np.zeros(body.shape[1], dtype=bool)
    whole[online], whole[len(cost) :] = True, True
    upper[online] = np.floor(upper[online] + 1e-6)
    rhs = np.asarray(dispatch.rhs @ given)
    rows = np.where(dispatch.sense >= 0, rhs, -INFINITY), np.where(dispatch.sense <= 0, rhs, INFINITY)
    solver = new_solver(time_limit=60.0, mip_rel_gap=3e-3)
    columns = np.zeros(body.shape[1]), np.append(upper, np.ones(len(last)))
    pass_rows(solver, body, np.append(cost, cost[last] * part[part > 1e-6]), columns, rows, whole)
    bound, _ = solve_mip(solver)
    return bound, float(solver.getInfo().objective_function_value)


def test_a_dear_year_is_searched_and_keeps_its_rounded_counts_where_time_ends(known: Known, monkeypatch) -> None:
    def late(*_given: object) -> None:
        raise TimeUp

    searched = []

    def counted(*given: object) -> Array:
        searched.append(given)
        return weekly_units(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(whole, "weekly_units", counted)
    relaxed, committed = whole.whole_dispatch(known.dispatch, known.evaluator, known.given, 1e-4)
    monkeypatch.setattr(whole, "weekly_units", late)
    _, rounded = whole.whole_dispatch(known.dispatch, known.evaluator, known.given, 1e-4)
    assert len(searched) == 1, "whole units cost more than half a percent here"
    assert rounded[0].value > 1.005 * relaxed[0].value
    assert relaxed[0].lower <= committed[0].value <= rounded[0].value * (1.0 + 1e-9)


def test_the_clock_ends_the_search(known: Known) -> None:
    def check() -> None:
        raise TimeUp

    with pytest.raises(TimeUp):
        known.weekly(check)
