"""``bvnexus-xl addin``: build, install, uninstall, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bvnexus_xl.calc.addin import write_oxt
from bvnexus_xl.errors import AddinError
from bvnexus_xl.excel import install as installation
from bvnexus_xl.excel.addin_build import build_all, xl_folder
from bvnexus_xl.excel.places import places

addin_app = typer.Typer(help="The Excel add-in: ribbon, functions, background runs.", no_args_is_help=True)
_out = Console(soft_wrap=True, highlight=False)


@addin_app.command()
def build() -> None:
    """Make bvnexus.xlam and the macro-enabled template from the sources in xl/, on any platform.

    Example: bvnexus-xl addin build
    """
    for path in build_all(xl_folder()):
        _out.print(f"Made {path}", markup=False)


@addin_app.command()
def install() -> None:
    """Put the add-in where Excel looks for it, for the present user only, and tell Excel which Python to use.

    Example: bvnexus-xl addin install
    """
    _say(installation.install(xl_folder(), places(), installation.present_interpreter()))


@addin_app.command()
def uninstall() -> None:
    """Remove what install made, and nothing else.

    Example: bvnexus-xl addin uninstall
    """
    _say(installation.uninstall(places()))


@addin_app.command()
def status() -> None:
    """Say what is installed and which Python Excel uses. Changes nothing.

    Example: bvnexus-xl addin status
    """
    try:
        source = xl_folder()
    except AddinError:
        source = None
    _say(installation.status(source, places()))


@addin_app.command()
def calc(file: Annotated[Path, typer.Argument(help="File to write, ending in .oxt.")]) -> None:
    """Make the BVN_ functions as an extension of LibreOffice Calc, computed by the Python that runs this.

    Add it in LibreOffice: Tools > Extensions. The command recalc needs no such step.

    Example: bvnexus-xl addin calc bvnexus.oxt
    """
    if file.suffix.lower() != ".oxt":
        raise typer.BadParameter(f"{file.name} must end in .oxt", param_hint="FILE")  # noqa: EM102
    write_oxt(file)
    _out.print(f"Made {file}", markup=False)


def _say(lines: list[str]) -> None:
    for line in lines:
        _out.print(line, markup=False)
