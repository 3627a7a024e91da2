"""What a spreadsheet hands over, turned into numbers and texts, with a readable reason where that fails.

A cell may come as a number, a text, a truth value or nothing; a range as a list of rows, or as one flat list.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.errors import BadArgument

Array = NDArray[np.float64]
Kind = Literal["number", "whole", "text", "numbers", "table"]
MOST_CELLS = 40_000
"""Longest range taken: a year of quarter-hours fits."""


class _Required:
    """Marks an argument that must be given."""


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a function.

    Attributes:
        name: as shown in the function wizard.
        kind: ``number``, ``whole`` number, ``text``, ``numbers`` (a range read row by row, empty cells left out) or
            ``table`` (a range, row by row).
        unit: unit of the number, empty for texts and tables.
        help: one sentence for the function wizard.
        low, high: allowed range of every number, both included.
        default: what counts when the argument is left out; ``REQUIRED`` when it must be given.
        choices: allowed texts, compared without regard to case; empty when any text is allowed.
    """

    name: str
    kind: Kind
    unit: str
    help: str
    low: float = -math.inf
    high: float = math.inf
    default: Any = REQUIRED
    choices: tuple[str, ...] = ()

    @property
    def optional(self) -> bool:
        """True when it may be left out."""
        return self.default is not REQUIRED

    @property
    def allowed(self) -> str:
        """What is allowed, as a phrase that follows "must be"."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.kind in ("text", "table"):
            return {"text": "a text", "table": "a range of cells"}[self.kind]
        noun = {"number": "a number", "whole": "a whole number", "numbers": "a range of numbers"}[self.kind]
        unit = f" {self.unit}" if self.unit not in ("", "-") else ""
        if math.isfinite(self.low) and math.isfinite(self.high):
            return f"{noun} from {self.low:,g} to {self.high:,g}{unit}"
        return f"{noun} of at least {self.low:,g}{unit}" if math.isfinite(self.low) else f"{noun}{unit}"

    def read(self, raw: Any) -> Any:
        """The value for the function.

        Raises:
            BadArgument: with what was found and what is allowed.
        """
        if is_empty(raw):
            if not self.optional:
                self.refuse("is missing")
            return self.default
        if self.kind == "table":
            return rows_of(raw)
        if self.kind == "numbers":
            return self._read_numbers(raw)
        cell = single(raw)
        if cell is _MANY:
            self.refuse("is a range of several cells")
        if self.kind == "text":
            return self._read_text(cell)
        return self._read_number(cell)

    def refuse(self, found: str) -> NoReturn:
        """Say what was found and what is allowed.

        Raises:
            BadArgument: always.
        """
        message = f"{self.name} {found}: it must be {self.allowed}"
        raise BadArgument(message)

    def _read_text(self, cell: Any) -> str:
        text = str(cell).strip()
        if not self.choices:
            return text
        meant = next((choice for choice in self.choices if choice.casefold() == text.casefold()), None)
        if meant is None:
            self.refuse(f"= {text!r}")
        return meant

    def _read_number(self, cell: Any) -> float | int:
        number = number_of(cell)
        if number is None or not self.low <= number <= self.high:
            self.refuse(f"= {cell!r}")
        if self.kind == "whole":
            if number != int(number):
                self.refuse(f"= {cell!r}")
            return int(number)
        return number

    def _read_numbers(self, raw: Any) -> Array:
        cells = [cell for row in rows_of(raw) for cell in row if not is_empty(cell)]
        if not cells or len(cells) > MOST_CELLS:
            self.refuse(f"has {len(cells):,} numbers (1 to {MOST_CELLS:,} are taken)")
        out = np.empty(len(cells))
        for place, cell in enumerate(cells):
            number = number_of(cell)
            if number is None or not self.low <= number <= self.high:
                self.refuse(f"has {cell!r} as its number {place + 1}")
            out[place] = number
        return out


_MANY = object()


def is_empty(raw: Any) -> bool:
    """True for an empty cell, or a range of nothing but empty cells."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return True
    return isinstance(raw, (list, tuple)) and all(is_empty(item) for item in raw)


def number_of(cell: Any) -> float | None:
    """A finite number, None for anything else; a truth value is no number."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float, np.integer, np.floating)):
        return None
    number = float(cell)
    return number if math.isfinite(number) else None


def single(raw: Any) -> Any:
    """The one cell of a range of one cell; a marker for several."""
    while isinstance(raw, (list, tuple)):
        if len(raw) != 1:
            return _MANY
        raw = raw[0]
    return raw


def rows_of(raw: Any) -> list[list[Any]]:
    """A range as rows of cells; one flat list counts as one row."""
    if isinstance(raw, np.ndarray):
        raw = raw.tolist()
    if not isinstance(raw, (list, tuple)):
        return [[raw]]
    if any(isinstance(item, (list, tuple)) for item in raw):
        return [list(item) if isinstance(item, (list, tuple)) else [item] for item in raw]
    return [list(raw)]


def table_numbers(rows: Sequence[Sequence[Any]], columns: Iterable[Argument], name: str) -> list[list[Any]]:
    """Rows of a range with one argument per column; empty rows are left out.

    Raises:
        BadArgument: naming row and column of the range.
    """
    wanted = list(columns)
    out: list[list[Any]] = []
    for number, row in enumerate(rows, start=1):
        if is_empty(row):
            continue
        cells = [*row, *[None] * (len(wanted) - len(row))]
        try:
            out.append([column.read(cell) for column, cell in zip(wanted, cells, strict=False)])
        except BadArgument as fault:
            message = f"{name}, row {number}: {fault}"
            raise BadArgument(message) from None
    if not out:
        message = f"{name} is empty: it must have a row for each kind of unit"
        raise BadArgument(message)
    return out
