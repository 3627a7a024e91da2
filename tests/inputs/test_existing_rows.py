"""The table of existing plant: what it refuses, and that it survives JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from projects import RECIP, small_project

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.existing import ExistingRow, years_left
from bvnexus_xl.inputs.loading import load_json

SOUND: dict[str, Any] = {"model": "Recip 18.3 MW", "units": 2, "in_service_year": 2015}


def faults(*rows: dict[str, Any], load_mw: float | None = None, decision: str = "2025-01-01") -> list[tuple[str, str]]:
    raw = json.loads(small_project(3).to_json())
    raw["existing"] = list(rows)
    raw["study"]["decision_date"] = decision
    if load_mw is not None:
        for year in raw["load"]["trajectory"]:
            year["contracted_mw"] = load_mw
    try:
        load_json(json.dumps(raw))
    except InputFaults as found:
        return [(fault.code, fault.place) for fault in found.faults]
    return []


def test_sound_rows_survive_json() -> None:
    rows = (
        ExistingRow(model="Recip 18.3 MW", control="SCR", units=2, in_service_year=2015, book_value_usd=4e6),
        ExistingRow(model="Battery", power_mw=10.0, energy_mwh=20.0, in_service_year=2026, may_retire=True),
        ExistingRow(model="Solar PV", power_mw=5.0, in_service_year=2020, remaining_life_years=2),
    )
    project = small_project(2, existing=rows)
    assert load_json(project.to_json()) == project
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"model": "Recip 20 MW"}, "UNKNOWN_MODEL", "model"),
        ({"control": "Wet scrubber"}, "UNKNOWN_CONTROL", "control"),
        ({"in_service_year": 2029}, "NOT_EXISTING_YET", "in_service_year"),
        ({"in_service_year": 2029 - RECIP.life_years}, "LIFE_ENDED", "in_service_year"),
        ({"units": None}, "MISSING_FOR_TECHNOLOGY", "units"),
        ({"power_mw": 30.0}, "NOT_FOR_TECHNOLOGY", "power_mw"),
        ({"units": 0}, "OUT_OF_RANGE", "units"),
    ],
)
def test_a_fault_names_its_row_and_field(changes: dict[str, Any], code: str, field: str) -> None:
    assert faults(SOUND, {**SOUND, **changes}) == [(code, f"existing[1].{field}")]


def test_years_left_are_life_less_age_unless_given() -> None:
    row = ExistingRow(model="x", units=1, in_service_year=2010)
    assert years_left(row, 25, 2029) == 6
    assert years_left(row.model_copy(update={"remaining_life_years": 9}), 25, 2029) == 9


def test_existing_units_may_carry_load_before_anything_can_be_bought() -> None:
    late = "2029-01-01"
    assert {code for code, _ in faults(load_mw=30.0, decision=late)} == {"LOAD_BEFORE_LEAD_TIME"}
    assert faults(SOUND, load_mw=30.0, decision=late) == []
    assert {code for code, _ in faults(SOUND, load_mw=40.0, decision=late)} == {"LOAD_BEFORE_LEAD_TIME"}
