"""Rounding of relaxed commitment."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.solve.commitment import whole_counts

EVERY = np.inf
"""Capacity that rounds every fraction up."""


def test_all_up_rounds_every_count_up_within_what_is_in_service() -> None:
    relaxed, able = np.array([[1.2, 2.0, 2.7]]), np.full((1, 3), 10.0)
    available = np.array([[3.0, 3.0, 2.8]])
    counts = whole_counts(relaxed, available, able, np.full(3, EVERY), 0.5 * able, np.full(3, 100.0))
    assert np.allclose(counts, [[2.0, 2.0, 2.8]])


def test_the_largest_fractions_round_up_until_the_relaxed_capacity_is_online() -> None:
    # 0.3 + 1.5 + 2.4 units of 10 MW carry 42 MW: 0 + 2 + 3 are enough, 0 + 2 + 2 are not
    relaxed, able = np.array([[0.3], [1.5], [2.4]]), np.full((3, 1), 10.0)
    counts = whole_counts(relaxed, np.full((3, 1), 5.0), able, np.array([42.0]), 0.1 * able, np.array([38.0]))
    assert counts.ravel().tolist() == [0.0, 2.0, 3.0]


def test_the_least_used_fraction_rounds_down_where_minimum_load_would_exceed_the_load() -> None:
    relaxed, able = np.array([[1.1], [0.9]]), np.full((2, 1), 20.0)
    counts = whole_counts(relaxed, np.full((2, 1), 5.0), able, np.array([EVERY]), 0.5 * able, np.array([25.0]))
    assert np.allclose(counts, [[1.0], [1.0]])
