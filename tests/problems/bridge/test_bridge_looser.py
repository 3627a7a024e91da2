"""What a limit a tenth looser saves in P5: between the bounds found; each limit moved alone, in all date cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bvnexus_xl.limits import Limit
from bvnexus_xl.problems.bridge.hedging import bridge_of, find_hedge, plan_of
from bvnexus_xl.problems.bridge.looser import in_any_case, looser, savings
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.run import Run
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.events import Phase2Options
from tests.problems.bridge_projects import bridge_project, day_axis, prepared

GAP = 0.004
CAP_TPY = 85.0
"""One engine more is let in by a tenth more: 92.6 tons."""


def searched(tons: float) -> tuple[Run, Benders]:
    """The finished search of one date whose permit counts potential to emit."""
    rules = {"emission_basis": "PTE_8760", "nox_limit_tpy": tons, "spinning_reserve_enabled": False}
    project = bridge_project(years=2, constraints={**rules, "co_limit_enabled": False})
    study = project.study.model_copy(update={"decision_date": date(2025, 1, 1)})
    made = prepared(project.model_copy(update={"study": study}))
    dates = made.dates.alone(1)
    nothing = BridgePlan(((),), np.zeros(1), np.zeros((1, 2)))
    options = Phase2Options(gap=GAP, time_limit_s=300.0, relaxation_share=100.0)
    run = Run(made.market, dates, made.profiles, nothing, options, lambda _event: None, lambda: False)
    search = run.search(run.compiled(*day_axis(), keep=False), dates, "weeks")
    find_hedge(run, search)
    return run, search


def nox(year: int, limit: float, used: float, name: str = "nox") -> Limit:
    return Limit(name, "NOx", "short ton/yr", "nox_limit_tpy", year, "at_most", limit, used)


def test_the_saving_of_a_tenth_lies_between_at_least_and_at_most():
    run, search = searched(CAP_TPY)
    _, moved = searched(1.1 * CAP_TPY)
    plan, values = plan_of(search), bridge_of(search).planning_prices()
    limits = [nox(year, CAP_TPY, CAP_TPY) for year in (2028, 2029)]
    limits.append(replace(limits[0], name="land", limit=1e4, used=1.0))
    found = {item.name: item for item in savings(run, search, plan, limits, values)}
    saved, land = found["nox"], found["land"]
    assert (saved.state, land.state) == ("replanned", "zero")
    least, most = ((search.search.best_cost - cost) * 1e6 for cost in (moved.search.best_cost, moved.search.lower))
    slack = 1e-5 * search.search.best_cost * 1e6
    assert least > 1e6
    assert saved.at_least_usd <= most + slack
    assert saved.at_most_usd >= least - slack
    assert saved.at_most_usd - saved.at_least_usd <= 4.0 * GAP * search.search.best_cost * 1e6


def test_no_share_of_time_leaves_it_out():
    run, search = searched(CAP_TPY)
    run.options = replace(run.options, relaxation_share=0.0)
    assert savings(run, search, plan_of(search), [nox(2028, 85.0, 85.0)], {"nox": np.ones(2)}) == ()


def test_each_limit_is_moved_alone():
    _, search = searched(10.0 * CAP_TPY)
    b = bridge_of(search).b
    assert looser(b, "land").market.project.constraints.land_limit_acres == pytest.approx(
        1.1 * b.market.project.constraints.land_limit_acres
    )
    wider = looser(b, "import")
    assert wider.dates.cases[0].granted_mw == pytest.approx(1.1 * b.dates.cases[0].granted_mw)
    assert (wider.most_granted_mw, wider.import_bound_mw) == pytest.approx((44.0, 44.0))
    assert looser(b, "import", 0.01).import_bound_mw == b.import_bound_mw == pytest.approx(1.02 * 40.0)
    assert looser(b, "planning_reserve").planning_need == pytest.approx(0.9)
    assert looser(b, "spinning_reserve", -0.1).spinning_need == pytest.approx(1.1)


def test_of_all_cases_the_largest_limit_stands_and_binds_where_any_does():
    early, late = nox(2028, 40.0, 39.95), nox(2028, 50.0, 10.0)
    (one,) = in_any_case([(early,), (late, nox(2028, 1.0, 1.0, "run_hours:x@0-0-4"))])
    assert (one.limit, one.used, one.binding) == (50.0, 50.0, True)
