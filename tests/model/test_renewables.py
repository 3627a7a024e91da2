"""Sun: what its profile offers, never more; what is too much is curtailed."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.profiles.build import build_profiles
from tests.model.window import case_of, dispatched, engine, project_of, sun
from tests.projects import small_project


def test_sun_follows_its_profile_and_surplus_is_curtailed() -> None:
    project = project_of(engine(min_load_fraction=0.0), sun())
    case = case_of(project, [5.0, 5.0, 5.0], sunny=[0.0, 0.3, 0.9])
    solved = dispatched(case, capacity__engine=1, capacity__solar_pv=10.0)
    assert solved("output").tolist() == pytest.approx([0.0, 3.0, 5.0])
    assert solved.power().tolist() == pytest.approx([5.0, 2.0, 0.0], abs=1e-9)


def test_solar_is_dark_at_night_and_not_a_flat_quarter() -> None:
    project = small_project(1)
    profile = build_profiles(project, build_fleet(project)).profile_mw_per_mw[0].reshape(365, 24)
    assert profile[:, [0, 1, 2, 22, 23]].max() == 0.0
    assert 0.15 < profile.mean() < 0.35
    assert profile.max() == pytest.approx(1.0, abs=0.05)
    assert profile[150:200].sum() > 1.3 * np.concatenate([profile[:25], profile[-25:]]).sum()
