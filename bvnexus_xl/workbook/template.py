"""The whole template, written anew: input sheets from a project, empty output sheets, styles. The same project gives
the same bytes on every machine and day.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bvnexus_xl.inputs.project import TEMPLATE_VERSION, Project, default_project
from bvnexus_xl.inputs.reference import json_schema, reference_markdown
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.problems import problems
from bvnexus_xl.workbook.equipment_sheet import write_equipment_sheet
from bvnexus_xl.workbook.input_sheets import write_plain_sheet
from bvnexus_xl.workbook.layout import SHEET_ORDER, STYLES_SHEET, Layout, build_layout, defined_names
from bvnexus_xl.workbook.scenarios_sheet import write_scenarios_sheet
from bvnexus_xl.workbook.series_sheet import write_series_sheet
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.sheets.base import CHECKS_SHEET, Canvas, OutputSheet
from bvnexus_xl.workbook.start_sheet import write_start_sheet
from bvnexus_xl.workbook.styles import FONT, GREEN, NAVY, SERIES_COLORS, STYLES
from bvnexus_xl.workbook.xlsx_cells import put, write_sheet

_CREATED = datetime(2026, 1, 1)
"""Fixed, so that a template built again is the same file."""
_INPUT_SHEETS = frozenset(SHEET_OF.values())
_FOOTER = "&L&8&F&C&8&A&R&8Page &P of &N"


def build_template(project: Project, path: Path) -> None:
    """Write a workbook that holds the project and no results yet. An existing file is replaced.

    Raises:
        OSError: the file cannot be written.
    """
    outputs = {sheet.name: sheet for sheet in OUTPUT_SHEETS}
    names = [name for name in SHEET_ORDER if name in _INPUT_SHEETS or name in outputs]
    names += [name for name in outputs if name not in SHEET_ORDER]
    layout = build_layout(project)
    workbook = xlsxwriter.Workbook(str(path), {"in_memory": True, "default_format_properties": dict(FONT)})
    workbook.set_properties({"title": "bvNexus XL", "author": "bvNexus XL", "created": _CREATED})
    workbook.set_size(1366 * 15, 730 * 15)
    formats = {name: workbook.add_format(dict(properties)) for name, properties in STYLES.items()}
    worksheets = {name: workbook.add_worksheet(name) for name in names}
    for name, worksheet in worksheets.items():
        canvas = Canvas(workbook, worksheet, formats, SERIES_COLORS)
        _set_up(canvas, output=name in outputs)
        if name in outputs:
            _write_output(canvas, outputs[name])
        else:
            _write_input(canvas, name, layout, project, frozenset(names))
    _write_styles(Canvas(workbook, workbook.add_worksheet(STYLES_SHEET), formats, SERIES_COLORS))
    workbook.define_name("bvn_template_version", f"={TEMPLATE_VERSION}")
    for name, target in defined_names(layout).items():
        workbook.define_name(name, target)
    workbook.close()


def write_all_templates(folder: Path) -> None:
    """Write all that ``workbook_templates`` holds: template, an example per problem, input reference, JSON schema."""
    folder.mkdir(parents=True, exist_ok=True)
    build_template(default_project(), folder / "bvnexus_template.xlsx")
    for problem in problems():
        build_template(problem.example(), folder / f"{problem.example_name}.xlsx")
    texts = {
        "input_reference.md": reference_markdown(),
        "project.schema.json": json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _write_input(canvas: Canvas, name: str, layout: Layout, project: Project, sheets: frozenset[str]) -> None:
    with_checks = CHECKS_SHEET in sheets
    if name == "Start":
        write_start_sheet(canvas, layout, project, sheets)
    elif name == "Equipment":
        write_equipment_sheet(canvas, layout, project, with_checks)
    elif name == SHEET_OF["scenarios"]:
        write_scenarios_sheet(canvas, layout, project, with_checks)
    elif name == "Series":
        write_series_sheet(canvas, layout, project, with_checks)
    else:
        write_plain_sheet(canvas, name, layout, project, with_checks)


def _write_output(canvas: Canvas, sheet: OutputSheet[Any]) -> None:
    """Cells and dress of an output sheet; locked without password except the cells that pick a year or a week."""
    write_sheet(canvas, sheet.cells(None))
    canvas.worksheet.protect("", {"objects": False, "format_columns": True, "format_rows": True})
    sheet.dress(canvas)


def _set_up(canvas: Canvas, output: bool) -> None:
    """Screen and print set-up that all sheets share."""
    worksheet = canvas.worksheet
    worksheet.hide_gridlines(2)
    worksheet.set_tab_color(GREEN if output else NAVY)
    worksheet.set_landscape()
    worksheet.set_paper(1)  # US Letter
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0, 1)
    worksheet.set_footer(_FOOTER)


def _write_styles(canvas: Canvas) -> None:
    """Sheet that only carries the styles: name in column A, an empty cell in that style in column B."""
    for row, name in enumerate(STYLES, start=1):
        put(canvas, row, 1, name)
        put(canvas, row, 2, None, name)
    canvas.worksheet.very_hidden()


if __name__ == "__main__":
    write_all_templates(Path(__file__).parents[2] / "workbook_templates")
