"""Command line ``bvnexus-xl``. It knows files and messages, no equation.

Exit codes: 0 done, 2 input faults or a file that cannot be used, 3 infeasible, 4 no plan within the limits given,
64 wrong usage or a program that is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from bvnexus_xl import __version__
from bvnexus_xl.commands import books, office, runs
from bvnexus_xl.commands.terminal import Exit, out, screen
from bvnexus_xl.errors import (
    BvNexusError,
    InfeasibleProject,
    InputFaults,
    NoPlanFound,
    OfficeUnavailable,
    WorkbookRefused,
)
from bvnexus_xl.excel.addin_cli import addin_app

app = typer.Typer(
    name="bvnexus-xl",
    help="Plan behind-the-meter power for AI datacenters from a workbook, without Excel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(addin_app, name="addin")
# in the order of the help
app.command()(runs.demo)
app.command()(books.new)
app.command()(books.check)
app.command()(runs.run)
app.command()(runs.sweep)
app.command()(office.recalc)
app.command("to-json")(books.to_json)
app.command("from-json")(books.from_json)
app.command()(books.migrate)
app.command()(office.render)


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False) -> None:
    if version:
        out.print(f"bvnexus-xl {__version__}", markup=False)
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code after saying on the error stream what went wrong."""
    try:
        code = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except typer.Exit as leave:
        return int(leave.exit_code)
    except typer.Abort:
        screen.print("Stopped.")
        return Exit.NO_PLAN
    except InputFaults as error:
        screen.print(str(error), markup=False)
        return Exit.FAULTS
    except WorkbookRefused as error:
        screen.print(f"[{error.code}] {error}", markup=False)
        return Exit.FAULTS
    except InfeasibleProject as error:
        screen.print(str(error), markup=False)
        return Exit.INFEASIBLE
    except NoPlanFound as error:
        screen.print(str(error), markup=False)
        return Exit.NO_PLAN
    except (OfficeUnavailable, BvNexusError) as error:
        screen.print(str(error), markup=False)
        return Exit.USAGE
    except OSError as error:
        screen.print(f"{error.filename or 'A file'}: {error.strerror or error}", markup=False)
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
