"""K-of-N against hand values: Billinton & Allan's examples and the β-factor figures of the method dossier."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bvnexus_xl.reliability.k_of_n import k_of_n_availability, mean_time_between_failures_h

BINOMIAL = [
    (3, 2, 0.9, 0.972),
    (4, 3, 0.95, 0.98598125),
    (10, 10, 0.975, 0.7763296208564376),
    (11, 10, 0.975, 0.9704120260705472),
    (12, 10, 0.975, 0.9970983567874873),
    (13, 10, 0.975, 0.9997669898591812),
    (13, 10, 0.95, 0.9968970038319008),
    (7, 5, 0.95, 0.99624295703125),
    (24, 22, 0.975, 0.9786360152691472),
]


@pytest.mark.parametrize(("n", "k", "availability", "expected"), BINOMIAL)
def test_independent_units_give_the_binomial_to_its_digits(n, k, availability, expected):
    assert k_of_n_availability(k, n, availability) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(("n", "independent", "with_beta"), [(8, 0.99920382, 0.99806498), (9, 0.99995550, 0.99871362)])
def test_a_common_cause_makes_the_ninth_engine_barely_help(n, independent, with_beta):
    assert round(k_of_n_availability(6, n, 0.975), 8) == independent
    assert round(k_of_n_availability(6, n, 0.975, 0.05), 8) == with_beta


def test_the_common_cause_is_a_floor_of_downtime_that_no_unit_lowers():
    floor_h = 8760 * (1.0 - k_of_n_availability(6, 60, 0.975, 0.05))
    assert floor_h == pytest.approx(0.05 * 0.025 * 8760, rel=1e-9)
    assert round(floor_h, 2) == 10.95


@given(st.integers(1, 6), st.floats(0.01, 0.99), st.data())
def test_k_of_n_equals_the_sum_over_every_state(n, availability, data):
    k = data.draw(st.integers(1, n))
    states = (
        math.prod(availability if up else 1 - availability for up in state)
        for state in product((True, False), repeat=n)
        if sum(state) >= k
    )
    assert k_of_n_availability(k, n, availability) == pytest.approx(math.fsum(states), abs=1e-12)


@given(st.integers(1, 20), st.floats(0.5, 1.0), st.floats(0.0, 0.3), st.data())
def test_more_units_better_units_and_fewer_needed_never_hurt(n, availability, beta, data):
    k = data.draw(st.integers(1, n))
    base = k_of_n_availability(k, n, availability, beta)
    assert k_of_n_availability(k, n + 1, availability, beta) >= base - 1e-12
    assert k_of_n_availability(k - 1, n, availability, beta) >= base - 1e-12
    assert k_of_n_availability(k, n, min(1.0, availability + 0.05), beta) >= base - 1e-12


def test_needing_none_is_certain_and_needing_more_than_there_are_impossible():
    assert k_of_n_availability(0, 3, 0.9) == 1.0
    assert k_of_n_availability(4, 3, 0.9) == 0.0


@pytest.mark.parametrize(("n", "availability", "beta"), [(-1, 0.9, 0.0), (3, 1.1, 0.0), (3, 0.9, -0.1)])
def test_impossible_figures_are_refused(n, availability, beta):
    with pytest.raises(ValueError, match="0 to 1"):
        k_of_n_availability(1, n, availability, beta)


def test_mtbf_follows_from_outage_rate_and_repair_time():
    assert mean_time_between_failures_h(0.1, 50.0) == pytest.approx(450.0)  # RTS-79 oil CT
    assert mean_time_between_failures_h(0.0, 50.0) == math.inf
