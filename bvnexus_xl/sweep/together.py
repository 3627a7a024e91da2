"""One plan for the scenarios of sheet ``Scenarios``, by probability: two-stage, with builds as the first stage.

Phase 1 plans of each scenario start the search on representative weeks, those of each scenario its own. Then each
scenario is planned alone on the same rows, and its plan is priced in all others.
    value of the stochastic solution = expected cost of the reference's own plan − expected cost of the shared plan
    value of perfect information = expected cost of the shared plan − mean of the costs of own plans
Should an own plan be cheaper in expectation than what the search found, it becomes the shared plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.errors import Fault, InfeasibleProject, InputFaults, NoPlanFound
from bvnexus_xl.finance.investment import capex_each
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.scenarios import BASE_NAME
from bvnexus_xl.inputs.shared_checks import not_shared, studies_apart
from bvnexus_xl.plan import installed
from bvnexus_xl.problems.p1_greenfield import USD_PER_UNIT
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.screening.phase1 import screen_project
from bvnexus_xl.solve.benders import Benders, Report
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solve.scenarios import Member, compiled_member, point_of, shared_search
from bvnexus_xl.summaries import SOURCES
from bvnexus_xl.sweep.cases import Case
from bvnexus_xl.sweep.shared_plan import ScenarioCost, SharedBuild, SharedPlan

Array = NDArray[np.float64]
Progress = Callable[[str, float], None]
_RELAXED_TRIALS, _WHOLE_TRIALS = 30, 8
_TIGHTEST_GAP, _LOOSEST_GAP = 1e-4, 6e-3
_SHARED_TIME = 0.6
"""Share of the time limit after which no new trial of the shared plan starts."""
_RELAXED_TIME = 0.5
"""Share of a search's time after which trials with relaxed counts make way for plans in whole units."""
_PRICING_ROUNDS = 4
_ABOVE_CAP = 1e-3
"""Share of a yearly limit within which a plan on representative weeks counts as keeping it."""
_DUST = 1e-6
_STARTED, _SHARED = 0.4, 0.7
"""Shares of the progress after the starts, and after the shared plan."""


@dataclass(frozen=True, eq=False)
class Found:
    """What the search found, million dollars of present value.

    Attributes:
        builds: of the shared plan, whole units, [C, Y].
        cost: of each scenario under it, [S]; ``breaks`` where it exceeds a yearly limit.
        bound: proven lower bound of the expected cost.
        alone: cost of the best plan found for each scenario alone, [S].
        reference_cost: expected cost of the reference's own plan; None where it breaks a limit.
    """

    builds: Array
    cost: Array
    breaks: NDArray[np.bool_]
    bound: float
    alone: Array
    reference_cost: float | None


def plan_together(cases: Sequence[Case], options: Phase2Options, progress: Progress) -> SharedPlan:
    """The plan of least expected cost over cases with a probability; the first is the reference where it has one.

    Raises:
        InputFaults: the cases differ in what one plan must have in common, or none has a probability.
        InfeasibleProject: no plan meets land, planning reserve and potential to emit of all scenarios.
        NoPlanFound: no plan in whole units was found in time.
    """
    began = time.perf_counter()
    chosen = checked_cases(cases)
    members, starts = _members(chosen, options, progress)
    weights = [case.probability or 0.0 for case in chosen]
    reference = next((n for n, case in enumerate(chosen) if case.name == BASE_NAME), int(np.argmax(weights)))

    def report(share: float, stage: str, iteration: int, lower: float, cost: float) -> None:
        words = f": bound {lower:,.1f} M$, cost {cost:,.1f} M$" if np.isfinite(lower) and np.isfinite(cost) else ""
        progress(f"{stage}, trial {iteration}{words}", share)

    found = search_together(members, weights, starts, options, report, reference)
    return _result(chosen, members, weights, found, reference, time.perf_counter() - began)


def checked_cases(cases: Sequence[Case]) -> list[Case]:
    """Cases with a probability, if one plan can be made for them.

    Raises:
        InputFaults: naming each case that cannot have it.
    """
    chosen = [case for case in cases if case.probability]
    if not any(case.probability is not None for case in cases if case.name != BASE_NAME):
        raise InputFaults([not_shared("no scenario", "no probability", "scenarios must have probabilities")])
    faults: list[Fault] = [
        not_shared(case.name, "; ".join(case.faults), "it must be a sound study")
        for case in chosen
        if case.project is None
    ]
    sound = [(case.name, case.project) for case in chosen if case.project is not None]
    for name, project in sound:
        first_name, first = sound[0]
        own = list(studies_apart(name, project, first_name, first))
        if not own and (apart := _fleets_apart(build_fleet(project), build_fleet(first))):
            allowed = f"models, emission controls, existing plant and grid must be those of {first_name}"
            own.append(not_shared(name, apart, allowed))
        faults += own
    if faults:
        raise InputFaults(faults)
    return chosen


def _fleets_apart(fleet: Fleet, first: Fleet) -> str:
    """What one fleet can buy or has and the other not, in words; empty where nothing."""
    own, theirs = (
        {c.key: (c.label, c.mw_each, c.integer, c.existing, c.retirable) for c in each.columns}
        for each in (fleet, first)
    )
    keys = [key for key in {**own, **theirs} if own.get(key) != theirs.get(key)]
    return ", ".join(sorted({(own.get(key) or theirs[key])[0] for key in keys}))


def _members(cases: Sequence[Case], options: Phase2Options, progress: Progress) -> tuple[list[Member], list[Array]]:
    """Every case compiled on its representative weeks, and the builds of its Phase 1 plan."""
    members, starts = [], []
    for number, case in enumerate(cases):
        assert case.project is not None  # checked_cases
        progress(f"Screening {case.name}", _STARTED * number / len(cases))
        fleet = build_fleet(case.project)
        profiles = build_profiles(case.project, fleet)
        starts.append(screen_project(case.project, fleet, profiles).plan.builds)
        axis = representative_weeks(fleet, profiles, options.weeks)
        members.append(compiled_member(case.project, fleet, profiles, axis, lambda: False))
    return members, starts


def search_together(
    members: Sequence[Member],
    weights: Sequence[float],
    starts: Sequence[Array],
    options: Phase2Options,
    report: Callable[[float, str, int, float, float], None],
    reference: int,
) -> Found:
    """The shared plan, each scenario's own plan, and every plan priced in every scenario.

    Args:
        members: the scenarios, on one axis each.
        weights: their probabilities, adding to 1.
        starts: builds to begin with, [C, Y] each; need not be good, nor feasible.
        options: gap and time limit.
        report: called with the share done, stage, iteration, lower bound and cost.
        reference: number of the scenario whose own plan the value of the stochastic solution is against.

    Raises:
        InfeasibleProject, NoPlanFound: as ``plan_together``.
    """
    began, limit = time.perf_counter(), options.time_limit_s
    until = began + _SHARED_TIME * limit
    shared = _searched(members, weights, starts, options.gap, ("One plan for all", partial(report, _STARTED)), until)
    assert shared.search.best is not None  # _searched
    plans = [_whole(members[0].problem.fleet, shared.search.best.builds)]
    for number, member in enumerate(members):
        told = f"Scenario {number + 1} alone", partial(report, _SHARED + (1.0 - _SHARED) * number / len(members))
        until = began + limit * (_SHARED_TIME + (1.0 - _SHARED_TIME) * (number + 1) / len(members))
        alone = _searched([member], [1.0], [plans[0], starts[number]], options.gap, told, until)
        assert alone.search.best is not None
        plans.append(_whole(member.problem.fleet, alone.search.best.builds))
    return _best(shared, members, np.array(weights), plans, reference)


def _searched(
    members: Sequence[Member],
    weights: Sequence[float],
    starts: Sequence[Array],
    gap: float,
    told: tuple[str, Report],
    deadline: float,
) -> Benders:
    """A search that has found a plan in whole units."""
    now = time.perf_counter()
    search = shared_search(members, weights, *told, now + _RELAXED_TIME * max(deadline - now, 0.0))
    for builds in starts:
        search.price(point_of(members, weights, builds), whole=True, admitted=search.master.admits(builds))
    wanted = min(max(gap, _TIGHTEST_GAP), _LOOSEST_GAP)
    try:
        search.run_relaxed(wanted, _RELAXED_TRIALS)
    except InfeasibleProject as error:
        message = f"no plan keeps the limits of all scenarios: {error}"
        raise InfeasibleProject(message) from error
    search.deadline = deadline
    search.run_whole(wanted, _WHOLE_TRIALS)
    if search.search.best is None:
        message = "no plan in whole units was found for all scenarios within the time limit"
        raise NoPlanFound(message)
    return search


def _best(shared: Benders, members: Sequence[Member], weights: Array, plans: Sequence[Array], reference: int) -> Found:
    """The cheapest of the plans in expectation; the first is the search's, the others each scenario's own."""
    priced = [_costs(shared, members, builds) for builds in plans]
    expected = [float(weights @ cost) for cost, _ in priced]
    fits = [n == 0 or shared.master.admits(builds) for n, builds in enumerate(plans)]
    kept = [ok and not breaks.any() for ok, (_, breaks) in zip(fits, priced, strict=True)]
    first = 0 if kept[0] or not any(kept) else kept.index(True)
    best = min((n for n, ok in enumerate(kept) if ok), key=lambda n: expected[n], default=first)
    cost, breaks = priced[best]
    alone = np.array([min(cost[n], priced[1 + n][0][n]) for n in range(len(members))])
    own = 1 + reference
    return Found(
        builds=plans[best],
        cost=cost,
        breaks=breaks,
        bound=shared.search.lower,
        alone=alone,
        reference_cost=expected[own] if kept[own] else None,
    )


def _costs(shared: Benders, members: Sequence[Member], builds: Array) -> tuple[Array, NDArray[np.bool_]]:
    """(cost, whether a yearly limit is exceeded) of a plan in each scenario, [S]."""
    years = len(members[0].discount)
    given = shared.master.given(point_of(members, [1.0] * len(members), builds).sizes)
    positions = range(len(given))
    found = shared.evaluator(given, list(positions), rounds=_PRICING_ROUNDS, accuracy=shared.accuracy)
    cost, breaks = np.zeros(len(members)), np.zeros(len(members), dtype=bool)
    for number, member in enumerate(members):
        dispatch = member.pool.dispatch
        cost[number] = (member.fixed_each * builds).sum()
        for year in range(years):
            at = number * years + year
            cost[number] += member.discount[year] * found[at].value
            caps = dispatch.rhs[dispatch.budget_rows] @ given[at, : len(member.case.parameters)]
            breaks[number] |= bool(np.any(found[at].excess > _ABOVE_CAP * caps + _DUST))
    return cost, breaks


def _whole(fleet: Fleet, builds: Array) -> Array:
    """Builds with whole units exactly whole and dust removed."""
    out = np.where(np.abs(builds) > _DUST, builds, 0.0)
    whole = np.array([column.integer for column in fleet.columns])
    out[whole] = np.round(out[whole])
    return out


def _result(
    cases: Sequence[Case],
    members: Sequence[Member],
    weights: Sequence[float],
    found: Found,
    reference: int,
    seconds: float,
) -> SharedPlan:
    fleet, project = members[0].problem.fleet, members[0].problem.project
    expected = float(np.array(weights) @ found.cost)
    capex = [float((capex_each(m.problem.project, m.problem.fleet) * found.builds).sum()) for m in members]
    last = installed(fleet, found.builds)[:, -1]
    mw = dict.fromkeys(SOURCES, 0.0)
    for column, quantity in zip(fleet.columns, last, strict=True):
        if column.quantity != "mwh":
            mw[column.group] += float(quantity) * column.mw_each
    return SharedPlan(
        expected_cost_usd=expected * USD_PER_UNIT,
        bound_usd=found.bound * USD_PER_UNIT,
        gap=(expected - found.bound) / abs(expected),
        scenarios=tuple(
            ScenarioCost(
                name=case.name,
                probability=weight,
                cost_usd=float(cost) * USD_PER_UNIT,
                alone_usd=float(alone) * USD_PER_UNIT,
                breaks_limit=bool(breaks),
            )
            for case, weight, cost, alone, breaks in zip(
                cases, weights, found.cost, found.alone, found.breaks, strict=True
            )
        ),
        reference=cases[reference].name,
        vss_usd=None if found.reference_cost is None else (found.reference_cost - expected) * USD_PER_UNIT,
        evpi_usd=(expected - float(np.array(weights) @ found.alone)) * USD_PER_UNIT,
        capex_usd=float(np.array(weights) @ capex),
        builds=tuple(
            SharedBuild(
                year=project.years[year],
                key=column.key,
                label=column.label,
                unit=column.quantity,
                quantity=float(found.builds[row, year]),
            )
            for year in range(len(project.years))
            for row, column in enumerate(fleet.columns)
            if found.builds[row, year] != 0.0
        ),
        installed_mw=mw,
        battery_mwh=sum(float(q) for c, q in zip(fleet.columns, last, strict=True) if c.quantity == "mwh"),
        seconds=seconds,
    )
