"""Hard recalculation of a workbook in LibreOffice, and the comparison with the values stored in the file.

Our formulas carry Python's values, the user's formulas carry Excel's last ones: where LibreOffice computes something
else, either a formula does not say what Python does or a value is stale. The user's file is only ever read: LibreOffice
works on a temporary copy, and what it saves is read for its values and thrown away. Cells with our ``BVN_``
functions are computed by our Calc add-in, which only this run of LibreOffice has.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bvnexus_xl.calc.addin import unpack_addin
from bvnexus_xl.calc.formulas import calls_functions, respell_copy
from bvnexus_xl.workbook.cells import Value, address
from bvnexus_xl.workbook.office import DEFAULT_SECONDS, convert
from bvnexus_xl.workbook.scratch import Changes, changed_copy
from bvnexus_xl.workbook.stored import CellError, Stored, StoredCell, StoredValue, open_stored

INSTALL_PYTHON_UNO = (
    "LibreOffice needs its Python to compute them. Debian or Ubuntu: apt-get install python3-uno; "
    "elsewhere it comes with LibreOffice: install that anew with every component."
)
Values = dict[str, dict[tuple[int, int], Value]]
"""Values of all non-empty cells: by sheet name, then by one-based (row, column)."""

TOLERANCE_ABS = 0.005
"""Half a cent: money agrees to the cent."""
TOLERANCE_REL = 1e-9
UNKNOWN_NAME = CellError("#NAME?")
"""Stored by a program that did not know a function of the formula."""
ROUNDING_RESIDUE = 1e-6
"""What is left of a sum of billions that cancel, in double precision; and close enough for a rate or a ratio."""


@dataclass(frozen=True, slots=True)
class CellFinding:
    """One formula cell worth a look.

    Attributes:
        sheet: sheet name.
        cell: address such as ``F7``.
        formula: the formula, with its ``=``.
        cached: value stored in the file; None when there is none; errors are ``CellError``.
        recalculated: LibreOffice's value.
    """

    sheet: str
    cell: str
    formula: str
    cached: Value
    recalculated: Value

    def __str__(self) -> str:
        stored, computed = _quoted(self.cached), _quoted(self.recalculated)
        return f"{self.sheet}!{self.cell}: file has {stored}, LibreOffice computes {computed}: {self.formula}"


@dataclass(frozen=True, slots=True)
class RecalcReport:
    """Result of ``compare``.

    Attributes:
        formulas: number of formula cells checked, by sheet name, sheets without formulas included.
        errors: cells whose recalculated value is an error such as ``#REF!``.
        differences: cells whose recalculated value differs from the stored one (and is no error).
        uncached: cells never calculated by a program that could, where LibreOffice computes a value (and no error):
            no value is stored, or ``#NAME?``, or nothing in a cell with one of our functions.
        function_cells: number of formula cells that call one of our functions.
    """

    formulas: Mapping[str, int]
    errors: tuple[CellFinding, ...]
    differences: tuple[CellFinding, ...]
    uncached: tuple[CellFinding, ...]
    function_cells: int = 0

    @property
    def addin_missing(self) -> bool:
        """LibreOffice did not know our functions: it has no Python that could load the Calc add-in."""
        return any(item.recalculated == UNKNOWN_NAME and calls_functions(item.formula) for item in self.errors)

    @property
    def agrees(self) -> bool:
        """No error cell and no difference."""
        return not self.errors and not self.differences


def recalculate(path: Path, seconds: float = DEFAULT_SECONDS) -> Values:
    """Values of all non-empty cells after every formula was computed anew, whatever value the file stores for it.

    Error cells hold a ``CellError``. Dates are ``date`` or ``datetime`` where LibreOffice shows a date. LibreOffice
    saves 15 significant digits.

    Raises:
        OfficeUnavailable: LibreOffice is missing or did not finish within ``seconds``.
        WorkbookRefused: the file is not a readable workbook.
    """
    return recalculate_with(path, {}, seconds)


def recalculate_with(path: Path, changes: Changes, seconds: float = DEFAULT_SECONDS) -> Values:
    """The same as ``recalculate`` after setting some cells, by (sheet name, address), in the temporary copy.

    Raises:
        OfficeUnavailable: LibreOffice is missing or did not finish within ``seconds``.
        WorkbookRefused: the file is not a readable workbook, or a sheet of the changes does not exist.
        ValueError: an address is not one.
    """
    with _recalculated(path, changes, seconds) as stored:
        return {
            sheet: {
                (cell.row, cell.column): stored.shown(cell.value, cell.date_kind)
                for cell in stored.cells(sheet)
                if cell.value is not None
            }
            for sheet in stored.sheets
        }


def compare(
    path: Path,
    tolerance_abs: float = TOLERANCE_ABS,
    tolerance_rel: float = TOLERANCE_REL,
    seconds: float = DEFAULT_SECONDS,
) -> RecalcReport:
    """Recalculate a copy and compare every formula cell with the value stored in the file.

    Two numbers agree within ``tolerance_rel`` of their size, but never further apart than ``tolerance_abs``: money
    of any size agrees to the cent, and an IRR is held to ``ROUNDING_RESIDUE``. Text must be the same.

    Raises:
        OfficeUnavailable: LibreOffice is missing or did not finish within ``seconds``.
        WorkbookRefused: the file is not a readable workbook.
    """
    formulas: dict[str, int] = {}
    errors, differences, uncached, function_cells = [], [], [], 0
    with open_stored(path) as stored, _recalculated(path, {}, seconds) as recalculated:
        for sheet in stored.sheets:
            with_formula = [cell for cell in stored.cells(sheet) if cell.formula]
            formulas[sheet] = len(with_formula)
            if not with_formula:
                continue  # the long tables of plain values are not worth reading twice
            computed = {(cell.row, cell.column): cell.value for cell in recalculated.cells(sheet)}
            for cell in with_formula:
                value = computed.get((cell.row, cell.column))
                ours = calls_functions(cell.formula)
                function_cells += ours
                if isinstance(value, CellError):
                    errors.append(_finding(stored, sheet, cell, value))
                elif _never_calculated(cell.value, ours) and value not in (None, ""):
                    uncached.append(_finding(stored, sheet, cell, value))
                elif not _agree(cell.value, value, tolerance_abs, tolerance_rel):
                    differences.append(_finding(stored, sheet, cell, value))
    return RecalcReport(formulas, tuple(errors), tuple(differences), tuple(uncached), function_cells)


@contextmanager
def _recalculated(path: Path, changes: Changes, seconds: float) -> Iterator[Stored]:
    """LibreOffice's recalculated copy, opened; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bvnexus_recalc_", ignore_cleanup_errors=True) as temporary:
        copy = Path(temporary) / f"workbook{path.suffix.lower()}"
        changed_copy(path, copy, changes)  # refuses a file that is no workbook; LibreOffice would import it as text
        extensions = unpack_addin(Path(temporary) / "extensions") if respell_copy(copy) else None
        target = Path(temporary) / "recalculated"
        result = convert(copy, "xlsx", target, recalculate=True, extensions=extensions, seconds=seconds)
        with open_stored(result) as stored:
            yield stored


def _never_calculated(value: StoredValue, calls_ours: bool) -> bool:
    return value is None or (isinstance(value, CellError) and value == UNKNOWN_NAME) or (calls_ours and value == "")


def _quoted(value: Value) -> str:
    if value is None:
        return "no value"
    return repr(value) if isinstance(value, str) and not isinstance(value, CellError) else str(value)


def _finding(stored: Stored, sheet: str, cell: StoredCell, value: StoredValue) -> CellFinding:
    shown = stored.shown(cell.value, cell.date_kind), stored.shown(value, cell.date_kind)
    return CellFinding(sheet, address(cell.row, cell.column), cell.own_formula(), *shown)


def _agree(cached: StoredValue, recalculated: StoredValue, tolerance_abs: float, tolerance_rel: float) -> bool:
    if isinstance(cached, CellError):
        return False  # the caller knows that the recalculated value is no error
    # Nothing stored and an empty text look the same to a person; 0 does not.
    if cached is None or recalculated is None or isinstance(cached, str) or isinstance(recalculated, str):
        return ("" if cached is None else cached) == ("" if recalculated is None else recalculated)
    # LibreOffice keeps TRUE and FALSE as numbers with a format, so a truth value may come back as 1 or 0.
    was, is_now = float(cached), float(recalculated)
    allowed = max(tolerance_rel * max(abs(was), abs(is_now)), ROUNDING_RESIDUE)
    return abs(was - is_now) <= min(tolerance_abs, allowed)
