"""Prices of yearly limits: a tiny LP over dispatches already found (Dantzig and Wolfe 1960).

Each block offers points (cost, use of each limit). Mixing points of a block is a dispatch of that block, because the
dispatch is linear. The mix that meets every cap at least cost gives an upper value, its duals the next prices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Array = NDArray[np.float64]
_FIRST_SHARE, _GONE = 2e-4, 2e-7
_FACTOR, _GROWTH, _WIDEST = 1.03, 8.0, 60.0
_REACH, _PAST, _FARTHEST = 4.0, 1.03, 4.0
_ALIKE, _LITTLE, _LEAP, _FAR = 0.7, 0.02, 4.0, 10.0


@dataclass
class Offers:
    """Points found for one year, per block: cost, use of the B limits, and columns of the dispatch (if kept)."""

    cost: list[list[float]]
    use: list[list[Array]]
    columns: list[list[Array]] = field(default_factory=list)

    @classmethod
    def of_blocks(cls, blocks: int) -> Offers:
        """No points yet."""
        return cls([[] for _ in range(blocks)], [[] for _ in range(blocks)], [[] for _ in range(blocks)])

    def copied(self) -> Offers:
        """The same points in lists of their own."""
        return Offers(
            [list(found) for found in self.cost],
            [list(found) for found in self.use],
            [list(found) for found in self.columns],
        )

    def add(self, block: int, cost: float, use: Array, columns: Array) -> None:
        """One more point of a block."""
        self.cost[block].append(cost)
        self.use[block].append(use)
        self.columns[block].append(columns)


@dataclass(frozen=True, eq=False)
class MeritOrder:
    """Where prices of yearly limits change which unit runs first: the dispatch jumps there, and lies still between.

    Attributes:
        cost: thousand dollars per MWh of each thermal asset, [T, Y].
        rate: use of each limit per MWh, [B, T].
        apart: limits that no asset uses, by number, with the prices at which their use gives way, [rungs, Y].
    """

    cost: Array
    rate: Array
    apart: dict[int, Array] = field(default_factory=dict)

    def rungs(self, year: int, prices: Array, budget: int, running: NDArray[np.bool_]) -> Array:
        """Prices of one limit at which two of the running assets change places, others' prices as given, ascending."""
        if budget in self.apart:
            return self.apart[budget][:, year]
        others = prices.copy()
        others[budget] = 0.0
        cost, rate = (self.cost[:, year] + others @ self.rate)[running], self.rate[budget, running]
        cleaner = rate[:, None] - rate[None, :]
        dearer = cost[None, :] - cost[:, None]
        there = (cleaner > 1e-9) & (dearer > 0.0)
        rungs: Array = np.unique(dearer[there] / cleaner[there])
        return rungs


@dataclass
class PriceWalk:
    """Prices of a year's limits while they are sought: up where a cap is exceeded, down where it is not used up.

    A cap missed by little moves its price just past the next place where the merit order changes; one missed by much
    past all of them, then by factors that grow. Once dispatches on both sides are known their mix says what to ask
    (Dantzig and Wolfe 1960).
    """

    price: Array
    factor: float = _FACTOR
    raised: int = 0

    @classmethod
    def at_zero(cls, budgets: int) -> PriceWalk:
        """No limit has a price yet."""
        return cls(np.zeros(budgets))

    def restart(self, price: Array) -> None:
        """Start the next search from prices known to be good."""
        self.price, self.factor, self.raised = price, _FACTOR, 0

    def guess(self, price: Array, top: Array) -> None:
        """Start from ``price`` where the last one is none, or far above it and the merit order's highest rung, [B]."""
        known = ~np.isnan(price)
        self.factor, self.raised = _FACTOR, 0
        far = self.price > _FAR * np.maximum(np.where(known, price, 0.0), top)
        self.price = np.where(known & (far | (self.price == 0.0)), price, self.price)

    def move(self, mix: Mix, caps: Array, penalty: Array, best: Array, rungs: Callable[[Array, int], Array]) -> None:
        """The next prices after ``mix`` of all points found; between 0 and ``penalty``.

        Args:
            mix: the cheapest mix.
            caps: the limits, [B].
            penalty: price of exceeding them, [B].
            best: prices with the best proven lower value, [B].
            rungs: prices of one limit at which the merit order changes.
        """
        if mix.excess.max(initial=0.0) > 0.0:
            over, before = mix.excess / np.maximum(caps, 1e-3), self.price
            for number in np.nonzero(over >= _ALIKE * over.max())[0]:
                ladder = rungs(self.price, int(number))
                self.price = self._raised(int(number), float(over[number]), float(penalty[number]), ladder)
            if np.array_equal(self.price, before):
                # they are as dear as they get: what stands in the way are other prices, too high
                self.price = np.minimum(mix.prices, penalty)
            self.raised += 1
        elif mix.prices.max(initial=0.0) > 0.0:
            low, high = best / _FARTHEST, np.where(best > 0.0, best * _FARTHEST, np.inf)
            self.raised = 0
            self.price = np.clip(np.minimum(mix.prices, penalty), np.where(best > 1e-9, low, 0.0), high)
        else:
            self.raised = 0
            for number in np.nonzero(self.price > 0.0)[0]:
                self.price = self._lowered(int(number), float(penalty[number]), rungs(self.price, int(number)))
            self.factor = min(1.0 + (self.factor - 1.0) * _GROWTH, _WIDEST)

    def _raised(self, number: int, over: float, penalty: float, ladder: Array) -> Array:
        """Prices with one of them raised; ``over``: by which share its cap is exceeded."""
        out, now = self.price.copy(), float(self.price[number])
        beyond = ladder[ladder > now * 1.001]
        gently = over < _LITTLE and self.raised == 0
        if len(beyond):
            out[number] = (beyond[0] if gently else beyond[-1]) * _PAST
        elif now == 0.0:
            out[number] = _FIRST_SHARE * penalty
        else:
            out[number] = now * (_PAST if gently else _LEAP ** min(max(self.raised, 1), 3))
        out[number] = min(out[number], penalty)
        return out

    def _lowered(self, number: int, penalty: float, ladder: Array) -> Array:
        """Prices with one of them lowered."""
        out, now = self.price.copy(), float(self.price[number])
        most = now / self.factor
        below = ladder[(ladder <= most) & (ladder >= now / _REACH)]
        out[number] = below[-1] / _PAST if len(below) else (most if most > _GONE * penalty else 0.0)
        return out


@dataclass(frozen=True, eq=False)
class Mix:
    """The cheapest mix: its value with what is over a cap paid at ``penalty``, prices ≥ 0 [B], shares, excess [B]."""

    value: float
    prices: Array
    shares: tuple[Array, ...]
    excess: Array


def best_mix(offers: Offers, caps: Array, penalty: Array) -> Mix:
    """Cheapest mix of the offered points that meets the caps, [B]."""
    blocks, budgets = len(offers.cost), len(caps)
    if not budgets or all(len(found) == 1 for found in offers.cost):
        return _cheapest_of_each(offers, caps, penalty)
    owner = np.concatenate([np.full(len(found), b) for b, found in enumerate(offers.cost)])
    cost = np.concatenate([np.array(found) for found in offers.cost])
    use = np.concatenate([np.array(found).reshape(-1, budgets) for found in offers.use])
    scale = np.maximum(caps, 1e-3)
    one_each = (owner[None, :] == np.arange(blocks)[:, None]).astype(float)
    result: Any = linprog(
        np.concatenate([cost, penalty * scale]),
        A_ub=np.hstack([use.T / scale[:, None], -np.eye(budgets)]),
        b_ub=caps / scale,
        A_eq=np.hstack([one_each, np.zeros((blocks, budgets))]),
        b_eq=np.ones(blocks),
        method="highs",
    )
    points = len(cost)
    prices = np.maximum(-np.asarray(result.ineqlin.marginals), 0.0) / scale
    shares = tuple(result.x[:points][owner == b] for b in range(blocks))
    return Mix(float(result.fun), prices, shares, result.x[points:] * scale)


def _cheapest_of_each(offers: Offers, caps: Array, penalty: Array) -> Mix:
    """The cheapest point of every block: the only one, or free of limits."""
    picked = [int(np.argmin(found)) for found in offers.cost]
    shares = tuple(np.eye(len(found))[at] for found, at in zip(offers.cost, picked, strict=True))
    use = np.sum([found[at] for found, at in zip(offers.use, picked, strict=True)], axis=0)
    excess = np.maximum(use - caps, 0.0)
    excess[excess <= 1e-9 * np.maximum(caps, 1.0)] = 0.0
    value = sum(found[at] for found, at in zip(offers.cost, picked, strict=True)) + float(penalty @ excess)
    return Mix(value, np.where(excess > 0.0, penalty, 0.0), shares, excess)
