"""Pyomo model to sparse arrays, compiled once per structure (``LinearStandardFormCompiler``, mixed form)."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from numpy.typing import NDArray
from pyomo.common.log import LoggingIntercept
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class StandardForm:
    """min cost·x subject to rows of matrix x (≤, =, ≥) rhs, bounds. M rows, N columns, K objectives.

    Attributes:
        cost: [K, N].
        matrix: [M, N], by row.
        sense: −1 for ≤, 0 for =, +1 for ≥, [M].
        rhs: [M].
        lower, upper: column bounds, [N].
        integer: True for whole-number columns, [N].
        columns, rows: positions of each component's members in index order, by component name.
        column_index, row_index: last part of each member's index (the step, period, month), by component name.
    """

    cost: Array
    matrix: sp.csr_array
    sense: NDArray[np.int8]
    rhs: Array
    lower: Array
    upper: Array
    integer: NDArray[np.bool_]
    columns: dict[str, Ints]
    rows: dict[str, Ints]
    column_index: dict[str, list[Any]]
    row_index: dict[str, list[Any]]


def compile_model(model: pyo.ConcreteModel) -> StandardForm:
    """Arrays of a linear Pyomo model."""
    with LoggingIntercept(io.StringIO(), "pyomo", logging.WARNING):
        form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    columns, column_index = _members(form.columns)
    rows, row_index = _members([row.constraint for row in form.rows])
    kind = np.array([row.bound_type for row in form.rows], dtype=np.int8)
    bounds = [variable.bounds for variable in form.columns]
    return StandardForm(
        cost=form.c.toarray(),
        matrix=sp.csr_array(form.A),
        sense=(-kind).astype(np.int8),
        rhs=np.asarray(form.rhs, dtype=float),
        lower=np.array([-np.inf if low is None else low for low, _ in bounds], dtype=float),
        upper=np.array([np.inf if high is None else high for _, high in bounds], dtype=float),
        integer=np.array([not variable.is_continuous() for variable in form.columns], dtype=bool),
        columns=columns,
        rows=rows,
        column_index=column_index,
        row_index=row_index,
    )


def _members(items: list[Any]) -> tuple[dict[str, Ints], dict[str, list[Any]]]:
    """Positions and last index parts of the members of each component."""
    positions: dict[str, list[int]] = {}
    index: dict[str, list[Any]] = {}
    for position, item in enumerate(items):
        name = item.parent_component().local_name
        key = item.index()
        positions.setdefault(name, []).append(position)
        index.setdefault(name, []).append(key[-1] if isinstance(key, tuple) else key)
    return {name: np.array(found, dtype=np.int64) for name, found in positions.items()}, index
