"""Labels of the hours of a year without 29 February."""

from __future__ import annotations

from functools import cache

from bvnexus_xl.profiles.calendar import hour_starts

_ANY_YEAR = 2001


@cache
def begins_at() -> list[str]:
    """Month, day and time at which each of the 8,760 hours begins: ``07-16 13:00``."""
    return [moment.strftime("%m-%d %H:%M") for moment in hour_starts(_ANY_YEAR)]
