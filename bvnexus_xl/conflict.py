"""Why a project has no plan: the smallest set of limits that must give, and the load that fits without any giving."""

from __future__ import annotations

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
