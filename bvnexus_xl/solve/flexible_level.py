"""Flexibility as a parameter: one compiled dispatch, and one pool of cuts, for every flexible share of the load.

What classes of computing may give up stands on right-hand sides only, as a multiple of the load. Moved to a parameter
of its own, ``flexible``, a multiple of the load below the one compiled scales every class alike.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from bvnexus_xl.model.case import FLEX_HOURS, LOAD
from bvnexus_xl.solve.parametric import ParametricDispatch

_COLUMNS = ("flex_down", "flex_up", "flex_owed")
_ROWS = ("flex_day", "flex_period")


def with_flexible_parameter(dispatch: ParametricDispatch) -> ParametricDispatch:
    """The dispatch with one more parameter, last: the load that flexible parts are a share of, MW."""
    load = dispatch.case.parameters.index(LOAD)
    rows = [dispatch.rows[name] for name in _ROWS if name in dispatch.rows]
    hours = [name.startswith(FLEX_HOURS) for name in dispatch.budget_names]
    rows.append(dispatch.budget_rows[np.array(hours, dtype=bool)])
    columns = [dispatch.columns[name] for name in _COLUMNS if name in dispatch.columns]
    rhs = _moved(dispatch.rhs, load, np.concatenate(rows))
    upper = _moved(dispatch.upper, load, np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64))
    return replace(dispatch, rhs=rhs, rhs_t=sp.csr_array(rhs.T), upper=upper, upper_t=sp.csr_array(upper.T))


def _moved(table: sp.csr_array, load: int, chosen: np.ndarray) -> sp.csr_array:
    """The table with the load entries of the chosen rows in a new last column."""
    by_load = table.tocsc()[:, [load]].toarray().ravel()
    own, moved = by_load.copy(), np.zeros_like(by_load)
    moved[chosen], own[chosen] = by_load[chosen], 0.0
    keep = table.tolil()
    keep[:, [load]] = own[:, None]
    return sp.csr_array(sp.hstack([keep.tocsr(), sp.csr_array(moved[:, None])], format="csr"))
