"""Workbooks as users break them: a fresh template, edited with openpyxl."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import openpyxl
from openpyxl import Workbook
from openpyxl.cell import Cell

from bvnexus_xl.inputs.project import Project, default_project
from bvnexus_xl.workbook import series_sheet
from bvnexus_xl.workbook import template as template_module
from bvnexus_xl.workbook.locations import Locations, template_locations

Edit = Callable[[Workbook, Locations], None]


def template(path: Path, project: Project | None = None, hours: int = 0) -> Locations:
    """A fresh workbook without output sheets, its hour labels cut to the first ``hours``: quick to edit."""
    project = project or default_project()
    with (
        mock.patch.object(template_module, "OUTPUT_SHEETS", ()),
        mock.patch.object(series_sheet, "HOURS_PER_YEAR", hours),
    ):
        template_module.build_template(project, path)
    return template_locations(project)


def cell_of(book: Workbook, places: Locations, *loc: str | int) -> Cell:
    """The openpyxl cell of a part of the project."""
    sheet, cell = places.locate(loc)
    return book[sheet][cell]


def setting(value: object, *loc: str | int) -> Edit:
    """An edit that types one value."""

    def edit(book: Workbook, places: Locations) -> None:
        cell_of(book, places, *loc).value = value

    return edit


def edited(base: Path, target: Path, places: Locations, *edits: Edit) -> Path:
    """A copy of a workbook with the edits made."""
    book = openpyxl.load_workbook(base)
    for edit in edits:
        edit(book, places)
    book.save(target)
    return target


def patched(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change the text of one part of a workbook file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode("utf-8")).encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
