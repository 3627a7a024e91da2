"""Rules of sheet ``Scenarios``: every field exists, every value is one its field takes, each named with its cell."""

from __future__ import annotations

from collections.abc import Iterator

from bvnexus_xl.inputs.checks import Issue, Loc, Parts
from bvnexus_xl.inputs.overrides import Refusal, changes_of
from bvnexus_xl.inputs.scenarios import BASE_NAME, ScenarioRow

_ROUNDING = 1e-9


def scenarios_are_sound(parts: Parts) -> Iterator[Issue]:
    """Names are unique, probabilities add to at most 1, every change can be made. Rows that do not run may wait."""
    rows = parts.scenarios or ()
    names = [BASE_NAME.casefold(), *(row.name.casefold() for row in rows)]
    for index, row in enumerate(rows):
        if names.index(row.name.casefold()) <= index:
            allowed = f"must be unique, and not {BASE_NAME}"
            yield Issue(("scenarios", index, "name"), "DUPLICATE_NAME", repr(row.name), allowed)
        if row.enabled:
            yield from _changes_are_sound(parts, index, row)
    total = sum(row.probability or 0.0 for row in rows if row.enabled)
    if total > 1.0 + _ROUNDING:
        last = max(index for index, row in enumerate(rows) if row.enabled and row.probability)
        allowed = "probabilities must add up to at most 1; what is missing is the base case's"
        yield Issue(("scenarios", last, "probability"), "PROBABILITY_SUM", f"{total:g} together", allowed)


def tornado_is_sound(parts: Parts) -> Iterator[Issue]:
    """Low and high of every input can be set, and at least one of them is given."""
    for index, row in enumerate(parts.tornado or ()):
        if row.enabled and row.low is None and row.high is None:
            yield Issue(
                ("tornado", index, "low"), "OVERRIDE_PAIR", "empty", f"must be a low or high value of {row.field}"
            )
        for end, value in (("low", row.low), ("high", row.high)):
            if not row.enabled or value is None:
                continue
            found = changes_of(parts, (row.field, value))
            if isinstance(found, Refusal):
                key, shown = ("field", row.field) if found.about == "field" else (end, value)
                yield Issue(("tornado", index, key), found.code, _show(shown), found.allowed)
                if found.about == "field":
                    break


def _changes_are_sound(parts: Parts, index: int, row: ScenarioRow) -> Iterator[Issue]:
    seen: dict[Loc, str] = {}
    for number, (field, value) in enumerate(row.pairs, start=1):
        at_field, at_value = (("scenarios", index, f"{key}_{number}") for key in ("field", "value"))
        if field is None or value is None:
            if field is not None:
                yield Issue(at_value, "OVERRIDE_PAIR", "empty", f"must be the value of {field}")
            if value is not None:
                yield Issue(at_field, "OVERRIDE_PAIR", "empty", f"must name the field that gets {_show(value)}")
            continue
        found = changes_of(parts, (field, value))
        if isinstance(found, Refusal):
            at, shown = (at_field, field) if found.about == "field" else (at_value, value)
            yield Issue(at, found.code, _show(shown), found.allowed)
            continue
        for change in found:
            if change.loc in seen:
                yield Issue(at_field, "OVERRIDE_TWICE", repr(field), f"{seen[change.loc]} changes the same cell")
                break
            seen[change.loc] = f"field_{number}"


def _show(value: float | str) -> str:
    return repr(value) if isinstance(value, str) else f"{value:g}"


SCENARIO_CHECKS = (scenarios_are_sound, tornado_is_sound)
