"""Readings of the utility's meter: of each register and month the highest import and the energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.tariffs.tariff import MONTHS, Tariff
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """A year's readings, of one dispatch or of many at once (leading axes).

    Attributes:
        peak_mw: highest import of each register and month, [..., R, 12].
        mwh: energy of each register and month, [..., R, 12].
        hourly_usd: energy at the tariff's hourly prices, first-year money, by month, [..., 12]; zero without them.
    """

    peak_mw: Array
    mwh: Array
    hourly_usd: Array


def meter(tariff: Tariff, import_mw: Array) -> Readings:
    """Readings of a year's import, MW by step, [8760] hours or [35040] quarter-hours (any whole number an hour).

    Demand is the highest step: quarter-hours as utilities bill them, hourly means where the dispatch is hourly.

    Raises:
        ValueError: the import is no whole year.
    """
    parts, rest = divmod(len(import_mw), HOURS_PER_YEAR)
    if parts < 1 or rest:
        message = f"{len(import_mw)} steps of import: it must be 8,760 hours, or a whole number of steps in each"
        raise ValueError(message)
    by_hour = import_mw.reshape(HOURS_PER_YEAR, parts)
    energy, highest = by_hour.mean(axis=1), by_hour.max(axis=1)
    peaks = np.zeros((len(tariff.registers), MONTHS))
    mwh = np.zeros_like(peaks)
    for number, hours in enumerate(tariff.register_hours):
        np.maximum.at(peaks[number], MONTH_OF_HOUR[hours], highest[hours])
        mwh[number] = np.bincount(MONTH_OF_HOUR[hours], weights=energy[hours], minlength=MONTHS)
    price = tariff.hourly_usd_per_mwh
    usd = np.zeros(MONTHS)
    if price is not None:
        usd += np.bincount(MONTH_OF_HOUR, weights=energy * price, minlength=MONTHS)
    return Readings(peaks, mwh, usd)
