"""``python -m bvnexus_xl``: the command line, from a fresh clone too.

In a clone where the packages are not installed yet, a virtual environment ``.venv`` is made beside ``pyproject.toml``,
the project is installed into it once, and the command runs there. Needs Python 3.11 and pip only.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

_OLDEST = (3, 11)
_NEEDED = ("typer", "pydantic", "numba", "pvlib", "xlsxwriter", "lxml")
_CLONE = Path(__file__).resolve().parent.parent


def _installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def _environment_python() -> Path:
    """Python of the clone's own environment, made and filled if it is not there yet."""
    folder = _CLONE / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        sys.stderr.write(f"First run: making {folder} and installing bvNexus XL into it (a minute or two)\n")
        venv.EnvBuilder(with_pip=True).create(folder)
    probe = subprocess.run([str(python), "-c", f"import {', '.join(_NEEDED)}"], capture_output=True, check=False)
    if probe.returncode != 0:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-e", str(_CLONE)], check=True)
    return python


def run() -> int:
    """Run the command line here, or in the clone's environment where packages are missing."""
    if sys.version_info < _OLDEST:
        sys.stderr.write(f"bvNexus XL needs Python 3.11 or newer; this is {sys.version.split()[0]}\n")
        return 64
    if not _installed() and (_CLONE / "pyproject.toml").exists():
        try:
            python = _environment_python()
        except (subprocess.CalledProcessError, OSError) as error:
            sys.stderr.write(f"The packages could not be installed: {error}\n")
            return 64
        return subprocess.run([str(python), "-m", "bvnexus_xl", *sys.argv[1:]], check=False).returncode
    from bvnexus_xl.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
