"""Land.

Σ acres_each · installed[c,y] + reserved + substation · connected[y] ≤ land_limit
installed[grid,y] ≤ 2 · granted · connected[y]                                connected: binary
"""

from __future__ import annotations

import pyomo.environ as pyo

from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.model.moveable import give


def add_land(m: pyo.ConcreteModel, case: MasterCase) -> None:
    """Rows ``land``."""
    limits, grid = case.project.constraints, case.fleet.grid_column
    if not limits.land_limit_enabled:
        return
    columns = case.fleet.columns
    m.connected = pyo.Var(m.years, domain=pyo.Binary)
    if grid is not None:
        m.connects = pyo.Constraint(
            m.years, rule=lambda m, y: m.installed[grid, y] <= 2.0 * columns[grid].most * m.connected[y]
        )
    m.land = pyo.Constraint(
        m.years,
        rule=lambda m, y: (
            sum(columns[c].acres_each * m.installed[c, y] for c in m.fleet)
            + case.project.grid.substation_acres * m.connected[y]
            <= limits.land_limit_acres - limits.reserved_land_acres + give(m, "land")
        ),
    )
