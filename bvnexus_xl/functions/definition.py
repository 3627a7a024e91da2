"""What one spreadsheet function is: its name, its arguments, what it returns, and the pure function behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bvnexus_xl.errors import BadArgument
from bvnexus_xl.functions.arguments import Argument, is_empty

Answer = float | str | list[list[float]]
Shape = Literal["number", "column", "table"]


@dataclass(frozen=True, slots=True)
class Function:
    """One spreadsheet function.

    Attributes:
        name: as typed in a cell, ``BVN_LCOE``.
        help: one sentence for the function wizard.
        arguments: in order; the optional ones last.
        returns: what the answer is, with its unit.
        shape: one number, a column, or a table of several columns.
        compute: takes the arguments' values in order; raises ``BadArgument`` where they do not fit together.
        example: a formula that can be typed into a cell.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...]
    returns: str
    compute: Callable[..., float | list[list[float]]]
    example: str
    shape: Shape = "number"

    def __call__(self, *raw: Any) -> float | list[list[float]]:
        """The answer for what a spreadsheet hands over.

        Raises:
            BadArgument: an argument is missing, wrong or too many.
        """
        given = list(raw)
        if len(given) > len(self.arguments) and not is_empty(given[len(self.arguments) :]):
            message = f"{len(given)} arguments: at most {len(self.arguments)} are taken"
            raise BadArgument(message)
        given += [None] * (len(self.arguments) - len(given))
        return self.compute(*(argument.read(value) for argument, value in zip(self.arguments, given, strict=False)))

    def in_cell(self, raw: Sequence[Any]) -> Answer:
        """The answer, or the reason why there is none as a text that stands in the cell."""
        try:
            return self(*raw)
        except BadArgument as fault:
            return f"{self.name}: {fault}"
