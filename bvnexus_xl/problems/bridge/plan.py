"""A bridge plan: which stays each date case has, and how much import it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.problems.bridge.cases import QUARTERS, DateCase, Dates
from bvnexus_xl.problems.bridge.market import NOTICE_QUARTERS, Market

Array = NDArray[np.float64]
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Stay:
    """A quantity of one stream from quarter ``arrives`` until before quarter ``leaves``."""

    stream: int
    arrives: int
    leaves: int
    quantity: float


@dataclass(frozen=True, eq=False)
class BridgePlan:
    """What is decided in each case.

    Attributes:
        stays: per case.
        request_mw: import asked for, per case; the same in all where the date is not known from the start, [S].
        taken_mw: import contracted and energised by year, [S, Y].
    """

    stays: tuple[tuple[Stay, ...], ...]
    request_mw: Array
    taken_mw: Array


def in_place(market: Market, stays: tuple[Stay, ...]) -> Array:
    """Nameplate of each fleet column in each quarter, [C, Q]."""
    out = np.zeros((len(market.fleet.columns), market.quarters))
    for stay in stays:
        out[market.streams[stay.stream].column, stay.arrives : stay.leaves] += stay.quantity
    return out


def able(market: Market, stays: tuple[Stay, ...]) -> Array:
    """Capacity the dispatch sees in each quarter, [C, Q]: nameplate x what its age has left."""
    out = np.zeros((len(market.fleet.columns), market.quarters))
    for stay in stays:
        column = market.streams[stay.stream].column
        quarters = np.arange(stay.arrives, stay.leaves)
        out[column, quarters] += stay.quantity * faded(market, stay.stream, quarters - stay.arrives)
    return out


def faded(market: Market, stream: int, age_quarters: NDArray[np.int64]) -> Array:
    """Share of a stream's column left at ages in quarters."""
    fade = market.fleet.columns[market.streams[stream].column].fade
    left: Array = fade[np.minimum(age_quarters // QUARTERS, len(fade) - 1)]
    return left


def usable_import(case: DateCase, taken_mw: Array) -> Array:
    """Import that can be used in each quarter, MW, [Q]: what is taken and granted."""
    usable: Array = np.minimum(np.repeat(taken_mw, QUARTERS), case.granted_mw)
    return usable


def same_before_known(market: Market, dates: Dates, stream: int, arrives: int) -> bool:
    """True where a stay that begins then is ordered before the date is known."""
    return arrives - market.streams[stream].lead < dates.known


def leaves_before_known(dates: Dates, leaves: int) -> bool:
    """True where a stay that ends then is ended before the date is known."""
    return leaves - NOTICE_QUARTERS < dates.known


def first_in_first_out(stays: list[Stay]) -> tuple[Stay, ...]:
    """The same arrivals and departures of each stream, what came first leaving first; whole where both are.

    With one shortest and one longest stay per stream this keeps both.
    """
    out: list[Stay] = []
    for stream in sorted({stay.stream for stay in stays}):
        own = [stay for stay in stays if stay.stream == stream and stay.quantity > _NOTHING]
        comes = _totals([(stay.arrives, stay.quantity) for stay in own])
        goes = _totals([(stay.leaves, stay.quantity) for stay in own])
        while comes and goes:
            (arrives, here), (leaves, there) = comes[0], goes[0]
            moved = min(here, there)
            if moved > _NOTHING:
                out.append(Stay(stream, arrives, leaves, moved))
            comes[0], goes[0] = (arrives, here - moved), (leaves, there - moved)
            comes, goes = [c for c in comes if c[1] > _NOTHING], [g for g in goes if g[1] > _NOTHING]
    return tuple(out)


def _totals(items: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Quantities by quarter, in order; within rounding of a whole number taken for it."""
    quarters = sorted({quarter for quarter, _ in items})
    sums = [(quarter, sum(quantity for at, quantity in items if at == quarter)) for quarter in quarters]
    return [(quarter, float(round(total)) if abs(total - round(total)) < 1e-5 else total) for quarter, total in sums]
