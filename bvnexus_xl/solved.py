"""``SolvedStudy``: everything a run found. The one hand-over from the solvers to sheets, JSON and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bvnexus_xl.conflict import Conflict
from bvnexus_xl.dispatch import HourlyDispatch, YearTotals
from bvnexus_xl.finance.money import Money
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit, Relaxation
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.ram import RamStudy
from bvnexus_xl.reliability.target import AdequacySearch
from bvnexus_xl.tier3.result import Tier3Result


@dataclass(frozen=True, slots=True)
class Proof:
    """How far from the best a plan can be. Costs are NPV in dollars.

    Attributes:
        lower_bound_usd: no plan in whole units costs less, at ``resolution``.
        upper_bound_usd: cost of the plan with unit commitment relaxed.
        gap: (upper bound − lower bound) / upper bound; None until Phase 2.
        committed_cost_usd: cost of the plan with whole units committed in every hour, lost load at its price where the
            bound holds for the year.
        certified_gap: (committed cost − lower bound) / committed cost.
        resolution: ``year`` (8,760 h of every year) or ``weeks`` (bounds hold for the representative weeks only).
        rounds: trials of the search, all resolutions.
    """

    lower_bound_usd: float | None = None
    upper_bound_usd: float | None = None
    gap: float | None = None
    committed_cost_usd: float | None = None
    certified_gap: float | None = None
    resolution: Literal["", "year", "weeks"] = ""
    rounds: int = 0


class Finding(Protocol):
    """What a problem found besides its plan; each problem has its own frozen type, its sheets know it."""

    def lines(self) -> Sequence[str]:
        """The answer in a few lines of plain text, before the plan's own."""
        ...

    def record(self) -> Mapping[str, Any]:
        """The answer as JSON values."""
        ...


@dataclass(frozen=True)
class SolvedStudy:
    """A solved project.

    Attributes:
        phase: 1 screening, 2 optimisation.
        status: ``done``, or ``infeasible`` when the best design found still breaks a limit.
        dispatches, totals: one per year.
        ram: reliability of the plan.
        warnings: what the reader should know, in plain sentences.
        seconds: wall time of each stage by name.
        designs_tried: candidate designs evaluated in Phase 1.
        proof: bounds and gap.
        screening: the Phase 1 study this optimisation started from; None in Phase 1 itself.
        relaxations: what each limit saves where it is a tenth looser; empty in Phase 1.
        finding: the answer to the problem where that is more than the plan; None in P1.
        adequacy: how the planning reserve rose until the adequacy target was met; None without a target.
        tier3: the plan at quarter-hours; None until it is validated.
        conflict: what an infeasible P1 would need, and what load it could carry; None where it is feasible.
        hours_by_rules: True where a Phase 2 ended before its dispatch, and its hours follow the rules of Phase 1.
    """

    project: Project
    fleet: Fleet
    profiles: Profiles
    plan: Plan
    phase: Literal[1, 2]
    status: Literal["done", "infeasible"]
    dispatches: tuple[HourlyDispatch, ...]
    totals: tuple[YearTotals, ...]
    money: Money
    limits: tuple[Limit, ...]
    ram: RamStudy
    warnings: tuple[str, ...]
    seconds: dict[str, float]
    designs_tried: int
    proof: Proof = field(default_factory=Proof)
    screening: SolvedStudy | None = None
    relaxations: tuple[Relaxation, ...] = ()
    finding: Finding | None = None
    conflict: Conflict | None = None
    adequacy: AdequacySearch | None = None
    tier3: Tier3Result | None = None
    hours_by_rules: bool = False

    @property
    def class_phase(self) -> Literal[1, 2]:
        """The phase whose accuracy the estimate has: that of the dispatch behind its costs."""
        return 1 if self.hours_by_rules else self.phase

    @property
    def broken_limits(self) -> tuple[Limit, ...]:
        """Limits the plan exceeds."""
        return tuple(limit for limit in self.limits if limit.broken)
