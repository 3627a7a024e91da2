"""Land, potential to emit, lead times, life, fade, N-1 size: the other rows of the capacity master, by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.site import Study
from tests.model.masters import Allowed
from tests.model.window import RULES_OFF, battery, engine, sun
from tests.projects import BATTERY, SOLAR, small_project

GRID = Grid(
    grid_enabled=True,
    energisation_date=date(2030, 1, 1),
    substation_acres=8.0,
    import_limits=(GridYear(year=2030, import_limit_mw=20.0),),
)


def allowed(*rows: Any, years: int = 1, **rules: Any) -> Allowed:
    parts = {name: rules.pop(name) for name in ("grid", "study", "emission_controls") if name in rules}
    return Allowed(small_project(years, equipment=rows, constraints={**RULES_OFF, **rules}, **parts))


def test_land_takes_sun_battery_engines_and_what_is_reserved() -> None:
    """100 acres, 20 reserved, 2 units x 5 acres, 100 MWh x 0.01: 69 acres are left, 13.8 MW of sun at 5 acres."""
    master = allowed(
        engine(land_acres_per_mw=0.5),
        battery(),
        sun(),
        land_limit_enabled=True,
        land_limit_acres=100.0,
        reserved_land_acres=20.0,
    )
    fixed = {"engine": [2.0], "battery:mw": [10.0], "battery:mwh": [100.0]}
    assert master.most(lambda m: m.installed[master.column("solar-pv"), 0], fixed) == pytest.approx(69.0 / 5.0)


def test_the_substation_takes_its_land_once_import_is_contracted() -> None:
    master = allowed(sun(), years=2, grid=GRID, land_limit_enabled=True, land_limit_acres=58.0)
    sunny = master.column("solar-pv")
    alone = {"grid": [0.0, 0.0]}
    with_import = {"grid": [0.0, 5.0]}
    assert master.most(lambda m: m.installed[sunny, 1], alone) == pytest.approx(58.0 / 5.0)
    assert master.most(lambda m: m.installed[sunny, 1], with_import) == pytest.approx(50.0 / 5.0)


def test_potential_to_emit_counts_every_unit_spares_included() -> None:
    """18.3 MW at 0.50 lb/MWh for 8,760 h are 40.08 tpy: two units fit under 100 tpy, a third does not."""
    emitter = engine(unit_mw=18.3, nox_lb_per_mwh=0.50)
    rules = {"emission_basis": "PTE_8760", "nox_limit_enabled": True}
    two = allowed(emitter, nox_limit_tpy=100.0, **rules)
    three = allowed(emitter, nox_limit_tpy=3 * 40.08, **rules)
    assert two.most(lambda m: m.installed[0, 0]) == pytest.approx(2)
    assert three.most(lambda m: m.installed[0, 0]) == pytest.approx(3)


def test_permitted_hours_shrink_the_potential() -> None:
    emitter = engine(unit_mw=18.3, nox_lb_per_mwh=0.50)
    half = allowed(
        emitter, emission_basis="PTE_8760", nox_limit_enabled=True, nox_limit_tpy=100.0, permitted_hours_per_year=4380.0
    )
    assert half.most(lambda m: m.installed[0, 0]) == pytest.approx(4)


def test_nothing_is_built_before_its_lead_time() -> None:
    """Decided on 1 July 2028 with 18 months to go: on 1 January 2030, not in 2029."""
    study = Study(analysis_years=2, decision_date=date(2028, 7, 1))
    master = allowed(engine(lead_time_months=18), years=2, study=study)
    assert master.most(lambda m: m.installed[0, 0]) == pytest.approx(0)
    assert master.most(lambda m: m.installed[0, 1]) > 0


def test_what_reaches_the_end_of_its_life_is_gone() -> None:
    master = allowed(engine(life_years=2), years=3)
    for year, standing in enumerate((4.0, 4.0, 0.0)):
        fixed = {"engine": [4.0, 0.0, 0.0]}
        assert master.most(lambda m, y=year: m.installed[0, y], fixed) == pytest.approx(standing)


def test_battery_energy_fades_with_age_and_augmentation_restores_it() -> None:
    """4 % in the first year (half of it seen), 2 % a year after: 98, 95, 93 of 100 MWh; 5.1 MWh more hold 98 + 2."""
    master = allowed(BATTERY, years=3)
    energy = master.column("battery:mwh")
    left = [
        master.most(lambda m, y=y: m.effective[energy, y], {"battery:mw": [9.0, 0, 0], "battery:mwh": [100.0, 0, 0]})
        for y in range(3)
    ]
    assert left == pytest.approx([98.0, 95.0, 93.0])
    added = {"battery:mw": [9.0, 0, 0], "battery:mwh": [100.0, 3.0 / 0.98, 0]}
    assert master.most(lambda m: m.effective[energy, 1], added) == pytest.approx(98.0)


def test_solar_fades_by_half_a_percent_a_year() -> None:
    master = allowed(SOLAR, years=2)
    sunny = master.column("solar-pv")
    left = [master.most(lambda m, y=y: m.effective[sunny, y], {"solar-pv": [100.0, 0.0]}) for y in range(2)]
    assert left == pytest.approx([99.75, 99.25])


def test_the_loss_to_cover_is_the_largest_model_that_stands() -> None:
    master = allowed(engine(), engine("Big", unit_mw=25.0), spinning_reserve_enabled=True)
    lost = lambda m: m.contingency_mw[0]  # noqa: E731
    assert master.least(lost, {"engine": [0.0], "big": [0.0]}) == pytest.approx(0.0)
    assert master.least(lost, {"engine": [3.0], "big": [0.0]}) == pytest.approx(10.0)
    assert master.least(lost, {"engine": [3.0], "big": [1.0]}) == pytest.approx(25.0)


def test_variants_of_a_model_share_the_bound_of_its_row() -> None:
    """``max_mw`` of 40 is four units of 10 MW, whatever is fitted to them; more than twice the load may be built."""
    from bvnexus_xl.inputs.equipment import EmissionControl

    scr = EmissionControl(
        model="Engine",
        control="SCR",
        nox_lb_per_mwh=0.0,
        co_lb_per_mwh=0.0,
        voc_lb_per_mwh=0.0,
        capex_usd_per_kw=50.0,
        vom_usd_per_mwh=0.5,
        heat_rate_adder_pct=0.0,
    )
    bounded = allowed(engine(max_mw=40.0), emission_controls=(scr,))
    assert bounded.most(lambda m: m.installed[0, 0] + m.installed[1, 0]) == pytest.approx(4)
    free = allowed(engine(), emission_controls=(scr,))
    assert free.most(lambda m: m.installed[0, 0] + m.installed[1, 0]) == pytest.approx((3 * 60.0 + 20.0) // 10.0)


def test_usable_import_is_what_is_contracted_and_granted() -> None:
    master = allowed(engine(), years=2, grid=GRID)
    for contracted, usable in ((5.0, 5.0), (30.0, 20.0)):
        fixed = {"grid": [0.0, contracted]}
        assert master.most(lambda m: m.usable_import[0], fixed) == pytest.approx(0.0)
        assert master.most(lambda m: m.usable_import[1], fixed) == pytest.approx(usable)
