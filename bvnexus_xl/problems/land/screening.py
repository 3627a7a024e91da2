"""P3 in Phase 1: the largest load for which a rule-made design keeps every limit, by bisection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.flexibility import with_flexibility
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.potential import FLEXIBLE_SHARES, TECHNOLOGY_SETS, PotentialCell
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.screening.evaluate import BROKEN, Judge
from bvnexus_xl.screening.rules import first_recipes, make_designs
from bvnexus_xl.site_load import last_year_alone, with_load

_HEADLINE_STEPS, _FIRST_STEPS, _CELL_STEPS = 7, 5, 3
_A_LITTLE_MORE, _MUCH_MORE = 1.02, 1.5
_MOST_DOUBLINGS = 10
_KINDS = {"stores_energy": "storage", "follows_profile": "profile"}


def screened_factor(project: Project, guess: float = 1.0, steps: int = _HEADLINE_STEPS) -> float:
    """Largest factor on the project's trajectory that a lean design carries in every year, within 2^-steps."""
    base = build_profiles(project, build_fleet(project))
    low, high = 0.0, guess
    for _ in range(_MOST_DOUBLINGS):
        if not carries(project, base, high):
            break
        low, high = high, 2.0 * high
    return _bisected(project, base, low, high, steps)


def _bisected(project: Project, base: Profiles, low: float, high: float, steps: int) -> float:
    """Largest factor found between one that is carried and one that is not."""
    for _ in range(steps):
        middle = 0.5 * (low + high)
        if carries(project, base, middle):
            low = middle
        else:
            high = middle
    return low


def _raised(project: Project, factor: float) -> float:
    """Largest factor of a project that carries ``factor``: nearly always the same, seldom half as much again."""
    base = build_profiles(project, build_fleet(project))
    if not carries(project, base, factor * _A_LITTLE_MORE):
        return factor
    return _bisected(project, base, factor * _A_LITTLE_MORE, factor * _MUCH_MORE, _CELL_STEPS)


def carries(project: Project, base: Profiles, factor: float) -> bool:
    """Whether a lean design keeps every limit at a factor on the load of ``base``."""
    scaled = with_load(project, factor)
    fleet = build_fleet(scaled)
    profiles = replace(base, load_mw=base.load_mw * factor)
    judge = Judge(scaled, fleet, profiles)
    recipes = first_recipes(scaled, fleet, profiles)
    if not scaled.constraints.planning_reserve_enabled:
        # the rules add the unit that spinning N-1 needs only as part of the planning reserve
        recipes += [replace(recipe, spare_units=recipe.spare_units + 1) for recipe in recipes]
    designs = make_designs(scaled, fleet, profiles, recipes)
    worst = (int(np.argmax(profiles.load_mw.max(axis=1))),)
    within = judge.worth(designs, worst).breach <= BROKEN
    if not within.any():
        return False
    chosen = np.flatnonzero(within)
    kept = replace(designs, target=designs.target[chosen], grid_priority=designs.grid_priority[chosen])
    return bool((judge.worth(kept).breach <= BROKEN).any())


def screened_matrix(project: Project, progress: Callable[[str, float], None]) -> tuple[PotentialCell, ...]:
    """The matrix by rules, for the last year; each cell begins where its neighbour ended."""
    alone = last_year_alone(project)
    asked = alone.load.trajectory[0].contracted_mw * alone.load.realisation_fraction
    variants = [(label, _only(alone, kinds)) for label, kinds in technology_sets(alone)]
    out = []
    guess = 1.0
    for number, (label, variant) in enumerate(variants):
        progress(f"Capacity matrix: {label}", 0.2 + 0.4 * number / len(variants))
        factor = guess = screened_factor(with_flexibility(variant, 0.0), max(guess, 1e-3), _FIRST_STEPS)
        for share in FLEXIBLE_SHARES:
            factor = _raised(with_flexibility(variant, share), factor) if share > 0.0 else factor
            out.append(PotentialCell(label, share, factor * asked, None, None))
    return tuple(out)


def technology_sets(project: Project) -> tuple[tuple[str, frozenset[str]], ...]:
    """Sets that differ for a project."""
    there = {kind_of_row(row.technology) for row in project.equipment if row.enabled}
    there |= {"grid"} if project.grid.grid_enabled and project.grid.import_limits else set()
    seen: dict[frozenset[str], str] = {}
    for label, kinds in TECHNOLOGY_SETS:
        seen.setdefault(kinds & there, label)
    return tuple((label, kinds) for kinds, label in seen.items() if kinds - {"grid"})


def kind_of_row(technology: str) -> str:
    """``thermal``, ``storage`` or ``profile``."""
    can = TECHNOLOGIES[technology].capabilities
    return next((kind for name, kind in _KINDS.items() if name in can), "thermal")


def _only(project: Project, kinds: frozenset[str]) -> Project:
    rows = tuple(row for row in project.equipment if kind_of_row(row.technology) in kinds)
    names = {row.name for row in rows}
    update: dict[str, Any] = {
        "equipment": rows,
        "emission_controls": tuple(row for row in project.emission_controls if row.model in names),
    }
    if "grid" not in kinds:
        update["grid"] = project.grid.model_copy(update={"grid_enabled": False})
    return project.model_copy(update=update)
