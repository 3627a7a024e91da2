"""Changing inputs of a study by name: what sheet ``Scenarios`` says, turned into another project.

A field is named as on its sheet (``gas_price_usd_per_mmbtu``); a cell of a table by table, row and field
(``equipment[Recip 18.3 MW].capex_usd_per_kw``, ``trajectory[2031].contracted_mw``); without a row, every row is meant.
A row is named by its first column; equipment also by technology or group (``equipment[storage]``,
``equipment[Battery]``). A value is what the cell would hold; ``x1.1`` multiplies what is there, ``6 months later``
moves a date, ``empty`` clears a cell that may be empty.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, get_args, get_origin

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.field_specs import FieldSpec, field_specs
from bvnexus_xl.inputs.fields import Section
from bvnexus_xl.inputs.project import BESIDE_THE_STUDY, Project

_NAME = re.compile(r"(?:(?P<table>[a-z_]+)(?:\[(?P<row>[^\[\]]+)\])?\.)?(?P<field>[a-z][a-z0-9_]*)")
_TIMES = re.compile(r"[x×*]\s*(\d+(?:\.\d+)?)")
_MONTHS = re.compile(r"(\d{1,3}) months? (later|earlier)")
_EMPTY = "empty"
Override = tuple[str, float | str]
"""Field as named by the user, and the value it gets."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an override cannot be: which of its two cells is wrong, a fault code, what is allowed."""

    about: Literal["field", "value"]
    code: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a name means: a field of a section, or of rows of a table.

    Attributes:
        loc: location of the section or table in a project.
        is_table: True for a table.
        row: which rows, as the user wrote it; empty for all.
        spec: the field.
    """

    loc: tuple[str, ...]
    is_table: bool
    row: str
    spec: FieldSpec


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that changes: its location in the project, value before and after."""

    loc: Loc
    before: Any
    after: Any


def find_target(name: str) -> Target | Refusal:
    """What a name means, or why it means nothing."""
    match = _NAME.fullmatch(name.strip())
    if match is None:
        allowed = "must be a field name such as gas_price_usd_per_mmbtu, or table[row].field"
        return Refusal("field", "UNKNOWN_FIELD", allowed)
    table, row, field = match["table"], match["row"], match["field"]
    scalars, tables = _scalars(), _tables()
    if table in tables:
        loc, specs = tables[table]
        if field in specs:
            return Target(loc, True, (row or "").strip(), specs[field])
        return Refusal("field", "UNKNOWN_FIELD", f"must be a field of {table}{_near(field, specs)}")
    found = scalars.get(field)
    if found is not None and table in (None, found[0]) and row is None:
        return Target((found[0],), False, "", found[1])
    homes = [f"{other}.{field}" for other, (_, specs) in tables.items() if field in specs]
    hint = f"; meant: {', '.join(homes)}?" if homes else _near(field, scalars)
    return Refusal("field", "UNKNOWN_FIELD", f"must be the name of a field or table[row].field{hint}")


def changes_of(source: Any, override: Override) -> tuple[Change, ...] | Refusal:
    """The cells an override changes and their new values, or why it cannot be.

    Args:
        source: a project, or the sound parts of one (``checks.Parts``); what is missing there cannot be judged and
            changes nothing.
        override: field and value.
    """
    name, value = override
    target = find_target(name)
    if isinstance(target, Refusal):
        return target
    owner = getattr(source, target.loc[0])
    holder = getattr(owner, target.loc[1], None) if len(target.loc) > 1 else owner
    if holder is None or (target.is_table and None in holder):
        return ()
    found: list[tuple[Loc, Any]] = [(target.loc, holder)]
    if target.is_table:
        found = [((*target.loc, index), row) for index, row in enumerate(holder) if _is_meant(row, target.row)]
    if not found:
        return Refusal("field", "OVERRIDE_NO_ROW", _rows_there(target, holder))
    changes = []
    for loc, section in found:
        before = getattr(section, target.spec.name)
        after = _value(target.spec, before, value)
        if isinstance(after, Refusal):
            return after
        if after is not _NOTHING_THERE:
            changes.append(Change((*loc, target.spec.name), before, after))
    if not changes:
        return Refusal("value", "OVERRIDE_NO_ROW", "must be a value: the cell is empty, there is nothing to multiply")
    return tuple(changes)


def overridden(project: Project, changes: Iterable[Change]) -> dict[str, Any]:
    """The project as raw data with changes made, without scenarios, as ``loading.load_project`` takes it."""
    parts: list[str] = [name for name in Project.model_fields if name not in ("schema_version", *BESIDE_THE_STUDY)]
    raw: dict[str, Any] = {name: _open(getattr(project, name)) for name in parts}
    for change in changes:
        holder: Any = raw
        for part in change.loc[:-1]:
            if isinstance(holder[part], Section):
                holder[part] = dict(holder[part])
            elif isinstance(holder[part], tuple):
                holder[part] = list(holder[part])
            holder = holder[part]
        holder[change.loc[-1]] = change.after
    return raw


def _open(part: Any) -> Any:
    return dict(part) if isinstance(part, Section) else part


@cache
def _scalars() -> Mapping[str, tuple[str, FieldSpec]]:
    """Scalar field → its section and what it is."""
    return {
        spec.name: (name, spec)
        for name, info in Project.model_fields.items()
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section)
        for spec in field_specs(info.annotation)
    }


@cache
def _tables() -> Mapping[str, tuple[tuple[str, ...], Mapping[str, FieldSpec]]]:
    """Table → its location and its fields by name. Hourly columns and scenarios are not among them."""
    found: dict[str, tuple[tuple[str, ...], Mapping[str, FieldSpec]]] = {}
    for loc, model in _table_models(Project, ()):
        if loc[0] not in ("series", *BESIDE_THE_STUDY):
            found[loc[-1]] = loc, {spec.name: spec for spec in field_specs(model)}
    return found


def _table_models(model: type[Section], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], type[Section]]]:
    for name, info in model.model_fields.items():
        kind = info.annotation
        if get_origin(kind) is tuple and issubclass(row := get_args(kind)[0], Section):
            yield (*above, name), row
        elif isinstance(kind, type) and issubclass(kind, Section):
            yield from _table_models(kind, (*above, name))


def _is_meant(row: Section, wanted: str) -> bool:
    """True where a row has the name, technology or group the user wrote."""
    if not wanted:
        return True
    first = next(iter(type(row).model_fields))
    names = {str(getattr(row, first))}
    technology = getattr(row, "technology", None)
    if technology is not None:
        names |= {technology, TECHNOLOGIES[technology].group}
    return wanted.casefold() in {name.casefold() for name in names}


def _rows_there(target: Target, rows: tuple[Section, ...]) -> str:
    if not rows:
        return f"table {target.loc[-1]} must have rows: it has none"
    first = next(iter(type(rows[0]).model_fields))
    names = list(dict.fromkeys(str(getattr(row, first)) for row in rows))
    return f"must name a row of {target.loc[-1]}: {', '.join(names[:8])}{', ...' if len(names) > 8 else ''}"


_NOTHING_THERE = object()
"""What comes of multiplying an empty cell."""


def _value(spec: FieldSpec, before: Any, value: float | str) -> Any:
    """New value of a cell, or why it cannot be."""
    if isinstance(value, str):
        text = value.strip()
        if times := _TIMES.fullmatch(text):
            return _multiplied(spec, before, float(times[1]))
        if months := _MONTHS.fullmatch(text):
            return _moved(spec, before, int(months[1]) * (1 if months[2] == "later" else -1))
        if text == _EMPTY and spec.optional:
            return None
    judged = _judged(spec, value)
    return judged if isinstance(judged, Refusal) else _within(spec, judged)


def _multiplied(spec: FieldSpec, before: Any, factor: float) -> Any:
    if spec.kind not in ("number", "whole") or spec.is_year:
        return Refusal("value", "OVERRIDE_CHANGE", f"{spec.allowed}; x{factor:g} multiplies numbers only")
    if before is None:
        return _NOTHING_THERE
    found = _within(spec, _judged(spec, before * factor))
    if isinstance(found, Refusal):
        return replace(found, allowed=f"{found.allowed}; this gives {before * factor:,.10g}")
    return found


def _moved(spec: FieldSpec, before: Any, months: int) -> Any:
    if spec.kind != "date":
        return Refusal("value", "OVERRIDE_CHANGE", f"{spec.allowed}; months later or earlier move dates only")
    if before is None:
        return _NOTHING_THERE
    year, month = divmod(before.year * 12 + before.month - 1 + months, 12)
    day = min(before.day, monthrange(year, month + 1)[1])
    return _within(spec, date(year, month + 1, day))


def _judged(spec: FieldSpec, value: float | str) -> Any:
    """The value as its field holds it, or a refusal; bounds are not looked at yet."""
    refuse = _refuser(spec)
    if spec.kind in ("number", "whole"):
        if isinstance(value, str):
            return refuse("NUMBER_AS_TEXT" if _is_number(value) else "NUMBER_EXPECTED")
        if spec.kind == "number":
            return float(value)
        return int(value) if float(value).is_integer() else refuse("WHOLE_NUMBER_EXPECTED")
    if not isinstance(value, str):
        codes = {"date": "DATE_EXPECTED", "switch": "YES_NO_EXPECTED", "list": "NOT_IN_LIST"}
        return refuse(codes.get(spec.kind, "TEXT_EXPECTED"))
    if spec.kind == "date":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return refuse("DATE_EXPECTED")
    if spec.kind == "switch":
        switch = {"yes": True, "no": False}.get(value.casefold())
        return refuse("YES_NO_EXPECTED") if switch is None else switch
    if spec.kind == "list":
        return value if value in spec.options else refuse("NOT_IN_LIST")
    return value if len(value) <= spec.longest else refuse("TEXT_TOO_LONG")


def _within(spec: FieldSpec, value: Any) -> Any:
    """The value where it is within the bounds of its field."""
    if isinstance(value, (Refusal, str, bool)):
        return value
    below = spec.low is not None and value < spec.low
    above = spec.high is not None and value > spec.high
    if not below and not above:
        return value
    negative = isinstance(value, (int, float)) and value < 0
    return Refusal("value", "NEGATIVE_VALUE" if negative else "OUT_OF_RANGE", spec.allowed)


def _refuser(spec: FieldSpec) -> Any:
    return lambda code: Refusal("value", code, spec.allowed)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _near(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f" (did you mean {close[0]}?)" if close else ""
