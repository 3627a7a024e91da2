"""Sheet ``Scenarios``: the study with some inputs changed, and the inputs that a tornado swings one at a time.

Neither changes the study itself, so neither is part of ``Project.input_hash``.
"""

from __future__ import annotations

from typing import Annotated

from bvnexus_xl.inputs.fields import AnyValue, Section, anything, choice, number, text

MOST_CHANGES = 6
"""Inputs one scenario may change."""
BASE_NAME = "Base case"
"""The study as it stands; no scenario may have this name."""
_FIELD_NOTE = "gas_price_usd_per_mmbtu, equipment[Battery].capex_usd_per_kw, trajectory.contracted_mw, ..."
_VALUE_NOTE = "As in its own cell; x1.1 multiplies; 6 months later moves a date; empty clears an optional cell"
OverrideValue = Annotated[float | str | None, AnyValue()]


def _field() -> str | None:
    found: str | None = text(None, label="Changes input", longest=120, note=_FIELD_NOTE)
    return found


def _value() -> OverrideValue:
    found: OverrideValue = anything(None, label="to", note=_VALUE_NOTE)
    return found


class ScenarioRow(Section):
    """One scenario: what it changes in the base case, and how likely it is."""

    name: str = text(label="Scenario", longest=40, note="Every scenario has its own name")
    enabled: bool = choice(True, label="Run", note="yes or no")
    probability: float | None = number(
        None,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Probability",
        note="What is missing to 1 is the base case's; empty in all rows: no mean is formed",
    )
    field_1: str | None = _field()
    value_1: OverrideValue = _value()
    field_2: str | None = _field()
    value_2: OverrideValue = _value()
    field_3: str | None = _field()
    value_3: OverrideValue = _value()
    field_4: str | None = _field()
    value_4: OverrideValue = _value()
    field_5: str | None = _field()
    value_5: OverrideValue = _value()
    field_6: str | None = _field()
    value_6: OverrideValue = _value()

    @property
    def pairs(self) -> tuple[tuple[str | None, float | str | None], ...]:
        """(field, value) of all places, filled or not."""
        numbers = range(1, MOST_CHANGES + 1)
        return tuple((getattr(self, f"field_{number}"), getattr(self, f"value_{number}")) for number in numbers)


class TornadoRow(Section):
    """One input of the tornado, with the low and the high value it is tried at; one of the two may be empty."""

    field: str = text(label="Input", longest=120, note=_FIELD_NOTE)
    enabled: bool = choice(True, label="Run", note="yes or no")
    low: OverrideValue = anything(None, label="Low", note=_VALUE_NOTE)
    high: OverrideValue = anything(None, label="High", note=_VALUE_NOTE)
