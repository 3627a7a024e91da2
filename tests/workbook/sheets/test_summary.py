"""Sheet ``Summary``: the answer in words and figures, what binds, and what to say when nothing is feasible."""

from dataclasses import replace

import numpy as np
import pytest

from bvnexus_xl.answer import plan_sentence
from bvnexus_xl.limits import Limit
from bvnexus_xl.solved import Proof
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.sheets import summary as summary_module
from bvnexus_xl.workbook.sheets.limit_places import LimitPlaces
from bvnexus_xl.workbook.sheets.summary import ANSWER_ROW, LIMIT_HEAD_ROW, MIX_ROW, MOST_LIMITS, SummarySheet
from bvnexus_xl.workbook.sheets.summary_mix import MOST_MODELS
from bvnexus_xl.workbook.sheets.summary_words import limits_sentence, tightest_limits, wrapped
from tests.planned import ENGINE, small_project


def limit(name="nox", year=2030, used=99.0, most=100.0, field="nox_limit_tpy", sense="at_most"):
    return Limit(name, name.upper(), "short ton/yr", field, year, sense, most, used)


def feasible(solved):
    """The study with limits that are kept, whatever its dispatch does to the others."""
    return replace(solved, status="done", limits=(limit(used=99.9), limit("co", used=10.0, field="co_limit_tpy")))


def row_of(cells, label):
    return next(row for (row, column), cell in cells.cells.items() if column == 1 and cell.value == label)


def figure(cells, label):
    return cells.cells[row_of(cells, label), 2]


def answer(cells):
    return [cells.cells[ANSWER_ROW + n, 1].value for n in range(4) if (ANSWER_ROW + n, 1) in cells.cells]


def test_the_answer_says_what_stands_at_the_end(solved):
    assert plan_sentence(solved) == (
        "To serve up to 60 MW through 2031: 5 engines (92 MW), 30 MW of solar, a battery of 20 MW / 39 MWh "
        "and 15 MW from the grid from 2031"
    )


def test_one_unit_is_not_a_plural(solved):
    builds = np.zeros_like(solved.plan.builds)
    builds[solved.fleet.index[ENGINE], 0] = 1.0
    alone = replace(solved, plan=replace(solved.plan, builds=builds))
    assert plan_sentence(alone) == "To serve up to 60 MW through 2031: 1 engine (18 MW)"


def test_units_that_leave_before_the_end_are_said(solved):
    builds = np.zeros_like(solved.plan.builds)
    builds[solved.fleet.index[ENGINE], :2] = 5.0, -4.0
    bridge = replace(solved, plan=replace(solved.plan, builds=builds))
    expected = "1 engine (18 MW); before that up to 92 MW of engines, the last until 2029"
    assert plan_sentence(bridge) == f"To serve up to 60 MW through 2031: {expected}"


def test_the_answer_gives_cost_and_what_binds(solved, monkeypatch):
    monkeypatch.setattr(summary_module, "checks_failed", lambda _solved: 0)
    cells = SummarySheet().cells(feasible(solved))
    cost = f"{solved.money.lcoe_usd_per_mwh:,.2f}"
    ending = "per MWh delivered (levelised, nominal); every limit is kept; nothing to spare in: NOX from 2030."
    assert answer(cells)[1] == f"at ${cost} {ending}"
    assert cells.cells[ANSWER_ROW, 1].style == "answer"


def test_the_answer_names_as_many_limits_as_its_line_holds(solved, monkeypatch):
    monkeypatch.setattr(summary_module, "checks_failed", lambda _solved: 0)
    study = feasible(solved)
    bound = next(item for item in study.limits if item.binding)
    named = [replace(bound, name=f"limit{n}", label=f"A limit with a long label number {n}") for n in range(5)]
    line = answer(SummarySheet().cells(replace(study, limits=(*named,))))[1]
    assert len(line) <= 151
    assert line.endswith(f"nothing to spare in: A limit with a long label number 0 from {bound.year} and 4 more.")


def test_an_answer_whose_checks_fail_is_no_answer_to_rely_on(solved, monkeypatch):
    monkeypatch.setattr(summary_module, "checks_failed", lambda _solved: 2)
    cells = SummarySheet().cells(feasible(solved))
    assert answer(cells)[0].startswith("CHECKS FAIL (2), see sheet Checks before relying on this.")
    assert cells.cells[ANSWER_ROW, 1].style == "answer_broken"


def test_an_infeasible_study_says_so_first_with_limit_amount_year_and_cell(broken):
    cells = SummarySheet().cells(broken)
    worst = max((item for item in broken.limits if item.name == "nox"), key=lambda item: item.used)
    place = template_locations(broken.project).limit_cell("nox_limit_tpy")
    said = " ".join(answer(cells))
    assert said.startswith("NO DESIGN FOUND KEEPS EVERY LIMIT.")
    assert f"NOx (99 % of cap) over by {worst.used - 1.98:,.1f} short ton/yr in {worst.year} ({place})" in said
    assert cells.cells[ANSWER_ROW, 1].style == "answer_broken"


@pytest.mark.parametrize(("target", "said"), [(1000.0, "target met"), (0.001, "target MISSED")])
def test_the_availability_says_whether_it_meets_the_target(solved, target, said):
    rules = {"adequacy_target_enabled": True, "lolh_target_h_per_year": target}
    project = solved.project.model_copy(
        update={"constraints": solved.project.constraints.model_copy(update=rules)},
    )
    cells = SummarySheet().cells(replace(solved, project=project))
    (row,) = [row for (row, _), cell in cells.cells.items() if cell.value == "Availability, weakest year"]
    assert str(cells.cells[row, 3].value).endswith(f"; {said}, see RAM")


def test_limits_with_long_names_are_counted_where_they_would_not_fit_the_line(solved):
    long = tuple(
        replace(limit(name, used=99.9), label=label)
        for name, label in (
            ("one", "Firm MW, 1 out, 12.74 to spare"),
            ("two", "Spinning reserve, tightest hour"),
            ("nox", "NOx"),
        )
    )
    said = limits_sentence(replace(solved, limits=long), 112)
    assert said == "every limit is kept; nothing to spare in: Firm MW, 1 out, 12.74 to spare from 2030 and 2 more"
    short = limits_sentence(replace(solved, limits=(long[1], long[2])), 112)
    assert short.endswith("nothing to spare in: Spinning reserve, tightest hour from 2030, NOx from 2030")


def test_a_shortage_is_told_as_one(broken):
    short = limit("planning_reserve", used=90.0, field="planning_reserve_units", sense="at_least")
    cells = SummarySheet().cells(replace(broken, limits=(short,)))
    assert "PLANNING_RESERVE short by 10.0 short ton/yr in 2030" in " ".join(answer(cells))


def test_what_does_not_fit_the_answer_is_counted_and_told_below(broken):
    many = tuple(limit(f"limit number {n}", used=200.0 + n) for n in range(7))
    said = answer(SummarySheet().cells(replace(broken, limits=many)))
    assert " ".join(said).endswith("; 3 more in the table below.")
    assert len(said) == 3


def test_a_long_answer_takes_another_row_and_keeps_its_cost(solved, monkeypatch):
    monkeypatch.setattr(summary_module, "checks_failed", lambda _solved: 0)
    monkeypatch.setattr(summary_module, "plan_sentence", lambda _solved: "To serve 600 MW: " + "9 engines, " * 20)
    said = answer(SummarySheet().cells(feasible(solved)))
    assert len(said) == 3
    assert said[2].startswith("at $")


def test_money_is_linked_to_the_pro_forma_and_carries_pythons_value(solved):
    cells, money = SummarySheet().cells(solved), solved.money
    for label, value, formula in (
        ("Levelised cost, nominal", money.lcoe_usd_per_mwh, "=ProForma!$C$5"),
        ("Levelised cost, first-year money", money.lcoe_real_usd_per_mwh, "=ProForma!$D$5"),
        ("Net present value of cost", money.npv_cost_usd, "=ProForma!$A$5"),
        ("Capital, all years", money.capex_usd, "=ProForma!$E$5"),
        ("Discount rate", solved.project.finance.discount_rate, "=discount_rate"),
    ):
        assert (figure(cells, label).value, figure(cells, label).formula) == (value, formula)


def test_class_and_gap_follow_the_phase(solved):
    cells = SummarySheet().cells(solved)
    row = row_of(cells, "Class of the cost estimate")
    assert [cells.cells[row, column].value for column in (2, 3)] == ["Class 5", "±50 %"]
    assert figure(cells, "Gap to the best possible").value == "–"
    optimised = SummarySheet().cells(replace(solved, phase=2, proof=Proof(gap=0.0042, resolution="year")))
    assert [optimised.cells[row, column].value for column in (2, 3)] == ["Class 3", "±20 %"]
    assert figure(optimised, "Gap to the best possible").value == 0.0042
    stopped = SummarySheet().cells(replace(solved, phase=2))
    assert stopped.cells[row, 2].value == "Class 3"
    assert stopped.cells[row + 1, 3].value == "not proven, see What to know"


def test_limits_come_tightest_first_with_the_first_year_they_bind():
    found = tightest_limits(
        [limit(year=2029, used=50.0), limit(year=2030, used=99.8), limit(year=2031, used=99.9), limit("co", used=70.0)]
    )
    assert [(item.limit.name, item.limit.year, item.first_year) for item in found] == [
        ("nox", 2031, 2030),
        ("co", 2030, None),
    ]


def test_a_broken_limit_comes_before_one_that_binds_and_counts_from_the_year_it_breaks():
    found = tightest_limits([limit("co", used=100.0), limit(year=2030, used=99.9), limit(year=2031, used=101.0)])
    assert [(item.limit.name, item.first_year) for item in found] == [("nox", 2031), ("co", 2030)]


def test_a_limit_of_zero_that_is_broken_is_the_tightest():
    short = limit("spinning_reserve", used=3.0, most=0.0, field="spinning_reserve_enabled")
    assert [item.limit.name for item in tightest_limits([limit(used=150.0), short])] == ["spinning_reserve", "nox"]


def test_limits_that_do_not_fit_are_counted(solved):
    many = tuple(limit(f"limit{n}") for n in range(MOST_LIMITS + 3))
    cells = SummarySheet().cells(replace(solved, limits=many))
    assert cells.cells[LIMIT_HEAD_ROW + 1 + MOST_LIMITS, 7].value == "3 more on sheet Limits"


def test_the_cell_of_a_limit_is_where_its_field_stands(solved):
    places = LimitPlaces(solved.project)
    sheet, cell = template_locations(solved.project).cells["constraints", "nox_limit_tpy"]
    assert places.cell(limit()) == f"{sheet}!{cell}"
    assert places.link(limit()) == f'=HYPERLINK("#nox_limit_tpy","{sheet}!{cell}")'


def test_the_cell_of_a_limit_follows_a_field_the_user_moved(solved):
    found = template_locations(solved.project)
    moved = replace(found, cells={**found.cells, ("constraints", "nox_limit_tpy"): ("Constraints", "C77")})
    cells = SummarySheet().cells(replace(solved, limits=(limit(),)), moved)
    assert cells.cells[LIMIT_HEAD_ROW + 1, 17].value == "Constraints!C77"


def test_the_cell_of_permitted_hours_is_in_the_row_of_its_model():
    project = small_project()
    hours = limit("run_hours:recip-18-3-mw+scr", field="max_run_hours_per_year")
    position = [row.name for row in project.equipment].index("Recip 18.3 MW")
    sheet, cell = template_locations(project).cells["equipment", position, "max_run_hours_per_year"]
    assert LimitPlaces(project).cell(hours) == f"{sheet}!{cell}"
    assert LimitPlaces(project).link(hours) == f'=HYPERLINK("#{sheet}!{cell}","{sheet}!{cell}")'


def test_the_mix_shows_first_and_last_year_and_adds_up_to_all_power_and_energy(solved):
    cells = SummarySheet().cells(solved)
    row = row_of(cells, "Recip 18.3 MW + SCR")
    assert [cells.cells[row, column].value for column in (3, 4, 6, 7)] == pytest.approx([3, 54.9, 4, 73.2])
    total = row_of(cells, "Total")
    assert cells.cells[total, 7].value == pytest.approx(5 * 18.3 + 20.0 + 30.0 + 15.0)
    last = solved.dispatches[2]
    supply = float(last.load_mw.sum() + last.charge_mw.sum() - last.unserved_mw.sum())
    assert cells.cells[total, 8].value == pytest.approx(supply, rel=1e-9)


def test_models_that_do_not_fit_the_mix_share_its_last_row(solved):
    columns = [replace(solved.fleet.columns[0], key=f"engine{n}", label=f"Engine {n}") for n in range(14)]
    fleet = replace(
        solved.fleet, thermal=(solved.fleet.thermal[0],) * 14, columns=(*columns, *solved.fleet.columns[3:])
    )
    builds = np.zeros((len(fleet.columns), 3))
    builds[:14, 0] = 1.0
    totals = tuple(replace(year, thermal_mwh=np.full(14, 1000.0)) for year in solved.totals)
    many = replace(solved, fleet=fleet, plan=replace(solved.plan, builds=builds), totals=totals)
    cells = summary_module.SheetCells("Summary")
    summary_module.put_mix(cells, many, MIX_ROW)
    assert cells.cells[MIX_ROW + 1 + MOST_MODELS, 1].value == "5 other rows, on sheet Sizing"
    total = row_of(cells, "Total")
    assert cells.cells[total, 4].value == pytest.approx(14 * 18.3)
    assert cells.cells[total, 5].value == pytest.approx(14 * 1000.0)


def test_notes_are_wrapped_and_what_does_not_fit_is_on_the_log():
    assert wrapped(["one two three four"], 9, 5) == ["• one two", "  three", "  four"]
    assert wrapped(["one", "two", "three"], 20, 2) == ["• one", "• More on sheet Log"]


def test_an_empty_template_says_what_to_do():
    cells = SummarySheet().cells(None)
    assert answer(cells)[0].startswith("Not run yet.")
    assert all(cell.formula == "" or "Checks" in cell.formula for cell in cells.cells.values())
