"""One cell as XML: numbers, text, dates, formulas with their cached values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from xml.sax.saxutils import escape

import numpy as np

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cells import Block, Cell, Value, address, column_letters
from bvnexus_xl.workbook.refusal import RefusalCode

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT_UTF16_UNITS = 32_767
MAX_FORMULA_CHARACTERS = 8_192

_ERRORS = frozenset({"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"})
# What XML 1.0 cannot hold, and text that Excel would take for such an escape.
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_CUT_MARK = "…"
_LAST_DAY_BEFORE_FALSE_LEAP_DAY = date(1900, 2, 28)


@dataclass(frozen=True, slots=True)
class CellFormat:
    """What turns a cell into XML in one workbook.

    Attributes:
        prefix: namespace prefix of the sheet with its colon, or empty.
        styles: style name to index in this workbook's own style table.
        from_1904: dates are counted from 1904-01-01.
    """

    prefix: str
    styles: Mapping[str, int]
    from_1904: bool

    def style_index(self, style: str) -> int:
        """Index of a named style; 0 for the empty name.

        Raises:
            WorkbookRefused: ``STYLE_MISSING`` when the workbook has no style of that name.
        """
        if not style:
            return 0
        if style not in self.styles:
            message = (
                f"The workbook's hidden style sheet lacks {style!r}; it has {sorted(self.styles)}. Take a sound copy."
            )
            raise WorkbookRefused(RefusalCode.STYLE_MISSING, message)
        return self.styles[style]

    def cell(self, row: int, column: int, cell: Cell, style_index: int) -> str:
        """The ``<c>`` element; empty text for an empty cell without a style."""
        check_place(row, column)
        kind, content = self._formula(cell) if cell.formula else self._value(cell.value)
        style = f' s="{style_index}"' if style_index else ""
        if not content:
            return f'<{self.prefix}c r="{address(row, column)}"{style}/>' if style else ""
        return f'<{self.prefix}c r="{address(row, column)}"{style}{kind}>{content}</{self.prefix}c>'

    def block_rows(self, block: Block) -> list[str]:
        """The cells of each row of a block, one string a row (8,760 × 30 numbers in a fraction of a second)."""
        width = len(block.styles)
        check_place(block.top + max(len(block.rows) - 1, 0), block.left + max(width - 1, 0))
        indices = [self.style_index(style) for style in block.styles]
        starts = [f'<{self.prefix}c r="{column_letters(block.left + j)}' for j in range(width)]
        number_tail = f"</{self.prefix}v></{self.prefix}c>"
        middles = [f'" s="{index}"><{self.prefix}v>' if index else f'"><{self.prefix}v>' for index in indices]
        texts = []
        for offset, values in enumerate(block.rows):
            plain = values.tolist() if isinstance(values, np.ndarray) else values
            row = block.top + offset
            texts.append(
                "".join(
                    [
                        f"{starts[j]}{row}{middles[j]}{value!r}{number_tail}"
                        if type(value) is float and isfinite(value)
                        else self.cell(row, block.left + j, Cell(value), indices[j])
                        for j, value in enumerate(plain)
                    ]
                )
            )
        return texts

    def _value(self, value: Value) -> tuple[str, str]:
        """Type attribute and content of a plain value; text is never taken for a formula."""
        kind, text = self._stored(value)
        if kind == "str":
            p = self.prefix
            inline = f'<{p}is><{p}t xml:space="preserve">{escape(_legal(text))}</{p}t></{p}is>'
            return ' t="inlineStr"', inline
        return self._with_kind(kind), self._v(text) if text else ""

    def _formula(self, cell: Cell) -> tuple[str, str]:
        text = cell.formula.removeprefix("=")
        if not text or len(text) > MAX_FORMULA_CHARACTERS:
            message = f"formula of {len(text)} characters: must have 1 to {MAX_FORMULA_CHARACTERS}: {text[:60]!r}"
            raise ValueError(message)
        kind, cached = self._stored(cell.value)
        if kind == "str" and cached in _ERRORS:
            kind = "e"
        content = f"<{self.prefix}f>{escape(text)}</{self.prefix}f>"
        if kind == "str":
            cached = escape(_legal(cached))
        return self._with_kind(kind), content + (self._v(cached) if kind or cached else "")

    def _v(self, text: str) -> str:
        return f"<{self.prefix}v>{text}</{self.prefix}v>"

    @staticmethod
    def _with_kind(kind: str) -> str:
        return f' t="{kind}"' if kind else ""

    def _stored(self, value: Value) -> tuple[str, str]:
        """(type attribute, text) of a value; no text for an empty cell, which is what NaN and infinity become."""
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or value != value:
            return "", ""
        if isinstance(value, bool):
            return "b", str(int(value))
        if isinstance(value, int):
            return "", str(value)
        if isinstance(value, float):
            return "", repr(float(value)) if isfinite(value) else ""
        if isinstance(value, date):
            return "", repr(date_serial(value, self.from_1904))
        if isinstance(value, str):
            return "str", value
        message = f"a cell cannot hold {value!r} of type {type(value).__name__}"
        raise TypeError(message)


def check_place(row: int, column: int) -> None:
    """Make sure a cell lies on the sheet.

    Raises:
        ValueError: row or column outside an Excel sheet.
    """
    if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
        message = f"row {row}, column {column} is outside the sheet"
        raise ValueError(message)


def date_serial(value: date, from_1904: bool) -> float | int:
    """Excel's number of a date or of a date with time (without a time zone).

    Day 60 of the 1900 system is a 29 February 1900 that never was; days before it therefore count one less.

    Raises:
        ValueError: the date lies before the calendar's first day, or carries a time zone.
    """
    fraction = 0.0
    day = value
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            message = f"{value!r} carries a time zone, which a cell cannot hold"
            raise ValueError(message)
        day = value.date()
        fraction = (value - datetime(value.year, value.month, value.day)).total_seconds() / 86_400
    days = (day - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days
    if not from_1904 and day <= _LAST_DAY_BEFORE_FALSE_LEAP_DAY:
        days -= 1
    if days < (0 if from_1904 else 1):
        message = f"{day} is before the first day of the workbook's calendar"
        raise ValueError(message)
    return days + fraction if fraction else days


def _legal(text: str) -> str:
    """Text cut to what a cell holds, with characters XML cannot hold written as ``_xHHHH_``."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) > 2 * MAX_TEXT_UTF16_UNITS:
        text = units[: 2 * (MAX_TEXT_UTF16_UNITS - 1)].decode("utf-16-le", "ignore") + _CUT_MARK
    return _TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
