"""Small projects for tests: quick to solve, every number chosen."""

from __future__ import annotations

from datetime import date
from typing import Any

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Study

RECIP, AERO, FRAME, FUEL_CELL, DIESEL, BATTERY, SOLAR = default_equipment()


def small_project(
    years: int = 2,
    megawatts: float = 60.0,
    equipment: tuple[EquipmentRow, ...] = (RECIP, BATTERY, SOLAR),
    constraints: dict[str, Any] | None = None,
    finance: dict[str, Any] | None = None,
    **parts: Any,
) -> Project:
    """A project of a few years at one load level, with engines, a battery and the sun."""
    study = Study(project_name="Test", analysis_years=years, decision_date=date(2025, 1, 1))
    names = {row.name for row in equipment}
    given: dict[str, Any] = {
        "study": study,
        "load": Load(trajectory=tuple(LoadYear(year=2029 + n, contracted_mw=megawatts) for n in range(years))),
        "equipment": equipment,
        "emission_controls": tuple(row for row in default_controls() if row.model in names),
        "constraints": Constraints(**(constraints or {})),
        "finance": Finance(**(finance or {})),
    }
    return Project(**{**given, **parts})
