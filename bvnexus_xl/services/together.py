"""Phase 2 of P4: a solved plan dispatched anew for what can be sold from it, if that is worth more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.limits import Limit, plan_limits
from bvnexus_xl.services.joint import joint_dispatch
from bvnexus_xl.services.study import SalesProof, ServicesStudy, services_cases, services_study
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solved import SolvedStudy


def decided_together(
    solved: SolvedStudy, gap: float, cancelled: Callable[[], bool], time_limit_s: float
) -> tuple[SolvedStudy, SalesProof | None]:
    """The study on the dispatch that earns most, sizes as they are, and how far from the most it is.

    The dispatch stays where holding capacity back would break a limit or cost more than it earns, and where the caller
    asked to stop or the time limit ended the run before it was done. There is no proof where the caller asked to stop,
    nor where nothing can be sold.
    """
    given = (solved.project, solved.fleet, solved.profiles, solved.plan)
    cases = services_cases(*given, solved.dispatches, solved.totals)
    if not any(case is not None and case.sources and case.programmes for case in cases):
        return solved, None
    try:
        found = joint_dispatch(solved, cases, gap, cancelled, time_limit_s)
    except Cancelled:
        return solved, None
    before = _worth(services_study(*given, solved.dispatches, solved.totals))
    factors = year_end_factors(solved.project.finance.discount_rate, len(solved.totals))
    at_most = max(float(found.at_most_usd @ factors), before)
    if not found.dispatches:
        return _noted(solved, time_limit_s), SalesProof(before, 0.0, at_most)
    totals = tuple(year_totals(*given[:3], one) for one in found.dispatches)
    money = plan_money(*given, totals)
    limits = plan_limits(*given, totals)
    dearer = money.npv_cost_usd - solved.money.npv_cost_usd
    after = _worth(services_study(*given, found.dispatches, totals)) - dearer
    # whole units rounded on the way may cost a little less than what the bound compares with
    at_most = max(at_most, after)
    if after <= before or any(limit.broken for limit in limits):
        return solved, SalesProof(before, 0.0, at_most)
    priced = tuple(_priced(limit, solved.limits) for limit in limits)
    solved = replace(solved, dispatches=found.dispatches, totals=totals, money=money, limits=priced)
    return solved, SalesProof(after, dearer, at_most)


def _noted(solved: SolvedStudy, time_limit_s: float) -> SolvedStudy:
    """The study as it is, with a note that time was short."""
    note = (
        f"{time_limit_s:,.0f} s were too short to decide dispatch and sales together: sold is what the dispatch of the "
        "plan leaves; the bound is proven."
    )
    return replace(solved, warnings=(note, *solved.warnings))


def _worth(study: ServicesStudy) -> float:
    """Present value of everything sold and avoided, $."""
    return study.net_pv_usd + study.avoided_pv_usd


def _priced(limit: Limit, before: tuple[Limit, ...]) -> Limit:
    """A limit of the new dispatch with the prices found for the plan."""
    old = next(item for item in before if (item.name, item.year) == (limit.name, limit.year))
    return replace(limit, operating_price_usd=old.operating_price_usd, planning_price_usd=old.planning_price_usd)
