"""``Project``: everything a study needs, validated, frozen."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, Literal

from bvnexus_xl.catalogue.equipment import default_controls, default_equipment
from bvnexus_xl.catalogue.programmes import default_programmes
from bvnexus_xl.files.named import found_path
from bvnexus_xl.inputs.bridge import Bridge
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.equipment import EmissionControl, EquipmentRow
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.expansion import Expansion
from bvnexus_xl.inputs.fields import Section, rows
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.scenarios import ScenarioRow, TornadoRow
from bvnexus_xl.inputs.series import Series
from bvnexus_xl.inputs.services import Services
from bvnexus_xl.inputs.site import Site, Study

TEMPLATE_VERSION = 2
"""Version of the workbook template; an older workbook is moved to it by ``bvnexus-xl migrate``, a newer one refused."""


BESIDE_THE_STUDY = ("scenarios", "tornado")
"""Parts that say what else to run and do not change the study itself."""


class Project(Section):
    """One study. ``inputs.loading.load_project`` builds it from raw data and reports every fault at once."""

    schema_version: Literal[1] = 1
    study: Study = Study()
    site: Site = Site()
    load: Load
    equipment: tuple[EquipmentRow, ...] = rows(label="Equipment", fewest=1, most=30)
    emission_controls: tuple[EmissionControl, ...] = rows((), label="Emission controls", most=60)
    existing: tuple[ExistingRow, ...] = rows(
        (), label="Existing plant", most=20, note="What stands before the first year"
    )
    grid: Grid = Grid()
    expansion: Expansion = Expansion()
    bridge: Bridge = Bridge()
    services: Services = Services()
    constraints: Constraints = Constraints()
    finance: Finance = Finance()
    series: Series = Series()
    scenarios: tuple[ScenarioRow, ...] = rows(
        (),
        label="Scenarios",
        most=100,
        note="Changes to the base case, named by field, or by table, row and field as in "
        "equipment[Battery].capex_usd_per_kw. Run: bvnexus-xl sweep FILE",
    )
    tornado: tuple[TornadoRow, ...] = rows(
        (),
        label="Tornado",
        most=20,
        note="Each input alone at its low and its high value; no rows: a usual list. "
        "Run: bvnexus-xl sweep FILE --tornado",
    )

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years analysed."""
        return tuple(range(self.study.first_year, self.study.first_year + self.study.analysis_years))

    def to_json(self) -> str:
        """The project as JSON; ``read_json`` gives back an equal project where the files it names are the same."""
        return self.model_dump_json(indent=1, exclude={"series": {"attached"}})

    def whole_json(self) -> str:
        """The project as JSON with what was read from files, for a process that cannot see them."""
        return self.model_dump_json()

    def input_hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the canonical JSON: the same inputs, the same hash.

        What was read from files counts, the folder they lie in does not. Scenarios are left out: they change other
        studies, not this one.
        """
        beside: dict[str, Any] = dict.fromkeys(BESIDE_THE_STUDY, True)
        text = self.model_dump_json(exclude={**beside, "series": {"attached": {"folder"}}})
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def moved_to(self, folder: Path) -> Project:
        """The project for a file in another folder: relative names of files are rewritten so that they still lead."""
        before = Path(self.series.attached.folder)
        if not self.series.attached.folder or before == folder:
            return self
        names = {field: getattr(self.site, field) for field in ("weather_file", "series_file")}
        changed = {field: _led_from(name, before, folder) for field, name in names.items() if name is not None}
        read = {field: name for field, name in changed.items() if getattr(self.series.attached, field) is not None}
        attached = self.series.attached.model_copy(update={**read, "folder": str(folder)})
        return self.model_copy(
            update={
                "site": self.site.model_copy(update=changed),
                "series": self.series.model_copy(update={"attached": attached}),
            }
        )


def _led_from(name: str, before: Path, folder: Path) -> str:
    """A name that leads from ``folder`` to the file it led to from ``before``; absolute where no relative one can."""
    path = found_path(name, before)
    if Path(name.strip().strip('"')).is_absolute():
        return name
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return str(path)


def default_project() -> Project:
    """The project of an untouched template: the defaults on a flat 100 MW load."""
    study = Study()
    years = range(study.first_year, study.first_year + study.analysis_years)
    return Project(
        study=study,
        load=Load(trajectory=tuple(LoadYear(year=year, contracted_mw=100.0) for year in years)),
        equipment=default_equipment(),
        emission_controls=default_controls(),
        services=Services(programmes=default_programmes()),
    )
