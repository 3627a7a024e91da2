"""P3's answer: the largest firm load of a site, what limits it, and how it depends on flexibility and technology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

FLEXIBLE_SHARES = (0.0, 0.1, 0.25, 0.5)
"""Flexible shares of the load in the matrix."""
TECHNOLOGY_SETS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Thermal only", frozenset({"thermal"})),
    ("Thermal and storage", frozenset({"thermal", "storage"})),
    ("Thermal and solar", frozenset({"thermal", "profile"})),
    ("Thermal and grid", frozenset({"thermal", "grid"})),
    ("Everything", frozenset({"thermal", "storage", "profile", "grid"})),
)
"""Rows of the matrix: what may be built."""


@dataclass(frozen=True, slots=True)
class Worth:
    """One limit and what more of it gives.

    Attributes:
        label, unit: for people.
        field: input field; of the equipment row ``model`` where that is not empty.
        value: what the field says, in ``unit``.
        mw_per_unit: load that one more unit gives, MW in the highest hour; None in Phase 1.
        elasticity: percent more load for one percent more of the limit; None in Phase 1.
    """

    label: str
    unit: str
    field: str
    model: str
    value: float
    mw_per_unit: float | None
    elasticity: float | None


@dataclass(frozen=True, slots=True)
class PotentialCell:
    """One cell of the matrix, for the last year analysed.

    Attributes:
        technologies: label of the technology set.
        flexible_share: share of the load that is flexible.
        firm_mw: largest load found.
        bound_mw: no plan carries more, on representative weeks; None in Phase 1.
        limit: the limit that stops it; None where none does or none is priced.
    """

    technologies: str
    flexible_share: float
    firm_mw: float
    bound_mw: float | None
    limit: Worth | None


@dataclass(frozen=True, slots=True)
class LandPotential:
    """The answer.

    Attributes:
        firm_mw: largest firm load with whole units running, highest hour of the largest year, MW.
        relaxed_mw: the same with parts of units allowed to run; None in Phase 1.
        bound_mw: no plan carries more; None in Phase 1.
        resolution: what the bound holds for: ``year``, ``weeks`` or empty.
        asked_mw: highest load of the trajectory as typed.
        limits: limits that stop it, the strongest first.
        cells: the matrix, by technology set and flexible share.
        flexible_share: flexible share of the load in the project itself.
        acres: land by use, reserved land (halls, setbacks) and the substation included.
        seconds: time of the search, without the plan.
    """

    firm_mw: float
    relaxed_mw: float | None
    bound_mw: float | None
    resolution: str
    asked_mw: float
    limits: tuple[Worth, ...]
    cells: tuple[PotentialCell, ...]
    flexible_share: float
    acres: tuple[tuple[str, float], ...]
    seconds: float

    @property
    def gap(self) -> float | None:
        """(bound − firm load) / bound."""
        return None if not self.bound_mw else (self.bound_mw - self.firm_mw) / self.bound_mw

    def lines(self) -> Sequence[str]:
        """The answer for the command line."""
        proven = ""
        if self.bound_mw is not None:
            where = "every hour" if self.resolution == "year" else "typical weeks"
            proven = f"; no plan carries more than {self.bound_mw:,.1f} MW (proven for {where})"
        out = [f"This site supports {self.firm_mw:,.1f} MW of firm load{proven}"]
        for item in self.limits:
            gives = f": one more {item.unit} gives {item.mw_per_unit:,.4g} MW" if item.mw_per_unit is not None else ""
            out.append(f"  Stopped by {item.label}{gives}")
        return out

    def record(self) -> Mapping[str, Any]:
        """The answer as JSON values."""
        return {**asdict(self), "gap": self.gap, "acres": dict(self.acres)}
