"""A workbook of an older template → the current template with the same inputs, and a report of what became of them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bvnexus_xl.errors import Fault, InputFaults, WorkbookRefused
from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.loading import Place, load_project
from bvnexus_xl.inputs.project import TEMPLATE_VERSION, Project
from bvnexus_xl.workbook.atomic import replace_file
from bvnexus_xl.workbook.layout import SHEET_ORDER
from bvnexus_xl.workbook.reader import read_project, read_sheets
from bvnexus_xl.workbook.reading import Reading, Unsound
from bvnexus_xl.workbook.refusal import RefusalCode
from bvnexus_xl.workbook.refuse import read_check, template_version, write_check
from bvnexus_xl.workbook.renames import RENAMES, Renames, renames_between
from bvnexus_xl.workbook.run_lock import RunLock
from bvnexus_xl.workbook.stored import Stored, open_stored
from bvnexus_xl.workbook.template import build_template

_NEW = frozenset({"SHEET_MISSING", "FIELD_NAMES_MISSING", "FIELD_MISSING", "TABLE_MISSING", "COLUMN_MISSING"})
_DROPPED = frozenset({"UNKNOWN_FIELD", "UNKNOWN_COLUMN"})
_NEVER_MIGRATED = frozenset({".xlsm", ".xltm"})


@dataclass(frozen=True, slots=True)
class Migration:
    """What a migration did.

    Attributes:
        version: template version the workbook had.
        workbook: the file that now has the current template.
        backup: the original's copy; None where another file was written, or nothing was to do.
        copied: number of input cells and hourly columns taken over.
        renamed: ``sheet: then → now``.
        new: what the old template lacked; it has its default.
        dropped: what the current template no longer has, with its cell in the original.
        formulas: input cells whose formula became its value.
        left: the user's own sheets, which stay in the original.
    """

    version: int
    workbook: Path
    backup: Path | None
    copied: int
    renamed: tuple[str, ...]
    new: tuple[str, ...]
    dropped: tuple[str, ...]
    formulas: tuple[str, ...]
    left: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The report, for people."""
        if self.version == TEMPLATE_VERSION:
            yield f"{self.workbook.name} has the current template version {TEMPLATE_VERSION}: nothing to do"
            return
        yield f"Template version {self.version} → {TEMPLATE_VERSION}: {self.copied:,} input cells copied"
        for title, items in (
            ("renamed", self.renamed),
            ("new, with its default", self.new),
            ("dropped: the template has it no more", self.dropped),
            ("formula replaced by its value", self.formulas),
            ("your own sheet, left in the original", self.left),
        ):
            yield from (f"  {title}: {item}" for item in items)
        yield "  results and run history stay in the original: run the workbook again"


def migrate_workbook(source: Path, target: Path | None = None, table: Mapping[int, Renames] = RENAMES) -> Migration:
    """Move a workbook to the current template.

    The file is replaced at once or not at all; where it is replaced, the original stays beside it under a new name.

    Args:
        source: the workbook; only read where a target is given.
        target: file to write, which must not exist; None replaces the source.
        table: renames by version.

    Raises:
        WorkbookRefused: the workbook cannot be read, is of a newer template, has macros, or cannot be written.
        InputFaults: it has faults that are not those of an older template; mend them in the program they came from.
    """
    version = template_version(source)
    read_check(source, min(version, TEMPLATE_VERSION))  # a newer one is refused with its message
    if version == TEMPLATE_VERSION:
        return Migration(version, source, None, 0, (), (), (), (), ())
    final = target or source
    if final.suffix.casefold() in _NEVER_MIGRATED:
        message = f"{final.name} would have macros, a migrated workbook has none: give a name that ends in .xlsx."
        raise WorkbookRefused(RefusalCode.WRONG_EXTENSION, message)
    write_check(final)
    with RunLock(final), tempfile.TemporaryDirectory(prefix="bvnexus_migrate_") as temporary:
        project, report = _read_older(source, version, table)
        fresh = Path(temporary) / "fresh.xlsx"
        folder = final.resolve().parent
        project = project.moved_to(folder)
        build_template(project, fresh)
        if read_project(fresh, folder) != project:
            message = f"{source.name} could not be carried over without loss: nothing was written."
            raise WorkbookRefused(RefusalCode.WRITE_FAILED, message)
        backup = None if target is not None else _backup(source, version)
        content = fresh.read_bytes()
        replace_file(final, lambda stream: _put(stream, content), lambda _written: None)
    return replace(report, workbook=final, backup=backup)


def _put(stream: Any, content: bytes) -> None:
    stream.write(content)


def _backup(source: Path, version: int) -> Path:
    """Copy of the original beside it, under a name that is free."""
    for number in range(1, 1000):
        end = f" ({number})" if number > 1 else ""
        backup = source.with_name(f"{source.stem}.template_v{version}{end}{source.suffix}")
        if not backup.exists():
            shutil.copy2(source, backup)
            return backup
    message = f"{source.parent} has a thousand backups of {source.name}: clear some away."
    raise WorkbookRefused(RefusalCode.WRITE_FAILED, message)


def _read_older(source: Path, version: int, table: Mapping[int, Renames]) -> tuple[Project, Migration]:
    """The project of an older workbook, and the report of what became of its fields."""
    renames = renames_between(version, TEMPLATE_VERSION, table)
    with open_stored(source) as stored:
        renamed = _with_names(stored, renames)
        reading = read_sheets(renamed, renames.fields)
        own = tuple(name for name in renamed.sheets if name not in SHEET_ORDER and not name.startswith("_"))
        found_sheets = [f"sheet {then} → {now}" for then, now in renames.sheets.items() if then in stored.sheets]
    faults = [fault for fault in reading.faults if fault.code not in _NEW | _DROPPED]
    project = _project(reading, source, faults)
    if project is None or faults:
        raise InputFaults(faults)
    return project, Migration(
        version=version,
        workbook=source,
        backup=None,
        copied=sum(1 for loc in reading.cells if _is_cell(loc)),
        renamed=(*found_sheets, *reading.renamed),
        new=tuple(_what(fault) for fault in reading.faults if fault.code in _NEW),
        dropped=tuple(_what(fault) for fault in reading.faults if fault.code in _DROPPED),
        formulas=tuple(reading.formulas),
        left=own,
    )


def _with_names(stored: Stored, renames: Renames) -> Stored:
    return replace(stored, sheets={renames.sheets.get(name, name): part for name, part in stored.sheets.items()})


def _project(reading: Reading, source: Path, faults: list[Fault]) -> Project | None:
    """The project with defaults where the old template had nothing; what is wrong besides goes into ``faults``."""
    locations = reading.locations()

    def place_of(loc: Loc) -> Place:
        sheet, cell = locations.locate(loc)
        return Place(f"{sheet}!{cell}" if cell else sheet, sheet, cell)

    try:
        return load_project(_sound(reading.raw), place_of, source.resolve().parent)
    except InputFaults as found:
        if not faults:  # else they may only follow from those already known
            faults.extend(found.faults)
        return None


def _sound(raw: Any) -> Any:
    """Raw data without what the old template lacked."""
    if isinstance(raw, dict):
        return {key: _sound(value) for key, value in raw.items() if not isinstance(value, Unsound)}
    return [_sound(item) for item in raw] if isinstance(raw, list) else raw


def _is_cell(loc: Loc) -> bool:
    """True for a scalar, a cell of a table, or an hourly column: not for the heading of a table."""
    return isinstance(loc[-1], int) or (len(loc) in (2, 3, 4) and loc != ("series", "columns"))


def _what(fault: Fault) -> str:
    """``Finance!B4 discount_rate``, or the name that is not known."""
    if fault.code in _DROPPED:
        name = re.sub(r"^'|'$", "", fault.value)
        return f"{name} ({fault.place})"
    return f"{fault.sheet} {fault.field}" if fault.field else f"sheet {fault.sheet}"
