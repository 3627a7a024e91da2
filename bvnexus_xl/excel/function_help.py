"""VBA that tells Excel's function wizard what each function and argument means."""

from __future__ import annotations

from bvnexus_xl.functions.arguments import Argument
from bvnexus_xl.functions.table import FUNCTIONS

MODULE_NAME = "bvNexusFunctionHelp"
OPENING = """Private Sub Workbook_Open()
    BvnDescribeFunctions
End Sub
"""
"""Body of ``ThisWorkbook``."""
_LONGEST = 250
"""Excel takes texts of up to 255 characters here."""


def help_vba() -> str:
    """Source of the module, without its attribute line."""
    lines = [
        "'Made by bvnexus-xl addin build from the table of functions: do not edit.",
        "Option Explicit",
        "",
        "Public Sub BvnDescribeFunctions()",
        "    'A workbook opened hidden or protected takes no descriptions; the functions work all the same.",
        "    On Error Resume Next",
    ]
    for function in FUNCTIONS:
        described = ", ".join(_quoted(_argument_help(argument)) for argument in function.arguments)
        about = _quoted(f"{function.help}. Returns {function.returns}.")
        macro = f'"\'" & ThisWorkbook.Name & "\'!{function.name}"'
        lines += [
            f'    Application.MacroOptions Macro:={macro}, Category:="bvNexus", _',
            f"        Description:={about}, _",
            f"        ArgumentDescriptions:=Array({described})",
        ]
    return "\n".join([*lines, "End Sub", ""])


def _argument_help(argument: Argument) -> str:
    unit = f" [{argument.unit}]" if argument.unit not in ("", "-") else ""
    return f"{argument.help}{unit}"


def _quoted(text: str) -> str:
    """A VBA text of plain characters: VBA sources know only those of the machine's code page."""
    plain = text.replace("°", "deg ").encode("ascii", "replace").decode("ascii")
    return '"' + plain[:_LONGEST].replace('"', '""') + '"'
