"""The grid of sheet ``ProForma``: one row is one line item with one formula across the timeline.

A row's formula is a template in which ``{key}`` is the cell of another row in the same year; ``{key:rate}``,
``{key:total}``, ``{key:pv}`` are its cells left of the timeline and ``{key:years}`` is all its years; ``{key:before}``
and ``{key:next}`` are the years before and after. The key of a block of rows gives ranges instead of cells.

A row by date has the base date in the column of present values: ``{key:dates}`` is all its dates, ``{key:earlier}``
all but the last one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.workbook.cells import SheetCells, Value, address

Array = NDArray[np.float64]

LABEL, UNIT, RATE, RATE_UNIT, TOTAL, PRESENT_VALUE, FIRST_YEAR = range(1, 8)
"""Columns; the years follow one another from ``FIRST_YEAR`` on."""
MONEY = "$ thousand"
"""Unit of dollars as they are shown; the cells hold dollars and cents."""
MOST_YEARS = 15
LAST_COLUMN = FIRST_YEAR + MOST_YEARS - 1
NPV_CELL, LCOE_CELL, LCOE_REAL_CELL, CAPEX_CELL, DELIVERED_CELL = "A5", "C5", "D5", "E5", "F5"
"""Where other sheets find the results, whatever the project."""
AFTER_TAX_CELL, PROJECT_IRR_CELL, EQUITY_IRR_CELL = "G5", "H5", "I5"
_ASIDE = {"rate": RATE, "beside": RATE_UNIT, "total": TOTAL, "pv": PRESENT_VALUE}
_SPANS = {
    "years": (FIRST_YEAR, LAST_COLUMN),
    "dates": (PRESENT_VALUE, LAST_COLUMN),
    "earlier": (PRESENT_VALUE, LAST_COLUMN - 1),
}
_SHIFTED = {"": 0, "before": -1, "next": 1}


def known(figure: float | None) -> float | str:
    """A figure, or what the formula shows where there is none."""
    return "n/a" if figure is None or math.isnan(figure) else figure


@dataclass(frozen=True, slots=True)
class RowRef:
    """Rows ``first`` to ``last`` seen from one column; formatting it gives an address."""

    first: int
    last: int
    column: int

    def __format__(self, spec: str) -> str:
        """``""``, ``before``, ``next`` from this column; ``rate``, ``beside``, ``total``, ``pv``; the spans."""
        if spec in _SPANS:
            left, right = _SPANS[spec]
            return f"{address(self.first, left, True)}:{address(self.last, right, True)}"
        absolute = spec in _ASIDE
        column = _ASIDE[spec] if absolute else self.column + _SHIFTED[spec]
        top = address(self.first, column, absolute)
        return top if self.first == self.last else f"{top}:{address(self.last, column, absolute)}"


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A row of this sheet as formulas of another one name it."""

    sheet: str
    rows: RowRef

    def __format__(self, spec: str) -> str:
        return f"{self.sheet}!{self.rows:{spec}}"


@dataclass(frozen=True, slots=True)
class Rate:
    """The figure left of the timeline: a value, or a formula with its value; with its unit."""

    value: Value
    unit: str = ""
    formula: str = ""
    kind: str = "rate"


@dataclass(slots=True)
class ProFormaTable:
    """Rows put one below the other.

    Attributes:
        cells: what is built.
        years: years on the timeline, at most 15; the columns right of them stay empty.
        factors: discount factors by the key of their row, each [Y].
        next_row: where the next row goes.
    """

    cells: SheetCells
    years: int
    factors: dict[str, Array]
    next_row: int
    _rows: dict[str, tuple[int, int]] = field(default_factory=dict)

    def section(self, title: str, note: str) -> None:
        """A heading across the table, and a line that says how to read what follows."""
        self.next_row += 1
        self.cells.row(self.next_row, LABEL, [title] + [None] * (LAST_COLUMN - 1), "section_result")
        self.cells.heights[self.next_row] = 18.0
        self.cells.put(self.next_row + 1, LABEL, note, "line_note")
        self.next_row += 2

    def group(self, text: str) -> None:
        """A heading over some rows of a section."""
        self.cells.put(self.next_row, LABEL, text, "line_group")
        self.next_row += 1

    def head(self, texts: dict[int, str]) -> None:
        """Column heads of a small table, by column."""
        for column, text in texts.items():
            self.cells.put(self.next_row, column, text, "header_result_center" if column > LABEL else "header_result")
        self.cells.heights[self.next_row] = 28.0
        self.next_row += 1

    def line(
        self,
        key: str,
        label: str,
        unit: str,
        values: Array,
        formula: str = "",
        *,
        kind: str = "count",
        rate: Rate | None = None,
        total: bool = True,
        paid: str = "",
        strong: bool = False,
    ) -> None:
        """One row across the timeline.

        Args:
            key: name by which other rows refer to it.
            label: what it is.
            unit: its unit.
            values: Python's values, [Y]; NaN where the formula gives ``n/a``.
            formula: template of every year's cell; empty where the values are the run's own.
            kind: kind of figure (``styles.LINE_FORMATS``).
            rate: figure left of the timeline.
            total: True to add the years up.
            paid: key of the row of discount factors for its present value; empty for none.
            strong: True for a sum.
        """
        row = self._start(key, label, unit, LAST_COLUMN if strong else 0)
        style = f"line_total_{kind}" if strong else f"line_{kind}"
        self._rate(row, rate)
        for year, value in enumerate(values.tolist()):
            column = FIRST_YEAR + year
            self.cells.put(row, column, known(value), style, self.filled(formula, column) if formula else "")
        here = RowRef(row, row, FIRST_YEAR)
        if total:
            self.cells.put(row, TOTAL, float(values.sum()), style, f"=SUM({here:years})")
        if paid:
            present = f"=SUMPRODUCT({here:years},{self.ref(paid):years})"
            self.cells.put(row, PRESENT_VALUE, float(values @ self.factors[paid]), style, present)

    def dated(
        self,
        key: str,
        label: str,
        unit: str,
        values: Array,
        formulas: tuple[str, str],
        *,
        kind: str = "thousand",
        strong: bool = False,
    ) -> None:
        """One row by date: ``values`` at the base date and at year ends, [Y+1]; a formula for each of the two."""
        row = self._start(key, label, unit, LAST_COLUMN if strong else 0)
        style = f"line_total_{kind}" if strong else f"line_{kind}"
        for date, value in enumerate(values.tolist()):
            column = PRESENT_VALUE + date
            self.cells.put(row, column, value, style, self.filled(formulas[min(date, 1)], column))

    def single(self, key: str, label: str, unit: str, figures: dict[int, Rate], *, strong: bool = False) -> None:
        """A row of single figures, by column; formulas are templates."""
        row = self._start(key, label, unit, PRESENT_VALUE if strong else 0)
        for column, figure in figures.items():
            style = f"line_total_{figure.kind}" if strong else f"line_{figure.kind}"
            self.cells.put(row, column, figure.value, style, self.filled(figure.formula, column))
            if figure.unit:
                self.cells.put(row, RATE_UNIT, figure.unit, "line_total_unit" if strong else "line_unit")

    @contextmanager
    def block(self, key: str, none: str = "None") -> Iterator[None]:
        """The rows put inside are a block of that key; an empty one gets a row ``none``: formulas need a range."""
        first = self.next_row
        yield
        if self.next_row == first:
            self.line(f"{key}_none", none, "", np.zeros(self.years), rate=Rate(0.0))
        self._rows[key] = first, self.next_row - 1

    def ref(self, key: str, column: int = FIRST_YEAR) -> RowRef:
        """Rows of a key, seen from a column."""
        return RowRef(*self._rows[key], column)

    def from_outside(self, sheet: str, template: str) -> str:
        """A formula of another sheet: the keys become cells of this one, named by its tab."""
        return template.format_map(
            {key: _Elsewhere(sheet, RowRef(*rows, FIRST_YEAR)) for key, rows in self._rows.items()}
        )

    def filled(self, template: str, column: int) -> str:
        """A formula with the addresses in place of the keys."""
        return template.format_map({key: RowRef(*rows, column) for key, rows in self._rows.items()})

    def _start(self, key: str, label: str, unit: str, strong_to: int) -> int:
        """Label and unit of a row; a sum's look reaches to the column ``strong_to``."""
        row = self.next_row
        if key in self._rows:
            message = f"two rows of the pro forma are called {key!r}"
            raise ValueError(message)
        self._rows[key] = row, row
        self.cells.row(row, LABEL, [None] * strong_to, "line_total_label")
        self.cells.put(row, LABEL, label, "line_total_label" if strong_to else "line_label")
        self.cells.put(row, UNIT, unit, "line_total_unit" if strong_to else "line_unit")
        self.next_row += 1
        return row

    def _rate(self, row: int, rate: Rate | None) -> None:
        if rate is not None:
            self.cells.put(row, RATE, rate.value, f"line_{rate.kind}", self.filled(rate.formula, RATE))
            self.cells.put(row, RATE_UNIT, rate.unit, "line_unit")


def money_line(
    table: ProFormaTable, key: str, label: str, values: Array, formula: str, *, strong: bool = False, paid: str = ""
) -> None:
    """A line of dollars, shown in thousands."""
    table.line(key, label, MONEY, values, formula, kind="thousand", strong=strong, paid=paid)
