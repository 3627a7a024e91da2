"""Inputs of water: faults with their cells, defaults, JSON, and scenarios through the field registry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bvnexus_xl.catalogue.equipment import default_equipment
from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.inputs.overrides import Refusal, changes_of
from tests.projects import BATTERY, RECIP, small_project


def faults(section: str, row: int | None, field: str, value: Any) -> list[tuple[str, str]]:
    raw = json.loads(small_project(equipment=(RECIP, BATTERY)).to_json())
    (raw[section] if row is None else raw[section][row])[field] = value
    with pytest.raises(InputFaults) as found:
        load_json(json.dumps(raw))
    return [(fault.code, fault.place) for fault in found.value.faults]


def test_faults_name_the_cell():
    assert faults("constraints", None, "water_limit_acre_ft_per_year", -1.0) == [
        ("NEGATIVE_VALUE", "constraints.water_limit_acre_ft_per_year")
    ]
    assert faults("constraints", None, "water_limit_enabled", "perhaps") == [
        ("YES_NO_EXPECTED", "constraints.water_limit_enabled")
    ]
    assert faults("load", None, "cooling_water_gal_per_mwh", 1e6) == [
        ("OUT_OF_RANGE", "load.cooling_water_gal_per_mwh")
    ]
    assert faults("equipment", 0, "water_gal_per_mwh", "n/a") == [("NUMBER_EXPECTED", "equipment[0].water_gal_per_mwh")]


def test_water_of_a_battery_is_a_fault_and_not_ignored():
    assert faults("equipment", 1, "water_gal_per_mwh", 5.0) == [
        ("NOT_FOR_TECHNOLOGY", "equipment[1].water_gal_per_mwh")
    ]


def test_the_limit_is_off_and_halls_are_dry_unless_asked_for():
    assert Constraints().water_limit_enabled is False
    project = small_project()
    assert project.load.cooling_water_gal_per_mwh == 0.0
    rates = {row.name: row.water_gal_per_mwh for row in default_equipment()}
    assert {name: rate for name, rate in rates.items() if rate > 0.0} == {
        "Recip 18.3 MW": 1.0,
        "Aero 53 MW": 53.0,
        "Diesel 2.75 MW": 1.0,
    }


def test_json_keeps_every_value():
    project = small_project(constraints={"water_limit_enabled": True, "water_limit_acre_ft_per_year": 123.25})
    rows = (project.equipment[0].model_copy(update={"water_gal_per_mwh": 37.5}), *project.equipment[1:])
    load = project.load.model_copy(update={"cooling_water_gal_per_mwh": 380.0})
    project = project.model_copy(update={"equipment": rows, "load": load})
    assert load_json(project.to_json()) == project


@pytest.mark.parametrize(
    ("override", "loc", "after"),
    [
        (("water_limit_enabled", "yes"), ("constraints", "water_limit_enabled"), True),
        (("water_limit_acre_ft_per_year", "x0.5"), ("constraints", "water_limit_acre_ft_per_year"), 500.0),
        (("cooling_water_gal_per_mwh", 380.0), ("load", "cooling_water_gal_per_mwh"), 380.0),
        (("equipment[Recip 18.3 MW].water_gal_per_mwh", 20.0), ("equipment", 0, "water_gal_per_mwh"), 20.0),
    ],
)
def test_scenarios_change_water_by_its_names(override, loc, after):
    changes = changes_of(small_project(), override)
    assert not isinstance(changes, Refusal)
    assert [(change.loc, change.after) for change in changes] == [(loc, after)]
