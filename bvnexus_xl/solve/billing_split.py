"""The demand charge of a month shared among the periods that show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.solve.blocks import charges_by_month
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BillingSplit:
    """The demand charge of each month shared among the periods that show it, so that periods stand alone.

    Attributes:
        rows: billing rows (period, month), [B].
        peak, period_peak: column of the month and of the period in each row, [B].
        share: share of the month's charge that the row carries; adds to 1 over each month, [B].
    """

    rows: Ints
    peak: Ints
    period_peak: Ints
    share: Array

    @classmethod
    def of(cls, dispatch: ParametricDispatch) -> BillingSplit | None:
        """The split of a dispatch; None where no demand is billed, and where months are billed in one piece."""
        rows = dispatch.rows.get("billing")
        if rows is None or charges_by_month(dispatch):
            return None
        matrix = dispatch.matrix[rows]
        # Each row is period_peak − peak ≤ 0: one entry of each sign.
        negative = matrix.data < 0.0
        peak, period_peak = matrix.indices[negative].astype(np.int64), matrix.indices[~negative].astype(np.int64)
        return cls(rows, peak, period_peak, 1.0 / np.bincount(peak)[peak])

    def row_price(self, cost: Array) -> Array:
        """Charge carried by each row at column costs [N]."""
        price: Array = cost[self.peak] * self.share
        return price

    def moved(self, cost: Array) -> Array:
        """Costs with the charge moved from months to periods, [N]."""
        out = cost.copy()
        np.add.at(out, self.period_peak, self.row_price(cost))
        out[self.peak] = 0.0
        return out

    def fill_peaks(self, columns: Array) -> None:
        """Set each month's peak to the highest of its periods, in place."""
        columns[self.peak] = 0.0
        np.maximum.at(columns, self.peak, columns[self.period_peak])
