"""The answer in words: what to build, what it costs, which limits shape it or are broken."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.limits import Limit
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.limits_sheet import share_used

PlaceOf = Callable[[Limit], str]
"""Cell that sets a limit: ``Constraints!C14``."""

_GIVEN_UP_MW = 1e-6
_MOST_NAMED, _MOST_BROKEN = 2, 4
"""Limits named in the answer: those that bind, those that are broken."""


@dataclass(frozen=True, slots=True)
class Tightest:
    """The tightest year of one kind of limit.

    Attributes:
        limit: the limit in its tightest year: broken by most, else nearest to full.
        first_year: first year in which it is broken or binds; None where it never does.
    """

    limit: Limit
    first_year: int | None


def tightest_limits(limits: Sequence[Limit]) -> list[Tightest]:
    """One entry for each limit: broken ones first, then by the share used."""
    by_name: dict[str, list[Limit]] = {}
    for limit in limits:
        by_name.setdefault(limit.name, []).append(limit)
    out = []
    for same in by_name.values():
        worst = max(same, key=_closeness)
        years = [limit.year for limit in same if (limit.broken if worst.broken else limit.binding)]
        out.append(Tightest(worst, min(years, default=None)))
    return sorted(out, key=lambda item: (not item.limit.broken, -_closeness(item.limit)))


def limits_sentence(solved: SolvedStudy, room: int) -> str:
    """Second half of the answer: every limit is kept, and which ones shape the plan: as many as ``room`` lets name."""
    binding = [item for item in tightest_limits(solved.limits) if item.first_year is not None]
    if not binding:
        return "every limit is kept and none is nearly reached"
    told = [_nothing_to_spare(binding, count) for count in range(min(_MOST_NAMED, len(binding)), 0, -1)]
    return next((text for text in told if len(text) <= room), told[-1])


def _nothing_to_spare(binding: Sequence[Tightest], count: int) -> str:
    """The first of the limits that bind by name, the others counted."""
    named = ", ".join(f"{item.limit.label} from {item.first_year}" for item in binding[:count])
    more = f" and {len(binding) - count} more" if len(binding) > count else ""
    return f"every limit is kept; nothing to spare in: {named}{more}"


def flexible_sentence(solved: SolvedStudy) -> str:
    """Computing given up in the year of most use, as a clause; empty where none may be flexible."""
    if not flexible_loads(solved.project):
        return ""
    mwh = [float(total.flex_down_mwh.sum()) for total in solved.totals]
    most = max(range(len(mwh)), key=mwh.__getitem__)
    hours = int((solved.dispatches[most].flex_down_mw.sum(0) > _GIVEN_UP_MW).sum())
    if not hours:
        return "; flexible computing is never used"
    return f"; computing shed or shifted in {hours:,} hours of {solved.plan.years[most]} at most, {mwh[most]:,.0f} MWh"


def broken_sentence(solved: SolvedStudy, place_of: PlaceOf) -> str:
    """An infeasible study in words: the limits it breaks, by how much, when, and the cell that sets each."""
    broken = [item.limit for item in tightest_limits(solved.limits) if item.limit.broken]
    count = f"{len(broken)} limit{'s' if len(broken) != 1 else ''}"
    parts = [f"{limit.label} {how_far(limit)} in {limit.year} ({place_of(limit)})" for limit in broken[:_MOST_BROKEN]]
    more = f"; {len(broken) - _MOST_BROKEN} more in the table below" if len(broken) > _MOST_BROKEN else ""
    head = f"NO DESIGN FOUND KEEPS EVERY LIMIT. The nearest one, shown here, breaks {count}: "
    return head + "; ".join(parts) + more + "."


def how_far(limit: Limit) -> str:
    """``over by 12.3 short ton/yr`` or ``short by 4.0 MW``."""
    word, gap = "over" if limit.sense == "at_most" else "short", -limit.slack
    return f"{word} by {gap:,.1f} {limit.unit}" if gap >= 1.0 else f"{word} by {gap:.3g} {limit.unit}"


def wrapped(notes: Sequence[str], characters: int, lines: int) -> list[str]:
    """Notes as lines with bullets; what does not fit is on sheet Log."""
    out: list[str] = []
    for note in notes:
        broken = textwrap.wrap(note, characters)
        out += [f"{'•' if number == 0 else ' '} {line}" for number, line in enumerate(broken)]
    return out if len(out) <= lines else [*out[: lines - 1], "• More on sheet Log"]


def _closeness(limit: Limit) -> float:
    """Share used; broken limits above all that are kept."""
    share = share_used(limit)
    return float("inf") if isinstance(share, str) else share
