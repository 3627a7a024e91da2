"""Ways to have capacity for a while: rental offers and purchases, with what a stay of one unit costs.

A stay begins and ends at quarters. Money follows the convention of the whole product: capital at the start of the year
of first operation, everything else at a year's end: rent, mobilisation in the year of arrival, return and second-hand
value in the year of the last day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.finance.annuity import escalation_factors, year_end_factors, year_start_factors
from bvnexus_xl.finance.investment import capex_each, fom_each, property_each, residual_each
from bvnexus_xl.finance.rent_or_own import resale_share
from bvnexus_xl.fleet import Column, Fleet
from bvnexus_xl.inputs.bridge import RentalOffer, ResaleRow
from bvnexus_xl.inputs.bridge_checks import months_into
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.problems.bridge.cases import MONTHS_PER_QUARTER, QUARTERS, Dates
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
Exit = Literal["returned", "sold", "moved", "scrapped", "kept", "backup", "response"]
NOTICE_QUARTERS = 1
"""A stay is ended a quarter ahead: notice of a hire, time to find a buyer."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One rental offer, or the purchase of one fleet column. Times are quarters of the analysed years.

    Attributes:
        label: for people.
        column: position of the fleet column.
        offer: the offer; None for a purchase.
        first: first quarter it can be in operation.
        lead: quarters from order to operation.
        shortest, longest: stay.
        yearly: begins with calendar years only and stays to the end (battery, solar).
        standing: quantity that is there from the start (existing plant), None for what is ordered.
    """

    label: str
    column: int
    offer: RentalOffer | None
    first: int
    lead: int
    shortest: int
    longest: int
    yearly: bool
    standing: float | None = None

    @property
    def temporary(self) -> bool:
        """True where the clock of the temporary permit class runs."""
        return self.offer is not None and self.offer.permit_class == "temporary"


@dataclass(frozen=True, slots=True)
class StayCash:
    """Nominal dollars of a stay of one, [Y] each: capital at year starts, the rest at year ends; ``back`` is received.

    ``fixed`` is fixed O&M, property tax and insurance of the quarters in place; ``hire`` rent, mobilisation and return.
    """

    capital: Array
    hire: Array
    fixed: Array
    back: Array


@dataclass(frozen=True, eq=False)
class Market:
    """Every stream of a project.

    Attributes:
        earliest_grid: first quarter in which any case has import: nothing is sold before.
        events: quarters at which anything may come or go, from 0 to the number of quarters: starts of years, steps of
            the grid in any case, the date becoming known, the first delivery of each model.
    """

    project: Project
    fleet: Fleet
    streams: tuple[Stream, ...]
    earliest_grid: int
    events: tuple[int, ...]
    _money: _Money = field(repr=False)

    @property
    def quarters(self) -> int:
        """Number of quarters Q."""
        return len(self.project.years) * QUARTERS

    def stays(self, stream: Stream) -> list[tuple[int, int]]:
        """(first quarter, quarter after the last) of every stay the stream allows."""
        last = self.quarters
        if stream.standing is not None:
            return [(0, min(stream.longest, last))]
        out = []
        events = [event for event in self.events if not stream.yearly or event % QUARTERS == 0]
        for arrives in (event for event in events if stream.first <= event < last):
            ends = {*events, arrives + stream.longest} if stream.longest + arrives < last else set(events)
            if stream.yearly:
                ends = {min(last, arrives + stream.longest)}
            for leaves in sorted(end for end in ends if end > arrives):
                long_enough = leaves - arrives >= stream.shortest or leaves == last
                may_leave = leaves == last or stream.offer is not None or leaves >= self.earliest_grid
                # what is worn out leaves at the end of its life, whenever that is
                worn = leaves - arrives == stream.longest
                if long_enough and leaves - arrives <= stream.longest and (may_leave or worn):
                    out.append((arrives, leaves))
        return out

    def present_value(self, stream: Stream, arrives: int, leaves: int) -> float:
        """Cost of a stay of one, $ at the base date."""
        cash, money = self.cash(stream, arrives, leaves), self._money
        return float(cash.capital @ money.start + (cash.hire + cash.fixed - cash.back) @ money.end)

    def cash(self, stream: Stream, arrives: int, leaves: int) -> StayCash:
        """What a stay of one costs and brings."""
        years = len(self.project.years)
        here = _quarters_by_year(arrives, leaves, years) / QUARTERS
        capital, hire, back = np.zeros(years), np.zeros(years), np.zeros(years)
        begins, ends = arrives // QUARTERS, (leaves - 1) // QUARTERS
        fixed = self._money.fixed[stream.column] * here
        if stream.offer is not None:
            kw = self.fleet.columns[stream.column].mw_each * KW_PER_MW
            general = self._money.general
            hire += here * 12.0 * stream.offer.rate_usd_per_kw_month * kw * general[begins]
            hire[begins] += stream.offer.mobilisation_usd_per_unit * general[begins]
            hire[ends] += stream.offer.return_usd_per_kw * kw * general[ends]
        elif stream.standing is None:
            capital[begins] = self._money.capex[stream.column, begins]
            back[ends] = self.exit(stream, arrives, leaves)[1]
        return StayCash(capital, hire, fixed, back)

    def exit(self, stream: Stream, arrives: int, leaves: int) -> tuple[Exit, float]:
        """(what becomes of one at the end of a stay, $ received for it then; below 0 where it costs)."""
        if stream.offer is not None:
            return "returned", 0.0
        column, money = self.fleet.columns[stream.column], self._money
        begins, ends = arrives // QUARTERS, (leaves - 1) // QUARTERS
        resale, horizon = money.resale.get(stream.column), leaves == self.quarters
        share = resale_share(_shares(resale), column.life_years, (leaves - arrives) / QUARTERS) if resale else 0.0
        value = share * money.bare[stream.column, begins]
        if horizon:
            if not self.project.finance.residual_value_enabled or stream.standing is not None:
                return "kept", 0.0
            return "kept", value if resale else float(money.annuity[stream.column, begins])
        bridge, kw = self.project.bridge, column.mw_each * KW_PER_MW if column.quantity != "mwh" else 0.0
        dismantling = bridge.dismantling_usd_per_kw * kw * money.general[ends]
        exits: list[tuple[float, Exit]] = [(-dismantling, "scrapped")]
        if bridge.sale_allowed and value > 0.0:
            exits.append((value - dismantling, "sold"))
        if bridge.redeploy_allowed and value > 0.0:
            exits.append((bridge.redeploy_value_factor * value - dismantling, "moved"))
        worth, name = max(exits)
        return name, worth


@dataclass(frozen=True, eq=False)
class _Money:
    """Prices by column and year that stays are made of."""

    capex: Array
    fixed: Array
    bare: Array
    annuity: Array
    general: Array
    start: Array
    end: Array
    resale: dict[int, ResaleRow]


def build_market(project: Project, fleet: Fleet, dates: Dates) -> Market:
    """Streams of every column but the grid: an offer each for what is hired, a purchase for what is not."""
    streams: list[Stream] = []
    for number, column in enumerate(fleet.columns):
        if number == fleet.grid_column:
            continue
        row = row_of(fleet, number)
        if "hired" in TECHNOLOGIES[row.technology].capabilities:
            offers = [offer for offer in project.bridge.rental_offers if offer.model == row.name]
            streams += [_hire(project, column, number, row, offer) for offer in offers]
        else:
            streams.append(_purchase(project, column, number, row))
    earliest = min(case.arrival for case in dates.cases)
    return Market(project, fleet, tuple(streams), earliest, _events(dates, streams), _money(project, fleet))


def _events(dates: Dates, streams: list[Stream]) -> tuple[int, ...]:
    """Quarters at which anything may come or go; the clock of temporary units ends at one of them too."""
    found = {*range(0, dates.quarters + 1, QUARTERS), dates.known, *(stream.first for stream in streams)}
    for case in dates.cases:
        found |= {int(q) for q in np.flatnonzero(np.diff(case.granted_mw, prepend=0.0))}
    return tuple(sorted(event for event in found if 0 <= event <= dates.quarters))


def row_of(fleet: Fleet, number: int) -> EquipmentRow:
    """Equipment row of a column other than the grid's."""
    key = fleet.columns[number].asset_key
    rows = {asset.key: asset.row for asset in fleet.thermal}
    rows |= {asset.key: asset.row for asset in fleet.storage} | {asset.key: asset.row for asset in fleet.profile}
    return rows[key]


def quarters_of(months: float) -> int:
    """Quarters that hold so many months."""
    return math.ceil(months / MONTHS_PER_QUARTER)


def _hire(project: Project, column: Column, number: int, row: EquipmentRow, offer: RentalOffer) -> Stream:
    waits = row.lead_time_months
    if offer.permit_class == "permanent":
        waits = max(waits, project.study.air_permit_months)
    clock = quarters_of(project.bridge.temporary_clock_months)
    life = column.life_years * QUARTERS
    return Stream(
        label=f"{column.label}, {offer.term_months} months",
        column=number,
        offer=offer,
        first=_first_quarter(project, waits),
        lead=quarters_of(row.lead_time_months),
        shortest=quarters_of(offer.term_months),
        longest=min(clock, life) if offer.permit_class == "temporary" else life,
        yearly=False,
    )


def _purchase(project: Project, column: Column, number: int, row: EquipmentRow) -> Stream:
    burns = "burns_fuel" in TECHNOLOGIES[row.technology].capabilities
    waits = max(row.lead_time_months, project.study.air_permit_months if burns else 0)
    return Stream(
        label=column.label,
        column=number,
        offer=None,
        first=0 if column.existing else _first_quarter(project, waits),
        lead=quarters_of(row.lead_time_months),
        shortest=1,
        longest=column.life_years * QUARTERS,
        yearly=not burns,
        standing=column.existing or None,
    )


def _first_quarter(project: Project, months: int) -> int:
    """First quarter in which what is ordered on the decision date can operate."""
    decided = months_into(project.study.decision_date, project.study.first_year)
    return max(quarters_of(decided + months), 0)


def _quarters_by_year(arrives: int, leaves: int, years: int) -> Array:
    quarters = np.arange(years * QUARTERS)
    here: Array = ((quarters >= arrives) & (quarters < leaves)).reshape(years, QUARTERS).sum(axis=1).astype(float)
    return here


def _shares(row: ResaleRow) -> tuple[float, float, float, float]:
    return row.share_new, row.share_3_years, row.share_5_years, row.share_10_years


def _money(project: Project, fleet: Fleet) -> _Money:
    finance, years = project.finance, len(project.years)
    plant = escalation_factors(finance.capex_escalation_rate, years)
    storage = escalation_factors(finance.storage_capex_escalation_rate, years)
    by_technology = {row.technology: row for row in project.bridge.resale}
    bare, resale = np.zeros((len(fleet.columns), years)), {}
    for number, column in enumerate(fleet.columns):
        if number == fleet.grid_column:
            continue
        row = row_of(fleet, number)
        unit = row.capex_usd_per_kw * column.mw_each * KW_PER_MW
        price = unit if column.quantity == "units" else column.capex_usd_each
        bare[number] = price * (storage if column.storage_prices else plant)
        if row.technology in by_technology:
            resale[number] = by_technology[row.technology]
    return _Money(
        capex=capex_each(project, fleet),
        fixed=fom_each(project, fleet) + property_each(project, fleet),
        bare=bare,
        annuity=residual_each(project, fleet),
        general=escalation_factors(finance.inflation_rate, years),
        start=year_start_factors(finance.discount_rate, years),
        end=year_end_factors(finance.discount_rate, years),
        resale=resale,
    )
