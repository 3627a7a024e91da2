"""Elastic relaxation: the smallest set that must give is enough, and one limit fewer is not."""

import time

import pytest

from bvnexus_xl.cli import Exit, main
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.solve.explain import explain_conflict
from bvnexus_xl.solve.feasibility import phase_one
from bvnexus_xl.solve.largest_load import load_search
from tests.solve.one_engine import UNIT_MW, one_engine


def explained(project):
    fleet = build_fleet(project)
    return explain_conflict(project, fleet, build_profiles(project, fleet), resolution="weeks")


def carried(project):
    """(load proven, bound) as shares of the project's load."""
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    phase = phase_one(project, fleet, profiles, representative_weeks(fleet, profiles, 2))
    search = load_search(
        MasterCase(project, fleet, profiles), phase, together=True, deadline=time.perf_counter() + 60.0
    )
    search.run(1e-4)
    return search.lower, search.upper


def relaxed(project, gives):
    """The project with its cells as the answer says."""
    site = {give.field: give.needed for give in gives if not give.model}
    constraints = project.constraints.model_copy(update=site)
    rows = []
    for row in project.equipment:
        update = {give.field: give.needed for give in gives if give.model == row.name}
        if "lead_time_months" in update:
            update["lead_time_months"] = round(update["lead_time_months"])
        rows.append(row.model_copy(update=update))
    return project.model_copy(update={"constraints": constraints, "equipment": tuple(rows)})


CASES = {
    # 100 MW x 8,760 h x 0.5 lb/MWh / 2,000 = 219 tons
    "NOx": (one_engine(nox_lb_per_mwh=0.5, half_load=1.0, megawatts=100.0), {"nox": 219.0}),
    # 300 MW need 17 engines and 300 x 24 x 7.7 / 1.037 mcf/day
    "gas and engines": (
        one_engine(units=15, megawatts=300.0),
        {"gas_day": 53_461.9, "most:recip-18-3-mw": 17 * UNIT_MW},
    ),
    # 200 MW need 11 engines of 0.5 acre/MW, a year before 60 months of lead time allow
    "land and lead time": (
        one_engine(
            megawatts=200.0, years=2, row={"lead_time_months": 60}, land_limit_enabled=True, land_limit_acres=90.0
        ),
        {"land": 100.65, "lead_time:recip-18-3-mw": 48.0},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_set_is_enough_and_one_limit_fewer_is_not(name):
    project, needed = CASES[name]
    conflict = explained(project)
    assert conflict.proven
    assert {give.name: give.needed for give in conflict.gives} == pytest.approx(needed, rel=6e-3)
    assert carried(relaxed(project, conflict.gives))[0] >= 1.0 - 1e-6
    for left_out in conflict.gives:
        fewer = [give for give in conflict.gives if give is not left_out]
        assert carried(relaxed(project, fewer))[1] < 1.0 - 1e-4


def test_largest_load_of_each_year_and_what_stops_it():
    conflict = explained(one_engine(years=2, megawatts=300.0))
    assert [load.fits_mw for load in conflict.loads] == pytest.approx([280.57, 280.57], rel=3e-3)
    assert conflict.stops == ("Gas per day",)


def test_a_project_with_a_plan_needs_nothing():
    conflict = explained(one_engine(megawatts=200.0))
    assert conflict.gives == ()
    assert conflict.possible
    assert conflict.proven
    assert conflict.loads[0].fits_mw == pytest.approx(200.0)


def test_the_command_line_names_the_cells(tmp_path, capsys):
    path, result = tmp_path / "site.json", tmp_path / "result.json"
    path.write_text(one_engine(nox_lb_per_mwh=0.5, half_load=1.0, megawatts=100.0).to_json(), encoding="utf-8")
    assert main(["run", str(path), "--json", str(result)]) == Exit.INFEASIBLE
    said = capsys.readouterr().out
    assert "NOx at least 220 short ton/yr instead of 100 (Constraints!C" in said
    assert "2029 45.7 of 100.0 MW; stopped by NOx" in said
    assert '"nox_limit_tpy"' in result.read_text(encoding="utf-8")


def test_a_feasible_study_carries_no_conflict():
    assert run_phase1(one_engine(megawatts=20.0)).conflict is None
