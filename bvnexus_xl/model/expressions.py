"""What row families share: the model under construction, and the terms each family adds for others to use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.core.base import constraint as pyomo_constraint
from pyomo.core.expr.numeric_expr import LinearExpression

from bvnexus_xl.model.case import DispatchCase

Array = NDArray[np.float64]
StepTerm = Callable[[Any], Any]
"""Expression of one step, given its (possibly templated) index."""


@dataclass
class DispatchModel:
    """A dispatch while its row families are added.

    Attributes:
        m: the Pyomo model; ``m.steps``, ``m.given`` (load, caps) and ``m.previous`` exist from the start.
        case: coefficients.
        supply: MW into the busbar at a step.
        headroom: MW of spinning reserve at a step.
        cost: yearly quantities per price (keys of ``costs.PRICES``): lists of (variables, coefficients).
        budget: yearly use of each budget: lists of (variables, coefficients).
        gas: mcf of a step as (variables [N], coefficients [N]).
    """

    m: pyo.ConcreteModel
    case: DispatchCase
    supply: list[StepTerm] = field(default_factory=list)
    headroom: list[StepTerm] = field(default_factory=list)
    cost: dict[str, list[tuple[list[Any], Array]]] = field(default_factory=lambda: defaultdict(list))
    budget: dict[str, list[tuple[list[Any], Array]]] = field(default_factory=lambda: defaultdict(list))
    gas: list[tuple[list[Any], Array]] = field(default_factory=list)

    def param(self, name: str, values: Array) -> Any:
        """A Pyomo parameter by step, [N], or by asset and step, [K, N]."""
        m = self.m
        if values.ndim == 1:
            setattr(m, name, pyo.Param(m.steps, initialize=dict(enumerate(values.tolist())), within=pyo.Any))
        else:
            data = {(k, t): v for k, row in enumerate(values.tolist()) for t, v in enumerate(row)}
            index = pyo.RangeSet(0, len(values) - 1)
            setattr(m, f"{name}_rows", index)
            setattr(m, name, pyo.Param(index, m.steps, initialize=data, within=pyo.Any))
        return getattr(m, name)

    def steps_of(self, variable: Any, asset: int) -> list[Any]:
        """The variables of one asset in step order, [N]."""
        return [variable[asset, t] for t in range(self.case.axis.steps)]


def linear_sum(terms: list[tuple[list[Any], Array]]) -> LinearExpression:
    """Σ coefficients x variables, without building a tree; zero coefficients are left out."""
    variables: list[Any] = []
    values: list[float] = []
    for names, coefficients in terms:
        for variable, value in zip(names, coefficients.tolist(), strict=True):
            if value != 0.0:
                variables.append(variable)
                values.append(value)
    return LinearExpression(constant=0.0, linear_coefs=values, linear_vars=variables)


@contextmanager
def constraint_templates() -> Iterator[None]:
    """Compile indexed constraints from one template: a rule is evaluated once, not once per step."""
    before = pyomo_constraint.TEMPLATIZE_CONSTRAINTS
    pyomo_constraint.TEMPLATIZE_CONSTRAINTS = True
    try:
        yield
    finally:
        pyomo_constraint.TEMPLATIZE_CONSTRAINTS = before
