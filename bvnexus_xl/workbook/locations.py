"""Where each part of a project stands in a workbook, so that messages can name the cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.loading import SECTIONS
from bvnexus_xl.inputs.project import Project, default_project
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.workbook.cells import address, parse_address
from bvnexus_xl.workbook.layout import (
    SERIES_FIRST_COLUMN,
    SERIES_HEADER_ROW,
    build_layout,
)

SheetCell = tuple[str, str]
"""Sheet name and cell address."""


@dataclass(frozen=True, slots=True)
class Locations:
    """Cells of a workbook by location in the project.

    Attributes:
        cells: cell of every scalar, table, table cell and hourly column (its header), by location.
        banners: address of the line of checks by input sheet.
        start: address on sheet ``Start`` by key: ``run_status``, ``run_history`` (its heading).
    """

    cells: Mapping[Loc, SheetCell]
    banners: Mapping[str, str] = field(default_factory=dict)
    start: Mapping[str, str] = field(default_factory=dict)

    def locate(self, loc: Loc) -> SheetCell:
        """(sheet, cell) of a part of the project; the cell is empty where a whole sheet is meant.

        A part without a cell of its own is shown at the nearest part around it.
        """
        if loc[:2] == ("series", "columns") and len(loc) == 5 and loc[:3] in self.cells:
            sheet, header = self.cells[loc[:3]]
            row, column = parse_address(header)
            return sheet, address(row + 1 + int(loc[4]), column)
        for length in range(len(loc), 0, -1):
            if loc[:length] in self.cells:
                return self.cells[loc[:length]]
        return SHEET_OF.get(str(loc[0]), "") if loc else "", ""

    def limit_cell(self, field_name: str) -> str:
        """Cell of a scalar field as people write it: ``Constraints!C12``.

        Raises:
            KeyError: no scalar field has that name.
        """
        for section in SECTIONS:
            if (section, field_name) in self.cells:
                sheet, cell = self.cells[(section, field_name)]
                return f"{sheet}!{cell}"
        raise KeyError(field_name)


def template_locations(project: Project) -> Locations:
    """Locations in a fresh template of a project; ``reader.read_workbook`` gives those of an edited workbook."""
    layout = build_layout(project)
    cells: dict[Loc, SheetCell] = {place.loc: (place.sheet, place.cell) for place in layout.scalars}
    for table in layout.tables:
        cells[table.loc] = (table.sheet, address(table.header_row, 1))
        for index in range(table.rows):
            for spec in table.specs:
                cell = address(table.first_row + index, table.column(spec.name))
                cells[(*table.loc, index, spec.name)] = (table.sheet, cell)
    for index, column in enumerate(project.series.columns):
        place = SERIES_FIRST_COLUMN + layout.series.index(column.name)
        cells[("series", "columns", index)] = (SHEET_OF["series"], address(SERIES_HEADER_ROW, place))
    return Locations(cells)


def limit_cell(field_name: str) -> str:
    """Cell of a scalar field in a fresh template, the same for every project: ``Constraints!C12``."""
    return template_locations(default_project()).limit_cell(field_name)
