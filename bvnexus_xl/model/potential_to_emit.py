"""Potential to emit, where the permit counts every installed unit at full load (basis ``PTE_8760``).

Σ_k pte_tons_each[k] · installed[k,y] ≤ cap            each pollutant and year, spares included
"""

from __future__ import annotations

import pyomo.environ as pyo

from bvnexus_xl.limits import pte_tons_each
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.model.moveable import give
from bvnexus_xl.yearly_caps import emission_caps_tons


def add_potential_to_emit(m: pyo.ConcreteModel, case: MasterCase) -> None:
    """Rows ``pte`` by pollutant and year."""
    if case.project.constraints.emission_basis != "PTE_8760":
        return
    caps, each = emission_caps_tons(case.project), pte_tons_each(case.project, case.fleet)
    m.pollutants = pyo.Set(initialize=list(caps))
    m.pte = pyo.Constraint(
        m.pollutants,
        m.years,
        rule=lambda m, name, y: (
            sum(float(tons) * m.installed[k, y] for k, tons in enumerate(each[name])) <= caps[name] + give(m, name)
        ),
    )
