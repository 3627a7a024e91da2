"""P3 in Phase 2: the largest firm load of a site with its bound, and the matrix, one pool of cuts for all its cells."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.flexibility import with_flexibility
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.potential import FLEXIBLE_SHARES, TECHNOLOGY_SETS, PotentialCell, Worth
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.profiles.time_axis import full_year_axis
from bvnexus_xl.site_load import last_year_alone, with_load
from bvnexus_xl.solve.events import Resolution
from bvnexus_xl.solve.explain import on_axis
from bvnexus_xl.solve.feasibility import PhaseOne, phase_one
from bvnexus_xl.solve.flexible_level import with_flexible_parameter
from bvnexus_xl.solve.largest_load import LoadSearch, committed_share, load_search
from bvnexus_xl.solve.lever_prices import LeverPrice, lever_prices
from bvnexus_xl.solve.levers import levers

Array = NDArray[np.float64]
Report = Callable[[str, float], None]
_ROOM = 1.3
_DOUBLINGS = 6
_FULL = 0.97
"""A search that reaches this share of the load it may claim is done again with more."""
_MATRIX_GAP = 5e-3


@dataclass(frozen=True, eq=False)
class FirmLoad:
    """The largest firm load of a project.

    Attributes:
        factor: multiple of the project's load with whole units running in every hour.
        relaxed, bound: with parts of units running; no plan carries more.
        builds: equipment that carries it, [C, Y], in the columns of ``fleet``.
        limits: what stops it.
    """

    factor: float
    relaxed: float
    bound: float
    builds: Array
    fleet: Fleet
    limits: tuple[Worth, ...]


def firm_load(
    project: Project,
    first_guess: float,
    *,
    gap: float,
    weeks: int,
    resolution: Resolution,
    seconds: float,
    progress: Report,
    cancelled: Callable[[], bool],
) -> FirmLoad:
    """Largest factor on the project's trajectory that a plan in whole units serves in every year.

    Args:
        project: the site with its trajectory, whose shape is kept.
        first_guess: a factor to begin with.
        gap: relative gap between bound and relaxed load.
        weeks: representative weeks.
        resolution: axis of the proof.
        seconds: wall time after which the best so far is returned.
        progress: called with a sentence and the share done.
        cancelled: asked between solves.
    """
    deadline, room = time.perf_counter() + seconds, first_guess * _ROOM
    for _ in range(_DOUBLINGS):
        case, search = _weeks_search(with_load(project, room), weeks, deadline, progress, cancelled)
        search.run(gap)
        if search.upper < _FULL:
            break
        room *= 2.0
    if resolution == "year" and search.best is not None:
        progress("Largest load in every hour of the year", 0.35)
        phase = on_axis(search.phase, case.project, case.fleet, case.profiles, full_year_axis(), cancelled)
        search = load_search(case, phase, together=True, deadline=deadline)
        search.run(gap)
    if search.best is None:
        return FirmLoad(0.0, 0.0, max(search.upper, 0.0) * room, np.zeros((0, 0)), case.fleet, ())
    held = committed_share(search)
    chosen = levers(case.project, case.fleet, case.profiles)
    limits = tuple(worth(item) for item in lever_prices(search, case, chosen) if item.binds)
    return FirmLoad(
        room * float(held.min()), room * search.lower, room * search.upper, search.best.builds, case.fleet, limits
    )


def _weeks_search(
    project: Project, weeks: int, deadline: float, progress: Report, cancelled: Callable[[], bool]
) -> tuple[MasterCase, LoadSearch]:
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    phase = phase_one(project, fleet, profiles, representative_weeks(fleet, profiles, weeks), cancelled)
    case, peak = MasterCase(project, fleet, profiles), float(profiles.load_mw.max())

    def report(stage: str, upper: float, lower: float) -> None:
        progress(f"Largest load, {stage}: {lower * peak:,.1f} MW, at most {upper * peak:,.1f} MW", 0.2)

    return case, load_search(case, phase, together=True, deadline=deadline, report=report)


def worth(price: LeverPrice) -> Worth:
    """A limit's price as the answer shows it."""
    lever = price.lever
    return Worth(lever.label, lever.unit, lever.field, lever.model, lever.value, price.mw_per_unit, price.elasticity)


class Matrix:
    """The matrix of a site in its last year: one compiled dispatch, one pool of cuts, a master for each cell.

    Args:
        project: the site.
        most_mw: load that no cell exceeds by much; cells that do are searched again with more room.
        weeks: representative weeks.
        cancelled: asked between solves.
    """

    def __init__(self, project: Project, most_mw: float, weeks: int, cancelled: Callable[[], bool]) -> None:
        alone = last_year_alone(project)
        factor = most_mw / max(alone.load.trajectory[0].contracted_mw, 1e-9)
        self.project = with_flexibility(with_load(alone, factor), FLEXIBLE_SHARES[-1])
        self.fleet = build_fleet(self.project)
        self.profiles = build_profiles(self.project, self.fleet)
        axis = representative_weeks(self.fleet, self.profiles, weeks)
        self.phase = phase_one(
            self.project, self.fleet, self.profiles, axis, cancelled, prepare=with_flexible_parameter
        )
        self.peak = float(self.profiles.load_mw.max())

    def fresh(self, cancelled: Callable[[], bool] = lambda: False) -> PhaseOne:
        """The same dispatch without any cut, for comparison."""
        axis = self.phase.case.axis
        return phase_one(self.project, self.fleet, self.profiles, axis, cancelled, prepare=with_flexible_parameter)

    def cell(self, label: str, allowed: frozenset[str], share: float, deadline: float) -> PotentialCell:
        """One cell; its cuts stay for the next."""
        case = MasterCase(self.project, self.only(allowed), self.profiles)
        search = load_search(case, self.phase, together=True, deadline=deadline, flexible=share / FLEXIBLE_SHARES[-1])
        search.run(_MATRIX_GAP)
        chosen = levers(self.project, case.fleet, self.profiles)
        binding = [item for item in lever_prices(search, case, chosen) if item.binds]
        found = max(search.lower, 0.0)
        return PotentialCell(
            label, share, self.peak * found, self.peak * search.upper, worth(binding[0]) if binding else None
        )

    def only(self, allowed: frozenset[str]) -> Fleet:
        """The fleet with nothing to build outside the allowed kinds; columns keep their places."""
        columns = tuple(
            column if kind_of(self.fleet, n) in allowed else replace(column, most=0.0)
            for n, column in enumerate(self.fleet.columns)
        )
        return replace(self.fleet, columns=columns)


def kind_of(fleet: Fleet, column: int) -> str:
    """``thermal``, ``storage``, ``profile`` or ``grid``."""
    if column == fleet.grid_column:
        return "grid"
    if column < len(fleet.thermal):
        return "thermal"
    return "storage" if column < len(fleet.thermal) + 2 * len(fleet.storage) else "profile"


def technology_sets(fleet: Fleet) -> tuple[tuple[str, frozenset[str]], ...]:
    """Sets of the matrix that differ for a fleet: a kind it does not have makes no row of its own."""
    there = {kind_of(fleet, n) for n in range(len(fleet.columns))}
    seen: dict[frozenset[str], str] = {}
    for label, kinds in TECHNOLOGY_SETS:
        seen.setdefault(kinds & there, label)
    return tuple((label, kinds) for kinds, label in seen.items() if kinds)


def potential_matrix(
    project: Project, most_mw: float, *, weeks: int, seconds: float, progress: Report, cancelled: Callable[[], bool]
) -> tuple[PotentialCell, ...]:
    """Every cell, in the order of technology sets and flexible shares."""
    matrix = Matrix(project, most_mw, weeks, cancelled)
    sets = technology_sets(matrix.fleet)
    deadline, out = time.perf_counter() + seconds, []
    for number, (label, kinds) in enumerate(sets):
        for share in FLEXIBLE_SHARES:
            progress(f"Capacity matrix: {label}, {share:.0%} flexible", 0.4 + 0.2 * number / len(sets))
            out.append(matrix.cell(label, kinds, share, deadline))
    return tuple(out)
