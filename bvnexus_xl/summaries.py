"""Totals by technology group: one home for what charts, tables and the JSON result show."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import GROUPS
from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.plan import effective, installed
from bvnexus_xl.solved import SolvedStudy

Array = NDArray[np.float64]

GRID, BATTERY = "Grid", "Battery"
SOURCES: tuple[str, ...] = (*GROUPS, GRID)
"""Where power comes from, in the order of every chart and table: technology groups, then the grid."""


def installed_by_group(solved: SolvedStudy) -> dict[str, list[float]]:
    """Nameplate MW in place by source and year; a battery by its power, the grid by its contracted import."""
    in_place = installed(solved.fleet, solved.plan.builds)
    out = {source: np.zeros(len(solved.plan.years)) for source in SOURCES}
    for row, column in enumerate(solved.fleet.columns):
        if column.quantity != "mwh":
            out[column.group] = out[column.group] + in_place[row] * column.mw_each
    return {source: mw.tolist() for source, mw in out.items()}


def energy_by_group(solved: SolvedStudy) -> dict[str, list[float]]:
    """MWh by source and year: generated and not curtailed, discharged by batteries, imported from the grid.

    What batteries discharge was generated before: sources add up to load served + charging.
    """
    by_year = [
        _by_source(solved.fleet, year.thermal_mwh, year.profile_mwh, year.discharge_mwh, year.import_mwh)
        for year in solved.totals
    ]
    return {source: [float(year[source]) for year in by_year] for source in SOURCES}


def power_by_group(fleet: Fleet, dispatch: HourlyDispatch) -> dict[str, Array]:
    """MW of every source in each hour of a year, each [8760]; the battery as discharge."""
    return _by_source(
        fleet, dispatch.thermal_mw, dispatch.profile_mw, dispatch.discharge_mw, np.asarray(dispatch.import_mw)
    )


def battery_mwh(solved: SolvedStudy) -> tuple[list[float], list[float]]:
    """(bought and in place, left after fade) battery energy by year, MWh."""
    energy = [row for row, column in enumerate(solved.fleet.columns) if column.quantity == "mwh"]
    in_place, left = installed(solved.fleet, solved.plan.builds), effective(solved.fleet, solved.plan.builds)
    return in_place[energy].sum(axis=0).tolist(), left[energy].sum(axis=0).tolist()


def peak_load_mw(solved: SolvedStudy) -> list[float]:
    """Highest hourly load of each year, MW."""
    return [float(year.max()) for year in solved.profiles.load_mw]


def shown_year(solved: SolvedStudy) -> int:
    """Position of the year shown hour by hour unless another is asked for: the last one with the highest load."""
    peaks = np.array(peak_load_mw(solved))
    return int(np.nonzero(peaks >= peaks.max() * (1.0 - 1e-9))[0][-1])


def _by_source(fleet: Fleet, thermal: Array, profile: Array, discharge: Array, grid: Any) -> dict[str, Any]:
    """Sums by source of arrays whose first axis runs over assets."""
    out: dict[str, Any] = {source: np.zeros(np.shape(grid)) for source in SOURCES}
    parts: list[tuple[str, Any]] = [(GRID, grid)]
    parts += [(asset.group, value) for asset, value in zip(fleet.thermal, thermal, strict=True)]
    parts += [(asset.group, value) for asset, value in zip(fleet.profile, profile, strict=True)]
    parts += [(asset.group, value) for asset, value in zip(fleet.storage, discharge, strict=True)]
    for source, value in parts:
        out[source] = out[source] + value
    return out
