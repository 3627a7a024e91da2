"""A whole year at quarter-hours: a plan that holds, one that fails by hour and cause, its correction, time and cancel.

One engine model and no battery: the year is built and dispatched in a few seconds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bvnexus_xl import pipeline
from bvnexus_xl.dispatch import HourlyDispatch, year_totals
from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.load import Load, LoadYear, WorkloadClass
from bvnexus_xl.limits import plan_limits
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.reliability.ram import ram_study
from bvnexus_xl.screening.record import dispatch_plan
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.result import Tier3Options, Tier3Result
from bvnexus_xl.tier3.validate import validate, with_tier3
from tests.model.window import engine
from tests.projects import small_project

OFF = dict.fromkeys(
    [f"{name}_enabled" for name in ("nox_limit", "co_limit", "gas_limit", "land_limit", "planned_outage")], False
)
STEPS = WorkloadClass(
    name="training",
    share=1.0,
    load_factor=0.95,
    daily_swing_fraction=0.0,
    volatility_15min_fraction=0.03,
    job_step_fraction=0.1,
)


def study_of(units: float, **limits: Any) -> SolvedStudy:
    """One year at 60 MW on ``units`` engines of 10 MW: a plan by hand, dispatched by Phase 1's rules."""
    rules = {**OFF, "planning_reserve_enabled": False, "spinning_reserve_enabled": False, **limits}
    rules = {"unserved_limit_fraction": 0.0, **rules}
    load = Load(trajectory=(LoadYear(year=2029, contracted_mw=60.0),), workload_mix=(STEPS,))
    project = small_project(1, equipment=(engine(ramp_mw_per_min=None),), constraints=rules, load=load)
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    builds = np.zeros((len(fleet.columns), 1))
    builds[fleet.index["engine"], 0] = units
    plan = Plan(project.years, builds, (True,))
    dispatches = dispatch_plan(project, fleet, profiles, plan)
    totals = tuple(year_totals(project, fleet, profiles, one) for one in dispatches)
    return SolvedStudy(
        project=project,
        fleet=fleet,
        profiles=profiles,
        plan=plan,
        phase=1,
        status="done",
        dispatches=dispatches,
        totals=totals,
        money=plan_money(project, fleet, profiles, plan, totals),
        limits=plan_limits(project, fleet, profiles, plan, totals),
        ram=ram_study(project, fleet, profiles, plan),
        warnings=("its own",),
        seconds={},
        designs_tried=1,
    )


@pytest.fixture(scope="module")
def short() -> SolvedStudy:
    """Six engines carry the highest hour to the megawatt, and no quarter-hour above it."""
    return study_of(6)


@pytest.fixture(scope="module")
def failed(short: SolvedStudy) -> Tier3Result:
    return validate(short, Tier3Options(resize=True))


def test_a_plan_that_serves_every_hour_fails_in_the_quarter_hour_above_it(
    short: SolvedStudy, failed: Tier3Result
) -> None:
    assert short.totals[0].unserved_mwh == pytest.approx(0.0, abs=1e-9)
    assert failed.status == "fail"
    (year,) = failed.years
    (criterion,) = year.failed
    assert criterion.limit.name == "unserved"
    assert year.load_hour_mw == pytest.approx(60.0)
    assert year.load_quarter_mw > 60.5
    assert criterion.limit.used == pytest.approx(above_60(failed, short), rel=1e-6)
    assert "every unit in service runs at full output" in criterion.cause
    assert criterion.when[:4] == "2029"
    assert criterion.when[-2:] in ("00", "15", "30", "45")
    assert criterion.when in failed.warnings[0]


def above_60(found: Tier3Result, study: SolvedStudy) -> float:
    """MWh of load above the 60 MW that six engines give."""
    from bvnexus_xl.profiles.quarter_hours import quarter_hours

    load = 60.0 * quarter_hours(study.project, study.profiles).load_shape
    assert found.years[0].load_quarter_mw == pytest.approx(load.max())
    return float(np.maximum(load - 60.0, 0.0).sum() / 4.0)


def test_resizing_adds_the_fewest_units_that_pass(failed: Tier3Result) -> None:
    corrected = failed.resized
    assert corrected is not None
    assert [(item.key, item.year, item.units) for item in corrected.added] == [("engine", 2029, 1)]
    assert corrected.passed
    assert not corrected.broken
    assert corrected.years[0].totals.unserved_mwh == pytest.approx(0.0, abs=1e-6)
    assert corrected.npv_cost_usd is not None
    assert failed.money is not None
    assert corrected.npv_cost_usd > failed.money.npv_cost_usd
    assert "1 x Engine from 2029" in corrected.note


def test_energy_and_money_of_quarter_hours_are_those_of_their_hours(short: SolvedStudy, failed: Tier3Result) -> None:
    totals, hourly = failed.years[0].totals, short.totals[0]
    assert totals.load_mwh == pytest.approx(hourly.load_mwh, rel=1e-9)
    assert totals.served_mwh == pytest.approx(hourly.load_mwh - totals.unserved_mwh, rel=1e-9)
    assert totals.thermal_mwh.sum() == pytest.approx(totals.served_mwh, rel=1e-9)
    assert failed.money is not None
    assert failed.money.capex_usd == pytest.approx(short.money.capex_usd)
    assert failed.money.operating["gas_fuel"] == pytest.approx(short.money.operating["gas_fuel"], rel=0.02)


def test_the_result_is_plain_json_values(failed: Tier3Result) -> None:
    import json

    record = json.loads(json.dumps(failed.record(), allow_nan=False))
    assert record["status"] == "fail"
    assert record["years"][0]["criteria"][0]["passed"] is False
    assert record["resized"]["added"][0]["units"] == 1


def test_a_study_takes_the_validation_and_its_remarks_first(short: SolvedStudy, failed: Tier3Result) -> None:
    study = with_tier3(short, failed)
    assert study.tier3 is failed
    assert study.warnings[-1] == "its own"
    assert study.warnings[0].startswith("The plan fails at quarter-hours")


def test_emissions_are_named_by_the_moment_they_pass_the_cap_and_no_unit_helps() -> None:
    clean = study_of(8, unserved_limit_enabled=False)
    row = clean.project.equipment[0].model_copy(update={"nox_lb_per_mwh": 0.5})
    tons = 0.5 * clean.totals[0].thermal_mwh.sum() / 2000.0
    limits = {"nox_limit_enabled": True, "nox_limit_tpy": 0.75 * tons, "emission_basis": "actual"}
    rules = clean.project.constraints.model_copy(update=limits)
    project = clean.project.model_copy(update={"equipment": (row,), "constraints": rules})
    found = validate(replace(clean, project=project, fleet=build_fleet(project)), Tier3Options(resize=True))
    (nox,) = found.failed
    assert nox.limit.name == "nox"
    assert nox.limit.used == pytest.approx(tons, rel=1e-3)
    # three quarters of a flat year's tons are out around the 273rd day
    assert "2029-09-20" < nox.when < "2029-10-10"
    assert nox.cause.startswith(f"running emits {nox.limit.used:,.1f} short tons")
    assert found.resized is not None
    assert not found.resized.passed
    assert not found.resized.added


def test_time_and_cancel_end_the_run_with_a_reason(short: SolvedStudy) -> None:
    with pytest.raises(NoPlanFound, match=r"time limit of 1e-06 s ended before the first year"):
        validate(short, Tier3Options(time_limit_s=1e-6))
    with pytest.raises(NoPlanFound, match="cancelled before the first year"):
        validate(short, cancelled=lambda: True)


def test_problems_whose_plan_is_not_one_dispatch_are_refused(short: SolvedStudy) -> None:
    study = short.project.study.model_copy(update={"problem": "P5"})
    with pytest.raises(NoPlanFound, match="P1, P2, P3; this is P5"):
        validate(replace(short, project=short.project.model_copy(update={"study": study})))


def test_totals_of_four_equal_quarters_are_those_of_the_hour(short: SolvedStudy) -> None:
    hourly = short.dispatches[0]
    quarters = HourlyDispatch(
        **{name: np.repeat(getattr(hourly, name), 4, axis=-1) for name in _ARRAYS},
    )
    ours = year_totals(short.project, short.fleet, short.profiles, quarters)
    theirs = year_totals(short.project, short.fleet, short.profiles, hourly)
    for name in ("load_mwh", "served_mwh", "nox_tons", "co2_tons", "import_mwh", "gas_mcf_per_hour_max"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-12)
    for name in ("starts", "online_h", "fuel_mmbtu", "thermal_mwh", "gas_mcf_per_day"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-9)


_ARRAYS = tuple(name for name in HourlyDispatch.__slots__ if name != "energy_price_usd_per_mwh")


def test_another_problem_is_refused_before_anything_is_solved(
    short: SolvedStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "run_phase1", lambda *_: pytest.fail("solved"))
    study = short.project.study.model_copy(update={"problem": "P4"})
    with pytest.raises(NoPlanFound, match="this is P4"):
        pipeline.run_phase3(short.project.model_copy(update={"study": study}))
