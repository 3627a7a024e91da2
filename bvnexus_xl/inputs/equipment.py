"""The equipment table: one row a technology or model, and the emission controls that may be fitted to it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bvnexus_xl.catalogue.technologies import MacrsClass, TechnologyName
from bvnexus_xl.inputs.fields import Section, choice, day, number, text

Fuel = Literal["natural_gas", "diesel"]


class EquipmentRow(Section):
    """One model of equipment. Cells that do not apply to its technology stay empty."""

    name: str = text(label="Model", longest=40, note="Every model has its own name")
    technology: TechnologyName = choice(label="Technology")
    enabled: bool = choice(True, label="May be built", note="yes or no")
    unit_mw: float | None = number(
        None,
        unit="MW",
        low=0.05,
        high=1000.0,
        label="Net output of one unit, ISO",
        source="vendor data sheets 2025; EIA AEO2026",
    )
    fuel: Fuel | None = choice(None, label="Fuel")
    heat_rate_btu_per_kwh: float | None = number(
        None,
        unit="BTU/kWh",
        low=3412.0,
        high=20000.0,
        label="Heat rate at full load, net, HHV",
        note="Vendors quote LHV: multiply by 1.108",
    )
    heat_rate_multiplier_at_50pct: float | None = number(
        None,
        unit="-",
        low=0.8,
        high=2.0,
        label="Heat rate at 50 % load, as a multiple of full load",
        source="engineering judgement, Nov 2026",
    )
    net_ageing_adder_pct: float = number(
        0.0,
        unit="%",
        low=0.0,
        high=20.0,
        label="Adder for auxiliaries and ageing",
        source="engineering judgement, Nov 2026: suggests 3-6",
    )
    min_load_fraction: float | None = number(
        None, unit="fraction", low=0.0, high=1.0, label="Minimum stable, emission-compliant load"
    )
    ramp_mw_per_min: float | None = number(None, unit="MW/min", low=0.001, high=1000.0, label="Ramp rate of one unit")
    hot_start_min: float | None = number(None, unit="min", low=0.0, high=2880.0, label="Hot start to synchronised")
    start_cost_usd_per_mw: float = number(0.0, unit="$/MW-start", low=0.0, high=1000.0, label="Start cost")
    start_nox_lb: float = number(0.0, unit="lb/start", low=0.0, high=500.0, label="NOx of one start of one unit")
    capex_usd_per_kw: float = number(
        unit="$/kW",
        low=0.0,
        high=50000.0,
        label="Capital cost, power",
        note="Overnight, before contingency and owner's cost",
    )
    capex_usd_per_kwh: float | None = number(None, unit="$/kWh", low=0.0, high=5000.0, label="Capital cost, energy")
    fom_usd_per_kw_year: float = number(0.0, unit="$/kW-yr", low=0.0, high=1000.0, label="Fixed O&M")
    vom_usd_per_mwh: float = number(0.0, unit="$/MWh", low=0.0, high=500.0, label="Variable O&M, overhaul included")
    overhaul_cost_usd_per_kw: float | None = number(
        None,
        unit="$/kW",
        low=0.0,
        high=5000.0,
        label="Overhaul, cost",
        source="engineering judgement, Nov 2026: about 35 % of an engine's price without the plant around it",
        note="Of one overhaul, first-year money; empty: no reserve",
    )
    overhaul_interval_h: float | None = number(
        None,
        unit="h",
        low=1000.0,
        high=200000.0,
        label="Overhaul, after running",
        source="engines 60-72 thousand h, aeroderivatives 50, frames 48-64 (GE GER-3620)",
    )
    nox_lb_per_mwh: float | None = number(None, unit="lb/MWh", low=0.0, high=30.0, label="NOx without add-on control")
    co_lb_per_mwh: float | None = number(None, unit="lb/MWh", low=0.0, high=30.0, label="CO without add-on control")
    voc_lb_per_mwh: float | None = number(None, unit="lb/MWh", low=0.0, high=30.0, label="VOC without add-on control")
    water_gal_per_mwh: float = number(
        0.0,
        unit="gal/MWh",
        low=0.0,
        high=5000.0,
        label="Water used",
        source="engineering judgement, Nov 2026: engines on radiators below 1; turbines 53 where water injection keeps "
        "NOx down (water as heavy as the fuel), 0 with dry low-NOx combustion; inlet cooling by evaporation adds 20-60",
        note="Of fuel-burning units, per MWh generated; counts against water_limit_acre_ft_per_year",
    )
    uncontrolled_allowed: bool = choice(True, label="May run without add-on control")
    forced_outage_rate: float = number(0.02, unit="fraction", low=0.0, high=0.5, label="Forced outage rate")
    planned_outage_rate: float = number(0.0, unit="fraction", low=0.0, high=0.3, label="Planned outage rate")
    mean_time_to_repair_h: float = number(24.0, unit="h", low=1.0, high=5000.0, label="Mean time to repair")
    lead_time_months: int = number(unit="months", low=0, high=180, label="Order to commercial operation")
    life_years: int = number(unit="years", low=1, high=50, label="Life")
    land_acres_per_mw: float = number(0.0, unit="acre/MW", low=0.0, high=100.0, label="Land, per MW")
    land_acres_per_mwh: float = number(0.0, unit="acre/MWh", low=0.0, high=10.0, label="Land, per MWh")
    derate_above_f: float = number(59.0, unit="°F", low=-40.0, high=130.0, label="Output falls above")
    derate_pct_per_f: float = number(0.0, unit="%/°F", low=0.0, high=5.0, label="Fall of output per °F")
    heat_rate_rise_pct_per_f: float = number(
        0.0, unit="%/°F", low=0.0, high=2.0, label="Rise of heat rate per °F above it"
    )
    derate_above_ft: float = number(0.0, unit="ft", low=0.0, high=12000.0, label="Output falls above (altitude)")
    derate_pct_per_1000ft: float = number(
        0.0, unit="%/1000 ft", low=0.0, high=10.0, label="Fall of output per 1,000 ft"
    )
    round_trip_efficiency: float | None = number(
        None, unit="fraction", low=0.3, high=1.0, label="Round-trip efficiency, AC"
    )
    soc_min_fraction: float | None = number(None, unit="fraction", low=0.0, high=0.9, label="Lowest state of charge")
    soc_max_fraction: float | None = number(None, unit="fraction", low=0.1, high=1.0, label="Highest state of charge")
    fade_first_year_fraction: float = number(
        0.0, unit="fraction", low=0.0, high=0.5, label="Capacity lost in the first year"
    )
    fade_per_year_fraction: float = number(
        0.0, unit="fraction", low=0.0, high=0.2, label="Capacity lost in every later year"
    )
    cycle_cost_usd_per_kwh: float = number(
        0.0,
        unit="$/kWh",
        low=0.0,
        high=1.0,
        label="Wear per kWh discharged",
        note="Counted only where Finance says cycle_cost",
    )
    max_mw: float | None = number(None, unit="MW", low=0.0, high=20000.0, label="Most that may be built")
    max_run_hours_per_year: float | None = number(
        None, unit="h/yr", low=0.0, high=8760.0, label="Permitted running hours of a unit"
    )
    macrs_class: MacrsClass | None = choice(
        None,
        label="Tax depreciation class (MACRS)",
        source="IRS Publication 946, class 49.15: engines and simple-cycle turbines 15 years",
        note="Empty: 15-year for engines and turbines, 5-year for fuel cells, battery, solar, wind; the latter is "
        "disputed for what was begun after 2024",
    )
    construction_begins_date: date | None = day(
        None,
        low=date(2020, 1, 1),
        high=date(2060, 12, 31),
        label="Construction began, for the tax credit",
        note="Safe harbour, good for 4 years after that year; empty: in service less the lead time",
    )


class EmissionControl(Section):
    """An add-on control that may be bought with a model (SCR, oxidation catalyst)."""

    model: str = text(label="Model", longest=40, note="A name from the equipment table")
    control: str = text(label="Control", longest=40)
    nox_lb_per_mwh: float = number(unit="lb/MWh", low=0.0, high=30.0, label="NOx with control")
    co_lb_per_mwh: float = number(unit="lb/MWh", low=0.0, high=30.0, label="CO with control")
    voc_lb_per_mwh: float = number(unit="lb/MWh", low=0.0, high=30.0, label="VOC with control")
    capex_usd_per_kw: float = number(unit="$/kW", low=0.0, high=2000.0, label="Capital cost added")
    vom_usd_per_mwh: float = number(unit="$/MWh", low=0.0, high=100.0, label="Variable O&M added")
    heat_rate_adder_pct: float = number(unit="%", low=0.0, high=10.0, label="Heat rate added")
