"""Bridge power (P5): when the grid may come, what can be hired until then, and what becomes of plant afterwards."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bvnexus_xl.catalogue.technologies import TechnologyName
from bvnexus_xl.inputs.fields import Section, choice, day, number, rows, text

PermitClass = Literal["temporary", "permanent"]
BRIDGE_PROBLEM = "P5"


class RentalOffer(Section):
    """One model of the equipment table on hire at one term; several terms of a model are several rows."""

    model: str = text(label="Model", longest=40, note="A rental model of the equipment table")
    term_months: int = number(unit="months", low=1, high=180, label="Shortest hire")
    rate_usd_per_kw_month: float = number(
        unit="$/kW-month", low=0.0, high=1000.0, label="Rent", note="First-year money; fixed when the hire begins"
    )
    mobilisation_usd_per_unit: float = number(unit="$/unit", low=0.0, high=1e8, label="Mobilisation, each unit")
    return_usd_per_kw: float = number(
        10.0, unit="$/kW", low=0.0, high=500.0, label="Return, each unit", note="Demobilisation: dossier 5-15 $/kW"
    )
    permit_class: PermitClass = choice(
        "permanent",
        label="Air permit class",
        note="temporary: no permit to wait for, off the site when its clock ends, not replaced; permanent: waits for "
        "the air permit. Both count against the emission limits",
    )


class ResaleRow(Section):
    """What is left of the bare price of a technology by age; linear between, falling to 0 at the end of life."""

    technology: TechnologyName = choice(label="Technology")
    share_new: float = number(unit="fraction", low=0.0, high=1.0, label="Just delivered")
    share_3_years: float = number(unit="fraction", low=0.0, high=1.0, label="After 3 years")
    share_5_years: float = number(unit="fraction", low=0.0, high=1.0, label="After 5 years")
    share_10_years: float = number(unit="fraction", low=0.0, high=1.0, label="After 10 years")


class Bridge(Section):
    """The energisation date as three cases, what is hired, and the exits of what is bought. Used by problem P5 only."""

    energisation_p10_date: date = day(
        date(2032, 1, 1),
        low=date(2020, 1, 1),
        high=date(2080, 12, 31),
        label="Energisation, early case (P10)",
        note="The middle case (P50) is energisation_date of sheet Grid; import by year moves with the date",
    )
    energisation_p90_date: date = day(
        date(2035, 1, 1),
        low=date(2020, 1, 1),
        high=date(2080, 12, 31),
        label="Energisation, late case (P90)",
    )
    probability_p10: float = number(0.3, unit="fraction", low=0.0, high=1.0, label="Probability of the early case")
    probability_p50: float = number(0.4, unit="fraction", low=0.0, high=1.0, label="Probability of the middle case")
    probability_p90: float = number(
        0.3, unit="fraction", low=0.0, high=1.0, label="Probability of the late case", note="The three add up to 1"
    )
    date_known_month: int = number(
        12,
        unit="months",
        low=0,
        high=180,
        label="The date is known after",
        source="engineering judgement, Nov 2026: facilities study complete",
        note="Months from 1 January of the first year. What is ordered before is the same in all three cases",
    )
    temporary_clock_months: int = number(
        24,
        unit="months",
        low=3,
        high=180,
        label="Temporary units leave after",
        source="EPA, Jan 2026 turbine rule, temporary subcategory: 24 months",
        note="From the first temporary unit on the site; no serial replacement",
    )
    interconnection_deposit_usd_per_kw: float = number(
        10.0,
        unit="$/kW",
        low=0.0,
        high=1000.0,
        label="Deposit on the import asked for",
        source="engineering judgement, Nov 2026",
        note="Paid in the first year, before the date is known; import taken later is at most this",
    )
    grid_cutover_usd: float = number(
        5e6,
        unit="$",
        low=0.0,
        high=1e9,
        label="Cutover to the grid, protection",
        source="engineering judgement, Nov 2026: 2-10 million",
    )
    dismantling_usd_per_kw: float = number(
        10.0,
        unit="$/kW",
        low=0.0,
        high=500.0,
        label="Dismantling of what is sold, moved or scrapped",
        source="engineering judgement, Nov 2026: 5-15",
    )
    sale_allowed: bool = choice(True, label="Own plant may be sold", note="At the resale value below")
    redeploy_allowed: bool = choice(False, label="Own plant may move to another site")
    redeploy_value_factor: float = number(
        1.15,
        unit="-",
        low=0.0,
        high=3.0,
        label="Worth at the other site, of its resale value",
        source="engineering judgement, Nov 2026: no dealer's margin, less haulage",
    )
    backup_need_mw: float = number(
        0.0,
        unit="MW",
        low=0.0,
        high=20000.0,
        label="Backup wanted once the grid is there",
        note="Own units kept for it save other backup",
    )
    backup_value_usd_per_kw_year: float = number(
        100.0,
        unit="$/kW-yr",
        low=0.0,
        high=2000.0,
        label="Backup is worth",
        source="engineering judgement, Nov 2026: diesels avoided, about 1,000 $/kW over 15 years",
    )
    response_limit_mw: float = number(
        0.0, unit="MW", low=0.0, high=20000.0, label="Own units the grid pays to stand by (demand response)"
    )
    response_value_usd_per_kw_year: float = number(
        50.0,
        unit="$/kW-yr",
        low=0.0,
        high=2000.0,
        label="Demand response pays",
        source="bvNexus default: capacity programme",
        note="A megawatt is backup or demand response, never both",
    )
    rental_offers: tuple[RentalOffer, ...] = rows((), label="Rental offers", most=20)
    resale: tuple[ResaleRow, ...] = rows((), label="Resale value", most=10, note="Share of the bare price of the model")
