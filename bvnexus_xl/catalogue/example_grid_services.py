"""The worked example of P4: a campus on cheap import, with engines, a battery and flexible computing to sell."""

from __future__ import annotations

from datetime import date

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.catalogue.programmes import default_programmes
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.services import Services
from bvnexus_xl.inputs.site import Site, Study

_FIRST, _YEARS = 2028, 8
_SOLD = ("PJM capacity DR 2027/28", "PJM Synchronised Reserve", "PJM Economic (day-ahead)", "ERCOT 4CP avoidance")
_ENGINE = "Recip 18.3 MW"


def grid_services_project() -> Project:
    """A 240 MW campus in PJM, its grid connection energised, engines of the bridge years still on site.

    Import is cheaper than the engines' gas, so the engines stand by: 14 with SCR and oxidation catalyst, and a battery
    of 60 MW for four hours. A quarter of the computing is flexible. Nothing has to be built. The coincident-peak row of
    the catalogue stands for PJM's transmission tag here, at risk of a pending rule.
    """
    years = range(_FIRST, _FIRST + _YEARS)
    control = next(row.control for row in default_controls() if row.model == _ENGINE and "oxidation" in row.control)
    programmes = tuple(
        row.model_copy(update={"enabled": row.name in _SOLD, "name": row.name.replace("ERCOT 4CP", "Coincident-peak")})
        for row in default_programmes()
    )
    return Project(
        study=Study(
            project_name="Loudoun AI campus",
            problem="P4",
            first_year=_FIRST,
            analysis_years=_YEARS,
            decision_date=date(2027, 7, 1),
        ),
        site=Site(site_name="Loudoun County, VA", latitude_deg=39.1, longitude_deg=-77.6),
        load=Load(
            trajectory=tuple(LoadYear(year=year, contracted_mw=240.0) for year in years),
            workload_flexibility_enabled=True,
        ),
        equipment=default_equipment(),
        emission_controls=default_controls(),
        existing=(
            ExistingRow(model=_ENGINE, control=control, units=14, in_service_year=2025),
            ExistingRow(model=_battery(), power_mw=60.0, energy_mwh=240.0, in_service_year=2026),
        ),
        grid=Grid(
            grid_enabled=True,
            energisation_date=date(_FIRST, 1, 1),
            grid_energy_price_usd_per_mwh=38.0,
            demand_charge_usd_per_kw_month=4.0,
            standby_charge_usd_per_kw_month=0.5,
            interconnection_capex_usd_per_kw=60.0,
            import_limits=tuple(GridYear(year=year, import_limit_mw=220.0) for year in years),
        ),
        services=Services(programmes=programmes),
        constraints=Constraints(import_is_contingency=False),
        finance=Finance(gas_price_usd_per_mmbtu=5.2),
    )


def _battery() -> str:
    """Name of the catalogue's battery."""
    return next(row.name for row in default_equipment() if row.technology == "storage")
