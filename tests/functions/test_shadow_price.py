"""``BVN_SHADOW_PRICE`` from a sheet of limits and from a result file."""

import json

import pytest

from bvnexus_xl.functions.table import BY_NAME

SHEET = [
    ["Every limit", None, None, None, None, None],
    ["Limit", "Year", "Used", "Shadow price, operating, $ per unit", "Shadow price, planning, $ per unit", "Key"],
    ["NOx", 2030.0, 99.0, 800.0, 1250.5, "nox"],
    ["NOx", 2031.0, 50.0, 3.0, 0.0, "nox"],
    ["Run hours", 2030.0, 50.0, 7.25, None, "run_hours:a"],
    ["Land", 2030.0, 10.0, None, None, "land"],
    [None, None, None, None, None, None],
]
shadow = BY_NAME["BVN_SHADOW_PRICE"]


def test_price_is_found_by_key_and_by_name():
    assert shadow("nox", 2030, SHEET) == 1250.5
    assert shadow("NOX", 2031, SHEET) == 0.0


def test_the_kind_may_be_chosen_and_planning_goes_first():
    assert shadow("nox", 2030, SHEET, "operating") == 800.0
    assert shadow("nox", 2030, SHEET, "Planning") == 1250.5
    assert shadow("run_hours:a", 2030, SHEET) == 7.25
    assert "one of planning, operating" in shadow.in_cell(("nox", 2030, SHEET, "marginal"))
    assert "no planning shadow price" in shadow.in_cell(("run_hours:a", 2030, SHEET, "planning"))


@pytest.mark.parametrize(
    ("limit", "year", "results", "words"),
    [
        ("co", 2030, SHEET, "limit = 'co': the result has land, nox, run_hours:a"),
        ("nox", 2040, SHEET, "2030 to 2031"),
        ("land", 2030, SHEET, "run Phase 2"),
        ("nox", 2030, [["a", "b"], [1, 2]], "heads Limit, Year"),
        ("nox", 2030, "nowhere.json", "no result file"),
    ],
)
def test_reason_why_there_is_no_price(limit, year, results, words):
    assert words in shadow.in_cell((limit, year, results))


def test_price_is_read_from_a_result_file(tmp_path):
    file = tmp_path / "result.json"
    prices = {"shadow_price_operating": 6.0, "shadow_price_planning": 7.5}
    file.write_text(json.dumps({"limits": [{"name": "nox", "label": "NOx", "year": 2030, **prices}]}), encoding="utf-8")
    assert shadow("NOx", 2030, str(file)) == 7.5
    assert shadow("NOx", 2030, str(file), "operating") == 6.0
