"""The utility connection: when it comes, how much, and what it costs."""

from __future__ import annotations

from datetime import date

from bvnexus_xl.inputs.fields import Section, choice, day, number, rows


class GridYear(Section):
    """Import available in one year."""

    year: int = number(unit="year", low=2025, high=2080, label="Year")
    import_limit_mw: float = number(unit="MW", low=0.0, high=20000.0, label="Import the utility grants")


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
        note="Ignored where column grid_price_usd_per_mwh of sheet Series is filled",
    )
    demand_charge_usd_per_kw_month: float = number(
        15.0,
        unit="$/kW-month",
        low=0.0,
        high=200.0,
        label="Demand charge",
        source="bvNexus default",
        note="On each month's highest import",
    )
    standby_charge_usd_per_kw_month: float = number(
        5.0,
        unit="$/kW-month",
        low=0.0,
        high=100.0,
        label="Standby charge",
        source="bvNexus default; tariffs 3-8",
        note="On contracted import, every month from energisation",
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
