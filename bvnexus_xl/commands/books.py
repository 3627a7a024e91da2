"""``new``, ``check``, ``to-json``, ``from-json``, ``migrate``: inputs without a solver."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bvnexus_xl.commands.terminal import InputFile, WorkbookFile, out, screen
from bvnexus_xl.inputs.loading import read_json
from bvnexus_xl.inputs.project import Project, default_project
from bvnexus_xl.workbook.atomic import write_file
from bvnexus_xl.workbook.migration import migrate_workbook
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.template import build_template


def new(file: Annotated[Path, typer.Argument(help="Workbook to make; must not exist yet.")]) -> None:
    """Make an empty workbook from the template.

    Example: bvnexus-xl new campus.xlsx
    """
    _make(file, default_project(), "FILE")
    out.print(f"Made {file}. Open it, follow sheet Start, then: bvnexus-xl run {_quoted(file)}", markup=False)


def check(file: InputFile) -> None:
    """Check the inputs and list every fault with its sheet and cell. Changes nothing.

    Example: bvnexus-xl check campus.xlsx
    """
    project = _read(file)
    out.print(
        f"{file.name}: inputs are sound ({project.study.project_name}, {len(project.equipment)} models)", markup=False
    )


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
        out.print(f"Wrote {target}", markup=False)


def from_json(
    file: Annotated[Path, typer.Argument(help="A project as JSON.")],
    target: Annotated[Path, typer.Argument(help="Workbook to make.")],
) -> None:
    """Make a workbook that holds the project of a JSON file.

    Example: bvnexus-xl from-json campus.json campus.xlsx
    """
    project = read_json(file)
    _make(target, project.moved_to(target.resolve().parent), "TARGET")
    out.print(f"Made {target}", markup=False)


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
        out.print(line, markup=False)
    if done.backup is not None:
        screen.print(f"The original is {done.backup}", markup=False)


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


def _quoted(path: Path) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text
