"""A limit on water in Phase 2: the optimum of one MIP, its price against re-solves, and loads worked out by hand."""

from __future__ import annotations

import time

import pytest
from oracles.one_piece import one_piece
from small_projects import plan_with, prepared, small_project

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.explain import explain_conflict
from bvnexus_xl.solve.feasibility import phase_one
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.largest_load import committed_share, load_search
from bvnexus_xl.solve.lever_prices import lever_prices
from bvnexus_xl.solve.levers import levers
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.relaxations import looser
from bvnexus_xl.solve.shadow_prices import operating_prices
from bvnexus_xl.solve.whole_dispatch import inside_caps
from tests.axes import window_axis
from tests.solve.test_search_oracle import FIRST, GAP, HOURS, WEIGHT, search_on
from tests.solve.watered import GALLONS, thirsty_site, with_cooling


def two_engines(acre_ft: float) -> Project:
    """A thirsty engine, and a dry one that burns and costs more; 20 gal/MWh of load for the halls."""
    limits = {"water_limit_enabled": True, "water_limit_acre_ft_per_year": acre_ft}
    project = small_project(models=("Recip 18.3 MW", "Battery"), controls=False, **limits)
    engine, battery = project.equipment
    thirsty = engine.model_copy(update={"water_gal_per_mwh": 60.0})
    other = {
        "name": "Dry 18.3 MW",
        "water_gal_per_mwh": 1.0,
        "heat_rate_btu_per_kwh": 8300.0,
        "capex_usd_per_kw": 1900.0,
    }
    rows = (thirsty, engine.model_copy(update=other), battery)
    return with_cooling(project.model_copy(update={"equipment": rows}), 20.0)


def test_bounds_and_plan_bracket_the_optimum_of_one_mip_where_water_binds() -> None:
    """The dry engine is dearer to buy and to run: nothing but water makes the optimum hold it."""
    project = two_engines(70.0)
    search, (fleet, profiles) = search_on(project, FIRST, HOURS, WEIGHT)
    search.run_relaxed(GAP, 60)
    proven = search.run_whole(GAP, 40)
    oracle = one_piece(project, fleet, profiles, FIRST, HOURS, WEIGHT)
    found = search.search
    assert proven
    assert found.lower <= oracle.objective * (1.0 + 1e-6)
    assert oracle.bound * (1.0 - 1e-6) <= found.best_cost <= oracle.objective * (1.0 + GAP)
    assert oracle.builds[fleet.index["dry-18-3-mw"]].sum() > 0.5


def test_operating_price_of_water_lies_between_the_differences_of_re_solves() -> None:
    project = two_engines(70.0)
    fleet, profiles = prepared(project)
    builds = plan_with(project, fleet, {"recip-18-3-mw": 4, "dry-18-3-mw": 3, "battery:mw": 20}).builds
    values = []
    for change in (-0.5, 0.0, 0.5):
        limits = project.constraints.model_copy(update={"water_limit_acre_ft_per_year": 70.0 + change})
        moved = project.model_copy(update={"constraints": limits})
        case = dispatch_case(moved, fleet, profiles, window_axis(3984, 168, 8760.0 / 168.0))
        dispatch, table = parametric_dispatch(case), price_table(moved)
        given = parameters_of(case, constant_parameters(moved, profiles, case), sizes_of(fleet, profiles, builds))
        found = DispatchEvaluator(dispatch, table, lambda: False)(given, [0], rounds=60, accuracy=1e-9)
        prices = {item.limit: item.usd_per_unit for item in operating_prices(dispatch, table, [2030], found, given)}
        values.append((found[0].value, prices["water"]))
    tighter, looser_by = ((values[n][0] - values[n + 1][0]) / 0.5 * 1e3 for n in (0, 1))
    assert tighter > 0.0
    assert looser_by * (1.0 - 1e-3) <= values[1][1] <= tighter * (1.0 + 1e-3)


def test_the_written_dispatch_aims_below_what_the_halls_leave_and_not_below_what_they_take() -> None:
    """Of 60 acre-ft the halls take some 29: a tenth below is a tenth of the rest; NOx is a tenth lower as a whole."""
    project = two_engines(60.0)
    fleet, profiles = prepared(project)
    case = dispatch_case(project, fleet, profiles, window_axis(3984, 168, 8760.0 / 168.0))
    given = constant_parameters(project, profiles, case)
    water, nox = (case.parameters.index(f"cap:{name}") for name in ("water", "nox"))
    halls = 20.0 * float(case.axis.weight @ case.load_shape) * 60.0 / GALLONS
    lower = inside_caps(case, given, 0.1)
    assert 25.0 < halls < 35.0
    assert lower[0, water] == pytest.approx(60.0 - 0.1 * (60.0 - halls), rel=1e-8)
    assert lower[0, nox] == 0.9 * given[0, nox]


def test_a_tenth_more_water_is_a_tenth_more_of_the_cell() -> None:
    project = two_engines(70.0)
    moved = looser(MasterCase(project, *prepared(project)), "water").project.constraints
    assert moved.water_limit_acre_ft_per_year == pytest.approx(77.0)
    assert moved.nox_limit_tpy == project.constraints.nox_limit_tpy


@pytest.mark.parametrize(("unit", "cooling"), [(50.0, 0.0), (20.0, 30.0), (0.0, 50.0)])
def test_largest_load_is_the_water_over_gallons_per_mwh(unit: float, cooling: float) -> None:
    """300 acre-ft of 325,851 gallons over 50 gal/MWh and 8,760 h: 223.2 MW, whoever takes the 50."""
    project = thirsty_site(unit, cooling)
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    case = MasterCase(project, fleet, profiles)
    phase = phase_one(project, fleet, profiles, representative_weeks(fleet, profiles, 2))
    search = load_search(case, phase, together=True, deadline=time.perf_counter() + 60.0)
    search.run(2e-4)
    by_hand = 300.0 * GALLONS / 50.0 / 8760.0
    assert search.lower * 400.0 == pytest.approx(by_hand, rel=2e-4)
    assert search.lower <= search.upper * (1.0 + 1e-9)
    assert search.upper * 400.0 == pytest.approx(by_hand, rel=5e-4)
    assert committed_share(search).min() * 400.0 == pytest.approx(by_hand, rel=1e-3)
    strongest = lever_prices(search, case, levers(project, fleet, profiles))[0]
    assert (strongest.lever.label, strongest.lever.unit) == ("Water", "acre-ft/yr")
    assert strongest.mw_per_unit == pytest.approx(by_hand / 300.0, rel=2e-3)
    assert strongest.elasticity == pytest.approx(1.0, rel=2e-3)


def test_what_must_give_is_the_water_of_plant_and_halls() -> None:
    """100 MW x 8,760 h x 50 gal/MWh / 325,851 gal are 134.4 acre-ft; 90 are allowed."""
    project = thirsty_site(20.0, 30.0, 90.0, 100.0)
    fleet = build_fleet(project)
    conflict = explain_conflict(project, fleet, build_profiles(project, fleet), resolution="weeks")
    assert conflict.proven
    assert {give.name: give.needed for give in conflict.gives} == pytest.approx({"water": 134.42}, rel=6e-3)
    assert conflict.gives[0].field == "water_limit_acre_ft_per_year"
    assert conflict.loads[0].fits_mw == pytest.approx(90.0 * GALLONS / 50.0 / 8760.0, rel=3e-3)
    assert conflict.stops == ("Water",)
