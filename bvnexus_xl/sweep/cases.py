"""The studies of a sweep: base case, scenarios, and the low and high end of every input of the tornado."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bvnexus_xl.catalogue.technologies import GROUPS, TECHNOLOGIES
from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.bridge import BRIDGE_PROBLEM
from bvnexus_xl.inputs.loading import load_project
from bvnexus_xl.inputs.overrides import Change, Override, Refusal, Target, changes_of, find_target, overridden
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.scenarios import BASE_NAME, TornadoRow


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One study of a sweep.

    Attributes:
        name: for people.
        changes: what it changes, in words; empty for the base case.
        project: the study; None where the changes make one with faults.
        faults: those faults, as people read them.
        probability: weight in the mean; None where none was given.
    """

    name: str
    changes: str
    project: Project | None
    faults: tuple[str, ...] = ()
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class SwingCases:
    """One input of the tornado: its values in words and the studies; None where an end is not tried."""

    label: str
    low_text: str
    high_text: str
    low: Case | None
    high: Case | None


@dataclass(frozen=True, slots=True)
class _Input:
    """An input of the tornado before it is applied; several overrides swing together."""

    label: str
    low: tuple[Override, ...]
    high: tuple[Override, ...]


def base_case(project: Project) -> Case:
    """The study as it stands; its probability is what the scenarios leave, where they have any."""
    rows = [row for row in project.scenarios if row.enabled]
    given = [row.probability for row in rows if row.probability is not None]
    rest = max(round(1.0 - sum(given), 12), 0.0) if given else None
    return Case(BASE_NAME, "", load_project(overridden(project, ())), (), rest)


def scenario_cases(project: Project) -> tuple[Case, ...]:
    """One case a row of sheet ``Scenarios`` that is to run."""
    cases = []
    for row in project.scenarios:
        if row.enabled:
            pairs = [(field, value) for field, value in row.pairs if field is not None and value is not None]
            cases.append(_case(project, row.name, pairs, row.probability))
    return tuple(cases)


def swing_cases(project: Project) -> tuple[SwingCases, ...]:
    """Low and high of every input of the tornado: those of sheet ``Scenarios``, else the usual ones."""
    inputs = [_given(row) for row in project.tornado if row.enabled] or list(_usual(project))
    found = []
    for item in inputs:
        low, high = (
            _case(project, f"{item.label}, {end}", overrides) if overrides else None
            for end, overrides in (("low", item.low), ("high", item.high))
        )
        low_text, high_text = _end_text(project, item.low), _end_text(project, item.high)
        found.append(SwingCases(item.label, low_text, high_text, low, high))
    return tuple(found)


def _case(project: Project, name: str, overrides: Sequence[Override], probability: float | None = None) -> Case:
    words = "; ".join(f"{field} = {_shown(value)}" for field, value in overrides)
    changes: list[Change] = []
    faults: list[str] = []
    for field, value in overrides:
        found = changes_of(project, (field, value))
        if isinstance(found, Refusal):
            faults.append(f"[{found.code}] {field} = {_shown(value)}: {found.allowed}")
        else:
            changes.extend(found)
    if not faults:
        try:
            return Case(name, words, load_project(overridden(project, changes)), (), probability)
        except InputFaults as error:
            faults = [str(fault) for fault in error.faults]
    return Case(name, words, None, tuple(faults), probability)


def _given(row: TornadoRow) -> _Input:
    target = find_target(row.field)
    label = row.field
    if isinstance(target, Target):
        where = f", {target.row or target.loc[-1]}" if target.is_table else ""
        label = f"{target.spec.label}{where}"
    low, high = (((row.field, value),) if value is not None else () for value in (row.low, row.high))
    return _Input(label, low, high)


def _usual(project: Project) -> Iterator[_Input]:
    """The inputs a study of this kind hangs on, each by 20 %, load by 10 %, the grid by a year."""
    rows = [row for row in project.equipment if row.enabled]
    if any(row.fuel == "natural_gas" for row in rows):
        yield _scaled("Gas price", 20, ["gas_price_usd_per_mmbtu"])
    yield _scaled("Discount rate", 20, ["discount_rate"])
    yield _scaled("Load", 10, ["trajectory.contracted_mw"])
    for group in GROUPS:
        own = [row for row in rows if TECHNOLOGIES[row.technology].group == group]
        fields = ["capex_usd_per_kw"] if any(row.capex_usd_per_kw > 0.0 for row in own) else []
        fields += ["capex_usd_per_kwh"] if any(row.capex_usd_per_kwh for row in own) else []
        if fields:
            yield _scaled(f"Capital cost, {group}", 20, [f"equipment[{group}].{field}" for field in fields])
    if project.grid.grid_enabled:
        if project.study.problem != BRIDGE_PROBLEM:
            field = "energisation_date"
            yield _Input("Grid energisation", ((field, "12 months earlier"),), ((field, "12 months later"),))
        lines = [line.name for line in project.grid.tariff_lines if line.kind in ("energy", "energy_hours_use")]
        fields = [f"tariff_lines[{name}].price" for name in lines]
        yield _scaled("Grid energy price", 20, fields or ["grid_energy_price_usd_per_mwh"])


def _scaled(label: str, percent: int, fields: Iterable[str]) -> _Input:
    low, high = (
        tuple((field, f"x{factor:g}") for field in fields) for factor in (1 - percent / 100, 1 + percent / 100)
    )
    return _Input(label, low, high)


def _end_text(project: Project, overrides: Sequence[Override]) -> str:
    """Value of one end as people read it: the cell's where one cell changes, else what was asked for."""
    if not overrides:
        return ""
    name, value = overrides[0]
    target, found = find_target(name), changes_of(project, overrides[0])
    if len(overrides) == 1 and isinstance(target, Target) and not isinstance(found, Refusal) and len(found) == 1:
        unit = "" if target.spec.kind == "date" or target.spec.is_year else f" {target.spec.unit}"
        return f"{target.spec.shown(found[0].after)}{unit}".strip()
    return _shown(value)


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.10g}"
