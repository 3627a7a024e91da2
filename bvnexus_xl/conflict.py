"""Why a project has no plan: the smallest set of limits that must give, and the load that fits without any giving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Give:
    """One limit that must give.

    Attributes:
        name: ``limits.Limit.name``, or ``import``, ``most:<model>``, ``lead_time:<model>``.
        label, unit: for people.
        field: input field that sets it; of the equipment row ``model`` where that is not empty.
        value: what the field says now, in ``unit``.
        needed: what it must say at least (a lead time: at most), in ``unit``.
    """

    name: str
    label: str
    unit: str
    field: str
    model: str
    value: float
    needed: float

    @property
    def amount(self) -> float:
        """How far it gives, in ``unit``."""
        return abs(self.needed - self.value)


@dataclass(frozen=True, slots=True)
class FittingLoad:
    """The most load of one year with every limit kept, MW in its highest hour."""

    year: int
    asked_mw: float
    fits_mw: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """What an infeasible project would need.

    Attributes:
        gives: the smallest set of limits that must give, together; empty where a plan exists after all.
        proven: True where no smaller set is enough; False where the search ended before that was shown.
        possible: False where no set of limits is enough.
        loads: the largest load that fits in each year, found together: one fleet serves all years.
        stops: labels of the limits that stop the load there, the strongest first.
        resolution: ``year`` (8,760 h) or ``weeks`` (representative weeks).
        seconds: time it took.
    """

    gives: tuple[Give, ...]
    proven: bool
    possible: bool
    loads: tuple[FittingLoad, ...]
    stops: tuple[str, ...]
    resolution: str
    seconds: float


def give_words(give: Give, place: str) -> str:
    """One limit: ``Gas per day at least 53,470 mcf/day instead of 50,000 (Constraints!C20)``."""
    if give.needed < give.value:
        if give.name.startswith("lead_time"):
            return f"{give.label} at most {give.needed:,.0f} {give.unit} instead of {give.value:,.0f} ({place})"
        return f"{give.label}: {give.amount:,.4g} {give.unit} less is asked ({place})"
    return f"{give.label} at least {give.needed:,.6g} {give.unit} instead of {give.value:,.6g} ({place})"


def conflict_lines(conflict: Conflict, place_of: Callable[[Give], str]) -> list[str]:
    """What must give, and what fits without: plain sentences, the set first.

    Args:
        conflict: what was found.
        place_of: cell of a limit, ``Constraints!C20``.
    """
    lines = []
    if not conflict.possible:
        ended = "No set of limits is enough" if conflict.proven else "No set of limits that is enough was found in time"
        lines.append(f"{ended}.")
    elif not conflict.gives:
        lines.append("A plan that keeps every limit seems to exist, though the search missed it: run Phase 2.")
    else:
        words = [give_words(give, place_of(give)) for give in conflict.gives]
        smallest = "the smallest set that must give" if conflict.proven else "a set that is enough"
        lines.append(f"It becomes feasible with {smallest}: " + "; ".join(words) + ".")
    short = [load for load in conflict.loads if load.fits_mw < load.asked_mw * (1.0 - 1e-3)]
    if short:
        fits = ", ".join(f"{load.year} {load.fits_mw:,.1f} of {load.asked_mw:,.1f} MW" for load in short)
        stops = f"; stopped by {', '.join(conflict.stops)}" if conflict.stops else ""
        lines.append(f"Without relaxing any limit this load fits: {fits}{stops}.")
    return lines
