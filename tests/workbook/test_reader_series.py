"""Hourly columns: lengths, gaps, texts, strangers."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest
from editing import template

from bvnexus_xl.errors import Fault, InputFaults
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.inputs.series import Series, SeriesColumn
from bvnexus_xl.workbook.reader import read_project, read_workbook
from bvnexus_xl.workbook.template import build_template

HEADER, FIRST = 7, 8
LOAD, PRICE = "C", "D"


def faults_with(
    tmp_path: Path, columns: dict[str, list[object]], heads: dict[str, object] | None = None
) -> list[Fault]:
    path = tmp_path / "series.xlsx"
    template(path)
    book = openpyxl.load_workbook(path)
    sheet = book["Series"]
    for letter, head in (heads or {}).items():
        sheet[f"{letter}{HEADER}"] = head
    for letter, values in columns.items():
        for row, value in enumerate(values, start=FIRST):
            if value is not None:
                sheet[f"{letter}{row}"] = value
    book.save(path)
    with pytest.raises(InputFaults) as caught:
        read_project(path)
    return list(caught.value.faults)


@pytest.mark.parametrize("hours", [8759, 8784, 24])
def test_a_wrong_number_of_hours_is_named_at_the_header_and_explains_leap_years(tmp_path: Path, hours: int) -> None:
    (fault,) = faults_with(tmp_path, {LOAD: [1.0] * hours})
    assert (fault.code, fault.place) == ("SERIES_LENGTH", f"Series!{LOAD}{HEADER}")
    assert fault.value == f"{hours} values"
    assert "leap year loses 29 February" in fault.allowed


def test_gaps_texts_and_errors_are_one_fault_of_each_kind_a_column(tmp_path: Path) -> None:
    values: list[object] = [50.0] * 8760
    values[10] = values[4000] = values[4001] = None
    values[20] = "NaN"
    values[30], values[31] = "12.5", "13.5"
    values[40] = "#N/A"
    faults = faults_with(tmp_path, {PRICE: values})
    assert [(fault.code, fault.cell) for fault in faults] == [
        ("SERIES_GAP", f"{PRICE}{FIRST + 10}"),
        ("NOT_A_NUMBER", f"{PRICE}{FIRST + 20}"),
        ("NUMBER_AS_TEXT", f"{PRICE}{FIRST + 30}"),
        ("ERROR_VALUE", f"{PRICE}{FIRST + 40}"),
    ]
    assert faults[0].value == "empty, and 2 more cells of this column"
    assert faults[2].value == "the text '12.5', and 1 more cells of this column"


def test_a_value_outside_its_range_is_named_at_its_hour(tmp_path: Path) -> None:
    values: list[object] = [50.0] * 8760
    values[8759] = 20001.0
    (fault,) = faults_with(tmp_path, {PRICE: values})
    assert (fault.code, fault.cell, fault.value) == ("SERIES_VALUE", f"{PRICE}{FIRST + 8759}", "20001")


def test_columns_without_a_name_or_with_a_strange_one_are_named(tmp_path: Path) -> None:
    faults = faults_with(tmp_path, {"K": [0.5] * 8760, "L": [0.5] * 8760}, heads={"L": "Windmill"})
    assert [(fault.code, fault.cell) for fault in faults] == [
        ("SERIES_UNNAMED", f"K{HEADER}"),
        ("UNKNOWN_SERIES", f"L{HEADER}"),
    ]


def test_without_its_row_of_names_the_sheet_is_one_fault(tmp_path: Path) -> None:
    path = tmp_path / "series.xlsx"
    template(path)
    book = openpyxl.load_workbook(path)
    book["Series"].delete_rows(HEADER)
    book.save(path)
    with pytest.raises(InputFaults) as caught:
        read_project(path)
    assert [(fault.code, fault.sheet) for fault in caught.value.faults] == [("TABLE_HEADER_MISSING", "Series")]


def test_hourly_columns_come_back_to_the_last_bit_and_are_located(tmp_path: Path) -> None:
    draw = random.Random(7)
    columns = tuple(
        SeriesColumn(name=name, values=tuple(draw.uniform(0.1, 60.0) for _ in range(8760)))
        for name in ("load_shape", "wind_speed_m_per_s")
    )
    project = default_project().model_copy(update={"series": Series(columns=columns)})
    path = tmp_path / "series.xlsx"
    build_template(project, path)
    found, places = read_workbook(path)
    assert found.series == project.series
    assert places.locate(("series", "columns", 0, "values", 5)) == ("Series", f"{LOAD}{FIRST + 5}")
