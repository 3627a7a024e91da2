"""The built add-in and template: what is committed comes from the sources, and Excel will know its parts."""

import re
import warnings
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from bvnexus_xl.excel.addin_build import ADDIN_NAME, RIBBON_PART, RIBBON_TYPE, TEMPLATE_NAME, build_addin, xl_folder
from bvnexus_xl.excel.vba_project import addin_modules, modules_of, template_modules, without_attributes
from bvnexus_xl.functions.table import FUNCTIONS
from bvnexus_xl.workbook.sheets.dispatch_columns import SHEET, WEEK_CELL, YEAR_CELL

XL = xl_folder()
BUILT = (ADDIN_NAME, TEMPLATE_NAME)
UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
SIGNATURES = {
    "onLoad": "(ribbon As IRibbonUI)",
    "onAction": "(control As IRibbonControl)",
    "getVisible": "(control As IRibbonControl, ByRef returnedVal)",
    "getText": "(control As IRibbonControl, ByRef returnedVal)",
    "onChange": "(control As IRibbonControl, text As String)",
}


@cache
def expected_modules(name):
    return addin_modules(XL) if name == ADDIN_NAME else template_modules(XL)


def ribbon_source():
    return (XL / "vba" / "bvNexusRibbon.bas").read_text(encoding="ascii")


@pytest.mark.parametrize("name", BUILT)
def test_modules_of_the_committed_file_equal_the_sources(name):
    found = modules_of(XL / name)
    expected = {module.name: module.source for module in expected_modules(name)}
    assert {key: found[key] for key in expected} == expected
    others = set(found) - set(expected)
    assert others <= {"ThisWorkbook", *(key for key in others if re.fullmatch(r"Sheet\d+", key))}
    assert all(not found[key].strip() for key in others)


@pytest.mark.parametrize("name", BUILT)
def test_another_reader_of_vba_finds_the_same_modules(name):
    """olevba reads the project through its own code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls its own parser library by old names
        from oletools.olevba import VBA_Parser

        parser = VBA_Parser(str(XL / name))
        streams = {stream.split("/")[-1]: code for _, stream, _, code in parser.extract_macros()}
        parser.close()
    for module in expected_modules(name):
        assert without_attributes(streams[module.name]).rstrip() == module.source.rstrip()


def test_building_again_gives_the_same_bytes(tmp_path):
    build_addin(XL, tmp_path / ADDIN_NAME)
    assert (tmp_path / ADDIN_NAME).read_bytes() == (XL / ADDIN_NAME).read_bytes()


@pytest.mark.parametrize(
    ("name", "main"),
    [
        (ADDIN_NAME, "application/vnd.ms-excel.addin.macroEnabled.main+xml"),
        (TEMPLATE_NAME, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ],
)
def test_content_types_and_relationships_are_what_excel_needs(name, main):
    with zipfile.ZipFile(XL / name) as package:
        types = package.read("[Content_Types].xml").decode()
        root = package.read("_rels/.rels").decode()
        book = package.read("xl/_rels/workbook.xml.rels").decode()
        assert package.read(RIBBON_PART) == (XL / "ribbon.xml").read_bytes()
    assert f'PartName="/xl/workbook.xml" ContentType="{main}"' in types
    assert "application/vnd.ms-office.vbaProject" in types
    assert f'Type="{RIBBON_TYPE}" Target="{RIBBON_PART}"' in root
    assert 'Target="vbaProject.bin"' in book


def test_validator_has_no_finding_in_the_add_in():
    """``test_macro_workbook`` looks at the template, solved."""
    found = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(XL / ADDIN_NAME)
    assert [str(error) for error in found.errors] == []


def test_every_callback_of_the_ribbon_is_a_sub_with_the_right_signature():
    source = ribbon_source()
    seen = set()
    for element in ElementTree.parse(XL / "ribbon.xml").iter():
        for attribute, signature in SIGNATURES.items():
            callback = element.get(attribute)
            if callback is not None:
                module, name = callback.split(".")
                assert module == "bvNexusRibbon"
                assert f"Public Sub {name}{signature}" in source
                seen.add(name)
        assert not [key for key in element.attrib if key.startswith(("get", "on")) and key not in SIGNATURES]
    buttons = [e for e in ElementTree.parse(XL / "ribbon.xml").iter() if e.tag == f"{UI}button"]
    assert all(button.get("onAction") for button in buttons)
    with_control = set(re.findall(r"Public Sub (\w+)\(control As IRibbonControl", source))
    assert with_control <= seen, "no callback is left over"


def test_cell_of_the_week_is_that_of_sheet_dispatch():
    source = ribbon_source()
    assert f'DISPATCH_SHEET As String = "{SHEET}"' in source
    assert f'YEAR_CELL As String = "{YEAR_CELL}"' in source
    assert f'WEEK_CELL As String = "{WEEK_CELL}"' in source


def test_every_function_has_its_wrapper_and_its_help():
    modules = {module.name: module.source for module in expected_modules(TEMPLATE_NAME)}
    for function in FUNCTIONS:
        names = ", ".join(("Optional " if a.optional else "") + a.name for a in function.arguments)
        assert f"Function {function.name}({names})" in modules["xlwings_udfs"]
        assert f'XLPy.CallUDF("bvnexus_xl.excel.functions_udf", "{function.name}"' in modules["xlwings_udfs"]
        assert f"'!{function.name}\"" in modules["bvNexusFunctionHelp"]
    longest = max(len(text) for text in re.findall(r'"((?:[^"]|"")*)"', modules["bvNexusFunctionHelp"]))
    assert longest <= 255


def test_add_in_has_no_functions_and_works_on_the_active_workbook():
    """A function of an add-in would put the add-in's path into every formula."""
    modules = {module.name: module.source for module in expected_modules(ADDIN_NAME)}
    assert not any("BVN_" in source for source in modules.values())
    assert "Set wb = ActiveWorkbook" in modules["xlwings"]
    assert 'PROJECT_NAME As String = "bvnexus"' in modules["xlwings"]


@pytest.mark.parametrize("name", BUILT)
def test_buttons_start_python_with_the_light_xlwings(name):
    started = next(module.source for module in expected_modules(name) if module.name == "xlwings")
    assert started.count('-B -c ""import bvnexus_xl.excel.light;import xlwings.utils;') == 1


def test_nothing_of_xlwings_that_is_not_free_is_used():
    package = Path(build_addin.__code__.co_filename).parent
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "xlwings.pro" not in text
        assert "LICENSE_KEY" not in text
