"""The worked example of P5: a campus that must run from 2028 and gets the grid some time from 2030 to 2033."""

from __future__ import annotations

from datetime import date

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.catalogue.rental import rental_equipment, rental_offers, resale_values
from bvnexus_xl.inputs.bridge import Bridge
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Site, Study

_CONTROL = "SCR + oxidation catalyst"


def bridge_project() -> Project:
    """A 120 MW campus from 2028, on hired units first, then own engines, then the grid in two steps.

    Gas at 5.65 $/MMBtu delivered makes own engines dearer to run than the grid's all-in price, the hired turbine must
    leave after 24 months, and no NOx permit holds hired units for long: there is a reason to move.
    """
    loads = {2028: 60.0, 2029: 90.0}
    years = range(2028, 2036)
    equipment = [row for row in default_equipment() if row.name in ("Recip 18.3 MW", "Battery")]
    return Project(
        study=Study(
            project_name="Catawba AI campus",
            problem="P5",
            first_year=2028,
            analysis_years=len(years),
            decision_date=date(2027, 1, 1),
        ),
        site=Site(),
        load=Load(trajectory=tuple(LoadYear(year=year, contracted_mw=loads.get(year, 120.0)) for year in years)),
        equipment=(*equipment, *rental_equipment()),
        emission_controls=tuple(
            row for row in default_controls() if row.model == "Recip 18.3 MW" and row.control == _CONTROL
        ),
        grid=Grid(
            grid_enabled=True,
            energisation_date=date(2031, 7, 1),
            grid_energy_price_usd_per_mwh=38.0,
            demand_charge_usd_per_kw_month=7.0,
            standby_charge_usd_per_kw_month=1.0,
            import_limits=(
                GridYear(year=2031, import_limit_mw=70.0),
                *(GridYear(year=year, import_limit_mw=150.0) for year in range(2032, 2036)),
            ),
        ),
        bridge=Bridge(
            energisation_p10_date=date(2030, 4, 1),
            energisation_p90_date=date(2033, 10, 1),
            date_known_month=18,
            backup_need_mw=40.0,
            rental_offers=rental_offers(),
            resale=resale_values(),
        ),
        constraints=Constraints(
            nox_limit_tpy=245.0,
            co_limit_tpy=245.0,
            gas_limit_mcf_per_day=60_000.0,
            land_limit_acres=200.0,
            reserved_land_acres=60.0,
            import_is_contingency=False,
        ),
        finance=Finance(gas_price_usd_per_mmbtu=5.20, gas_transport_usd_per_mmbtu=0.45),
    )
