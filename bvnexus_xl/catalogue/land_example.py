"""The worked example of P3: a site with the limits of a minor source, one gas tap and 500 acres."""

from __future__ import annotations

from datetime import date

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Site, Study

_MODELS = ("Recip 18.3 MW", "Battery", "Solar PV")
_YEARS = range(2029, 2034)


def land_development_project() -> Project:
    """NOx and CO 100 tpy, 50,000 mcf/day, 500 acres, 80 of them for halls and setbacks; spinning and planned N-1.

    The trajectory asks for a flat 200 MW over five years: P3 scales it. 25 MW of import come in the third year.
    """
    return Project(
        study=Study(
            project_name="Land at Greensboro",
            problem="P3",
            first_year=_YEARS[0],
            analysis_years=len(_YEARS),
            decision_date=date(2027, 1, 1),
        ),
        site=Site(),
        load=Load(trajectory=tuple(LoadYear(year=year, contracted_mw=200.0) for year in _YEARS)),
        equipment=tuple(row for row in default_equipment() if row.name in _MODELS),
        emission_controls=tuple(row for row in default_controls() if row.model in _MODELS),
        grid=Grid(
            grid_enabled=True,
            energisation_date=date(2031, 1, 1),
            import_limits=tuple(GridYear(year=year, import_limit_mw=25.0) for year in _YEARS if year >= 2031),
        ),
        constraints=Constraints(reserved_land_acres=80.0, import_is_contingency=False),
    )
