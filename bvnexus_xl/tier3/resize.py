"""Correct a plan that fails at quarter-hours: the fewest further units of its main model that make every year pass.

Rule. In the first year that fails for want of capacity (unserved energy, spinning reserve, ramps) one unit more is
placed of the thermal model with most MW in the plan that may be bought by then; it stays in later years. The years
that still fail are dispatched again, and so on until they pass or ``MOST_UNITS`` are added. Emissions, gas and running
hours get no better with units: a plan that fails them needs another plan (a lower limit in its cell, Phase 2 again).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.limits import plan_limits
from bvnexus_xl.plan import Plan, installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.dispatcher import QuarterHourDispatcher
from bvnexus_xl.tier3.result import AddedUnits, Resized, Tier3Year

Array = NDArray[np.float64]
MOST_UNITS = 6
HELPED = ("unserved", "spinning_reserve", "ramp")
"""Criteria that a unit more can meet."""


@dataclass
class _Trial:
    """Builds under correction and the years as they stand."""

    builds: Array
    years: dict[int, Tier3Year]
    added: dict[tuple[int, int], int]


def resized(
    study: SolvedStudy,
    dispatcher: QuarterHourDispatcher,
    years: Sequence[Tier3Year],
    accuracy: float,
    progress: Callable[[str, float], None],
) -> Resized:
    """The plan with the fewest units more that pass; see the rule above. ``years`` are all years of the plan."""
    trial = _Trial(study.plan.builds.copy(), dict(enumerate(years)), {})
    first = min(y for y, year in trial.years.items() if year.failed)
    for number in range(1, MOST_UNITS + 1):
        short = [y for y, year in trial.years.items() if any(c.limit.name in HELPED for c in year.failed)]
        column = _main_model(study.fleet, study.plan, trial.builds, short[0]) if short else None
        if column is None:
            break
        trial.builds[column, short[0]] += 1.0
        trial.added[column, short[0]] = trial.added.get((column, short[0]), 0) + 1
        label = study.fleet.columns[column].label
        progress(f"Quarter-hours: {number} unit more, {label} from {study.plan.years[short[0]]}", 1.0)
        for y, year in zip(short, dispatcher.years(trial.builds, short, accuracy), strict=True):
            trial.years[y] = year
    if trial.added:
        later = range(first, len(study.plan.years))
        for y, year in zip(later, dispatcher.years(trial.builds, later, accuracy), strict=True):
            trial.years[y] = year
    return _result(study, trial, first)


def _main_model(fleet: Fleet, plan: Plan, builds: Array, position: int) -> int | None:
    """Column of the thermal model with most MW in a year of which one more may be bought then; None without one."""
    in_place = installed(fleet, builds)
    able = [
        (float(in_place[n, position]) * column.mw_each, n)
        for n, column in enumerate(fleet.columns[: len(fleet.thermal)])
        if not column.existing
        and in_place[n, position] > 0.0
        and column.earliest_year <= plan.years[position]
        and float(in_place[n, position:].max()) + 1.0 <= column.most
    ]
    return max(able)[1] if able else None


def _result(study: SolvedStudy, trial: _Trial, first: int) -> Resized:
    """The corrected plan, priced, and whether it keeps the limits that units themselves can break."""
    fleet, years = study.fleet, study.plan.years
    plan = Plan(years, trial.builds, study.plan.grid_priority)
    ordered = [trial.years[y] for y in range(len(years))]
    totals = [year.totals for year in ordered]
    broken = [limit for limit in plan_limits(study.project, fleet, study.profiles, plan, totals) if limit.broken]
    failed = {item.limit.name for year in ordered for item in year.failed}
    own = sorted({f"{limit.label} ({limit.year})" for limit in broken if limit.name not in failed})
    added = tuple(
        AddedUnits(fleet.columns[column].key, fleet.columns[column].label, years[y], units)
        for (column, y), units in sorted(trial.added.items(), key=lambda item: item[0][1])
    )
    passed = not failed and not own
    cost = plan_money(study.project, fleet, study.profiles, plan, totals).npv_cost_usd if added else None
    return Resized(added, passed, tuple(own), tuple(ordered[first:]), cost, _note(added, failed, own, ordered))


def _note(added: Sequence[AddedUnits], failed: set[str], own: Sequence[str], years: Sequence[Tier3Year]) -> str:
    units = ", ".join(f"{item.units} x {item.label} from {item.year}" for item in added)
    labels = sorted({item.limit.label for year in years for item in year.failed if item.limit.name in failed})
    still = f"still fails: {', '.join(labels)}" if failed else "passes every year"
    if not added:
        return f"No further unit helps: the plan {still}. Lower that limit in its cell a little and run again."
    breaks = f", but breaks {', '.join(own)}" if own else ""
    return f"Corrected plan: {units} more; it {still}{breaks}."
