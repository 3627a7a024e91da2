"""One tariff through the whole study: Phase 1 pays what is billed, and the pro forma adds up the bills."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bvnexus_xl.finance.operations import prices
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.grid import Grid, GridYear, TariffLine
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import Series, SeriesColumn
from bvnexus_xl.notes import reader_notes
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.calendar import HOUR_OF_DAY, MONTH_OF_HOUR, is_weekend
from bvnexus_xl.screening.batch import DesignYears, Screen
from bvnexus_xl.screening.record import record_year
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tariffs.billing import bill_readings, energised_months
from bvnexus_xl.tariffs.metering import meter
from tests.planned import BUILDS, planned
from tests.planned import small_project as three_years
from tests.projects import BATTERY, RECIP, small_project
from tests.tariff_lines import EVERY_KIND


def with_lines(project: Project) -> Project:
    return project.model_copy(update={"grid": project.grid.model_copy(update={"tariff_lines": EVERY_KIND})})


def gridded(series: Series | None = None) -> Project:
    """60 MW, of which the grid grants 25 from 1 July of the first year."""
    grid = Grid(
        grid_enabled=True,
        energisation_date=date(2029, 7, 1),
        import_limits=tuple(GridYear(year=year, import_limit_mw=25.0) for year in (2029, 2030)),
        tariff_lines=EVERY_KIND,
    )
    return small_project(2, 60.0, (RECIP, BATTERY), grid=grid, series=series or Series())


def priced_designs(project: Project) -> tuple[Screen, np.ndarray, np.ndarray]:
    """Screen, capacities of two designs (20 and 25 MW of import), operating cost of each in each year, [2, 2]."""
    fleet = build_fleet(project)
    screen = Screen(project, fleet, build_profiles(project, fleet))
    capacity = np.zeros((2, len(fleet.columns)))
    capacity[:, fleet.index["recip-18-3-mw"]] = 4
    capacity[:, fleet.index["grid"]] = (20.0, 25.0)
    years = np.tile(np.arange(2), (2, 1)).T.ravel()
    designs = DesignYears(years, np.tile(capacity, (2, 1)), np.ones(4, dtype=bool))
    quantities = screen.run(designs).quantities
    paid = sum(quantities.grid_usd[kind] for kind in quantities.grid_usd)
    return screen, capacity, np.asarray(paid).reshape(2, 2).T


@pytest.mark.parametrize("hourly", [False, True])
def test_phase_1_pays_the_bill_of_its_own_dispatch(hourly: bool) -> None:
    """Year 2 follows itself in the search; all other lines are those of the bill of the recorded hours."""
    columns = (SeriesColumn(name="grid_price_usd_per_mwh", values=tuple(np.linspace(5.0, 25.0, 8760).tolist())),)
    screen, capacity, paid = priced_designs(gridded(Series(columns=columns) if hourly else None))
    energised = energised_months(screen.profiles.import_limit_mw)
    for design in range(2):
        for year in range(2):
            hours = record_year(screen, year, capacity[design], True)
            readings, mw = meter(screen.tariff, hours.import_mw), np.array(min(capacity[design, -1], 25.0))
            found = bill_readings(screen.tariff, readings, mw, mw, energised[year], readings.peak_mw)
            assert hours.import_mw.sum() > 10_000.0
            assert paid[design, year] == pytest.approx(float(found.total_usd.sum()), rel=1e-9)


def test_dear_import_is_bought_where_the_units_would_else_hold_too_little_reserve() -> None:
    """Four engines carry 60 MW with 13 MW to spare, N-1 asks for 18.3: a few MW of on-peak import close the gap."""
    lines = (
        TariffLine(name="Energy", price=15.0),
        TariffLine(name="On-peak", price=300.0, first_hour=13, last_hour=19),
    )
    project = gridded()
    constraints = project.constraints.model_copy(update={"planned_outage_enabled": False})
    grid = project.grid.model_copy(update={"tariff_lines": lines})
    project = project.model_copy(update={"grid": grid, "constraints": constraints})
    screen, capacity, _ = priced_designs(project)
    hours = record_year(screen, 1, capacity[1], True)
    on_peak = (HOUR_OF_DAY >= 13) & (HOUR_OF_DAY < 19)
    assert (hours.reserve_mw >= hours.contingency_mw - 1e-6).all()
    assert hours.import_mw[on_peak].max() > 2.0
    assert hours.import_mw[on_peak].mean() < 0.1 * hours.import_mw[~on_peak].mean()


def test_the_hourly_price_of_the_profiles_is_that_of_the_lines() -> None:
    project = gridded()
    price = build_profiles(project, build_fleet(project)).grid_price_usd_per_mwh
    on_peak = ~is_weekend(2029) & (HOUR_OF_DAY >= 13) & (HOUR_OF_DAY < 19) & (MONTH_OF_HOUR >= 5) & (MONTH_OF_HOUR < 9)
    # 14 $ to 2,000 MWh and 12 above, counted at the average of the most a month can take: 25 MW for 744 h
    average = (2_000.0 * 14.0 + (25.0 * 744.0 - 2_000.0) * 12.0) / (25.0 * 744.0)
    assert price[~on_peak] == pytest.approx(average)
    assert price[on_peak] == pytest.approx(average + 9.0)


@pytest.fixture(scope="module")
def study() -> SolvedStudy:
    return planned(with_lines(three_years()), BUILDS)


def test_the_pro_forma_adds_up_the_bills(study: SolvedStudy) -> None:
    growth, money = prices(study.project).electricity_factor, study.money
    for kind in ("energy", "demand", "standby", "fixed"):
        billed = [float(bill.usd(kind).sum()) for bill in money.bills]
        assert money.operating[f"grid_{kind}"] == pytest.approx(np.array(billed) * growth)
    assert money.operating["grid_fixed"].tolist() == pytest.approx([0.0, 0.0, 6 * 2_500.0 * growth[2]])


def test_a_reader_is_told_what_the_plan_counts_otherwise_than_the_bill(study: SolvedStudy) -> None:
    given = (study.project, study.fleet, study.profiles, study.plan, study.limits, study.ram)
    notes = " ".join(reader_notes(*given))
    assert "ratchet" in notes
    assert "counts them from below" in notes
    plain = " ".join(reader_notes(three_years(), *given[1:]))
    assert "ratchet" not in plain
    assert "counts them from below" not in plain
