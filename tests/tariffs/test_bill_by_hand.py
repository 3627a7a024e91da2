"""Bills by hand: every figure here was worked out on paper from the tariff's words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bvnexus_xl.inputs.grid import Grid, GridYear, TariffLine
from bvnexus_xl.inputs.series import Series, SeriesColumn
from bvnexus_xl.profiles.calendar import HOUR_OF_DAY, MONTH_OF_HOUR, is_weekend
from bvnexus_xl.tariffs.billing import Bill, bill, energised_months
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.metering import meter
from bvnexus_xl.tariffs.tariff import Tariff
from tests.projects import small_project

JANUARY, FEBRUARY, MARCH, JUNE, JULY, AUGUST = 0, 1, 2, 5, 6, 7


def line(kind: str = "demand", price: float = 10.0, **fields: Any) -> TariffLine:
    return TariffLine(
        **{"name": f"{kind} {fields.get('tier_from', '')}".strip(), "kind": kind, "price": price, **fields}
    )


def tariff_of(*lines: TariffLine, hourly: tuple[float, ...] | None = None, **fields: Any) -> Tariff:
    granted = (GridYear(year=2029, import_limit_mw=200.0),)
    grid = Grid(grid_enabled=True, tariff_lines=lines, import_limits=granted, **fields)
    columns = (SeriesColumn(name="grid_price_usd_per_mwh", values=hourly),) if hourly else ()
    return project_tariff(small_project(1, grid=grid, series=Series(columns=columns)))


def months(**by_month: float) -> np.ndarray:
    """Import with the given highest hour in some months (m1 to m12), at noon of their third day; else none."""
    out = np.zeros(8760)
    for name, mw in by_month.items():
        out[np.flatnonzero(int(name[1:]) - 1 == MONTH_OF_HOUR)[60]] = mw
    return out


def demand(tariff: Tariff, import_mw: np.ndarray, **more: Any) -> list[float]:
    """Billed demand of the tariff's first demand line, MW by month."""
    found = bill(tariff, import_mw, more.pop("contracted_mw", 100.0), **more)
    return next(item for item in found.lines if item.kind == "demand").quantity.tolist()


def usd(found: Bill, kind: str) -> float:
    return float(found.usd(kind).sum())


def test_the_simple_tariff_is_energy_highest_import_and_standby() -> None:
    """100 MW flat: 876,000 MWh at 65 $, 12 months of 100,000 kW at 15 $ and at 5 $."""
    found = bill(tariff_of(), np.full(8760, 100.0), 100.0)
    assert usd(found, "energy") == pytest.approx(56_940_000.0)
    assert usd(found, "demand") == pytest.approx(18_000_000.0)
    assert usd(found, "standby") == pytest.approx(6_000_000.0)
    assert found.total_usd[JANUARY] == pytest.approx(74_400 * 65.0 + 1_500_000.0 + 500_000.0)


def test_blended_price_of_energy_on_and_off_peak() -> None:
    """July, 10 MW flat: 22 weekdays of 8 h on-peak cost 90 $, the other hours 40 $."""
    july = (MONTH_OF_HOUR == JULY) & ~is_weekend(2029) & (HOUR_OF_DAY >= 12) & (HOUR_OF_DAY < 20)
    on_peak = int(july.sum())
    assert on_peak == 22 * 8  # July 2029 begins on a Sunday: 31 days, 9 at weekends
    window = {"first_month": 7, "last_month": 7, "days": "weekdays", "first_hour": 12, "last_hour": 20}
    tariff = tariff_of(line("energy", 40.0), line("energy", 50.0, name="On-peak adder", **window))
    cost = bill(tariff, np.full(8760, 10.0), 10.0).usd("energy")
    assert cost[JULY] == pytest.approx(10.0 * (744 * 40.0 + 176 * 50.0))
    assert cost[JULY] / 7440.0 == pytest.approx(40.0 + 50.0 * 176 / 744)  # blended, $/MWh
    assert cost[JUNE] == pytest.approx(7200.0 * 40.0)


def test_energy_in_tiers_of_the_month() -> None:
    """First 1,000 MWh at 60 $, next 2,000 at 45, the rest at 30: 7,440 MWh in January cost 60 + 90 + 133.2 k$."""
    tariff = tariff_of(
        line("energy", 60.0, tier_from=0.0, tier_to=1000.0),
        line("energy", 45.0, tier_from=1000.0, tier_to=3000.0),
        line("energy", 30.0, tier_from=3000.0),
    )
    found = bill(tariff, np.full(8760, 10.0), 10.0)
    assert [float(item.usd[JANUARY]) for item in found.lines] == pytest.approx([60_000.0, 90_000.0, 133_200.0])


def test_energy_in_blocks_of_hours_of_use() -> None:
    """January, 10 MW for 400 h: 200 h x 10 MW at 80 $, the next 2,000 MWh at 50 $."""
    tariff = tariff_of(
        line("energy_hours_use", 80.0, tier_from=0.0, tier_to=200.0),
        line("energy_hours_use", 50.0, tier_from=200.0, tier_to=500.0),
        line("energy_hours_use", 20.0, tier_from=500.0),
    )
    taken = np.zeros(8760)
    taken[:400] = 10.0
    found = bill(tariff, taken, 10.0)
    assert found.usd("energy")[JANUARY] == pytest.approx(2000 * 80.0 + 2000 * 50.0)


def test_demand_in_tiers() -> None:
    """The first 5 MW at 8 $/kW, what is above at 12: 12 MW cost 40 + 84 k$."""
    tariff = tariff_of(line(price=8.0, tier_to=5.0), line(price=12.0, tier_from=5.0))
    assert bill(tariff, months(m3=12.0), 20.0).usd("demand")[MARCH] == pytest.approx(124_000.0)


def test_demand_of_a_window_ignores_other_hours_and_months() -> None:
    """60 MW at noon on a weekday; the highest hour of all, 90 MW, is at night and 95 MW on a Saturday noon."""
    window = {"first_month": 6, "last_month": 9, "days": "weekdays", "first_hour": 12, "last_hour": 18}
    tariff = tariff_of(line(price=20.0, **window))
    taken = np.zeros(8760)
    first = np.flatnonzero(MONTH_OF_HOUR == JULY)[0]
    for day, hour, mw in ((2, 13, 60.0), (2, 3, 90.0), (6, 13, 95.0), (2, 18, 70.0)):
        taken[first + 24 * day + hour] = mw
    taken[13] = 99.0
    found = demand(tariff, taken)
    assert found == pytest.approx([0.0] * 6 + [60.0] + [0.0] * 5)


def test_a_window_past_midnight() -> None:
    tariff = tariff_of(line(first_hour=22, last_hour=6))
    taken = np.zeros(8760)
    taken[[3, 12, 23]] = [5.0, 9.0, 7.0]
    assert demand(tariff, taken)[JANUARY] == 7.0


@pytest.mark.parametrize(
    ("fraction", "months_back", "expected"),
    [
        (0.75, 11, [75.0, 75.0, 75.0, 75.0, 75.0, 75.0, 75.0, 75.0, 75.0]),
        (0.35, 11, [35.0, 35.0, 35.0, 35.0, 50.0, 35.0, 35.0, 35.0, 35.0]),
        (0.75, 2, [75.0, 75.0, 15.0, 0.0, 50.0, 37.5, 37.5, 0.0, 0.0]),
    ],
)
def test_a_ratchet_over_the_months_before(fraction: float, months_back: int, expected: list[float]) -> None:
    """100 MW in March, 20 MW in April, 50 MW in August; from April on. Nothing before March: there is no history."""
    tariff = tariff_of(line(ratchet_fraction=fraction, ratchet_over="months_before", ratchet_months=months_back))
    assert demand(tariff, months(m3=100.0, m4=20.0, m8=50.0)) == pytest.approx([0.0, 0.0, 100.0, *expected])


def test_a_ratchet_reaches_into_the_year_before() -> None:
    """75 % of 80 MW in November: 60 MW until October, eleven months later."""
    tariff = tariff_of(line(ratchet_fraction=0.75, ratchet_over="months_before", ratchet_months=11))
    before = meter(tariff, months(m11=80.0)).peak_mw
    found = demand(tariff, months(m1=10.0, m10=10.0, m11=10.0), previous_peak_mw=before)
    assert found == pytest.approx([60.0] * 10 + [10.0, 7.5])


def test_a_ratchet_of_summer_months_over_the_months_before() -> None:
    """Only June to September ratchet: 100 MW in December do not, 40 MW in July do (75 %: 30 MW)."""
    summer = {"ratchet_first_month": 6, "ratchet_last_month": 9}
    tariff = tariff_of(line(ratchet_fraction=0.75, ratchet_over="months_before", ratchet_months=12, **summer))
    before = meter(tariff, months(m7=40.0, m12=100.0)).peak_mw
    assert demand(tariff, months(m1=5.0), previous_peak_mw=before) == pytest.approx([30.0] * 7 + [0.0] * 5)


def test_a_ratchet_over_the_calendar_year_and_the_year_before() -> None:
    """35 % of the highest of June to September: of the same year in every month, or of the year before."""
    summer = {"ratchet_fraction": 0.35, "ratchet_first_month": 6, "ratchet_last_month": 9}
    same = tariff_of(line(ratchet_over="same_year", **summer))
    assert demand(same, months(m2=90.0, m7=60.0)) == pytest.approx([21.0, 90.0, *[21.0] * 4, 60.0, *[21.0] * 5])
    last = tariff_of(line(ratchet_over="year_before", **summer))
    assert demand(last, months(m7=60.0)) == pytest.approx([0.0] * 6 + [60.0] + [0.0] * 5)
    before = meter(last, months(m7=60.0, m12=99.0)).peak_mw
    assert demand(last, months(m3=30.0), previous_peak_mw=before) == pytest.approx([21.0, 21.0, 30.0, *[21.0] * 9])


def test_coincident_peak_of_one_hour_and_of_a_window() -> None:
    """40 MW at 16:00 on 9 July, the system's peak, at 12 $/kW: 480 k$; the mean of a window otherwise."""
    peak = {"first_month": 7, "last_month": 7, "first_hour": 16, "last_hour": 17}
    taken = np.full(8760, 80.0)
    taken[np.flatnonzero(MONTH_OF_HOUR == JULY)[8 * 24 + 16]] = 40.0
    one = tariff_of(line("coincident_demand", 12.0, day_of_month=9, **peak))
    assert usd(bill(one, taken, 100.0), "demand") == pytest.approx(480_000.0)
    mean = tariff_of(line("coincident_demand", 12.0, **peak))
    assert usd(bill(mean, taken, 100.0), "demand") == pytest.approx(12_000.0 * (30 * 80.0 + 40.0) / 31)


def test_the_contract_minimum_is_billed_from_energisation() -> None:
    """85 % of 100 MW contracted, 60 MW used, energised on 1 July (12 $/kW): six months of 85 MW."""
    tariff = tariff_of(line(price=12.0, minimum_fraction=0.85))
    granted = np.zeros(8760)
    granted[181 * 24 :] = 100.0
    taken = np.minimum(granted, 60.0)
    found = bill(tariff, taken, 100.0, energised=energised_months(granted))
    assert found.usd("demand").tolist() == pytest.approx([0.0] * 6 + [1_020_000.0] * 6)
    assert demand(tariff, taken, usable_mw=60.0)[11] == pytest.approx(60.0)  # granted no more than 60 MW: 51 < 60


def test_months_before_energisation_have_no_ratchet_and_no_standing_charge() -> None:
    ratchet = line(ratchet_fraction=0.8, ratchet_over="same_year")
    tariff = tariff_of(ratchet, line("standby", 5.0), line("fixed", 9_000.0), line("energy", 0.0))
    granted = np.zeros(8760)
    granted[181 * 24 :] = 50.0
    found = bill(tariff, months(m8=50.0), 50.0, energised=energised_months(granted))
    assert found.usd("demand")[:6].sum() == 0.0
    assert usd(found, "standby") == pytest.approx(6 * 50_000 * 5.0)
    assert usd(found, "fixed") == pytest.approx(6 * 9_000.0)
    assert usd(bill(tariff, np.zeros(8760), 0.0), "fixed") == 0.0  # nothing contracted, no meter


def test_one_quarter_hour_costs_135_thousand_dollars() -> None:
    """The dossier's case: the hour's mean is 103 MW, one of its quarter-hours 112 MW: 9 MW x 15 $/kW = 135 k$."""
    tariff = tariff_of()
    quarters = np.full(35_040, 100.0)
    quarters[4 * 1000 : 4 * 1000 + 4] = [112.0, 100.0, 100.0, 100.0]
    assert quarters[4000:4004].mean() == 103.0
    hours = quarters.reshape(8760, 4).mean(axis=1)
    by_quarter, by_hour = bill(tariff, quarters, 120.0), bill(tariff, hours, 120.0)
    assert usd(by_quarter, "demand") - usd(by_hour, "demand") == pytest.approx(135_000.0)
    assert usd(by_quarter, "energy") == pytest.approx(usd(by_hour, "energy"))


def test_repeated_hours_cost_the_same_at_15_minutes() -> None:
    tariff = tariff_of(
        line("energy", 60.0, tier_from=0.0, tier_to=9_000.0),
        line("energy", 45.0, tier_from=9_000.0),
        line(
            "demand", 9.0, days="weekdays", first_hour=12, last_hour=19, ratchet_fraction=0.8, ratchet_over="same_year"
        ),
        line("coincident_demand", 5.0, day_of_month=12, first_hour=17, last_hour=18, first_month=6, last_month=9),
    )
    hours = np.random.default_rng(3).uniform(0.0, 40.0, 8760)
    one, four = bill(tariff, hours, 40.0), bill(tariff, np.repeat(hours, 4), 40.0)
    assert four.total_usd == pytest.approx(one.total_usd, rel=1e-12)


def test_hourly_prices_take_the_place_of_every_energy_line() -> None:
    hourly = tuple(np.linspace(10.0, 90.0, 8760).tolist())
    taken = np.random.default_rng(4).uniform(0.0, 40.0, 8760)
    for lines in ((), (line("energy", 500.0), line("fixed", 100.0))):
        found = bill(tariff_of(*lines, hourly=hourly), taken, 40.0)
        assert usd(found, "energy") == pytest.approx(float(taken @ np.array(hourly)))


def test_with_lines_the_three_simple_prices_are_not_used() -> None:
    found = bill(tariff_of(line("energy", 30.0)), np.full(8760, 1.0), 1.0)
    assert [found.usd(kind).sum() for kind in ("energy", "demand", "standby")] == pytest.approx([262_800.0, 0.0, 0.0])


def test_an_import_that_is_no_year_is_refused() -> None:
    with pytest.raises(ValueError, match="744 steps of import"):
        bill(tariff_of(), np.zeros(744), 1.0)
