"""Plans with an adequacy target: the reserve rises until our own outage tables say that it is met."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bvnexus_xl import pipeline
from bvnexus_xl.adequacy_loop import MOST_STEPS, reach_target
from bvnexus_xl.answer import answer_lines
from bvnexus_xl.errors import InfeasibleProject, NoPlanFound
from bvnexus_xl.inputs.checks import Parts, limits_do_not_contradict
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import cheapest_plan_phase1, cheapest_plan_phase2
from bvnexus_xl.plan import effective
from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.planning_reserve import firm_margin, reserve_coefficients
from bvnexus_xl.reliability.ram_case import ram_case
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy
from tests.projects import BATTERY, RECIP, small_project


def _project(target: float | None, **constraints: Any) -> Project:
    """One year, one model of engine: units may fail together and with their gas, 15.3 h/yr that no unit lowers."""
    wanted = {"adequacy_target_enabled": True, "lolh_target_h_per_year": target} if target is not None else {}
    return small_project(years=1, equipment=(RECIP, BATTERY), constraints={**wanted, **constraints})


def _screened(target: float | None) -> tuple[SolvedStudy, list[str]]:
    said: list[str] = []
    return cheapest_plan_phase1(_project(target), lambda text, _share: said.append(text)), said


@pytest.fixture(scope="module")
def without() -> SolvedStudy:
    return _screened(None)[0]


@pytest.fixture(scope="module")
def tight() -> tuple[SolvedStudy, list[str]]:
    return _screened(17.0)


@pytest.fixture(scope="module")
def loose() -> SolvedStudy:
    return _screened(60.0)[0]


@pytest.fixture(scope="module")
def out_of_reach() -> SolvedStudy:
    return _screened(5.0)[0]


def _lolh(solved: SolvedStudy) -> list[float]:
    """Hours of shortage by the outage tables, from the builds of the plan alone."""
    able = effective(solved.fleet, solved.plan.builds)
    years = range(len(solved.plan.years))
    return [adequacy(ram_case(solved.project, solved.fleet, solved.profiles, able[:, y], y)).lolh for y in years]


def test_the_plan_meets_its_target_by_the_outage_tables(without, tight):
    assert max(_lolh(without)) > 60.0
    assert max(_lolh(tight[0])) <= 17.0
    assert tight[0].adequacy.plan_step.met
    assert tight[0].adequacy.ended == "met"
    assert tight[0].status == "done"
    assert not any("missed" in text for text in tight[0].warnings)


def test_a_looser_target_is_cheaper_and_none_cheapest(without, loose, tight):
    costs = [study.money.npv_cost_usd for study in (without, loose, tight[0])]
    hours = [max(_lolh(study)) for study in (without, loose, tight[0])]
    assert costs == sorted(costs)
    assert costs[0] < costs[1] < costs[2]
    assert hours[0] > 60.0 >= hours[1] > 17.0 >= hours[2]


def test_reserve_cost_and_availability_rise_with_every_step(tight):
    steps = tight[0].adequacy.steps
    assert len(steps) == 3
    for before, step in itertools.pairwise(steps):
        assert step.margin_mw > before.margin_mw
        assert step.availability > before.availability
        assert step.price_usd_per_mwh == pytest.approx(step.lcoe_usd_per_mwh - before.lcoe_usd_per_mwh)
        assert step.price_usd_per_mwh > 0.0
    assert [step.met for step in steps] == [False, False, True]


def test_the_step_before_the_chosen_one_misses_the_target(tight):
    """The reserve is the smallest tested that is enough."""
    search = tight[0].adequacy
    before, last = search.last_nine
    assert (before, last) == (search.steps[-2], search.plan_step)
    assert before.lolh > 17.0 >= last.lolh
    assert f"{last.price_usd_per_mwh:,.2f} $/MWh from" in search.sentence()


def test_the_plan_holds_the_reserve_that_its_step_names(tight):
    solved = tight[0]
    asked = solved.adequacy.plan_step.margin_mw
    coefficients = reserve_coefficients(solved.project, solved.fleet, solved.profiles, 0)
    able = effective(solved.fleet, solved.plan.builds)
    assert firm_margin(solved.project, solved.fleet, coefficients, able[:, 0]) >= asked - 1e-6
    (limit,) = [limit for limit in solved.limits if limit.name == "planning_reserve"]
    assert limit.limit == pytest.approx(60.0 + asked)
    assert f"{asked:,.4g} to spare" in limit.label


def test_a_target_that_units_cannot_meet_says_what_is_missing(out_of_reach):
    search = out_of_reach.adequacy
    assert (search.plan_step.met, search.ended) == (False, "shared_cause")
    assert len(search.steps) < MOST_STEPS
    # gas supply out, or all engines out together while there is gas
    floor = 8760.0 * (1.0 - 0.9995 * (1.0 - 0.05 * RECIP.forced_outage_rate))
    assert search.plan_step.shared_cause_h == pytest.approx(floor, abs=1e-6)
    first = out_of_reach.warnings[0]
    assert first.startswith("The adequacy target is missed by")
    assert f"{floor:,.2f} h/yr come from gas supply" in first
    assert max(_lolh(out_of_reach)) <= 1.1 * floor


def test_progress_names_every_step(tight):
    for number in (1, 2, 3):
        assert any(text.startswith(f"Adequacy step {number}, ") for text in tight[1])


def test_without_a_target_nothing_is_different(without):
    assert without.adequacy is None
    assert to_result(without).adequacy is None
    assert [limit.limit for limit in without.limits if limit.name == "planning_reserve"] == [pytest.approx(60.0)]
    assert not any("missed" in text for text in without.warnings)


def test_setting_a_target_is_advised_only_where_there_is_none(without, tight):
    assert any("set lolh_target_h_per_year" in text for text in without.warnings)
    assert not any("set lolh_target_h_per_year" in text for text in tight[0].warnings)


def test_the_first_step_is_the_plan_without_a_target(without, tight):
    assert tight[0].adequacy.steps[0].npv_cost_usd == without.money.npv_cost_usd
    assert tight[0].adequacy.steps[0].lolh == max(_lolh(without))


def test_the_study_is_that_of_the_project_as_given(tight):
    assert tight[0].project == _project(17.0)
    assert tight[0].project.constraints.planning_margin_mw == 0.0


def test_the_result_file_and_the_answer_tell_the_steps(tight):
    solved = tight[0]
    found = to_result(solved).model_dump(mode="json")["adequacy"]
    assert [step["lolh_h"] for step in found["steps"]] == [step.lolh for step in solved.adequacy.steps]
    assert found["met"]
    assert found["price_of_last_nine_usd_per_mwh"] == solved.adequacy.plan_step.price_usd_per_mwh
    assert solved.adequacy.sentence() in answer_lines(solved)


def test_phase_2_starts_with_the_reserve_of_the_screening_and_meets_the_target():
    options = Phase2Options(weeks=1, resolution="weeks", relaxation_share=0.0)
    solved = cheapest_plan_phase2(_project(60.0), options=options)
    assert max(_lolh(solved)) <= 60.0
    assert [step.phase for step in solved.adequacy.steps] == [1, 1, 2]
    assert solved.adequacy.steps[2].margin_mw == solved.adequacy.steps[1].margin_mw
    assert solved.adequacy.last_nine == solved.adequacy.steps[:2]
    assert "(screening)" in solved.adequacy.sentence()


def test_phase_2_raises_the_reserve_further_where_its_own_plan_misses(loose, monkeypatch):
    """The optimisation is made up; the starts come from screenings at the reserve asked for, within the time left."""
    calls: list[tuple[float, float, float]] = []

    def optimised(project: Project, first: SolvedStudy, _progress: Any, options: Phase2Options, _cancelled: Any) -> Any:
        limits = [limit.limit for limit in first.limits if limit.name == "planning_reserve"]
        calls.append((project.constraints.planning_margin_mw, limits[0] - 60.0, options.time_limit_s))
        found = replace(first, phase=2, screening=first)
        return _made_up(found, 100.0, 1e6) if len(calls) == 1 else found

    monkeypatch.setattr(pipeline, "_optimised", optimised)
    solved = cheapest_plan_phase2(loose.project, options=Phase2Options(time_limit_s=500.0))
    margins, starts, seconds = zip(*calls, strict=True)
    assert margins[0] == loose.adequacy.plan_step.margin_mw < margins[1]
    assert starts == pytest.approx(margins)
    assert 500.0 >= seconds[0] > seconds[1]
    assert [step.phase for step in solved.adequacy.steps] == [1, 1, 2, 2]
    assert solved.adequacy.plan_step == solved.adequacy.steps[-1]
    assert solved.screening.project == solved.project == loose.project


def test_a_target_without_the_planning_reserve_is_a_fault():
    rules = Constraints(adequacy_target_enabled=True, planning_reserve_enabled=False)
    (fault,) = limits_do_not_contradict(Parts(constraints=rules))
    assert (fault.code, fault.loc) == ("CONTRADICTING_LIMITS", ("constraints", "adequacy_target_enabled"))
    assert not list(limits_do_not_contradict(Parts(constraints=Constraints(adequacy_target_enabled=True))))


# The loop itself, on plans made up


def _made_up(study: SolvedStudy, lolh: float, npv: float, status: str = "done") -> SolvedStudy:
    """``study`` with other hours of shortage and another cost."""
    years = tuple(replace(year, lolh=lolh, availability=1.0 - lolh / 8760.0) for year in study.ram.years)
    ram = replace(study.ram, years=years, shared_cause_h=0.5)
    money: Any = SimpleNamespace(objective_usd=npv, objective_lcoe_usd_per_mwh=npv / 1e6)
    return replace(study, ram=ram, money=money, status=status)


def _solver(outcomes: Sequence[SolvedStudy | Exception]) -> tuple[Callable[..., SolvedStudy], list[float]]:
    """Hands the outcomes out one by one; notes the reserve of each call."""
    asked: list[float] = []

    def solve(project: Project, before: SolvedStudy | None, progress: Any) -> SolvedStudy:
        asked.append(project.constraints.planning_margin_mw)
        outcome = outcomes[len(asked) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return solve, asked


def _silent(_text: str, _share: float) -> None:
    pass


def test_the_steps_end_at_the_cap_with_the_best_plan(without):
    plans = [_made_up(without, 100.0 - number, 100.0 + number) for number in range(MOST_STEPS)]
    solve, asked = _solver(plans)
    found = reach_target(_project(20.0), solve, _silent)
    assert len(asked) == MOST_STEPS
    assert asked == sorted(asked)
    assert (found.adequacy.ended, found.adequacy.chosen) == ("steps", MOST_STEPS - 1)
    assert f"{MOST_STEPS} reserves were tried" in found.warnings[0]


def test_more_reserve_than_the_limits_allow_keeps_the_plan_before(without):
    for last in (_made_up(without, 10.0, 90.0, "infeasible"), InfeasibleProject("no room")):
        solve, asked = _solver([_made_up(without, 100.0, 100.0), _made_up(without, 50.0, 120.0), last])
        found = reach_target(_project(20.0), solve, _silent)
        assert (found.status, found.adequacy.ended, found.adequacy.plan_step.lolh) == ("done", "limits", 50.0)
        assert len(asked) == 3
        assert "keeps every limit" in found.warnings[0]


def test_a_reserve_that_does_not_fit_the_second_phase_gives_way(without):
    first, _ = _solver([_made_up(without, 100.0, 100.0), _made_up(without, 10.0, 120.0)])
    screening = reach_target(_project(20.0), first, _silent)
    solve, asked = _solver([InfeasibleProject("no room"), _made_up(without, 90.0, 99.0)])
    found = reach_target(_project(20.0), solve, _silent, screening.adequacy)
    assert asked == [screening.adequacy.plan_step.margin_mw, 0.0]
    assert (found.status, found.adequacy.ended, found.adequacy.plan_step.lolh) == ("done", "limits", 90.0)


@pytest.mark.parametrize(("basis", "chosen", "price"), [("pre_tax", 0, 4e-6), ("after_tax", 1, -6e-6)])
def test_of_plans_as_short_the_cheaper_by_the_objective_is_kept(without, basis, chosen, price):
    """Before tax 100, then 104 dollars; after it 120, then 114."""
    costs = {"pre_tax": (100.0, 104.0), "after_tax": (120.0, 114.0)}[basis]
    plans = [_made_up(without, 50.0, cost) for cost in costs]
    project = _project(20.0)
    project = project.model_copy(update={"finance": project.finance.model_copy(update={"objective_basis": basis})})
    found = reach_target(project, _solver([*plans, InfeasibleProject("no room")])[0], _silent).adequacy
    assert found.chosen == chosen
    assert found.steps[1].price_usd_per_mwh == pytest.approx(price)
    assert found.record()["objective_basis"] == basis
    assert (" $/MWh after tax from" in found.sentence()) == (basis == "after_tax")


def test_no_step_begins_when_the_time_is_used_up(without):
    solve, asked = _solver([_made_up(without, 100.0, 100.0)])
    found = reach_target(_project(20.0), solve, _silent, over=lambda: "time")
    assert len(asked) == 1
    assert "time limit" in found.warnings[0]


def test_no_plan_at_the_reserve_of_the_project_is_an_error():
    for error in (InfeasibleProject("no room"), NoPlanFound("no time")):
        with pytest.raises(type(error)):
            reach_target(_project(20.0), _solver([error])[0], _silent)
