"""One plan for several scenarios: bound and cost bracket one MIP; it is never dearer than a plan made for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from oracles.one_piece import one_piece
from oracles.scenarios_one_piece import scenarios_one_piece
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solve.scenarios import Member, compiled_member, point_of, shared_search
from bvnexus_xl.sweep.together import Found, search_together
from tests.axes import window_axis

HOURS, FIRST, WEIGHT = 24, 4000 - 4000 % 24, 8760.0 / 24.0
GAP = 2e-3
OPTIONS = Phase2Options(gap=GAP)


def with_finance(project: Project, **values: Any) -> Project:
    return project.model_copy(update={"finance": project.finance.model_copy(update=values)})


def with_load(project: Project, megawatts: float) -> Project:
    rows = tuple(row.model_copy(update={"contracted_mw": megawatts}) for row in project.load.trajectory)
    return project.model_copy(update={"load": project.load.model_copy(update={"trajectory": rows})})


def late_grid(after_years: int, day: date | None = None) -> Project:
    """Cheap grid power; ``day`` moves energisation into a year."""
    project = small_project(2, controls=False, grid_mw=25.0, grid_after_years=after_years)
    cheap: dict[str, Any] = {"grid_energy_price_usd_per_mwh": 12.0, "standby_charge_usd_per_kw_month": 0.0}
    if day is not None:
        cheap["energisation_date"] = day
    return project.model_copy(update={"grid": project.grid.model_copy(update=cheap)})


BASE = small_project(1, controls=False)
CASES: dict[str, tuple[tuple[float, Project], ...]] = {
    "gas price": ((0.5, BASE), (0.5, with_finance(BASE, gas_price_usd_per_mmbtu=14.0))),
    "load and date of the grid": ((0.3, late_grid(0, date(2030, 5, 1))), (0.7, with_load(late_grid(1), 70.0))),
}


def member_of(project: Project) -> Member:
    return compiled_member(project, *prepared(project), window_axis(FIRST, HOURS, WEIGHT), lambda: False)


def start_of(member: Member) -> np.ndarray:
    fleet, project = member.problem.fleet, member.problem.project
    return plan_with(project, fleet, {fleet.columns[0].key: 7, "battery:mw": 20, "battery:mwh": 20}).builds


def found_for(scenarios: Sequence[tuple[float, Project]], members: Sequence[Member]) -> Found:
    weights, starts = [p for p, _ in scenarios], [start_of(member) for member in members]
    return search_together(members, weights, starts, OPTIONS, lambda *_: None, 0)


def parts(member: Member) -> tuple[Project, Fleet, Profiles]:
    return member.problem.project, member.problem.fleet, member.problem.profiles


def cost_in_one_piece(member: Member, builds: np.ndarray) -> float:
    """Million dollars; infinite where the builds keep no hard limit of the project."""
    try:
        return one_piece(*parts(member), FIRST, HOURS, WEIGHT, builds).objective
    except AttributeError:  # linopy gives no solution of an infeasible model
        return np.inf


@pytest.fixture(scope="module", params=CASES, ids=str)
def solved(request: pytest.FixtureRequest) -> tuple[Any, list[Member], Found]:
    scenarios = CASES[request.param]
    members = [member_of(project) for _, project in scenarios]
    return scenarios, members, found_for(scenarios, members)


def test_bound_and_cost_bracket_the_optimum_of_one_mip(solved: Any) -> None:
    scenarios, members, found = solved
    weights = [p for p, _ in scenarios]
    whole = scenarios_one_piece([parts(member) for member in members], weights, FIRST, HOURS, WEIGHT, GAP / 2.0)
    expected = float(np.dot(weights, found.cost))
    assert found.bound <= whole.objective * (1.0 + 1e-6)
    assert whole.bound * (1.0 - 1e-5) <= expected <= whole.objective * (1.0 + 1.5 * GAP)
    assert not found.breaks.any()


def test_cost_of_each_scenario_is_that_of_the_builds_in_one_piece(solved: Any) -> None:
    _, members, found = solved
    for member, cost in zip(members, found.cost, strict=True):
        assert cost == pytest.approx(cost_in_one_piece(member, found.builds), rel=1e-3)


def test_never_dearer_in_expectation_than_a_plan_made_for_one_scenario(solved: Any) -> None:
    scenarios, members, found = solved
    expected = sum(p * cost for (p, _), cost in zip(scenarios, found.cost, strict=True))
    master = shared_search(members, [p for p, _ in scenarios], "", lambda *_: None, np.inf).master
    for member, alone in zip(members, found.alone, strict=True):
        search = shared_search([member], [1.0], "", lambda *_: None, np.inf)
        search.price(point_of([member], [1.0], start_of(member)), whole=True)
        search.run_relaxed(GAP, 40)
        search.run_whole(GAP, 20)
        assert search.search.lower * (1.0 - 1e-9) <= alone <= search.search.best_cost * (1.0 + GAP)
        assert search.search.best is not None
        builds = search.search.best.builds
        if not master.admits(builds):
            continue  # it keeps no planning reserve in the other scenario, which its dispatch does not show
        assert expected <= sum(
            p * cost_in_one_piece(m, builds) for (p, _), m in zip(scenarios, members, strict=True)
        ) * (1.0 + GAP)
    assert sum(p * cost for (p, _), cost in zip(scenarios, found.alone, strict=True)) <= expected
    if scenarios == CASES["gas price"]:
        assert found.reference_cost is not None
        assert found.reference_cost > expected, "the plan of the cheap gas regrets"
    assert found.reference_cost is None or found.reference_cost >= expected


def test_identical_scenarios_have_the_plan_of_one() -> None:
    scenarios = ((0.3, BASE), (0.7, BASE))
    members = [member_of(BASE), member_of(BASE)]
    found = found_for(scenarios, members)
    single = one_piece(*parts(members[0]), FIRST, HOURS, WEIGHT, gap=GAP / 2.0)
    assert found.cost[0] == pytest.approx(found.cost[1], rel=1e-9)
    assert found.cost[0] == pytest.approx(single.objective, rel=1.5 * GAP)
    assert found.bound <= single.objective * (1.0 + 1e-6)
    assert found.alone == pytest.approx(found.cost, rel=GAP)
    assert found.reference_cost == pytest.approx(found.cost[0], rel=GAP)
