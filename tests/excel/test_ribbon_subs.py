"""The ribbon's Subs, run in a VBA interpreter with RunPython stubbed: every call names an entry point that exists."""

import ast
import inspect
import re
from xml.etree import ElementTree

import pytest
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.exceptions import VBACompileError
from pyopenvba.interpreter import NOTHING

from bvnexus_xl.excel import commands
from bvnexus_xl.excel.addin_build import xl_folder
from bvnexus_xl.excel.vba_project import addin_modules, template_modules
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.problems import problems
from bvnexus_xl.workbook.layout import build_layout, defined_names

SOURCE = (xl_folder() / "vba" / "bvNexusRibbon.bas").read_text(encoding="ascii")
STUB = """
Public gAsked As String
Public Function RunPython(PythonCommand As String)
    gAsked = PythonCommand
    Range("Z1").Value = PythonCommand
End Function
"""
BUTTONS = {
    "BvnCheck": "check_inputs",
    "BvnImportJson": "import_json",
    "BvnExportJson": "export_json",
    "BvnRunPhase1": "run_phase1",
    "BvnRunPhase2": "run_phase2",
    "BvnValidate": "validate",
    "BvnScenariosPhase1": "run_scenarios_phase1",
    "BvnScenariosPhase2": "run_scenarios_phase2",
    "BvnCancel": "cancel",
    "BvnLog": "show_log",
    "BvnRender": "render",
    "BvnAbout": "about",
}


@pytest.fixture
def app():
    excel = ExcelApplication()
    excel.add_workbook()
    excel.add_module(STUB, name="xlwings")
    # the interpreter knows Excel's types, not those of the ribbon
    plain = SOURCE.replace("control As IRibbonControl", "control As Variant").replace("As IRibbonUI", "As Variant")
    excel.add_module(plain.replace("Set mRibbon", "mRibbon"), name="bvNexusRibbon")
    return excel


def asked(app):
    return app.sheet(1).value("Z1")


def call_of(text):
    """(function, arguments) of ``import bvnexus_xl.excel.commands as commands; commands.f(...)``."""
    module = ast.parse(text)
    assert module.body[0].names[0].name == commands.__name__
    call = module.body[1].value
    return call.func.attr, [ast.literal_eval(argument) for argument in call.args]


@pytest.mark.parametrize(("sub", "target"), BUTTONS.items())
def test_button_calls_an_entry_point_that_exists(app, sub, target):
    app.run(sub, NOTHING)
    name, arguments = call_of(asked(app))
    assert name == target
    assert arguments == [False], "the interpreter's workbook is no add-in"
    inspect.signature(getattr(commands, name)).bind(*arguments)


@pytest.mark.parametrize("modules", [addin_modules, template_modules])
def test_every_module_parses(modules):
    for module in modules(xl_folder()):
        book = ExcelApplication()
        book.add_workbook()
        # the parser takes no remark behind a directive, which is xlwings' own and right in Excel
        source = re.sub(r"(?m)^([ \t]*#[^'\r\n]*)'[^\r\n]*", r"\1", module.source)
        book.add_module(source, name=module.name)


def test_the_parser_refuses_what_is_no_vba():
    book = ExcelApplication()
    book.add_workbook()
    with pytest.raises(VBACompileError):
        book.add_module("Sub Broken()\n    b = (\nEnd Sub", name="Broken")


def test_year_shown_is_handed_on_as_a_number(app):
    app.run("BvnSetYear", NOTHING, "2031")
    assert call_of(asked(app)) == ("show_year", [False, 2031])
    inspect.signature(commands.show_year).bind(False, 2031)


def test_week_shown_goes_into_the_cell_of_sheet_dispatch(app):
    app.add_module('Sub Prepare()\nActiveSheet.Name = "Dispatch"\nEnd Sub', name="Setup")
    app.run("Prepare")
    app.run("BvnSetWeek", NOTHING, "27")
    assert app.sheet(1).value("C4") == 27


def test_every_button_that_needs_python_is_covered_here():
    called = set(re.findall(r'BvnCall "(\w+)"', SOURCE))
    assert called == {*BUTTONS.values(), "show_year"}


def test_macros_that_python_calls_exist_with_their_arguments():
    code = inspect.getsource(commands) + inspect.getsource(__import__("bvnexus_xl.excel.live_book", fromlist=["x"]))
    for macro in set(re.findall(r'"(Bvn\w+)"', code)):
        assert re.search(rf"Public (Sub|Function) {macro}\(", SOURCE), macro


def test_problem_menu_offers_the_registered_problems_and_fills_the_cell_on_start(app):
    tree = ElementTree.parse(xl_folder() / "ribbon.xml")
    offered = {e.get("tag"): e.get("label") for e in tree.iter() if e.get("onAction") == "bvNexusRibbon.BvnProblem"}
    assert offered == {item.code: f"{item.code} {item.title}" for item in problems()}
    assert "problem" in defined_names(build_layout(default_project()))
    prepare = 'Sub Prepare()\nActiveSheet.Name = "Start"\nActiveWorkbook.Names.Add "problem", "=Start!$C$9"\nEnd Sub'
    app.add_module(prepare, name="Setup")
    app.run("Prepare")
    app.run("BvnChooseProblem", "P3")
    assert app.sheet(1).value("C9") == "P3"
