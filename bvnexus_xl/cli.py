"""Command line ``bvnexus-xl``. It knows files and messages, no equation.

Exit codes: 0 done, 2 input faults or a file that cannot be used, 3 infeasible, 4 no plan within the limits given,
64 wrong usage or a program that is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bvnexus_xl import __version__
from bvnexus_xl.answer import answer_lines, infeasible_lines
from bvnexus_xl.conflict import conflict_lines
from bvnexus_xl.errors import (
    BvNexusError,
    InfeasibleProject,
    InputFaults,
    NoPlanFound,
    OfficeUnavailable,
    WorkbookRefused,
)
from bvnexus_xl.excel.addin_cli import addin_app
from bvnexus_xl.inputs.loading import read_json
from bvnexus_xl.inputs.project import Project, default_project
from bvnexus_xl.pipeline import run_phase1, run_phase2, run_phase3
from bvnexus_xl.problems import find_problem, problem_codes
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.events import Phase2Options, Resolution
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.sweep.comparison import Comparison, comparison_lines
from bvnexus_xl.sweep.pools import Where, usual_processes
from bvnexus_xl.sweep.run import SweepOptions, run_sweep
from bvnexus_xl.sweep.store import Store, store_folder
from bvnexus_xl.tier3.result import Tier3Options
from bvnexus_xl.workbook import recalc as recalculation
from bvnexus_xl.workbook.atomic import write_file
from bvnexus_xl.workbook.locations import template_locations
from bvnexus_xl.workbook.migration import migrate_workbook
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.refuse import is_ours, write_check
from bvnexus_xl.workbook.render import render as render_sheets
from bvnexus_xl.workbook.sheets.limit_places import LimitPlaces
from bvnexus_xl.workbook.solve_file import Solve, SolvedFile, solve_project_into, solve_workbook, validate_workbook
from bvnexus_xl.workbook.sweep_file import sweep_workbook
from bvnexus_xl.workbook.template import build_template


class Exit(IntEnum):
    """Exit codes."""

    DONE = 0
    FAULTS = 2
    INFEASIBLE = 3
    NO_PLAN = 4
    USAGE = 64


_DEFAULTS = Phase2Options()
_MOST_FINDINGS = 40
"""Findings of one kind shown by ``recalc``."""

app = typer.Typer(
    name="bvnexus-xl",
    help="Plan behind-the-meter power for AI datacenters from a workbook, without Excel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(addin_app, name="addin")
_screen = Console(stderr=True, soft_wrap=True, highlight=False)
_out = Console(soft_wrap=True, highlight=False)

WorkbookFile = Annotated[Path, typer.Argument(help="A bvNexus workbook (.xlsx or .xlsm).")]
InputFile = Annotated[Path, typer.Argument(help="A bvNexus workbook, or a project as JSON.")]


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put the example.")] = Path("demo"),
    problem: Annotated[str, typer.Option(help="Whose example: P1, P3, ... as on sheet Start.")] = "P1",
) -> None:
    """Solve a worked example and leave a filled workbook, ready to open.

    Examples: bvnexus-xl demo

      bvnexus-xl demo --problem P1
    """
    if problem not in problem_codes():
        raise typer.BadParameter(f"must be one of: {', '.join(problem_codes())}", param_hint="--problem")  # noqa: EM102
    example = find_problem(problem)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{example.example_name}_solved.xlsx"
    with _progress() as progress:
        done = solve_project_into(example.example(), target, partial(run_phase1, progress=progress))
    _report(done.solved, done)
    _finish(done.solved)


@app.command()
def new(file: Annotated[Path, typer.Argument(help="Workbook to make; must not exist yet.")]) -> None:
    """Make an empty workbook from the template.

    Example: bvnexus-xl new campus.xlsx
    """
    _make(file, default_project(), "FILE")
    _out.print(f"Made {file}. Open it, follow sheet Start, then: bvnexus-xl run {_quoted(file)}", markup=False)


@app.command()
def check(file: InputFile) -> None:
    """Check the inputs and list every fault with its sheet and cell. Changes nothing.

    Example: bvnexus-xl check campus.xlsx
    """
    project = _read(file)
    _out.print(
        f"{file.name}: inputs are sound ({project.study.project_name}, {len(project.equipment)} models)", markup=False
    )


@app.command()
def run(
    file: InputFile,
    phase: Annotated[
        int,
        typer.Option(min=1, max=3, help="1: screening; 2: optimisation with a proof; 3: validation at quarter-hours."),
    ] = 1,
    output: Annotated[
        Path | None, typer.Option(help="Workbook to write; the input workbook itself if not given.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the result as JSON.")] = None,
    gap: Annotated[float, typer.Option(min=0.0, max=1.0, help="Phase 2: stop at this gap.")] = _DEFAULTS.gap,
    time_limit: Annotated[
        float | None, typer.Option(min=1.0, help="Seconds at most: 600 in Phase 2, 1,800 in phase 3.")
    ] = None,
    resolution: Annotated[Resolution, typer.Option(help="Phase 2: what the proof holds for.")] = _DEFAULTS.resolution,
    weeks: Annotated[int, typer.Option(min=2, max=40, help="Phase 2: representative weeks.")] = _DEFAULTS.weeks,
    resize: Annotated[
        bool, typer.Option("--resize", help="Phase 3: add units to the plan until every year passes.")
    ] = False,
) -> None:
    """Solve a workbook or a project and write the results.

    A workbook is filled in place, or copied to --output and filled there; only our output cells change. A JSON
    project writes a workbook where --output says so.

    Examples: bvnexus-xl run campus.xlsx

      bvnexus-xl run campus.xlsx --output solved.xlsx --json result.json

      bvnexus-xl run campus.xlsx --phase 2 --gap 0.01

      bvnexus-xl run campus.xlsx --phase 3 --resize

      bvnexus-xl run project.json --json result.json

    Phase 3 validates the plan of the workbook's last run where its inputs are unchanged, and writes sheet Validation;
    else it solves Phase 1 first. Exit code 3: the plan fails at quarter-hours.
    """
    if resize and phase != 3:
        raise typer.BadParameter("belongs to --phase 3", param_hint="--resize")  # noqa: EM101
    options = Phase2Options(
        gap=gap, time_limit_s=time_limit or _DEFAULTS.time_limit_s, resolution=resolution, weeks=weeks
    )
    checks = Tier3Options(resize=resize, time_limit_s=time_limit or Tier3Options().time_limit_s)
    done: SolvedFile | None = None
    for path in (json, output):
        if path is not None:
            write_check(path)
    from_json = file.suffix.lower() == ".json"
    project = read_json(file) if from_json else None
    with _progress() as progress:
        solve: Solve = {
            1: partial(run_phase1, progress=progress),
            2: partial(run_phase2, progress=progress, options=options),
            3: partial(run_phase3, progress=progress, options=checks),
        }[phase]
        if project is None and phase == 3:

            def validate(study: SolvedStudy) -> SolvedStudy:
                return run_phase3(study.project, progress, checks, solved=study)

            done = validate_workbook(file, output or file, partial(run_phase1, progress=progress), validate)
            solved = done.solved
        elif project is None:
            done = solve_workbook(file, output or file, solve)
            solved = done.solved
        elif output is not None:
            done = solve_project_into(project, output, solve)
            solved = done.solved
        else:
            solved = solve(project)
    if json is not None:
        write_file(json, to_result(solved).model_dump_json(indent=1).encode("utf-8"))
    _report(solved, done, json)
    _finish(solved)


@app.command()
def sweep(
    file: InputFile,
    phase: Annotated[int, typer.Option(min=1, max=2, help="1: screening; 2: optimisation with a proof.")] = 1,
    tornado: Annotated[bool, typer.Option("--tornado", help="Swing one input after another, not scenarios.")] = False,
    together: Annotated[
        bool, typer.Option("--together", help="One plan for all scenarios by probability, on representative weeks.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Studies solved at once; one a processor if not given.")
    ] = None,
    dask: Annotated[str, typer.Option(help="Solve on a Dask cluster: the scheduler, as tcp://host:8786.")] = "",
    output: Annotated[Path | None, typer.Option(help="Workbook to write; the input itself if not given.")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the comparison as JSON.")] = None,
    gap: Annotated[float, typer.Option(min=0.0, max=1.0, help="Phase 2: stop at this gap.")] = _DEFAULTS.gap,
    time_limit: Annotated[
        float, typer.Option(min=1.0, help="Phase 2: seconds at most for each study.")
    ] = _DEFAULTS.time_limit_s,
    resolution: Annotated[Resolution, typer.Option(help="Phase 2: what the proof holds for.")] = _DEFAULTS.resolution,
) -> None:
    """Solve the base case and the scenarios of sheet Scenarios and show them side by side on sheet Compare.

    Each study is stored in a folder beside the file as soon as it is solved: a sweep that was interrupted goes on
    where it stopped, and what is stored is not solved again. With --together one set of builds is made for all
    scenarios, each with its own dispatch, at least expected cost; Phase 1 or 2 of each scenario alone is shown beside
    it where it is stored already. A JSON project gives lines and --json only.

    Examples: bvnexus-xl sweep campus.xlsx

      bvnexus-xl sweep campus.xlsx --tornado

      bvnexus-xl sweep campus.xlsx --together

      bvnexus-xl sweep campus.xlsx --phase 2 --processes 4 --json sweep.json

      bvnexus-xl sweep campus.xlsx --dask tcp://scheduler:8786
    """
    from_json = file.suffix.lower() == ".json"
    if tornado and together:
        raise typer.BadParameter("one plan is made for scenarios, not for the tornado", param_hint="--together")  # noqa: EM101
    if from_json and output is not None:
        raise typer.BadParameter("a JSON project has no sheet Compare; use --json", param_hint="--output")  # noqa: EM101
    if json is not None:
        write_check(json)
    options = Phase2Options(gap=gap, time_limit_s=time_limit, resolution=resolution)
    wanted = SweepOptions(phase, tornado, together, options, Where(processes or usual_processes(), dask))
    store = Store(store_folder(file))
    with _progress() as progress:

        def solve(project: Project) -> Comparison:
            return run_sweep(project, wanted, store, progress)

        found = solve(read_json(file)) if from_json else sweep_workbook(file, output or file, solve)
    if json is not None:
        write_file(json, found.model_dump_json(indent=1).encode("utf-8"))
    for line in comparison_lines(found):
        _out.print(line, markup=False)
    for path in (None if from_json else output or file, json):
        if path is not None:
            _screen.print(f"Wrote {path}", markup=False)
    if found.together is None and not any(case.figures for case in found.cases):
        raise typer.Exit(Exit.NO_PLAN)


@app.command()
def recalc(file: WorkbookFile) -> None:
    """Recalculate every formula in LibreOffice and compare with the values stored in the file. Changes nothing.

    Example: bvnexus-xl recalc campus.xlsx
    """
    if not is_ours(file):
        words = "is not a bvNexus workbook: its formulas are compared with the values its own program stored"
        _screen.print(f"Note: {file.name} {words}", markup=False)
    with _progress() as progress:
        progress("Recalculating in LibreOffice", 0.1)
        report = recalculation.compare(file)
    for findings in (report.errors, report.differences, report.uncached):
        for finding in findings[:_MOST_FINDINGS]:
            _out.print(str(finding), markup=False)
        if len(findings) > _MOST_FINDINGS:
            _out.print(f"... and {len(findings) - _MOST_FINDINGS:,} more like these", markup=False)
    _out.print(
        f"{sum(report.formulas.values()):,} formulas recalculated ({report.function_cells:,} with BVN_ functions), "
        f"{len(report.differences)} differ, {len(report.errors)} are errors, "
        f"{len(report.uncached)} had not been calculated before",
        markup=False,
    )
    if report.addin_missing:
        _out.print(f"BVN_ functions are unknown here: {recalculation.INSTALL_PYTHON_UNO}", markup=False)
    if not report.agrees:
        raise typer.Exit(Exit.FAULTS)


@app.command("to-json")
def to_json(
    file: WorkbookFile,
    target: Annotated[Path | None, typer.Argument(help="JSON file; the screen if not given.")] = None,
) -> None:
    """Write the project of a workbook as JSON.

    Example: bvnexus-xl to-json campus.xlsx campus.json
    """
    project = read_project(file)
    if target is None:
        sys.stdout.write(project.to_json() + "\n")
    else:
        text = project.moved_to(target.resolve().parent).to_json()
        write_file(target, text.encode("utf-8"))
        _out.print(f"Wrote {target}", markup=False)


@app.command("from-json")
def from_json(
    file: Annotated[Path, typer.Argument(help="A project as JSON.")],
    target: Annotated[Path, typer.Argument(help="Workbook to make.")],
) -> None:
    """Make a workbook that holds the project of a JSON file.

    Example: bvnexus-xl from-json campus.json campus.xlsx
    """
    project = read_json(file)
    _make(target, project.moved_to(target.resolve().parent), "TARGET")
    _out.print(f"Made {target}", markup=False)


@app.command()
def migrate(
    file: WorkbookFile,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Workbook to make; must not exist. The file itself if not given."),
    ] = None,
) -> None:
    """Move a workbook of an older template to the current one and report what became of every field.

    The inputs are carried over; the original stays beside the new file. Run the workbook again afterwards.

    Examples: bvnexus-xl migrate campus.xlsx

      bvnexus-xl migrate campus.xlsx -o campus_new.xlsx
    """
    if output is not None and output.exists():
        raise typer.BadParameter(f"{output} exists already; choose another name", param_hint="--output")  # noqa: EM102
    done = migrate_workbook(file, output)
    for line in done.lines():
        _out.print(line, markup=False)
    if done.backup is not None:
        _screen.print(f"The original is {done.backup}", markup=False)


@app.command()
def render(file: WorkbookFile, folder: Annotated[Path, typer.Argument(help="Folder for the pictures.")]) -> None:
    """Draw every sheet as PNG through LibreOffice.

    Example: bvnexus-xl render campus.xlsx pictures
    """
    with _progress() as progress:
        progress("Drawing sheets in LibreOffice", 0.1)
        pictures = render_sheets(file, folder)
    _out.print(f"Drew {len(pictures)} pictures in {folder}", markup=False)


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False) -> None:
    if version:
        _out.print(f"bvnexus-xl {__version__}", markup=False)
        raise typer.Exit


def _make(file: Path, project: Project, name: str) -> None:
    """A fresh workbook that must not exist yet."""
    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"{file.name} must end in .xlsx", param_hint=name)  # noqa: EM102
    if file.exists():
        raise typer.BadParameter(f"{file} exists already; choose another name", param_hint=name)  # noqa: EM102
    if not file.resolve().parent.is_dir():
        raise typer.BadParameter(f"folder {file.resolve().parent} does not exist", param_hint=name)  # noqa: EM102
    build_template(project, file)


def _read(file: Path) -> Project:
    return read_json(file) if file.suffix.lower() == ".json" else read_project(file)


def _report(solved: SolvedStudy, done: SolvedFile | None, *extra: Path | None) -> None:
    """Answer, warnings and files written."""
    if solved.status == "infeasible":
        locations = done.locations if done else template_locations(solved.project)

        def cell_of(field: str) -> str:
            try:
                return locations.limit_cell(field)
            except KeyError:
                return f"sheet Equipment, column {field}"

        lines = infeasible_lines(solved, cell_of)
        if solved.conflict is not None:
            lines += conflict_lines(solved.conflict, LimitPlaces(solved.project, locations).of_give)
    else:
        lines = answer_lines(solved)
    for line in lines:
        _out.print(line, markup=False)
    for note in solved.warnings:
        _screen.print(f"Note: {note}", markup=False)
    files = [done.workbook, done.results] if done else []
    for path in [*files, *(item for item in extra if item is not None)]:
        _screen.print(f"Wrote {path}", markup=False)


def _finish(solved: SolvedStudy) -> None:
    if solved.status == "infeasible" or (solved.tier3 is not None and solved.tier3.failed):
        raise typer.Exit(Exit.INFEASIBLE)


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on the terminal's error stream; ``(sentence, share)`` moves it."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=_screen,
        transient=True,
        disable=not _screen.is_terminal,
    )
    with bar:
        task = bar.add_task("Reading", total=1.0)
        yield lambda text, share: bar.update(task, description=text, completed=share)


def _quoted(path: Path) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code after saying on the error stream what went wrong."""
    try:
        code = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except typer.Exit as leave:
        return int(leave.exit_code)
    except typer.Abort:
        _screen.print("Stopped.")
        return Exit.NO_PLAN
    except InputFaults as error:
        _screen.print(str(error), markup=False)
        return Exit.FAULTS
    except WorkbookRefused as error:
        _screen.print(f"[{error.code}] {error}", markup=False)
        return Exit.FAULTS
    except InfeasibleProject as error:
        _screen.print(str(error), markup=False)
        return Exit.INFEASIBLE
    except NoPlanFound as error:
        _screen.print(str(error), markup=False)
        return Exit.NO_PLAN
    except (OfficeUnavailable, BvNexusError) as error:
        _screen.print(str(error), markup=False)
        return Exit.USAGE
    except OSError as error:
        _screen.print(f"{error.filename or 'A file'}: {error.strerror or error}", markup=False)
        return Exit.FAULTS
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None or not hasattr(error, "exit_code"):
            raise
        show()
        return Exit.USAGE
    return int(code) if isinstance(code, int) else Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
