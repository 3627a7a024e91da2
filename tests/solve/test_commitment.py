"""Rounding of relaxed commitment."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.solve.commitment import whole_counts


def test_counts_round_up_and_stay_within_what_is_in_service() -> None:
    relaxed = np.array([[1.2, 2.0, 2.7]])
    counts = whole_counts(relaxed, np.array([[3.0, 3.0, 2.8]]), np.full((1, 3), 5.0), np.full(3, 100.0))
    assert np.allclose(counts, [[2.0, 2.0, 2.8]])


def test_the_least_used_fraction_rounds_down_where_minimum_load_would_exceed_the_load() -> None:
    relaxed = np.array([[1.1], [0.9]])
    counts = whole_counts(relaxed, np.full((2, 1), 5.0), np.array([[10.0], [10.0]]), np.array([25.0]))
    assert np.allclose(counts, [[1.0], [1.0]])
