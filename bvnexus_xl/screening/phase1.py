"""Phase 1: rules, dispatch of every candidate, local search, and the hourly dispatch of the plan chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, effective
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.screening.evaluate import BROKEN, Designs, Judge, Worth
from bvnexus_xl.screening.moves import neighbours
from bvnexus_xl.screening.record import record_year
from bvnexus_xl.screening.rules import Recipe, make_designs, recipes

Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0 to 1."""
_BLOCK = 200
_FULL_YEARS = 24
_STARTS = 3
_ROUNDS = 25
_GAIN = 1e-5


@dataclass(frozen=True, slots=True)
class Screening:
    """The plan Phase 1 chose.

    ``breach`` is 0 where every limit holds; else the sum of shares by which the least infeasible design breaks them.
    """

    plan: Plan
    dispatches: tuple[HourlyDispatch, ...]
    cost_usd: float
    breach: float
    designs_tried: int


def screen_project(
    project: Project, fleet: Fleet, profiles: Profiles, progress: Progress = lambda _text, _share: None
) -> Screening:
    """Cheapest design found that keeps every limit in every year; the least infeasible one where none does.

    Deterministic: the same project gives the same plan.
    """
    judge = Judge(project, fleet, profiles)
    progress("Making designs", 0.0)
    best, worth, order = _candidates(project, fleet, profiles, judge, progress)
    found: list[tuple[float, float, Designs]] = []
    models = _models(fleet, best, order)
    for number, start in enumerate(_distinct(fleet, best, order)):
        share = 0.5 + 0.45 * number / _STARTS
        progress(f"Improving design {number + 1} of {_STARTS}", share)
        single = Designs(best.target[start : start + 1], best.grid_priority[start : start + 1])
        found.append(_improve(project, fleet, profiles, judge, single, models))
    breach, cost, winner = min(found, key=lambda item: (item[0] if item[0] > BROKEN else 0.0, item[1]))
    progress("Writing the dispatch of the plan", 0.95)
    plan = judge.plan(winner, 0)
    able = effective(fleet, plan.builds)
    hourly = tuple(
        record_year(judge.screen, year, able[:, year], plan.grid_priority[year]) for year in range(len(project.years))
    )
    return Screening(plan, hourly, cost, breach if breach > BROKEN else 0.0, judge.designs_tried)


def _candidates(
    project: Project, fleet: Fleet, profiles: Profiles, judge: Judge, progress: Progress
) -> tuple[Designs, Worth, list[int]]:
    """All recipes on the key years, the best of them on every year."""
    chosen: list[Recipe] = recipes(project, fleet, profiles)
    years = _key_years(profiles)
    cost, breach = [], []
    for first in range(0, len(chosen), _BLOCK):
        part = make_designs(project, fleet, profiles, chosen[first : first + _BLOCK])
        worth = judge.worth(part, years)
        cost.append(worth.cost_usd)
        breach.append(worth.breach)
        progress(f"Trying {len(chosen):,} designs", 0.45 * min(1.0, (first + _BLOCK) / len(chosen)))
    rough = Worth(np.concatenate(cost), np.concatenate(breach))
    top = [chosen[n] for n in rough.order()[:_FULL_YEARS]]
    designs = make_designs(project, fleet, profiles, top)
    worth = judge.worth(designs)
    return designs, worth, [int(n) for n in worth.order()]


def _key_years(profiles: Profiles) -> tuple[int, ...]:
    """The first year of each load or import level, and the last year."""
    peak, granted = profiles.load_mw.max(axis=1), profiles.import_limit_mw.max(axis=1)
    years = [0] + [y for y in range(1, len(peak)) if peak[y] != peak[y - 1] or granted[y] != granted[y - 1]]
    return tuple(sorted({*years, len(peak) - 1}))


def _distinct(fleet: Fleet, designs: Designs, order: list[int]) -> list[int]:
    """Starts of the local search: the best designs whose sets of models differ."""
    seen: set[tuple[int, ...]] = set()
    starts = []
    for number in order:
        models = tuple(np.flatnonzero(designs.target[number, fleet.thermal_columns, -1] > 0))
        if models not in seen:
            seen.add(models)
            starts.append(number)
        if len(starts) == _STARTS:
            break
    return starts


def _models(fleet: Fleet, designs: Designs, order: list[int]) -> list[int]:
    """Thermal assets that appear in the better half of the full-year candidates."""
    better = order[: max(1, len(order) // 2)]
    used = designs.target[better][:, fleet.thermal_columns].max(axis=(0, 2))
    return [int(n) for n in np.flatnonzero(used > 0)]


def _improve(
    project: Project, fleet: Fleet, profiles: Profiles, judge: Judge, design: Designs, models: list[int]
) -> tuple[float, float, Designs]:
    """Steepest descent: try all moves, take every one that still helps after the better ones, until none does."""
    peak = profiles.load_mw.max(axis=1)
    here = judge.worth(design)
    breach, cost = float(here.breach[0]), float(here.cost_usd[0])
    for _ in range(_ROUNDS):
        around = neighbours(project, fleet, design.target[0], design.grid_priority[0], models, peak)
        if not len(around):
            break
        worth = judge.worth(around)
        before = (breach, cost)
        base = design
        for number in worth.order()[:12]:
            merged = Designs(
                np.maximum(design.target + around.target[number : number + 1] - base.target, 0.0),
                design.grid_priority ^ around.grid_priority[number : number + 1] ^ base.grid_priority,
            )
            trial = judge.worth(merged)
            if _better(float(trial.breach[0]), float(trial.cost_usd[0]), breach, cost):
                design, breach, cost = merged, float(trial.breach[0]), float(trial.cost_usd[0])
        if not _better(breach, cost, *before):
            break
    return breach, cost, design


def _better(breach: float, cost: float, old_breach: float, old_cost: float) -> bool:
    if breach <= BROKEN and old_breach <= BROKEN:
        return cost < old_cost * (1.0 - _GAIN)
    return max(breach, BROKEN) < max(old_breach, BROKEN) * (1.0 - _GAIN)
