"""The capacity master without money: what may stand in each year, the load it would carry, and what limits would give.

    theta[p,y] = effective[c,y]                     capacities; usable import and the N-1 contingency likewise
    theta[load,y] = load_share[y] · load of the year
    theta[p,y] = limit + give[p]                    emission caps, gas per day and per hour
    allowed[y] = permitted share of unserved energy · load + give[unserved]

The dispatch enters as cuts on theta: cut · theta[:,y] ≤ allowed[y] (``solve.feasibility``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.model.case import GAS_DAY, GAS_HOUR, LOAD, DispatchCase
from bvnexus_xl.model.contingency import add_contingency
from bvnexus_xl.model.investment import MasterCase, add_investment
from bvnexus_xl.model.land import add_land
from bvnexus_xl.model.moveable import add_give, add_load_share, give
from bvnexus_xl.model.planning_reserve import add_planning_reserve
from bvnexus_xl.model.potential_to_emit import add_potential_to_emit
from bvnexus_xl.solve.given import decided_positions
from bvnexus_xl.units import HOURS_PER_DAY

Array = NDArray[np.float64]


def feasibility_model(
    case: MasterCase,
    dispatch: DispatchCase,
    constants: Array,
    allowed_mwh_per_mw: float,
    give_names: Sequence[str] = (),
    follow_load: Mapping[int, float] | None = None,
) -> pyo.ConcreteModel:
    """Master with ``theta``, ``allowed``, ``load_share`` and (named) ``give``; the caller adds the objective.

    Args:
        case: project, fleet, profiles.
        dispatch: names of the parameters.
        constants: what the project fixes, [Y, P] (``solve.given.constant_parameters``).
        allowed_mwh_per_mw: unserved energy permitted per MW of load.
        give_names: limits that may give way; see ``solve.elastic``.
        follow_load: further parameters that are a multiple of the load: position and multiple.
    """
    m = pyo.ConcreteModel()
    add_investment(m, case)
    add_load_share(m)
    add_give(m, give_names)
    add_contingency(m, case)
    add_land(m, case)
    add_potential_to_emit(m, case)
    add_planning_reserve(m, case)
    _add_theta(m, dispatch, constants, dict(follow_load or {}))
    place = dispatch.parameters.index(LOAD)
    m.allowed = pyo.Var(m.years, domain=pyo.NonNegativeReals)
    m.allowed_is = pyo.Constraint(
        m.years,
        rule=lambda m, y: (
            m.allowed[y] == allowed_mwh_per_mw * constants[y, place] * m.load_share[y] + give(m, "unserved")
        ),
    )
    return m


def _add_theta(m: pyo.ConcreteModel, case: DispatchCase, constants: Array, follow: dict[int, float]) -> None:
    names = [*case.parameters, *("following",) * (1 + max(follow, default=-1) - len(case.parameters))]
    m.parameters = pyo.RangeSet(0, len(names) - 1)
    m.theta = pyo.Var(m.parameters, m.years, domain=pyo.NonNegativeReals)
    decided = {position: (kind, number) for position, kind, number in decided_positions(case)}
    load = names.index(LOAD)

    def rule(m: pyo.ConcreteModel, p: int, y: int) -> Any:
        kind, number = decided.get(p, ("", 0))
        if kind == "capacity":
            return m.theta[p, y] == m.effective[number, y]
        if kind == "import":
            return m.theta[p, y] == (m.usable_import[y] if case.year_flag[y] == number else 0.0)
        if kind == "contingency":
            # never less than what is left of it; more would only ask for more reserve
            return m.theta[p, y] >= m.contingency_mw[y] - give(m, "spinning_reserve")
        if p in follow or p == load:
            return m.theta[p, y] == follow.get(p, 1.0) * float(constants[y, load]) * m.load_share[y]
        return m.theta[p, y] == float(constants[y, p]) + _given_up(m, case, names[p])

    m.theta_is = pyo.Constraint(m.parameters, m.years, rule=rule)


def _given_up(m: pyo.ConcreteModel, case: DispatchCase, name: str) -> Any:
    """What a limit inside the dispatch gives; gas per hour follows gas per day."""
    if name == GAS_HOUR:
        swing = case.project.constraints.gas_hourly_swing_factor / HOURS_PER_DAY
        return give(m, "gas_hour") + swing * give(m, "gas_day")
    return give(m, "gas_day" if name == GAS_DAY else name.removeprefix("cap:"))
