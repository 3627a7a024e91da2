"""Hours of each programme, and the sets of programmes that compete for the same megawatt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.services import Programme
from bvnexus_xl.profiles.calendar import HOUR_OF_DAY, MONTH_OF_HOUR

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rivals:
    """Programmes of one exclusive group that are open in the same hours: each MW goes to one of them.

    Attributes:
        members: positions of the programmes.
        hours: True in the hours in which exactly these are open, [H].
    """

    members: tuple[int, ...]
    hours: Bools


def open_hours(programme: Programme) -> Bools:
    """True in the hours of its season and daily window, [H]; a season may run over the turn of the year."""
    month = MONTH_OF_HOUR + 1
    first, last = programme.first_month, programme.last_month
    season = (month >= first) & (month <= last) if first <= last else (month >= first) | (month <= last)
    hour = HOUR_OF_DAY
    return np.asarray(season & (hour >= programme.first_hour) & (hour < programme.last_hour))


def rivals(programmes: Sequence[Programme]) -> tuple[Rivals, ...]:
    """The sets that compete, each with its hours; a programme without group competes with none but itself."""
    groups: dict[str, list[int]] = {}
    for position, row in enumerate(programmes):
        groups.setdefault(row.exclusive_group or f"\0{position}", []).append(position)
    out = []
    for members in groups.values():
        table = np.array([open_hours(programmes[position]) for position in members])
        patterns, which = np.unique(table, axis=1, return_inverse=True)
        for number, pattern in enumerate(patterns.T):
            if pattern.any():
                together = tuple(m for m, is_open in zip(members, pattern, strict=True) if is_open)
                out.append(Rivals(together, np.asarray(which == number)))
    return tuple(out)
