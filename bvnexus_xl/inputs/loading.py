"""Raw data → ``Project``: every section and row is judged on its own, so that all faults come out together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bvnexus_xl.errors import Fault, InputFaults
from bvnexus_xl.files.attach import attach
from bvnexus_xl.inputs.bridge import Bridge, RentalOffer, ResaleRow
from bvnexus_xl.inputs.bridge_checks import BRIDGE_CHECKS
from bvnexus_xl.inputs.checks import CHECKS, Issue, Loc, Parts
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.equipment import EmissionControl, EquipmentRow
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.existing_checks import EXISTING_CHECKS
from bvnexus_xl.inputs.expansion import Expansion
from bvnexus_xl.inputs.expansion_checks import EXPANSION_CHECKS
from bvnexus_xl.inputs.field_specs import field_specs
from bvnexus_xl.inputs.fields import Section
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid, GridYear, TariffLine
from bvnexus_xl.inputs.load import Load, LoadYear, WorkloadClass
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.scenario_checks import SCENARIO_CHECKS
from bvnexus_xl.inputs.scenarios import ScenarioRow, TornadoRow
from bvnexus_xl.inputs.series import Attached, Series, SeriesColumn
from bvnexus_xl.inputs.service_checks import SERVICE_CHECKS
from bvnexus_xl.inputs.services import Programme, Services
from bvnexus_xl.inputs.site import Site, Study
from bvnexus_xl.inputs.tariff_checks import TARIFF_CHECKS

SECTIONS: dict[str, type[Section]] = {
    "study": Study,
    "site": Site,
    "load": Load,
    "grid": Grid,
    "expansion": Expansion,
    "bridge": Bridge,
    "services": Services,
    "constraints": Constraints,
    "finance": Finance,
    "series": Series,
}
TABLES: dict[tuple[str, ...], type[Section]] = {
    ("load", "trajectory"): LoadYear,
    ("load", "workload_mix"): WorkloadClass,
    ("equipment",): EquipmentRow,
    ("emission_controls",): EmissionControl,
    ("existing",): ExistingRow,
    ("scenarios",): ScenarioRow,
    ("tornado",): TornadoRow,
    ("grid", "import_limits"): GridYear,
    ("grid", "tariff_lines"): TariffLine,
    ("bridge", "rental_offers"): RentalOffer,
    ("bridge", "resale"): ResaleRow,
    ("services", "programmes"): Programme,
    ("series", "columns"): SeriesColumn,
}
"""Where the tables stand in a project, and what one row of each is."""

_OWN_TABLES = tuple(loc[0] for loc in TABLES if len(loc) == 1)
"""Tables that belong to no section."""

_CODES = {
    "missing": "VALUE_MISSING",
    "finite_number": "NOT_A_NUMBER",
    "extra_forbidden": "UNKNOWN_FIELD",
    "literal_error": "NOT_IN_LIST",
    "float_type": "NUMBER_EXPECTED",
    "float_parsing": "NUMBER_EXPECTED",
    "int_type": "NUMBER_EXPECTED",
    "int_parsing": "NUMBER_EXPECTED",
    "int_from_float": "WHOLE_NUMBER_EXPECTED",
    "string_type": "TEXT_EXPECTED",
    "string_too_short": "VALUE_MISSING",
    "string_too_long": "TEXT_TOO_LONG",
    "bool_type": "YES_NO_EXPECTED",
    "bool_parsing": "YES_NO_EXPECTED",
    "greater_than_equal": "OUT_OF_RANGE",
    "less_than_equal": "OUT_OF_RANGE",
    "too_short": "TOO_FEW_ROWS",
    "too_long": "TOO_MANY_ROWS",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an issue is shown to the user."""

    text: str
    sheet: str = ""
    cell: str = ""


def json_place(loc: Loc) -> Place:
    """``("equipment", 2, "unit_mw")`` → ``equipment[2].unit_mw``."""
    out = ""
    for part in loc:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else part)
    return Place(out or "project")


def load_project(
    raw: Mapping[str, Any], place_of: Callable[[Loc], Place] = json_place, folder: Path | None = None
) -> Project:
    """Validate raw data (JSON-like, dates as ``date`` or ISO text), read the files it names, and build the project.

    Args:
        raw: keys as in ``Project``.
        place_of: turns a location in the data into the place shown to the user.
        folder: where relative names of files are looked up; where they were before, or the working directory.

    Raises:
        InputFaults: every fault found, all sections and files included.
    """
    issues, parts = examine(raw, folder)
    if issues:
        raise InputFaults(_fault(issue, place_of(issue.loc)) for issue in issues)
    return Project(
        **{
            part.name: getattr(parts, part.name)
            for part in fields(parts)
            if part.name in Project.model_fields and getattr(parts, part.name) is not None
        }
    )


def examine(raw: Mapping[str, Any], folder: Path | None = None) -> tuple[list[Issue], Parts]:
    """All issues of the raw data, and the parts that are sound."""
    issues = [
        Issue((key,), "UNKNOWN_FIELD", _show(key), "not a part of a project; remove it")
        for key in raw
        if key not in {*SECTIONS, *_OWN_TABLES, "schema_version"}
    ]
    if raw.get("schema_version", 1) != 1:
        issues.append(Issue(("schema_version",), "SCHEMA_VERSION", _show(raw["schema_version"]), "must be 1"))
    found: dict[str, Any] = {}
    for name, model in SECTIONS.items():
        found[name] = _section(name, model, raw.get(name, {}), issues)
    for name in _OWN_TABLES:
        if name in raw:
            found[name] = _table((name,), raw[name], issues)
    if "equipment" not in raw:
        issues.append(Issue(("equipment",), "TOO_FEW_ROWS", "nothing", "must have at least one row"))
    found["series"] = _with_files(found["site"], found["series"], folder, issues)
    parts = Parts(**found, model_names=_names(raw.get("equipment")))
    of_several = (*EXPANSION_CHECKS, *SERVICE_CHECKS, *BRIDGE_CHECKS, *SCENARIO_CHECKS, *TARIFF_CHECKS)
    for check in (*CHECKS, *EXISTING_CHECKS, *of_several):
        issues.extend(check(parts))
    return issues, parts


def _with_files(site: Any, series: Any, folder: Path | None, issues: list[Issue]) -> Series | None:
    """The series with what the files named on sheet ``Site`` hold."""
    if not isinstance(site, Site) or (site.weather_source != "file" and site.series_file is None):
        return series if isinstance(series, Series) else None
    there = series.attached if isinstance(series, Series) else Attached()
    attached, faults = attach(site, folder or Path(there.folder).resolve(), there)
    issues.extend(faults)
    if not isinstance(series, Series) or faults:
        return None  # rules about columns draw no conclusions from files that could not be read
    return series.model_copy(update={"attached": attached})


def _names(rows: Any) -> tuple[str, ...]:
    """Names of raw rows, ``#n`` where one has none."""
    if not isinstance(rows, (list, tuple)):
        return ()
    given = [row.get("name") if isinstance(row, Mapping) else getattr(row, "name", None) for row in rows]
    return tuple(name.strip() if isinstance(name, str) and name.strip() else f"#{n}" for n, name in enumerate(given))


def load_json(text: str, folder: Path | None = None) -> Project:
    """Project from JSON text; ``folder`` is where relative names of files are looked up.

    Raises:
        InputFaults: the text is no JSON object, or holds faults.
    """
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputFaults([Fault("NOT_JSON", place, "", error.msg, "must be JSON text")]) from error
    except RecursionError as error:
        raise InputFaults([Fault("NOT_JSON", "file", "", "nested too deeply", "must be JSON text")]) from error
    if not isinstance(raw, dict):
        raise InputFaults([Fault("NOT_JSON", "line 1", "", type(raw).__name__, "must be a JSON object")])
    return load_project(raw, folder=folder)


def read_json(path: Path) -> Project:
    """Project from a JSON file (UTF-8)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFaults(
            [Fault("FILE_UNREADABLE", str(path), "", str(error), "must be a readable UTF-8 file")]
        ) from error
    return load_json(text, path.resolve().parent)


def _section(name: str, model: type[Section], raw: Any, issues: list[Issue]) -> Section | None:
    if not isinstance(raw, Mapping):
        issues.append(Issue((name,), "SECTION_EXPECTED", _show(raw), "must be an object with the section's fields"))
        return None
    values = dict(raw)
    if isinstance(values.get("attached"), Mapping) and "attached" in model.model_fields:
        values["attached"] = _attached(values["attached"])
    sound = True
    for section, *rest in TABLES:
        if section == name and rest and rest[0] in values:
            table = _table((name, rest[0]), values[rest[0]], issues)
            sound = sound and table is not None
            values[rest[0]] = table if table is not None else ()
    if not sound:
        probe = {key: value for key, value in values.items() if (name, key) not in TABLES}
        _validate(
            model, probe, (name,), issues, skip={key for section, *rest in TABLES if section == name for key in rest}
        )
        return None
    return _validate(model, values, (name,), issues)


def _attached(raw: Mapping[str, Any]) -> Any:
    """What was read from files, out of JSON; data that was never written by us is left for the validation to refuse."""
    try:
        return Attached.model_validate_json(json.dumps(raw))
    except (ValidationError, TypeError, ValueError):
        return raw


def _table(loc: Loc, raw: Any, issues: list[Issue]) -> tuple[Section | None, ...] | None:
    model = TABLES[tuple(str(part) for part in loc)]
    if isinstance(raw, (str, bytes, Mapping)) or not isinstance(raw, Iterable):
        issues.append(Issue(loc, "TABLE_EXPECTED", _show(raw), "must be a list of rows"))
        return None
    before = len(issues)
    table = [_validate(model, row, (*loc, index), issues) for index, row in enumerate(raw)]
    most = most_rows(loc)
    if len(table) > most:
        issues.append(Issue(loc, "TOO_MANY_ROWS", str(len(table)), f"must have at most {most} rows"))
    if loc == ("equipment",) and not table:
        issues.append(Issue(loc, "TOO_FEW_ROWS", "0", "must have at least one row"))
    return tuple(table) if len(issues) == before or loc == ("equipment",) else None


def most_rows(loc: Loc) -> int:
    """Most rows a table may have."""
    owner: type[Section] = SECTIONS[str(loc[0])] if len(loc) > 1 else Project
    info = owner.model_fields[str(loc[-1])]
    return int(next(item.max_length for item in info.metadata if getattr(item, "max_length", None)))


def _validate(
    model: type[Section],
    raw: Any,
    loc: Loc,
    issues: list[Issue],
    skip: set[str] | None = None,
) -> Section | None:
    if isinstance(raw, model):
        return raw
    if not isinstance(raw, Mapping):
        issues.append(Issue(loc, "SECTION_EXPECTED", _show(raw), "must be an object with the row's fields"))
        return None
    try:
        return model.model_validate({key: _plain(model, key, value) for key, value in raw.items()})
    except ValidationError as error:
        details = error.errors(include_url=False)
        issues.extend(
            _issue(model, loc, item) for item in details if not skip or item["loc"][:1] not in {(key,) for key in skip}
        )
        return None


def _plain(model: type[Section], key: str, value: Any) -> Any:
    """JSON shapes to Python's: lists to tuples, ISO text to dates where the field is a date, 15.0 to 15."""
    info = model.model_fields.get(key)
    if isinstance(value, list):
        return tuple(value)
    if info is not None and date in (info.annotation, *get_args(info.annotation)) and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if info is not None and info.annotation is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _issue(model: type[Section], loc: Loc, detail: ErrorDetails) -> Issue:
    where: Loc = (*loc, *detail["loc"])
    name = str(detail["loc"][0]) if detail["loc"] else ""
    code = _CODES.get(detail["type"], "DATE_EXPECTED" if detail["type"].startswith("date") else "NOT_ALLOWED")
    value = detail.get("input")
    if value is None:
        code = "VALUE_MISSING"
    if code == "NUMBER_EXPECTED" and isinstance(value, float):
        code = "WHOLE_NUMBER_EXPECTED"  # a float is refused as no number only where a whole one is asked for
    if code == "OUT_OF_RANGE" and isinstance(value, (int, float)) and value < 0:
        code = "NEGATIVE_VALUE"
    if name == "technology" and code == "NOT_IN_LIST":
        code = "UNKNOWN_TECHNOLOGY"
    if name == "values" and code in {"TOO_FEW_ROWS", "TOO_MANY_ROWS"}:
        count = len(value) if isinstance(value, (tuple, list)) else 0
        return Issue(
            where[:-1] if len(detail["loc"]) > 1 else where,
            "SERIES_LENGTH",
            f"{count} values",
            "must have 8,760 hourly values, or 35,040 quarter-hours in column load_mw_15min: "
            "a leap year loses 29 February",
        )
    shown = "empty" if detail["type"] == "missing" or value is None else _show(value)
    return Issue(where, code, shown, allowed_text(model, name) if name in model.model_fields else str(detail["msg"]))


def allowed_text(model: type[Section], name: str) -> str:
    """What a field allows, as a phrase: ``must be a number from 0 to 1 fraction``."""
    spec = next((spec for spec in field_specs(model) if spec.name == name), None)
    return spec.allowed if spec is not None else "must be a table"


def _fault(issue: Issue, place: Place) -> Fault:
    field = next((str(part) for part in reversed(issue.loc) if isinstance(part, str)), "")
    return Fault(issue.code, place.text, field, issue.value, issue.allowed, place.sheet, place.cell)


def _show(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
