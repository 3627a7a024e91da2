"""The parts of the Calc add-in that are written from the definitions of the functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from xml.sax.saxutils import escape, quoteattr

from bvnexus_xl import __version__
from bvnexus_xl.calc.names import EXTENSION, INTERFACE, SERVICE, method_name
from bvnexus_xl.functions.arguments import Argument
from bvnexus_xl.functions.definition import Function
from bvnexus_xl.functions.table import FUNCTIONS

_IDL, _SETTINGS, _COMPONENT = f"{INTERFACE}.idl", "CalcAddIns.xcu", "component.py"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def addin_parts(python: str, folder: str) -> dict[str, bytes]:
    """Content of each part by its name inside the add-in; the same arguments give the same bytes.

    Args:
        python: the Python that computes the functions.
        folder: folder that holds this package, where that Python would not find it by itself.
    """
    texts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        _IDL: interface_idl(),
        _SETTINGS: calc_settings(),
        _COMPONENT: resources.files("bvnexus_xl.calc").joinpath(_COMPONENT).read_text(encoding="utf-8"),
        "functions.json": json.dumps({method_name(function.name): function.name for function in FUNCTIONS}, indent=1),
        "helper.json": json.dumps({"python": python, "folder": folder}, indent=1),
    }
    return {name: text.replace("\r\n", "\n").encode("utf-8") for name, text in texts.items()}


def interface_idl() -> str:
    """The interface LibreOffice calls: every argument may be a number, a text, a range or left out."""
    *modules, last = EXTENSION.split(".")
    opening = " ".join(f"module {module} {{" for module in [*modules, last])
    methods = "\n".join(f"    sequence< sequence< any > > {_signature(function)};" for function in FUNCTIONS)
    interface = f"interface {INTERFACE} : com::sun::star::uno::XInterface {{\n{methods}\n}};"
    return f"{opening}\n{interface}\n{'}; ' * (len(modules) + 1)}\n"


def _signature(function: Function) -> str:
    arguments = ", ".join(f"[in] any {method_name(argument.name)}" for argument in function.arguments)
    return f"{method_name(function.name)}({arguments})"


def calc_settings() -> str:
    """What the function wizard shows, and the name of each function in files."""
    functions = "\n".join(line for function in FUNCTIONS for line in _function_settings(function))
    return (
        f'{_HEAD}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo"><node oor:name="{SERVICE}" oor:op="replace"><node oor:name="AddInFunctions">\n'
        f"{functions}\n</node></node></node>\n</oor:component-data>\n"
    )


def _function_settings(function: Function) -> Iterator[str]:
    yield f'<node oor:name="{method_name(function.name)}" oor:op="replace">'
    yield _shown("DisplayName", function.name)
    yield _shown("Description", f"{function.help}. Returns {function.returns}.")
    yield '<prop oor:name="Category"><value>Add-In</value></prop>'
    yield _shown("CompatibilityName", function.name)
    yield '<node oor:name="Parameters">'
    for argument in function.arguments:
        yield f'<node oor:name="{method_name(argument.name)}" oor:op="replace">'
        yield _shown("DisplayName", argument.name)
        yield f"{_shown('Description', _argument_help(argument))}</node>"
    yield "</node></node>"


def _argument_help(argument: Argument) -> str:
    unit = f" [{argument.unit}]" if argument.unit not in ("", "-") else ""
    return f"{argument.help}{unit}"


def _shown(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>'


def _manifest() -> str:
    kinds = {_IDL: "uno-typelibrary;type=RDB", _COMPONENT: "uno-component;type=Python", _SETTINGS: "configuration-data"}
    entries = "\n".join(
        f'<manifest:file-entry manifest:media-type="application/vnd.sun.star.{kind}" '
        f"manifest:full-path={quoteattr(name)}/>"
        for name, kind in kinds.items()
    )
    return f'{_HEAD}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}\n</manifest:manifest>\n'


def _description() -> str:
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f'<identifier value="{EXTENSION}"/>\n<version value="{__version__}"/>\n'
        '<display-name><name lang="en">bvNexus XL functions</name></display-name>\n</description>\n'
    )
