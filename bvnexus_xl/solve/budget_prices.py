"""Prices of yearly limits: a tiny LP over dispatches already found (Dantzig and Wolfe 1960).

Each block offers points (cost, use of each limit). Mixing points of a block is a dispatch of that block, because the
dispatch is linear. The mix that meets every cap at least cost gives an upper value, its duals the next prices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Array = NDArray[np.float64]
_FIRST_PRICE = 2e-4
_FIRST_STEP = 1.5
_NEARLY_USED = 1e-4


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

    def add(self, block: int, cost: float, use: Array, columns: Array) -> None:
        """One more point of a block."""
        self.cost[block].append(cost)
        self.use[block].append(use)
        self.columns[block].append(columns)


@dataclass
class PriceWalk:
    """Prices of a year's limits while they are sought: up where a cap is exceeded, down where it is not used up.

    Steps are factors that grow while the direction holds and shrink when it turns (Riedmiller and Braun 1993).
    """

    price: Array
    step: Array
    direction: Array

    @classmethod
    def at_zero(cls, budgets: int) -> PriceWalk:
        """No limit has a price yet."""
        return cls(np.zeros(budgets), np.full(budgets, _FIRST_STEP), np.zeros(budgets))

    def restart(self, price: Array) -> None:
        """Start the next search from a price known to be good."""
        self.price = price
        self.step = np.full(len(price), _FIRST_STEP)
        self.direction = np.zeros(len(price))

    def move(self, use: Array, caps: Array, penalty: Array) -> None:
        """One step, given the use at the present prices; prices stay between 0 and ``penalty``."""
        first = _FIRST_PRICE * penalty
        over = use > caps * (1.0 + 1e-9)
        under = (use < caps * (1.0 - _NEARLY_USED)) & (self.price > 0.0)
        now = np.where(over, 1.0, np.where(under, -1.0, 0.0))
        turned, same = now * self.direction < 0.0, now * self.direction > 0.0
        self.step = np.clip(np.where(turned, self.step**0.5, np.where(same, self.step**1.6, self.step)), 1.005, 6.0)
        raised = np.where(self.price > 0.0, self.price * self.step, first)
        lowered = np.where(self.price > first / 32.0, self.price / self.step, 0.0)
        self.price = np.minimum(np.where(over, raised, np.where(under, lowered, self.price)), penalty)
        self.direction = np.where(now != 0.0, now, self.direction)


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
    if all(len(found) == 1 for found in offers.cost):
        use = np.sum([found[0] for found in offers.use], axis=0) if budgets else np.zeros(0)
        excess = np.maximum(use - caps, 0.0)
        excess[excess <= 1e-9 * np.maximum(caps, 1.0)] = 0.0
        value = sum(found[0] for found in offers.cost) + float(penalty @ excess)
        return Mix(value, np.where(excess > 0.0, penalty, 0.0), tuple(np.ones(1) for _ in range(blocks)), excess)
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
