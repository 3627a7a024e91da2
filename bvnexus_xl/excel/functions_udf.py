"""The functions as Excel calls them: one plain Python function for each definition, so that xlwings can wrap it.

xlwings reads names, optional arguments and help texts from the functions of this module: in Excel's Python when a cell
is calculated, and once at build time for the VBA wrappers. Nothing is declared twice: all come from
``functions.table``. Only Windows has what ``xlwings.udfs`` needs; ``udf_wrappers`` says how it is built elsewhere.
"""

from __future__ import annotations

import inspect
from typing import Any

from xlwings import udfs

from bvnexus_xl.functions.arguments import Argument
from bvnexus_xl.functions.definition import Answer, Function
from bvnexus_xl.functions.table import FUNCTIONS

CATEGORY = "bvNexus"


def excel_function(function: Function) -> Any:
    """A function of that name whose arguments xlwings can read; a bad argument gives its reason as a text."""

    def wrapped(*raw: Any) -> Answer:
        return function.in_cell(raw)

    wrapped.__name__ = function.name
    wrapped.__doc__ = f"{function.help}. Returns {function.returns}."
    wrapped.__annotations__ = {}
    wrapped.__signature__ = inspect.Signature([_parameter(argument) for argument in function.arguments])  # type: ignore[attr-defined]
    marked: Any = wrapped
    for argument in function.arguments:
        marked = udfs.xlarg(argument.name, **_options(argument))(marked)
    return udfs.xlfunc(category=CATEGORY)(marked)


def _parameter(argument: Argument) -> inspect.Parameter:
    default = None if argument.optional else inspect.Parameter.empty
    return inspect.Parameter(argument.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)


def _options(argument: Argument) -> dict[str, Any]:
    """How xlwings converts an argument: ranges keep both directions."""
    unit = f" [{argument.unit}]" if argument.unit not in ("", "-") else ""
    options: dict[str, Any] = {"doc": f"{argument.help}{unit}"}
    if argument.kind in ("numbers", "table"):
        options["ndim"] = 2
    return options


globals().update({function.name: excel_function(function) for function in FUNCTIONS})
