"""The hours of a year as columns: they balance, and add up to the year's totals."""

import numpy as np
import pytest

from bvnexus_xl.hourly_table import HOUR_COLUMNS, group_key, hourly_table
from bvnexus_xl.summaries import SOURCES
from bvnexus_xl.units import LB_PER_SHORT_TON
from tests.planned import BUILDS, ENGINE, ENGINE_SCR, planned, small_project


@pytest.fixture(scope="module")
def solved():
    return planned(small_project(), BUILDS)


@pytest.fixture(scope="module", params=[0, 1, 2])
def year(request, solved):
    return hourly_table(solved, request.param), solved.totals[request.param]


def test_every_hour_balances(year):
    columns = year[0].columns
    supply = sum(columns[group_key(source)] for source in SOURCES) + columns["unserved_mw"]
    assert np.abs(supply - columns["load_mw"] - columns["flex_up_mw"] - columns["charge_mw"]).max() < 1e-6


def test_nox_fuel_and_gas_of_the_hours_are_those_of_the_year(year):
    columns, totals = year[0].columns, year[1]
    assert columns["nox_lb"].sum() / LB_PER_SHORT_TON == pytest.approx(totals.nox_tons, rel=1e-12)
    assert columns["gas_mmbtu"].sum() == pytest.approx(totals.fuel_mmbtu.sum(), rel=1e-12)
    by_day = columns["gas_mcf"].reshape(365, 24).sum(axis=1)
    assert by_day == pytest.approx(totals.gas_mcf_per_day, rel=1e-12)


def test_nox_of_an_hour_by_hand(solved):
    table, fleet = hourly_table(solved, 1), solved.fleet
    mw, units = solved.dispatches[1].thermal_mw, solved.dispatches[1].online_units
    hour = next(h for h in range(1, 8760) if units[:, h].sum() > units[:, h - 1].sum())
    pounds = sum(asset.nox_lb_per_mwh * mw[n, hour] for n, asset in enumerate(fleet.thermal))
    pounds += sum(
        asset.row.start_nox_lb * max(units[n, hour] - units[n, hour - 1], 0.0) for n, asset in enumerate(fleet.thermal)
    )
    assert table.columns["nox_lb"][hour] == pytest.approx(pounds, rel=1e-12)


def test_only_assets_that_are_built_in_some_year_are_listed(year):
    assert year[0].asset_keys == (ENGINE, ENGINE_SCR)
    assert year[0].asset_mw.shape == year[0].online_units.shape == (2, 8760)


def test_columns_come_in_the_order_of_their_list(year):
    assert list(year[0].columns) == [column.key for column in HOUR_COLUMNS]
