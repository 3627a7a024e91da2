"""The master of P5 in the solver's terms, and its cuts: one store for all date cases, because a year is a year."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.problems.bridge.bridge_case import BridgeCase
from bvnexus_xl.problems.bridge.cases import QUARTERS
from bvnexus_xl.problems.bridge.master import bridge_master, least_mw
from bvnexus_xl.problems.bridge.plan import BridgePlan, Stay, first_in_first_out
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.deadline import Deadline
from bvnexus_xl.solve.given import Sizes, decided_positions
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.parametric import ParametricDispatch
from bvnexus_xl.yearly_caps import emission_caps_tons

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_MWH_SCALE = 0.25
_MORE_SECONDS, _MOST_SECONDS, _LEAST_SECONDS = 2.0, 60.0, 1.0
_MOST_OF_LEFT = 0.5
"""Share of the time left that one search in whole units may take."""
_SAME_MW = 1e-5
_HEURISTIC_EFFORT = 0.3
"""Share of the work HiGHS spends on finding plans: a good one early spares it half of the tree."""


@dataclass
class CutStore:
    """Cuts of every calendar year, thousand dollars of the year: cost(year, θ) ≥ cut · θ, whatever the date case.

    Attributes:
        keep: remember the multipliers, for a finer axis; numbered as the cuts of a year are.
        multipliers: (multiplier [M], year whose prices it was found with).
    """

    dispatch: ParametricDispatch
    prices: Array
    keep: bool
    multipliers: list[tuple[NDArray[np.float32], int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._cuts: list[list[Array]] = [[] for _ in range(self.prices.shape[1])]
        self._table: list[Array | None] = [None] * self.prices.shape[1]

    def add(self, multiplier: Array, year: int) -> None:
        """Cuts of all years from a multiplier found with the prices of one."""
        lead = int(np.argmax(self.prices[:2, year] > 0.0))
        base = self.prices[lead, year]
        scale = self.prices[lead] / base if base > 0.0 else np.ones(self.prices.shape[1])
        for other, cut in enumerate(self.dispatch.safe_cuts(multiplier, self.prices, scale)):
            self._cuts[other].append(cut)
            self._table[other] = None
        if self.keep:
            self.multipliers.append((multiplier.astype(np.float32), year))

    def table(self, year: int) -> Array:
        """All cuts of a year, [cuts, parameters]."""
        found = self._table[year]
        if found is None:
            found = np.array(self._cuts[year]).reshape(-1, self.dispatch.rhs.shape[1])
            self._table[year] = found
        return found


class PositionPool(CutPool):
    """The store seen from the positions of one master: each takes the cuts of its year, weighted by its probability."""

    def __init__(self, store: CutStore, year_of: Ints, discount: Array) -> None:
        super().__init__(store.dispatch, store.prices[:, year_of], discount)
        self._store, self._year_of = store, year_of

    def add(self, multiplier: Array, from_year: int, years: list[int] | None = None) -> None:
        """Cuts of a multiplier found at a position; they hold for every position of every master on the store."""
        self._store.add(multiplier, int(self._year_of[from_year]))

    def best(self, given: Array) -> tuple[Array, Array, list[int]]:
        """Highest cut of each position at parameters [P, params]: (values, cuts, number of its multiplier or −1)."""
        values, cuts, source = np.zeros(len(given)), np.zeros_like(given), [-1] * len(given)
        for position, theta in enumerate(given):
            table = self._store.table(int(self._year_of[position]))
            if len(table):
                level = table @ theta
                number = int(level.argmax())
                values[position] = level[number] * self.discount[position]
                cuts[position] = table[number] * self.discount[position]
                source[position] = number
        return values, cuts, source


class BridgeMaster(Master):
    """The capacity master over positions; what it offers the dispatch is its columns ``offer``."""

    mip_presolve = "on"

    def __init__(self, b: BridgeCase, constants: Array, pool: PositionPool, clock: Deadline) -> None:
        """``constants`` are those of the years, [Y, params]; a search in whole units ends when the clock says so."""
        self.b, self.clock = b, clock
        self._at = [position for position, _, _ in decided_positions(b.case)]
        super().__init__(bridge_master(b), b.case, constants[b.year_of], pool)
        self._patience = 0.0
        self._lp.setOptionValue("mip_heuristic_effort", _HEURISTIC_EFFORT)
        self._lp.cbMipInterrupt.subscribe(
            lambda event: event.interrupt() if clock.cancelled() or clock.passed else None
        )

    def whole(self, gap: float, seconds: float, start: Point | None = None) -> Point | None:
        """As ``Master.whole``; a search that used up its seconds gets more the next time, within what is left."""
        allowed = min(max(seconds, self._patience), max(_MOST_OF_LEFT * self.clock.left_s, _LEAST_SECONDS))
        began = time.perf_counter()
        found = super().whole(gap, allowed, start)
        if time.perf_counter() - began >= allowed:
            self._patience = min(_MORE_SECONDS * allowed, _MOST_SECONDS)
        return found

    def given(self, sizes: Sizes) -> Array:
        """Parameters of the dispatch at every position, [P, params]."""
        out = self.constants.copy()
        out[:, self._at] = sizes.effective.T
        return out

    def yearly_sizes(self, sizes: Sizes) -> Sizes:
        """What the hourly record needs: capacity of each fleet column but thermal ones, and the contingency, [C, P]."""
        fleet, count = self.case.fleet, len(self._offer)
        capacity, contingency = np.zeros((len(fleet.columns), count)), np.zeros(count)
        for row, (_, kind, number) in zip(sizes.effective, decided_positions(self.case), strict=True):
            if kind == "contingency":
                contingency = row
            elif kind == "capacity":
                capacity[number] = np.maximum(capacity[number], row)
        return Sizes(capacity, np.zeros(count), contingency)

    @contextmanager
    def held(self, columns: Ints, values: Array) -> Iterator[None]:
        """The same master with some columns held at values."""
        at = columns.astype(np.int32)
        low, high = self.form.lower[columns], self.form.upper[columns]
        try:
            for solver in (self._lp, self._level_lp):
                solver.changeColsBounds(len(at), at, values, values)
            yield
        finally:
            for solver in (self._lp, self._level_lp):
                solver.changeColsBounds(len(at), at, low, high)

    @contextmanager
    def covering(self, point: Point) -> Iterator[None]:
        """The same master for plans with at least a point's thermal MW in every quarter, its battery and its import."""
        form, thermal = self.form, len(self.case.fleet.thermal) * len(self.case.windows)
        least = least_mw(self.b)
        offered = point.sizes.effective.T
        per_model = offered[:, :thermal].reshape(len(offered), len(least), -1)
        level = np.einsum("kw,pkw->pw", least, per_model).ravel() - _SAME_MW
        rows = form.rows["cover"].astype(np.int32)
        columns = self._offer[:, thermal:].ravel().astype(np.int32)
        floor = np.maximum(offered[:, thermal:].ravel() - _SAME_MW, 0.0)
        none, free = np.zeros(len(rows)), np.full(len(rows), np.inf)
        try:
            self._lp.changeRowsBounds(len(rows), rows, level, free)
            self._lp.changeColsBounds(len(columns), columns, floor, form.upper[columns])
            yield
        finally:
            self._lp.changeRowsBounds(len(rows), rows, none, free)
            self._lp.changeColsBounds(len(columns), columns, form.lower[columns], form.upper[columns])

    def columns_of(self, plan: BridgePlan) -> tuple[Ints, Array]:
        """(columns, values) that make the master say a plan: stays, import asked for and taken.

        A stay that cases share is taken from the first case: a plan that may not know the date has it in all.
        """
        columns, values = self.first_stage(plan, 0, everything=True)
        b = self.b
        for name, wanted in (("request", [plan.request_mw[max(i, 0)] for i in b.requests]), ("taken", plan.taken_mw)):
            at = self.form.columns[name]
            columns, values = np.append(columns, at), np.append(values, np.ravel(wanted))
        return columns.astype(np.int64), values

    def first_stage(self, plan: BridgePlan, number: int, *, everything: bool = False) -> tuple[Ints, Array]:
        """(columns, values) of what a plan's case decides before the date is known; or of all stays of all cases."""
        b, form = self.b, self.form
        amount = [_quantities(stays) for stays in plan.stays]
        stay = [amount[number if i < 0 else i].get((k, v, e), 0.0) for k, v, e, i in b.stays if everything or i < 0]
        picked = [n for n, (_, _, _, i) in enumerate(b.stays) if everything or i < 0]
        columns, values = form.columns["stay"][picked], np.array(stay)
        if everything:
            return columns, values
        orders = [(n, k, v) for n, (k, v, i) in enumerate(b.orders) if i < 0]
        comes = [sum(q for (k2, v2, _), q in amount[number].items() if (k2, v2) == (k, v)) for _, k, v in orders]
        columns = np.append(columns, form.columns["arrive"][[n for n, _, _ in orders]])
        values = np.append(values, comes)
        if b.dates.known > 0:
            columns, values = np.append(columns, form.columns["request"]), np.append(values, plan.request_mw[number])
        return columns.astype(np.int64), values

    def plan_of(self, point: Point) -> BridgePlan:
        """The plan that a solution is, whole where it must be."""
        b, form, found = self.b, self.form, point.builds
        values = found[form.columns["stay"]]
        by_case: list[list[Stay]] = [[] for _ in b.split]
        for (k, v, e, i), quantity in zip(b.stays, values.tolist(), strict=True):
            if quantity > 1e-7:
                for s in b.cases_of(i):
                    by_case[s].append(Stay(k, v, e, quantity))
        most = b.most_granted_mw
        request = np.minimum(found[form.columns["request"]], most)
        taken = np.minimum(found[form.columns["taken"]], most)
        return BridgePlan(
            stays=tuple(first_in_first_out(stays) for stays in by_case),
            request_mw=np.resize(request, len(b.dates.cases)),
            taken_mw=taken.reshape(len(b.dates.cases), b.dates.years),
        )

    # Prices of a year: room in all date cases, weighted by probability as the cost is, [Y] by limit.

    def _duals(self) -> tuple[Array, Array]:
        """Those of a basis: quarters without grid or units leave no inside to be in the middle of."""
        found = self._lp.getSolution()
        return np.array(found.row_dual), np.array(found.col_dual)

    def _row_prices(self, rows: Array, reduced: Array) -> dict[str, Array]:
        form, out = self.form, {}
        for name, limit in (("land", "land"), ("firm", "planning_reserve")):
            if name in form.rows:
                last = np.array(form.row_index[name], dtype=np.int64)
                year = last if name == "firm" else last // QUARTERS
                out[limit] = self._by_year(rows[form.rows[name]] * (1.0 if name == "firm" else -1.0), year)
        if "pte" in form.rows:
            names = list(emission_caps_tons(self.case.project))
            values = -rows[form.rows["pte"]].reshape(len(names), -1)
            years = np.array(form.row_index["pte"], dtype=np.int64).reshape(len(names), -1) // QUARTERS
            out |= {name: self._by_year(tons, year) for name, tons, year in zip(names, values, years, strict=True)}
        columns = form.columns["imports"]
        granted = form.upper[columns] > 0.0
        quarter = np.array(form.column_index["imports"], dtype=np.int64)
        out["import"] = self._by_year(np.maximum(-reduced[columns], 0.0) * granted, quarter // QUARTERS)
        return out

    def _cut_prices(self, rows: Array) -> dict[str, Array]:
        found = super()._cut_prices(rows)
        return {name: self._by_year(values, self.b.year_of) for name, values in found.items()}

    def _by_year(self, values: Array, year: Ints) -> Array:
        total: Array = np.bincount(year, weights=values, minlength=self.b.dates.years).astype(float)
        return total

    def _place(self) -> None:
        self._offer = self.form.columns["offer"].reshape(len(self.b.positions), len(self._at))
        self._builds = np.arange(self.form.matrix.shape[1]).reshape(1, -1)[0]

    def _decides(self, year: int) -> list[tuple[int, int]]:
        return [(at, int(column)) for at, column in zip(self._at, self._offer[year], strict=True)]

    def _sizes(self, found: Array) -> Sizes:
        none = np.zeros(len(self._offer))
        return Sizes(np.maximum(found[self._offer], 0.0).T, none, none)

    def _moving(self) -> tuple[Ints, Array]:
        fleet, scale = self.case.fleet, []
        for _, kind, number in decided_positions(self.case):
            each = fleet.columns[number].mw_each if kind == "capacity" else 1.0
            scale.append(_MWH_SCALE if kind == "capacity" and fleet.columns[number].quantity == "mwh" else each)
        return self._offer.ravel(), np.tile(scale, len(self._offer))

    def _position(self, sizes: Sizes) -> Array:
        return sizes.effective.T.ravel()


def _quantities(stays: tuple[Stay, ...]) -> dict[tuple[int, int, int], float]:
    out: dict[tuple[int, int, int], float] = {}
    for stay in stays:
        key = (stay.stream, stay.arrives, stay.leaves)
        out[key] = out.get(key, 0.0) + stay.quantity
    return out


def alone_plan(plan: BridgePlan, number: int) -> BridgePlan:
    """What a plan does in one case, as a plan of that case alone."""
    here = slice(number, number + 1)
    return BridgePlan(plan.stays[here], plan.request_mw[here], plan.taken_mw[here])
