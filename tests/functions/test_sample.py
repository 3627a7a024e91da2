"""Every function in a cell of a workbook: LibreOffice computes what Python says, and README shows them all."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import readme_table
import sample

from bvnexus_xl.functions.table import FUNCTIONS
from bvnexus_xl.workbook.recalc import compare

README = Path(__file__).resolve().parents[2] / "README.md"


def test_readme_has_the_table_of_functions():
    assert "\n".join(readme_table.lines()) in README.read_text(encoding="utf-8")


def test_sample_has_every_function():
    assert [text for function in FUNCTIONS for _, text, *_ in sample.SAMPLES if f"{function.name}(" in text] == [
        formula for _, formula, *_ in sample.SAMPLES
    ]
    assert len(sample.SAMPLES) == len(FUNCTIONS)


@pytest.mark.office
def test_libreoffice_computes_every_function_as_python_does(tmp_path):
    path = tmp_path / "sample.xlsx"
    sample.build_sample(path)
    report = compare(path, tolerance_rel=1e-9)
    assert [str(finding) for finding in (*report.errors, *report.differences, *report.uncached)] == []
    assert report.function_cells == len(FUNCTIONS)
