"""Faults of the tariff table: every one names its row and field, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.loading import load_json, load_project
from bvnexus_xl.inputs.project import default_project


def faults(*lines: dict[str, Any]) -> dict[tuple[str, str], str]:
    """(place, code) → what is allowed, for a project with these tariff lines."""
    raw = default_project().model_dump()
    raw["grid"]["tariff_lines"] = lines
    with pytest.raises(InputFaults) as caught:
        load_project(raw)
    return {(fault.place, fault.code): fault.allowed for fault in caught.value.faults}


def energy(**fields: Any) -> dict[str, Any]:
    return {"name": "Energy", "kind": "energy", "price": 40.0, **fields}


def demand(**fields: Any) -> dict[str, Any]:
    return {"name": "Demand", "kind": "demand", "price": 12.0, **fields}


def test_a_sound_tariff_passes_and_returns_the_same_from_json() -> None:
    raw = default_project().model_dump()
    raw["grid"]["tariff_lines"] = (
        energy(tier_to=5000.0),
        energy(name="Energy, rest", tier_from=5000.0, price=30.0),
        demand(days="weekdays", first_hour=12, last_hour=20, ratchet_fraction=0.8, ratchet_over="months_before"),
        {"name": "System peak", "kind": "coincident_demand", "price": 5.0, "day_of_month": 9, "first_hour": 16},
        {"name": "Standby", "kind": "standby", "price": 4.0},
        {"name": "Customer charge", "kind": "fixed", "price": 25_000.0},
    )
    project = load_project(raw)
    assert load_json(project.to_json()) == project


def test_every_fault_of_every_line_comes_at_once() -> None:
    found = faults(
        energy(ratchet_fraction=0.8),
        demand(name="energy", price=900.0),
        demand(name="B", first_hour=9, last_hour=9),
        demand(name="C", ratchet_fraction=0.8),
        demand(name="D", ratchet_over="year_before"),
        {"name": "E", "kind": "standby", "price": 3.0, "days": "weekends"},
        demand(name="F", day_of_month=3),
    )
    place = "grid.tariff_lines[{}].{}".format
    assert set(found) == {
        (place(0, "ratchet_fraction"), "TARIFF_NOT_FOR_KIND"),
        (place(1, "name"), "DUPLICATE_NAME"),
        (place(1, "price"), "TARIFF_PRICE"),
        (place(2, "last_hour"), "TARIFF_WINDOW"),
        (place(3, "ratchet_over"), "TARIFF_RATCHET"),
        (place(4, "ratchet_fraction"), "TARIFF_RATCHET"),
        (place(5, "days"), "TARIFF_NOT_FOR_KIND"),
        (place(6, "day_of_month"), "TARIFF_NOT_FOR_KIND"),
    }


def test_tiers_with_a_gap_or_without_an_open_end() -> None:
    gap = faults(energy(tier_to=100.0), energy(name="B", tier_from=200.0))
    assert "must begin where the tier before ends: 100" in gap["grid.tariff_lines[1].tier_from", "TARIFF_TIERS"]
    ended = faults(energy(), demand(tier_to=10.0), demand(name="B", tier_from=10.0, tier_to=20.0))
    assert list(ended) == [("grid.tariff_lines[2].tier_to", "TARIFF_TIERS")]


def test_tiers_whose_ratchets_differ_are_not_one_charge() -> None:
    ratchet = {"ratchet_fraction": 0.8, "ratchet_over": "same_year"}
    found = faults(energy(), demand(tier_to=10.0, **ratchet), demand(name="B", tier_from=10.0))
    assert {place for place, _ in found} == {"grid.tariff_lines[1].tier_to", "grid.tariff_lines[2].tier_from"}


def test_hours_without_a_price_of_energy_are_named() -> None:
    found = faults(energy(days="weekdays"), demand())
    text = found["grid.tariff_lines", "TARIFF_HOURS_WITHOUT_PRICE"]
    assert "month 1, weekend, 00:00" in text
    assert set(faults(demand())) == {("grid.tariff_lines", "TARIFF_HOURS_WITHOUT_PRICE")}


def test_a_word_that_is_no_kind_is_refused_with_the_list() -> None:
    assert "coincident_demand" in faults(energy(), demand(kind="peak"))["grid.tariff_lines[1].kind", "NOT_IN_LIST"]
