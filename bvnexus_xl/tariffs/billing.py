"""The bill: readings of the meter times prices, month by month. Windows, tiers, ratchets and minimums are exact here.

    billed[m] = max(highest import of m, ratchet · highest import it looks back at, minimum · contracted MW)
    line      = part of the quantity in the line's tier · price

Months before energisation are not billed; what is billed whatever is imported counts by the share of the month with
import granted. Everything works on one year or on many at once (leading axes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.tariffs.metering import Readings, meter
from bvnexus_xl.tariffs.tariff import MONTHS, DemandCharge, EnergyCharge, Ratchet, Tariff
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
BillKind = Literal["energy", "demand", "standby", "fixed"]
BILL_KINDS: tuple[BillKind, ...] = ("energy", "demand", "standby", "fixed")
HOURLY_LINE = "Energy, hourly prices"


@dataclass(frozen=True, slots=True, eq=False)
class BillLine:
    """One line of a bill, by month; first-year money.

    Attributes:
        name: of the tariff's row.
        kind: where it counts; coincident demand counts as demand.
        unit: of the quantity: MWh, MW-months or months.
        quantity: what is billed, [..., 12].
        usd_per_unit: price of one of the unit; NaN for hourly prices.
        usd: the charge, [..., 12].
    """

    name: str
    kind: BillKind
    unit: str
    quantity: Array
    usd_per_unit: float
    usd: Array


@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """A year's bill (or those of many years at once), first-year money.

    Attributes:
        lines: in the order of the tariff.
        peak_mw: highest import of each month, [..., 12].
        mwh: energy of each month, [..., 12].
    """

    lines: tuple[BillLine, ...]
    peak_mw: Array
    mwh: Array

    def usd(self, kind: BillKind) -> Array:
        """Charges of one kind by month, [..., 12]."""
        total: Array = np.sum([line.usd for line in self.lines if line.kind == kind], axis=0) + np.zeros_like(self.mwh)
        return total

    @property
    def total_usd(self) -> Array:
        """All charges by month, [..., 12]."""
        total: Array = np.sum([self.usd(kind) for kind in BILL_KINDS], axis=0)
        return total


def energised_months(import_limit_mw: Array) -> Array:
    """Share of each month with import granted, [..., 12], from MW by hour, [..., 8760]."""
    there = (import_limit_mw > 0.0).astype(float)
    hours = np.bincount(MONTH_OF_HOUR)
    return np.stack([there[..., month == MONTH_OF_HOUR].sum(-1) / hours[month] for month in range(MONTHS)], axis=-1)


def bill(
    tariff: Tariff,
    import_mw: Array,
    contracted_mw: float,
    *,
    usable_mw: float | None = None,
    energised: Array | None = None,
    previous_peak_mw: Array | None = None,
) -> Bill:
    """The bill of one year of import.

    Args:
        tariff: the tariff (``tariffs.build.project_tariff``).
        import_mw: MW by step of the whole year, [8760] or [35040].
        contracted_mw: import contracted; standby is charged on it.
        usable_mw: contracted and granted this year, which contract minimums rest on; contracted where None.
        energised: share of each month with import granted, [12] (``energised_months``); all of it where None.
        previous_peak_mw: ``Bill`` readings of the year before, [R, 12] (``meter(...).peak_mw``), which ratchets look
            back at; None where there was no import.

    Raises:
        ValueError: the import is no whole year.
    """
    return bill_readings(
        tariff,
        meter(tariff, import_mw),
        np.array(contracted_mw),
        np.array(contracted_mw if usable_mw is None else usable_mw),
        np.ones(MONTHS) if energised is None else energised,
        previous_peak_mw,
    )


def bill_readings(
    tariff: Tariff,
    readings: Readings,
    contracted_mw: Array,
    usable_mw: Array,
    energised: Array,
    previous_peak_mw: Array | None,
) -> Bill:
    """The bill of readings [..., R, 12]; contracted and usable MW [...], energised [..., 12], previous [..., R, 12]."""
    lines = (
        *_energy_lines(tariff, readings),
        *_demand_lines(tariff, readings, usable_mw, energised, previous_peak_mw),
        *_coincident_lines(tariff, readings),
        *_standing_lines(tariff, contracted_mw, energised),
    )
    return Bill(lines, readings.peak_mw[..., 0, :], readings.mwh[..., 0, :])


def _energy_lines(tariff: Tariff, readings: Readings) -> Iterator[BillLine]:
    if tariff.hourly_usd_per_mwh is not None:
        yield BillLine(HOURLY_LINE, "energy", "MWh", readings.mwh[..., 0, :], float("nan"), readings.hourly_usd)
        return
    for charge in tariff.energy:
        for name, price, part in energy_parts(charge, readings):
            yield BillLine(name, "energy", "MWh", part, price, price * part)


def energy_parts(charge: EnergyCharge, readings: Readings) -> Iterator[tuple[str, float, Array]]:
    """(name, $/MWh, MWh by month [..., 12]) of each tier of an energy charge."""
    energy = readings.mwh[..., charge.register, :] * np.array(charge.months)
    scale = readings.peak_mw[..., 0, :] if charge.hours_use else 1.0
    for tier in charge.tiers:
        yield tier.name, tier.price, tier.part(energy, scale)


def _demand_lines(
    tariff: Tariff, readings: Readings, usable_mw: Array, energised: Array, previous: Array | None
) -> Iterator[BillLine]:
    for charge in tariff.demand:
        peaks = readings.peak_mw[..., charge.register, :]
        before = np.zeros_like(peaks) if previous is None else previous[..., charge.register, :]
        billed = billed_mw(charge, peaks, before, usable_mw[..., None] * energised, energised)
        for tier in charge.tiers:
            part = tier.part(billed)
            price = tier.price * KW_PER_MW
            yield BillLine(tier.name, "demand", "MW-months", part, price, price * part)


def billed_mw(charge: DemandCharge, peaks: Array, before: Array, minimum_base: Array, energised: Array) -> Array:
    """Billed demand of a charge by month, MW, [..., 12]; zero in months it does not apply to.

    Args:
        charge: the charge.
        peaks: highest import of its register, [..., 12].
        before: that of the year before, [..., 12].
        minimum_base: MW that the contract minimum rests on, [..., 12].
        energised: share of each month with import granted, [..., 12].
    """
    floor = charge.minimum_fraction * minimum_base
    if charge.ratchet is not None:
        floor = np.maximum(floor, _ratchet_floor(charge.ratchet, peaks, before) * (energised > 0.0))
    return np.asarray(np.maximum(peaks, floor) * np.array(charge.months))


def _ratchet_floor(ratchet: Ratchet, peaks: Array, before: Array) -> Array:
    """Least billed demand of each month, [..., 12]."""
    known = np.concatenate([before, peaks], axis=-1)
    highest = [known[..., ratchet.looks_at(month)].max(axis=-1, initial=0.0) for month in range(MONTHS)]
    return np.asarray(ratchet.fraction * np.stack(highest, axis=-1))


def _coincident_lines(tariff: Tariff, readings: Readings) -> Iterator[BillLine]:
    for charge in tariff.coincident:
        hours = tariff.hours_by_month[charge.register]
        mean = readings.mwh[..., charge.register, :] / np.maximum(hours, 1.0) * np.array(charge.months)
        price = charge.price * KW_PER_MW
        yield BillLine(charge.name, "demand", "MW-months", mean, price, price * mean)


def _standing_lines(tariff: Tariff, contracted_mw: Array, energised: Array) -> Iterator[BillLine]:
    months = contracted_mw[..., None] * energised
    for charge in tariff.standby:
        quantity, price = months * np.array(charge.months), charge.price * KW_PER_MW
        yield BillLine(charge.name, "standby", "MW-months", quantity, price, price * quantity)
    connected = (contracted_mw[..., None] > 0.0) * energised
    for charge in tariff.fixed:
        quantity = connected * np.array(charge.months)
        yield BillLine(charge.name, "fixed", "months", quantity, charge.price, charge.price * quantity)
