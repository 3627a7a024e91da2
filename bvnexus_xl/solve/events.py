"""What a run reports while it works, and how it may be asked to work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Resolution = Literal["year", "weeks"]


@dataclass(frozen=True, slots=True)
class Phase2Options:
    """How to run Phase 2.

    Attributes:
        gap: relative gap at which the proof is good enough.
        time_limit_s: wall time after which the best plan so far is returned with its gap and a warning.
        resolution: ``year`` proves on 8,760 h; ``weeks`` stops at the proof on representative weeks.
        weeks: representative weeks asked of the clustering; extreme weeks come on top.
        relaxation_share: seconds spent on what relaxing each limit saves, as a share of those spent until then; never
            beyond the time limit. 0 leaves it out.
    """

    gap: float = 0.005
    time_limit_s: float = 600.0
    resolution: Resolution = "year"
    weeks: int = 6
    relaxation_share: float = 0.5


@dataclass(frozen=True, slots=True)
class SolveEvent:
    """One step of progress. Bounds and cost are present value in dollars; None until there is one."""

    stage: str
    iteration: int
    lower_bound_usd: float | None
    cost_usd: float | None
    gap: float | None
    seconds: float


def event_sentence(event: SolveEvent) -> str:
    """The event as people read it: ``year 3: bound 2,401 M$, cost 2,412 M$, gap 0.46 %``."""
    parts = []
    if event.lower_bound_usd is not None:
        parts.append(f"bound {event.lower_bound_usd / 1e6:,.1f} M$")
    if event.cost_usd is not None:
        parts.append(f"cost {event.cost_usd / 1e6:,.1f} M$")
    if event.gap is not None:
        parts.append(f"gap {100 * event.gap:.2f} %")
    return f"{event.stage} {event.iteration}: " + (", ".join(parts) or "starting")
