"""Where Excel on Windows and on a Mac looks for the add-in, the template and our settings; needs no administrator."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from bvnexus_xl.errors import AddinError
from bvnexus_xl.excel.addin_build import ADDIN_NAME, TEMPLATE_NAME
from bvnexus_xl.excel.vba_project import CONFIGURATION

_OFFICE_CONTENT = PurePath("Library/Group Containers/UBF8T346G9.Office/User Content.localized")
_EXCEL_CONTAINER = PurePath("Library/Containers/com.microsoft.Excel/Data")
_EXCEL_SCRIPTS = PurePath("Library/Application Scripts/com.microsoft.Excel")


@dataclass(frozen=True, slots=True)
class Places:
    """Files of an installation.

    Attributes:
        addin: the add-in, in the folder whose files Excel opens when it starts.
        template: the macro-enabled template, in the folder Excel names ``Application.TemplatesPath``.
        config: our xlwings configuration.
        script_folder: where a Mac keeps the script that lets Excel start Python; None on Windows.
        interpreter_key: name of the setting with the path of Python.
    """

    addin: Path
    template: Path
    config: Path
    script_folder: Path | None
    interpreter_key: str

    @property
    def record(self) -> Path:
        """What an installation made, so that it can be undone."""
        return self.config.with_name(f"{CONFIGURATION}-installed.json")


def places(
    platform: str = sys.platform, environment: Mapping[str, str] = os.environ, home: Path | None = None
) -> Places:
    """Places on this machine.

    Raises:
        AddinError: there is no Excel for this platform.
    """
    home = home or Path.home()
    if platform == "win32":
        roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "Microsoft"
        ours = home / f".{CONFIGURATION}"
        return Places(
            addin=roaming / "Excel" / "XLSTART" / ADDIN_NAME,
            template=roaming / "Templates" / TEMPLATE_NAME,
            config=ours / f"{CONFIGURATION}.conf",
            script_folder=None,
            interpreter_key="INTERPRETER_WIN",
        )
    if platform == "darwin":
        return Places(
            addin=home / _OFFICE_CONTENT / "Startup.localized" / "Excel" / ADDIN_NAME,
            template=home / _OFFICE_CONTENT / "Templates.localized" / TEMPLATE_NAME,
            config=home / _EXCEL_CONTAINER / f"{CONFIGURATION}.conf",
            script_folder=home / _EXCEL_SCRIPTS,
            interpreter_key="INTERPRETER_MAC",
        )
    message = "The add-in is for Excel on Windows and on a Mac; on this machine use the command line."
    raise AddinError(message)
