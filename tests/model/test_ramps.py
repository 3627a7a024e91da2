"""Ramps: a unit of 5 MW/h cannot follow a step of 6 MW."""

from __future__ import annotations

import pytest

from bvnexus_xl.model.ramps import slow_assets
from tests.model.window import case_of, dispatched, engine, project_of

STEP = [4.0, 10.0, 10.0, 10.0]


def test_a_slow_unit_rises_and_falls_by_its_ramp_only() -> None:
    case = case_of(project_of(engine(ramp_mw_per_min=5.0 / 60.0)), STEP)
    solved = dispatched(case, whole=True, capacity__engine=1)
    assert solved.power().tolist() == pytest.approx([4.0, 9.0, 10.0, 9.0])
    assert solved("unserved").tolist() == pytest.approx([0.0, 1.0, 0.0, 1.0])


def test_each_unit_online_brings_its_own_ramp() -> None:
    case = case_of(project_of(engine(ramp_mw_per_min=5.0 / 60.0, min_load_fraction=0.2)), STEP)
    solved = dispatched(case, whole=True, capacity__engine=2)
    assert solved("unserved").sum() == pytest.approx(0.0, abs=1e-9)


def test_a_unit_that_crosses_its_range_in_a_step_gets_no_rows() -> None:
    quick = case_of(project_of(engine(ramp_mw_per_min=6.0 / 60.0)), STEP)
    assert slow_assets(quick) == []
    assert dispatched(quick, whole=True, capacity__engine=1)("unserved").sum() == pytest.approx(0.0, abs=1e-9)
