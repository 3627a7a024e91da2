"""The VBA wrappers of the functions, by xlwings' own generator, on any platform.

In Excel xlwings makes them when somebody presses Import Functions. Made at build time, nobody has to press it or to
trust the VBA project. Run as a module it prints the VBA: in a process of its own, because on a Mac or on Linux
the Windows modules that xlwings imports are replaced by empty ones for as long as it runs.
"""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
import types

_WINDOWS_ONLY = (
    "pythoncom",
    "pywintypes",
    "win32com",
    "win32com.client",
    "win32com.server",
    "win32com.server.util",
    "win32com.server.dispatcher",
    "win32com.server.policy",
)
MODULE_NAME = "xlwings_udfs"
FUNCTIONS_MODULE = "bvnexus_xl.excel.functions_udf"
_HEAD = (
    "'Made by bvnexus-xl addin build from the table of functions: do not edit.",
    '#Const App = "Microsoft Excel" \'Adjust when using outside of Excel',
)


class _ForWorkbook:
    """What the generator asks of the workbook: its name tells a workbook (.xlsm) from an add-in."""

    Name = "bvnexus_template.xlsm"


def wrappers_vba() -> str:
    """Source of module ``xlwings_udfs`` for a workbook, without its attribute line.

    Raises:
        subprocess.CalledProcessError: the generator failed; its message is in ``stderr``.
    """
    command = [sys.executable, "-X", "utf8", "-m", __name__]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout


def _generate() -> str:
    if sys.platform != "win32":
        for name in _WINDOWS_ONLY:
            sys.modules[name] = types.ModuleType(name)
        sys.modules["pythoncom"].CoInitialize = lambda: None  # type: ignore[attr-defined]
        sys.modules["win32com.client"].Dispatch = lambda item: item  # type: ignore[attr-defined]
    udfs = importlib.import_module("xlwings.udfs")
    text = io.StringIO()
    text.write("\n".join(_HEAD) + "\n")
    udfs.generate_vba_wrapper(FUNCTIONS_MODULE, importlib.import_module(FUNCTIONS_MODULE), text, _ForWorkbook)
    return text.getvalue()


if __name__ == "__main__":
    sys.stdout.write(_generate())
