"""Largest added load under each of several ceilings, asking for as few plans as possible.

What a load costs does not depend on the ceiling, so every plan found serves all of them. Cost less ceiling times energy
is nearly straight in the load, and so is the room left in a limit: the next load tried is where the straight line
between the nearest known on either side crosses zero, and never closer to a known one than the tolerance. Whole units
and a search that is no proof make steps: where the same end moves twice in a row, the bracket is halved instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from bvnexus_xl.problems.expansion.ledger import Account

_MOST_TRIALS = 12
_NEAR = 0.9
_LEAST_SHARE = 0.125
"""Of the first load: where the look for one that fits begins, where none does without added load."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One load and its plan.

    Attributes:
        judged: the account the ceiling applies to.
        broken: labels of the limits that the plan breaks, worst first.
        room: what is left of each limit in its worst year, as a share of it, by label.
    """

    added_mw: float
    judged: Account
    broken: tuple[str, ...]
    room: Mapping[str, float]

    def fits(self, ceiling: float) -> bool:
        """Whether every limit and the ceiling are kept."""
        return not self.broken and self.judged.over(ceiling) <= 0.0


@dataclass
class Trials:
    """Loads tried so far.

    Attributes:
        ask: finds the plan of a load.
        first: MW of the first load asked about; it doubles as long as it fits.
        most: MW beyond which nothing is asked.
    """

    ask: Callable[[float], Trial]
    first: float
    most: float
    known: dict[float, Trial] = field(default_factory=dict)

    def at(self, added: float) -> Trial:
        """The trial of a load."""
        if added not in self.known:
            self.known[added] = self.ask(added)
        return self.known[added]

    def largest(self, ceiling: float, tolerance: float) -> tuple[Trial | None, Trial | None]:
        """(largest load that fits, the next one tried above it, which does not); None where there is none.

        ``tolerance`` is the MW between both that suffice.
        """
        if not self._any_fits(ceiling):
            return None, self.at(0.0)
        ends: list[tuple[Trial | None, Trial | None]] = [(None, None), (None, None)]
        for _ in range(_MOST_TRIALS):
            low, high = self.bracket(ceiling)
            if high is None:
                if low.added_mw >= self.most:
                    return low, None
                self.at(min(max(2.0 * low.added_mw, self.first), self.most))
                continue
            if high.added_mw - low.added_mw <= tolerance:
                break
            one_end = low is ends[-2][0] or high is ends[-2][1]
            share = 0.5 if one_end else crossing(low, high, ceiling)
            close = _NEAR * tolerance / (high.added_mw - low.added_mw)
            self.at(low.added_mw + min(max(share, close), 1.0 - close) * (high.added_mw - low.added_mw))
            ends += [(None, None), (None, None)] if one_end else [(low, high)]
        return self.bracket(ceiling)

    def _any_fits(self, ceiling: float) -> bool:
        """Whether a load that fits is known, after looking for one.

        Fixed cost and book value weigh less on more load: the ceiling may be kept further up and not where there is
        no added load. What breaks a limit without added load breaks it with more.
        """
        load, none = _LEAST_SHARE * self.first, self.at(0.0)
        while not any(trial.fits(ceiling) for trial in self.known.values()):
            if none.broken or load > self.most or self.at(load).judged.over(ceiling) > 2.0 * none.judged.over(ceiling):
                return False
            load = min(2.0 * load, self.most) if load < self.most else np.inf
        return True

    def bracket(self, ceiling: float, most: float = np.inf) -> tuple[Trial, Trial | None]:
        """(largest load known to fit, at most ``most`` MW; smallest known above it)."""
        fit = (t for t in self.known.values() if t.added_mw <= most and t.fits(ceiling))
        low = max(fit, key=lambda t: t.added_mw)
        above = [t for t in self.known.values() if t.added_mw > low.added_mw]
        return low, min(above, key=lambda t: t.added_mw, default=None)


def crossing(low: Trial, high: Trial, ceiling: float) -> float:
    """Where between a load that fits and one that does not the straight line of what stops it crosses zero, 0 to 1."""
    if high.broken:
        under, over = -low.room.get(high.broken[0], 0.0), -high.room.get(high.broken[0], 0.0)
    else:
        under, over = low.judged.over(ceiling), high.judged.over(ceiling)
    # at no added load the increment has neither cost nor energy: half-way is as good a guess as any
    known = under < 0.0 < over or (under == 0.0 < over and low.added_mw > 0.0)
    return -under / (over - under) if known else 0.5
