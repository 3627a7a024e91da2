"""What a plan counts with: exact for rising tiers, never above the bill otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.tariffs.plan_prices import RisingPrice, rising_price
from bvnexus_xl.tariffs.tariff import Tier


def tiers(*steps: tuple[float, float | None, float]) -> tuple[Tier, ...]:
    return tuple(Tier(f"t{first:g}", first, last, price) for first, last, price in steps)


def cost(price: RisingPrice, quantity: float) -> float:
    return price.first * quantity + sum(more * max(quantity - level, 0.0) for level, more in price.above)


def test_rising_tiers_are_counted_exactly() -> None:
    found = rising_price(tiers((0.0, 100.0, 5.0), (100.0, 300.0, 8.0), (300.0, None, 20.0)), 1000.0)
    assert found == RisingPrice(5.0, ((100.0, 3.0), (300.0, 12.0)))


def test_a_tier_beyond_the_most_does_not_count() -> None:
    found = rising_price(tiers((0.0, 100.0, 5.0), (100.0, 300.0, 8.0), (300.0, None, 20.0)), 200.0)
    assert found == RisingPrice(5.0, ((100.0, 3.0),))


def test_falling_tiers_are_counted_at_the_average_of_the_most() -> None:
    """60 $ for the first 100, 30 above, at most 300: 12,000 / 300 = 40 a unit."""
    assert rising_price(tiers((0.0, 100.0, 60.0), (100.0, None, 30.0)), 300.0) == RisingPrice(40.0)


def test_no_price_of_the_plan_is_above_the_bill() -> None:
    rng = np.random.default_rng(11)
    for _ in range(50):
        levels = np.cumsum(rng.uniform(10.0, 80.0, 4))
        bounds = [0.0, *levels.tolist()]
        ends: list[float | None] = [*bounds[1:], None]
        schedule = tiers(*zip(bounds, ends, rng.uniform(0.0, 50.0, 5).tolist(), strict=True))
        most = float(rng.uniform(20.0, 400.0))
        found = rising_price(schedule, most)
        assert all(more > 0.0 for _, more in found.above)
        for quantity in np.linspace(0.0, most, 40):
            billed = sum(t.price * float(t.part(np.array(quantity))) for t in schedule)
            assert cost(found, float(quantity)) <= billed + 1e-9 * most
        assert cost(found, most) == pytest.approx(sum(t.price * float(t.part(np.array(most))) for t in schedule))
