"""What is gathered while a workbook is read: raw data, where each piece stood, and the faults of the file itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from bvnexus_xl.errors import Fault
from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.field_specs import FieldSpec
from bvnexus_xl.inputs.loading import Place
from bvnexus_xl.workbook.cell_values import CellFault, field_value
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.input_grid import Grid
from bvnexus_xl.workbook.locations import Locations, SheetCell
from bvnexus_xl.workbook.sheet_xml import Area

SILENT = Place("", "", "")
"""Place of an issue whose cause has already been reported."""


class Unsound:
    """Stands in the raw data where the file itself is at fault: no field accepts it, so its section counts as unsound
    and no rule across sections draws conclusions from it. The fault it causes is silenced.
    """


UNSOUND = Unsound()


@dataclass(slots=True)
class Reading:
    """Gathers while sheets are read.

    Attributes:
        epoch: day zero of the workbook's dates.
        raw: data as ``load_project`` takes it.
        cells: cell of each location.
        faults: faults of the file itself.
        silent: locations whose issues are already explained by one of ``faults``; what lies below them as well.
        formulas: input cells that hold a formula, as ``Site!C7``.
        renamed: names of an older template that were found and replaced.
    """

    epoch: datetime
    raw: dict[str, Any] = field(default_factory=dict)
    cells: dict[Loc, SheetCell] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    silent: set[Loc] = field(default_factory=set)
    banners: dict[str, str] = field(default_factory=dict)
    start: dict[str, str] = field(default_factory=dict)
    formulas: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    def fault(self, sheet: str, cell: str, code: str, name: str, value: str, allowed: str) -> None:
        """Note a fault of the file."""
        self.faults.append(Fault(code, f"{sheet}!{cell}" if cell else sheet, name, value, allowed, sheet, cell))

    def mute(self, loc: Loc) -> Unsound:
        """Silence what the location would cause, and give what to put there."""
        self.silent.add(loc)
        return UNSOUND

    def value(self, grid: Grid, row: int, column: int, spec: FieldSpec, loc: Loc) -> Any:
        """Value of one input cell; notes where it is and what is wrong with it."""
        place = address(row, column)
        self.cells[loc] = (grid.name, place)
        merged = grid.merged_at(row, column)
        if merged is not None:
            self.merged(grid.name, place, spec.name, merged)
            return self.mute(loc)
        cell = grid.cells.get((row, column))
        if cell is not None and cell.formula:
            self.formulas.append(f"{grid.name}!{place}")
        value, broken = field_value(cell, spec, self.epoch)
        if broken is not None:
            self.broken(grid.name, place, spec.name, broken)
            return self.mute(loc)
        return value

    def merged(self, sheet: str, cell: str, name: str, merged: Area) -> None:
        """Note a merged range, once."""
        if not any(fault.sheet == sheet and fault.value == f"merged {merged}" for fault in self.faults):
            allowed = "must be a cell of its own: unmerge"
            self.fault(sheet, cell, "MERGED_CELLS", name, f"merged {merged}", allowed)

    def broken(self, sheet: str, cell: str, name: str, broken: CellFault) -> None:
        """Note a fault found in a cell."""
        self.fault(sheet, cell, broken.code, name, broken.value, broken.allowed)

    def place_of(self, loc: Loc) -> Place:
        """Place of an issue; ``SILENT`` where its cause is known."""
        if any(loc[:length] in self.silent for length in range(1, len(loc) + 1)):
            return SILENT
        sheet, cell = self.locations().locate(loc)
        return Place(f"{sheet}!{cell}" if cell else sheet, sheet, cell)

    def locations(self) -> Locations:
        """What was found where."""
        return Locations(self.cells, self.banners, self.start)


def meant(text: str, names: Iterable[str]) -> str:
    """`` (did you mean X?)`` where a name is nearly the text."""
    close = get_close_matches(text, list(names), n=1, cutoff=0.75)
    return f" (did you mean {close[0]}?)" if close else ""


def names_of(specs: Iterable[FieldSpec]) -> Mapping[str, FieldSpec]:
    """Fields by name."""
    return {spec.name: spec for spec in specs}
