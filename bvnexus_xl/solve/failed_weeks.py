"""Weeks of the full year in which a plan made on representative weeks falls short: they join the set."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.profiles.periods import WEEK_HOURS
from bvnexus_xl.solve.evaluate import YearDispatch
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
_LAST_WEEK = 51
_SHORT_MW = 1e-3
_AT_ONCE = 3


def failed_weeks(dispatch: ParametricDispatch, found: Iterable[YearDispatch], known: set[int]) -> set[int]:
    """Weeks (0-51) outside ``known`` where years of the full-year dispatch fall short, the worst three.

    Spinning reserve that is missing counts in every year, load that is not served in years that lose more than they
    may. Where another yearly cap is exceeded, the week that uses most of it counts.
    """
    week = np.minimum(dispatch.case.axis.hours // WEEK_HOURS, _LAST_WEEK)
    worst, users = np.zeros(_LAST_WEEK + 1), set()
    for item in found:
        if item.columns is None:
            continue
        lost = dict(zip(dispatch.budget_names, item.excess, strict=True))
        for name in ("short", "unserved"):
            if name in dispatch.columns and (name == "short" or lost.pop(name, 0.0) > 0.0):
                missing = item.columns[dispatch.columns[name]]
                worst += np.bincount(week, np.where(missing > _SHORT_MW, missing, 0.0), len(worst))
        for name in (name for name, excess in lost.items() if excess > 0.0):
            users.add(_heaviest_week(dispatch, item.columns, dispatch.budget_names.index(name), known))
    worst[sorted(known)] = 0.0
    order = np.argsort(-worst, kind="stable")[:_AT_ONCE]
    return {int(number) for number in order if worst[number] > 0.0} | users


def _heaviest_week(dispatch: ParametricDispatch, columns: Array, budget: int, known: set[int]) -> int:
    """The week outside ``known`` that uses most of a yearly limit."""
    row = dispatch.matrix[[int(dispatch.budget_rows[budget])]].toarray()[0]
    week = np.minimum(dispatch.case.axis.hours // WEEK_HOURS, _LAST_WEEK)
    use = np.zeros(_LAST_WEEK + 1)
    for name in ("online", "above", "start"):
        positions = dispatch.columns.get(name, np.zeros(0, dtype=np.int64)).reshape(-1, len(week))
        use += np.bincount(week, (row[positions] * columns[positions]).sum(axis=0), len(use))
    use[sorted(known)] = -np.inf
    return int(use.argmax())
