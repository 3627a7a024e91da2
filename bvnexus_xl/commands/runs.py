"""``demo``, ``run`` and ``sweep``: what solves."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bvnexus_xl.commands.terminal import Exit, InputFile, finish, out, progress_bar, report, screen
from bvnexus_xl.inputs.loading import read_json
from bvnexus_xl.inputs.project import Project
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
from bvnexus_xl.workbook.atomic import write_file
from bvnexus_xl.workbook.refuse import write_check
from bvnexus_xl.workbook.solve_file import Solve, SolvedFile, solve_project_into, solve_workbook, validate_workbook
from bvnexus_xl.workbook.sweep_file import sweep_workbook

_DEFAULTS = Phase2Options()


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
    with progress_bar() as progress:
        done = solve_project_into(example.example(), target, partial(run_phase1, progress=progress))
    report(done.solved, done)
    finish(done.solved)


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
    with progress_bar() as progress:
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
    report(solved, done, json)
    finish(solved)


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
    with progress_bar() as progress:

        def solve(project: Project) -> Comparison:
            return run_sweep(project, wanted, store, progress)

        found = solve(read_json(file)) if from_json else sweep_workbook(file, output or file, solve)
    if json is not None:
        write_file(json, found.model_dump_json(indent=1).encode("utf-8"))
    for line in comparison_lines(found):
        out.print(line, markup=False)
    for path in (None if from_json else output or file, json):
        if path is not None:
            screen.print(f"Wrote {path}", markup=False)
    if found.together is None and not any(case.figures for case in found.cases):
        raise typer.Exit(Exit.NO_PLAN)
