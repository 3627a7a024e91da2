"""Workbooks broken on purpose are read, refused, or faulted at their cells: never a traceback, never a hang.

``tests/benchmarks/bench_fuzz.py`` does the same a thousand times.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bvnexus_xl.errors import InputFaults, WorkbookRefused
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.template import build_template
from tests.workbook.editing import patched
from tests.workbook.fuzzing import Fuzzer, judged

SEEDS = range(7001, 7026)


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Fuzzer:
    return Fuzzer(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_broken_workbook_is_answered_in_plain_words(fuzzer: Fuzzer, seed: int) -> None:
    kinds, path = fuzzer.broken(seed)
    outcome = judged(path)
    assert not outcome.without_cell, kinds


def test_the_same_seed_breaks_the_same_way_and_seeds_differ(fuzzer: Fuzzer) -> None:
    (first, path), again, other = fuzzer.broken(1), None, fuzzer.broken(2)[1].read_bytes()
    content = path.read_bytes()
    again = fuzzer.broken(1)
    assert (again[0], again[1].read_bytes()) == (first, content)
    assert other != content


@pytest.mark.parametrize("row", ["99999999999999999999", "1048577", "0", "-3"])
def test_a_row_no_workbook_has_is_refused_at_once(tmp_path: Path, row: str) -> None:
    path = tmp_path / "p.xlsx"
    build_template(default_project(), path)
    patched(path, "xl/worksheets/sheet2.xml", lambda xml: re.sub(r'<row r="9"', f'<row r="{row}"', xml))
    with pytest.raises(WorkbookRefused, match="Site") as caught:
        read_project(path)
    assert caught.value.code == "XML_BROKEN"


def test_a_note_in_the_last_row_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    build_template(default_project(), path)
    note = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>stray</t></is></c></row></sheetData>'
    patched(path, "xl/worksheets/sheet2.xml", lambda xml: xml.replace("</sheetData>", note))
    assert read_project(path) == default_project()


def test_what_is_missing_is_named_at_the_heading_of_the_field_names(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    build_template(default_project(), path)
    patched(path, "xl/worksheets/sheet2.xml", lambda xml: re.sub(r'<row r="9" .*?</row>', "", xml, flags=re.DOTALL))
    with pytest.raises(InputFaults) as caught:
        read_project(path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("FIELD_MISSING", "Site!B4")
