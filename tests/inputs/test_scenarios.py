"""Sheet Scenarios: every fault with its cell, all at once; a change is the change that was asked for."""

from datetime import date

import pytest

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.loading import load_json, load_project
from bvnexus_xl.inputs.overrides import Refusal, changes_of, overridden
from bvnexus_xl.inputs.scenarios import ScenarioRow, TornadoRow
from bvnexus_xl.workbook.cells import SheetCells, parse_address
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.writer import write_results
from tests.projects import BATTERY, RECIP, SOLAR, small_project


@pytest.mark.parametrize(
    ("override", "loc", "after"),
    [
        (("discount_rate", 0.07), ("finance", "discount_rate"), 0.07),
        (("gas_price_usd_per_mmbtu", "x1.2"), ("finance", "gas_price_usd_per_mmbtu"), 3.5 * 1.2),
        (("finance.discount_rate", 0.07), ("finance", "discount_rate"), 0.07),
        (("analysis_years", 1.0), ("study", "analysis_years"), 1),
        (("energisation_date", "18 months earlier"), ("grid", "energisation_date"), date(2031, 7, 1)),
        (("energisation_date", "2034-02-28"), ("grid", "energisation_date"), date(2034, 2, 28)),
        (("grid_enabled", "yes"), ("grid", "grid_enabled"), True),
        (("storage_wear", "cycle_cost"), ("finance", "storage_wear"), "cycle_cost"),
        (("power_price_usd_per_mwh", "empty"), ("finance", "power_price_usd_per_mwh"), None),
        (("trajectory[2030].contracted_mw", 75.0), ("load", "trajectory", 1, "contracted_mw"), 75.0),
        (("equipment[storage].life_years", 12.0), ("equipment", 1, "life_years"), 12),
        (("equipment[battery].life_years", 12.0), ("equipment", 1, "life_years"), 12),
        (("equipment[Solar PV].max_mw", 50.0), ("equipment", 2, "max_mw"), 50.0),
    ],
)
def test_a_change_is_what_was_asked_for_and_nothing_else(override, loc, after):
    project = small_project()
    changes = changes_of(project, override)
    assert not isinstance(changes, Refusal)
    assert [(change.loc, change.after) for change in changes] == [(loc, after)]
    raw = overridden(project, changes)
    holder = raw
    for part in loc:
        holder = holder[part]
    assert holder == after
    back = overridden(load_project(overridden(project, ())), ())
    assert back == overridden(project, ())


def test_a_month_without_that_day_ends_on_its_last_day():
    project = small_project(study=small_project().study.model_copy(update={"decision_date": date(2024, 8, 31)}))
    changes = changes_of(project, ("decision_date", "6 months later"))
    assert not isinstance(changes, Refusal)
    assert changes[0].after == date(2025, 2, 28)


def test_without_a_row_every_row_that_has_the_value_changes():
    project = small_project()
    changes = changes_of(project, ("equipment.capex_usd_per_kwh", "x2"))
    assert not isinstance(changes, Refusal)
    assert [(change.loc[1], change.after) for change in changes] == [(1, 2 * BATTERY.capex_usd_per_kwh)]
    changes = changes_of(project, ("equipment.capex_usd_per_kw", "x0.5"))
    assert not isinstance(changes, Refusal)
    assert [change.after for change in changes] == [0.5 * row.capex_usd_per_kw for row in (RECIP, BATTERY, SOLAR)]


BAD = ScenarioRow(
    name="base CASE",
    probability=0.7,
    field_1="gas_prise_usd_per_mmbtu",
    value_1=4.0,
    field_2="discount_rate",
    value_2=9.0,
    field_3="grid_enabled",
    value_3=1.0,
    field_4="project_name",
    value_4="x1.1",
    field_5="equipment[Nobody].life_years",
    value_5=10.0,
    value_6=3.0,
)
WORSE = ScenarioRow(
    name="Twice",
    probability=0.4,
    field_1="trajectory[2029].contracted_mw",
    value_1=50.0,
    field_2="trajectory.contracted_mw",
    value_2="x1.1",
    field_3="decision_date",
    value_3="soon",
    field_4="analysis_years",
    value_4="x0.7",
    field_5="discount_rate",
    value_5="0.08",
    field_6="contracted_mw",
    value_6=5.0,
)
LATER = ScenarioRow(name="Later", enabled=False, field_1="not_yet_known", value_1="x")
SWING = TornadoRow(field="discount_rate", low=-0.1, high="tomorrow")
NOTHING = TornadoRow(field="discount_rate")


def test_all_faults_come_at_once_each_with_its_cell(tmp_path):
    good = small_project()
    bad = good.model_copy(update={"scenarios": (BAD, WORSE, LATER), "tornado": (SWING, NOTHING)})
    path = tmp_path / "bad.xlsx"
    build_template(bad, path)
    with pytest.raises(InputFaults) as found:
        read_project(path)
    locate = template_locations(bad).locate
    expected = {
        ("DUPLICATE_NAME", 0, "name"),
        ("UNKNOWN_FIELD", 0, "field_1"),
        ("OUT_OF_RANGE", 0, "value_2"),
        ("YES_NO_EXPECTED", 0, "value_3"),
        ("OVERRIDE_CHANGE", 0, "value_4"),
        ("OVERRIDE_NO_ROW", 0, "field_5"),
        ("OVERRIDE_PAIR", 0, "field_6"),
        ("OVERRIDE_TWICE", 1, "field_2"),
        ("DATE_EXPECTED", 1, "value_3"),
        ("WHOLE_NUMBER_EXPECTED", 1, "value_4"),
        ("NUMBER_AS_TEXT", 1, "value_5"),
        ("UNKNOWN_FIELD", 1, "field_6"),
        ("PROBABILITY_SUM", 1, "probability"),
    }
    cells = {(code, *locate(("scenarios", row, name))) for code, row, name in expected}
    cells |= {("NEGATIVE_VALUE", *locate(("tornado", 0, "low"))), ("NUMBER_EXPECTED", *locate(("tornado", 0, "high")))}
    cells |= {("OVERRIDE_PAIR", *locate(("tornado", 1, "low")))}
    assert {(fault.code, fault.sheet, fault.cell) for fault in found.value.faults} == cells
    by_code = {fault.code: fault for fault in found.value.faults if fault.sheet == "Scenarios"}
    assert "equipment" in by_code["OVERRIDE_NO_ROW"].allowed
    assert "did you mean gas_price_usd_per_mmbtu" in str(found.value)
    assert "trajectory.contracted_mw" in str(found.value)


def test_yes_no_and_dates_typed_in_excel_are_taken_as_such(tmp_path):
    rows = (ScenarioRow(name="A", field_1="grid_enabled", value_1="no", field_2="decision_date", value_2="2025-06-01"),)
    project = small_project(scenarios=rows)
    plain, typed = tmp_path / "plain.xlsx", tmp_path / "typed.xlsx"
    build_template(project, plain)
    cells = SheetCells("Scenarios", whole=False)
    place = template_locations(project).locate
    for name, value, style in (("value_1", False, "input_any"), ("value_2", date(2025, 7, 2), "date")):
        cells.put(*parse_address(place(("scenarios", 0, name))[1]), value, style)
    write_results(plain, typed, [cells])
    row = read_project(typed).scenarios[0]
    assert (row.value_1, row.value_2) == ("no", "2025-07-02")


def test_scenarios_do_not_change_the_hash_of_the_study():
    project = small_project()
    more = small_project(scenarios=(ScenarioRow(name="A", field_1="discount_rate", value_1=0.07),))
    assert project.input_hash() == more.input_hash()
    assert load_json(more.to_json()) == more
    changes = changes_of(project, ("discount_rate", 0.07))
    assert not isinstance(changes, Refusal)
    assert load_project(overridden(project, changes)).input_hash() != project.input_hash()
