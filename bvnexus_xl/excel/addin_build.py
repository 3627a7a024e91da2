"""Builds the add-in ``bvnexus.xlam`` and the macro-enabled template, the same bytes on every machine and day."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import xlsxwriter

from bvnexus_xl.errors import AddinError
from bvnexus_xl.excel.vba_project import VbaModule, add_modules, addin_modules, template_modules
from bvnexus_xl.inputs.project import Project, default_project
from bvnexus_xl.workbook.template import build_template

ADDIN_NAME = "bvnexus.xlam"
TEMPLATE_NAME = "bvnexus_template.xlsm"
RIBBON_PART = "customUI/customUI14.xml"
RIBBON_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_TYPES, _ROOT_RELATIONSHIPS = "[Content_Types].xml", "_rels/.rels"
_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
Change = Callable[[bytes], bytes]
"""New content of a part from its old."""
_CREATED = datetime(2026, 1, 1)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def xl_folder() -> Path:
    """Folder ``xl``, with the VBA sources, the ribbon and what is built from them.

    In a clone it stands beside the package, in an installed package inside it.

    Raises:
        AddinError: it is in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent / "xl", package / "xl"):
        if (folder / "ribbon.xml").is_file():
            return folder
    message = f"The add-in's files are not in {package / 'xl'}: install bvnexus-xl anew, or run this from a clone."
    raise AddinError(message)


def build_addin(folder: Path, target: Path) -> None:
    """Write the add-in.

    Args:
        folder: folder with the VBA sources and ``ribbon.xml``.
        target: file to write, ``.xlam``.
    """
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.xlsx"
        workbook = xlsxwriter.Workbook(str(plain))
        workbook.set_properties({"title": "bvNexus", "author": "bvNexus XL", "created": _CREATED})
        workbook.add_worksheet("bvNexus").write_string(0, 0, "bvNexus XL add-in: see tab bvNexus of the ribbon")
        workbook.close()
        _with_macros(plain, target, addin_modules(folder), (folder / "ribbon.xml").read_bytes(), _ADDIN)


def build_macro_template(project: Project, folder: Path, target: Path) -> None:
    """Write the macro-enabled workbook of a project; arguments as ``build_addin``."""
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.xlsx"
        build_template(project, plain)
        _with_macros(plain, target, template_modules(folder), (folder / "ribbon.xml").read_bytes(), _MACROS)


def build_all(folder: Path) -> list[Path]:
    """Write the add-in and the empty template into ``folder``; returns the files."""
    addin, template = folder / ADDIN_NAME, folder / TEMPLATE_NAME
    build_addin(folder, addin)
    build_macro_template(default_project(), folder, template)
    return [addin, template]


def _with_macros(plain: Path, target: Path, modules: list[VbaModule], ribbon: bytes, main_type: bytes) -> None:
    """A workbook without macros made into one with macros and ribbon."""
    book = plain.with_name("macros.xlsm")
    _rewrite(plain, book, {_TYPES: lambda xml: xml.replace(_PLAIN, _MACROS)}, {})
    add_modules(book, modules)
    finished = plain.with_name("finished.zip")
    changes: dict[str, Change] = {
        _TYPES: lambda xml: xml.replace(_MACROS, main_type),
        _ROOT_RELATIONSHIPS: _with_ribbon_relationship,
    }
    _rewrite(book, finished, changes, {RIBBON_PART: ribbon.replace(b"\r\n", b"\n")})
    shutil.copyfile(finished, target)


def _with_ribbon_relationship(xml: bytes) -> bytes:
    link = f'<Relationship Id="rIdBvnRibbon" Type="{RIBBON_TYPE}" Target="{RIBBON_PART}"/></Relationships>'
    return xml.replace(b"</Relationships>", link.encode("ascii"))


def _rewrite(source: Path, target: Path, changes: dict[str, Change], more: dict[str, bytes]) -> None:
    """Copy a package part by part with fixed times, some parts changed and some added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        parts = {name: changes[name](content) if name in changes else content for name, content in parts.items()}
        for name, content in {**parts, **more}.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # the system that made the zip is recorded in it: the same on all
            entry.create_system, entry.external_attr = 0, 0
            new.writestr(entry, content)
