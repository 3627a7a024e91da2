"""The command line as a person meets it: answers, files, exit codes, messages."""

import json
import shutil
from pathlib import Path

import pytest

from bvnexus_xl.cli import Exit, main
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.results import Result
from bvnexus_xl.workbook.inspect import changed_parts
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.template import build_template
from tests.projects import RECIP, small_project


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "campus é 1.xlsx"
    build_template(small_project(2, 40.0), path)
    return path


@pytest.fixture(scope="module")
def solved(workbook) -> tuple[Path, Path]:
    output, result = workbook.with_name("solved.xlsx"), workbook.with_name("result.json")
    assert main(["run", str(workbook), "--output", str(output), "--json", str(result)]) == Exit.DONE
    return output, result


def test_run_answers_in_five_lines(workbook, capsys):
    assert main(["run", str(workbook), "--output", str(workbook.with_name("again.xlsx"))]) == Exit.DONE
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 5
    assert "LCOE" in lines[0]
    assert "Class 5" in lines[4]


def test_the_input_workbook_is_untouched_when_output_is_elsewhere(workbook, solved):
    assert read_project(workbook) == read_project(solved[0])
    assert changed_parts(workbook, solved[0])


def test_the_json_result_is_the_documented_type_and_agrees_with_itself(solved):
    result = Result.model_validate_json(solved[1].read_text(encoding="utf-8"))
    assert result.status == "done"
    assert [year.year for year in result.years] == [2029, 2030]
    year = result.years[0]
    supply = sum(mwh for source, mwh in year.energy_mwh.items() if source != "Battery")
    assert year.served_mwh <= supply + 1e-6
    assert year.load_mw == pytest.approx(40.0)
    assert result.gap is None
    assert all(limit.shadow_price_planning is None for limit in result.limits)


def test_a_solved_workbook_can_be_solved_again_in_place(solved, tmp_path):
    copy = shutil.copy(solved[0], tmp_path / "copy.xlsx")
    assert main(["run", str(copy)]) == Exit.DONE
    assert read_project(Path(copy)) == read_project(solved[0])


def test_workbook_to_json_to_workbook_keeps_the_project(workbook, tmp_path):
    as_json, back = tmp_path / "project.json", tmp_path / "back.xlsx"
    assert main(["to-json", str(workbook), str(as_json)]) == Exit.DONE
    assert main(["from-json", str(as_json), str(back)]) == Exit.DONE
    assert read_project(back) == load_json(as_json.read_text(encoding="utf-8")) == read_project(workbook)


def test_a_json_project_runs_without_a_workbook(workbook, tmp_path, capsys):
    as_json, result = tmp_path / "project.json", tmp_path / "result.json"
    as_json.write_text(read_project(workbook).to_json(), encoding="utf-8")
    assert main(["run", str(as_json), "--json", str(result)]) == Exit.DONE
    assert json.loads(result.read_text(encoding="utf-8"))["input_hash"] == read_project(workbook).input_hash()
    assert "LCOE" in capsys.readouterr().out


def test_faults_in_json_come_all_at_once_with_exit_2(workbook, tmp_path, capsys):
    raw = json.loads(read_project(workbook).to_json())
    raw["finance"]["discount_rate"] = "eight"
    raw["equipment"][0]["unit_mw"] = -1
    raw["load"]["trajectory"][0]["contracted_mw"] = None
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(raw), encoding="utf-8")
    assert main(["check", str(bad)]) == Exit.FAULTS
    said = capsys.readouterr().err
    assert "3 input faults" in said
    for place in ("finance.discount_rate", "equipment[0].unit_mw", "load.trajectory[0].contracted_mw"):
        assert place in said


def test_an_infeasible_project_exits_3_and_names_limit_amount_and_cell(tmp_path, capsys):
    path = tmp_path / "tight.xlsx"
    build_template(small_project(1, 20.0, (RECIP,), {"nox_limit_tpy": 2.0}), path)
    assert main(["run", str(path)]) == Exit.INFEASIBLE
    said = capsys.readouterr().out
    assert "NOx" in said
    assert "Constraints!" in said


def test_new_refuses_to_overwrite(tmp_path, capsys):
    path = tmp_path / "new.xlsx"
    assert main(["new", str(path)]) == Exit.DONE
    before = path.read_bytes()
    assert main(["new", str(path)]) == Exit.USAGE
    assert path.read_bytes() == before
    assert "exists already" in capsys.readouterr().err


def test_output_never_replaces_a_file_that_is_not_ours(workbook, tmp_path, capsys):
    letter = tmp_path / "letter.xlsx"
    letter.write_bytes(b"dear client")
    assert main(["run", str(workbook), "--output", str(letter)]) == Exit.FAULTS
    assert letter.read_bytes() == b"dear client"
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["run"], ["fly"], ["run", "x.xlsx", "--phase", "9"], ["run", "x.xlsx", "--speed"]]
)
def test_wrong_usage_exits_64(arguments):
    assert main(arguments) == Exit.USAGE


def test_a_missing_file_is_named(tmp_path, capsys):
    assert main(["check", str(tmp_path / "nowhere.xlsx")]) == Exit.FAULTS
    assert "nowhere.xlsx" in capsys.readouterr().err


def test_help_lists_every_command_with_an_example(capsys):
    assert main(["--help"]) == Exit.DONE
    listed = capsys.readouterr().out
    for command in ("demo", "new", "check", "run", "recalc", "migrate", "to-json", "from-json", "render"):
        assert command in listed
        assert main([command, "--help"]) == Exit.DONE
        assert f"bvnexus-xl {command}" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == Exit.DONE
    assert capsys.readouterr().out.startswith("bvnexus-xl ")


@pytest.mark.parametrize("target", ["nodir/y.xlsx", "y.csv"])
def test_from_json_refuses_a_bad_target_kindly(workbook, tmp_path, target, capsys):
    as_json = tmp_path / "project.json"
    as_json.write_text(read_project(workbook).to_json(), encoding="utf-8")
    assert main(["from-json", str(as_json), str(tmp_path / target)]) == Exit.USAGE
    assert not (tmp_path / target).exists()
    assert "Traceback" not in capsys.readouterr().err


def test_a_bad_place_for_the_result_is_found_before_solving(workbook, tmp_path, capsys):
    output = tmp_path / "solved.xlsx"
    assert (
        main(["run", str(workbook), "--output", str(output), "--json", str(tmp_path / "nodir" / "r.json")])
        == Exit.FAULTS
    )
    assert not output.exists()
    assert "nodir" in capsys.readouterr().err


def test_nothing_but_the_message_goes_to_the_error_stream_off_a_terminal(workbook, tmp_path, capsys):
    main(["run", str(workbook), "--output", str(tmp_path / "solved.xlsx")])
    assert not capsys.readouterr().err.startswith("\n")
