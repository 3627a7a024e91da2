"""Assets a year does not have: the same cost without their columns, and multipliers worth what a first unit earns."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.solve import evaluate
from bvnexus_xl.solve.absent import AbsentAssets, running_assets, start_worth
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.parametric import parametric_dispatch
from tests.axes import window_axis

BOTH = "recip-18-3-mw+scr-oxidation-catalyst"
STEPS = 168


def best_commitment(gain: np.ndarray, start_cost: np.ndarray, previous: np.ndarray) -> float:
    """Most that one unit earns: an LP over the share online and the starts of each step of the circle."""
    steps = len(gain)
    rows = np.zeros((steps, 2 * steps))
    for step in range(steps):
        rows[step, step] += 1.0
        rows[step, previous[step]] -= 1.0
        rows[step, steps + step] = -1.0
    bounds = [(0.0, 1.0)] * steps + [(0.0, None)] * steps
    return -float(linprog(np.concatenate([-gain, start_cost]), A_ub=rows, b_ub=np.zeros(steps), bounds=bounds).fun)


@pytest.mark.parametrize("seed", range(6))
def test_the_recursion_finds_what_a_first_unit_earns(seed: int) -> None:
    draw = np.random.default_rng(seed)
    steps = int(draw.integers(3, 40))
    gain, start_cost = draw.normal(0.2, 1.0, steps), draw.uniform(0.0, 4.0, steps)
    after = np.roll(np.arange(steps), -1)
    worth = start_worth(gain[None], start_cost[None], after)[0]
    earned = np.maximum(gain + worth[after] - worth, 0.0).sum()
    assert np.all(worth >= 0.0)
    assert np.all(worth <= start_cost)
    assert earned == pytest.approx(best_commitment(gain, start_cost, np.roll(np.arange(steps), 1)), rel=1e-9, abs=1e-9)


def study(builds: dict[str, float]):
    project = small_project(models=("Recip 18.3 MW", "Aero 53 MW", "Battery"), gas_limit_mcf_per_day=8_000.0)
    fleet, profiles = prepared(project)
    plan = plan_with(project, fleet, builds)
    case = dispatch_case(project, fleet, profiles, window_axis(4_008, STEPS, 8760.0 / STEPS))
    given = parameters_of(case, constant_parameters(project, profiles, case), sizes_of(fleet, profiles, plan.builds))
    return parametric_dispatch(case), price_table(project), given


def test_a_year_costs_the_same_without_the_columns_of_absent_assets(monkeypatch) -> None:
    dispatch, prices, given = study({BOTH: 4, "aero-53-mw": 1, "battery:mw": 10, "battery:mwh": 20})
    asked = {"rounds": 40, "accuracy": 1e-8, "keep": True}
    kept = DispatchEvaluator(dispatch, prices, lambda: False)(given, [0], **asked)[0]
    monkeypatch.setattr(evaluate, "HOURS_PER_YEAR", STEPS)
    trimmed = DispatchEvaluator(dispatch, prices, lambda: False)(given, [0], **asked)[0]
    assert trimmed.value == pytest.approx(kept.value, rel=1e-9)
    assert trimmed.columns is not None
    use = dispatch.matrix @ trimmed.columns - dispatch.rhs @ given[0]
    use[dispatch.budget_rows] = 0.0  # what is over a yearly cap is priced, in both alike
    assert np.all(use[dispatch.sense <= 0] <= 1e-6)
    assert np.all(use[dispatch.sense >= 0] >= -1e-6)


def test_cuts_stay_tight_and_say_no_more_than_a_first_unit_saves() -> None:
    dispatch, prices, given = study({BOTH: 4, "battery:mw": 10, "battery:mwh": 20})
    found = DispatchEvaluator(dispatch, prices, lambda: False)(given, [0], rounds=40, accuracy=1e-8)[0]
    running = running_assets(dispatch, given[0])
    assert not running.all()
    multiplier = found.multipliers[-1]
    cut = dispatch.safe_cuts(multiplier, prices[:, :1], np.ones(1))[0]
    assert cut @ given[0] == pytest.approx(found.value, rel=1e-6)
    # what the multipliers of the other rows pay one unit of each absent asset, by an LP of its own
    absent = AbsentAssets(dispatch)
    case = dispatch.case
    for asset in np.nonzero(~running)[0]:
        own = [dispatch.columns[name].reshape(len(running), STEPS)[asset] for name in ("online", "above", "start")]
        rows = np.concatenate(
            [dispatch.rows[n].reshape(len(running), STEPS)[asset] for n in ("above_online", "starts")]
        )
        rest = multiplier.copy()
        rest[rows] = 0.0
        columns = np.concatenate(own)
        cost = (prices[:, 0] @ dispatch.cost - dispatch.transposed @ rest)[columns]
        upper = dispatch.upper[columns].toarray()[:, asset]
        inner = dispatch.matrix[rows].toarray()[:, columns] * -np.where(dispatch.sense[rows] > 0, 1.0, -1.0)[:, None]
        best = linprog(
            cost, A_ub=inner, b_ub=np.zeros(len(rows)), bounds=np.column_stack([np.zeros(len(upper)), upper])
        )
        slope = cut[case.parameters.index(f"capacity:{case.fleet.columns[asset].key}")]
        assert slope == pytest.approx(best.fun, rel=1e-6, abs=1e-6)
    again = multiplier.copy()
    absent.complete(again, prices[:, 0] @ dispatch.cost, running)
    assert np.allclose(again, multiplier)
