"""The time limit of a run: a part for the search, the rest kept for the dispatch of the plan it finds.

A dispatch of all years takes many solves, so the time is looked at before each of them, not only between trials.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

_WEEKS_SHARE = 0.5
_SEARCH_SHARE = 0.7
_FINAL_OVER_TRIAL = 1.5


class TimeUp(Exception):
    """The time of this part of a run is used up; what has been found so far stands."""


@dataclass
class Deadline:
    """Moments are ``time.perf_counter`` values.

    Attributes:
        limit_s: seconds allowed in all.
        cancelled: asks whether the caller wants to stop.
        began: start of the run.
        now_until: end of the part under way.
    """

    limit_s: float
    cancelled: Callable[[], bool]
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.end = self.began + self.limit_s
        self.now_until = self.end

    def stop(self) -> bool:
        """Whether the caller asked to stop, asked before each solve.

        Raises:
            TimeUp: the time of the part under way is used up.
        """
        if self.cancelled():
            return True
        if time.perf_counter() > self.now_until:
            raise TimeUp
        return False

    def allow(self, share: float) -> None:
        """Allow the part that begins now until a share of the limit is used up."""
        self.now_until = self.began + self.limit_s * share

    def search_weeks(self, *, then_year: bool) -> float:
        """Allow the search on weeks its share; returns when it must end."""
        self.now_until = self.began + self.limit_s * (_WEEKS_SHARE if then_year else _SEARCH_SHARE)
        return self.now_until

    def search_year(self) -> float:
        """Allow the search on the full year its share; returns when it must end."""
        self.now_until = self.began + self.limit_s * _SEARCH_SHARE
        return self.now_until

    def after_trial(self, seconds: float) -> float:
        """Keep what a final dispatch takes, judged by a trial of so many seconds; returns when the search must end."""
        self.now_until = self.end - _FINAL_OVER_TRIAL * seconds
        return self.now_until

    def finish(self) -> None:
        """Allow all that is left."""
        self.now_until = self.end

    @property
    def left_s(self) -> float:
        """Seconds left to the part under way; 0 where it has used its time."""
        return max(self.now_until - time.perf_counter(), 0.0)

    @property
    def passed(self) -> bool:
        """Whether the part under way has used its time."""
        return time.perf_counter() > self.now_until
