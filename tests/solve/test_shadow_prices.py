"""Shadow prices lie between the one-sided differences of re-solves."""

from __future__ import annotations

import numpy as np
import pytest
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.profiles.time_axis import window_axis
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.shadow_prices import energy_price_usd_per_mwh, operating_prices

BOTH = "recip-18-3-mw+scr-oxidation-catalyst"


@pytest.mark.parametrize(
    ("limit", "parameter", "settings"),
    [("nox", "cap:nox", {"nox_limit_tpy": 30.0}), ("gas_day", "gas_day", {"gas_limit_mcf_per_day": 8_955.0})],
)
def test_price_of_a_binding_limit_lies_between_the_differences(
    limit: str, parameter: str, settings: dict[str, float]
) -> None:
    project = small_project(**settings)
    fleet, profiles = prepared(project)
    builds = plan_with(project, fleet, {"recip-18-3-mw": 2, BOTH: 4, "battery:mw": 20, "battery:mwh": 60}).builds
    case = dispatch_case(project, fleet, profiles, window_axis(3984, 168, 8760.0 / 168.0))
    dispatch = parametric_dispatch(case)
    evaluator = DispatchEvaluator(dispatch, price_table(project), lambda: False)
    given = parameters_of(case, constant_parameters(project, profiles, case), sizes_of(fleet, profiles, builds))
    position = case.parameters.index(parameter)
    step = 0.01 * given[0, position]
    values = []
    for change in (-step, 0.0, step):
        moved = given.copy()
        moved[0, position] += change
        values.append(evaluator(moved, [0], rounds=40, accuracy=1e-9)[0])
    price = next(p.usd_per_unit for p in operating_prices(dispatch, [2030], {0: values[1]}) if p.limit == limit)
    tighter = (values[0].value - values[1].value) / step * 1e3
    looser = (values[1].value - values[2].value) / step * 1e3
    assert tighter > 0.0
    assert looser * (1.0 - 1e-3) - 1e-3 <= price <= tighter * (1.0 + 1e-3) + 1e-3
    hourly = energy_price_usd_per_mwh(dispatch, values[1])
    assert hourly.shape == (168,)
    assert np.median(hourly) > 20.0
