"""The proof in plain words: what no plan can beat, how near this one is, what Phase 2 changed."""

from __future__ import annotations

import math

from bvnexus_xl.inputs.bridge import BRIDGE_PROBLEM
from bvnexus_xl.solved import Proof, SolvedStudy

_SAME, _OTHER_LOAD = 5e-4, 5e-3
"""Shares: costs that read as the same, energies that are those of another load (P2 and P3 decide it)."""
_MILLION = 1e6
_SHOWN = 1e4
"""Shares are shown to a hundredth of a percent; what is "at most" is rounded up to it."""
NOT_RUN = "Not run yet. A run with Phase 2 compares both phases here and proves how far from the best the plan can be."
PHASE_1_ONLY = (
    "Phase 1 searches and proves nothing: run Phase 2 for the comparison and the proof; below are Phase 1's figures."
)


def validation_sentences(solved: SolvedStudy | None) -> list[str]:
    """What the sheet says on top, one sentence or two an item."""
    if solved is None:
        return [NOT_RUN]
    if solved.screening is None:
        return [PHASE_1_ONLY]
    broken = ["THIS PLAN BREAKS LIMITS, see sheet Limits."] if solved.broken_limits else []
    expected = solved.project.study.problem == BRIDGE_PROBLEM
    return [*broken, _proof_sentence(solved.proof, expected=expected), _saving_sentence(solved, solved.screening)]


def above_bound(cost_usd: float, lower_bound_usd: float) -> float:
    """Share by which a cost can be above the best possible, at most; rounded up as it is shown, never below zero."""
    above = (cost_usd - lower_bound_usd) / abs(lower_bound_usd)
    return max(math.ceil(above * _SHOWN - 1e-9) / _SHOWN, 0.0)


def _proof_sentence(proof: Proof, *, expected: bool) -> str:
    """The proof; of P5 it holds for the cost expected over the date cases, not for that of the case shown."""
    lower, upper, committed = proof.lower_bound_usd, proof.upper_bound_usd, proof.committed_cost_usd
    if lower is None or upper is None:
        return "The run ended before a bound of cost was proven: nothing says how far from the cheapest this plan is."
    no_plan = "o plan in whole units has an expected cost of less" if expected else "o plan in whole units costs less"
    if proof.resolution == "year":
        cost, rest = (upper, "; its dispatch with whole units was not done") if committed is None else (committed, "")
        return (
            f"N{no_plan} than {_million(lower)}; this one is at most "
            f"{above_bound(cost, lower):.2%} above, on all 8,760 hours of every year{rest}."
        )
    return (
        f"On representative weeks, n{no_plan} than {_million(lower)}; this one is at most "
        f"{above_bound(upper, lower):.2%} above. Nothing is proven for the full year."
    )


def _saving_sentence(solved: SolvedStudy, screening: SolvedStudy) -> str:
    now, before = solved.money.objective_usd, screening.money.objective_usd
    apart = _apart(now, before)
    energy, earlier = (float(study.money.delivered_mwh.sum()) for study in (solved, screening))
    if earlier > 0.0 and abs(energy / earlier - 1.0) > _OTHER_LOAD:
        apart = f" and delivers {_words(energy, earlier)} energy than the Phase 1 plan it started from: compare LCOE"
    yardstick = ", which breaks limits" if screening.broken_limits else ""
    basis = "" if solved.project.finance.objective_basis == "pre_tax" else ", capital weighed after tax"
    shown = "In the date case shown it" if solved.project.study.problem == BRIDGE_PROBLEM else "It"
    return f"{shown} costs {_million(now)} in present value{basis}{apart}{yardstick}."


def _apart(now: float, before: float) -> str:
    """How far from the cost of the screening's plan, which carries the same load; empty where that has none."""
    if before <= 0.0:
        return ""
    if abs(now / before - 1.0) < _SAME:
        return ", as much as the Phase 1 plan it started from"
    return f", {_words(now, before)} than the Phase 1 plan it started from"


def _words(now: float, before: float) -> str:
    """``3.2% less``."""
    return f"{abs(now / before - 1.0):.1%} {'less' if now <= before else 'more'}"


def _million(usd: float) -> str:
    return f"${usd / _MILLION:,.2f} million"
