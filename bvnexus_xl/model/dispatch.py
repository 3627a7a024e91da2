"""The dispatch of one year: all row families on one axis.

Capacities, load and caps enter as columns (``PARAMETER_COLUMNS``; names: ``DispatchCase.parameters``).
``solve.parametric`` moves them to right-hand sides and bounds, so one compiled block serves every year, plan and limit.
"""

from __future__ import annotations

import pyomo.environ as pyo

from bvnexus_xl.model.balance import add_balance, add_unserved
from bvnexus_xl.model.budgets import add_budgets
from bvnexus_xl.model.case import DispatchCase
from bvnexus_xl.model.costs import add_costs
from bvnexus_xl.model.expressions import DispatchModel, constraint_templates
from bvnexus_xl.model.flexibility import add_flexibility
from bvnexus_xl.model.gas import add_gas
from bvnexus_xl.model.grid import add_grid
from bvnexus_xl.model.ramps import add_ramps
from bvnexus_xl.model.renewables import add_renewables
from bvnexus_xl.model.reserve import add_reserve
from bvnexus_xl.model.services import add_services
from bvnexus_xl.model.storage import add_storage
from bvnexus_xl.model.unit_commitment import add_unit_commitment

PARAMETER_COLUMNS = ("installed", "power_mw", "energy_mwh", "profile_mw", "import_mw", "sold_mw", "own_mw", "given")
"""Components that are parameters: capacity by asset, import by pattern, what is sold by set, and the others by name."""


def parameter_columns(case: DispatchCase) -> list[tuple[str, int | str]]:
    """(component, index) of each of ``case.parameters``, in their order."""
    fleet = case.fleet
    out: list[tuple[str, int | str]] = [("installed", k) for k in range(len(fleet.thermal) * len(case.windows))]
    for k in range(len(fleet.storage)):
        out += [("power_mw", k), ("energy_mwh", k)]
    out += [("profile_mw", r) for r in range(len(fleet.profile))]
    out += [("import_mw", f) for f in range(len(case.import_flags))]
    out += [(part, g) for part in ("sold_mw", "own_mw") for g in range(len(case.sold_hours))]
    return out + [("given", name) for name in case.parameters[len(out) :]]


def build_dispatch(case: DispatchCase) -> pyo.ConcreteModel:
    """All rows and columns of one year's dispatch over ``case.axis``."""
    m = pyo.ConcreteModel()
    m.steps = pyo.RangeSet(0, case.axis.steps - 1)
    m.given_names = pyo.Set(initialize=[str(name) for part, name in parameter_columns(case) if part == "given"])
    m.given = pyo.Var(m.given_names, domain=pyo.NonNegativeReals)
    m.previous = pyo.Param(
        m.steps, initialize=dict(enumerate(case.axis.previous.tolist())), within=pyo.NonNegativeIntegers
    )
    model = DispatchModel(m, case)
    with constraint_templates():
        add_unserved(model)
        add_flexibility(model)
        add_unit_commitment(model)
        add_ramps(model)
        add_storage(model)
        add_renewables(model)
        add_grid(model)
        add_reserve(model)
        add_services(model)
        add_balance(model)
        add_gas(model)
        add_budgets(model)
        add_costs(model)
    return m
