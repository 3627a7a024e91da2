"""Representative weeks: real weeks of the year chosen by tsam, extreme weeks kept whole, energy exact."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import tsam
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.time_axis import TimeAxis, representative_axis
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]
WEEK_HOURS = 168
_WEEKS = 52


def representative_weeks(fleet: Fleet, profiles: Profiles, weeks: int, always: Iterable[int] = ()) -> TimeAxis:
    """Representative weeks of a project: ``weeks`` medoids of hierarchical clusters, plus extreme weeks.

    Every representative is a real week, so temperature, sun, load and derating belong together. Kept whole: highest
    load, highest load net of sun, hottest, least sun, and the weeks in ``always``. Weights are then moved as little as
    possible (least squares) so that hours, load energy and the energy of each profile are exactly the year's.

    Args:
        fleet: what may be built (its profile assets count).
        profiles: hourly data.
        weeks: clusters asked for, 1 to 52.
        always: week numbers (0-51) to keep whole as well.
    """
    shape = profiles.load_mw[-1] / max(float(profiles.load_mw[-1].max()), 1e-9)
    sun = profiles.profile_mw_per_mw.mean(axis=0) if len(profiles.profile_mw_per_mw) else np.zeros(HOURS_PER_YEAR)
    data = pd.DataFrame(
        {"load": shape, "net": shape - 0.5 * sun, "temp": profiles.weather.temp_air_c, "sun": sun},
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
    weight = _exact_weights(profiles, shape, centers, np.bincount(sequence, minlength=len(centers)).astype(float))
    return representative_axis([week * WEEK_HOURS for week in centers], WEEK_HOURS, weight, sequence)


def _extreme_weeks(data: pd.DataFrame) -> set[int]:
    """Weeks with the highest load, net load and temperature, and with the least sun."""
    week = np.arange(len(data)) // WEEK_HOURS
    out = {int(week[int(data[name].to_numpy().argmax())]) for name in ("load", "net", "temp") if name in data}
    if "sun" in data:
        out.add(int(np.bincount(week, weights=data["sun"].to_numpy()).argmin()))
    return out


def _exact_weights(profiles: Profiles, shape: Array, centers: list[int], counts: Array) -> Array:
    """Weights nearest to the counts for which hours, load energy and profile energy are those of the year, [P].

    Least squares in relative terms; where that would make a weight negative (too few periods to meet every total),
    totals are given up from the last until all are positive: hours first, load next, profiles last.
    """
    totals = [np.ones(HOURS_PER_YEAR), shape, *profiles.profile_mw_per_mw]
    by_week = np.array([[row[w * WEEK_HOURS : (w + 1) * WEEK_HOURS].sum() for w in centers] for row in totals])
    goal = np.array([row.sum() for row in totals])
    for kept in range(min(len(totals), len(centers)), 0, -1):
        rows, missing = by_week[:kept] * counts, goal[:kept] - by_week[:kept] @ counts
        step = np.linalg.lstsq(rows, missing, rcond=None)[0]
        weight: Array = counts * (1.0 + step)
        if weight.min() > 0.0 and np.allclose(by_week[:kept] @ weight, goal[:kept], rtol=1e-9):
            return weight
    plain: Array = counts * (goal[0] / (by_week[0] @ counts))
    return plain
