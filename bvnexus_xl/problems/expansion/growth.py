"""Added load by year, and the project as it is with that load.

load of year y = contracted load of y + added · shape[y]          shape is 1 in the year of the highest load
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.load import LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.load import load_by_year

Array = NDArray[np.float64]


def base_mw(project: Project) -> Array:
    """Contracted load of each year without added load, MW as on sheet Load, [Y]."""
    contracted = {row.year: row.contracted_mw for row in project.load.trajectory}
    return np.array([contracted[year] for year in project.years])


def growth_shape(project: Project) -> Array:
    """MW added in each year per MW of added load, [Y]: highest 1, zero before load is added."""
    rules, base = project.expansion, base_mw(project)
    start = rules.added_load_from_year or project.years[0]
    shape = np.where(np.array(project.years) >= start, 1.0 if rules.added_load_shape == "flat" else base, 0.0)
    return np.asarray(shape / shape.max())


def grown(project: Project, added_mw: float) -> Project:
    """The project with its load trajectory raised."""
    raised = base_mw(project) + added_mw * growth_shape(project)
    years = [
        LoadYear.model_construct(year=year, contracted_mw=float(mw))
        for year, mw in zip(project.years, raised, strict=True)
    ]
    load = project.load.model_copy(update={"trajectory": tuple(years)})
    return project.model_copy(update={"load": load})


def grown_profiles(profiles: Profiles, raised: Project) -> Profiles:
    """The same hours with the load of a raised project: nothing else depends on how much load there is."""
    return replace(profiles, load_mw=load_by_year(raised, profiles.pue))
