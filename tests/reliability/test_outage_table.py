"""The outage table against hand values, against every state counted out, and where it must be rounded."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bvnexus_xl.reliability import outage_table as module
from bvnexus_xl.reliability.k_of_n import k_of_n_availability
from bvnexus_xl.reliability.outage_table import LikeUnits, outage_table, units_out


def test_three_engines_give_the_table_by_hand():
    table = outage_table([LikeUnits(3, 18.3, 0.025)])
    assert table.outage_mw == pytest.approx([0.0, 18.3, 36.6, 54.9])
    assert table.probability == pytest.approx([0.926859375, 0.071296875, 0.001828125, 1.5625e-05], abs=1e-15)
    assert table.at_least[1] == pytest.approx(1.0 - 0.926859375, abs=1e-15)


KINDS = st.lists(
    st.builds(LikeUnits, st.integers(1, 3), st.sampled_from([5.0, 18.3, 53.0]), st.floats(0.0, 0.5)), max_size=3
)


@given(KINDS, st.floats(0.0, 200.0).map(lambda mw: round(mw, 3)))
def test_loss_of_load_equals_the_sum_over_every_state(kinds, load):
    units = [(kind.mw, kind.forced_outage_rate) for kind in kinds for _ in range(kind.count)]
    lost = short_mw = 0.0
    for state in product((0, 1), repeat=len(units)):
        chance = float(np.prod([q if out else 1 - q for out, (_, q) in zip(state, units, strict=True)]))
        short = load - sum(mw for out, (mw, _) in zip(state, units, strict=True) if not out)
        if short > 1e-6:
            lost, short_mw = lost + chance, short_mw + chance * short
    found = outage_table(kinds).shortage(load)
    assert found == pytest.approx((lost, short_mw), abs=1e-7)


@given(KINDS)
def test_probabilities_add_to_one_and_the_mean_is_that_of_the_units(kinds):
    table = outage_table(kinds)
    assert table.probability.sum() == pytest.approx(1.0, abs=1e-12)
    mean = sum(kind.count * kind.mw * kind.forced_outage_rate for kind in kinds)
    assert table.probability @ table.outage_mw == pytest.approx(mean, abs=1e-5)


@given(st.integers(2, 12), st.floats(0.001, 0.3), st.floats(0.0, 0.3), st.data())
def test_the_common_cause_in_the_table_is_that_of_k_of_n(n, q, beta, data):
    k = data.draw(st.integers(1, n))
    down = units_out(n, q, beta)
    assert down[: n - k + 1].sum() == pytest.approx(k_of_n_availability(k, n, 1.0 - q, beta), abs=1e-12)


def test_a_unit_alone_has_no_common_cause():
    assert units_out(1, 0.03, 0.1) == pytest.approx([0.97, 0.03])


def test_capacity_equal_to_the_load_is_not_short():
    table = outage_table([LikeUnits(3, 0.1, 0.1)])
    assert table.shortage(0.1 + 0.1 + 0.1)[0] == pytest.approx(1.0 - 0.9**3)


def test_a_table_too_long_goes_on_a_grid_that_keeps_its_mean_and_moves_loads_by_few_steps(monkeypatch):
    kinds = [LikeUnits(8, mw, 0.08) for mw in (18.3, 53.07, 91.011)]
    exact = outage_table(kinds)
    monkeypatch.setattr(module, "MOST_ROWS", 400)
    rough = outage_table(kinds)
    assert len(exact.outage_mw) > 401 == len(rough.outage_mw)
    assert rough.probability.sum() == pytest.approx(1.0, abs=1e-12)
    assert rough.probability @ rough.outage_mw == pytest.approx(exact.probability @ exact.outage_mw, rel=1e-9)
    moved = len(kinds) * exact.total_mw / 400
    for load in np.linspace(700.0, exact.total_mw, 25):
        low, high = exact.shortage(load - moved)[0], exact.shortage(load + moved)[0]
        assert low - 1e-12 <= rough.shortage(load)[0] <= high + 1e-12
