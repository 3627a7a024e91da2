"""What P5 answers: commit now, decide when the date is known, the worth of hedging, and what becomes of everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bvnexus_xl.problems.bridge.market import Exit


@dataclass(frozen=True, slots=True)
class Commitment:
    """An order, or the end of a stay, in one case; ``now`` is True where it is decided before the date is known.

    Attributes:
        case: name of the date case; empty for what is the same in all.
        decided: latest day of the decision.
        happens: day units are in operation, or have left.
        action: ``order`` or ``end``.
        quantity, unit: how much.
    """

    case: str
    now: bool
    decided: date
    happens: date
    action: str
    label: str
    quantity: float
    unit: str


@dataclass(frozen=True, slots=True)
class AssetExit:
    """What becomes of a quantity of one kind of plant in one case."""

    case: str
    label: str
    quantity: float
    unit: str
    arrives: date
    leaves: date | None
    exit: Exit
    value_usd: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One date case of the hedging plan.

    Attributes:
        npv_cost_usd, lcoe_usd_per_mwh: of the dispatched plan.
        certain_usd: cost if this date had been certain; None where it was not solved for.
        first_decisions_usd: expected cost over all dates of the first decisions made for this date alone.
        grid_mw: import taken in the end; ``grid_from`` its first day, None where none is taken.
        hired_mw, own_mw, import_mw, load_mw: MW in place in each quarter; import as far as energised and taken.
        backup_mw, response_mw: own MW in these roles by year.
        months: energy by source around the change to the grid.
        cost_lines_usd: present value by line.
    """

    name: str
    energised: date
    probability: float
    npv_cost_usd: float
    lcoe_usd_per_mwh: float
    certain_usd: float | None
    first_decisions_usd: float | None
    grid_mw: float
    grid_from: date | None
    hired_mw: tuple[float, ...]
    own_mw: tuple[float, ...]
    import_mw: tuple[float, ...]
    load_mw: tuple[float, ...]
    backup_mw: tuple[float, ...]
    response_mw: tuple[float, ...]
    months: tuple[MonthAround, ...]
    cost_lines_usd: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class MonthAround:
    """A calendar month near the change: MW in place and energy by source, GWh."""

    month: date
    hired_mw: float
    own_mw: float
    import_mw: float
    hired_gwh: float
    own_gwh: float
    import_gwh: float
    other_gwh: float
    unserved_gwh: float


@dataclass(frozen=True)
class BridgeFinding:
    """The answer to P5.

    Attributes:
        shown: name of the case that the other sheets show.
        known: day the date is known.
        request_mw: import asked for now.
        expected_usd: expected cost of the hedging plan as dispatched.
        hedged_usd, gap_usd: the same on representative weeks, and how far it may be from the best there.
        vss_usd: value of the stochastic solution: what planning for the P50 date alone would cost more; None where it
            was not solved for, infinite where its first decisions cannot be completed.
        evpi_usd: expected value of perfect information.
        grid_pays: whether import is taken in every, some or no case.
        break_even_months: hire against purchase of the first bought model, closed form; None without both.
    """

    shown: str
    first_year: int
    known: date
    cases: tuple[CaseResult, ...]
    commitments: tuple[Commitment, ...]
    exits: tuple[AssetExit, ...]
    request_mw: float
    expected_usd: float
    hedged_usd: float | None
    gap_usd: float | None
    vss_usd: float | None
    evpi_usd: float | None
    break_even_months: float | None

    @property
    def grid_pays(self) -> str:
        """``in every case``, ``in no case`` or the names of the cases."""
        taken = [case.name for case in self.cases if case.grid_mw > 0.05]
        if len(taken) == len(self.cases):
            return "in every case"
        return "in no case" if not taken else "in " + ", ".join(taken)

    def lines(self) -> Sequence[str]:
        """The answer in a few lines."""
        out = [f"Bridge: expected cost {self.expected_usd / 1e6:,.1f} M$; {self.hire_sentence()}"]
        for case in self.cases:
            grid = f"{case.grid_mw:,.0f} MW of grid" if case.grid_mw > 0.05 else "no grid"
            out.append(
                f"  {case.name} {case.energised:%b %Y} ({case.probability:.0%}): "
                f"{case.npv_cost_usd / 1e6:,.1f} M$, {grid} at the end"
            )
        if self.grid_pays == "in no case":
            out.append("The grid never pays here: no import is taken whatever its date.")
        if self.vss_usd is not None and self.evpi_usd is not None:
            out.append(
                f"Hedging is worth {_million(self.vss_usd)} against planning for {self.shown} alone; "
                f"knowing the date now would be worth {_million(self.evpi_usd)}"
            )
            out.append(f"Decided now for one date alone: {', '.join(map(self._alone, self.cases))}")
        return out

    def _alone(self, case: CaseResult) -> str:
        """``P90 +3.55 M$``: what a case's own first decisions cost more over all dates."""
        if case.first_decisions_usd is None or self.hedged_usd is None:
            return f"{case.name} cannot be carried through within the limits"
        return f"{case.name} {(case.first_decisions_usd - self.hedged_usd) / 1e6:+,.2f} M$"

    def hire_sentence(self) -> str:
        """What is committed now, in one clause."""
        units: dict[str, float] = {}
        for item in self.commitments:
            if item.now and item.action == "order" and item.unit == "units":
                units[item.label] = units.get(item.label, 0.0) + item.quantity
        what = ", ".join(f"{quantity:,.0f} x {label}" for label, quantity in units.items())
        asked = f"ask for {self.request_mw:,.0f} MW of import" if self.request_mw > 0.05 else "ask for no import"
        return f"commit now: {what or 'no units'}; {asked}"

    def record(self) -> Mapping[str, Any]:
        """The answer as JSON values."""
        return {
            "expected_cost_usd": self.expected_usd,
            "hedged_cost_on_weeks_usd": self.hedged_usd,
            "value_of_stochastic_solution_usd": _finite(self.vss_usd),
            "expected_value_of_perfect_information_usd": self.evpi_usd,
            "accuracy_of_both_usd": self.gap_usd,
            "date_known": self.known.isoformat(),
            "import_asked_for_mw": self.request_mw,
            "grid_pays": self.grid_pays,
            "break_even_months": _finite(self.break_even_months),
            "cases": [
                {
                    "name": case.name,
                    "energisation_date": case.energised.isoformat(),
                    "probability": case.probability,
                    "npv_cost_usd": case.npv_cost_usd,
                    "if_certain_usd": case.certain_usd,
                    "first_decisions_over_all_dates_usd": case.first_decisions_usd,
                    "grid_mw": case.grid_mw,
                    "hired_mw_by_quarter": list(case.hired_mw),
                    "own_mw_by_quarter": list(case.own_mw),
                    "import_mw_by_quarter": list(case.import_mw),
                }
                for case in self.cases
            ],
            "commitments": [
                {
                    "case": item.case or "all",
                    "decided_before_date_known": item.now,
                    "decide_by": item.decided.isoformat(),
                    "happens": item.happens.isoformat(),
                    "action": item.action,
                    "what": item.label,
                    "quantity": item.quantity,
                    "unit": item.unit,
                }
                for item in self.commitments
            ],
            "exits": [
                {
                    "case": item.case,
                    "what": item.label,
                    "quantity": item.quantity,
                    "unit": item.unit,
                    "from": item.arrives.isoformat(),
                    "until": item.leaves.isoformat() if item.leaves else None,
                    "exit": item.exit,
                    "value_usd": item.value_usd,
                }
                for item in self.exits
            ],
        }


def _million(value: float) -> str:
    return "more than can be completed" if value == float("inf") else f"{value / 1e6:,.2f} M$"


def _finite(value: float | None) -> float | None:
    return None if value is None or value == float("inf") else value
