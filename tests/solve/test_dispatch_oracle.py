"""The dispatch of given sizes costs what an independent formulation says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles.one_piece import one_piece
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.parametric import parametric_dispatch
from tests.axes import window_axis

HOURS, FIRST, WEIGHT = 168, 4000 - 4000 % 24, 8760.0 / 168.0
BOTH = "recip-18-3-mw+scr-oxidation-catalyst"
CASES: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "engines and battery": ({}, {BOTH: 5, "battery:mw": 10, "battery:mwh": 20, "solar-pv": 15}),
    "NOx binds": ({"nox_limit_tpy": 30.0}, {"recip-18-3-mw": 2, BOTH: 4, "battery:mw": 10, "battery:mwh": 10}),
    "gas binds": (
        {"gas_limit_mcf_per_day": 7_050.0},
        {BOTH: 5, "battery:mw": 20, "battery:mwh": 60, "solar-pv": 60},
    ),
    "grid with demand charge": ({"grid_mw": 25.0}, {BOTH: 4, "battery:mw": 5, "battery:mwh": 5, "grid": 20}),
    "flexible computing": (
        {"flexible_usd_per_mwh": 60.0, "gas_limit_mcf_per_day": 7_050.0},
        {BOTH: 5, "battery:mw": 20, "battery:mwh": 60, "solar-pv": 60},
    ),
    "flexible computing, too little capacity": (
        {"flexible_usd_per_mwh": 1000.0, "flexible_hours_per_year": 400.0},
        {BOTH: 3, "battery:mw": 20, "battery:mwh": 10},
    ),
    "turbines": (
        {"models": ("Recip 18.3 MW", "Aero 53 MW", "Battery")},
        {BOTH: 4, "aero-53-mw": 1, "battery:mw": 30, "battery:mwh": 30},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_dispatch_of_given_sizes_costs_what_the_oracle_says(name: str) -> None:
    settings, builds = CASES[name]
    project = small_project(**settings)
    fleet, profiles = prepared(project)
    plan = plan_with(project, fleet, builds)
    case = dispatch_case(project, fleet, profiles, window_axis(FIRST, HOURS, WEIGHT))
    dispatch = parametric_dispatch(case)
    table = price_table(project)
    evaluator = DispatchEvaluator(dispatch, table, lambda: False)
    given = parameters_of(case, constant_parameters(project, profiles, case), sizes_of(fleet, profiles, plan.builds))
    found = evaluator(given, [0], rounds=40, accuracy=1e-8)[0]
    fixed = float((fixed_cost_each(MasterCase(project, fleet, profiles)) * plan.builds).sum())
    ours = fixed + found.value * 1e-3 * year_end_factors(project.finance.discount_rate, 1)[0]
    oracle = one_piece(project, fleet, profiles, FIRST, HOURS, WEIGHT, builds=plan.builds)
    assert found.excess.max(initial=0.0) == 0.0
    assert ours == pytest.approx(oracle.objective, rel=1e-6)
    # Safe cuts bound the cost at these sizes, and are tight there; at other sizes they stay below.
    cut = max(float(dispatch.safe_cuts(y, table, np.ones(1))[0] @ given[0]) for y in found.multipliers)
    assert cut <= found.value * (1.0 + 1e-7)
    assert cut == pytest.approx(found.value, rel=1e-4)
