"""Safe cuts: below the cost for any multiplier and sizes, tight where they were made, with the slopes of the cost."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog

from bvnexus_xl.model.costs import price_table
from bvnexus_xl.solve.parametric import ParametricDispatch, parametric_dispatch
from tests.model.window import battery, case_of, engine, parameter_name, project_of, sun

GIVEN = {
    "capacity__engine": 2.3,
    "capacity__clean": 1.0,
    "capacity__battery__mw": 3.0,
    "capacity__battery__mwh": 5.0,
    "capacity__solar_pv": 4.0,
    "import__0": 3.0,
    "contingency_mw": 10.0,
    "load_mw": 1.0,
    "cap__nox": 0.11,
    "gas_day": 1_450.0,
    "gas_hour": 190.0,
}


@cache
def dispatch() -> ParametricDispatch:
    """Twelve hours with every row family on: reserve, NOx, gas by day and hour, import in the second half."""
    project = project_of(
        engine(nox_lb_per_mwh=2.0, ramp_mw_per_min=5.0 / 60.0, start_nox_lb=5.0),
        engine("Clean", heat_rate_btu_per_kwh=9000.0, heat_rate_multiplier_at_50pct=1.05),
        battery(),
        sun(),
        spinning_reserve_enabled=True,
        nox_limit_enabled=True,
        gas_limit_enabled=True,
        gas_hourly_limit_enabled=True,
        gas_heat_content_mmbtu_per_mcf=1.0,
    )
    load = [12.0, 11.0, 10.0, 12.0, 16.0, 20.0, 22.0, 21.0, 19.0, 17.0, 15.0, 13.0]
    sunny = [0.0, 0.0, 0.0, 0.1, 0.4, 0.8, 0.9, 0.7, 0.3, 0.1, 0.0, 0.0]
    return parametric_dispatch(case_of(project, load, sunny=sunny, granted=[0] * 6 + [1] * 6, price=45.0))


def theta(**changed: float) -> np.ndarray:
    case = dispatch().case
    out = np.zeros(len(case.parameters))
    for name, value in {**GIVEN, **changed}.items():
        out[case.parameters.index(parameter_name(case, name))] = value
    return out


def cost_and_multipliers(given: np.ndarray) -> tuple[float, np.ndarray]:
    """Optimum of the year's LP and its row duals, by SciPy."""
    d, prices = dispatch(), price_table(dispatch().case.project)[:, 0]
    rhs, equal = d.rhs @ given, d.sense == 0
    sign = np.where(d.sense > 0, -1.0, 1.0)[~equal]
    found = linprog(
        prices @ d.cost,
        A_ub=d.matrix[~equal] * sign[:, None],
        b_ub=rhs[~equal] * sign,
        A_eq=d.matrix[equal],
        b_eq=rhs[equal],
        bounds=np.column_stack([np.zeros(d.matrix.shape[1]), d.upper @ given]),
        method="highs",
    )
    assert found.status == 0, found.message
    duals = np.zeros(len(rhs))
    duals[equal], duals[~equal] = found.eqlin.marginals, found.ineqlin.marginals * sign
    return float(found.fun), duals


def cut(multiplier: np.ndarray) -> np.ndarray:
    return dispatch().safe_cuts(multiplier, price_table(dispatch().case.project)[:, :1], np.ones(1))[0]


def test_a_cut_is_tight_where_it_was_made() -> None:
    cost, duals = cost_and_multipliers(theta())
    assert cut(duals) @ theta() == pytest.approx(cost, rel=1e-9)


@pytest.mark.parametrize("name", GIVEN)
def test_a_slope_lies_between_the_one_sided_differences(name: str) -> None:
    cost, duals = cost_and_multipliers(theta())
    position = dispatch().case.parameters.index(parameter_name(dispatch().case, name))
    step = 1e-4 * GIVEN[name]
    left, right = (cost_and_multipliers(theta(**{name: GIVEN[name] + sign * step}))[0] for sign in (-1.0, 1.0))
    slopes = (cost - left) / step, (right - cost) / step
    slack = 1e-5 * max(1.0, *map(abs, slopes))
    assert min(slopes) - slack <= cut(duals)[position] <= max(slopes) + slack


def test_limits_that_bind_have_slopes() -> None:
    """The case is not a loose one: NOx, gas, load, battery and import all matter."""
    found = dict(zip(dispatch().case.parameters, cut(cost_and_multipliers(theta())[1]), strict=True))
    assert found["load_mw"] > 0.01
    assert found["cap:nox"] < -0.1
    assert found["import:0"] < 0.0


def test_a_cut_holds_everywhere_whatever_the_multiplier() -> None:
    rng = np.random.default_rng(7)
    _, duals = cost_and_multipliers(theta())
    multipliers = [duals, 0.5 * duals, np.zeros_like(duals), duals + rng.normal(0.0, 0.05, len(duals))]
    for _ in range(12):
        other = {name: value * rng.uniform(0.4, 1.8) for name, value in GIVEN.items()}
        try:
            cost, _ = cost_and_multipliers(theta(**other))
        except AssertionError:
            continue  # no dispatch keeps the hard caps at these sizes: any bound holds
        for multiplier in multipliers:
            assert cut(multiplier) @ theta(**other) <= cost + 1e-7 * abs(cost)
