"""Sheet ``Equipment``: real Excel tables: one row a model, an emission control, a piece of existing plant."""

from __future__ import annotations

from bvnexus_xl.catalogue.equipment import EQUIPMENT_SOURCE
from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.field_specs import REQUIRED, FieldSpec
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.field_cells import shown_value, table_style, validate
from bvnexus_xl.workbook.headings import HEADINGS
from bvnexus_xl.workbook.input_sheets import table_rows, write_heads, write_section, write_title
from bvnexus_xl.workbook.layout import Layout, TablePlace
from bvnexus_xl.workbook.sheets.base import Canvas
from bvnexus_xl.workbook.xlsx_cells import put

_WIDTHS = {"name": 19.0, "technology": 23.0, "enabled": 9.0, "fuel": 13.5}
_WIDTH = 12.5
_NOTE_COLUMN = 3
_SCREEN_COLUMNS = 12
"""Columns that fit a 1366-pixel screen beside the frozen name; a heading and the line of checks end there."""


def write_equipment_sheet(canvas: Canvas, layout: Layout, project: Project, with_checks: bool) -> None:
    """Write the sheet."""
    equipment = layout.table("equipment")
    for column, spec in enumerate(equipment.specs):
        canvas.worksheet.set_column(column, column, _WIDTHS.get(spec.name, _WIDTH))
    write_title(canvas, "Equipment", _SCREEN_COLUMNS, with_checks)
    _write_bands(canvas, equipment)
    for table in (equipment, layout.table("emission_controls"), layout.table("existing")):
        _write_list_object(canvas, table, project)
    put(canvas, equipment.top, _NOTE_COLUMN, f"Defaults: {EQUIPMENT_SOURCE}", "section_note")
    _mark_rows(canvas, equipment)
    canvas.worksheet.freeze_panes(2, 1)
    canvas.worksheet.fit_to_pages(4, 1)
    canvas.worksheet.repeat_columns(0, 0)


def _write_list_object(canvas: Canvas, table: TablePlace, project: Project) -> None:
    worksheet = canvas.worksheet
    write_section(canvas, table.top, table.label, table.name, last=max(_SCREEN_COLUMNS, len(table.specs)))
    worksheet.add_table(
        table.header_row - 1,
        0,
        table.last_row - 1,
        len(table.specs) - 1,
        {
            "name": table.name,
            "style": None,
            "autofilter": False,
            "columns": [{"header": spec.name} for spec in table.specs],
        },
    )
    write_heads(canvas, table)
    worksheet.set_row(table.label_row - 1, 68)
    worksheet.set_row(table.label_row + 1, 25)
    worksheet.set_row(table.header_row - 1, 25)
    rows = table_rows(project, table)
    for offset in range(table.rows):
        values = rows[offset] if offset < len(rows) else [None] * len(table.specs)
        for column, (spec, value) in enumerate(zip(table.specs, values, strict=True), start=1):
            put(canvas, table.first_row + offset, column, shown_value(value), table_style(spec, wide=True))
    for spec in table.specs:
        source = "=equipment_name" if spec.name == "model" else ""
        validate(canvas, table.column_range(spec.name).replace("$", ""), spec, source)


def _write_bands(canvas: Canvas, table: TablePlace) -> None:
    """Group headings, each over its columns."""
    for column, spec in enumerate(table.specs, start=1):
        heading = HEADINGS[table.name].get(spec.name)
        put(canvas, table.band_row, column, heading, "header_band" if heading else "header_band_rest")


def _mark_rows(canvas: Canvas, table: TablePlace) -> None:
    """Rows that may not be built turn grey; cells a technology needs turn orange while empty."""
    worksheet, formats = canvas.worksheet, canvas.formats
    first, last = table.first_row, table.last_row
    technology = f"${address(first, table.column('technology'))}"
    name = f"${address(first, table.column('name'))}"
    for spec in table.specs:
        column = table.column(spec.name)
        here = address(first, column)
        condition = _needed(spec, technology)
        if condition:
            worksheet.conditional_format(
                f"{here}:{address(last, column)}",
                {
                    "type": "formula",
                    "criteria": f'=AND({name}<>"",{here}="",{condition})',
                    "format": formats["missing"],
                },
            )
    enabled = f"${address(first, table.column('enabled'))}"
    worksheet.conditional_format(
        f"{address(first, 1)}:{address(last, len(table.specs))}",
        {"type": "formula", "criteria": f'={enabled}="no"', "format": formats["left_out"]},
    )


def _needed(spec: FieldSpec, technology: str) -> str:
    """Condition, as a formula, under which a field must be filled; empty when it never must."""
    if spec.default is REQUIRED:
        return "TRUE"
    needing = [kind.name for kind in TECHNOLOGIES.values() if spec.name in kind.required]
    return "OR({})".format(",".join(f'{technology}="{kind}"' for kind in needing)) if needing else ""
