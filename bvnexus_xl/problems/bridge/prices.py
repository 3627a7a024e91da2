"""Shadow prices of P5: what a unit of room in a limit saves a year, expected over the date cases.

A limit of a calendar year is one limit in every case. Its price is the saving of one unit of room in that year in all
of them, each case weighted by its probability; import has a price in the cases and quarters that are granted some.
*Operating*: the plan stays. *Planning*: everything planned anew, parts of units allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.limits import Limit
from bvnexus_xl.model.costs import USD_PER_UNIT
from bvnexus_xl.problems.bridge.bridge_case import SHARED, BridgeCase
from bvnexus_xl.problems.bridge.cases import QUARTERS
from bvnexus_xl.problems.bridge.master_cost import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.solve.evaluate import YearDispatch
from bvnexus_xl.solve.given import limit_of
from bvnexus_xl.solve.parametric import ParametricDispatch
from bvnexus_xl.solve.shadow_prices import ShadowPrice, planning_prices, with_prices, without_dust, year_savings

Array = NDArray[np.float64]


def expected_operating_prices(
    b: BridgeCase, dispatch: ParametricDispatch, prices: Array, found: Mapping[int, YearDispatch], given: Array
) -> list[ShadowPrice]:
    """Prices of the dispatch's own limits in each year.

    Args:
        b: positions and probabilities.
        dispatch: the compiled dispatch.
        prices: price table of the positions, [K, P].
        found: dispatch of each position.
        given: parameters of the dispatch at each position, [P, params].
    """
    total: dict[tuple[str, int], float] = {}
    for position, (case, year) in enumerate(b.positions):
        names = [_limit_at(b, name, case, year) for name in dispatch.case.parameters]
        item, table = found[position], prices[:, [position]]
        for name, saving in year_savings(dispatch, table, item, given[position], names):
            total[name, year] = total.get((name, year), 0.0) + b.weight_of(case) * saving
    first = b.dates.first_year
    return [
        ShadowPrice(name, first + year, "operating", without_dust(saving * USD_PER_UNIT))
        for (name, year), saving in total.items()
    ]


def _limit_at(b: BridgeCase, parameter: str, case: int, year: int) -> str | None:
    """Name of the limit that a parameter is at a position; None where it is none."""
    kind, _, quarter = parameter.partition(":")
    if kind != "import":
        return limit_of(parameter)
    granted = case != SHARED and b.dates.cases[case].granted_mw[QUARTERS * year + int(quarter)] > 0.0
    return "import" if granted else None


def expected_planning_prices(b: BridgeCase, values: Mapping[str, Array]) -> list[ShadowPrice]:
    """Prices of the master (``BridgeMaster.planning_prices``), in dollars of each year."""
    factors = year_end_factors(b.market.project.finance.discount_rate, b.dates.years)
    years = b.market.project.years
    return planning_prices(values, factors * (USD_PER_UNIT / MASTER_USD), years)


def priced(limits: Sequence[Limit], prices: Sequence[ShadowPrice]) -> tuple[Limit, ...]:
    """Limits of a case with the expected prices; batches of a model have the price of the model's permitted hours."""
    by_model = with_prices([replace(limit, name=limit.name.partition("@")[0]) for limit in limits], prices)
    return tuple(replace(found, name=limit.name) for limit, found in zip(limits, by_model, strict=True))
