"""The parametric dispatch: capacities, load and caps are right-hand sides and bounds, never columns.

    min (Σ_k price_k cost_k) x   subject to   matrix x (≤, =, ≥) rhs θ,   0 ≤ x ≤ upper θ

θ holds ``DispatchCase.parameters``. Rows with one column (installed limits) have become bounds: every column has one
that is linear in θ, and that makes safe cuts possible: for any multiplier y of the right sign and any θ ≥ 0,

    cost(θ) ≥ [rhsᵀ y + upperᵀ min(cost − matrixᵀ y, 0)] · θ

(negative reduced costs are charged at the bound; Neumaier and Shcherbina 2004). The bound needs no optimality of y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bvnexus_xl.model.case import DispatchCase
from bvnexus_xl.model.dispatch import PARAMETER_COLUMNS, build_dispatch, parameter_columns
from bvnexus_xl.solve.standard_form import StandardForm, compile_model

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ParametricDispatch:
    """Arrays of the dispatch on one axis. M rows, N columns, K prices, P parameters.

    Attributes:
        case: what they were made from.
        cost: quantity per price, [K, N].
        matrix, transposed: [M, N] and [N, M], both by row.
        sense: −1 ≤, 0 =, +1 ≥, [M].
        rhs: [M, P]; ``rhs_t`` its transpose.
        upper: [N, P]; ``upper_t`` its transpose.
        columns, rows: positions by component, in index order.
        row_label, column_label: last index part by component.
        budget_rows: positions of the yearly limits, in the order of ``budget_names``.
    """

    case: DispatchCase
    cost: Array
    matrix: sp.csr_array
    transposed: sp.csr_array
    sense: NDArray[np.int8]
    rhs: sp.csr_array
    rhs_t: sp.csr_array
    upper: sp.csr_array
    upper_t: sp.csr_array
    columns: dict[str, Ints]
    rows: dict[str, Ints]
    row_label: dict[str, list[object]]
    column_label: dict[str, list[object]]
    budget_rows: Ints
    budget_names: tuple[str, ...]

    def clipped(self, multiplier: Array) -> Array:
        """Multipliers with wrong signs set to zero: ≤ rows take y ≤ 0, ≥ rows y ≥ 0."""
        wrong = ((self.sense < 0) & (multiplier > 0.0)) | ((self.sense > 0) & (multiplier < 0.0))
        return np.where(wrong, 0.0, multiplier)

    def safe_cuts(self, multiplier: Array, prices: Array, scale: Array) -> Array:
        """Cuts of several years from one multiplier, [years, P]: cost(θ) ≥ cut · θ for every θ ≥ 0.

        Args:
            multiplier: one value per row, any quality, [M].
            prices: price table columns of the years, [K, years].
            scale: factor on the multiplier for each year, [years].
        """
        y = self.clipped(multiplier)
        reduced, fixed = self.transposed @ y, self.rhs_t @ y
        out = np.empty((prices.shape[1], self.rhs.shape[1]))
        for number, factor in enumerate(scale):
            short = np.minimum(prices[:, number] @ self.cost - factor * reduced, 0.0)
            out[number] = factor * fixed + self.upper_t @ short
        return out


def parametric_dispatch(case: DispatchCase) -> ParametricDispatch:
    """Build the Pyomo dispatch of a case and compile it."""
    return from_standard_form(case, compile_model(build_dispatch(case)))


def from_standard_form(case: DispatchCase, form: StandardForm) -> ParametricDispatch:
    """Move the columns that are parameters to the right-hand side and one-column rows to bounds."""
    given = _given_positions(case, form)
    is_given = np.zeros(form.matrix.shape[1], dtype=bool)
    is_given[given[given >= 0]] = True
    own = np.nonzero(~is_given)[0]
    body = sp.csr_array(form.matrix[:, own])
    picked = sp.csr_array(form.matrix.tocsc()[:, np.where(given >= 0, given, 0)])
    rhs = sp.csr_array(-picked @ sp.diags_array((given >= 0).astype(float)))
    if np.any(form.rhs != 0.0):
        message = "a dispatch row has a constant; every right-hand side must be a parameter"
        raise ValueError(message)
    bound_rows, bound_columns, scale = _bound_rows(form, body)
    by_column = sp.csr_array(sp.diags_array(1.0 / scale) @ rhs[bound_rows])
    upper = sp.csr_array(by_column[np.argsort(bound_columns)])
    if len(bound_columns) != len(own):
        message = f"{len(own) - len(bound_columns)} dispatch columns have no bound in the parameters"
        raise ValueError(message)
    kept = np.setdiff1d(np.arange(form.matrix.shape[0]), bound_rows)
    matrix = sp.csr_array(body[kept])
    matrix.eliminate_zeros()
    columns, column_label = _renumber(form.columns, form.column_index, own)
    rows, row_label = _renumber(form.rows, form.row_index, kept)
    rhs = sp.csr_array(rhs[kept])
    return ParametricDispatch(
        case=case,
        cost=form.cost[:, own],
        matrix=matrix,
        transposed=sp.csr_array(matrix.T),
        sense=form.sense[kept],
        rhs=rhs,
        rhs_t=sp.csr_array(rhs.T),
        upper=upper,
        upper_t=sp.csr_array(upper.T),
        columns=columns,
        rows=rows,
        row_label=row_label,
        column_label=column_label,
        budget_rows=rows.get("budget", np.zeros(0, dtype=np.int64)),
        budget_names=tuple(str(name) for name in row_label.get("budget", [])),
    )


def _given_positions(case: DispatchCase, form: StandardForm) -> Ints:
    """Column of each parameter, −1 where no row uses it, [P]."""
    found = {
        (part, label): int(position)
        for part in PARAMETER_COLUMNS
        for label, position in zip(form.column_index.get(part, []), form.columns.get(part, []), strict=True)
    }
    return np.array([found.get(place, -1) for place in parameter_columns(case)], dtype=np.int64)


def _bound_rows(form: StandardForm, body: sp.csr_array) -> tuple[Ints, Ints, Array]:
    """Rows that bound one column from above: (row, column, coefficient), the first such row of each column."""
    count = np.diff(body.indptr)
    single = np.nonzero((count == 1) & (form.sense < 0))[0]
    column, value = body.indices[body.indptr[single]], body.data[body.indptr[single]]
    positive = value > 0.0
    single, column, value = single[positive], column[positive], value[positive]
    column, first = np.unique(column, return_index=True)
    return single[first].astype(np.int64), column.astype(np.int64), value[first]


def _renumber(
    positions: dict[str, Ints], labels: dict[str, list[object]], kept: Ints
) -> tuple[dict[str, Ints], dict[str, list[object]]]:
    """Positions after dropping everything that is not in ``kept``."""
    highest = int(kept.max()) if len(kept) else 0
    new = np.full(max(highest, max(int(p.max()) for p in positions.values())) + 1, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    out, names = {}, {}
    for name, found in positions.items():
        there = new[found] >= 0
        if there.any():
            out[name] = new[found][there]
            names[name] = [label for label, keep in zip(labels[name], there, strict=True) if keep]
    return out, names
