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

from bvnexus_xl.limits import Limit
from bvnexus_xl.model.costs import USD_PER_UNIT
from bvnexus_xl.solve.evaluate import YearDispatch
from bvnexus_xl.solve.given import SPINNING_RESERVE, limit_of
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Kind = Literal["planning", "operating"]
_RUN_HOURS = "run_hours:"
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
    units: Array,
) -> list[ShadowPrice]:
    """Prices of the dispatch's own limits in each year.

    Args:
        dispatch: the compiled dispatch.
        prices: price table, [K, Y].
        years: calendar years, Y.
        found: dispatch of each year by position.
        units: effective units of each thermal asset, [T, Y]: one more permitted hour is an hour of each of them.
    """
    out = []
    for position, year in enumerate(years):
        item = found[position]
        slope = dispatch.safe_cuts(best_multiplier(dispatch, item), prices[:, [position]], np.ones(1))[0]
        for name, change in zip(dispatch.case.parameters, slope, strict=True):
            limit = "import" if name == f"import:{dispatch.case.year_flag[position]}" else limit_of(name)
            if limit is not None:
                saving = float(change) if limit == SPINNING_RESERVE else -float(change)
                out.append(ShadowPrice(limit, year, "operating", _without_dust(saving * USD_PER_UNIT)))
        for number, asset in enumerate(dispatch.case.fleet.thermal):
            name = _RUN_HOURS + asset.key
            if name in dispatch.budget_names:
                price = float(item.prices[dispatch.budget_names.index(name)]) * float(units[number, position])
                out.append(ShadowPrice(name, year, "operating", price * USD_PER_UNIT))
    return out


def planning_prices(found: Mapping[str, Array], discount: Array, years: Sequence[int]) -> list[ShadowPrice]:
    """Prices from ``Master.planning_prices`` (million dollars of present value, [Y] by limit), in dollars of each year.

    ``discount`` is the present value in million dollars of a thousand dollars at the end of each year, [Y].
    """
    return [
        ShadowPrice(name, year, "planning", _without_dust(float(values[n] / discount[n]) * USD_PER_UNIT))
        for name, values in found.items()
        for n, year in enumerate(years)
    ]


def _without_dust(usd: float) -> float:
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
