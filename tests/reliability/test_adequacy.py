"""LOLH, LOLE, EENS against hand values, RTS-79 and a plain hour-by-hour table; what makes them rise and fall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.elements import RamCase
from bvnexus_xl.reliability.outage_table import outage_table
from tests.reliability.cases import flat, kind, rts79, rts79_load_mw


@pytest.mark.parametrize(
    ("units", "lolh", "eens"),
    [(6, 1234.5617, 11947.496), (7, 105.7459, 982.223), (8, 6.9746, 63.411), (9, 0.3898, 3.498)],
)
def test_engines_on_a_flat_100_mw_give_the_hand_values(units, lolh, eens):
    found = adequacy(flat([kind(units, 18.3, 0.025)], 100.0))
    assert (round(found.lolh, 4), round(found.eens_mwh, 3)) == (lolh, eens)
    assert found.neue == pytest.approx(found.eens_mwh / 876_000.0)
    assert found.availability == pytest.approx(1.0 - found.lolh / 8760.0)
    assert found.expected_downtime_min == pytest.approx(60.0 * found.lolh)
    assert found.lole_days == pytest.approx(found.lolh / 24.0)


@pytest.mark.parametrize(("load", "lolh"), [(90.0, 3.8869), (100.0, 61.7749)])
def test_a_mixed_fleet_gives_the_hand_values(load, lolh):
    assert round(adequacy(flat([kind(6, 18.3, 0.025), kind(1, 50.0, 0.05)], load)).lolh, 4) == lolh


def test_rts79_gives_its_published_indices():
    found = adequacy(rts79())
    assert round(found.lolh, 4) == 9.3942
    assert round(found.lole_days, 5) == 1.36886
    assert round(found.eens_mwh, 1) == 1176.3
    assert rts79_load_mw().sum() == pytest.approx(15_297_075, abs=1.0)


def test_rounding_the_loads_of_rts79_changes_the_index_as_published():
    case, load = rts79(), np.round(rts79_load_mw())
    assert round(adequacy(replace(case, load_mw=load, net_load_mw=load)).lolh, 4) == 9.3678


def _weather_case(hours: int = 400) -> RamCase:
    """Three derates, planned outages, a grid that comes halfway, an uneven load."""
    rng = np.random.default_rng(7)
    temp = 70.0 + 30.0 * np.sin(np.arange(hours) / 24.0 * 2 * np.pi) + rng.normal(0.0, 5.0, hours)
    factors = [1.0 - np.maximum(temp - above, 0.0) * 0.005 for above in (95.0, 59.0)]
    planned = (np.arange(hours) // 168 % 2).astype(np.int64)
    granted = (np.arange(hours) >= hours // 2).astype(float)
    kinds = (
        kind(2, 53.0, 0.03, hours, factor=factors[1], beta=0.05),
        kind(6, 18.3, 0.025, hours, factor=factors[0], planned_out=planned, beta=0.1),
        kind(1, 20.0, 0.01, hours, factor=granted, burns_gas=False),
    )
    load = 130.0 + 25.0 * rng.random(hours)
    return RamCase(kinds=kinds, load_mw=load + 5.0, net_load_mw=load, gas_availability=0.999)


def test_derate_planned_outages_grid_and_gas_equal_one_plain_table_an_hour():
    case = _weather_case()
    found = adequacy(case)
    for hour in range(0, len(case.load_mw), 7):
        net = float(case.net_load_mw[hour])
        whole = outage_table(k.at_hour(hour) for k in case.kinds).shortage(net)
        alone = outage_table(k.at_hour(hour) for k in case.without_gas()).shortage(net)
        expected = tuple(0.999 * a + 0.001 * b for a, b in zip(whole, alone, strict=True))
        assert (found.loss_probability[hour], found.unserved_mw[hour]) == pytest.approx(expected, rel=1e-7)


def test_gas_in_series_adds_its_share_of_all_hours():
    case = flat([kind(9, 18.3, 0.0)], 100.0)
    assert adequacy(case).lolh == 0.0
    firm = adequacy(replace(case, gas_availability=0.9995))
    assert firm.lolh == pytest.approx(0.0005 * 8760)
    assert firm.eens_mwh == pytest.approx(0.0005 * 876_000)


def test_nothing_installed_serves_nothing_and_no_load_needs_nothing():
    load = np.full(48, 10.0)
    none = adequacy(RamCase((), load, load))
    assert (none.lolh, none.eens_mwh, none.lole_days, none.availability) == (48.0, 480.0, 2.0, 0.0)
    idle = adequacy(RamCase((), load * 0, load * 0))
    assert (idle.lolh, idle.neue, idle.availability) == (0.0, 0.0, 1.0)


def test_a_unit_derated_to_nothing_is_as_good_as_none():
    hours = 24
    dead = kind(2, 50.0, 0.02, hours, factor=np.zeros(hours))
    assert adequacy(flat([dead], 10.0)).lolh == pytest.approx(hours)


@settings(max_examples=40, deadline=None)
@given(
    units=st.integers(1, 8),
    q=st.floats(0.001, 0.2),
    beta=st.floats(0.0, 0.3),
    gas=st.floats(0.95, 1.0),
    load=st.floats(1.0, 120.0),
)
def test_more_units_help_and_more_load_worse_units_and_worse_gas_hurt(units, q, beta, gas, load):
    def risk(count: int = units, rate: float = q, mw: float = load, supply: float = gas) -> tuple[float, float]:
        found = adequacy(flat([kind(count, 18.3, rate, 24, beta=beta)], mw, gas_availability=supply))
        return found.lolh, found.eens_mwh

    base = risk()
    for worse in (risk(rate=min(1.0, q * 1.5)), risk(mw=load + 5.0), risk(supply=gas - 0.01)):
        assert worse[0] >= base[0] - 1e-9
        assert worse[1] >= base[1] - 1e-9
    if units > 1:  # a single unit has no common cause, a second one brings it
        assert risk(count=units + 1)[1] <= base[1] + 1e-9
