"""The yearly limit on water in the dispatch: gallons of the units, cooling of the halls on the load served."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bvnexus_xl.inputs.project import Project
from tests.model.window import case_of, dispatched, engine, project_of
from tests.projects import RECIP

GALLONS = 325_851.43
"""Of an acre-foot."""


def watered(*equipment: Any, cooling: float = 0.0, **limits: Any) -> Project:
    project = project_of(*equipment, water_limit_enabled=True, **limits)
    return project.model_copy(update={"load": project.load.model_copy(update={"cooling_water_gal_per_mwh": cooling})})


def dry_and_thirsty() -> tuple[Any, Any]:
    dry = engine("Dry", heat_rate_btu_per_kwh=9000.0, heat_rate_multiplier_at_50pct=1.0, water_gal_per_mwh=0.0)
    return dry, engine("Thirsty", heat_rate_multiplier_at_50pct=1.0, water_gal_per_mwh=50.0)


def test_water_moves_energy_to_the_dry_unit() -> None:
    """240 MWh at 50 gallons are 12,000; with 7,500 the thirsty, cheaper unit gives 150 MWh."""
    case = case_of(watered(*dry_and_thirsty()), [10.0] * 24)
    solved = dispatched(case, capacity__dry=1, capacity__thirsty=1, cap__water=7_500.0 / GALLONS)
    assert solved.power(0).sum() == pytest.approx(90.0)
    assert solved.power(1).sum() == pytest.approx(150.0)


def test_cooling_takes_its_water_first() -> None:
    """10 gallons for each of the 240 MWh of load leave 5,100 of 7,500 gallons: 102 MWh at 50."""
    case = case_of(watered(*dry_and_thirsty(), cooling=10.0), [10.0] * 24)
    solved = dispatched(case, capacity__dry=1, capacity__thirsty=1, cap__water=7_500.0 / GALLONS)
    assert solved.power(1).sum() == pytest.approx(102.0)
    assert solved("unserved").sum() == pytest.approx(0.0, abs=1e-9)


def test_load_not_served_needs_neither_generation_nor_cooling() -> None:
    """60 gallons for each MWh served: 7,500 serve 125 of 240 MWh."""
    case = case_of(watered(dry_and_thirsty()[1], cooling=10.0), [10.0] * 24)
    solved = dispatched(case, capacity__thirsty=1, cap__water=7_500.0 / GALLONS)
    assert solved("unserved").sum() == pytest.approx(115.0)


def test_cooling_alone_may_take_more_than_there_is() -> None:
    """No unit uses water: 2,400 gallons for the halls, of which 2,300 serve 230 MWh."""
    case = case_of(watered(engine(water_gal_per_mwh=0.0), cooling=10.0), [10.0] * 24)
    for gallons, missing in ((2_400.0, 0.0), (2_300.0, 10.0)):
        solved = dispatched(case, capacity__engine=1, cap__water=gallons / GALLONS)
        assert solved("unserved").sum() == pytest.approx(missing, abs=1e-4)


def test_water_has_no_basis_of_the_air_permit() -> None:
    """Neither the margin of a synthetic cap nor potential to emit touches it."""
    limits = {"nox_limit_enabled": True, "water_limit_acre_ft_per_year": 10.0}
    for basis, budgets in (("synthetic_cap", ("nox", "water")), ("PTE_8760", ("water",))):
        case = case_of(watered(RECIP, emission_basis=basis, **limits), [10.0] * 2)
        assert case.budgets == budgets


def test_no_row_where_the_limit_is_off() -> None:
    project = watered(*dry_and_thirsty(), cooling=10.0)
    off = project.model_copy(
        update={"constraints": project.constraints.model_copy(update={"water_limit_enabled": False})}
    )
    case = case_of(off, [10.0] * 24)
    assert case.budgets == ()
    solved = dispatched(replace(case), capacity__dry=1, capacity__thirsty=1)
    assert solved.power(1).sum() == pytest.approx(240.0)
