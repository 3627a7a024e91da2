"""Potential to emit in P5: every unit on the site counts at full load, hired ones too, in every quarter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bvnexus_xl.limits import pte_tons_each
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.problems.bridge.accounts import case_limits
from bvnexus_xl.problems.bridge.batches import case_study
from bvnexus_xl.problems.bridge.plan import BridgePlan, Stay, in_place
from bvnexus_xl.problems.bridge.screening import BridgeScreen
from bvnexus_xl.problems.bridge.solve import hedge_on
from bvnexus_xl.solve.events import Phase2Options
from tests.problems.bridge_projects import Prepared, bridge_project, day_axis, prepared

CAP_TPY = 85.0
"""Six hired engines are 105 tons, two of our own 80."""
NO_CAP_TPY = 10_000.0


def with_cap(tons: float) -> Prepared:
    """One date, and time enough to buy from the start."""
    rules = {"emission_basis": "PTE_8760", "nox_limit_tpy": tons, "spinning_reserve_enabled": False}
    project = bridge_project(years=2, constraints={**rules, "co_limit_enabled": False})
    study = project.study.model_copy(update={"decision_date": date(2025, 1, 1)})
    made = prepared(project.model_copy(update={"study": study}))
    return replace(made, dates=made.dates.alone(1))


def solved(made: Prepared) -> tuple[BridgePlan, float, float]:
    """Plan on four days, its cost and bound."""
    nothing = BridgePlan(((),), np.zeros(1), np.zeros((1, made.dates.years)))
    options = Phase2Options(gap=0.004, time_limit_s=300.0)
    plan, cost, _ = hedge_on(made.market, made.dates, made.profiles, nothing, options, *day_axis())
    return plan, cost.cost_usd, cost.bound_usd


def nox_tons(made: Prepared, plan: BridgePlan) -> np.ndarray:
    """Potential to emit by quarter, by hand from the stays."""
    each = pte_tons_each(made.project, made.market.fleet)["nox"]
    out = np.zeros(made.dates.quarters)
    for stay in plan.stays[0]:
        column = made.market.streams[stay.stream].column
        if column < len(each):
            out[stay.arrives : stay.leaves] += stay.quantity * each[column]
    return out


def test_a_cap_that_binds_changes_the_plan_and_costs():
    free_made, made = with_cap(NO_CAP_TPY), with_cap(CAP_TPY)
    free, cheap, _ = solved(free_made)
    kept, dear, bound = solved(made)
    assert nox_tons(free_made, free).max() > CAP_TPY
    assert nox_tons(made, kept).max() <= CAP_TPY + 1e-6
    assert cheap < bound
    assert dear < 1.2 * cheap, "no load is lost for it"


def test_units_that_follow_each_other_are_not_counted_together():
    """Seven engines for two quarters, then five others: the permit sees seven at a time, not twelve."""
    made = with_cap(CAP_TPY)
    hire = next(k for k, stream in enumerate(made.market.streams) if stream.offer is not None)
    plan = BridgePlan(((Stay(hire, 0, 2, 7.0), Stay(hire, 2, 8, 5.0)),), np.zeros(1), np.zeros((1, 2)))
    study = case_study(made.market, made.dates, made.profiles, plan, 0)
    totals = run_phase1(made.project).totals
    (first, second) = [
        limit
        for limit in case_limits(made.market, made.dates, made.profiles, plan, 0, study, totals)
        if limit.name == "nox"
    ]
    each = pte_tons_each(made.project, made.market.fleet)["nox"][made.market.streams[hire].column]
    assert each == pytest.approx(5.0 * made.market.fleet.thermal[-1].nox_lb_per_mwh * 8760.0 / 2000.0)
    assert (first.used, second.used) == pytest.approx((7.0 * each, 5.0 * each))
    assert first.label == "NOx (potential to emit)"
    assert in_place(made.market, plan.stays[0]).max() == 7.0


def test_the_screening_counts_what_a_plan_has_above_the_permit():
    breaches = []
    for tons in (NO_CAP_TPY, CAP_TPY):
        made = with_cap(tons)
        hire = next(k for k, stream in enumerate(made.market.streams) if stream.offer is not None)
        plan = BridgePlan(((Stay(hire, 0, 8, 7.0),),), np.zeros(1), np.zeros((1, 2)))
        breaches.append(BridgeScreen(made.market, made.dates, made.profiles).worth(plan)[1])
    assert breaches[1] - breaches[0] == pytest.approx(8 * (7.0 * 17.52 / CAP_TPY - 1.0))
