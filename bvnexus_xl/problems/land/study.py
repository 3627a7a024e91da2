"""P3 from project to answer: the largest load, the matrix, and the cheapest plan at that load."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bvnexus_xl.catalogue.technologies import GROUPS
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import cheapest_plan_phase1, cheapest_plan_phase2
from bvnexus_xl.plan import installed
from bvnexus_xl.potential import LandPotential, Worth
from bvnexus_xl.problems.land.screening import screened_factor, screened_matrix
from bvnexus_xl.problems.registry import Progress
from bvnexus_xl.site_load import with_load
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy

_PLAN_AT = 0.999
"""Share of the proven load at which the plan is priced: whole units and caps leave no room at the load itself."""
_MATRIX_WEEKS = 2
_NEARLY_FULL = 0.99


def screen(project: Project, progress: Progress) -> SolvedStudy:
    """Phase 1: rules and bisection; the plan is screened at the load found."""
    began = time.perf_counter()
    progress("Largest load by rules", 0.05)
    factor = screened_factor(project)
    cells = screened_matrix(project, progress)
    seconds = time.perf_counter() - began
    study = cheapest_plan_phase1(with_load(project, factor), lambda text, share: progress(text, 0.6 + 0.4 * share))
    limits = tuple(
        Worth(limit.label, limit.unit, limit.field, "", limit.limit, None, None)
        for limit in {item.name: item for item in study.limits if _full(item.limit, item.used, item.sense)}.values()
    )
    found = LandPotential(
        firm_mw=_peak(project, factor),
        relaxed_mw=None,
        bound_mw=None,
        resolution="",
        asked_mw=_peak(project, 1.0),
        limits=limits,
        cells=cells,
        flexible_share=_flexible(project),
        acres=_acres(study),
        seconds=seconds,
    )
    return replace(study, project=project, finding=found)


def optimise(
    project: Project, progress: Progress, options: Phase2Options, cancelled: Callable[[], bool]
) -> SolvedStudy:
    """Phase 2: proven load, matrix with bounds, and the cheapest plan at the proven load."""
    from bvnexus_xl.solve.site_potential import firm_load, potential_matrix

    began = time.perf_counter()
    progress("Largest load by rules", 0.05)
    guess = max(screened_factor(project), 1.0)
    found = firm_load(
        project,
        guess,
        gap=options.gap,
        weeks=options.weeks,
        resolution=options.resolution,
        seconds=options.time_limit_s / 3.0,
        progress=progress,
        cancelled=cancelled,
    )
    cells = potential_matrix(
        project,
        _peak(project, max(found.bound, guess)) * 1.5,
        weeks=_MATRIX_WEEKS,
        seconds=options.time_limit_s / 3.0,
        progress=progress,
        cancelled=cancelled,
    )
    seconds = time.perf_counter() - began
    at = with_load(project, max(found.factor, 1e-6) * _PLAN_AT)
    study = cheapest_plan_phase2(at, lambda text, share: progress(text, 0.6 + 0.4 * share), options, cancelled)
    answer = LandPotential(
        firm_mw=_peak(project, found.factor),
        relaxed_mw=_peak(project, found.relaxed),
        bound_mw=_peak(project, found.bound),
        resolution=options.resolution,
        asked_mw=_peak(project, 1.0),
        limits=found.limits,
        cells=cells,
        flexible_share=_flexible(project),
        acres=_acres(study),
        seconds=seconds,
    )
    return replace(study, project=project, finding=answer)


def _peak(project: Project, factor: float) -> float:
    load = project.load
    pue = max(load.pue_at_50f, load.pue_at_77f, load.pue_at_95f) if load.load_basis == "IT" else 1.0
    return factor * pue * load.realisation_fraction * max(row.contracted_mw for row in load.trajectory)


def _flexible(project: Project) -> float:
    return float(sum(item.share_of_load for item in flexible_loads(project)))


def _full(limit: float, used: float, sense: str) -> bool:
    return sense == "at_most" and limit > 0.0 and used >= _NEARLY_FULL * limit


def _acres(study: SolvedStudy) -> tuple[tuple[str, float], ...]:
    """Land by use in the last year."""
    in_place = installed(study.fleet, study.plan.builds)[:, -1]
    limits, grid = study.project.constraints, study.fleet.grid_column
    out = {"Halls and setbacks": limits.reserved_land_acres}
    for group in GROUPS:
        used = [c.acres_each * in_place[n] for n, c in enumerate(study.fleet.columns) if c.group == group]
        out[group] = float(np.sum(used))
    connected = grid is not None and in_place[grid] > 1e-9
    out["Substation"] = study.project.grid.substation_acres if connected else 0.0
    left = limits.land_limit_acres - sum(out.values()) if limits.land_limit_enabled else 0.0
    return tuple((name, acres) for name, acres in {**out, "Left over": left}.items() if abs(acres) > 1e-6)
