"""VBA projects of the add-in and of the macro-enabled template, from text sources, on any platform."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pyopenvba import ExcelFile, VBAModuleKind

from bvnexus_xl.excel import function_help, udf_wrappers

RIBBON_MODULE = "bvNexusRibbon"
CONFIGURATION = "bvnexus"
"""Name of our own xlwings configuration: another xlwings on the same machine keeps its own."""
_OFFICE_LIBRARY = ("Office", "{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}", 2, 8)
"""Library that declares the types of ribbon callbacks: name, identifier, version."""
_STARTS_PYTHON = '-B -c ""import xlwings.utils;'
_STARTS_LIGHT = '-B -c ""import bvnexus_xl.excel.light;import xlwings.utils;'
"""How a button starts Python on Windows: with an xlwings that leaves out what buttons do not need."""
_PROJECT_NAME = 'Public Const PROJECT_NAME As String = "'


@dataclass(frozen=True, slots=True)
class VbaModule:
    """A module of a VBA project: a standard one or a class; ``source`` without its attribute lines, ends in CRLF."""

    name: str
    source: str
    is_class: bool = False


def addin_modules(xl_folder: Path) -> list[VbaModule]:
    """Modules of the add-in: it works on the active workbook."""
    return [_ribbon(xl_folder), _run_python("xlwings_custom_addin.bas"), _dictionary()]


def template_modules(xl_folder: Path) -> list[VbaModule]:
    """Modules of the macro-enabled template: it works on itself and brings the functions along."""
    functions = VbaModule(udf_wrappers.MODULE_NAME, _crlf(udf_wrappers.wrappers_vba()))
    described = VbaModule(function_help.MODULE_NAME, _crlf(function_help.help_vba()))
    opening = VbaModule("ThisWorkbook", _crlf(function_help.OPENING), is_class=True)
    return [_ribbon(xl_folder), _run_python("xlwings.bas"), _dictionary(), functions, described, opening]


def add_modules(workbook: Path, modules: list[VbaModule]) -> None:
    """Give a macro-enabled workbook without a VBA project one with these modules, beside those of its sheets."""
    with ExcelFile(workbook) as file:
        project = file.add_vba_project()
        for module in modules:
            if module.name in project.module_names():
                file.set_module(module.name, module.source)
                continue
            kind = VBAModuleKind.other if module.is_class else VBAModuleKind.standard
            project.add_module(module.name, module.source, kind=kind)
        file.add_reference(*_OFFICE_LIBRARY)
        file.save(workbook)


def modules_of(workbook: Path) -> dict[str, str]:
    """Source of each module of a workbook by name, attribute lines left out."""
    with ExcelFile(workbook) as file:
        return {name: without_attributes(source) for name, source in file.vba_modules().items()}


def without_attributes(source: str) -> str:
    """Source without the lines the VBA editor does not show."""
    lines = _crlf(source).split("\r\n")
    start = 0
    if lines and lines[0].startswith("VERSION "):
        start = lines.index("END") + 1
    while start < len(lines) and lines[start].startswith("Attribute VB_"):
        start += 1
    return "\r\n".join(lines[start:])


def _ribbon(xl_folder: Path) -> VbaModule:
    text = (xl_folder / "vba" / f"{RIBBON_MODULE}.bas").read_text(encoding="ascii")
    return VbaModule(RIBBON_MODULE, without_attributes(text))


def _run_python(name: str) -> VbaModule:
    """The module that comes with xlwings (BSD), with our name for its configuration and a quick start of Python."""
    text = resources.files("xlwings").joinpath(name).read_text(encoding="utf-8")
    text = text.replace(_STARTS_PYTHON, _STARTS_LIGHT)
    start = text.index(_PROJECT_NAME) + len(_PROJECT_NAME)
    text = text[:start] + CONFIGURATION + text[text.index('"', start) :]
    return VbaModule("xlwings", without_attributes(text))


def _dictionary() -> VbaModule:
    """The dictionary class xlwings needs on a Mac (MIT, Tim Hall; its licence stands in it)."""
    text = resources.files("xlwings").joinpath("addin", "Dictionary.cls").read_text(encoding="utf-8")
    return VbaModule("Dictionary", without_attributes(text), is_class=True)


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
