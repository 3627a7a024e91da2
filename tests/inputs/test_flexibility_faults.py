"""Faults of flexible computing name their field; the default is off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.inputs.loading import load_project
from bvnexus_xl.inputs.project import default_project


def raw(**load: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(default_project().to_json())
    found["load"].update(load)
    return found


def only_fault(values: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(InputFaults) as caught:
        load_project(values)
    (fault,) = caught.value.faults
    return fault.code, fault.place


def test_it_is_off_by_default_and_quarter_of_the_load_when_on() -> None:
    assert flexible_loads(default_project()) == ()
    on = load_project(raw(workload_flexibility_enabled=True))
    assert sum(item.share_of_load for item in flexible_loads(on)) == pytest.approx(0.25)


def test_a_switch_without_a_flexible_class_is_named() -> None:
    values = raw(workload_flexibility_enabled=True)
    for row in values["load"]["workload_mix"]:
        row["flexible_fraction"] = 0.0
    assert only_fault(values) == ("NOTHING_FLEXIBLE", "load.workload_flexibility_enabled")


def test_a_window_shorter_than_the_event_is_named() -> None:
    values = raw(workload_flexibility_enabled=True)
    values["load"]["workload_mix"][2]["rebound_window_h"] = 6
    assert only_fault(values) == ("REBOUND_WINDOW", "load.workload_mix[2].rebound_window_h")


def test_flexible_load_cannot_be_firm_while_it_is_off() -> None:
    values = raw()
    values["constraints"]["flexible_load_counts_as_firm"] = True
    assert only_fault(values) == ("CONTRADICTING_LIMITS", "constraints.flexible_load_counts_as_firm")
