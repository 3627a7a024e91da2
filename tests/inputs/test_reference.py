"""The reference and the schema name every field; the list of fault codes is complete and holds nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import bvnexus_xl
from bvnexus_xl.inputs.fault_codes import FAULT_CODES
from bvnexus_xl.inputs.field_specs import field_specs
from bvnexus_xl.inputs.loading import SECTIONS, TABLES
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.inputs.reference import json_schema, reference_markdown

PACKAGE = Path(bvnexus_xl.__file__).parent
READERS = ("reader", "reading", "table_reader", "series_reader", "cell_values")
SOURCES = [
    *(path for path in sorted((PACKAGE / "inputs").glob("*.py")) if path.name != "fault_codes.py"),
    *(PACKAGE / "workbook" / f"{name}.py" for name in READERS),
    *sorted((PACKAGE / "files").glob("*.py")),
]


def codes_in_the_source() -> set[str]:
    """Texts in capitals with an underscore, except the options of lists."""
    options = {option for model in SECTIONS.values() for spec in field_specs(model) for option in spec.options}
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"\A[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z", node.value))
    return found - options


def test_every_fault_code_is_listed_and_every_listed_code_is_used() -> None:
    assert set(FAULT_CODES) == codes_in_the_source()
    assert len(FAULT_CODES) >= 40


def test_the_reference_has_a_line_for_every_field_and_every_code() -> None:
    text = reference_markdown()
    for model in [*SECTIONS.values(), *TABLES.values()]:
        for spec in field_specs(model):
            if model is not TABLES[("series", "columns")]:
                assert re.search(
                    rf"^\| `{spec.name}` \| {re.escape(spec.label)} \|.*{re.escape(spec.note)}", text, re.M
                )
    for code, meaning in FAULT_CODES.items():
        assert f"| `{code}` | {meaning} |" in text


def test_every_table_of_the_reference_has_equal_columns() -> None:
    for block in re.findall(r"(?:^\|.*\|\n)+", reference_markdown(), re.M):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block[:200]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema()


def test_the_schema_carries_units_bounds_and_no_unknown_keys(schema: dict[str, Any]) -> None:
    rate = schema["$defs"]["Finance"]["properties"]["discount_rate"]
    assert (rate["unit"], rate["minimum"], rate["maximum"], rate["default"]) == ("fraction/yr", 0.0, 0.5, 0.08)
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(default_project().model_dump())


@pytest.mark.parametrize(
    ("model", "name", "allowed"),
    [
        ("study", "first_year", "must be a whole number from 2025 to 2060"),
        ("study", "decision_date", "must be a date from 2020-01-01 to 2060-12-31"),
        ("site", "site_name", "must be a text of 1 to 80 characters"),
        ("load", "load_basis", "must be one of: facility, IT"),
        ("grid", "grid_enabled", "must be yes or no"),
        ("grid", "demand_charge_usd_per_kw_month", "must be a number from 0 to 200 $/kW-month"),
        ("load", "pue_at_50f", "must be a number from 1 to 3"),
    ],
)
def test_what_is_allowed_reads_as_a_phrase(model: str, name: str, allowed: str) -> None:
    assert next(spec for spec in field_specs(SECTIONS[model]) if spec.name == name).allowed == allowed
