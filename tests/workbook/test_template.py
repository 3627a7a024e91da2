"""The template: complete, the same bytes each time, accepted by the validator, and what is committed."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.inputs.field_specs import field_specs
from bvnexus_xl.inputs.loading import SECTIONS, TABLES
from bvnexus_xl.inputs.project import TEMPLATE_VERSION, default_project
from bvnexus_xl.workbook import template as template_module
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.input_sheets import WIDTHS
from bvnexus_xl.workbook.layout import build_layout, defined_names
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.sheets.base import CHECKS_BANNER, Canvas, put_title
from bvnexus_xl.workbook.styles import STYLES
from bvnexus_xl.workbook.template import build_template, write_all_templates
from tests.first_validator import findings

COMMITTED = Path(__file__).parents[2] / "workbook_templates"


@pytest.fixture(scope="module")
def greenfield(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "greenfield.xlsx"
    build_template(greenfield_project(), path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_template_built_again_is_the_same_file_and_carries_no_present_time(greenfield: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    build_template(greenfield_project(), again)
    assert again.read_bytes() == greenfield.read_bytes()
    with zipfile.ZipFile(greenfield) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-01-01T00:00:00Z") == 2
    assert str(date.today()) not in core


def test_committed_templates_are_what_the_definitions_generate(tmp_path: Path) -> None:
    write_all_templates(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert sorted(path.name for path in COMMITTED.iterdir() if path.is_file()) == names
    for name in names:
        made, kept = tmp_path / name, COMMITTED / name
        if name.endswith(".xlsx"):
            assert parts(made) == parts(kept), name
        else:
            assert made.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), name


def test_the_validator_finds_nothing(greenfield: Path) -> None:
    assert findings(greenfield) == []


def test_every_field_has_its_row_or_column_with_name_unit_and_range(greenfield: Path) -> None:
    book = openpyxl.load_workbook(greenfield)
    layout = build_layout(greenfield_project())
    for section, model in SECTIONS.items():
        for spec in field_specs(model):
            place = layout.scalar(spec.name)
            row = [cell.value for cell in book[place.sheet][place.row]]
            assert place.loc == (section, spec.name)
            assert row[:2] == [spec.label, spec.name]
            assert row[4] == spec.range_text
            assert not spec.unit or spec.kind == "date" or row[3] == spec.unit
    for loc, model in TABLES.items():
        if loc[0] != "series":
            table = layout.table(loc[-1])
            heads = [cell.value for cell in book[table.sheet][table.header_row]]
            assert heads[: len(table.specs)] == list(model.model_fields)


def test_every_scalar_and_every_table_column_has_a_workbook_name(greenfield: Path) -> None:
    book = openpyxl.load_workbook(greenfield)
    assert book.defined_names["bvn_template_version"].value == str(TEMPLATE_VERSION)
    layout = build_layout(greenfield_project())
    expected = defined_names(layout)
    found = {name: f"={book.defined_names[name].value}" for name in book.defined_names if name in expected}
    assert found == expected
    columns = sum(len(table.specs) for table in layout.tables)
    assert len(expected) == len(layout.scalars) + columns
    sheet, cell = book.defined_names["nox_limit_tpy"].value.split("!")
    assert book[sheet][cell].value == 245
    mw = book.defined_names["contracted_mw"].value.split("!")
    assert [cell.value for (cell,) in book[mw[0]][mw[1]]][:4] == [150, 300, 300, 450]


def test_equipment_and_controls_are_excel_tables_with_rows_to_spare(greenfield: Path) -> None:
    sheet = openpyxl.load_workbook(greenfield)["Equipment"]
    assert set(sheet.tables) == {"equipment", "emission_controls", "existing"}
    for name, table in zip(sheet.tables, sheet.tables.values(), strict=True):
        rows = table.ref.split(":")
        assert sheet[rows[0]].value == table.tableColumns[0].name
        filled = len(getattr(greenfield_project(), name))
        assert sheet[rows[1]].row - sheet[rows[0]].row >= filled + 4


def test_cells_offer_lists_and_refuse_what_is_out_of_range(greenfield: Path) -> None:
    book = openpyxl.load_workbook(greenfield)
    places = template_locations(greenfield_project())

    def rule(*loc: str | int) -> Any:
        sheet, cell = places.locate(loc)
        return next(rule for rule in book[sheet].data_validations.dataValidation if cell in rule.sqref)

    assert rule("constraints", "nox_limit_enabled").formula1 == '"yes,no"'
    assert "aero_turbine" in rule("equipment", 12, "technology").formula1
    assert rule("emission_controls", 3, "model").formula1 == "equipment_name"
    rate = rule("finance", "discount_rate")
    assert (rate.type, rate.formula1, rate.formula2) == ("decimal", "0.0", "0.5")
    assert rate.error == "Must be a number from 0 to 0.5 fraction/yr"


def test_inputs_are_unlocked_blue_on_yellow_with_help_and_styles_are_hidden(greenfield: Path) -> None:
    book = openpyxl.load_workbook(greenfield)
    sheet, cell = template_locations(greenfield_project()).locate(("finance", "discount_rate"))
    given = book[sheet][cell]
    assert given.font.color.rgb == "FF0000FF"
    assert given.fill.fgColor.rgb == "FFFFFBE0"
    assert not given.protection.locked
    assert "Default from" in given.comment.text
    styles = book["_styles"]
    assert styles.sheet_state == "veryHidden"
    assert [row[0].value for row in styles.iter_rows()] == list(STYLES)
    assert book.sheetnames[-1] == "_styles"


def test_a_sheet_of_scalar_rows_fits_a_1366_pixel_screen() -> None:
    row_numbers_and_scroll_bar = 56
    assert sum(7 * width + 5 for width in WIDTHS.values()) + row_numbers_and_scroll_bar <= 1366


class FakeChecks:
    """An output sheet with each kind of cell."""

    name = "Checks"

    def cells(self, solved: None) -> SheetCells:
        cells = SheetCells(self.name, keep=frozenset({"B5"}))
        put_title(cells, "Checks", "What was checked", 4, None)
        cells.put(3, 3, None, "int")
        cells.put(4, 2, 0.1 + 0.2, "decimal2", "=0.1+0.2")
        cells.put(5, 2, 2030, "pick_year")
        cells.put(6, 2, date(2030, 5, 1), "date")
        cells.put(6, 3, True)
        cells.put(7, 2, "=no formula")
        cells.blocks.append(Block(9, 1, [[1, 0.1], [2, 5e-324]], ["int", ""]))
        cells.heights[9] = 42.0
        return cells

    def dress(self, canvas: Canvas) -> None:
        canvas.worksheet.set_column(0, 0, 30)


def test_output_sheets_are_written_locked_in_their_place_and_every_page_shows_the_checks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(template_module, "OUTPUT_SHEETS", (FakeChecks(),))
    path = tmp_path / "with_output.xlsx"
    build_template(default_project(), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-4:] == ["Series", "Scenarios", "Checks", "_styles"]
    sheet = book["Checks"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet["B5"].protection.locked
    assert sheet["B4"].protection.locked
    assert (sheet["B4"].value, sheet["B7"].data_type, sheet["B10"].value) == ("=0.1+0.2", "s", 5e-324)
    assert sheet.row_dimensions[9].height == 42
    assert openpyxl.load_workbook(path, data_only=True)["Checks"]["B4"].value == 0.1 + 0.2
    for name in (
        "Start",
        "Site",
        "Load",
        "Equipment",
        "Grid",
        "Constraints",
        "Finance",
        "Series",
        "Scenarios",
        "Checks",
    ):
        banners = [cell for row in book[name].iter_rows(max_row=1) for cell in row if cell.value == CHECKS_BANNER]
        assert len(banners) == 1, name
        assert book[name].print_title_rows.startswith("$1:"), name
    assert findings(path) == []


def test_a_figure_that_may_be_negative_never_loses_its_sign(greenfield: Path) -> None:
    book = openpyxl.load_workbook(greenfield)
    layout = build_layout(greenfield_project())
    signed = [place for place in layout.scalars if isinstance(place.spec.low, float) and place.spec.low < 0]
    assert {"longitude_deg", "gas_basis_usd_per_mmbtu"} <= {place.spec.name for place in signed}
    for place in signed:
        assert book[place.sheet][place.cell].number_format == "General", place.spec.name
    table = layout.table("equipment")
    above = book["Equipment"].cell(table.first_row, table.column("derate_above_f"))
    assert above.number_format == "General"
