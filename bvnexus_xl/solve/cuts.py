"""The pool of cuts: bounds on each year's dispatch cost, linear in its parameters, kept until the master needs them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]


@dataclass
class CutPool:
    """Cuts per year, million dollars of present value: cost_to_go[y] ≥ cut · θ[y] for every θ ≥ 0.

    One multiplier gives a cut for every year: it is scaled with the price of gas, and the safe bound charges what the
    scaling leaves over.

    Attributes:
        keep: remember the multipliers themselves (single precision: any multiplier is safe), for a finer axis.
        multipliers: (multiplier [M], year whose prices it was found with), in the order they came.
    """

    dispatch: ParametricDispatch
    prices: Array
    discount: Array
    keep: bool = False
    multipliers: list[tuple[NDArray[np.float32], int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._cuts = [np.zeros((0, self.dispatch.rhs.shape[1])) for _ in self.discount]
        self._source: list[list[int]] = [[] for _ in self.discount]
        self._count = 0

    def add(self, multiplier: Array, from_year: int, years: list[int] | None = None) -> None:
        """Cuts of one multiplier found with the prices of ``from_year``, for the given years (default: all)."""
        targets = list(range(len(self.discount))) if years is None else years
        lead = int(np.argmax(self.prices[:2, from_year] > 0.0))
        base = self.prices[lead, from_year]
        scale = self.prices[lead, targets] / base if base > 0.0 else np.ones(len(targets))
        found = self.dispatch.safe_cuts(multiplier, self.prices[:, targets], scale)
        for year, cut in zip(targets, found, strict=True):
            self._cuts[year] = np.vstack([self._cuts[year], cut[None, :] * self.discount[year]])
            self._source[year].append(self._count)
        if self.keep:
            self.multipliers.append((multiplier.astype(np.float32), from_year))
        self._count += 1

    def cuts_of(self, year: int) -> Array:
        """All cuts of a year, [cuts, P]."""
        return self._cuts[year]

    def best(self, given: Array) -> tuple[Array, Array, list[int]]:
        """Highest cut of each year at parameters [Y, P]: (values [Y], cuts [Y, P], number of its multiplier or −1)."""
        values, cuts, source = np.zeros(len(given)), np.zeros_like(given), [-1] * len(given)
        for year, theta in enumerate(given):
            if len(self._cuts[year]):
                level = self._cuts[year] @ theta
                number = int(level.argmax())
                values[year], cuts[year] = level[number], self._cuts[year][number]
                source[year] = self._source[year][number]
        return values, cuts, source
