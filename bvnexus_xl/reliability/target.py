"""The adequacy target: how the planning reserve rose until the plan met it, and what each step costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

Ended = Literal["met", "limits", "shared_cause", "steps", "time", "cancelled"]


@dataclass(frozen=True, slots=True)
class AdequacyStep:
    """One reserve tested.

    Attributes:
        phase: 1 screening, 2 optimisation.
        margin_mw: firm MW that the plan had to have to spare with the largest units out.
        year: weakest year of its plan.
        lolh, availability: of that year; battery not counted.
        shared_cause_h: part of ``lolh`` that more units of the same models cannot lower, h/yr.
        npv_cost_usd, lcoe_usd_per_mwh: of the plan, before or after tax as sheet Finance compares plans.
        keeps_limits: True where the plan keeps every limit.
        met: True where every year meets the target.
        price_usd_per_mwh: LCOE above that of the step before in the same phase; None for the first.
        added_mw: largest added load found with the reserve; None where load is given (all but P2).
        case: weakest date case where the plan has several (P5; cost and LCOE are then expected), otherwise empty.
    """

    phase: Literal[1, 2]
    margin_mw: float
    year: int
    lolh: float
    availability: float
    shared_cause_h: float
    npv_cost_usd: float
    lcoe_usd_per_mwh: float
    keeps_limits: bool
    met: bool
    price_usd_per_mwh: float | None
    added_mw: float | None = None
    case: str = ""

    @property
    def when(self) -> str:
        """``2031``, or ``2031, date case P90``."""
        return f"{self.year}, date case {self.case}" if self.case else f"{self.year}"


@dataclass(frozen=True, slots=True)
class AdequacySearch:
    """The steps, the one chosen and why it ended.

    Attributes:
        target_lolh: hours with a shortage allowed in any year, h/yr.
        steps: in the order tested.
        chosen: position of the step whose plan is the answer.
        objective_basis: whether cost and LCOE of the steps are before or after tax.
        ended: ``met``; ``limits`` (with more reserve no plan keeps every limit); ``shared_cause`` (what is left comes
            from gas supply and common cause); ``steps`` (as many as are tried); ``time``; ``cancelled``.
    """

    target_lolh: float
    steps: tuple[AdequacyStep, ...]
    chosen: int
    ended: Ended
    objective_basis: Literal["pre_tax", "after_tax"] = "pre_tax"

    @property
    def plan_step(self) -> AdequacyStep:
        """The step whose plan is the answer."""
        return self.steps[self.chosen]

    @property
    def last_nine(self) -> tuple[AdequacyStep, AdequacyStep] | None:
        """(the step before, the step) whose price is the price of the last nine; None where one reserve was enough.

        Where the last phase tested one reserve only, the steps are those of the screening that led to it.
        """
        for position in range(self.chosen, 0, -1):
            before, step = self.steps[position - 1], self.steps[position]
            if before.phase == step.phase and step.price_usd_per_mwh is not None:
                return before, step
        return None

    @property
    def tax_words(self) -> str:
        """What follows a cost that is after tax; empty where it is before."""
        return " after tax" if self.objective_basis == "after_tax" else ""

    def sentence(self) -> str:
        """Whether the target is met, with what reserve, and what the last step costs."""
        step = self.plan_step
        found = f"{step.lolh:,.2f} h/yr in {step.when}, the weakest year, with {step.margin_mw:,.1f} MW firm to spare"
        head = "is met" if step.met else "is NOT met"
        text = f"Target of {self.target_lolh:g} h/yr of shortage {head}: {found}"
        pair = self.last_nine
        if pair is None:
            return text + "."
        before, last = pair
        price = f"{last.price_usd_per_mwh or 0.0:,.2f} $/MWh{self.tax_words}"
        if before.added_mw is not None and last.added_mw is not None:
            price = f"{before.added_mw - last.added_mw:,.1f} MW less added load"
        return (
            f"{text}. Price of the last nine: {price} from {before.availability:.4%} to "
            f"{last.availability:.4%} available{' (screening)' if last.phase < step.phase else ''}."
        )

    def warning(self) -> str:
        """Why the target is missed and what would help; empty where it is met."""
        step = self.plan_step
        if step.met:
            return ""
        ceiling = "" if step.added_mw is None else " and the ceiling"
        reasons = {
            "met": "",
            "limits": f"with more reserve no plan was found that keeps every limit{ceiling}",
            "shared_cause": "more units of the same models hardly help",
            "steps": f"{len(self.steps)} reserves were tried, which is the most",
            "time": "the time limit left no room for another step",
            "cancelled": "the run was cancelled",
        }
        return (
            f"The adequacy target is missed by {step.lolh - self.target_lolh:,.2f} h/yr: {step.lolh:,.2f} expected in "
            f"{step.when} against {self.target_lolh:g} allowed, with {step.margin_mw:,.1f} MW firm to spare; "
            f"{reasons[self.ended]}. {step.shared_cause_h:,.2f} h/yr come from gas supply and common cause, which more "
            "units of the same models do not lower: another model, fuel or the grid does."
        )

    def record(self) -> dict[str, Any]:
        """The search as JSON values."""
        pair = self.last_nine
        return {
            "target_lolh_h_per_year": self.target_lolh,
            "met": self.plan_step.met,
            "ended": self.ended,
            "objective_basis": self.objective_basis,
            "planning_margin_mw": self.plan_step.margin_mw,
            "price_of_last_nine_usd_per_mwh": pair[1].price_usd_per_mwh if pair and pair[1].added_mw is None else None,
            "chosen_step": self.chosen,
            "steps": [
                {
                    "phase": step.phase,
                    "planning_margin_mw": step.margin_mw,
                    "weakest_year": step.year,
                    "weakest_date_case": step.case or None,
                    "lolh_h": step.lolh,
                    "availability": step.availability,
                    "shared_cause_h": step.shared_cause_h,
                    "npv_cost_usd": step.npv_cost_usd,
                    "lcoe_usd_per_mwh": step.lcoe_usd_per_mwh if math.isfinite(step.lcoe_usd_per_mwh) else None,
                    "price_usd_per_mwh": step.price_usd_per_mwh,
                    "added_mw": step.added_mw,
                    "keeps_limits": step.keeps_limits,
                    "met": step.met,
                }
                for step in self.steps
            ],
        }
