"""Phase 1: rules, dispatch of every candidate, local search, and the hourly dispatch of the plan chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, existing_builds, installed
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.screening.evaluate import BROKEN, Designs, Judge, Worth
from bvnexus_xl.screening.moves import neighbours
from bvnexus_xl.screening.record import dispatch_plan
from bvnexus_xl.screening.rules import Recipe, first_recipes, make_designs, mixes, variations

Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0 to 1."""
_BLOCK = 200
_FULL_YEARS = 24
_MIXES = 10
_STARTS, _STARTS_LIKE = 3, 2
_ROUNDS = 25
_TRIALS = 16
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
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    progress: Progress = lambda _text, _share: None,
    like: Plan | None = None,
) -> Screening:
    """Cheapest design found that keeps every limit in every year; the least infeasible one where none does.

    Deterministic: the same project gives the same plan. ``like`` is a plan of the same project at another load: only
    its models are tried, and moves are ranked on the key years alone: that takes a fraction of the time.
    """
    judge = Judge(project, fleet, profiles)
    progress("Making designs", 0.0)
    best, order = _candidates(project, fleet, profiles, judge, progress, like)
    found: list[tuple[float, float, Designs]] = []
    models = _models(fleet, best, order)
    starts = _distinct(fleet, best, order)[: _STARTS if like is None else _STARTS_LIKE]
    for number, start in enumerate(starts):
        share = 0.5 + 0.45 * number / _STARTS
        progress(f"Improving design {number + 1} of {_STARTS}", share)
        single = Designs(best.target[start : start + 1], best.grid_priority[start : start + 1])
        found.append(_improve(project, fleet, profiles, judge, single, models, every_year=like is None))
    breach, cost, winner = min(found, key=lambda item: (item[0] if item[0] > BROKEN else 0.0, item[1]))
    progress("Writing the dispatch of the plan", 0.95)
    plan = judge.plan(winner, 0)
    hourly = dispatch_plan(project, fleet, profiles, plan)
    return Screening(plan, hourly, cost, breach if breach > BROKEN else 0.0, judge.designs_tried)


def _candidates(
    project: Project, fleet: Fleet, profiles: Profiles, judge: Judge, progress: Progress, like: Plan | None
) -> tuple[Designs, list[int]]:
    """Every mix lean, then the best mixes in every variation, on the key years; the best of those on every year."""
    years = _key_years(fleet, profiles)
    chosen = _mixes_of(fleet, like) if like is not None else []
    if not chosen:
        lean = first_recipes(project, fleet, profiles)
        order = _rank(project, fleet, profiles, judge, lean, years, progress, 0.0)
        chosen = list(dict.fromkeys(lean[n].mix for n in order))[:_MIXES]
    rich = variations(project, fleet, profiles, chosen)
    order = _rank(project, fleet, profiles, judge, rich, years, progress, 0.2)
    designs = make_designs(project, fleet, profiles, [rich[n] for n in order[:_FULL_YEARS]])
    return designs, [int(n) for n in judge.worth(designs).order()]


def _rank(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    judge: Judge,
    chosen: list[Recipe],
    years: tuple[int, ...],
    progress: Progress,
    done: float,
) -> list[int]:
    """Positions of the recipes from best to worst, judged on the key years."""
    cost, breach = [], []
    for first in range(0, len(chosen), _BLOCK):
        worth = judge.worth(make_designs(project, fleet, profiles, chosen[first : first + _BLOCK]), years)
        cost.append(worth.cost_usd)
        breach.append(worth.breach)
        progress(f"Trying {len(chosen):,} designs", done + 0.2 * min(1.0, (first + _BLOCK) / len(chosen)))
    return [int(n) for n in Worth(np.concatenate(cost), np.concatenate(breach)).order()]


def _mixes_of(fleet: Fleet, plan: Plan) -> list[tuple[tuple[int, float], ...]]:
    """The mix a plan has bought by the end, by MW, and all mixes of its models in every emission control.

    None where it bought no units.
    """
    count = installed(fleet, plan.builds)[fleet.thermal_columns, -1]
    bought = [n for n in range(len(fleet.thermal)) if not fleet.columns[n].existing]
    mw = {n: float(count[n]) * fleet.thermal[n].unit_mw for n in bought if count[n] > 0.5}
    models = {fleet.thermal[n].row.name for n in mw}
    whole = tuple((n, part / sum(mw.values())) for n, part in mw.items())
    return (
        list(dict.fromkeys([whole, *mixes([n for n in bought if fleet.thermal[n].row.name in models])])) if mw else []
    )


def _key_years(fleet: Fleet, profiles: Profiles) -> tuple[int, ...]:
    """The first year of each load or import level or of less existing plant, and the last year."""
    peak, granted = profiles.load_mw.max(axis=1), profiles.import_limit_mw.max(axis=1)
    stands = installed(fleet, existing_builds(fleet, len(peak)))
    levels = np.vstack([peak, granted, stands])
    changed = 1 + np.flatnonzero((np.diff(levels, axis=1) != 0.0).any(axis=0))
    return tuple(sorted({0, *(int(year) for year in changed), len(peak) - 1}))


def _distinct(fleet: Fleet, designs: Designs, order: list[int]) -> list[int]:
    """Starts of the local search: the best designs whose sets of models differ."""
    seen: set[tuple[int, ...]] = set()
    starts = []
    for number in order:
        models = tuple(int(n) for n in np.flatnonzero(designs.target[number, fleet.thermal_columns, -1] > 0))
        if models not in seen:
            seen.add(models)
            starts.append(number)
        if len(starts) == _STARTS:
            break
    return starts


def _models(fleet: Fleet, designs: Designs, order: list[int]) -> list[int]:
    """Thermal assets that appear in the better half of the full-year candidates and may be bought."""
    better = order[: max(1, len(order) // 2)]
    used = designs.target[better][:, fleet.thermal_columns].max(axis=(0, 2))
    return [int(n) for n in np.flatnonzero(used > 0) if not fleet.columns[n].existing]


def _improve(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    judge: Judge,
    design: Designs,
    models: list[int],
    *,
    every_year: bool,
) -> tuple[float, float, Designs]:
    """Steepest descent: rank all moves, take every one that still helps after the better ones, until none does.

    Moves are ranked on the key years, which is quick; once that finds nothing more, on every year where asked to.
    """
    peak, years = profiles.load_mw.max(axis=1), _key_years(fleet, profiles)
    here = judge.worth(design)
    breach, cost = float(here.breach[0]), float(here.cost_usd[0])
    looks_at_all = False
    for _ in range(_ROUNDS):
        around = neighbours(project, fleet, design.target[0], design.grid_priority[0], models, peak, judge.reserve)
        if not len(around):
            break
        view = None if looks_at_all else years
        worth, now = judge.worth(around, view), judge.worth(design, view)
        promising = [
            n for n in worth.order() if _better(worth.breach[n], worth.cost_usd[n], now.breach[0], now.cost_usd[0])
        ]
        before, base = (breach, cost), design
        for number in promising[:_TRIALS]:
            merged = _combine(design, base, around, number)
            trial = judge.worth(merged)
            if _better(float(trial.breach[0]), float(trial.cost_usd[0]), breach, cost):
                design, breach, cost = merged, float(trial.breach[0]), float(trial.cost_usd[0])
        gained = _better(breach, cost, *before)
        if not gained and (looks_at_all or not every_year):
            break
        looks_at_all = not gained
    return breach, cost, design


def _combine(design: Designs, base: Designs, around: Designs, number: int) -> Designs:
    """``design`` with the move that leads from ``base`` to the numbered neighbour."""
    move = slice(number, number + 1)
    return Designs(
        np.maximum(design.target + around.target[move] - base.target, 0.0),
        design.grid_priority ^ around.grid_priority[move] ^ base.grid_priority,
    )


def _better(breach: float, cost: float, old_breach: float, old_cost: float) -> bool:
    if breach <= BROKEN and old_breach <= BROKEN:
        return cost < old_cost * (1.0 - _GAIN)
    return max(breach, BROKEN) < max(old_breach, BROKEN) * (1.0 - _GAIN)
