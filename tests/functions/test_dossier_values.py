"""Answers of the spreadsheet functions against the dossier's hand-checked values and hand calculations here."""

import numpy as np
import pytest

from bvnexus_xl.functions.table import BY_NAME

FULL_YEAR_MWH = 18.3 * 0.9 * 8760
YEARLY_COST = 18.3e3 * 18.5 + FULL_YEAR_MWH * (8.5 + 7.7 * 3.5)


def call(name, *arguments):
    return BY_NAME[name](*arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "expected", "within"),
    [
        ("BVN_CRF", (0.08, 15), 0.116829545, 5e-10),
        ("BVN_CRF", (0.0, 20), 0.05, 1e-15),
        ("BVN_LCOE", (0.08, 1650 * 18.3e3, YEARLY_COST, FULL_YEAR_MWH, 15), 62.247152, 5e-7),
        ("BVN_MACRS", (15, 1), 0.05, 1e-15),
        ("BVN_MACRS", (15, 17), 0.0, 0.0),
        ("BVN_MACRS", (5, 2, 0.4), 0.32 * 0.6, 1e-15),
        ("BVN_KOFN", (2, 3, 0.9), 0.972, 1e-12),
        ("BVN_KOFN", (10, 13, 0.975), 0.9997669898591812, 1e-14),
        ("BVN_KOFN", (6, 9, 0.975, 0.05), 0.99871362, 5e-9),
        ("BVN_LOLH", ([[6, 18.3, 0.025]], 100), 1234.5617, 5e-5),
        ("BVN_LOLH", ([[9, 18.3, 0.025]], 100), 0.3898, 5e-5),
        ("BVN_LOLH", ([[6, 18.3, 0.025], [1, 50, 0.05]], 90), 3.8869, 5e-5),
        ("BVN_LOLH", ([[6, 18.3, 0.025], [1, 50, 0.05]], 100), 61.7749, 5e-5),
        ("BVN_HEAT_RATE", (1, 7700), 7700.0, 1e-9),
        ("BVN_HEAT_RATE", (0.5, 7700, 1.1), 8470.0, 1e-9),
        ("BVN_FUEL", (9.15, 18.3, 1, 7700, 1.1), 9.15 * 8.47, 1e-9),
        ("BVN_FUEL", (36.6, 18.3, 2, 7700, 1.1), 36.6 * 7.7, 1e-9),
        ("BVN_NOX_TPY", ("PTE_8760", 18.3, 0.5), 40.077, 5e-13),
        ("BVN_NOX_TPY", ("pte_8760", 18.3, 0.5, 0.3), 40.077, 5e-13),
        ("BVN_NOX_TPY", ("actual", 45.6621004566, 0.5), 100.0, 1e-7),
        ("BVN_NOX_TPY", ("synthetic_cap", 45.20547945, 0.5), 100.0, 1e-6),
        ("BVN_GAS_MCF_DAY", (280.5736, 7700), 50_000.0, 0.01),
        ("BVN_GAS_MCF_DAY", (1, 7700, 1), 7.425265, 5e-7),
        ("BVN_DERATE", (105, 0), 0.95, 1e-12),
        ("BVN_DERATE", (95, 4000), 1 - 0.0303, 1e-12),
        ("BVN_PUE", (86,), 1.30, 1e-12),
        ("BVN_PUE", (20, 1.08, 1.12, 1.2), 1.08, 1e-12),
    ],
)
def test_function_gives_the_known_value(name, arguments, expected, within):
    assert call(name, *arguments) == pytest.approx(expected, abs=within, rel=0)


def test_lcoe_of_escalated_costs_is_68_081_nominal_and_58_978_in_first_year_money():
    costs = [[YEARLY_COST * 1.025**n] for n in range(15)]
    assert call("BVN_LCOE", 0.08, 1650 * 18.3e3, costs, FULL_YEAR_MWH) == pytest.approx(68.081137, abs=5e-7)
    real = call("BVN_LCOE", 0.08, 1650 * 18.3e3, costs, FULL_YEAR_MWH, None, 0.025)
    assert real == pytest.approx(58.977775, abs=5e-7)


@pytest.mark.parametrize(("years", "rows", "pv"), [(5, 6, 0.8113), (7, 8, 0.7661), (15, 16, 0.5797), (20, 21, 0.5062)])
def test_macrs_column_adds_to_one_and_has_the_dossiers_present_value(years, rows, pv):
    column = [row[0] for row in call("BVN_MACRS", years)]
    assert len(column) == rows
    assert sum(column) == pytest.approx(1.0, abs=2e-4)
    assert sum(share / 1.08 ** (n + 1) for n, share in enumerate(column)) == pytest.approx(pv, abs=1e-4)


def test_lolh_of_hours_counts_each_hour():
    """100 MW in two hours, 50 MW in one: by hand from the flat-load figures per hour."""
    high = call("BVN_LOLH", [[7, 18.3, 0.025]], 100) / 8760
    low = call("BVN_LOLH", [[7, 18.3, 0.025]], 50) / 8760
    assert call("BVN_LOLH", [[7, 18.3, 0.025]], [[100], [50], [100]]) == pytest.approx(2 * high + low, rel=1e-12)


def test_quarter_hour_peak_costs_135_000_dollars_more_than_the_hourly_mean():
    """Dossier §4: an hourly mean of 103 MW hides a 112 MW quarter-hour; 9 MW at $15 is $135,000."""
    quarters, hours = [100.0, 100.0, 100.0, 112.0], [103.0]
    assert call("BVN_DEMAND_CHARGE", quarters, 15) - call("BVN_DEMAND_CHARGE", hours, 15) == pytest.approx(135_000)


def test_ratchet_bills_later_months_from_an_earlier_peak():
    year = np.full(8760, 50.0)
    year[10] = 100.0  # January
    plain, ratchet = (call("BVN_DEMAND_CHARGE", year.tolist(), 10, share) for share in (0, 0.8))
    assert plain == pytest.approx((100 + 11 * 50) * 10_000)
    assert ratchet == pytest.approx((100 + 11 * 80) * 10_000)
    quarters = np.repeat(year, 4)
    assert call("BVN_DEMAND_CHARGE", quarters.tolist(), 10) == pytest.approx(plain)
