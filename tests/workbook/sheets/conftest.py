"""Small solved studies for the tests of the result sheets."""

from __future__ import annotations

import pytest

from bvnexus_xl.solved import SolvedStudy
from tests.planned import BUILDS, planned, small_project


@pytest.fixture(scope="session")
def solved() -> SolvedStudy:
    """A study that meets every limit."""
    return planned(small_project(), BUILDS)


@pytest.fixture(scope="session")
def broken() -> SolvedStudy:
    """A study that emits more NOx than its limit allows."""
    return planned(small_project(nox_limit_tpy=2.0), BUILDS)
