"""The plan dispatched with whole units in every hour of every date case, and its proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.limits import Limit, Relaxation
from bvnexus_xl.problems.bridge.bridge_case import SHARED
from bvnexus_xl.problems.bridge.comparison import Hedge
from bvnexus_xl.problems.bridge.hedging import bridge_of, plan_of, point_of
from bvnexus_xl.problems.bridge.looser import savings
from bvnexus_xl.problems.bridge.master_cost import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.prices import expected_operating_prices, expected_planning_prices
from bvnexus_xl.problems.bridge.run import Run
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.evaluate import YearDispatch
from bvnexus_xl.solve.hourly import hourly_dispatch, load_of
from bvnexus_xl.solve.master import Point
from bvnexus_xl.solve.shadow_prices import ShadowPrice
from bvnexus_xl.solve.whole_dispatch import inside_caps, whole_dispatch
from bvnexus_xl.solved import Proof

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BridgeSolution:
    """What Phase 2 found.

    Attributes:
        plan: the hedging plan, whole units.
        hourly: per case and year, whole units committed; empty where the run was cancelled or its time ended before.
        proof: bounds and gap of the expected cost.
        hedge: the comparison; None where there is one date only or the run was cancelled.
        prices: shadow prices, expected over the date cases; empty where nothing was dispatched.
        saved: finds what each of some limits saves where it is a tenth looser; None where nothing was dispatched.
    """

    plan: BridgePlan
    hourly: tuple[tuple[HourlyDispatch, ...], ...]
    proof: Proof
    hedge: Hedge | None
    warnings: tuple[str, ...]
    seconds: dict[str, float]
    prices: tuple[ShadowPrice, ...] = ()
    saved: Callable[[Sequence[Limit]], tuple[Relaxation, ...]] | None = None


def dispatched(run: Run, weeks: Benders, year: Benders, hedge: Hedge | None) -> BridgeSolution:
    """Dispatch the best plan with whole units in every hour of every case, and put proof and prices together."""
    since = time.perf_counter()
    master, plan = bridge_of(year), plan_of(run.leading or weeks)
    point = point_of(year, plan)
    if point is None:
        message = "the plan of the representative weeks is no plan of the full year"
        raise NoPlanFound(message)
    given = inside_caps(master.case, master.given(point.sizes))
    dispatch, b = year.pool.dispatch, master.b
    relaxed, committed = whole_dispatch(dispatch, year.evaluator, given, year.accuracy)
    hourly = [_hourly(year, point, committed[p], p, given[p]) for p in range(len(given))]
    number = {place: p for p, place in enumerate(b.positions)}
    by_case = tuple(
        tuple(hourly[number.get((s, y), number.get((SHARED, y), -1))] for y in range(run.dates.years)) for s in b.split
    )
    proof = _proof(run, weeks, year, *(_cost(year, point, found) for found in (relaxed, committed)))
    since = run.timed("commitment", since)
    values = bridge_of(year if run.options.resolution == "year" else weeks).planning_prices()
    prices = expected_operating_prices(b, dispatch, year.evaluator.prices, relaxed, given)
    prices += expected_planning_prices(b, values)
    run.timed("shadow prices", since)

    def saved(limits: Sequence[Limit]) -> tuple[Relaxation, ...]:
        return savings(run, weeks, plan, limits, values)

    return BridgeSolution(plan, by_case, proof, hedge, tuple(run.warnings), run.seconds, tuple(prices), saved)


def _cost(year: Benders, point: Point, found: Mapping[int, YearDispatch]) -> float:
    """Expected cost of a plan as dispatched, million dollars."""
    return point.fixed + float(sum(year.discount[p] * item.value for p, item in found.items()))


def _proof(run: Run, weeks: Benders, year: Benders, relaxed: float, committed: float) -> Proof:
    """Bounds at the resolution asked for; says so where the gap is wider than asked for."""
    full = run.options.resolution == "year"
    search = year.search if full else weeks.search
    upper = min(relaxed, search.best_cost) if full else search.best_cost
    gap = (upper - search.lower) / abs(upper)
    if gap > run.options.gap:
        why = f"the time limit of {run.options.time_limit_s:g} s" if run.late else "the last trial"
        run.warnings.append(f"The search ended at {why} with a gap of {gap:.2%}; asked for was {run.options.gap:.2%}.")
    return Proof(
        lower_bound_usd=search.lower * MASTER_USD,
        upper_bound_usd=upper * MASTER_USD,
        gap=gap,
        committed_cost_usd=committed * MASTER_USD,
        certified_gap=(committed - search.lower) / abs(committed) if full else None,
        resolution=run.options.resolution,
        rounds=weeks.search.iterations + year.search.iterations,
    )


def _hourly(year: Benders, point: Point, found: YearDispatch, position: int, given: Array) -> HourlyDispatch:
    """Dispatch of a position; sizes of columns other than thermal ones are those of the position."""
    master, dispatch = bridge_of(year), year.pool.dispatch
    sizes = master.yearly_sizes(point.sizes)
    return hourly_dispatch(dispatch, _kept(found), sizes, position, load_of(dispatch, given))


def _kept(item: YearDispatch) -> Array:
    assert item.columns is not None  # asked for with keep=True
    return item.columns
