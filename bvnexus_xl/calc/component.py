"""The functions as LibreOffice calls them.

This file runs in LibreOffice's own Python (3.8 or newer), which has neither numpy nor the package. Every call is
handed to one helper process that runs the project's Python: a line of JSON to it, a line of JSON back. The first call
starts it; it ends by itself when LibreOffice closes the pipe, however LibreOffice ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import unohelper
from com.sun.star.lang import Locale, XLocalizable, XServiceInfo, XServiceName
from com.sun.star.sheet import LocalizedName, XAddIn, XCompatibilityNames
from org.bvnexus.xl import XFunctions

SERVICE = "org.bvnexus.xl.Functions"
HERE = Path(__file__).resolve().parent
NO_WINDOW = 0x08000000
"""Windows: no console flashes up."""
TRIES = 2
"""The second one where the process of an earlier call has died meanwhile."""


def content_of(name: str) -> Any:
    """A part of the add-in that is JSON."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


class Helper:
    """The process that computes; started anew when it has ended."""

    def __init__(self) -> None:
        self.settings = content_of("helper.json")
        self.process: Any = None
        self.lock = threading.Lock()

    def answer(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Answer of a function; a text that says why where there is no process to compute it."""
        request = json.dumps([name, arguments])
        with self.lock:
            for _attempt in range(TRIES):
                try:
                    return self._ask(request)
                except (OSError, ValueError):
                    self._end()
        return f"{name}: the Python of bvNexus XL does not answer: {self.settings['python']}"

    def _ask(self, request: str) -> Any:
        if self.process is None:
            self.process = self._start()
        self.process.stdin.write(request.encode("ascii") + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline().decode("ascii"))

    def _start(self) -> Any:
        # LibreOffice points these at its own Python on Windows and Mac
        surroundings = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH")}
        return subprocess.Popen(
            [self.settings["python"], "-X", "utf8", "-m", "bvnexus_xl.calc.helper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.settings["folder"],
            env=surroundings,
            creationflags=NO_WINDOW if os.name == "nt" else 0,
        )

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.communicate()


HELPER = Helper()
METHODS: dict[str, str] = content_of("functions.json")


def as_calc(answer: Any) -> tuple[tuple[Any, ...], ...]:
    """An answer as the rows of a table: the one type that LibreOffice takes for numbers, texts and tables."""
    return tuple(tuple(row) for row in answer) if isinstance(answer, list) else ((answer,),)


def method(name: str) -> Any:
    """The method of a function."""

    def call(_self: Any, *arguments: Any) -> Any:
        return as_calc(HELPER.answer(name, arguments))

    return call


INTERFACES = (XFunctions, XAddIn, XCompatibilityNames, XLocalizable, XServiceName, XServiceInfo)


class Described(unohelper.Base, *INTERFACES):  # type: ignore[misc]
    """What LibreOffice asks of an add-in beside its functions; the texts users see are in CalcAddIns.xcu."""

    def __init__(self, *_context: Any) -> None:
        self.locale = Locale("en", "US", "")

    def getServiceName(self) -> str:
        return SERVICE

    def getImplementationName(self) -> str:
        return SERVICE

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (SERVICE, "com.sun.star.sheet.AddIn")

    def supportsService(self, name: str) -> bool:
        return name in self.getSupportedServiceNames()

    def setLocale(self, locale: Any) -> None:
        self.locale = locale

    def getLocale(self) -> Any:
        return self.locale

    def getCompatibilityNames(self, key: str) -> tuple[Any, ...]:
        return (LocalizedName(Locale("en", "US", ""), METHODS[key]),) if key in METHODS else ()

    def getProgrammaticFuntionName(self, shown: str) -> str:  # misspelt in LibreOffice itself
        return next((key for key, name in METHODS.items() if name == shown), "")

    def getDisplayFunctionName(self, key: str) -> str:
        return METHODS.get(key, "")

    def getFunctionDescription(self, key: str) -> str:
        return METHODS.get(key, "")

    def getDisplayArgumentName(self, _key: str, number: int) -> str:
        return f"argument{number + 1}"

    def getArgumentDescription(self, _key: str, number: int) -> str:
        return f"argument{number + 1}"

    def getProgrammaticCategoryName(self, _key: str) -> str:
        return "Add-In"

    def getDisplayCategoryName(self, _key: str) -> str:
        return "Add-In"


Functions = type("Functions", (Described,), {key: method(name) for key, name in METHODS.items()})

g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Functions, SERVICE, ("com.sun.star.sheet.AddIn",))
