"""Units on hire, at what terms, and what bought plant is worth second-hand (dossier §1b, §7; Nov 2026).

Rental engines and turbines are rows of the equipment table like any other; what hiring them costs stands in the offers.
"""

from __future__ import annotations

from bvnexus_xl.inputs.bridge import RentalOffer, ResaleRow
from bvnexus_xl.inputs.equipment import EquipmentRow

RENTAL_SOURCE = (
    "Solaris Power Solutions Q3 2025: 104.9 M$ on about 760 MW, 46 $/kW-month; bvNexus defaults 50 $/kW-month and "
    "50,000 $/unit; engineering judgement, Nov 2026"
)

_ENGINE = EquipmentRow(
    name="Rental engine 2.5 MW",
    technology="rental_engine",
    unit_mw=2.5,
    fuel="natural_gas",
    heat_rate_btu_per_kwh=9500.0,
    heat_rate_multiplier_at_50pct=1.10,
    min_load_fraction=0.40,
    ramp_mw_per_min=0.5,
    hot_start_min=5.0,
    start_cost_usd_per_mw=5.0,
    start_nox_lb=2.0,
    capex_usd_per_kw=0.0,
    fom_usd_per_kw_year=0.0,
    vom_usd_per_mwh=8.5,
    nox_lb_per_mwh=0.80,
    co_lb_per_mwh=0.40,
    voc_lb_per_mwh=0.12,
    water_gal_per_mwh=1.0,
    forced_outage_rate=0.08,
    planned_outage_rate=0.02,
    mean_time_to_repair_h=24.0,
    lead_time_months=3,
    life_years=20,
    land_acres_per_mw=0.1,
    derate_above_f=95.0,
    derate_pct_per_f=0.5,
    derate_above_ft=3000.0,
    derate_pct_per_1000ft=3.03,
)
_TURBINE = EquipmentRow(
    name="Rental turbine 30 MW",
    technology="rental_turbine",
    unit_mw=30.0,
    fuel="natural_gas",
    heat_rate_btu_per_kwh=10000.0,
    heat_rate_multiplier_at_50pct=1.24,
    min_load_fraction=0.50,
    ramp_mw_per_min=15.0,
    hot_start_min=10.0,
    start_cost_usd_per_mw=30.0,
    start_nox_lb=12.0,
    capex_usd_per_kw=0.0,
    fom_usd_per_kw_year=0.0,
    vom_usd_per_mwh=6.5,
    nox_lb_per_mwh=0.92,
    co_lb_per_mwh=0.10,
    voc_lb_per_mwh=0.03,
    water_gal_per_mwh=53.0,
    forced_outage_rate=0.06,
    planned_outage_rate=0.03,
    mean_time_to_repair_h=48.0,
    lead_time_months=6,
    life_years=20,
    land_acres_per_mw=0.15,
    derate_above_f=59.0,
    derate_pct_per_f=0.55,
    heat_rate_rise_pct_per_f=0.18,
    derate_pct_per_1000ft=3.5,
)


def rental_equipment() -> tuple[EquipmentRow, ...]:
    """An engine of the 1-4 MW class and a trailer-mounted aeroderivative turbine."""
    return _ENGINE, _TURBINE


def rental_offers() -> tuple[RentalOffer, ...]:
    """Each model at a short, dear term and a long, cheap one; the turbine under the temporary permit class."""

    def engine(months: int, rate: float) -> RentalOffer:
        return RentalOffer(
            model=_ENGINE.name, term_months=months, rate_usd_per_kw_month=rate, mobilisation_usd_per_unit=50_000.0
        )

    turbine = RentalOffer(
        model=_TURBINE.name,
        term_months=12,
        rate_usd_per_kw_month=48.0,
        mobilisation_usd_per_unit=1_500_000.0,
        permit_class="temporary",
    )
    return engine(12, 55.0), engine(24, 50.0), engine(36, 42.0), turbine


def resale_values() -> tuple[ResaleRow, ...]:
    """Shares of the bare price after 3, 5 and 10 years (dossier §7); just delivered: engineering judgement."""

    def row(technology: str, new: float, three: float, five: float, ten: float) -> ResaleRow:
        return ResaleRow.model_validate(
            {
                "technology": technology,
                "share_new": new,
                "share_3_years": three,
                "share_5_years": five,
                "share_10_years": ten,
            }
        )

    return (
        row("recip", 0.80, 0.60, 0.45, 0.30),
        row("aero_turbine", 0.85, 0.65, 0.55, 0.35),
        row("frame_turbine", 0.75, 0.55, 0.45, 0.30),
        row("diesel", 0.60, 0.40, 0.30, 0.10),
        row("storage", 0.70, 0.50, 0.30, 0.10),
    )
