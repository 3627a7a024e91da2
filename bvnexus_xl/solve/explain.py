"""An infeasible project explained: the smallest set of limits that must give, and the load that fits as it is."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.conflict import Conflict, FittingLoad
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.solve.elastic import ElasticResult, elastic_relaxation
from bvnexus_xl.solve.events import Resolution
from bvnexus_xl.solve.feasibility import PhaseOne, phase_one
from bvnexus_xl.solve.largest_load import LoadSearch, load_search
from bvnexus_xl.solve.lever_prices import lever_prices
from bvnexus_xl.solve.levers import Lever, levers
from bvnexus_xl.solve.transfer import to_year

Array = NDArray[np.float64]
_WEEKS = 4
_GAP = 2e-3
_MOST_SECONDS = 120.0


def explain_conflict(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    *,
    resolution: Resolution,
    progress: Callable[[str, float], None] = lambda _text, _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Conflict:
    """What an infeasible project would need, and what it could carry.

    Args:
        project: the project.
        fleet: its fleet.
        profiles: its hourly data.
        resolution: ``weeks`` ends with representative weeks (seconds), ``year`` goes on to 8,760 h.
        progress: called with a sentence and the share done.
        cancelled: asked between solves; raises ``solve.evaluate.Cancelled``.
    """
    began = time.perf_counter()
    deadline = began + _MOST_SECONDS
    case, chosen = MasterCase(project, fleet, profiles), levers(project, fleet, profiles)
    progress("Looking for the limits that stop the project", 0.1)
    weeks = phase_one(project, fleet, profiles, representative_weeks(fleet, profiles, _WEEKS), cancelled)
    phase, elastic, search = weeks, *_both(case, weeks, chosen, deadline)
    if resolution == "year":
        progress("Checking them in every hour of the year", 0.5)
        phase = on_axis(weeks, project, fleet, profiles, full_year_axis(), cancelled)
        elastic, search = _both(case, phase, chosen, deadline)
    peaks = profiles.load_mw.max(axis=1)
    share = search.share if search.best is not None else np.zeros(len(peaks))
    loads = zip(project.years, peaks, share, strict=True)
    return Conflict(
        gives=elastic.gives or (),
        proven=elastic.proven,
        possible=elastic.gives is not None,
        loads=tuple(FittingLoad(year, float(peak), float(peak * part)) for year, peak, part in loads),
        stops=tuple(item.lever.label for item in lever_prices(search, case, chosen) if item.binds),
        resolution=resolution,
        seconds=time.perf_counter() - began,
    )


def _both(
    case: MasterCase, phase: PhaseOne, chosen: tuple[Lever, ...], deadline: float
) -> tuple[ElasticResult, LoadSearch]:
    """Least relaxation and largest load on one axis; they share every cut."""
    elastic = elastic_relaxation(case, phase, chosen, deadline=deadline)
    search = load_search(case, phase, together=False, deadline=deadline)
    search.run(_GAP)
    return elastic, search


def on_axis(
    weeks: PhaseOne,
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    axis: TimeAxis,
    cancelled: Callable[[], bool] = lambda: False,
) -> PhaseOne:
    """The feasibility dispatch on the full year, with the cuts that the weeks' multipliers give there."""
    year = phase_one(project, fleet, profiles, axis, cancelled)
    cost = year.prices[:, 0] @ year.dispatch.cost
    for number in sorted(weeks.useful):
        multiplier = weeks.multipliers[number].astype(float)
        year.learn(to_year(weeks.dispatch, year.dispatch, multiplier, cost))
    year.evaluator.start_prices_from(weeks.evaluator)
    return year
