"""Shadow prices of P5 lie between the one-sided differences of re-solves: expected over the dates, by year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.inputs.grid import GridYear
from bvnexus_xl.model.case import CONTINGENCY
from bvnexus_xl.problems.bridge.bridge_case import BridgeCase
from bvnexus_xl.problems.bridge.looser import looser
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.prices import expected_operating_prices, expected_planning_prices
from bvnexus_xl.problems.bridge.run import CompiledAxis, Run
from bvnexus_xl.problems.bridge.search import BridgeMaster, PositionPool
from bvnexus_xl.solve.benders import Benders, Search
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solve.given import constant_parameters
from bvnexus_xl.solve.shadow_prices import ShadowPrice
from tests.problems.bridge_projects import bridge_project, day_axis, prepared

DATES = (date(2029, 1, 1), date(2029, 4, 1), date(2029, 10, 1))
SHARE, GAP = 0.01, 1e-6
PLANNING: dict[str, dict[str, Any]] = {
    "nox": {"nox_limit_tpy": 80.0},
    "nox, potential to emit": {"nox_limit_tpy": 110.0, "emission_basis": "PTE_8760"},
    "gas_day": {"gas_limit_mcf_per_day": 5_600.0},
    "import": {"granted_mw": 15.0},
    "land": {"land_limit_acres": 12.0, "reserved_land_acres": 10.0},
    "planning_reserve": {"planning_reserve_enabled": True},
    "spinning_reserve": {},
}


def run_of(settings: dict[str, Any], early: float = 0.7) -> Run:
    """Two dates, two years; probability of the early date."""
    rules = {name: value for name, value in settings.items() if name != "granted_mw"}
    granted = (GridYear(year=2029, import_limit_mw=settings.get("granted_mw", 40.0)),)
    weights = {"probability_p10": early, "probability_p50": 0.0, "probability_p90": 1.0 - early}
    made = prepared(
        bridge_project(years=2, dates=DATES, bridge=weights, constraints=rules, grid={"import_limits": granted})
    )
    cases = len(made.dates.cases)
    nothing = BridgePlan(((),) * cases, np.zeros(cases), np.zeros((cases, 2)))
    return Run(made.market, made.dates, made.profiles, nothing, Phase2Options(), lambda _event: None, lambda: False)


def optimum(run: Run, axis: CompiledAxis, first: Benders, b: BridgeCase) -> tuple[float, BridgeMaster]:
    """Least cost with parts of units, dollars, and the master there; all cases share their cuts."""
    constants = constant_parameters(b.market.project, b.profiles, axis.case)
    assert isinstance(first.pool, PositionPool)
    master = BridgeMaster(b, constants, first.pool, run.clock)
    again = replace(first, master=master, search=Search())
    for _ in range(150):
        point = master.relaxed()
        cost = again.price(point, whole=False, rounds=30)
        if cost - point.bound <= GAP * cost:
            break
    found = master.relaxed().bound
    assert cost - found <= 2.0 * GAP * cost
    return found * 1e6, master


def total(prices: list[ShadowPrice], limit: str, sizes: dict[int, float]) -> float:
    """Saving of a share of the limit in every year, dollars of present value."""
    factors = dict(zip((2028, 2029), year_end_factors(0.08, 2), strict=True))
    return sum(SHARE * sizes[p.year] * factors[p.year] * p.usd_per_unit for p in prices if p.limit == limit)


@pytest.mark.parametrize("name", PLANNING)
def test_expected_planning_price_lies_between_the_differences(name: str) -> None:
    limit = name.partition(",")[0]
    run = run_of(PLANNING[name], 1.0 if limit == "spinning_reserve" else 0.7)
    axis = run.compiled(*day_axis(), keep=False)
    first = replace(run.search(axis, run.dates, "test"), accuracy=1e-8)
    assert isinstance(first.master, BridgeMaster)
    b = first.master.b
    cost, master = optimum(run, axis, first, b)
    found = expected_planning_prices(b, master.planning_prices())
    least, most = (total(found, limit, sizes) for sizes in _sizes(run, limit, master))
    tighter, looser_by = (
        change * (optimum(run, axis, first, looser(b, limit, -change * SHARE))[0] - cost) for change in (1.0, -1.0)
    )
    slack = 4.0 * GAP * cost
    assert tighter > 10.0 * slack
    assert looser_by - slack <= most
    assert least <= tighter + slack


def _sizes(run: Run, limit: str, master: BridgeMaster) -> tuple[dict[int, float], dict[int, float]]:
    """(least, most) of the limit in its unit by year.

    What must be held differs by year, and by case where there are several; the load to carry differs by hour.
    """
    if limit == "spinning_reserve":
        held = master.given(master.relaxed().sizes)[:, master.case.parameters.index(CONTINGENCY)]
        return ({2028: float(held[0]), 2029: float(held[1])},) * 2
    rules = run.market.project.constraints
    share = rules.synthetic_cap_margin if rules.emission_basis == "synthetic_cap" else 1.0
    size = {
        "nox": rules.nox_limit_tpy * share,
        "gas_day": rules.gas_limit_mcf_per_day,
        "import": 15.0,
        "land": rules.land_limit_acres,
        "planning_reserve": 30.0,
    }[limit]
    lowest = 0.99 * size if limit == "planning_reserve" else size
    return {2028: lowest, 2029: lowest}, {2028: size, 2029: size}


OPERATING = {
    "nox": ("cap:nox", 50.0),
    "gas_day": ("gas_day", 5_000.0),
    "spinning_reserve": (CONTINGENCY, 0.0),
    "import": ("import", 0.0),
}


@pytest.mark.parametrize("limit", OPERATING)
def test_expected_operating_price_lies_between_the_differences(limit: str) -> None:
    """The plan stays: eight hired engines and the grid; the limit moves in every case of 2029."""
    parameter, cap = OPERATING[limit]
    run = run_of({"granted_mw": 8.0})
    axis = run.compiled(*day_axis(), keep=False)
    search = run.search(axis, run.dates, "test")
    assert isinstance(search.master, BridgeMaster)
    b, names = search.master.b, axis.case.parameters
    given = search.master.constants.copy()
    for place, name in enumerate(names):
        if name.startswith("capacity:") and "rental" in name:
            given[:, place] = 8.0
        if name.startswith("import:"):
            quarters = 4 * b.year_of + int(name.partition(":")[2])
            given[:, place] = [b.dates.cases[s].granted_mw[q] for (s, _), q in zip(b.positions, quarters, strict=True)]
        if name == CONTINGENCY:
            given[:, place] = 5.0
        if name == parameter and cap:
            given[:, place] = cap
    moved = [place for place, name in enumerate(names) if name.startswith(parameter)]
    there = (given[:, moved] > 0.0) & (b.year_of == 1)[:, None]
    step = 1e-3 * given[:, moved].max()
    room = -1.0 if limit == "spinning_reserve" else 1.0
    values = []
    for change in (-1.0, 0.0, 1.0):
        now = given.copy()
        now[:, moved] += change * room * step * there
        found = search.evaluator(now, list(range(len(given))), rounds=40, accuracy=1e-9)
        values.append((float(sum(b.weight[p] * found[p].value for p in found)), found))
    prices = expected_operating_prices(b, axis.store.dispatch, search.evaluator.prices, values[1][1], given)
    (price,) = [p.usd_per_unit for p in prices if (p.limit, p.year) == (limit, 2029)]
    tighter, looser_by = ((values[n][0] - values[n + 1][0]) / step * 1e3 for n in (0, 1))
    assert tighter > 0.0
    assert looser_by * (1.0 - 1e-3) - 1e-2 <= price <= tighter * (1.0 + 1e-3) + 1e-2
