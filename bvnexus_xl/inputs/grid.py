"""The utility connection: when it comes, how much, and what it costs."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bvnexus_xl.inputs.fields import Section, choice, day, number, rows, text

TariffKind = Literal["energy", "energy_hours_use", "demand", "coincident_demand", "standby", "fixed"]
TariffDays = Literal["all", "weekdays", "weekends"]
RatchetOver = Literal["none", "months_before", "same_year", "year_before"]


class GridYear(Section):
    """Import available in one year."""

    year: int = number(unit="year", low=2025, high=2080, label="Year")
    import_limit_mw: float = number(unit="MW", low=0.0, high=20000.0, label="Import the utility grants")


class TariffLine(Section):
    """One line of the tariff, first-year money. Lines add up; a tiered charge has one line a tier.

    Unit of the price by kind: energy and energy_hours_use $/MWh; demand, coincident_demand and standby $/kW-month;
    fixed $/month.
    """

    name: str = text(label="Line", longest=40, note="As it shall stand on the bill; every line has its own")
    kind: TariffKind = choice(
        "energy",
        label="What is charged",
        note="energy: MWh in the window; energy_hours_use: MWh in blocks of hours of use; demand: highest import "
        "of the window; coincident_demand: mean import in the hours of the system peak; standby: contracted MW",
    )
    price: float = number(
        unit="$",
        low=0.0,
        high=10_000_000.0,
        label="Price",
        note="$/MWh for energy, $/kW-month for demand and standby, $/month for fixed",
    )
    first_month: int = number(1, unit="month", low=1, high=12, label="Months from")
    last_month: int = number(12, unit="month", low=1, high=12, label="Months to", note="11 to 2 runs past December")
    days: TariffDays = choice("all", label="Days", note="Weekdays of the first year; holidays are not known")
    first_hour: int = number(0, unit="h", low=0, high=23, label="Window from", note="Local standard time")
    last_hour: int = number(24, unit="h", low=1, high=24, label="Window to", note="22 to 6 runs past midnight")
    day_of_month: int | None = number(
        None,
        unit="day",
        low=1,
        high=31,
        label="Day of the month",
        note="coincident_demand: day of the system peak; empty: the mean over all days of the window",
    )
    tier_from: float | None = number(
        None,
        unit="tier",
        low=0.0,
        high=10_000_000.0,
        label="Tier from",
        note="energy: MWh of the month; energy_hours_use: hours of use, MWh per MW of highest import; demand: MW",
    )
    tier_to: float | None = number(
        None, unit="tier", low=0.0, high=10_000_000.0, label="Tier to", note="Empty in the last tier"
    )
    ratchet_fraction: float = number(
        0.0,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Ratchet",
        source="tariffs 0.80-0.85; 0.35-1.00 seen",
        note="demand: billed at least this part of an earlier highest import; 0 for none",
    )
    ratchet_over: RatchetOver = choice(
        "none",
        label="Ratchet looks at",
        note="months_before: the months before the one billed; same_year: all months of the calendar year; "
        "year_before: those of the calendar year before",
    )
    ratchet_months: int = number(11, unit="month", low=1, high=12, label="Months looked back", note="For months_before")
    ratchet_first_month: int = number(1, unit="month", low=1, high=12, label="Ratchet counts months from")
    ratchet_last_month: int = number(
        12, unit="month", low=1, high=12, label="Ratchet counts months to", note="6 to 9: only summer peaks ratchet"
    )
    minimum_fraction: float = number(
        0.0,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Contract minimum",
        source="AEP Ohio data center tariff: 0.85",
        note="demand: billed at least this part of the MW contracted and granted in the year",
    )


class Grid(Section):
    """Connection, tariff and its place among the contingencies."""

    grid_enabled: bool = choice(False, label="Grid connection considered")
    energisation_date: date = day(
        date(2033, 1, 1),
        low=date(2020, 1, 1),
        high=date(2080, 12, 31),
        label="Energisation date",
        note="Planning date; import is zero before it",
    )
    interconnection_capex_usd_per_kw: float = number(
        100.0,
        unit="$/kW",
        low=0.0,
        high=5000.0,
        label="Contribution in aid of construction",
        source="bvNexus default; seen: 60-300",
    )
    grid_fom_usd_per_kw_year: float = number(
        2.0,
        unit="$/kW-yr",
        low=0.0,
        high=500.0,
        label="Fixed O&M of the connection",
        source="engineering judgement, Nov 2026",
    )
    grid_energy_price_usd_per_mwh: float = number(
        65.0,
        unit="$/MWh",
        low=0.0,
        high=2000.0,
        label="Energy price, first-year money",
        source="bvNexus default",
        note="Not used where the tariff has lines, or column grid_price_usd_per_mwh of sheet Series is filled",
    )
    demand_charge_usd_per_kw_month: float = number(
        15.0,
        unit="$/kW-month",
        low=0.0,
        high=200.0,
        label="Demand charge",
        source="bvNexus default",
        note="On each month's highest import; not used where the tariff has lines",
    )
    standby_charge_usd_per_kw_month: float = number(
        5.0,
        unit="$/kW-month",
        low=0.0,
        high=100.0,
        label="Standby charge",
        source="bvNexus default; tariffs 3-8",
        note="On contracted import, every month from energisation; not used where the tariff has lines",
    )
    grid_forced_outage_rate: float = number(
        0.0003, unit="fraction", low=0.0, high=0.5, label="Forced outage rate", source="bvNexus default: 2.6 h/yr"
    )
    grid_life_years: int = number(
        40, unit="years", low=1, high=60, label="Life of the connection", source="engineering judgement, Nov 2026"
    )
    substation_acres: float = number(
        8.0,
        unit="acre",
        low=0.0,
        high=200.0,
        label="Land of the substation",
        source="engineering judgement, Nov 2026: 5-10 acres",
        note="Taken once, if any import is contracted",
    )
    import_limits: tuple[GridYear, ...] = rows(
        (), label="Import by year", most=15, note="Years not listed have no import"
    )
    tariff_lines: tuple[TariffLine, ...] = rows(
        (),
        label="Tariff lines",
        most=40,
        note="Empty: the three prices above count. With lines they do not; the lines are the whole tariff. Prices of "
        "sheet Series still replace energy lines",
    )
