"""The rows of the tariff on the full year: where import is given, the model's cost is the bill, to the cent."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from bvnexus_xl.inputs.grid import Grid, GridYear, TariffLine
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.tariffs.billing import bill_readings
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.metering import meter
from bvnexus_xl.tariffs.plan_prices import hourly_energy_price
from tests.model.window import case_of, dispatched, engine, project_of

SUMMER = {"first_month": 6, "last_month": 9}
AFTERNOON = {"days": "weekdays", "first_hour": 13, "last_hour": 19}
ENERGY = TariffLine(name="Energy", kind="energy", price=40.0)
TARIFFS: dict[str, tuple[TariffLine, ...]] = {
    "time of use, two windows, coincident hour": (
        ENERGY,
        TariffLine(name="On-peak", kind="energy", price=35.0, **SUMMER, **AFTERNOON),
        TariffLine(name="Demand", kind="demand", price=6.0),
        TariffLine(name="Summer adder", kind="demand", price=4.0, **SUMMER),
        TariffLine(name="On-peak demand", kind="demand", price=9.0, **SUMMER, **AFTERNOON),
        TariffLine(
            name="System peak",
            kind="coincident_demand",
            price=5.0,
            **SUMMER,
            day_of_month=12,
            first_hour=16,
            last_hour=17,
        ),
    ),
    "ratchets": (
        ENERGY,
        TariffLine(
            name="Look-back",
            kind="demand",
            price=6.0,
            ratchet_fraction=0.75,
            ratchet_over="months_before",
            ratchet_months=5,
        ),
        TariffLine(
            name="Summer ratchet",
            kind="demand",
            price=3.0,
            ratchet_fraction=0.95,
            ratchet_over="same_year",
            ratchet_first_month=6,
            ratchet_last_month=9,
            **AFTERNOON,
        ),
    ),
    "rising tiers and a contract minimum": (
        TariffLine(name="First", kind="energy", price=40.0, tier_to=6_000.0),
        TariffLine(name="Second", kind="energy", price=55.0, tier_from=6_000.0, tier_to=9_000.0),
        TariffLine(name="Third", kind="energy", price=58.0, tier_from=9_000.0),
        TariffLine(name="Demand to 20 MW", kind="demand", price=6.0, tier_to=20.0, minimum_fraction=0.5),
        TariffLine(name="Demand above", kind="demand", price=11.0, tier_from=20.0, minimum_fraction=0.5),
    ),
}
FALLING = (
    TariffLine(name="First", kind="energy", price=60.0, tier_to=6_000.0),
    TariffLine(name="Second", kind="energy", price=35.0, tier_from=6_000.0),
    TariffLine(name="Demand to 20 MW", kind="demand", price=11.0, tier_to=20.0),
    TariffLine(name="Demand above", kind="demand", price=6.0, tier_from=20.0),
    TariffLine(name="Blocks", kind="energy_hours_use", price=9.0, tier_to=300.0),
    TariffLine(name="Long use", kind="energy_hours_use", price=4.0, tier_from=300.0),
)
CONTRACTED = 45.0


@cache
def taken() -> np.ndarray:
    """Import that differs from month to month, up to 45 MW."""
    rng = np.random.default_rng(8)
    return rng.uniform(2.0, 12.0, 8760) + rng.uniform(0.0, 30.0, 12)[MONTH_OF_HOUR]


def model_and_bill(lines: tuple[TariffLine, ...]) -> tuple[float, float]:
    """First-year dollars of a year whose load only the grid serves: by the model, and by the bill."""
    granted = (GridYear(year=2029, import_limit_mw=CONTRACTED),)
    project = project_of(engine(), grid=Grid(grid_enabled=True, tariff_lines=lines, import_limits=granted))
    tariff = project_tariff(project)
    given: dict[str, Any] = {"axis": full_year_axis(), "granted": [1.0] * 8760}
    case = case_of(project, taken().tolist(), price=hourly_energy_price(tariff).tolist(), **given)
    one = {"one": 1.0} if "one" in case.parameters else {}
    solved = dispatched(case, import__0=CONTRACTED, **one)
    assert solved("imported") == pytest.approx(taken(), abs=1e-7)
    readings = meter(tariff, taken())
    size = np.array(CONTRACTED)
    cyclic = bill_readings(tariff, readings, size, size, np.ones(12), readings.peak_mw)
    return solved.usd, float(cyclic.usd("energy").sum() + cyclic.usd("demand").sum())


@pytest.mark.parametrize("name", TARIFFS)
def test_the_model_pays_what_is_billed(name: str) -> None:
    model, billed = model_and_bill(TARIFFS[name])
    assert model == pytest.approx(billed, rel=1e-9)


def test_falling_prices_are_counted_from_below() -> None:
    model, billed = model_and_bill(FALLING)
    assert 0.8 * billed < model < billed


def test_a_ratchet_makes_it_worth_shaving_another_month() -> None:
    """Two months, 10 and 2 MW; at 80 % the second is billed 8 MW: 6 $/kW x 18 MW, whatever its own import."""
    ratchet = {"ratchet_fraction": 0.8, "ratchet_over": "same_year"}
    lines = (TariffLine(name="E", price=0.0), TariffLine(name="D", kind="demand", price=6.0, **ratchet))
    granted = (GridYear(year=2029, import_limit_mw=20.0),)
    project = project_of(engine(), grid=Grid(grid_enabled=True, tariff_lines=lines, import_limits=granted))
    steps = np.arange(4)
    axis = TimeAxis(
        hours=np.array([0, 1, 744, 745]),
        weight=np.ones(4),
        period=steps // 2,
        previous=np.roll(steps, 1),
        sequence=np.arange(2),
        months=((0,), (1,)),
    )
    case = case_of(project, [10.0, 3.0, 2.0, 2.0], axis=axis, granted=[1] * 4)
    assert dispatched(case, import__0=20.0).usd == pytest.approx(6_000.0 * 18.0)
    shaved = dispatched(case, import__0=20.0, capacity__engine=0.2)
    assert shaved("imported").tolist() == pytest.approx([8.0, 3.0, 2.0, 2.0])
    # 2 MWh of a fifth of an engine for one hour: 8 $ no-load, 72 $ energy, 20 $ start; both months fall by it
    assert shaved.usd == pytest.approx(6_000.0 * (8.0 + 6.4) + 100.0)


def test_no_year_is_billed_for_months_before_energisation() -> None:
    """Where a pattern has no import in January, February's peak sets no ratchet there."""
    ratchet = {"ratchet_fraction": 0.8, "ratchet_over": "same_year"}
    lines = (TariffLine(name="E", price=0.0), TariffLine(name="D", kind="demand", price=6.0, **ratchet))
    project = project_of(engine(), grid=Grid(grid_enabled=True, tariff_lines=lines))
    steps = np.arange(4)
    axis = TimeAxis(np.array([0, 1, 744, 745]), np.ones(4), steps // 2, np.roll(steps, 1), np.arange(2), ((0,), (1,)))
    case = case_of(project, [5.0, 5.0, 10.0, 10.0], axis=axis, granted=[0, 0, 1, 1])
    assert dispatched(case, import__0=20.0, capacity__engine=1.0)("imported")[:2].sum() == 0.0
    usd = dispatched(case_of(project, [0.0, 0.0, 10.0, 10.0], axis=axis, granted=[0, 0, 1, 1]), import__0=20.0).usd
    assert usd == pytest.approx(6_000.0 * 10.0)
