"""What one more unit of a limit saves.

*Operating*: sizes fixed, from the dispatch of the plan. Yearly limits carry their price; a limit of every day or hour
carries the sum of its rows' duals. *Planning*: everything re-planned with counts relaxed, from the capacity master: its
own rows (land, planning reserve) and, for limits inside the dispatch, the slope of the active cuts. Both in dollars of
the limit's year: present value divided by that year's discount factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.limits import Limit
from bvnexus_xl.model.case import GAS_DAY, GAS_HOUR
from bvnexus_xl.model.costs import USD_PER_UNIT
from bvnexus_xl.solve.evaluate import YearDispatch
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Kind = Literal["planning", "operating"]
_KINDS: tuple[Kind, ...] = ("planning", "operating")
"""The one to show first."""


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """Saving per unit of a limit, $ of that year.

    Attributes:
        limit: ``limits.Limit.name``.
        year: calendar year.
        kind: ``operating`` (sizes fixed) or ``planning`` (re-planned).
        usd_per_unit: in the limit's natural unit, ≥ 0.
    """

    limit: str
    year: int
    kind: Kind
    usd_per_unit: float


def operating_prices(
    dispatch: ParametricDispatch, years: Sequence[int], found: dict[int, YearDispatch]
) -> list[ShadowPrice]:
    """Prices of the dispatch's own limits in each year; ``found`` by position."""
    out = []
    for position, year in enumerate(years):
        item = found[position]
        names = zip(dispatch.budget_names, item.prices, strict=True)
        out += [ShadowPrice(name, year, "operating", float(price) * USD_PER_UNIT) for name, price in names]
        multiplier = item.multipliers[-1]
        for name in ("gas_day", "gas_hour"):
            if name in dispatch.rows:
                price = max(-float(multiplier[dispatch.rows[name]].sum()), 0.0)
                out.append(ShadowPrice(name, year, "operating", price * USD_PER_UNIT))
    return out


def planning_prices(
    by_row: dict[str, Array], by_parameter: dict[str, Array], discount: Array, years: Sequence[int]
) -> list[ShadowPrice]:
    """Prices from ``Master.planning_prices`` (million dollars of present value), in dollars of each year.

    ``discount`` is the present value in million dollars of a thousand dollars at the end of each year, [Y].
    """
    found = dict(by_row)
    for name, values in by_parameter.items():
        if name.startswith("cap:") or name in (GAS_DAY, GAS_HOUR):
            found[name.removeprefix("cap:")] = values
    return [
        ShadowPrice(name, year, "planning", max(float(values[n] / discount[n]) * USD_PER_UNIT, 0.0))
        for name, values in found.items()
        for n, year in enumerate(years)
    ]


def energy_price_usd_per_mwh(dispatch: ParametricDispatch, item: YearDispatch) -> Array:
    """Value of one more MWh of supply by step, $/MWh of that year, [N]."""
    price: Array = item.multipliers[-1][dispatch.rows["balance"]] / dispatch.case.axis.weight * USD_PER_UNIT
    return price


def with_prices(limits: Sequence[Limit], prices: Sequence[ShadowPrice]) -> tuple[Limit, ...]:
    """Limits with their shadow price: planning where it is known, else operating."""
    by_kind = {(p.kind, p.limit, p.year): p.usd_per_unit for p in prices}

    def priced(limit: Limit) -> Limit:
        for kind in _KINDS:
            price = by_kind.get((kind, limit.name, limit.year))
            if price is not None:
                return replace(limit, shadow_price_usd=price, shadow_price_kind=kind)
        return limit

    return tuple(priced(limit) for limit in limits)
