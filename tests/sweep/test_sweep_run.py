"""Which studies a sweep solves, what it keeps, and what it says of them; answers are known beforehand."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from datetime import date

import pytest

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.inputs.scenarios import ScenarioRow, TornadoRow
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.sweep import pools, run
from bvnexus_xl.sweep.cases import scenario_cases, swing_cases
from bvnexus_xl.sweep.comparison import comparison_lines
from bvnexus_xl.sweep.run import SweepOptions, run_sweep
from bvnexus_xl.sweep.store import Store
from bvnexus_xl.sweep.task import task_of
from bvnexus_xl.workbook.sheets.compare_columns import COST, FIRST_ROW, HEAD_ROW, LCOE
from bvnexus_xl.workbook.sheets.compare_sheet import comparison_cells
from tests.sweep.studies import DEAR, OFF, SHORT, SWING, TIGHT, FakeSolver, price, study

GAS = TornadoRow(field="gas_price_usd_per_mmbtu", high="x1.2")
BASE = 10.0 * 3.5 + 100.0 * 0.08


@pytest.fixture
def sweep(monkeypatch, tmp_path):
    def go(project, solver=None, **wanted):
        solver = solver or FakeSolver(price)
        monkeypatch.setattr(run, "outcomes", solver)
        return run_sweep(project, SweepOptions(**wanted), Store(tmp_path / "store"), lambda _text, _share: None), solver

    return go


def test_the_base_case_comes_first_and_what_is_off_or_faulty_is_not_solved(sweep):
    found, solver = sweep(study())
    assert [project.finance.gas_price_usd_per_mmbtu for project in solver.asked] == [3.5, pytest.approx(4.2), 3.5]
    assert [case.name for case in found.scenarios] == ["Dear gas", "No land", "Years without load"]
    assert [case.status for case in found.scenarios] == ["done", "infeasible", "faults"]
    assert found.scenarios[1].message == "no room"
    assert "TRAJECTORY_GAP" in found.scenarios[2].message
    assert "2030" in found.scenarios[2].message
    assert found.scenarios[1].figures is None
    assert found.scenarios[0].changes == "gas_price_usd_per_mmbtu = x1.2"
    assert found.scenarios[0].binding == "NOx 2029"
    assert found.tornado == ()


def test_the_mean_is_weighed_by_probability_with_the_rest_for_the_base_case(sweep):
    found, _ = sweep(study(scenarios=(DEAR, OFF)))
    assert found.base.probability == 0.75
    mean = 0.75 * BASE + 0.25 * (BASE + 7.0)
    assert found.expected.lcoe_usd_per_mwh == pytest.approx(mean)
    assert found.expected.npv_cost_usd == pytest.approx(1e7 * mean)
    assert found.expected.installed_mw["Engines"] == pytest.approx(50.0)
    assert sweep(study(scenarios=(DEAR.model_copy(update={"probability": None}),)))[0].expected is None


def test_there_is_no_mean_where_a_scenario_with_a_probability_has_no_answer(sweep):
    assert sweep(study(scenarios=(DEAR, TIGHT.model_copy(update={"probability": 0.1}))))[0].expected is None


def after_tax(project):
    """After tax dear gas costs less than the base case, and a higher discount rate nothing: the order turns round."""
    finance = project.finance
    after = 90.0 - 5.0 * finance.gas_price_usd_per_mmbtu
    cost = 1e7 * (after if finance.objective_basis == "after_tax" else price(project))
    return {
        "objective_basis": finance.objective_basis,
        "lcoe_after_tax_usd_per_mwh": after,
        "objective_usd": cost,
    }


@pytest.mark.parametrize("basis", ["pre_tax", "after_tax"])
def test_cases_are_ranked_and_shown_by_what_finance_names(sweep, basis):
    """Of one scenario that itself compares before tax, the cost after tax is that of the same energy."""
    own = ScenarioRow(name="Own way", field_1="objective_basis", value_1="pre_tax")
    given = study(scenarios=(DEAR.model_copy(update={"probability": None}), own), tornado=(SWING, GAS))
    finance = given.finance.model_copy(update={"objective_basis": basis})
    solver = FakeSolver(price, after_tax=after_tax)
    given = given.model_copy(update={"finance": finance})
    sweep(given, solver)
    found, _ = sweep(given, solver, tornado=True)
    shown = [case.figures.objective_lcoe_usd_per_mwh for case in (found.base, *found.scenarios)]
    if basis == "pre_tax":
        assert shown == pytest.approx([BASE, BASE + 7.0, BASE])
        assert [bar.swing_usd_per_mwh for bar in found.tornado] == pytest.approx([7.0, 3.0])
    else:
        assert shown == pytest.approx([72.5, 69.0, 72.5])
        assert [bar.swing_usd_per_mwh for bar in found.tornado] == pytest.approx([3.5, 0.0])
        assert [case.figures.objective_usd for case in found.scenarios] == pytest.approx([690e6, 725e6])
        assert [case.figures.lcoe_usd_per_mwh for case in found.scenarios] == pytest.approx([BASE + 7.0, BASE])
    words = "LCOE after tax" if basis == "after_tax" else "LCOE"
    assert f": {words} in $/MWh" in comparison_lines(found)[0]
    cells = comparison_cells(found, None).cells
    assert cells[HEAD_ROW, LCOE].value == ("LCOE after tax, $/MWh" if basis == "after_tax" else "LCOE, nominal, $/MWh")
    assert cells[FIRST_ROW, LCOE].value == pytest.approx(shown[1])
    assert cells[FIRST_ROW, COST].value == pytest.approx(1e7 * shown[1])
    assert cells[HEAD_ROW - 2, 1].value.endswith(
        f"to {max(shown[1:]):,.2f} ({'Dear gas' if basis == 'pre_tax' else 'Own way'})"
    )


def test_what_is_stored_is_not_solved_again(sweep, tmp_path):
    sweep(study())
    again, solver = sweep(study())
    assert solver.asked == []
    assert again.scenarios[0].figures is not None
    next((tmp_path / "store").glob(f"{scenario_cases(study())[0].project.input_hash()}*")).write_text("{", "utf-8")
    _, solver = sweep(study())
    assert [project.finance.gas_price_usd_per_mmbtu for project in solver.asked] == [pytest.approx(4.2)]


def test_a_sweep_that_was_interrupted_goes_on_where_it_stopped(sweep):
    rows = tuple(ScenarioRow(name=f"{n}", field_1="gas_price_usd_per_mmbtu", value_1=float(n)) for n in range(1, 6))
    solver = FakeSolver(price, stop_after=3)
    with pytest.raises(KeyboardInterrupt):
        sweep(study(scenarios=rows), solver)
    found, rest = sweep(study(scenarios=rows))
    assert len(solver.asked) == 3
    assert [project.finance.gas_price_usd_per_mmbtu for project in rest.asked] == [3.0, 4.0, 5.0]
    lcoes = [case.figures.lcoe_usd_per_mwh for case in found.scenarios]
    assert lcoes == pytest.approx([10.0 * n + 8.0 for n in range(1, 6)])


def test_a_failed_study_is_tried_again(sweep, tmp_path):
    store, task = Store(tmp_path / "store"), task_of(study(), 1, Phase2Options())
    broken: Future[str] = Future()
    broken.set_exception(BrokenProcessPool())
    outcome = pools._answer(broken, task)
    assert (outcome.key, outcome.status) == (task.key, "failed")
    assert "process" in outcome.message
    store.keep(outcome)
    assert store.find(task.key) is None


def test_phase_and_options_have_results_of_their_own():
    project = study()
    keys = {
        task_of(project, 1, Phase2Options()).key,
        task_of(project, 2, Phase2Options()).key,
        task_of(project, 2, Phase2Options(gap=0.1)).key,
    }
    assert len(keys) == 3
    assert task_of(project, 1, Phase2Options(gap=0.1)).key in keys


def test_the_tornado_is_ordered_by_swing_and_says_what_was_tried(sweep):
    rows = (
        SWING,
        TornadoRow(field="gas_price_usd_per_mmbtu", low="x0.9", high=5.0),
        TornadoRow(field="land_limit_acres", high=0.5),
        TornadoRow(field="trajectory.contracted_mw", low="x0.5"),
    )
    found, _ = sweep(study(tornado=rows), tornado=True)
    gas, rate = found.tornado[0], found.tornado[1]
    assert (gas.low_text, gas.high_text) == ("3.15 $/MMBtu", "5 $/MMBtu")
    assert gas.swing_usd_per_mwh == pytest.approx(10.0 * (5.0 - 3.15))
    assert rate.swing_usd_per_mwh == pytest.approx(100.0 * (0.1 - 0.07))
    load, land = found.tornado[2], found.tornado[3]
    assert load.swing_usd_per_mwh == 0.0
    assert land.swing_usd_per_mwh is None
    assert land.high.status == "infeasible"
    assert found.scenarios == ()
    assert any("→ infeasible: no room" in line for line in comparison_lines(found))


def test_scenarios_are_shown_beside_the_tornado_once_they_are_solved(sweep):
    alone, _ = sweep(study(), tornado=True)
    assert (len(alone.scenarios), len(alone.tornado)) == (0, 1)
    both, _ = sweep(study())
    assert (len(both.scenarios), len(both.tornado)) == (3, 1)


def test_without_a_list_the_tornado_swings_what_such_studies_hang_on():
    swings = {swing.label: swing for swing in swing_cases(greenfield_project())}
    assert {"Gas price", "Discount rate", "Load", "Capital cost, Engines", "Grid energisation"} <= set(swings)
    assert all(end.project is not None for swing in swings.values() for end in (swing.low, swing.high))
    before = greenfield_project()
    engines = swings["Capital cost, Engines"].low.project.equipment
    ratio = [new.capex_usd_per_kw / old.capex_usd_per_kw for new, old in zip(engines, before.equipment, strict=True)]
    for row, share in zip(before.equipment, ratio, strict=True):
        assert share == pytest.approx(0.8 if row.technology == "recip" else 1.0)
    day = before.grid.energisation_date
    assert swings["Grid energisation"].high.project.grid.energisation_date == date(day.year + 1, day.month, day.day)


def test_a_short_sweep_has_a_short_answer(sweep):
    lines = comparison_lines(sweep(study(scenarios=(DEAR, SHORT)))[0])
    assert lines[1] == "  Base case: 43.00; capital 86.0 M$"
    assert lines[2] == "  Dear gas: 50.00 (+7.00); capital 100.0 M$"
    assert lines[3].startswith("  Years without load: faults: [TRAJECTORY_GAP]")
    assert lines[4] == "  Mean by probability: 44.75"
