"""Faults of bridge inputs, each named with its place."""

from datetime import date

import pytest

from bvnexus_xl.catalogue.example_bridge import bridge_project
from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.loading import load_project
from bvnexus_xl.problems import find_problem


def faults(**changes):
    """(code, place) of every fault of the example with some sections' fields changed."""
    raw = bridge_project().model_dump()
    for section, fields in changes.items():
        raw[section] = {**raw[section], **fields} if isinstance(fields, dict) else fields
    with pytest.raises(InputFaults) as found:
        load_project(raw)
    return [(fault.code, fault.place if hasattr(fault, "place") else str(fault)) for fault in found.value.faults]


def codes(**changes):
    return {code for code, _ in faults(**changes)}


def test_the_example_is_sound_and_belongs_to_p5():
    project = load_project(bridge_project().model_dump())
    assert project == bridge_project()
    assert find_problem("P5").example() == project


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bridge": {"probability_p90": 0.5}}, "PROBABILITIES_NOT_ONE"),
        ({"bridge": {"energisation_p10_date": date(2033, 1, 1)}}, "BRIDGE_DATES"),
        ({"bridge": {"energisation_p90_date": date(2030, 1, 1)}}, "BRIDGE_DATES"),
        ({"bridge": {"date_known_month": 60}}, "BRIDGE_DATES"),
        ({"bridge": {"rental_offers": ()}}, "RENTAL_WITHOUT_OFFER"),
        ({"study": {"problem": "P1"}}, "RENTAL_OUTSIDE_P5"),
    ],
)
def test_each_fault_has_its_code(changes, code):
    assert code in codes(**changes)


def test_an_offer_names_a_rental_model():
    offers = [row.model_dump() for row in bridge_project().bridge.rental_offers]
    offers[0]["model"] = "Recip 18.3 MW"
    assert "UNKNOWN_MODEL" in codes(bridge={"rental_offers": offers})
