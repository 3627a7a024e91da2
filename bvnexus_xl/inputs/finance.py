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
