"""Thermal units counted apart in parts of the year: by hand on one day for each quarter."""

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.model.case import CONTINGENCY, dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters
from bvnexus_xl.solve.parametric import parametric_dispatch
from tests.problems.bridge_projects import bridge_project, day_axis, prepared


@pytest.fixture(scope="module")
def year():
    """(axis, dispatch, function from units of the own engine by quarter to unserved MW by step)."""
    made = prepared(bridge_project(constraints={"spinning_reserve_enabled": False, "unserved_limit_enabled": False}))
    axis, flags = day_axis()
    fleet = made.market.fleet
    case = replace(dispatch_case(made.project, fleet, made.profiles, axis), windows=flags, import_flags=flags)
    dispatch = parametric_dispatch(case)
    evaluator = DispatchEvaluator(dispatch, price_table(made.project), lambda: False)
    constants = constant_parameters(made.project, made.profiles, case)

    def unserved(units, imports):
        given = constants[:1].copy()
        for quarter in range(4):
            given[0, case.parameters.index(f"capacity:{fleet.thermal[0].key}@{quarter}")] = units[quarter]
            given[0, case.parameters.index(f"import:{quarter}")] = imports[quarter]
        given[0, case.parameters.index(CONTINGENCY)] = 0.0
        found = evaluator(given, [0], rounds=1, accuracy=1e-6, keep=True)[0]
        return found.columns[dispatch.columns["unserved"]]

    return axis, made.profiles.load_mw[0, axis.hours], unserved


def test_units_serve_their_quarters_only(year):
    axis, load, unserved = year
    lost = unserved((0.0, 2.0, 0.0, 2.0), (0.0,) * 4)
    here = np.isin(axis.period, (1, 3))
    assert lost[here] == pytest.approx(0.0, abs=1e-6)
    assert lost[~here] == pytest.approx(load[~here])


def test_import_comes_with_its_quarter(year):
    axis, load, unserved = year
    lost = unserved((2.0, 2.0, 0.0, 0.0), (0.0, 0.0, 10.0, 40.0))
    assert lost[axis.period != 2] == pytest.approx(0.0, abs=1e-6)
    assert lost[axis.period == 2] == pytest.approx(load[axis.period == 2] - 10.0)
