"""A fault in one row hides no fault of another."""

import json

import pytest

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.loading import load_json
from tests.projects import RECIP, small_project


def faults(change):
    raw = json.loads(small_project(equipment=(RECIP, RECIP.model_copy(update={"name": "Other"}))).to_json())
    change(raw)
    with pytest.raises(InputFaults) as found:
        load_json(json.dumps(raw))
    return {(fault.code, fault.place) for fault in found.value.faults}


def test_a_bad_heat_rate_hides_no_duplicate_name():
    def change(raw):
        raw["equipment"][0]["heat_rate_btu_per_kwh"] = "n/a"
        raw["equipment"][1]["name"] = "RECIP 18.3 mw"

    assert faults(change) == {
        ("NUMBER_EXPECTED", "equipment[0].heat_rate_btu_per_kwh"),
        ("DUPLICATE_NAME", "equipment[0].name"),
        ("DUPLICATE_NAME", "equipment[1].name"),
    }


def test_a_bad_heat_rate_hides_no_control_of_a_model_that_is_not_there():
    def change(raw):
        raw["equipment"][0]["heat_rate_btu_per_kwh"] = -1
        raw["emission_controls"][0]["model"] = "Nobody's engine"

    found = faults(change)
    assert ("UNKNOWN_MODEL", "emission_controls[0].model") in found
    assert len(found) == 2


def test_a_name_of_blanks_is_no_name():
    def change(raw):
        raw["study"]["project_name"] = "   "

    assert faults(change) == {("VALUE_MISSING", "study.project_name")}


def test_a_place_names_the_field_once():
    raw = json.loads(small_project().to_json())
    raw["finance"]["discount_rate"] = "x"
    with pytest.raises(InputFaults, match=r"finance\.discount_rate = 'x'"):
        load_json(json.dumps(raw))
