"""Small changes of a design, for the local search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import existing_target
from bvnexus_xl.reliability.planning_reserve import ReserveCoefficients
from bvnexus_xl.screening.evaluate import Designs
from bvnexus_xl.screening.firm_moves import firm_moves

Array = NDArray[np.float64]
_BATTERY_FACTORS = (0.0, 0.5, 0.8, 0.95, 1.05, 1.25, 2.0)
_STEP_SHARES = (0.02, 0.1, 0.3)


def neighbours(
    project: Project,
    fleet: Fleet,
    target: Array,
    priority: NDArray[np.bool_],
    models: list[int],
    peak: Array,
    reserve: Sequence[ReserveCoefficients],
) -> Designs:
    """Every design one move away: units added, dropped, delayed, exchanged; battery, sun and import up and down, or
    in a unit's place; existing plant retired earlier or later.
    """
    found: list[tuple[Array, NDArray[np.bool_]]] = []
    starts = _start_years(target, peak)
    found += [(t, priority) for t in _unit_moves(fleet, target, models, starts)]
    found += [(t, priority) for t in _battery_moves(fleet, target, models)]
    found += [(t, priority) for t in _size_moves(fleet, target, starts, float(peak.max()))]
    found += [(t, priority) for t in firm_moves(project, fleet, reserve, target, models, starts)]
    stands = existing_target(fleet, target.shape[1], augment=project.finance.storage_wear == "augmentation")
    found += [(t, priority) for t in _retirement_moves(fleet, target, stands, starts)]
    if fleet.grid_column is not None:
        for start in starts:
            flipped = priority.copy()
            flipped[start:] = ~flipped[start:]
            found.append((target, flipped))
    sound = [(t, p) for t, p in found if _allowed(project, fleet, stands, t)]
    shape = (0, *target.shape)
    if not sound:
        return Designs(np.zeros(shape), np.zeros((0, len(priority)), dtype=bool))
    return Designs(np.array([t for t, _ in sound]), np.array([p for _, p in sound]))


def _start_years(target: Array, peak: Array) -> list[int]:
    """Years in which load or plant changes, and the first."""
    years = {0}
    for year in range(1, target.shape[1]):
        if peak[year] > peak[year - 1] + 1e-9 or (np.abs(target[:, year] - target[:, year - 1]) > 1e-9).any():
            years.add(year)
    return sorted(years)


def _unit_moves(fleet: Fleet, target: Array, models: list[int], starts: list[int]) -> list[Array]:
    moves = []
    for start in starts:
        for model in models:
            moves += [_shift(target, model, start, step) for step in (1.0, -1.0, 2.0, -2.0)]
            delayed = target.copy()
            delayed[model, start] -= 1.0
            moves.append(delayed)
            for other in models:
                if other == model:
                    continue
                ratio = fleet.thermal[model].unit_mw / fleet.thermal[other].unit_mw
                fewer = _shift(target, model, start, -1.0)
                counts = sorted({max(1.0, np.floor(ratio)), max(1.0, np.ceil(ratio))})
                moves += [_shift(fewer, other, start, count) for count in counts]
                if start == 0 and fleet.thermal[model].row.name == fleet.thermal[other].row.name:
                    swapped = target.copy()
                    swapped[other] += swapped[model]
                    swapped[model] = 0.0
                    moves.append(swapped)
    return moves


def _battery_moves(fleet: Fleet, target: Array, models: list[int]) -> list[Array]:
    moves = []
    unit = max((fleet.thermal[n].unit_mw for n in models if target[n].max() > 0), default=10.0)
    bought = [n for n in range(len(fleet.storage)) if not fleet.columns[fleet.storage_columns(n)[0]].existing]
    for n in bought:
        power, energy = fleet.storage_columns(n)
        for power_factor in _BATTERY_FACTORS:
            for energy_factor in _BATTERY_FACTORS:
                changed = target.copy()
                changed[power] *= power_factor
                changed[energy] *= energy_factor
                if (power_factor == 0.0) == (energy_factor == 0.0):
                    moves.append(changed)
        if target[energy].max() <= 0 and all(target[fleet.storage_columns(k)[1]].max() <= 0 for k in bought):
            for hours in (0.5, 1.0, 4.0):
                changed = target.copy()
                changed[power], changed[energy] = unit, unit * hours
                moves.append(changed)
    return moves


def _size_moves(fleet: Fleet, target: Array, starts: list[int], peak: float) -> list[Array]:
    """Solar and import up and down in MW steps, from a year on or until the next change."""
    columns = [fleet.profile_column(n) for n in range(len(fleet.profile))]
    columns = [column for column in columns if not fleet.columns[column].existing]
    if fleet.grid_column is not None:
        columns.append(fleet.grid_column)
    until = [*starts[1:], target.shape[1]]
    moves = []
    for column in columns:
        for start, end in zip(starts, until, strict=True):
            for share in _STEP_SHARES:
                moves += [_shift(target, column, start, sign * share * peak) for sign in (1.0, -1.0)]
                later = target.copy()
                later[column, start:end] = np.maximum(later[column, start:end] - share * peak, 0.0)
                moves.append(later)
    return moves


def _retirement_moves(fleet: Fleet, target: Array, stands: Array, starts: list[int]) -> list[Array]:
    """Of what may retire: one unit or everything leaves from a year on, one unit or everything stays on."""
    moves = []
    for asset in dict.fromkeys(column.asset_key for column in fleet.columns if column.retirable):
        rows = [row for row, column in enumerate(fleet.columns) if column.asset_key == asset]
        for start in starts:
            for factor in (0.0, 1.0):
                changed = target.copy()
                changed[rows, start:] = factor * stands[rows, start:]
                moves.append(changed)
            if fleet.columns[rows[0]].integer:
                moves += [_shift(target, rows[0], start, step) for step in (1.0, -1.0)]
    return moves


def _shift(target: Array, column: int, start: int, step: float) -> Array:
    changed = target.copy()
    changed[column, start:] = np.maximum(changed[column, start:] + step, 0.0)
    return changed


def _allowed(project: Project, fleet: Fleet, stands: Array, target: Array) -> bool:
    """Lead times kept (by moving builds later), nothing negative, nothing taken away again.

    Existing plant: no more than ``stands`` [C, Y], what has retired stays so, nothing retires that may not.
    """
    for row, column in enumerate(fleet.columns):
        if column.existing:
            kept = np.minimum(target[row], stands[row]) if column.retirable else stands[row]
            target[row] = np.minimum.accumulate(kept)
            continue
        closed = np.array([year < column.earliest_year for year in project.years])
        target[row, closed] = 0.0
        target[row] = np.minimum(target[row], column.most)
    bought = [row for row, column in enumerate(fleet.columns) if not column.existing]
    return bool((target >= 0).all() and (np.diff(target[bought], axis=1) >= -1e-9).all())
