"""Check the whole project: ``python tests/run.py [pytest arguments]``.

Needs Python 3.11 or newer and nothing else. Works in the environment named by ``BVNEXUS_VENV``, else in the virtual
environment that is active, else in ``.venv`` of this checkout; one that does not exist yet is made. Installs the
project there with what its tests need, anew whenever ``pyproject.toml`` changed. Then: ruff, mypy, pytest. The first
that fails ends the run with its exit code, so the last lines always tell the outcome.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = (3, 11)
CHECKS = (("ruff", "check"), ("mypy",))
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")
"""Two processes, whole files each: what a file solves or opens once stays in one of them."""


def main(pytest_arguments: Sequence[str]) -> int:
    """Run everything; returns the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        print(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}.")
        return 2
    active = Path(sys.prefix) if sys.prefix != sys.base_prefix else None
    python = prepared(environment_folder(os.environ, active))
    for check in CHECKS:
        say(" ".join(check))
        if code := run(python, *check):
            say(f"{check[0]} found faults: the tests were not run")
            return code
    say("pytest")
    return run(python, "pytest", *SIDE_BY_SIDE, *pytest_arguments)


def environment_folder(variables: Mapping[str, str], active: Path | None) -> Path:
    """The virtual environment to work in; a relative ``BVNEXUS_VENV`` counts from the checkout."""
    if named := variables.get("BVNEXUS_VENV"):
        return CHECKOUT / named
    return active or CHECKOUT / ".venv"


def prepared(folder: Path) -> Path:
    """Python of the environment, which is made and filled as needed."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.is_file():
        say(f"making the virtual environment {folder}")
        venv.create(folder, with_pip=True)
    wanted = hashlib.sha256((CHECKOUT / "pyproject.toml").read_bytes()).hexdigest()
    installed = folder / "bvnexus-xl-installed.txt"
    mark = f"{CHECKOUT}\n{wanted}\n"
    if not installed.is_file() or installed.read_text(encoding="utf-8") != mark:
        say("installing the project with what its tests need")
        code = run(python, "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", ".[test]")
        if code:
            sys.exit(code)
        installed.write_text(mark, encoding="utf-8")
    return python


def run(python: Path, module: str, *arguments: str) -> int:
    """Run a module of the environment in the checkout."""
    return subprocess.run([str(python), "-m", module, *arguments], cwd=CHECKOUT, check=False).returncode


def say(text: str) -> None:
    """One line of progress, before what the programs themselves print."""
    print(f"== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
