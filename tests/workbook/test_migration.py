"""A workbook of an older template is moved to the current one: every field copied, renamed, new or dropped by name."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from bvnexus_xl.cli import main
from bvnexus_xl.errors import InputFaults, WorkbookRefused
from bvnexus_xl.inputs.project import TEMPLATE_VERSION, Project
from bvnexus_xl.workbook.locations import limit_cell
from bvnexus_xl.workbook.migration import migrate_workbook
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.renames import Renames, renames_between
from bvnexus_xl.workbook.template import build_template
from tests.projects import small_project
from tests.workbook.editing import patched

THEN = TEMPLATE_VERSION - 1
FIELDS = {"Finance": {"wacc": "discount_rate"}, "Equipment": {"hr": "min_load_fraction"}}
TABLE = {THEN: Renames({"Money": "Finance"}, FIELDS)}


def changed_project() -> Project:
    """A project in which a lost value would show: nothing that matters is at its default."""
    project = small_project()
    finance = project.finance.model_copy(update={"discount_rate": 0.0777})
    site = project.site.model_copy(update={"site_name": "=HYPERLINK Épée", "latitude_deg": 40.0})
    return project.model_copy(update={"finance": finance, "site": site})


def older(path: Path, version: int = THEN) -> Path:
    """A workbook as the version before might have made it.

    It called a sheet, a field and a column otherwise, lacked ``inflation_rate`` and had a field ``soul_tax``.
    """
    build_template(changed_project(), path)
    patched(path, "xl/workbook.xml", lambda xml: re.sub(r'(bvn_template_version">)\d+', rf"\g<1>{version}", xml))
    patched(path, "xl/workbook.xml", lambda xml: xml.replace('name="Finance"', 'name="Money"'))

    def old_names(xml: str) -> str:
        for now, then in (("discount_rate", "wacc"), ("min_load_fraction", "hr"), ("inflation_rate", "soul_tax")):
            assert f"<t>{now}</t>" in xml
            xml = xml.replace(f"<t>{now}</t>", f"<t>{then}</t>")
        return xml

    patched(path, "xl/sharedStrings.xml", old_names)
    return path


def test_every_field_is_copied_renamed_new_or_dropped_and_the_original_stays(tmp_path: Path) -> None:
    path = older(tmp_path / "plän 1.xlsx")
    before = path.read_bytes()
    done = migrate_workbook(path, table=TABLE)
    assert read_project(path) == changed_project()
    assert done.backup == tmp_path / f"plän 1.template_v{THEN}.xlsx"
    assert done.backup.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([path.name, done.backup.name])
    assert done.renamed == ("sheet Money → Finance", "Equipment hr → min_load_fraction", "Finance wacc → discount_rate")
    assert done.new == ("Finance inflation_rate",)
    (dropped,) = done.dropped
    assert re.fullmatch(r"soul_tax \(Finance!B\d+\)", dropped)
    assert done.copied > 300
    text = "\n".join(done.lines())
    assert f"Template version {THEN} → {TEMPLATE_VERSION}" in text
    assert "new, with its default: Finance inflation_rate" in text


def test_another_file_may_be_written_and_the_source_is_only_read(tmp_path: Path) -> None:
    path = older(tmp_path / "a.xlsx")
    before = path.read_bytes()
    done = migrate_workbook(path, tmp_path / "b.xlsx", table=TABLE)
    assert (path.read_bytes(), done.backup) == (before, None)
    assert read_project(tmp_path / "b.xlsx") == changed_project()


def test_formulas_and_own_sheets_are_reported(tmp_path: Path) -> None:
    path = older(tmp_path / "a.xlsx")
    sheet, cell = limit_cell("altitude_ft").split("!")
    book = openpyxl.load_workbook(path)
    book.create_sheet("My notes")["A1"] = "mine"
    book[sheet][cell] = "=800+86"
    book.save(path)
    for number in range(1, len(book.sheetnames) + 1):
        patched(path, f"xl/worksheets/sheet{number}.xml", lambda xml: xml.replace("<v></v>", "").replace("<v/>", ""))
    patched(path, "xl/worksheets/sheet2.xml", lambda xml: xml.replace("<f>800+86</f>", "<f>800+86</f><v>886</v>"))
    done = migrate_workbook(path, table=TABLE)
    assert done.left == ("My notes",)
    assert done.formulas == (f"{sheet}!{cell}",)
    assert read_project(path).site.altitude_ft == 886.0


def test_real_faults_stop_a_migration_and_leave_the_file(tmp_path: Path) -> None:
    path = older(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    sheet, cell = limit_cell("latitude_deg").split("!")
    book[sheet][cell] = "north"
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(InputFaults) as caught:
        migrate_workbook(path, table=TABLE)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("NUMBER_EXPECTED", f"{sheet}!{cell}")]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_newer_workbook_is_refused_and_a_current_one_left_alone(tmp_path: Path) -> None:
    path = older(tmp_path / "new.xlsx", version=TEMPLATE_VERSION + 1)
    with pytest.raises(WorkbookRefused, match="install the newer bvNexus XL") as caught:
        migrate_workbook(path)
    assert caught.value.code == "NEWER_TEMPLATE"
    build_template(small_project(), tmp_path / "now.xlsx")
    before = (tmp_path / "now.xlsx").read_bytes()
    done = migrate_workbook(tmp_path / "now.xlsx")
    assert (tmp_path / "now.xlsx").read_bytes() == before
    assert list(done.lines()) == [f"now.xlsx has the current template version {TEMPLATE_VERSION}: nothing to do"]


def test_a_write_that_fails_leaves_the_original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = older(tmp_path / "a.xlsx")
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bvnexus_xl.workbook.atomic.os.replace", full)
    with pytest.raises(WorkbookRefused, match="free some space"):
        migrate_workbook(path, table=TABLE)
    assert path.read_bytes() == before


def test_the_command_line_migrates_reports_and_says_where_the_original_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xlsx"
    build_template(changed_project(), path)
    patched(path, "xl/workbook.xml", lambda xml: re.sub(r'(bvn_template_version">)\d+', rf"\g<1>{THEN}", xml))
    assert main(["check", str(path)]) == 2
    assert 'bvnexus-xl migrate "a.xlsx"' in capfd.readouterr().err
    assert main(["migrate", str(path)]) == 0
    said = capfd.readouterr()
    assert "input cells copied" in said.out
    assert f"a.template_v{THEN}.xlsx" in said.err
    assert main(["check", str(path)]) == 0
    assert main(["migrate", str(path), "-o", str(path)]) == 64


def test_renames_of_several_versions_are_one_step() -> None:
    table = {
        1: Renames({"Money": "Cash"}, {"Cash": {"wacc": "rate"}}),
        2: Renames({"Cash": "Finance"}, {"Finance": {"rate": "discount_rate", "tax": "tax_rate"}}),
    }
    found = renames_between(1, 3, table)
    assert found.sheets == {"Money": "Finance"}
    assert found.fields == {"Finance": {"wacc": "discount_rate", "tax": "tax_rate"}}
    assert renames_between(2, 3, table).sheets == {"Cash": "Finance"}
