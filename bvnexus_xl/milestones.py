"""When things must happen so that a plan operates on time: permits, orders, deliveries, load steps, the grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Column, Fleet
from bvnexus_xl.plan import changes
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import peak_load_mw

Array = NDArray[np.float64]
Kind = Literal["Decision", "Air permit", "Equipment", "Existing", "Grid", "Load"]
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Milestone:
    """One line of the timeline.

    Attributes:
        label: what, how much, for which year.
        kind: what it is about.
        starts: latest date to apply for a permit or to place an order; None for an event.
        ready: permit in hand, or equipment on site; None for an event.
        happens: the event, or the first day of operation; for a permit the day it is in hand.
    """

    label: str
    kind: Kind
    starts: date | None
    ready: date | None
    happens: date

    @property
    def first_date(self) -> date:
        """Where its bar begins."""
        return self.starts or self.happens


def milestones(solved: SolvedStudy) -> tuple[Milestone, ...]:
    """Every line, by date: each purchase of each model, a permit for each year of fuel-burning units, existing plant
    that leaves, load and grid.

    Operation is on 1 January of the year bought for (P5: the first day of a quarter). The order goes out a lead time
    before, units are on site ``installation_months`` before, and the air permit is in hand when installation begins.
    """
    decision = Milestone("Decision", "Decision", None, None, solved.project.study.decision_date)
    lines = [decision, *_equipment(solved), *_permits(solved), *_leaving(solved), *_load(solved), *_grid(solved)]
    return tuple(sorted(lines, key=lambda line: (line.first_date, line.happens, line.kind)))


@dataclass(frozen=True, slots=True)
class Tranche:
    """What begins to deliver on one day.

    Attributes:
        parts: what comes, in words.
        mw: nameplate and import added, MW.
        order_by: latest date of its first order; of a permit where that comes before.
        possible: first day on which all of it could deliver, were it ordered on the decision date.
        first_energy: day it is planned to deliver from.
        load_mw: highest load of that year.
    """

    parts: tuple[str, ...]
    mw: float
    order_by: date
    possible: date
    first_energy: date
    load_mw: float


def tranches(solved: SolvedStudy) -> tuple[Tranche, ...]:
    """First energy of each tranche of the plan, by date. Energy a battery loses and is given back is no tranche."""
    study, days = solved.project.study, sorted({item.day for item in _arrivals(solved)})
    peaks = dict(zip(solved.plan.years, peak_load_mw(solved), strict=True))
    out = []
    for day in days:
        items = [item for item in _arrivals(solved) if item.day == day]
        out.append(
            Tranche(
                parts=tuple(f"{item.label}: {item.amount}" for item in items),
                mw=sum(item.mw for item in items),
                order_by=min(item.order_by for item in items),
                possible=max(item.possible or months_before(study.decision_date, -item.months) for item in items),
                first_energy=day,
                load_mw=peaks[day.year],
            )
        )
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One model that comes on one day; ``months`` from the decision, or the day ``possible`` that others decide."""

    label: str
    amount: str
    mw: float
    day: date
    months: int
    possible: date | None = None

    @property
    def order_by(self) -> date:
        """Latest date to order it, or to apply for its permit."""
        return self.possible or months_before(self.day, self.months)


def _arrivals(solved: SolvedStudy) -> Iterator[_Arrival]:
    """Every model of every tranche; fuel-burning ones wait for the air permit, then for installation."""
    study, fleet = solved.project.study, solved.fleet
    builds = changes(fleet, solved.plan.builds)
    burning = {asset.label for asset in fleet.thermal}
    for position, year in enumerate(solved.plan.years):
        for label, lead_time, amount, month in _bought(fleet, builds[:, position]):
            fitted = min(study.installation_months, lead_time)
            months = max(lead_time, study.air_permit_months + fitted) if label in burning else lead_time
            mw = _megawatts(fleet, builds[:, position], label)
            yield _Arrival(label, amount, mw, date(year, month, 1), months)
        grid = fleet.grid_column
        if grid is not None and builds[grid, position] > _NOTHING:
            mw, day = float(builds[grid, position]), max(date(year, 1, 1), solved.project.grid.energisation_date)
            yield _Arrival("Grid import", f"{mw:,.0f} MW", mw, day, 0, solved.project.grid.energisation_date)


def _megawatts(fleet: Fleet, builds: Array, label: str) -> float:
    """Power of what comes of one model, MW."""
    return sum(
        float(number) * column.mw_each
        for column, number in zip(fleet.columns, builds, strict=True)
        if column.quantity != "mwh" and number > _NOTHING and label_of(fleet, column) == label
    )


def label_of(fleet: Fleet, column: Column) -> str:
    """Label of the asset that a column belongs to."""
    labels = {asset.key: asset.label for asset in fleet.thermal}
    labels |= {asset.key: asset.label for asset in fleet.storage}
    labels |= {asset.key: asset.label for asset in fleet.profile}
    return labels.get(column.asset_key, column.label)


def months_before(day: date, months: int) -> date:
    """The day that many calendar months earlier; a day the month does not have becomes its 28th."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, 28) if day.day > 28 else day.day)


def _equipment(solved: SolvedStudy) -> Iterator[Milestone]:
    fleet = solved.fleet
    builds = changes(fleet, solved.plan.builds)
    for position, year in enumerate(solved.plan.years):
        for label, lead_time, number, month in _bought(fleet, builds[:, position]):
            operates = date(year, month, 1)
            fitted = min(solved.project.study.installation_months, lead_time)
            order, on_site = months_before(operates, lead_time), months_before(operates, fitted)
            yield Milestone(f"{label}: {number}", "Equipment", order, on_site, operates)


def _bought(fleet: Fleet, builds: object) -> Iterator[tuple[str, int, str, int]]:
    """(model, lead time in months, how much, month) of what comes in one year; battery energy with its power."""
    bought = [float(quantity) for quantity in builds]  # type: ignore[attr-defined]
    for n, asset in enumerate(fleet.thermal):
        if bought[n] > _NOTHING:
            units = f"{bought[n]:,.0f} unit{'s' if bought[n] > 1.5 else ''}"
            amount = f"{units}, {bought[n] * asset.unit_mw:,.1f} MW"
            yield asset.label, asset.row.lead_time_months, amount, fleet.columns[n].first_month
    for n, battery in enumerate(fleet.storage):
        power, energy = (bought[place] for place in fleet.storage_columns(n))
        if power > _NOTHING:
            yield battery.label, battery.row.lead_time_months, f"{power:,.1f} MW, {energy:,.1f} MWh", 1
    for n, asset_of_profile in enumerate(fleet.profile):
        power = bought[fleet.profile_column(n)]
        if power > _NOTHING:
            yield asset_of_profile.label, asset_of_profile.row.lead_time_months, f"{power:,.1f} MW", 1


def _permits(solved: SolvedStudy) -> Iterator[Milestone]:
    """One permit for the fuel-burning units of each year, in hand before the first of them is installed."""
    study, fleet = solved.project.study, solved.fleet
    builds = changes(fleet, solved.plan.builds)
    for position, year in enumerate(solved.plan.years):
        bought = [asset for n, asset in enumerate(fleet.thermal) if builds[n, position] > _NOTHING]
        if bought:
            fitted = max(min(study.installation_months, asset.row.lead_time_months) for asset in bought)
            in_hand = months_before(date(year, 1, 1), fitted)
            apply_by = months_before(in_hand, study.air_permit_months)
            yield Milestone(f"Air permit for the units of {year}", "Air permit", apply_by, in_hand, in_hand)


def _leaving(solved: SolvedStudy) -> Iterator[Milestone]:
    """Existing plant that is retired early, and that reaches the end of its life."""
    years = solved.plan.years
    retired = -changes(solved.fleet, solved.plan.builds)
    for row, column in enumerate(solved.fleet.columns):
        if not column.existing or column.quantity == "mwh":
            continue
        for year, left in zip(years, retired[row], strict=True):
            if left > _NOTHING:
                mw = left * column.mw_each
                yield Milestone(f"{column.label}: {mw:,.1f} MW retired early", "Existing", None, None, date(year, 1, 1))
        mw = float(column.existing - retired[row].sum()) * column.mw_each
        if column.life_years < len(years) and mw > _NOTHING:
            day = date(years[column.life_years], 1, 1)
            yield Milestone(f"{column.label}: {mw:,.1f} MW at the end of life", "Existing", None, None, day)


def _load(solved: SolvedStudy) -> Iterator[Milestone]:
    before = 0.0
    for year, peak in zip(solved.plan.years, peak_load_mw(solved), strict=True):
        if peak > before + 0.05:
            yield Milestone(f"Load reaches {peak:,.0f} MW", "Load", None, None, date(year, 1, 1))
        before = peak


def _grid(solved: SolvedStudy) -> Iterator[Milestone]:
    """Energisation, and each year in which import is contracted."""
    column = solved.fleet.grid_column
    if column is None or not solved.plan.builds[column].any():
        return
    energised = solved.project.grid.energisation_date
    for year, mw in zip(solved.plan.years, solved.plan.builds[column], strict=True):
        if mw > _NOTHING:
            day = max(date(year, 1, 1), energised)
            yield Milestone(f"Grid import: {mw:,.0f} MW energised", "Grid", None, None, day)
