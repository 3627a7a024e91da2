"""Limits of the site and rules of reliability, each with its own switch."""

from __future__ import annotations

from typing import Literal

from bvnexus_xl.inputs.fields import Section, choice, number

NoxBasis = Literal["actual", "synthetic_cap", "PTE_8760"]


class Constraints(Section):
    """Permits, fuel, land and reliability rules. A switch set to no removes the rule entirely."""

    emission_basis: NoxBasis = choice(
        "synthetic_cap",
        label="Basis of the emission limits",
        source="EPA practice: potential to emit or synthetic minor cap",
        note="actual: tons emitted; synthetic_cap: within the margin below; "
        "PTE_8760: every installed unit at full load for the permitted hours",
    )
    synthetic_cap_margin: float = number(
        0.99,
        unit="fraction",
        low=0.5,
        high=1.0,
        label="Share of the cap that may be used",
        source="engineering judgement, Nov 2026: a limit below 100 tpy is strict",
        note="Applies to synthetic_cap only",
    )
    permitted_hours_per_year: float = number(
        8760.0, unit="h/yr", low=0.0, high=8760.0, label="Permitted hours for PTE_8760"
    )
    nox_limit_enabled: bool = choice(True, label="NOx limit applies")
    nox_limit_tpy: float = number(
        100.0,
        unit="short ton/yr",
        low=0.0,
        high=100000.0,
        label="NOx limit",
        source="bvNexus default: Title V major source from 100",
    )
    co_limit_enabled: bool = choice(True, label="CO limit applies")
    co_limit_tpy: float = number(
        100.0,
        unit="short ton/yr",
        low=0.0,
        high=100000.0,
        label="CO limit",
        source="bvNexus default: Title V major source from 100",
    )
    voc_limit_enabled: bool = choice(False, label="VOC limit applies")
    voc_limit_tpy: float = number(
        100.0,
        unit="short ton/yr",
        low=0.0,
        high=100000.0,
        label="VOC limit",
        source="Title V: major source from 100 (40 CFR 70.2)",
    )
    co2_limit_enabled: bool = choice(False, label="CO2 limit applies")
    co2_limit_tpy: float = number(1_000_000.0, unit="short ton/yr", low=0.0, high=1e9, label="CO2 limit")
    gas_limit_enabled: bool = choice(True, label="Gas limit applies")
    gas_limit_mcf_per_day: float = number(
        50_000.0, unit="mcf/day", low=0.0, high=1e7, label="Gas per day", source="bvNexus default"
    )
    gas_hourly_limit_enabled: bool = choice(False, label="Hourly gas limit applies")
    gas_hourly_swing_factor: float = number(
        1.06,
        unit="-",
        low=1.0,
        high=24.0,
        label="Hourly limit as a multiple of a 24th of the day's",
        source="engineering judgement, Nov 2026: tariffs allow 1.00-1.06",
    )
    gas_heat_content_mmbtu_per_mcf: float = number(
        1.037,
        unit="MMBtu/mcf",
        low=0.8,
        high=1.4,
        label="Heat content of gas, HHV",
        source="bvNexus default; EIA: US average 1.036-1.038",
    )
    water_limit_enabled: bool = choice(False, label="Water limit applies")
    water_limit_acre_ft_per_year: float = number(
        1000.0,
        unit="acre-ft/yr",
        low=0.0,
        high=1e6,
        label="Water for power plant and halls",
        source="engineering judgement, Nov 2026: unit of water rights and groundwater permits in Texas and the West",
        note="Water of the units (water_gal_per_mwh) and cooling of the halls (cooling_water_gal_per_mwh), each year; "
        "1 acre-ft = 325,851 gal; 1 million gal/day = 1,120 acre-ft/yr",
    )
    land_limit_enabled: bool = choice(True, label="Land limit applies")
    land_limit_acres: float = number(
        500.0, unit="acre", low=0.0, high=1e6, label="Land for power plant", source="bvNexus default"
    )
    reserved_land_acres: float = number(
        0.0, unit="acre", low=0.0, high=1e6, label="Of this, kept for halls and setbacks"
    )
    spinning_reserve_enabled: bool = choice(
        True,
        label="Spinning N-1 applies",
        note="Every hour: headroom of running units plus battery covers the loss of the largest",
    )
    import_is_contingency: bool = choice(
        True, label="Losing the grid import counts as a contingency", source="engineering judgement, Nov 2026"
    )
    ride_through_min: float = number(
        20.0,
        unit="min",
        low=1.0,
        high=240.0,
        label="Minutes the battery must carry a lost unit",
        source="engineering judgement, Nov 2026: start, ramp and one retry",
    )
    planning_reserve_enabled: bool = choice(
        True,
        label="Planning reserve applies",
        note="In every one of the 50 worst hours of a year, firm capacity covers the load with the largest units out",
    )
    planning_reserve_units: int = number(
        1, unit="units", low=0, high=5, label="Largest units out", source="bvNexus default: N-1"
    )
    planning_margin_mw: float = number(
        0.0,
        unit="MW",
        low=0.0,
        high=10000.0,
        label="Firm capacity to spare on top",
        note="Added to the load that firm capacity carries with the largest units out, in years with load. Above 0 "
        "batteries are not firm: units are out for days",
    )
    planning_gap_h: float = number(
        4.0,
        unit="h",
        low=0.25,
        high=48.0,
        label="Hours a battery must last to count as firm",
        source="engineering judgement, Nov 2026",
    )
    flexible_load_counts_as_firm: bool = choice(
        False,
        label="Flexible computing lowers the load to carry",
        note="Counts min(1, longest event / hours a battery must last) of the flexible MW of each class",
    )
    planned_outage_enabled: bool = choice(
        True, label="Planned outages take units away", note="Spread over the weeks of lowest load"
    )
    unserved_limit_enabled: bool = choice(True, label="Unserved energy limit applies")
    unserved_limit_fraction: float = number(
        0.001,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Unserved share of each year's energy",
        source="bvNexus default",
    )
    adequacy_target_enabled: bool = choice(
        False,
        label="Adequacy target applies",
        note="Where forced outages cost more hours than the target, the planning reserve rises by a unit at a time and "
        "the plan is made again (in P5 every date case must meet it); sheet RAM shows the steps",
    )
    lolh_target_h_per_year: float = number(
        24.0,
        unit="h/yr",
        low=0.001,
        high=1000.0,
        label="Most hours with a shortage expected (LOLH)",
        source="engineering judgement, Nov 2026: firm gas alone costs 4.4, the common cause of one model about 11",
        note="In every year, forced outages included, the battery not counted; 8.76 h/yr is an availability of 99.9 %",
    )
    common_cause_beta: float = number(
        0.05,
        unit="fraction",
        low=0.0,
        high=0.3,
        label="Common-cause share of forced outages (β)",
        source="IEC 61508-6, NUREG/CR-4780: 0.02-0.10",
        note="Outages that take all units of one model at once; 0 takes units as independent",
    )
    gas_supply_availability: float = number(
        0.9995,
        unit="fraction",
        low=0.9,
        high=1.0,
        label="Availability of the gas supply",
        source="engineering judgement, Nov 2026: firm 0.9995, interruptible 0.986 (5 days a year)",
        note="Without gas every gas-fired unit stops; 1 leaves it out",
    )
    start_failure_probability: float = number(
        0.005,
        unit="fraction",
        low=0.0,
        high=0.2,
        label="Chance that one start of a unit fails",
        source="engineering judgement, Nov 2026",
        note="Used by the simulation: a standby unit starts while the battery carries the gap; one retry",
    )
