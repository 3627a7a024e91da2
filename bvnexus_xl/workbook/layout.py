"""Where everything stands on the input sheets of a fresh template. Users may move it afterwards: the reader finds
fields by their names, not by these positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.field_specs import FieldSpec, field_specs
from bvnexus_xl.inputs.loading import SECTIONS, TABLES, most_rows
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import RESERVED_SERIES, values_of
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.headings import HEADINGS

SHEET_ORDER = (
    *("Start", "Site", "Load", "Equipment", "Grid", "Ceiling", "Rental", "Programmes", "Constraints", "Finance"),
    *("Series", "Scenarios"),
    *("Summary", "Sizing", "Timeline", "Dispatch", "ProForma", "Waterfall", "Bill", "Limits", "Permit", "RAM"),
    *("Services", "Bridge", "Potential", "Expansion", "Validation", "Compare", "Profiles", "Assumptions", "Checks"),
    "Log",
)
"""Tabs from left to right; a template holds those that exist."""

STYLES_SHEET = "_styles"
ITEM, FIELD, VALUE, UNIT, ALLOWED, SOURCE, NOTE = range(1, 8)
"""Columns of the scalar rows."""

FIRST_ROW = {"study": 15}
"""First row below the column headings, where it is not 5."""

_CAPACITY = {
    "equipment": (16, 4),
    "emission_controls": (14, 4),
    "existing": (8, 3),
    "programmes": (18, 4),
    "tariff_lines": (14, 4),
    "scenarios": (20, 5),
    "tornado": (15, 3),
}
"""Rows of a table in a fresh template: at least the first figure, and at least the second to spare."""

SERIES_HEADER_ROW = 7
SERIES_FIRST_COLUMN = 3
SERIES_SPARE_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class ScalarPlace:
    """One scalar field and its row; its value is in column ``VALUE``."""

    loc: Loc
    sheet: str
    row: int
    spec: FieldSpec

    @property
    def cell(self) -> str:
        """Address of the value."""
        return address(self.row, VALUE)


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """A group heading."""

    sheet: str
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class TablePlace:
    """One table: heading, labels, units, ranges, field names (the header the reader looks for), rows to type into."""

    loc: tuple[str, ...]
    sheet: str
    top: int
    rows: int
    specs: tuple[FieldSpec, ...]
    label: str
    note: str
    bands: bool
    """True where a row of group headings stands above the labels."""

    @property
    def name(self) -> str:
        """Name of the table, which also stands beside its heading."""
        return self.loc[-1]

    @property
    def band_row(self) -> int:
        """Row of the group headings, where there are any."""
        return self.top + 1

    @property
    def label_row(self) -> int:
        """Row of the labels."""
        return self.top + 1 + self.bands

    @property
    def header_row(self) -> int:
        """Row of the field names: below labels, units, ranges and what an empty cell means."""
        return self.label_row + 4

    @property
    def first_row(self) -> int:
        """First row to type into."""
        return self.header_row + 1

    @property
    def last_row(self) -> int:
        """Last row to type into."""
        return self.header_row + self.rows

    def column(self, name: str) -> int:
        """Column of a field."""
        return 1 + next(index for index, spec in enumerate(self.specs) if spec.name == name)

    def column_range(self, name: str) -> str:
        """Absolute address of a field's cells."""
        column = self.column(name)
        return f"{address(self.first_row, column, True)}:{address(self.last_row, column, True)}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of a fresh template."""

    scalars: tuple[ScalarPlace, ...]
    groups: tuple[GroupPlace, ...]
    tables: tuple[TablePlace, ...]
    series: tuple[str, ...]
    """Headers of the hourly columns; empty text for a spare one."""

    def table(self, name: str) -> TablePlace:
        """The table of that name."""
        return next(table for table in self.tables if table.name == name)

    def scalar(self, name: str) -> ScalarPlace:
        """The scalar field of that name."""
        return next(place for place in self.scalars if place.spec.name == name)


def build_layout(project: Project) -> Layout:
    """Positions for a template that holds this project, with rows to spare."""
    scalars: list[ScalarPlace] = []
    groups: list[GroupPlace] = []
    tables: list[TablePlace] = []
    for section, model in SECTIONS.items():
        row = FIRST_ROW.get(section, 5)
        for spec in field_specs(model):
            heading = HEADINGS.get(section, {}).get(spec.name)
            if heading:
                groups.append(GroupPlace(SHEET_OF[section], row, heading))
                row += 1
            scalars.append(ScalarPlace((section, spec.name), SHEET_OF[section], row, spec))
            row += 1
        tables.extend(_stack((key for key in TABLES if key[0] == section and section != "series"), row + 1, project))
    own = [loc for loc in TABLES if len(loc) == 1]
    for sheet in dict.fromkeys(SHEET_OF[loc[0]] for loc in own):
        tables.extend(_stack([loc for loc in own if SHEET_OF[loc[0]] == sheet], 4, project))
    given = [column.name for column in project.series.columns if column.name not in RESERVED_SERIES]
    spare = min(SERIES_SPARE_COLUMNS, most_rows(("series", "columns")) - len(RESERVED_SERIES) - len(given))
    series = (*RESERVED_SERIES, *given, *([""] * spare))
    return Layout(tuple(scalars), tuple(groups), tuple(tables), series)


def _stack(locs: Iterator[tuple[str, ...]] | list[tuple[str, ...]], top: int, project: Project) -> Iterator[TablePlace]:
    """Tables of a sheet one below the other."""
    for loc in locs:
        owner = project if len(loc) == 1 else getattr(project, loc[0])
        filled, most = len(getattr(owner, loc[-1])), most_rows(loc)
        least, spare = _CAPACITY.get(loc[-1], (most, 0))
        rows = min(max(least, filled + spare), most)
        info = type(owner).model_fields[loc[-1]]
        table = TablePlace(
            loc=loc,
            sheet=SHEET_OF[loc[0]],
            top=top,
            rows=rows,
            specs=field_specs(TABLES[loc]),
            label=info.title or loc[-1],
            note=info.description or "",
            bands=loc[-1] in HEADINGS,
        )
        yield table
        top = table.last_row + 3


def series_last_row(name: str) -> int:
    """Row of the last value of a column of sheet ``Series``."""
    return SERIES_HEADER_ROW + values_of(name)


def defined_names(layout: Layout) -> dict[str, str]:
    """Workbook-level name → what it refers to: every scalar by its field name, every table column by its field name.

    A column whose field name is not unique carries its table's name before it: ``workload_mix_name``.
    """
    names = [place.spec.name for place in layout.scalars]
    names += [spec.name for table in layout.tables for spec in table.specs]
    found = {place.spec.name: f"={place.sheet}!{address(place.row, VALUE, True)}" for place in layout.scalars}
    for table in layout.tables:
        for spec in table.specs:
            name = spec.name if names.count(spec.name) == 1 else f"{table.name}_{spec.name}"
            found[name] = f"={table.sheet}!{table.column_range(spec.name)}"
    return found
