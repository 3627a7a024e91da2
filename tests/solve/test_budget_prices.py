"""Prices of yearly limits from dispatches already found."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.solve.budget_prices import Offers, PriceWalk, best_mix


def test_the_cheapest_mix_meets_the_cap_and_prices_it_by_the_trade_off() -> None:
    offers = Offers.of_blocks(1)
    offers.add(0, 100.0, np.array([10.0]), np.zeros(1))
    offers.add(0, 130.0, np.array([4.0]), np.ones(1))
    mix = best_mix(offers, np.array([7.0]), np.array([1e6]))
    # Half of each: 7 units used; a unit less costs 30 / 6.
    assert mix.value == pytest.approx(115.0)
    assert mix.prices[0] == pytest.approx(5.0)
    assert mix.shares[0] == pytest.approx([0.5, 0.5])


def test_a_single_point_above_the_cap_pays_the_penalty() -> None:
    offers = Offers.of_blocks(1)
    offers.add(0, 100.0, np.array([10.0]), np.zeros(1))
    mix = best_mix(offers, np.array([7.0]), np.array([50.0]))
    assert mix.value == pytest.approx(250.0)
    assert mix.excess[0] == pytest.approx(3.0)


def test_a_price_rises_while_the_cap_is_exceeded_and_falls_when_it_is_not_used_up() -> None:
    walk = PriceWalk.at_zero(1)
    penalty, cap = np.array([1000.0]), np.array([10.0])
    walk.move(np.array([12.0]), cap, penalty)
    first = walk.price[0]
    walk.move(np.array([12.0]), cap, penalty)
    assert walk.price[0] > first > 0.0
    high = walk.price[0]
    walk.move(np.array([8.0]), cap, penalty)
    assert walk.price[0] < high
