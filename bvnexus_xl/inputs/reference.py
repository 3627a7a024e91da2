"""The JSON schema and the input reference, generated from the declarations of the fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bvnexus_xl.catalogue.equipment import EQUIPMENT_SOURCE, default_equipment
from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.fault_codes import FAULT_CODES
from bvnexus_xl.inputs.field_specs import FieldSpec, field_specs
from bvnexus_xl.inputs.fields import Section
from bvnexus_xl.inputs.loading import SECTIONS, TABLES, most_rows
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import RESERVED_SERIES
from bvnexus_xl.inputs.sheets import SHEET_OF

_HEAD = ("Field", "What", "Unit", "Allowed", "Default", "Source of default", "Note")
_INTRO = """# Input reference

Generated from the declarations of the inputs; do not edit. One field is one row (or one table column) of the workbook,
one key of the JSON file and one workbook-level name.

Hours run from 00:00-01:00 on 1 January in local standard time, 8,760 to a year: a leap year loses 29 February.
"""


def json_schema() -> dict[str, Any]:
    """JSON schema (2020-12) of the project file that ``to-json`` writes and ``from-json`` and ``run`` read."""
    schema = Project.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "bvNexus XL project", **schema}


def reference_markdown() -> str:
    """Every field with sheet, unit, range, default, source and note; default equipment; every fault code."""
    return "\n".join([_INTRO, *_sections(), *_series(), *_default_equipment(), *_faults()]) + "\n"


def _sections() -> Iterator[str]:
    for part, model in _parts():
        yield f"## Sheet {SHEET_OF[part[0]]}: `{'.'.join(part)}`\n"
        if part in TABLES:
            yield f"A table of at most {most_rows(part)} rows. {_doc(model)}\n"
        else:
            yield f"{_doc(model)}\n"
        yield from _table(_HEAD, (_field_line(spec) for spec in field_specs(model)))


def _parts() -> Iterator[tuple[tuple[str, ...], type[Section]]]:
    """Sections, each followed by its tables; then the tables that stand on their own."""
    for name, model in SECTIONS.items():
        if name != "series":
            yield (name,), model
            yield from ((loc, row) for loc, row in TABLES.items() if loc[0] == name)
    yield from ((loc, row) for loc, row in TABLES.items() if len(loc) == 1)


def _field_line(spec: FieldSpec) -> tuple[str, ...]:
    return (
        f"`{spec.name}`",
        spec.label,
        "" if spec.kind == "date" else spec.unit,
        spec.range_text,
        spec.default_text,
        spec.source,
        spec.note,
    )


def _series() -> Iterator[str]:
    yield f"## Sheet {SHEET_OF['series']}: `series.columns`\n"
    yield (
        f"At most {most_rows(('series', 'columns'))} hourly columns of 8,760 values each (35,040 where the table says "
        "quarter-hours). Besides the names below, a "
        "column may have the name of an equipment row that follows a profile; it then holds MW per MW, 0 to 1.\n"
    )
    lines = (
        (f"`{name}`", what, unit, f"{low:,.10g} to {high:,.10g}")
        for name, (unit, low, high, what) in RESERVED_SERIES.items()
    )
    yield from _table(("Column", "What", "Unit", "Allowed"), lines)


def _default_equipment() -> Iterator[str]:
    rows = default_equipment()
    yield "## Technologies and default equipment\n"
    yield from _table(
        ("Technology", "What", "Must be filled"),
        (
            (f"`{kind.name}`", kind.label, ", ".join(f"`{name}`" for name in sorted(kind.required)) or "–")
            for kind in TECHNOLOGIES.values()
        ),
    )
    yield f"Default rows; source: {EQUIPMENT_SOURCE}.\n"
    lines = []
    for spec in field_specs(EquipmentRow):
        values = (getattr(row, spec.name) for row in rows)
        lines.append((f"`{spec.name}`", spec.unit, *("" if value is None else spec.shown(value) for value in values)))
    yield from _table(("Field", "Unit", *("" for _ in rows)), lines)


def _faults() -> Iterator[str]:
    yield "## Faults\n"
    yield "All faults of a file are reported together, each with its place, the value found and what is allowed.\n"
    yield from _table(("Code", "Meaning"), ((f"`{code}`", meaning) for code, meaning in FAULT_CODES.items()))


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for line in lines:
        yield "| " + " | ".join(text.replace("|", "\\|") for text in line) + " |"
    yield ""


def _doc(model: type[Section]) -> str:
    return (model.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
