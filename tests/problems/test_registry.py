"""A problem registered in a few lines is in the template, the command line, the sheets and the JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
from python_calamine import CalamineWorkbook

from bvnexus_xl.cli import Exit, main
from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.field_specs import field_specs
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.reference import json_schema, reference_markdown
from bvnexus_xl.problems import Problem, find_problem, problem_codes, register, registry
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.template import build_template
from tests.planned import BUILDS, planned, small_project


# --- a new problem type: a finding, a sheet, a record ---------------------------------------------------------------
@dataclass(frozen=True)
class Tallest:
    metres: float

    def lines(self) -> Sequence[str]:
        return (f"The tallest stack is {self.metres:g} m",)

    def record(self) -> Mapping[str, float]:
        return {"metres": self.metres}


class StackSheet:
    name = "Stack"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        cells = SheetCells(self.name)
        put_title(cells, "Stack", "How tall", 4, checks_failed(solved))
        if solved is not None and isinstance(solved.finding, Tallest):
            cells.put(4, 1, solved.finding.metres, "line_decimal")
        return cells

    def dress(self, canvas: Canvas) -> None:
        canvas.worksheet.set_column(0, 0, 30.0)


def example() -> Project:
    base = small_project()
    return base.model_copy(update={"study": base.study.model_copy(update={"problem": "P9"})})


def screen(project: Project, progress: object) -> SolvedStudy:
    return replace(planned(project, BUILDS), finding=Tallest(42.5))


STACK = Problem(
    code="P9",
    title="Stack",
    question="how tall the stack may be",
    objective="most metres",
    screen=screen,
    optimise=lambda project, progress, options, cancelled: replace(screen(project, progress), phase=2),
    example=example,
    example_name="stack",
    sheets=lambda: (StackSheet(),),
)
# --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stack(monkeypatch) -> Iterator[Problem]:
    monkeypatch.setattr(registry, "_PROBLEMS", dict(registry._PROBLEMS))
    field_specs.cache_clear()
    register(STACK)
    yield STACK
    field_specs.cache_clear()


def rows_of(path, sheet):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_start_offers_it_and_reads_it_back(stack, tmp_path):
    path = tmp_path / "campus.xlsx"
    build_template(example(), path)
    assert read_project(path).study.problem == "P9"
    assert rows_of(path, "Stack")[0][0] == "Stack"


def test_run_needs_no_other_flag_and_fills_its_sheet(stack, tmp_path, capsys):
    path, result = tmp_path / "campus.xlsx", tmp_path / "result.json"
    build_template(example(), path)
    assert main(["run", str(path), "--json", str(result)]) == Exit.DONE
    assert "The tallest stack is 42.5 m" in capsys.readouterr().out
    assert rows_of(path, "Stack")[3][0] == 42.5
    found = json.loads(result.read_text(encoding="utf-8"))
    assert (found["problem"], found["finding"]) == ("P9", {"metres": 42.5})


def test_phase_2_is_its_own(stack, tmp_path):
    (tmp_path / "campus.json").write_text(example().to_json(), encoding="utf-8")
    result = tmp_path / "result.json"
    assert main(["run", str(tmp_path / "campus.json"), "--phase", "2", "--json", str(result)]) == Exit.DONE
    assert json.loads(result.read_text(encoding="utf-8"))["phase"] == 2


def test_demo_runs_its_example(stack, tmp_path):
    assert main(["demo", str(tmp_path), "--problem", "P9"]) == Exit.DONE
    assert rows_of(tmp_path / "stack_solved.xlsx", "Stack")[3][0] == 42.5


def test_schema_and_reference_name_it(stack):
    assert json_schema()["$defs"]["Study"]["properties"]["problem"]["enum"] == list(problem_codes())
    assert "P9 Stack: how tall the stack may be" in reference_markdown()


def test_an_unregistered_problem_is_a_fault_that_lists_what_works():
    with pytest.raises(InputFaults, match=r"NOT_IN_LIST.*P9.*must be one of: P1"):
        load_json(example().to_json())
    assert main(["demo", "--problem", "P9"]) == Exit.USAGE


def test_a_code_is_taken_once():
    with pytest.raises(ValueError, match="registered already"):
        register(find_problem("P1"))
