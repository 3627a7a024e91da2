"""Representative weeks: real weeks of the year chosen by tsam, extreme weeks kept whole, energy exact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import tsam
from numpy.typing import NDArray
from scipy.optimize import linprog

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.time_axis import TimeAxis, representative_axis
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]
WEEK_HOURS = 168
_WEEKS = 52
_LEAST_SHARE = 0.2


def representative_weeks(fleet: Fleet, profiles: Profiles, weeks: int, always: Iterable[int] = ()) -> TimeAxis:
    """Representative weeks of a project: ``weeks`` medoids of hierarchical clusters, plus extreme weeks.

    Every representative is a real week, so temperature, sun, load and derating belong together. Kept whole: highest
    load, highest load net of sun, hottest, least sun, and the weeks in ``always``. Weights are then moved as little as
    possible so that hours, load energy and the energy of each profile are exactly the year's. Weeks with and without
    import are told apart.

    Args:
        fleet: what may be built (its profile assets count).
        profiles: hourly data.
        weeks: clusters asked for, 1 to 52.
        always: week numbers (0-51) to keep whole as well.
    """
    shape = profiles.load_mw[-1] / max(float(profiles.load_mw[-1].max()), 1e-9)
    sun = profiles.profile_mw_per_mw.mean(axis=0) if len(profiles.profile_mw_per_mw) else np.zeros(HOURS_PER_YEAR)
    granted = _part_year_import(profiles)
    data = pd.DataFrame(
        {
            "load": shape,
            "net": shape - 0.5 * sun,
            "temp": profiles.weather.temp_air_c,
            "sun": sun,
            "price": profiles.grid_price_usd_per_mwh,
            **{f"granted {n}": flag for n, flag in enumerate(granted)},
        },
        index=pd.date_range("2001-01-01", periods=HOURS_PER_YEAR, freq="h"),
    ).iloc[: _WEEKS * WEEK_HOURS]
    data = data.loc[:, data.std() > 0.0]
    result = tsam.aggregate(
        data,
        n_clusters=min(weeks, _WEEKS),
        period_duration=WEEK_HOURS,
        cluster=tsam.ClusterConfig(method="hierarchical", representation="medoid"),
        preserve_column_means=False,
    )
    assigned = np.asarray(result.cluster_assignments, dtype=np.int64)
    centers = [int(week) for week in result.clustering.cluster_centers or ()]
    kept = sorted({*_extreme_weeks(data), *always} - set(centers))
    for week in kept:
        centers.append(week)
        assigned[week] = len(centers) - 1
    used = [number for number in range(len(centers)) if np.any(assigned == number)]
    sequence = np.searchsorted(used, assigned)
    centers = [centers[number] for number in used]
    weight = exact_weights(profiles, shape, centers, np.bincount(sequence, minlength=len(centers)).astype(float))
    return representative_axis([week * WEEK_HOURS for week in centers], WEEK_HOURS, weight, sequence)


def _part_year_import(profiles: Profiles) -> list[Array]:
    """Hours of granted import, 0 or 1, of every year in which the grid is there for a part of it, each [8760].

    A week after energisation must not stand for one before it.
    """
    flags = {tuple(year > 0.0): (year > 0.0).astype(float) for year in profiles.import_limit_mw}
    return [flag for flag in flags.values() if 0.0 < flag.mean() < 1.0]


def _extreme_weeks(data: pd.DataFrame) -> set[int]:
    """Weeks with the highest load, net load and temperature, and with the least sun."""
    week = np.arange(len(data)) // WEEK_HOURS
    out = {int(week[int(data[name].to_numpy().argmax())]) for name in ("load", "net", "temp") if name in data}
    if "sun" in data:
        out.add(int(np.bincount(week, weights=data["sun"].to_numpy()).argmin()))
    return out


def exact_weights(profiles: Profiles, shape: Array, centers: list[int], counts: Array) -> Array:
    """Weights nearest to the counts for which hours, load energy and profile energy are those of the year, [P].

    Least change in all; no weight falls below a fifth of its count. Where too few periods are there to meet every total
    so, totals are given up from the last: profiles first, then load; hours always hold.
    """
    totals = [np.ones(HOURS_PER_YEAR), shape, *profiles.profile_mw_per_mw]
    by_week = np.array([[row[w * WEEK_HOURS : (w + 1) * WEEK_HOURS].sum() for w in centers] for row in totals])
    goal = np.array([row.sum() for row in totals])
    size = len(centers)
    for kept in range(len(totals), 0, -1):
        rows = by_week[:kept] * counts
        missing = goal[:kept] - by_week[:kept] @ counts
        moved: Any = linprog(
            np.concatenate([counts, counts]),
            A_eq=np.hstack([rows, -rows]) / goal[:kept, None],
            b_eq=missing / goal[:kept],
            bounds=[(0.0, None)] * size + [(0.0, 1.0 - _LEAST_SHARE)] * size,
            method="highs",
        )
        if moved.status == 0:
            weight: Array = counts * (1.0 + moved.x[:size] - moved.x[size:])
            return weight
    plain: Array = counts * (goal[0] / (by_week[0] @ counts))
    return plain
