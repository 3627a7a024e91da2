"""The dispatch that is written: every year of a plan with whole units, a little below its yearly caps.

Every year gets its relaxed counts rounded, and an LP; of the years where whole units cost much the dearest are searched
week by week as well (``solve.weekly_units``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.model.case import LOAD, DispatchCase
from bvnexus_xl.solve.commitment import held_commitment
from bvnexus_xl.solve.deadline import TimeUp
from bvnexus_xl.solve.evaluate import DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.given import Sizes
from bvnexus_xl.solve.hourly import hourly_dispatch, load_of
from bvnexus_xl.solve.parametric import ParametricDispatch
from bvnexus_xl.solve.shadow_prices import energy_price_usd_per_mwh
from bvnexus_xl.solve.weekly_units import weekly_units

Array = NDArray[np.float64]
PRICING_ROUNDS = 12
"""Rounds of pricing yearly limits where a dispatch is to be kept, at the most: few years need more than five."""
_BELOW_CAPS = 1e-3
_ATTEMPTS = ((False, 0.0), (True, 0.0), (True, 4e-3), (True, 8e-3))
"""(every fraction of a unit rounded up, how far below its caps a year takes its units from), until whole units fit."""
_DEAR = 5e-3
"""Whole units that cost more than this share above the relaxed ones are tried otherwise."""
_MOST_SEARCHED = 2
"""Years still dear that are searched week by week, at the most, the dearest: a minute each."""


def inside_caps(case: DispatchCase, given: Array, share: float = _BELOW_CAPS) -> Array:
    """The same parameters with every yearly cap a little lower, by a share of what the load leaves of it, [Y, P].

    Caps are kept by prices found by search, exact to a few parts in ten thousand: the dispatch that is written aims
    below them, so that it keeps the caps themselves. Its cost is still an upper bound.
    """
    out = given.copy()
    load = given[:, case.parameters.index(LOAD)]
    for position, name in enumerate(case.parameters):
        if name.startswith("cap:"):
            taken = np.minimum(case.used_by_load(name.removeprefix("cap:")) * load, given[:, position])
            out[:, position] = taken + (given[:, position] - taken) * (1.0 - share)
    return out


def whole_dispatch(
    dispatch: ParametricDispatch,
    evaluator: DispatchEvaluator,
    given: Array,
    accuracy: float,
    years: Sequence[int] | None = None,
    searched: int = _MOST_SEARCHED,
) -> tuple[dict[int, YearDispatch], dict[int, YearDispatch]]:
    """Dispatch of ``years`` (all by default) at parameters [Y, P]: units relaxed, then with whole units held.

    Whole units emit a little more than the relaxed ones they come from, and what runs above minimum load may not be
    enough to make up for it: such a year takes its units from a relaxed dispatch below its caps. A year in which whole
    units are dear tries more of them online, and at most ``searched`` of those still dear are searched week by week.
    """

    def solved(parameters: Array, years: list[int], fixed: dict[int, Array] | None = None) -> dict[int, YearDispatch]:
        return evaluator(parameters, years, rounds=PRICING_ROUNDS, accuracy=accuracy, keep=True, fixed=fixed)

    over = list(range(len(given)) if years is None else years)
    relaxed = solved(given, over)
    committed: dict[int, YearDispatch] = {}
    source, below = relaxed, 0.0
    for all_up, farther_below in _ATTEMPTS:
        if farther_below > below:
            source, below = solved(inside_caps(dispatch.case, given, farther_below), over), farther_below
        held = {y: held_commitment(dispatch, _kept(source[y]), given[y], all_up=all_up) for y in over}
        for position, item in solved(given, over, held).items():
            if position not in committed or item.value < committed[position].value:
                committed[position] = item
        exceeding = [y for y in over if committed[y].excess.max(initial=0.0) > 0.0]
        dear = [y for y in over if committed[y].value > (1.0 + _DEAR) * relaxed[y].value]
        over = exceeding if all_up else sorted({*exceeding, *dear})
        if not over:
            break
    dear = [y for y in committed if committed[y].value > (1.0 + _DEAR) * relaxed[y].value]
    dear.sort(key=lambda y: relaxed[y].value - committed[y].value)
    try:
        for y in dear[:searched]:
            cost, known = evaluator.prices[:, y] @ dispatch.cost, committed[y]
            counts = weekly_units(dispatch, cost, known.prices, given[y], _kept(known), evaluator.check)
            item = solved(given, [y], {y: counts})[y]
            committed[y] = item if item.value < known.value else known
    except TimeUp:
        pass  # the rounded counts of the years not reached are a dispatch, too
    return relaxed, committed


def written_years(
    dispatch: ParametricDispatch, found: Mapping[int, YearDispatch], sizes: Sizes, given: Array
) -> tuple[HourlyDispatch, ...]:
    """Solved years by hour, with the price of energy."""
    return tuple(
        replace(
            hourly_dispatch(dispatch, _kept(found[y]), sizes, y, load_of(dispatch, given[y])),
            energy_price_usd_per_mwh=energy_price_usd_per_mwh(dispatch, found[y]),
        )
        for y in range(len(given))
    )


def _kept(item: YearDispatch) -> Array:
    assert item.columns is not None  # asked for with keep=True
    return item.columns
