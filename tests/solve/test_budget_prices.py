"""Prices of yearly limits from dispatches already found."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.solve.budget_prices import MeritOrder, Offers, PriceWalk, best_mix


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


def _single(use: float) -> Offers:
    offers = Offers.of_blocks(1)
    offers.add(0, 100.0, np.array([use]), np.zeros(1))
    return offers


def test_a_price_rises_while_the_cap_is_exceeded_and_falls_when_it_is_not_used_up() -> None:
    walk = PriceWalk.at_zero(1)
    penalty, cap, best = np.array([1000.0]), np.array([10.0]), np.zeros(1)
    walk.move(best_mix(_single(12.0), cap, penalty), cap, penalty, best, lambda now, number: np.zeros(0))
    first = walk.price[0]
    walk.move(best_mix(_single(12.0), cap, penalty), cap, penalty, best, lambda now, number: np.zeros(0))
    assert walk.price[0] > first > 0.0
    high = walk.price[0]
    walk.move(best_mix(_single(8.0), cap, penalty), cap, penalty, best, lambda now, number: np.zeros(0))
    assert walk.price[0] < high


def test_a_price_steps_past_the_places_where_the_merit_order_changes() -> None:
    # A dirty unit at 40 $/MWh and 0.4 t/MWh, a clean one at 50 and 0.2: they change places at 10 / 0.2 = 50 $/t;
    # a third, at 54 and 0.1, takes the first's place at 14 / 0.3 and the second's at 4 / 0.1 = 40.
    merit = MeritOrder(np.array([[40.0], [50.0], [54.0]]), np.array([[0.4, 0.2, 0.1]]))
    ladder = merit.rungs(0, np.zeros(1), 0, np.array([True, True, True]))
    assert ladder == pytest.approx([40.0, 14.0 / 0.3, 50.0])
    penalty, cap, best = np.array([1e6]), np.array([10.0]), np.zeros(1)
    little, much = PriceWalk.at_zero(1), PriceWalk.at_zero(1)
    little.move(best_mix(_single(10.1), cap, penalty), cap, penalty, best, lambda now, number: ladder)
    much.move(best_mix(_single(20.0), cap, penalty), cap, penalty, best, lambda now, number: ladder)
    assert 40.0 < little.price[0] < 14.0 / 0.3
    assert much.price[0] > 50.0


def test_a_guess_replaces_no_price_and_one_far_too_high_but_not_one_just_found() -> None:
    top = np.array([50.0])
    fresh, lost, found = PriceWalk.at_zero(1), PriceWalk.at_zero(1), PriceWalk.at_zero(1)
    lost.restart(np.array([1e6]))
    found.restart(np.array([60.0]))
    for walk in (fresh, lost, found):
        walk.guess(np.array([45.0]), top)
    assert [walk.price[0] for walk in (fresh, lost, found)] == [45.0, 45.0, 60.0]


def test_without_limits_the_cheapest_point_of_each_block_is_the_mix() -> None:
    offers = Offers.of_blocks(2)
    for block, cost in ((0, 5.0), (0, 3.0), (1, 2.0), (1, 4.0)):
        offers.add(block, cost, np.zeros(0), np.zeros(1))
    mix = best_mix(offers, np.zeros(0), np.zeros(0))
    assert mix.value == 5.0
    assert [list(share) for share in mix.shares] == [[0.0, 1.0], [1.0, 0.0]]


def test_where_a_price_cannot_rise_the_other_gives_way() -> None:
    """Two caps: the first is at its penalty and still exceeded because the second's price, too high, drives use there.

    Both points keep the second cap with room to spare, so its price in the mix is nothing.
    """
    offers = Offers.of_blocks(1)
    offers.add(0, 100.0, np.array([8.0, 1.0]), np.zeros(1))
    offers.add(0, 105.0, np.array([6.0, 2.0]), np.ones(1))
    caps, penalty = np.array([5.0, 10.0]), np.array([3.0, 50.0])
    walk = PriceWalk(np.array([3.0, 40.0]))
    walk.move(best_mix(offers, caps, penalty), caps, penalty, walk.price, lambda now, number: np.zeros(0))
    assert walk.price == pytest.approx([3.0, 0.0])
