"""The Calc add-in as a file: every function is in it, argument by argument, and it is the same every time."""

import ast
import json
import re
import zipfile
from importlib import resources
from xml.etree import ElementTree

import pytest

from bvnexus_xl.calc.addin import unpack_addin, write_oxt
from bvnexus_xl.calc.names import SERVICE, method_name, stored_name
from bvnexus_xl.calc.parts import addin_parts
from bvnexus_xl.cli import Exit, main
from bvnexus_xl.functions.table import FUNCTIONS

OOR = "{http://openoffice.org/2001/registry}"
MANIFEST = "{http://openoffice.org/2001/manifest}"
PARTS = addin_parts("python", "folder")
COMPONENT = resources.files("bvnexus_xl.calc").joinpath("component.py").read_text(encoding="utf-8")


def test_same_python_gives_the_same_bytes(tmp_path):
    for name in ("one.oxt", "two.oxt"):
        write_oxt(tmp_path / name, tmp_path / "python")
    assert (tmp_path / "one.oxt").read_bytes() == (tmp_path / "two.oxt").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.oxt") as package:
        assert json.loads(package.read("helper.json"))["python"] == str(tmp_path / "python")


def test_manifest_names_parts_that_are_there():
    named = {entry.get(f"{MANIFEST}full-path") for entry in ElementTree.fromstring(PARTS["META-INF/manifest.xml"])}
    assert named == {"XFunctions.idl", "CalcAddIns.xcu", "component.py"}
    assert named < set(PARTS)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_interface_settings_and_methods_agree_with_the_definition(function):
    method, wanted = method_name(function.name), [method_name(argument.name) for argument in function.arguments]
    declared = re.search(rf"\b{method}\((.*?)\);", PARTS["XFunctions.idl"].decode())[1]
    assert re.findall(r"\[in\] any (\w+)", declared) == wanted
    settings = ElementTree.fromstring(PARTS["CalcAddIns.xcu"])
    node = settings.find(f".//node[@{OOR}name='{method}']")
    described = node.findall(f"./node[@{OOR}name='Parameters']/node")
    assert [item.get(f"{OOR}name") for item in described] == wanted
    shown = [item.findtext(f"./prop[@{OOR}name='DisplayName']/value") for item in (node, *described)]
    assert shown == [function.name, *(argument.name for argument in function.arguments)]
    assert json.loads(PARTS["functions.json"])[method] == function.name
    assert stored_name(function.name) == f"{SERVICE}.{method}".upper()


def test_names_are_those_libreoffice_takes():
    """An underscore or a word of its interface language makes it drop the interface."""
    words = {"any", "in", "out", "inout", "string", "long", "short", "double", "float", "boolean", "char", "sequence"}
    names = [method_name(item.name) for function in FUNCTIONS for item in (function, *function.arguments)]
    assert [name for name in names if "_" in name or name in words or not name.isascii()] == []


def test_component_runs_on_the_oldest_python_that_libreoffice_brings():
    """LibreOffice 7.4 on Windows has Python 3.8; nothing but it and LibreOffice's own modules is imported."""
    tree = ast.parse(COMPONENT, feature_version=(3, 8))
    imported = {item.name for node in ast.walk(tree) if isinstance(node, ast.Import) for item in node.names}
    imported |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {"unohelper", "com", "org"}
    assert imported - ours <= {"__future__", "json", "os", "subprocess", "threading", "pathlib", "typing"}
    assert f'SERVICE = "{SERVICE}"' in COMPONENT


def test_folder_and_file_have_the_same_parts(tmp_path):
    unpack_addin(tmp_path / "extensions")
    write_oxt(tmp_path / "a.oxt")
    root = tmp_path / "extensions" / "bvnexus"
    unpacked = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with zipfile.ZipFile(tmp_path / "a.oxt") as package:
        assert {name: package.read(name) for name in package.namelist()} == unpacked


def test_command_makes_it(tmp_path, capsys):
    assert main(["addin", "calc", str(tmp_path / "bvnexus.oxt")]) == Exit.DONE
    assert (tmp_path / "bvnexus.oxt").is_file()
    assert main(["addin", "calc", str(tmp_path / "bvnexus.zip")]) == Exit.USAGE
    capsys.readouterr()
