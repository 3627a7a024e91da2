"""Workbooks that are not ours, and places only some machines have, get plain words instead of surprises."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from bvnexus_xl import cli
from bvnexus_xl.commands import office
from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.inputs.loading import load_project
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.recalc import RecalcReport
from bvnexus_xl.workbook.refuse import is_ours, read_check, write_check
from bvnexus_xl.workbook.stored import open_stored
from bvnexus_xl.workbook.template import build_template


def strange(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("One").write_formula("A1", "=1+1", None, 2)
    return path


def test_recalc_labels_a_workbook_that_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(office.recalculation, "compare", lambda _: RecalcReport({"One": 1}, (), (), ()))
    assert cli.main(["recalc", str(strange(tmp_path / "other.xlsx"))]) == 0
    assert "other.xlsx is not a bvNexus workbook" in capfd.readouterr().err
    build_template(default_project(), tmp_path / "ours.xlsx")
    assert is_ours(tmp_path / "ours.xlsx")
    assert cli.main(["recalc", str(tmp_path / "ours.xlsx")]) == 0
    assert "not a bvNexus workbook" not in capfd.readouterr().err


@pytest.mark.parametrize("command", [["recalc"], ["migrate"], ["check"], ["run"]])
def test_what_is_no_workbook_at_all_is_refused(
    tmp_path: Path, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.xlsx").write_text("hello", encoding="utf-8")
    assert cli.main([*command, str(tmp_path / "text.xlsx")]) == 2
    assert "[NOT_A_ZIP] text.xlsx is not an Excel workbook" in capfd.readouterr().err


@pytest.mark.parametrize(
    "path", ["//server/share/plan é.xlsx", "\\\\server\\share\\plan.xlsx", "Z:\\net drive\\plan.xlsx"]
)
def test_a_network_place_that_is_not_there_is_refused_in_plain_words(path: str) -> None:
    with pytest.raises(WorkbookRefused) as caught:
        read_check(Path(path), 1)
    assert caught.value.code in ("FILE_MISSING", "FILE_UNREADABLE")
    with pytest.raises(WorkbookRefused):
        write_check(Path(path) / "plan.xlsx")


def test_texts_that_begin_like_formulas_stay_texts_in_a_fresh_workbook(tmp_path: Path) -> None:
    raw = default_project().model_dump()
    texts = {"project_name": "=1+1", "site_name": "@SUM(A1)"}
    raw["study"]["project_name"], raw["site"]["site_name"] = texts.values()
    raw["equipment"][0]["name"] = "-2+3"
    raw["load"]["workload_mix"][0]["name"] = "+cmd|' /C calc'!A0"
    for row in raw["emission_controls"]:
        row["model"] = "-2+3" if row["model"] == default_project().equipment[0].name else row["model"]
    project = load_project(raw)
    path = tmp_path / "Pläne 2031 (neu)" / "plan à 600 MW.xlsx"
    path.parent.mkdir()
    build_template(project, path)
    assert read_project(path) == project
    with open_stored(path) as stored:
        typed = {
            cell.value: cell.formula for sheet in ("Start", "Site", "Equipment", "Load") for cell in stored.cells(sheet)
        }
    for text in ("=1+1", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0"):
        assert typed[text] == ""
