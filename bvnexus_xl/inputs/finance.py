"""Prices, rates and conventions of money."""

from __future__ import annotations

from typing import Literal

from bvnexus_xl.inputs.fields import Section, choice, number


class Finance(Section):
    """Money: first-year prices, escalation by category, discounting."""

    discount_rate: float = number(
        0.08,
        unit="fraction/yr",
        low=0.0,
        high=0.5,
        label="Discount rate, nominal",
        source="bvNexus default; PJM cost of new entry about 0.095 after tax",
    )
    inflation_rate: float = number(
        0.025,
        unit="fraction/yr",
        low=-0.05,
        high=0.3,
        label="General inflation",
        source="bvNexus default",
        note="Escalates O&M, starts, fees; deflates the real LCOE",
    )
    capex_escalation_rate: float = number(
        0.025,
        unit="fraction/yr",
        low=-0.2,
        high=0.3,
        label="Escalation of capital cost",
        source="bvNexus default: general inflation",
    )
    storage_capex_escalation_rate: float = number(
        0.0,
        unit="fraction/yr",
        low=-0.2,
        high=0.3,
        label="Escalation of battery capital cost",
        source="NREL ATB 2024: 1,551 to 1,501 $/kW in a year; flat here",
    )
    gas_price_usd_per_mmbtu: float = number(
        3.50,
        unit="$/MMBtu",
        low=0.0,
        high=100.0,
        label="Gas commodity, first year",
        source="bvNexus default; EIA STEO Mar 2026: 3.76 in 2026, 3.85 in 2027",
    )
    gas_basis_usd_per_mmbtu: float = number(
        0.0, unit="$/MMBtu", low=-5.0, high=20.0, label="Gas basis", source="engineering judgement, Nov 2026: ±0.50"
    )
    gas_transport_usd_per_mmbtu: float = number(
        0.0,
        unit="$/MMBtu",
        low=0.0,
        high=20.0,
        label="Gas transport and LDC margin",
        source="engineering judgement, Nov 2026: 0.10-0.80",
    )
    gas_escalation_rate: float = number(
        0.025, unit="fraction/yr", low=-0.1, high=0.3, label="Escalation of gas", source="bvNexus default"
    )
    diesel_price_usd_per_mmbtu: float = number(
        22.0,
        unit="$/MMBtu",
        low=0.0,
        high=100.0,
        label="Diesel, first year",
        source="engineering judgement, Nov 2026: 3 $/gal",
    )
    diesel_escalation_rate: float = number(
        0.025,
        unit="fraction/yr",
        low=-0.1,
        high=0.3,
        label="Escalation of diesel",
        source="bvNexus default: general inflation",
    )
    electricity_escalation_rate: float = number(
        0.02, unit="fraction/yr", low=-0.1, high=0.3, label="Escalation of grid prices", source="bvNexus default"
    )
    objective_basis: Literal["pre_tax", "after_tax"] = choice(
        "pre_tax",
        label="Plans are compared",
        source="bvNexus default; after tax, capital weighs 1.140 at 25 % tax and 15-year depreciation",
        note="after_tax: a dollar of capital weighs what credits and depreciation leave of it, over 1 less the tax "
        "rate; operating cost weighs 1. LCOE is reported before and after tax either way",
    )
    contingency_fraction: float = number(
        0.10,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Contingency on capital cost",
        source="engineering judgement, Nov 2026: 0.10-0.15",
    )
    owners_cost_fraction: float = number(
        0.06,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Owner's cost on capital cost",
        source="engineering judgement, Nov 2026: 0.05-0.08",
    )
    residual_value_enabled: bool = choice(
        True, label="Residual value at the horizon", note="Remaining annuity of each unit's life"
    )
    storage_wear: Literal["augmentation", "cycle_cost", "none"] = choice(
        "augmentation",
        label="Battery ageing is paid by",
        source="engineering judgement, Nov 2026: one or the other, never both",
        note="augmentation: energy lost is bought again each year; cycle_cost: $ per kWh discharged; none: it fades",
    )
    overhaul_basis: Literal["in_vom", "on_top"] = choice(
        "in_vom",
        label="Overhauls are paid",
        source="bvNexus default: catalogue prices of variable O&M include them",
        note="in_vom: inside variable O&M of sheet Equipment; on_top: their cost per MWh is added to it. ProForma "
        "shows the reserve either way",
    )
    emission_fee_usd_per_ton: float = number(
        60.0,
        unit="$/short ton",
        low=0.0,
        high=200000.0,
        label="Fee on NOx, CO and VOC",
        source="EPA Title V presumptive fee, about 60-65 (2025)",
    )
    value_of_lost_load_usd_per_mwh: float = number(
        50_000.0,
        unit="$/MWh",
        low=0.0,
        high=1e6,
        label="Value of lost load",
        source="bvNexus default",
        note="Steers the search; never part of LCOE",
    )
    revenue_basis: Literal["price", "avoided_tariff"] = choice(
        "price",
        label="Revenue comes from",
        source="bvNexus default",
        note="price: the power price below; avoided_tariff: what the grid would charge for the same load, energy, "
        "demand and standby at the prices of sheet Grid",
    )
    power_price_usd_per_mwh: float | None = number(
        None,
        unit="$/MWh",
        low=0.0,
        high=2000.0,
        label="Power price, first year",
        note="Empty: the nominal LCOE, level; the project then has a net present value of 0 before tax",
    )
    power_price_escalation_rate: float = number(
        0.0,
        unit="fraction/yr",
        low=-0.1,
        high=0.3,
        label="Escalation of a given power price",
        source="bvNexus default: level contract price",
    )
    property_tax_fraction: float = number(
        0.0,
        unit="fraction/yr",
        low=0.0,
        high=0.1,
        label="Property tax, of capital in place",
        source="bvNexus default: abated; engineering judgement, Nov 2026: 0.005-0.015",
        note="Of first-year prices with adders, rising with inflation; part of cost and LCOE",
    )
    insurance_fraction: float = number(
        0.0,
        unit="fraction/yr",
        low=0.0,
        high=0.1,
        label="Insurance, of capital in place",
        source="bvNexus default: inside fixed O&M; engineering judgement, Nov 2026: 0.004-0.006",
        note="Of first-year prices with adders, rising with inflation; part of cost and LCOE",
    )
    construction_interest_rate: float = number(
        0.0,
        unit="fraction/yr",
        low=0.0,
        high=0.3,
        label="Interest rate during construction",
        source="bvNexus default: prices include it",
        note="0 turns it off; above 0 it adds to capital from the milestone payments to the first day of operation",
    )
    milestone_1_fraction: float = number(
        0.1,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Milestone 1, part of the price",
        source="engineering judgement, Nov 2026: 10/30/40/20 %",
        note="The four parts add up to 1",
    )
    milestone_1_months: float = number(
        18.0,
        unit="months",
        low=0.0,
        high=120.0,
        label="Milestone 1, paid before operation",
        source="engineering judgement, Nov 2026",
    )
    milestone_2_fraction: float = number(
        0.3,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Milestone 2, part of the price",
        source="engineering judgement, Nov 2026: 10/30/40/20 %",
    )
    milestone_2_months: float = number(
        12.0,
        unit="months",
        low=0.0,
        high=120.0,
        label="Milestone 2, paid before operation",
        source="engineering judgement, Nov 2026",
    )
    milestone_3_fraction: float = number(
        0.4,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Milestone 3, part of the price",
        source="engineering judgement, Nov 2026: 10/30/40/20 %",
    )
    milestone_3_months: float = number(
        6.0,
        unit="months",
        low=0.0,
        high=120.0,
        label="Milestone 3, paid before operation",
        source="engineering judgement, Nov 2026",
    )
    milestone_4_fraction: float = number(
        0.2,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Milestone 4, part of the price",
        source="engineering judgement, Nov 2026: 10/30/40/20 %",
    )
    milestone_4_months: float = number(
        0.0,
        unit="months",
        low=0.0,
        high=120.0,
        label="Milestone 4, paid before operation",
        source="engineering judgement, Nov 2026",
    )
    federal_tax_rate: float = number(
        0.21,
        unit="fraction",
        low=0.0,
        high=0.6,
        label="Federal income tax",
        source="Internal Revenue Code §11",
    )
    state_tax_rate: float = number(
        0.05,
        unit="fraction",
        low=0.0,
        high=0.3,
        label="State income tax",
        source="engineering judgement, Nov 2026: with federal tax about 0.25",
        note="Deducted from federal income: together federal + state x (1 - federal)",
    )
    loss_offset_limit_fraction: float = number(
        0.8,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Income that earlier losses may offset",
        source="Internal Revenue Code §172",
        note="Losses are carried forward, never back",
    )
    interest_limit_enabled: bool = choice(
        False,
        label="Limit on the interest deducted",
        source="bvNexus default; Internal Revenue Code §163(j) binds businesses above its small-business receipts test",
        note="yes: interest is deducted up to a part of cash before tax and debt (EBITDA), the rest in later years; "
        "moves the tax of equity, never the plan",
    )
    interest_limit_fraction: float = number(
        0.3,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Interest deducted, at most, of EBITDA",
        source="Internal Revenue Code §163(j); depreciation added back again from 2025 by P.L. 119-21",
        note="Residual value is left out: sold plant gives back the depreciation that was added",
    )
    bonus_depreciation_fraction: float = number(
        0.0,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Bonus depreciation in the first year",
        source="P.L. 119-21 allows 1 for property acquired after 19 Jan 2025",
        note="0 turns it off: the MACRS tables alone. None either way for what was begun by 19 Jan 2025",
    )
    solar_wind_credit: Literal["investment", "production"] = choice(
        "investment",
        label="Credit of solar and wind is on",
        source="P.L. 119-21, IRC §48E or §45Y",
        note="investment: a part of capital; production: $ per MWh generated, not curtailed, for ten years from "
        "service, and the depreciable basis stays whole. One or the other, under the same dates",
    )
    solar_wind_credit_fraction: float = number(
        0.3,
        unit="fraction",
        low=0.0,
        high=0.7,
        label="Credit, solar and wind",
        source="P.L. 119-21, IRC §48E",
        note="Begun by 4 Jul 2026 and in service within 4 years, or in service by 31 Dec 2027; otherwise none",
    )
    production_credit_usd_per_mwh: float = number(
        30.0,
        unit="$/MWh",
        low=0.0,
        high=200.0,
        label="Production credit, first year",
        source="IRC §45Y with wage and apprenticeship rules met, about 30 in 2025",
        note="Rises with general inflation; counted only where the choice above says production",
    )
    solar_wind_non_feoc_fraction: float | None = number(
        None,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Solar and wind: cost not from prohibited foreign entities",
        source="P.L. 119-21: at least 0.40 if begun in 2026, 0.45, 0.50, 0.55, 0.60 from 2030 on",
        note="Material assistance cost ratio; below the part asked for there is no credit. Empty: taken as met",
    )
    storage_credit_fraction: float = number(
        0.3,
        unit="fraction",
        low=0.0,
        high=0.7,
        label="Credit, battery storage",
        source="P.L. 119-21, IRC §48E",
        note="Begun by 2033 in full, 2034 75 %, 2035 50 %, then none",
    )
    storage_non_feoc_fraction: float | None = number(
        None,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Batteries: cost not from prohibited foreign entities",
        source="P.L. 119-21: at least 0.55 if begun in 2026, 0.60, 0.65, 0.70, 0.75 from 2030 on",
        note="Material assistance cost ratio; below the part asked for there is no credit. Empty: taken as met",
    )
    fuel_cell_credit_fraction: float = number(
        0.3,
        unit="fraction",
        low=0.0,
        high=0.7,
        label="Credit, fuel cells",
        source="P.L. 119-21, IRC §48E",
        note="Begun by 2033 in full, 2034 75 %, 2035 50 %, then none",
    )
    debt_share_max_fraction: float = number(
        0.65,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Debt, at most, of capital",
        source="engineering judgement, Nov 2026: 0.60-0.70",
        note="0: no debt",
    )
    debt_interest_rate: float = number(
        0.065,
        unit="fraction/yr",
        low=0.0,
        high=0.3,
        label="Interest rate of debt",
        source="engineering judgement, Nov 2026: 0.06-0.07",
    )
    debt_tenor_years: int = number(
        15,
        unit="years",
        low=1,
        high=30,
        label="Debt repaid within, from the base date",
        source="engineering judgement, Nov 2026",
    )
    debt_service_cover_ratio: float = number(
        1.35,
        unit="ratio",
        low=1.0,
        high=5.0,
        label="Debt service cover, target (DSCR)",
        source="engineering judgement, Nov 2026: 1.35, least 1.20",
        note="Debt service is cash before tax over this ratio, less where the share of debt is at its most",
    )
    cost_of_equity: float = number(
        0.12,
        unit="fraction/yr",
        low=0.0,
        high=0.5,
        label="Cost of equity",
        source="engineering judgement, Nov 2026: 0.12",
        note="Discounts the equity cash flow",
    )
