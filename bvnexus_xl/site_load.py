"""A project at another load: the trajectory scaled, or its last year alone."""

from __future__ import annotations

from bvnexus_xl.inputs.project import Project


def with_load(project: Project, factor: float) -> Project:
    """The project with every year of its trajectory scaled."""
    rows = tuple(
        row.model_copy(update={"contracted_mw": row.contracted_mw * factor}) for row in project.load.trajectory
    )
    return project.model_copy(update={"load": project.load.model_copy(update={"trajectory": rows})})


def last_year_alone(project: Project) -> Project:
    """The project's last year as its only one: everything that lead times allow by then may stand."""
    last = project.years[-1]
    study = project.study.model_copy(update={"first_year": last, "analysis_years": 1})
    rows = tuple(row for row in project.load.trajectory if row.year == last)
    grid = project.grid.model_copy(
        update={"import_limits": tuple(row for row in project.grid.import_limits if row.year == last)}
    )
    load = project.load.model_copy(update={"trajectory": rows})
    return project.model_copy(update={"study": study, "load": load, "grid": grid})
