"""A site with one engine model where water alone limits the load."""

from __future__ import annotations

from bvnexus_xl.inputs.project import Project
from tests.solve.one_engine import one_engine

GALLONS = 325_851.43
"""Of an acre-foot."""


def with_cooling(project: Project, gal_per_mwh: float) -> Project:
    """The project with cooling water per MWh of load."""
    load = project.load.model_copy(update={"cooling_water_gal_per_mwh": gal_per_mwh})
    return project.model_copy(update={"load": load})


def thirsty_site(unit: float, cooling: float, acre_ft: float = 300.0, megawatts: float = 400.0) -> Project:
    """Gallons per MWh of the engine and of the load, acre-feet a year, MW asked for."""
    site = one_engine(
        half_load=1.0,
        megawatts=megawatts,
        row={"water_gal_per_mwh": unit},
        nox_limit_enabled=False,
        gas_limit_enabled=False,
        water_limit_enabled=True,
        water_limit_acre_ft_per_year=acre_ft,
    )
    return with_cooling(site, cooling)
