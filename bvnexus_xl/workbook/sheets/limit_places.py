"""The input cell that sets a limit: its address for people, and where a link to it leads."""

from __future__ import annotations

from bvnexus_xl.conflict import Give
from bvnexus_xl.fleet import slug
from bvnexus_xl.flexibility import class_position
from bvnexus_xl.inputs.checks import Loc
from bvnexus_xl.inputs.field_specs import field_specs
from bvnexus_xl.inputs.loading import SECTIONS
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit
from bvnexus_xl.workbook.locations import Locations, template_locations

SCALAR_FIELDS = frozenset(spec.name for model in SECTIONS.values() for spec in field_specs(model))


class LimitPlaces:
    """Places of limits in one workbook.

    Args:
        project: the project.
        locations: where its parts stand in the user's workbook; without it, in a fresh template.
    """

    def __init__(self, project: Project, locations: Locations | None = None) -> None:
        self._project = project
        self._locations = locations or template_locations(project)

    def cell(self, limit: Limit) -> str:
        """``Constraints!C14``; for a limit of one model or of one year, its cell in the table that holds it."""
        if limit.field in SCALAR_FIELDS:
            return self._locations.limit_cell(limit.field)
        sheet, cell = self._locations.locate((*self._row(limit), limit.field))
        return f"{sheet}!{cell}"

    def of_give(self, give: Give) -> str:
        """Cell of a limit that must give: a field of the site, of a model's row, or the first row of granted import."""
        if give.field in SCALAR_FIELDS:
            return self._locations.limit_cell(give.field)
        if give.model:
            row: Loc = "equipment", next(n for n, r in enumerate(self._project.equipment) if r.name == give.model)
        else:
            row = "grid", "import_limits", 0
        sheet, cell = self._locations.locate((*row, give.field))
        return f"{sheet}!{cell}"

    def link(self, limit: Limit) -> str:
        """Formula that shows the cell and leads to it; by its name where it has one, so that it may be moved."""
        cell = self.cell(limit)
        return f'=HYPERLINK("#{limit.field if limit.field in SCALAR_FIELDS else cell}","{cell}")'

    def _row(self, limit: Limit) -> Loc:
        """Row of the year of granted import, of a flexible class, or of the model of ``run_hours:<asset key>``."""
        if limit.name == "import":
            years = [row.year for row in self._project.grid.import_limits]
            return "grid", "import_limits", years.index(limit.year)
        if limit.name.startswith("flex_"):
            return "load", "workload_mix", class_position(limit.name.partition(":")[2])
        model = limit.name.partition(":")[2].partition("+")[0]
        return "equipment", next(n for n, row in enumerate(self._project.equipment) if slug(row.name) == model)
