"""Worked examples, one project per problem; ``workbook_templates/`` is generated from them."""

from __future__ import annotations

from datetime import date

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Site, Study

_PRICED: dict[str, dict[str, float]] = {"storage": {"capex_usd_per_kw": 180.0, "capex_usd_per_kwh": 236.0}}
"""Quoted prices that replace the catalogue's, by technology (seed: 236 $/kWh)."""
_ENGINE_PERMIT = {"nox_lb_per_mwh": 0.14, "co_lb_per_mwh": 0.12}
"""Permitted rates of the controlled engine (dossier §1a: NOx 0.07-0.14, CO 0.10-0.15 lb/MWh)."""


def greenfield_project() -> Project:
    """A 600 MW campus in four phases, gas first, the grid late.

    Limits that bind here and there and yet let the load be served: NOx and CO as synthetic minor caps below the
    250 tpy PSD threshold with SCR to choose, 120,000 mcf/day of gas, 900 acres. Engine controls are permitted at the
    middle of the dossier's range; the grid comes by two circuits, so its loss is no single contingency.
    """
    study = Study(project_name="Piedmont AI campus", first_year=2029, decision_date=date(2027, 1, 1))
    phases = {2029: 150.0, 2030: 300.0, 2032: 450.0, 2034: 600.0}
    level, trajectory = 0.0, []
    for year in range(2029, 2044):
        level = phases.get(year, level)
        trajectory.append(LoadYear(year=year, contracted_mw=level))
    return Project(
        study=study,
        site=Site(),
        load=Load(trajectory=tuple(trajectory)),
        equipment=tuple(row.model_copy(update=_PRICED.get(row.technology, {})) for row in default_equipment()),
        emission_controls=tuple(
            row.model_copy(update=_ENGINE_PERMIT)
            if row.model == "Recip 18.3 MW" and "oxidation" in row.control
            else row
            for row in default_controls()
        ),
        grid=Grid(
            grid_enabled=True,
            energisation_date=date(2034, 1, 1),
            grid_energy_price_usd_per_mwh=48.0,
            demand_charge_usd_per_kw_month=9.0,
            standby_charge_usd_per_kw_month=1.5,
            import_limits=tuple(GridYear(year=year, import_limit_mw=75.0) for year in range(2034, 2044)),
        ),
        constraints=Constraints(
            nox_limit_tpy=245.0,
            co_limit_tpy=245.0,
            gas_limit_mcf_per_day=120_000.0,
            land_limit_acres=900.0,
            reserved_land_acres=60.0,
            import_is_contingency=False,
        ),
        finance=Finance(gas_price_usd_per_mmbtu=4.60, gas_transport_usd_per_mmbtu=0.45),
    )
