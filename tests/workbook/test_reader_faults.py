"""Every fault of a real broken workbook comes out with its code, sheet and cell, and all come out at once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from editing import Edit, cell_of, edited, setting, template
from openpyxl import Workbook

from bvnexus_xl.errors import Fault, InputFaults, WorkbookRefused
from bvnexus_xl.inputs.field_specs import field_specs
from bvnexus_xl.inputs.load import WorkloadClass
from bvnexus_xl.workbook.locations import Locations
from bvnexus_xl.workbook.reader import read_project


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Locations]:
    path = tmp_path_factory.mktemp("base") / "base.xlsx"
    return path, template(path)


def faults_of(base: tuple[Path, Locations], tmp_path: Path, *edits: Edit) -> list[Fault]:
    path = edited(base[0], tmp_path / "broken.xlsx", base[1], *edits)
    before = path.read_bytes()
    with pytest.raises(InputFaults) as caught:
        read_project(path)
    assert path.read_bytes() == before
    return list(caught.value.faults)


NOX = ("constraints", "nox_limit_tpy")
HEAT_RATE = ("equipment", 0, "heat_rate_btu_per_kwh")
ONE_CELL = [
    ("NUMBER_EXPECTED", "plenty", NOX, "'plenty'"),
    ("NUMBER_EXPECTED", True, NOX, "TRUE"),
    ("NUMBER_AS_TEXT", "7,700", HEAT_RATE, "'7,700'"),
    ("NUMBER_AS_TEXT", "1e3", NOX, "'1e3'"),
    ("NUMBER_AS_TEXT", "8 %", ("finance", "discount_rate"), "the text '8 %'"),
    ("NUMBER_AS_TEXT", "4%", ("equipment", 0, "net_ageing_adder_pct"), "the text '4%'"),
    ("NOT_A_NUMBER", "n/a", HEAT_RATE, "'n/a'"),
    ("NOT_A_NUMBER", "NaN", NOX, "'NaN'"),
    ("ERROR_VALUE", "#REF!", HEAT_RATE, "#REF!"),
    ("ERROR_VALUE", "#DIV/0!", ("study", "decision_date"), "#DIV/0!"),
    ("FORMULA_NOT_CALCULATED", "=50*2", NOX, "formula =50*2"),
    ("DATE_IN_NUMBER", date(2026, 1, 10), NOX, "shown as a date"),
    ("VALUE_MISSING", None, NOX, "empty"),
    ("VALUE_MISSING", None, ("equipment", 0, "capex_usd_per_kw"), "empty"),
    ("NEGATIVE_VALUE", -5, NOX, "-5"),
    ("OUT_OF_RANGE", 3000, HEAT_RATE, "3000"),
    ("OUT_OF_RANGE", date(2100, 1, 1), ("grid", "energisation_date"), "2100-01-01"),
    ("WHOLE_NUMBER_EXPECTED", 14.5, ("study", "analysis_years"), "14.5"),
    ("YES_NO_EXPECTED", "maybe", ("constraints", "land_limit_enabled"), "'maybe'"),
    ("YES_NO_EXPECTED", 1, ("equipment", 0, "enabled"), "1"),
    ("DATE_EXPECTED", "2027-01-01", ("study", "decision_date"), "'2027-01-01'"),
    ("DATE_EXPECTED", datetime(2027, 1, 1, 12), ("study", "decision_date"), "46,388.5"),
    ("NOT_IN_LIST", "moon", ("site", "air_district"), "'moon'"),
    ("UNKNOWN_TECHNOLOGY", "fusion", ("equipment", 0, "technology"), "'fusion'"),
    ("TEXT_EXPECTED", 7, ("equipment", 0, "name"), "7"),
    ("TEXT_TOO_LONG", "x" * 41, ("equipment", 0, "name"), "xxx"),
    ("DUPLICATE_NAME", "battery", ("equipment", 6, "name"), "'battery'"),
    ("UNKNOWN_MODEL", "Recip 20 MW", ("emission_controls", 0, "model"), "'Recip 20 MW'"),
    ("MISSING_FOR_TECHNOLOGY", None, ("equipment", 0, "unit_mw"), "empty"),
    ("SOC_RANGE", 0.1, ("equipment", 5, "soc_max_fraction"), "0.1"),
    ("DUPLICATE_YEAR", 2030, ("load", "trajectory", 0, "year"), "2030"),
    ("LOAD_BEFORE_LEAD_TIME", date(2028, 1, 1), ("study", "decision_date"), "100 MW in 2029"),
    ("CONTRADICTING_LIMITS", 600, ("constraints", "reserved_land_acres"), "600"),
    ("GRID_WITHOUT_IMPORT", "yes", ("grid", "grid_enabled"), "0 MW"),
    ("SERIES_MISSING", "series", ("load", "shape_source"), "series"),
]
ELSEWHERE = {
    "SOC_RANGE": ("equipment", 5, "soc_min_fraction"),
    "LOAD_BEFORE_LEAD_TIME": ("load", "trajectory", 0, "contracted_mw"),
    "GRID_WITHOUT_IMPORT": ("grid", "import_limits"),
}


@pytest.mark.parametrize(("code", "value", "loc", "shown"), ONE_CELL)
def test_a_bad_cell_is_named_with_its_value_and_what_is_allowed(
    base: tuple[Path, Locations],
    tmp_path: Path,
    code: str,
    value: object,
    loc: tuple[str | int, ...],
    shown: str,
) -> None:
    faults = faults_of(base, tmp_path, setting(value, *loc))
    sheet, cell = base[1].locate(ELSEWHERE.get(code, loc))
    fault = next(fault for fault in faults if fault.code == code and (fault.sheet, fault.cell) == (sheet, cell))
    assert fault.place == f"{sheet}!{cell}"
    assert shown in fault.value
    assert fault.allowed


@pytest.mark.parametrize(
    ("text", "loc", "hint"),
    [
        ("8 %", ("finance", "discount_rate"), "type 8 % as the number 0.08"),
        ("4%", ("equipment", 0, "net_ageing_adder_pct"), "type 4% as the number 4"),
        ("7,700", HEAT_RATE, "type it again as a number"),
    ],
)
def test_a_number_typed_as_text_is_told_how_to_type_it(
    base: tuple[Path, Locations], tmp_path: Path, text: str, loc: tuple[str | int, ...], hint: str
) -> None:
    assert hint in one(base, tmp_path, setting(text, *loc)).allowed


def one(base: tuple[Path, Locations], tmp_path: Path, *edits: Edit) -> Fault:
    faults = faults_of(base, tmp_path, *edits)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def test_a_missing_sheet_is_one_fault(base: tuple[Path, Locations], tmp_path: Path) -> None:
    fault = one(base, tmp_path, lambda book, _: book.remove(book["Constraints"]))
    assert (fault.code, fault.sheet, fault.cell) == ("SHEET_MISSING", "Constraints", "")


def test_a_renamed_field_is_missing_and_the_new_name_is_shown(base: tuple[Path, Locations], tmp_path: Path) -> None:
    def rename(book: Workbook, places: Locations) -> None:
        cell_of(book, places, *NOX).offset(column=-1).value = "nox_limit_tpa"

    missing, unknown = faults_of(base, tmp_path, rename)
    assert (missing.code, missing.field, missing.sheet) == ("FIELD_MISSING", "nox_limit_tpy", "Constraints")
    assert unknown.code == "UNKNOWN_FIELD"
    assert "did you mean nox_limit_tpy?" in unknown.allowed
    assert unknown.cell == base[1].locate(NOX)[1].replace("C", "B")


def test_a_field_that_stands_twice_is_named_at_the_second(base: tuple[Path, Locations], tmp_path: Path) -> None:
    def double(book: Workbook, places: Locations) -> None:
        book["Finance"]["B90"].value = "discount_rate"

    fault = one(base, tmp_path, double)
    assert (fault.code, fault.place, fault.field) == ("DUPLICATE_FIELD", "Finance!B90", "discount_rate")


def test_without_the_field_names_a_sheet_is_one_fault(base: tuple[Path, Locations], tmp_path: Path) -> None:
    fault = one(base, tmp_path, lambda book, _: book["Finance"].delete_cols(2))
    assert (fault.code, fault.sheet) == ("FIELD_NAMES_MISSING", "Finance")


def test_a_renamed_column_is_named(base: tuple[Path, Locations], tmp_path: Path) -> None:
    def rename(book: Workbook, places: Locations) -> None:
        header = places.locate(("load", "workload_mix"))[1]
        book["Load"][header].offset(column=1).value = "shares"

    missing, unknown = faults_of(base, tmp_path, rename)
    assert (missing.code, missing.field) == ("COLUMN_MISSING", "share")
    assert (unknown.code, unknown.value) == ("UNKNOWN_COLUMN", "'shares'")
    assert "did you mean share?" in unknown.allowed


def test_a_column_that_stands_twice_is_named(base: tuple[Path, Locations], tmp_path: Path) -> None:
    def double(book: Workbook, places: Locations) -> None:
        header = book["Grid"][places.locate(("grid", "import_limits"))[1]]
        header.offset(column=2).value = "import_limit_mw"

    fault = one(base, tmp_path, double)
    assert (fault.code, fault.field) == ("DUPLICATE_COLUMN", "import_limit_mw")


def test_a_stranger_beside_a_table_is_named_but_not_one_that_stands_apart(
    base: tuple[Path, Locations], tmp_path: Path
) -> None:
    def add(book: Workbook, places: Locations) -> None:
        header = book["Grid"][places.locate(("grid", "import_limits"))[1]]
        header.offset(column=2).value = "source"
        header.offset(column=5).value = "my own notes"

    fault = one(base, tmp_path, add)
    assert (fault.code, fault.value) == ("UNKNOWN_COLUMN", "'source'")


def test_a_table_without_its_name_is_missing(base: tuple[Path, Locations], tmp_path: Path) -> None:
    def rename(book: Workbook, _: Locations) -> None:
        for row in book["Load"].iter_rows():
            for cell in row:
                if cell.value == "trajectory":
                    cell.value = None

    fault = one(base, tmp_path, rename)
    assert (fault.code, fault.sheet, fault.field) == ("TABLE_MISSING", "Load", "trajectory")


def test_a_table_without_its_field_names_is_named(base: tuple[Path, Locations], tmp_path: Path) -> None:
    def clear(book: Workbook, places: Locations) -> None:
        for column in range(len(field_specs(WorkloadClass))):
            book["Load"][places.locate(("load", "workload_mix"))[1]].offset(column=column).value = None

    fault = one(base, tmp_path, clear)
    assert (fault.code, fault.field) == ("TABLE_HEADER_MISSING", "workload_mix")


@pytest.mark.parametrize(
    ("loc", "across"), [(NOX, True), (HEAT_RATE, False), (("load", "trajectory", 3, "contracted_mw"), True)]
)
def test_merged_input_cells_are_one_fault(
    base: tuple[Path, Locations], tmp_path: Path, loc: tuple[str | int, ...], across: bool
) -> None:
    def merge(book: Workbook, places: Locations) -> None:
        first = cell_of(book, places, *loc)
        last = first.offset(column=1) if across else first.offset(row=1)
        book[places.locate(loc)[0]].merge_cells(f"{first.coordinate}:{last.coordinate}")

    fault = one(base, tmp_path, merge)
    assert fault.code == "MERGED_CELLS"
    assert (fault.sheet, fault.cell) == base[1].locate(loc)


def test_ten_faults_on_seven_sheets_come_out_together_in_order(base: tuple[Path, Locations], tmp_path: Path) -> None:
    def merge(book: Workbook, places: Locations) -> None:
        cell = places.locate(("site", "altitude_ft"))[1]
        book["Site"].merge_cells(f"{cell}:{cell.replace('C', 'D')}")

    faults = faults_of(
        base,
        tmp_path,
        setting("2027-01-01", "study", "decision_date"),
        merge,
        setting("ninety", "site", "latitude_deg"),
        setting(-1, "load", "trajectory", 2, "contracted_mw"),
        setting("n/a", *HEAT_RATE),
        setting("fusion", "equipment", 1, "technology"),
        setting(None, "emission_controls", 0, "capex_usd_per_kw"),
        setting("#REF!", "grid", "demand_charge_usd_per_kw_month"),
        setting("'100", *NOX),
        setting("=0.08", "finance", "discount_rate"),
    )
    found = [(fault.code, fault.sheet, fault.cell) for fault in faults]
    at = base[1].locate
    assert found == [
        ("DATE_EXPECTED", *at(("study", "decision_date"))),
        ("NUMBER_EXPECTED", *at(("site", "latitude_deg"))),
        ("MERGED_CELLS", *at(("site", "altitude_ft"))),
        ("NEGATIVE_VALUE", *at(("load", "trajectory", 2, "contracted_mw"))),
        ("NOT_A_NUMBER", *at(HEAT_RATE)),
        ("UNKNOWN_TECHNOLOGY", *at(("equipment", 1, "technology"))),
        ("VALUE_MISSING", *at(("emission_controls", 0, "capex_usd_per_kw"))),
        ("ERROR_VALUE", *at(("grid", "demand_charge_usd_per_kw_month"))),
        ("NUMBER_EXPECTED", *at(NOX)),
        ("FORMULA_NOT_CALCULATED", *at(("finance", "discount_rate"))),
    ]
    heat_rate = faults[4]
    assert str(heat_rate) == (
        f"[NOT_A_NUMBER] Equipment!{at(HEAT_RATE)[1]} heat_rate_btu_per_kwh = 'n/a': "
        "must be a number from 3,412 to 20,000 BTU/kWh"
    )


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.xlsx"
    path.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(WorkbookRefused):
        read_project(path)
