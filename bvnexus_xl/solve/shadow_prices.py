"""What one more unit of room in a limit saves, in dollars of the limit's year.

*Operating*: the plan stays, its dispatch is done anew with unit commitment relaxed. The price is the slope of the
dispatch's cost in the limit, read from the multipliers of its solve.
*Planning*: everything planned anew, parts of units allowed, from the capacity master: duals of its own rows (land,
planning reserve, potential to emit), the reduced cost of usable import, and for limits inside the dispatch the slopes
of the active cuts; present value divided by the discount factor of the year.

A unit of room is a unit more of what may be used, or a unit less of what must be held (both reserves). At a degenerate
optimum a price is one of several that are right, all of them between the one-sided differences of a re-solve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.limits import Limit
from bvnexus_xl.model.costs import USD_PER_UNIT
from bvnexus_xl.solve.evaluate import YearDispatch
from bvnexus_xl.solve.given import SPINNING_RESERVE, limit_of
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Kind = Literal["planning", "operating"]
_DUST_USD = 1e-4


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """Saving per unit of room in a limit, $ of that year.

    Attributes:
        limit: ``limits.Limit.name``.
        year: calendar year.
        kind: ``operating`` (the plan stays) or ``planning`` (planned anew).
        usd_per_unit: in the limit's natural unit, ≥ 0.
    """

    limit: str
    year: int
    kind: Kind
    usd_per_unit: float


def operating_prices(
    dispatch: ParametricDispatch,
    prices: Array,
    years: Sequence[int],
    found: Mapping[int, YearDispatch],
    given: Array,
) -> list[ShadowPrice]:
    """Prices of the dispatch's own limits in each year.

    Args:
        dispatch: the compiled dispatch.
        prices: price table, [K, Y].
        years: calendar years, Y.
        found: dispatch of each year by position.
        given: parameters of the dispatch in each year, [Y, P].
    """
    out = []
    for position, year in enumerate(years):
        granted = f"import:{dispatch.case.year_flag[position]}"
        names = ["import" if name == granted else limit_of(name) for name in dispatch.case.parameters]
        savings = year_savings(dispatch, prices[:, [position]], found[position], given[position], names)
        out += [ShadowPrice(name, year, "operating", without_dust(saving * USD_PER_UNIT)) for name, saving in savings]
    return out


def year_savings(
    dispatch: ParametricDispatch, prices: Array, item: YearDispatch, given: Array, names: Sequence[str | None]
) -> list[tuple[str, float]]:
    """(limit, what a unit of room saves) of one year, thousand dollars.

    Args:
        dispatch: the compiled dispatch.
        prices: price table of the year, [K, 1].
        item: its dispatch.
        given: its parameters, [P].
        names: limit that each parameter is, None where it is none, P.
    """
    multiplier = best_multiplier(dispatch, item)
    slope = dispatch.safe_cuts(multiplier, prices, np.ones(1))[0]
    out = [
        (name, float(change) if name == SPINNING_RESERVE else -float(change))
        for name, change in zip(names, slope, strict=True)
        if name is not None
    ]
    return out + _hour_prices(dispatch, multiplier, given)


def _hour_prices(dispatch: ParametricDispatch, multiplier: Array, given: Array) -> list[tuple[str, float]]:
    """What one more permitted hour saves, thousand dollars: of running each unit, of flexible computing at full depth.

    Permitted hours multiply every right-hand side they are in: what those are worth in all, divided by the hours.
    """
    case, budget = dispatch.case, dict(zip(dispatch.budget_names, dispatch.budget_rows, strict=True))
    found: list[tuple[str, float, NDArray[np.int64]]] = [
        (f"run_hours:{asset.key}", float(asset.row.max_run_hours_per_year or 0.0), np.zeros(0, dtype=np.int64))
        for asset in case.fleet.thermal
    ]
    classes = flexible_loads(case.project)
    for number, item in enumerate(classes):
        parts, days = (_of_class(dispatch, name, number, len(classes)) for name in ("flex_period", "flex_day"))
        found += [
            (f"flex_hours:{item.key}", item.hours_per_year, parts),
            (f"flex_day:{item.key}", item.hours_per_day, days),
        ]
    out = []
    for name, hours, rows in found:
        every = np.append(rows, budget[name]) if name in budget else rows
        if hours > 0.0 and len(every):
            out.append((name, -float(multiplier[every] @ (dispatch.rhs[every] @ given)) / hours))
    return out


def _of_class(dispatch: ParametricDispatch, family: str, number: int, classes: int) -> NDArray[np.int64]:
    """Rows of one flexible class in a family indexed by class first."""
    rows: NDArray[np.int64] = dispatch.rows.get(family, np.zeros(0, dtype=np.int64)).reshape(classes, -1)[number]
    return rows


def planning_prices(found: Mapping[str, Array], discount: Array, years: Sequence[int]) -> list[ShadowPrice]:
    """Prices from ``Master.planning_prices`` (million dollars of present value, [Y] by limit), in dollars of each year.

    ``discount`` is the present value in million dollars of a thousand dollars at the end of each year, [Y].
    """
    return [
        ShadowPrice(name, year, "planning", without_dust(float(values[n] / discount[n]) * USD_PER_UNIT))
        for name, values in found.items()
        for n, year in enumerate(years)
    ]


def without_dust(usd: float) -> float:
    """A price, zero where it is rounding of the solver."""
    return usd if usd > _DUST_USD else 0.0


def best_multiplier(dispatch: ParametricDispatch, item: YearDispatch) -> Array:
    """Multipliers of the round whose prices of yearly limits are the ones the year ended with, [M]."""
    rows = dispatch.budget_rows
    apart = [float(np.abs(multiplier[rows] + item.prices).sum()) for multiplier in item.multipliers]
    return item.multipliers[-1 - int(np.argmin(apart[::-1]))]


def energy_price_usd_per_mwh(dispatch: ParametricDispatch, item: YearDispatch) -> Array:
    """What one MWh less of load saves, by step, $/MWh of that year, [N]."""
    multiplier = best_multiplier(dispatch, item)
    price: Array = multiplier[dispatch.rows["balance"]] / dispatch.case.axis.weight * USD_PER_UNIT
    return price


def with_prices(limits: Sequence[Limit], prices: Sequence[ShadowPrice]) -> tuple[Limit, ...]:
    """Limits with their operating and planning prices, where there are any."""
    by_kind = {(p.kind, p.limit, p.year): p.usd_per_unit for p in prices}
    return tuple(
        replace(
            limit,
            operating_price_usd=by_kind.get(("operating", limit.name, limit.year)),
            planning_price_usd=by_kind.get(("planning", limit.name, limit.year)),
        )
        for limit in limits
    )
