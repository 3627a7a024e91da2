"""LibreOffice as our second spreadsheet: find it, run one private instance, always end it.

Every conversion starts its own LibreOffice with its own temporary user profile, so that several can run at once,
a LibreOffice window the user has open is left alone, and no setting of the user's changes a result.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

from bvnexus_xl.errors import OfficeUnavailable

DEFAULT_SECONDS = 180.0
"""Time limit of one LibreOffice run. A workbook with 350,000 cells takes about 3 seconds."""

INSTALL_OFFICE = (
    "LibreOffice was not found. It recalculates and draws workbooks where Excel is not at hand. Install it "
    "(Windows and Mac: libreoffice.org; Debian or Ubuntu: apt-get install libreoffice-calc) "
    "or put the folder of its program 'soffice' on the PATH."
)
INSTALL_POPPLER = (
    "The program '{name}' of poppler-utils was not found. It turns PDF pages into pictures. Install it "
    "(Debian or Ubuntu: apt-get install poppler-utils; Mac: brew install poppler; "
    "Windows: conda install -c conda-forge poppler) or put its folder on the PATH."
)

_PROFILE_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{recalculation}</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-US</value></prop></item>
</oor:items>
"""  # noqa: E501  one setting per line, as LibreOffice itself writes this file
_END_SECONDS = 60.0
"""How long to wait for processes that were ended; a machine that swaps needs seconds for each."""
_ALWAYS_RECALCULATE, _NEVER_RECALCULATE = 0, 1  # values of OOXMLRecalcMode in LibreOffice's configuration schema


def find_office() -> Path:
    """LibreOffice's command-line program, from the PATH or from where its installers put it.

    Raises:
        OfficeUnavailable: LibreOffice is not installed; the message says how to install it.
    """
    for name in ("soffice.com", "soffice") if sys.platform == "win32" else ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return Path(found)
    for place in standard_places(sys.platform, os.environ):
        if place.is_file():
            return place
    raise OfficeUnavailable(INSTALL_OFFICE)


def standard_places(platform: str, environment: Mapping[str, str]) -> Iterator[Path]:
    """Where LibreOffice's installers put its program; ``platform`` as in ``sys.platform``."""
    if platform == "win32":
        for variable in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"):
            if folder := environment.get(variable):
                yield Path(folder) / "LibreOffice" / "program" / "soffice.com"
    elif platform == "darwin":
        for root in (Path("/"), Path.home()):
            yield root / "Applications" / "LibreOffice.app" / "Contents" / "MacOS" / "soffice"
    else:
        for root in (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/local/lib")):
            yield root / "libreoffice" / "program" / "soffice"
        for newest_first in sorted(Path("/opt").glob("libreoffice*"), reverse=True):
            yield newest_first / "program" / "soffice"


def find_poppler(name: Literal["pdftoppm", "pdftohtml"]) -> Path:
    """A program of poppler-utils.

    Raises:
        OfficeUnavailable: it is not installed; the message says how to install it.
    """
    if found := shutil.which(name):
        return Path(found)
    raise OfficeUnavailable(INSTALL_POPPLER.format(name=name))


def convert(
    source: Path,
    target: Literal["xlsx", "pdf"],
    folder: Path,
    *,
    recalculate: bool,
    extensions: Path | None = None,
    seconds: float = DEFAULT_SECONDS,
) -> Path:
    """Let LibreOffice open ``source`` and save it as ``target`` in ``folder`` (not the folder of the source).

    Args:
        source: the workbook; macros in it are not run, and it is not changed.
        target: ``xlsx`` for values, ``pdf`` for pictures.
        folder: where the result goes.
        recalculate: True computes every formula anew, False keeps the values stored in the file.
        extensions: folder with extensions, unpacked, that this run has beside its own.
        seconds: time limit; after it LibreOffice and every process it started are ended.

    Returns:
        The file made.

    Raises:
        OfficeUnavailable: LibreOffice is missing, did not finish in time, or made no file.
    """
    office = find_office()
    mode = _ALWAYS_RECALCULATE if recalculate else _NEVER_RECALCULATE
    with tempfile.TemporaryDirectory(prefix="bvnexus_office_", ignore_cleanup_errors=True) as temporary:
        profile = Path(temporary).resolve()
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir()
        settings.write_text(_PROFILE_SETTINGS.format(recalculation=mode), encoding="utf-8")
        options = ["--headless", "--norestore", "--nologo", "--nolockcheck"]
        own_profile = f"-env:UserInstallation={profile.as_uri()}"
        if extensions is not None:
            # read as those that come with LibreOffice: no extension manager and no administrator takes part
            options.append(f"-env:BUNDLED_EXTENSIONS={extensions.resolve().as_uri()}")
        job = ["--convert-to", target, "--outdir", str(folder), str(source)]
        said = run_program([str(office), *options, own_profile, *job], seconds)
    made = folder / f"{source.stem}.{target}"
    if not made.is_file():
        reason = said.strip()[-500:] or "it gave no reason"
        message = f"LibreOffice could not turn {source.name} into {target}: {reason}"
        raise OfficeUnavailable(message)
    return made


def run_program(command: Sequence[str], seconds: float) -> str:
    """Run a program to its end; when it does not end in time, or we are interrupted, end its whole process tree.

    Returns:
        What it printed.

    Raises:
        OfficeUnavailable: it did not start or did not finish within ``seconds``.
    """
    # A file, not a pipe: a pipe stays open, and blocks us, as long as any grandchild lives.
    with tempfile.TemporaryFile() as printed:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                env=_surroundings(Path(command[0]), os.environ),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows only: no console flashes up
            )
        except OSError as error:
            message = f"{command[0]} did not start: {error}"
            raise OfficeUnavailable(message) from error
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            message = f"{Path(command[0]).name} did not finish within {seconds:g} seconds and was ended"
            raise OfficeUnavailable(message) from error
        finally:
            if process.poll() is None:
                _end_process_tree(process)
        printed.seek(0)
        return printed.read().decode("utf-8", errors="replace")


def _surroundings(program: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Environment in which LibreOffice finds its own Python.

    On Linux that is the first ``python3`` of the PATH. In an active virtual environment, or where pyenv is in charge,
    that is another one, which has no ``uno``: the folder of LibreOffice's program, the system's, comes first.
    """
    kept = {key: value for key, value in environment.items() if key not in ("PYTHONHOME", "PYTHONPATH")}
    return {**kept, "PATH": os.pathsep.join((str(program.parent), environment.get("PATH", os.defpath)))}


def _end_process_tree(process: subprocess.Popen[bytes]) -> None:
    """End a process and all its descendants: LibreOffice's launcher starts the real program as a grandchild.

    All are stopped before any is ended: one that still ran could start another between the look and the end, and a
    process whose parent has ended is nobody's descendant any more.
    """
    family: set[psutil.Process] = set()
    found = {psutil.Process(process.pid)}
    while found:
        for member in found:
            with suppress(psutil.Error):
                member.suspend()
        family |= found
        found = {child for member in family for child in _children(member)} - family
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=_END_SECONDS)
    process.wait()


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children())
    except psutil.Error:
        return []
