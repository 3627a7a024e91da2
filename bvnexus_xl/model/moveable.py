"""What a feasibility search may move in the rows of the capacity master: the load, and how much a limit gives way.

    load of year y = load_share[y] · the project's load of that year          0 ≤ load_share ≤ 1
    a limit's row gains ``give[name]`` ≥ 0 on its loose side                  one amount a limit, the same in all years

Both are absent from the master of a plan: the rows then hold the project's own load and limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyomo.environ as pyo


def add_load_share(m: pyo.ConcreteModel) -> None:
    """Column ``load_share`` per year; before any row that holds the load."""
    m.load_share = pyo.Var(m.years, bounds=(0.0, 1.0))


def add_give(m: pyo.ConcreteModel, names: Sequence[str]) -> None:
    """Columns ``give``, one a limit, in the units its rows use; before any row that may give way."""
    m.give_names = pyo.Set(initialize=list(names))
    m.give = pyo.Var(m.give_names, domain=pyo.NonNegativeReals)


def load_share(m: pyo.ConcreteModel, y: int) -> Any:
    """Share of the project's load that year y carries: a column where the load is decided, else 1."""
    return m.load_share[y] if m.component("load_share") is not None else 1.0


def give(m: pyo.ConcreteModel, name: str) -> Any:
    """How much a limit gives way: a column where it may, else 0."""
    return m.give[name] if m.component("give") is not None and name in m.give_names else 0.0
