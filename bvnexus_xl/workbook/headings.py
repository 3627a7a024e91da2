"""Words of the input sheets that no field carries: titles and group headings, by the field a group begins with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Title and first line of an input sheet."""

    title: str
    subtitle: str


SHEET_WORDS: dict[str, SheetWords] = {
    "Start": SheetWords(
        "bvNexus XL", "Behind-the-meter power for an AI datacenter: what to build, when, and what it costs"
    ),
    "Site": SheetWords("Site", "Where the campus is, and the weather that drives cooling, solar output and derating"),
    "Load": SheetWords("Load", "Megawatts by year, what the computers do, and how cooling follows the weather"),
    "Equipment": SheetWords(
        "Equipment",
        "What may be built: one row a model, type below the last to add one. Orange: still needed; grey: left out",
    ),
    "Grid": SheetWords("Grid", "The utility connection: when it comes, how much, and what it costs"),
    "Ceiling": SheetWords(
        "Ceiling", "Expansion (problem P2): how much load may be added before levelised cost exceeds a ceiling"
    ),
    "Rental": SheetWords(
        "Rental",
        "Bridge power (problem P5): when the grid may come, what is on hire until then, what plant is worth after",
    ),
    "Programmes": SheetWords(
        "Programmes",
        "Grid services that may be sold (P4): one row a programme, season and window; every price is yours to verify",
    ),
    "Constraints": SheetWords(
        "Constraints", "Limits of the site and rules of reliability; each rule has its own yes/no switch"
    ),
    "Finance": SheetWords("Finance", "Prices in first-year money, how they rise, and how money is discounted"),
    "Scenarios": SheetWords(
        "Scenarios", "What to run beside the base case, and what the tornado swings; results stand on sheet Compare"
    ),
    "Series": SheetWords(
        "Series",
        "Optional hourly columns, 8,760 rows in local standard time. Leave a column empty to use the built-in model",
    ),
}

HEADINGS: dict[str, dict[str, str]] = {
    "study": {"project_name": "Study"},
    "site": {
        "site_name": "Place",
        "air_district": "Air quality",
        "weather_source": "Weather",
        "pv_dc_ac_ratio": "Solar system (single-axis tracking)",
    },
    "load": {
        "load_basis": "What the megawatts mean",
        "shape_source": "Hourly shape",
        "workload_flexibility_enabled": "Flexible computing: classes and their limits in the workload mix below",
        "pue_at_50f": "Cooling: power usage effectiveness (PUE) by outdoor temperature; water",
    },
    "grid": {
        "grid_enabled": "Connection",
        "interconnection_capex_usd_per_kw": "Cost of the connection",
        "grid_energy_price_usd_per_mwh": "Tariff",
        "grid_forced_outage_rate": "Reliability, life, land",
    },
    "bridge": {
        "energisation_p10_date": "When the grid comes: three cases",
        "temporary_clock_months": "Temporary units",
        "interconnection_deposit_usd_per_kw": "Cost of the change to the grid",
        "dismantling_usd_per_kw": "What becomes of own plant",
    },
    "services": {"export_limit_mw": "What may be sold, and how often computing may be called"},
    "expansion": {
        "lcoe_ceiling_usd_per_mwh": "Levelised cost",
        "added_load_shape": "Added load",
        "curve_span_pct": "Curve of load against ceiling",
    },
    "constraints": {
        "emission_basis": "Air permit: how emissions are counted",
        "nox_limit_enabled": "Air permit: limits per year",
        "gas_limit_enabled": "Gas supply",
        "water_limit_enabled": "Water",
        "land_limit_enabled": "Land",
        "spinning_reserve_enabled": "Reliability, hour by hour (spinning N-1)",
        "planning_reserve_enabled": "Reliability, by year (planning reserve)",
        "planned_outage_enabled": "Outages and unserved energy",
        "adequacy_target_enabled": "Adequacy: forced outages of units, gas supply and starts",
    },
    "finance": {
        "discount_rate": "Rates",
        "capex_escalation_rate": "Escalation of capital cost",
        "gas_price_usd_per_mmbtu": "Natural gas",
        "diesel_price_usd_per_mmbtu": "Diesel",
        "electricity_escalation_rate": "Electricity",
        "objective_basis": "What a plan keeps low",
        "contingency_fraction": "Adders on capital cost and what is left at the end",
        "storage_wear": "Battery ageing",
        "overhaul_basis": "Overhauls",
        "emission_fee_usd_per_ton": "Fees and penalties",
        "revenue_basis": "Revenue",
        "property_tax_fraction": "Property tax and insurance",
        "construction_interest_rate": "Interest during construction: milestone payments",
        "federal_tax_rate": "Income tax and depreciation",
        "solar_wind_credit": "Tax credits, where dates and origin allow",
        "debt_share_max_fraction": "Debt and equity",
    },
    "equipment": {
        "name": "What it is",
        "unit_mw": "Size and fuel",
        "heat_rate_btu_per_kwh": "Heat rate",
        "min_load_fraction": "Operation",
        "start_cost_usd_per_mw": "Starts",
        "capex_usd_per_kw": "Cost",
        "nox_lb_per_mwh": "Emissions",
        "forced_outage_rate": "Outages",
        "lead_time_months": "Time",
        "land_acres_per_mw": "Land",
        "derate_above_f": "Ambient",
        "round_trip_efficiency": "Battery, and ageing of battery and solar",
        "max_mw": "Caps",
        "macrs_class": "Tax",
    },
}
"""Group headings by section or banded table: field a group begins with → heading."""
