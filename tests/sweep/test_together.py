"""One plan for all scenarios: from sheet Scenarios to sheet Compare and JSON; what cannot have one plan is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.scenarios import ScenarioRow
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.sweep import together
from bvnexus_xl.sweep.cases import base_case, scenario_cases
from bvnexus_xl.sweep.comparison import Comparison, comparison_lines
from bvnexus_xl.sweep.run import SweepOptions, run_sweep
from bvnexus_xl.sweep.store import Store
from bvnexus_xl.sweep.together import checked_cases
from bvnexus_xl.workbook.sheets.compare_columns import CHANGES, COST, FINDING, GAP, LABEL, SHARED_ROW, STATUS
from bvnexus_xl.workbook.sheets.compare_sheet import comparison_cells
from tests.sweep.studies import DEAR, OFF, SHORT, study

WANTED = SweepOptions(together=True, options=Phase2Options(weeks=2))
PROJECT = study(scenarios=(DEAR, OFF))


def quiet(_text: str, _share: float) -> None:
    pass


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Store]:
    store = Store(tmp_path_factory.mktemp("store"))
    return run_sweep(PROJECT, WANTED, store, quiet), store


def test_expected_cost_is_the_mean_over_scenarios_and_values_follow_from_it(swept: Any) -> None:
    plan = swept[0].together
    assert [(item.name, item.probability) for item in plan.scenarios] == [("Base case", 0.75), ("Dear gas", 0.25)]
    assert plan.expected_cost_usd == pytest.approx(sum(s.probability * s.cost_usd for s in plan.scenarios))
    assert plan.bound_usd <= plan.expected_cost_usd
    assert plan.gap == pytest.approx(1.0 - plan.bound_usd / plan.expected_cost_usd)
    mean = sum(s.probability * s.alone_usd for s in plan.scenarios)
    assert plan.evpi_usd == pytest.approx(plan.expected_cost_usd - mean, abs=1.0)
    assert plan.evpi_usd >= -1.0
    assert plan.vss_usd is None or plan.vss_usd >= -1.0
    assert plan.reference == "Base case"
    engines = sum(item.quantity for item in plan.builds if item.unit == "units")
    assert plan.installed_mw["Engines"] == pytest.approx(18.3 * engines)
    assert not any(item.breaks_limit for item in plan.scenarios)


def test_nothing_else_is_solved_and_the_plan_is_kept(swept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found, store = swept
    assert {case.status for case in (found.base, *found.scenarios)} == {"not_run"}
    monkeypatch.setattr(together, "plan_together", lambda *_: pytest.fail("solved again"))
    assert run_sweep(PROJECT, WANTED, store, quiet).together == found.together
    more_likely = study(scenarios=(DEAR.model_copy(update={"probability": 0.5}),))
    with pytest.raises(pytest.fail.Exception):
        run_sweep(more_likely, WANTED, store, quiet)


def test_sheet_compare_lines_and_json_show_the_plan(swept: Any) -> None:
    found = swept[0]
    cells = comparison_cells(found, None).cells
    assert str(cells[(SHARED_ROW, LABEL)].value).startswith("One plan for all")
    assert cells[(SHARED_ROW, STATUS)].value == "done"
    assert cells[(SHARED_ROW, COST)].value == found.together.expected_cost_usd
    assert cells[(SHARED_ROW, GAP)].value == found.together.gap
    assert "EVPI" in str(cells[(SHARED_ROW, FINDING)].value)
    assert "Recip 18.3 MW" in str(cells[(SHARED_ROW, CHANGES)].value)
    assert any("One plan for all (representative weeks): expected cost" in line for line in comparison_lines(found))
    assert Comparison.model_validate_json(found.model_dump_json()) == found
    without = found.model_copy(update={"together": None})
    assert (SHARED_ROW, LABEL) not in comparison_cells(without, None).cells


def row(name: str, *changes: tuple[str, float | str]) -> ScenarioRow:
    pairs: dict[str, Any] = {}
    for number, (field, value) in enumerate(changes, start=1):
        pairs |= {f"field_{number}": field, f"value_{number}": value}
    return ScenarioRow(name=name, probability=0.1, **pairs)


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (row("No battery", ("equipment[Battery].enabled", "no")), "No battery: Battery"),
        (row("Bigger unit", ("equipment[Recip 18.3 MW].unit_mw", 20.0)), "Bigger unit: Recip"),
        (SHORT.model_copy(update={"probability": 0.1}), "TRAJECTORY_GAP"),
        (
            row("Target", ("adequacy_target_enabled", "yes"), ("planning_reserve_enabled", "yes")),
            "Target: adequacy target",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, ScenarioRow) else "",
)
def test_a_scenario_that_cannot_have_the_plan_is_refused_with_one_fault(scenario: ScenarioRow, words: str) -> None:
    project = study(scenarios=(DEAR, scenario))
    with pytest.raises(InputFaults) as refused:
        checked_cases([base_case(project), *scenario_cases(project)])
    assert [fault.code for fault in refused.value.faults] == ["SCENARIO_NOT_SHARED"]
    assert words in refused.value.faults[0].value


def test_scenarios_without_probabilities_and_other_problems_are_refused() -> None:
    plain = study(scenarios=(DEAR.model_copy(update={"probability": None}),))
    with pytest.raises(InputFaults, match="scenarios must have probabilities"):
        checked_cases([base_case(plain), *scenario_cases(plain)])
    other = PROJECT.model_copy(update={"study": PROJECT.study.model_copy(update={"problem": "P5"})})
    apart = [replace(case, project=other) for case in (base_case(PROJECT), *scenario_cases(PROJECT))]
    with pytest.raises(InputFaults, match="problem must be P1"):
        checked_cases(apart)


def test_a_scenario_that_is_impossible_does_not_count() -> None:
    project = study(scenarios=(DEAR, SHORT.model_copy(update={"probability": 0.0})))
    assert [case.name for case in checked_cases([base_case(project), *scenario_cases(project)])] == [
        "Base case",
        "Dear gas",
    ]
