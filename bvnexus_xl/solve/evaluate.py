"""Dispatch of a plan: every year priced on one axis, with cuts that bound its cost for every other plan.

Blocks are solved side by side on threads, each block warm from its last basis of the same year. Yearly limits carry a
price per year; rounds of pricing go on until the cheapest mix of the dispatches found is proven within ``accuracy``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.solve.absent import AbsentAssets, dropped_columns, running_assets
from bvnexus_xl.solve.billing_split import BillingSplit
from bvnexus_xl.solve.blocks import BlockArrays, BlockSolver, split, without
from bvnexus_xl.solve.budget_prices import Mix, Offers, PriceWalk, best_mix
from bvnexus_xl.solve.budget_terms import budget_penalties, merit_order
from bvnexus_xl.solve.highs import THREADS
from bvnexus_xl.solve.parametric import ParametricDispatch
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_EXTRA_ROUNDS = 5
_STARTS_KEPT = 3
_FLEETS_KEPT = 4
_PLANS_KEPT = 2
_SAME_DIGITS = 5
"""Parameters of a plan are the same to so many digits of a MW: a search knows them to the accuracy of its LP."""
_PRICE_WEIGHT = 0.5


class Cancelled(Exception):
    """The caller asked to stop; what has been found so far stands."""


@dataclass
class YearDispatch:
    """A year priced at given parameters.

    Attributes:
        value: cost of the best mix found, thousand dollars nominal, steering penalties included.
        lower: proven lower value at the same parameters (pinned borders aside).
        multipliers: row multipliers of the whole year, one array [M] per round.
        prices: price of each yearly limit, [B].
        excess: use above each cap, [B].
        columns: the dispatch, [N]; None unless asked for.
    """

    value: float
    lower: float
    multipliers: list[Array]
    prices: Array
    excess: Array
    columns: Array | None = None


@dataclass
class _Work:
    """A year under way."""

    given: Array
    cost: Array
    offers: Offers
    fleet: _FleetBlocks
    budget_price: Array
    best_price: Array
    exceeds: bool = False
    fixed: Array | None = None
    held: bool = False
    round: int = 0
    lower: float = -np.inf
    best_lower: float = -np.inf
    multipliers: list[Array] = field(default_factory=list)
    mix: Mix | None = None
    proof: _Proof | None = None

    def prove(self, proof: _Proof, caps: Array) -> None:
        """Keep the proof whose bound at these caps is the highest."""
        bound = proof.bound(caps)
        if self.proof is None or bound > self.lower:
            self.proof = proof
        self.lower = max(self.lower, bound)


@dataclass(frozen=True, eq=False)
class _Proof:
    """Blocks solved at prices of the yearly limits: a bound whatever the caps are.

    Attributes:
        value: sum of the blocks' optima, thousand dollars.
        price: of each yearly limit, [B].
        multiplier: of every row, [M].
    """

    value: float
    price: Array
    multiplier: Array

    def bound(self, caps: Array) -> float:
        """Lower value of the year at caps [B]."""
        return self.value - float(self.price @ caps)


@dataclass(frozen=True, eq=False)
class _Known:
    """What was found for a year of a plan; it stands whatever the yearly caps are."""

    offers: Offers
    proof: _Proof


@dataclass(frozen=True, eq=False)
class _Start:
    """Where a solve of a block ended."""

    given: Array
    price: Array
    held: bool
    basis: highspy.HighsBasis


@dataclass(eq=False)
class _FleetBlocks:
    """The blocks with the columns of those thermal assets that a year has, and their solvers.

    Attributes:
        blocks: per block of the axis, without the columns of the others.
        solvers: per block, as many as solve side by side.
        starts: per block, where its solves ended.
    """

    blocks: list[BlockArrays]
    solvers: list[list[BlockSolver]]
    starts: list[list[_Start]]


class DispatchEvaluator:
    """Prices years of one compiled dispatch, warm from call to call."""

    def __init__(
        self, dispatch: ParametricDispatch, prices: Array, cancelled: Callable[[], bool], *, whole: bool = False
    ) -> None:
        """``prices`` is the price table [K, Y]; ``whole`` keeps the axis in one block.

        Assets a year does not have are left out where blocks are large; small blocks stay as they are, so that the
        many fleets a search tries there start from each other's bases.
        """
        self.dispatch, self.prices, self._cancelled = dispatch, prices, cancelled
        self._trim = dispatch.case.axis.steps >= HOURS_PER_YEAR
        self.blocks, self._border = split(dispatch, whole=whole)
        self._absent = AbsentAssets(dispatch)
        self._fleets: dict[bytes, _FleetBlocks] = {}
        self._walks = [PriceWalk.at_zero(len(dispatch.budget_rows)) for _ in range(prices.shape[1])]
        self.penalty = budget_penalties(dispatch, prices)
        self._merit = merit_order(dispatch, prices)
        self._caps = dispatch.rhs[dispatch.budget_rows]
        self._billing = BillingSplit.of(dispatch) if len(self.blocks) > 1 else None
        self._cap_places = [n for n, name in enumerate(dispatch.case.parameters) if name.startswith("cap:")]
        self._known: dict[tuple[int, bytes], _Known] = {}
        self.solves = 0

    def _fleet_blocks(self, given: Array) -> _FleetBlocks:
        """Blocks for the assets that a year at parameters [P] has; those of the last few sets of assets are kept."""
        running = running_assets(self.dispatch, given) | (not self._trim)
        found = self._fleets.pop(running.tobytes(), None)
        if found is None:
            dropped = dropped_columns(self.dispatch, running)
            blocks = [without(block, dropped) for block in self.blocks]
            copies = 1 if len(blocks) > 1 else THREADS
            solvers = [[BlockSolver(block) for _ in range(copies)] for block in blocks]
            found = _FleetBlocks(blocks, solvers, [[] for _ in blocks])
        self._fleets[running.tobytes()] = found
        return found

    def _plan_key(self, year: int, given: Array) -> tuple[int, bytes]:
        """A year and its parameters, caps apart."""
        without_caps = np.round(given, _SAME_DIGITS)
        without_caps[self._cap_places] = 0.0
        return year, without_caps.tobytes()

    def _settled_before(self, item: _Work, year: int, accuracy: float) -> bool:
        """Take what was found before for a year of the same plan; True where it is proven well enough as it is."""
        known = self._known.get(self._plan_key(year, item.given))
        if known is None:
            return False
        caps = self._caps @ item.given
        item.offers = known.offers.copied()
        item.prove(known.proof, caps)
        mix = best_mix(item.offers, caps, self.penalty[:, year])
        proven = bool(mix.value - item.lower <= accuracy * max(abs(mix.value), 1.0))
        if proven:
            item.mix, item.best_price, item.multipliers = mix, known.proof.price, [known.proof.multiplier]
        return proven

    def _keep(self, work: dict[int, _Work]) -> None:
        """Keep what was found for the last few plans."""
        for year, item in work.items():
            assert item.proof is not None  # every year was solved, or known
            key = self._plan_key(year, item.given)
            self._known.pop(key, None)
            self._known[key] = _Known(item.offers, item.proof)
            own = [kept for kept in self._known if kept[0] == year]
            for oldest in own[:-_PLANS_KEPT]:
                del self._known[oldest]

    def _forget_fleets(self) -> None:
        """Let go of the sets of assets not asked for lately."""
        for oldest in list(self._fleets)[:-_FLEETS_KEPT]:
            del self._fleets[oldest]

    def start_prices_from(self, other: DispatchEvaluator) -> None:
        """Begin the search for prices of yearly limits where another axis of the same project ended."""
        for mine, theirs in zip(self._walks, other._walks, strict=True):
            mine.restart(theirs.price)

    def guess_prices(self, year: int, given: Array, slopes: Array) -> None:
        """Begin a year's prices of yearly limits where its best cut at ``given`` [P] has them.

        ``slopes`` are the cut's coefficients [P], thousand dollars.
        """
        place = {name: n for n, name in enumerate(self.dispatch.case.parameters)}
        known = [place.get(f"cap:{name}") for name in self.dispatch.budget_names]
        price = np.array([np.nan if at is None else max(-float(slopes[at]), 0.0) for at in known])
        running = running_assets(self.dispatch, given)
        zero = np.zeros(len(known))
        top = [self._merit.rungs(year, zero, b, running).max(initial=0.0) for b in range(len(known))]
        self._walks[year].guess(price, np.array(top))

    def __call__(
        self,
        given: Array,
        years: Sequence[int],
        *,
        rounds: int,
        accuracy: float,
        keep: bool = False,
        fixed: dict[int, Array] | None = None,
        joined: bool = True,
    ) -> dict[int, YearDispatch]:
        """Price years at parameters ``given`` [Y, P], with at most ``rounds`` rounds of pricing yearly limits.

        A year that still exceeds a cap after that gets up to ``_EXTRA_ROUNDS`` more: an excess says nothing of a plan
        as long as its price is too low. One round is a question for cuts alone and gets no more.
        ``fixed`` holds columns of a year at a value where it is not NaN, [N]. ``joined``: battery energy is pinned at
        the borders of periods, so that they form a year; without it values are only estimates, and cuts are tighter.
        """
        work = {
            year: _Work(
                given[year],
                self._block_cost(year),
                Offers.of_blocks(len(self.blocks)),
                self._fleet_blocks(given[year]),
                self._walks[year].price,
                self._walks[year].price,
                fixed=self._held(given[year], None if fixed is None else fixed[year], joined=joined),
                held=fixed is not None,
            )
            for year in years
        }
        again = joined and fixed is None
        open_years = [y for y in years if not (again and self._settled_before(work[y], y, accuracy))]
        for done in range(1, rounds + (_EXTRA_ROUNDS if rounds > 1 else 0) + 1):
            if not open_years:
                break
            self._solve_round(work, open_years)
            open_years = [
                year
                for year in open_years
                if not self._settled(work[year], year, accuracy) and (done < rounds or work[year].exceeds)
            ]
        self._forget_fleets()
        if again:
            self._keep(work)
        return {year: self._result(work[year], year, keep=keep) for year in years}

    def check(self) -> None:
        """Go on, or not: asked before each solve.

        Raises:
            Cancelled: the caller asked to stop.
            TimeUp: the time of the part under way is used up.
        """
        if self._cancelled():
            raise Cancelled

    def _held(self, given: Array, fixed: Array | None, *, joined: bool) -> Array | None:
        """Columns held in a year: the given ones and, where periods are joined, border energy; None where none is."""
        if not joined or not len(self._border.columns):
            return fixed
        out = np.full(self.dispatch.matrix.shape[1], np.nan) if fixed is None else fixed.copy()
        out[self._border.columns] = self._border.value @ given
        return out

    def _block_cost(self, year: int) -> Array:
        """Column costs of a year, the demand charge moved from months to the periods that show them, [N]."""
        cost: Array = self.prices[:, year] @ self.dispatch.cost
        return cost if self._billing is None else self._billing.moved(cost)

    def _solve_round(self, work: dict[int, _Work], years: list[int]) -> None:
        """Solve every block of the open years at their current prices, and note cut multipliers and bounds."""
        for year in years:
            multiplier = np.zeros(self.dispatch.matrix.shape[0])
            if self._billing is not None:
                multiplier[self._billing.rows] = -self._billing.row_price(self.prices[:, year] @ self.dispatch.cost)
            work[year].multipliers.append(multiplier)
        lanes = [
            (fleet, number, solver, [y for y in years if work[y].fleet is fleet][copy :: len(copies)])
            for fleet in {id(work[y].fleet): work[y].fleet for y in years}.values()
            for number, copies in enumerate(fleet.solvers)
            for copy, solver in enumerate(copies)
        ]
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(lambda lane: self._lane(work, *lane), lanes))
        for year in years:
            item = work[year]
            value = sum(part[year] for part in found if year in part)
            item.multipliers[-1][self.dispatch.budget_rows] = -item.budget_price
            share_among_stretches(self.dispatch, item.multipliers[-1])
            true_cost = self.prices[:, year] @ self.dispatch.cost
            self._absent.complete(item.multipliers[-1], true_cost, running_assets(self.dispatch, item.given))
            item.prove(_Proof(value, item.budget_price, item.multipliers[-1]), self._caps @ item.given)

    def _lane(
        self, work: dict[int, _Work], fleet: _FleetBlocks, number: int, solver: BlockSolver, years: list[int]
    ) -> dict[int, float]:
        block, out = fleet.blocks[number], {}
        for year in years:
            self.check()
            item = work[year]
            cost = item.cost[block.columns]
            priced = cost + item.budget_price @ block.budget if len(item.budget_price) else cost
            held = None if item.fixed is None else item.fixed[block.columns]
            basis = self._nearest(fleet.starts[number], item)
            if basis is None and item.held:
                # With units held presolve takes most of the block away: a start from nothing is the fastest.
                solver.forget()
            value, columns, duals = solver.solve(item.given, priced, basis, held)
            fleet.starts[number].append(_Start(item.given, item.budget_price, item.held, solver.basis()))
            self.solves += 1
            item.offers.add(number, float(cost @ columns), block.budget @ columns, columns)
            item.multipliers[-1][block.rows] = duals
            out[year] = value
        return out

    def _nearest(self, starts: list[_Start], item: _Work) -> highspy.HighsBasis | None:
        """Basis of the block's solve that was most like this one; forgets the oldest ones."""
        del starts[: -_STARTS_KEPT * self.prices.shape[1]]
        starts = [s for s in starts if s.held == item.held and (not s.held or np.array_equal(s.given, item.given))]
        if not starts:
            return None
        given, price = (np.array([getattr(s, name) for s in starts]) for name in ("given", "price"))
        apart = np.abs(given - item.given) / (np.abs(given) + np.abs(item.given) + 1.0)
        dearer = np.abs(price - item.budget_price) / (price + item.budget_price + 1e-3)
        # The later of two equally near ones.
        far = (apart.mean(axis=1) + _PRICE_WEIGHT * dearer.sum(axis=1))[::-1]
        return starts[len(starts) - 1 - int(far.argmin())].basis

    def _settled(self, item: _Work, year: int, accuracy: float) -> bool:
        """Whether a year's mix is proven well enough; moves its prices where not."""
        caps, penalty = self._caps @ item.given, self.penalty[:, year]
        mix = item.mix = best_mix(item.offers, caps, penalty)
        item.round += 1
        item.exceeds = bool(mix.excess.max(initial=0.0) > 0.0)
        walk = self._walks[year]
        if item.lower > item.best_lower:
            item.best_lower, item.best_price = item.lower, item.budget_price
        if mix.value - item.lower <= accuracy * max(abs(mix.value), 1.0):
            walk.price = item.best_price
            return True
        running = running_assets(self.dispatch, item.given)
        walk.move(
            mix, caps, penalty, item.best_price, lambda now, budget: self._merit.rungs(year, now, budget, running)
        )
        item.budget_price = walk.price
        return False

    def _result(self, item: _Work, year: int, *, keep: bool) -> YearDispatch:
        assert item.mix is not None  # set by _settled in the first round
        if item.round > 1:
            self._walks[year].restart(item.best_price)
        value = item.mix.value
        if not keep and self._billing is None:
            return YearDispatch(value, item.lower, item.multipliers, item.best_price, item.mix.excess)
        columns = np.zeros(self.dispatch.matrix.shape[1])
        for number, block in enumerate(item.fleet.blocks):
            columns[block.columns] = item.mix.shares[number] @ np.array(item.offers.columns[number])
        if self._billing is not None:
            self._billing.fill_peaks(columns)
            value += float((self.prices[:, year] @ self.dispatch.cost - item.cost) @ columns)
        return YearDispatch(
            value, item.lower, item.multipliers, item.best_price, item.mix.excess, columns if keep else None
        )


def share_among_stretches(dispatch: ParametricDispatch, multiplier: Array) -> None:
    """Spread the multipliers of battery links evenly over the stretches that a period shows, in place.

    The simplex puts the whole value of a period's border energy on one of its stretches; evenly spread, the values of
    neighbours cancel and the safe cut loses next to nothing at the borders.
    """
    sequence = dispatch.case.axis.sequence
    count = np.bincount(sequence)
    for name in ("lowest", "highest", "linking"):
        for rows in dispatch.rows.get(name, np.zeros(0, dtype=np.int64)).reshape(-1, len(sequence)):
            mean = np.bincount(sequence, weights=multiplier[rows]) / count
            multiplier[rows] = mean[sequence]
