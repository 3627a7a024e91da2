"""The worked example of P2: a campus on old engines that wants to grow under a ceiling of levelised cost."""

from __future__ import annotations

from datetime import date

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.expansion import Expansion
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Study

_MODELS = ("Recip 18.3 MW", "Battery", "Solar PV")


def brownfield_project() -> Project:
    """80 MW on six engines, two of them old, and a battery; how much more fits under 75 $/MWh for the whole site?

    Cheap energy of plant that is paid for is diluted by dear energy of new plant: the average rises with the load until
    it meets the ceiling. The two old engines leave in 2033 and may leave earlier.
    """
    years = range(2029, 2039)
    study = Study(
        project_name="Old Mill campus",
        problem="P2",
        first_year=2029,
        analysis_years=len(years),
        decision_date=date(2026, 7, 1),
    )
    return Project(
        study=study,
        load=Load(trajectory=tuple(LoadYear(year=year, contracted_mw=80.0) for year in years)),
        equipment=tuple(row for row in default_equipment() if row.name in _MODELS),
        emission_controls=tuple(row for row in default_controls() if row.model in _MODELS),
        existing=(
            ExistingRow(
                model="Recip 18.3 MW", control="SCR", units=4, in_service_year=2019, book_value_usd=62_000_000.0
            ),
            ExistingRow(
                model="Recip 18.3 MW", units=2, in_service_year=2008, book_value_usd=6_000_000.0, may_retire=True
            ),
            ExistingRow(
                model="Battery", power_mw=20.0, energy_mwh=20.0, in_service_year=2025, book_value_usd=5_000_000.0
            ),
        ),
        expansion=Expansion(lcoe_ceiling_usd_per_mwh=75.0, most_added_mw=400.0),
        constraints=Constraints(nox_limit_tpy=245.0, co_limit_tpy=245.0, land_limit_acres=120.0),
        finance=Finance(gas_price_usd_per_mmbtu=4.60, gas_transport_usd_per_mmbtu=0.45),
    )
