"""Planning reserve with k units out, by hand: 60 MW of load, engines of 10 MW that no heat derates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from tests.model.masters import Allowed
from tests.model.window import RULES_OFF, battery, engine, sun
from tests.projects import small_project


def allowed(
    *rows: Any,
    years: int = 1,
    k: int = 1,
    megawatts: tuple[float, ...] = (60.0,),
    margin_mw: float = 0.0,
    **parts: Any,
) -> Allowed:
    load = Load(trajectory=tuple(LoadYear(year=2029 + n, contracted_mw=mw) for n, mw in enumerate(megawatts)))
    rules = {**RULES_OFF, "planning_reserve_enabled": True, "planning_reserve_units": k, "planning_gap_h": 4.0}
    rules["planning_margin_mw"] = margin_mw
    return Allowed(small_project(years, equipment=rows, load=load, constraints=rules, **parts))


@pytest.mark.parametrize(("k", "units"), [(0, 6), (1, 7), (2, 8), (3, 9)])
def test_k_units_may_be_lost(k: int, units: int) -> None:
    master = allowed(engine(), k=k)
    assert master.least(lambda m: m.installed[0, 0]) == pytest.approx(units)


@pytest.mark.parametrize(("margin_mw", "units"), [(0.0, 7), (10.0, 8), (10.5, 9)])
def test_a_margin_is_carried_on_top_of_the_load(margin_mw: float, units: int) -> None:
    """60 MW and the margin with one of n units of 10 MW lost."""
    master = allowed(engine(), margin_mw=margin_mw)
    assert master.least(lambda m: m.installed[0, 0]) == pytest.approx(units)


def test_a_battery_does_not_carry_the_margin() -> None:
    """100 MWh count 22 MW of the reserve, and nothing once a margin is asked for."""
    five_hours = {"battery:mw": [20.0], "battery:mwh": [100.0]}
    for margin_mw, units in ((0.0, 5), (10.0, 8)):
        master = allowed(engine(), battery(), margin_mw=margin_mw)
        assert master.least(lambda m: m.installed[0, 0], five_hours) == pytest.approx(units)


def test_a_year_without_load_needs_no_margin() -> None:
    master = allowed(engine(), years=2, megawatts=(0.0, 60.0), k=0, margin_mw=10.0)
    assert master.least(lambda m: m.installed[0, 0]) == pytest.approx(0)
    assert master.least(lambda m: m.installed[0, 1]) == pytest.approx(7)


@pytest.mark.parametrize(("k", "small"), [(1, 6), (2, 7)])
def test_the_largest_units_are_the_ones_lost(k: int, small: int) -> None:
    """One unit of 25 MW and n of 10: with one lost 25 + 10 n - 25 >= 60; with two lost 10 MW more."""
    master = allowed(engine(), engine("Big", unit_mw=25.0), k=k)
    assert master.least(lambda m: m.installed[0, 0], {"big": [1.0]}) == pytest.approx(small)


def test_two_large_units_are_both_lost_at_k_2() -> None:
    """2 x 25 MW and n of 10: both large ones are out, so n = 6."""
    master = allowed(engine(), engine("Big", unit_mw=25.0), k=2)
    assert master.least(lambda m: m.installed[0, 0], {"big": [2.0]}) == pytest.approx(6)


def test_a_battery_counts_by_energy_over_four_hours() -> None:
    """20 MW for one hour count 5 x 0.9 = 4.5 MW, not 20: 5.5 MW of a seventh unit are still missing."""
    master = allowed(engine(), battery())
    one_hour = {"battery:mw": [20.0], "battery:mwh": [20.0]}
    assert master.least(lambda m: m.installed[0, 0], one_hour) == pytest.approx(7)
    five_hours = {"battery:mw": [20.0], "battery:mwh": [100.0]}
    assert master.least(lambda m: m.installed[0, 0], five_hours) == pytest.approx(5)


def test_sun_counts_what_it_gives_in_the_worst_hours_at_most() -> None:
    """The worst hours include dark ones: any amount of sun saves less than one unit here."""
    dark = allowed(engine(), sun())
    assert dark.least(lambda m: m.installed[0, 0]) >= 6.0


def test_every_year_is_checked_against_its_own_load() -> None:
    """20 MW, then 60: three units in year one, seven in year two; not seven at once, nor three for ever."""
    master = allowed(engine(), years=2, megawatts=(20.0, 60.0))
    assert master.least(lambda m: m.installed[0, 0]) == pytest.approx(3)
    assert master.least(lambda m: m.installed[0, 1]) == pytest.approx(7)
    assert master.least(lambda m: m.installed[0, 0] + m.installed[0, 1]) == pytest.approx(10)


@pytest.mark.parametrize(("day", "units"), [(date(2029, 1, 1), 5), (date(2029, 12, 1), 7)])
def test_import_is_firm_from_its_date_only(day: date, units: int) -> None:
    grid = Grid(grid_enabled=True, energisation_date=day, import_limits=(GridYear(year=2029, import_limit_mw=20.0),))
    master = allowed(engine(), grid=grid)
    assert master.least(lambda m: m.installed[0, 0]) == pytest.approx(units)


def test_without_the_rule_nothing_is_asked() -> None:
    master = Allowed(small_project(1, equipment=(engine(),), constraints=RULES_OFF))
    assert master.least(lambda m: m.installed[0, 0]) == pytest.approx(0)
