"""Rows of a weather file looked at one by one, so that a fault names its line; 29 February is left out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.files.named import FileFault, UnsoundFile
from bvnexus_xl.inputs.series import RESERVED_SERIES
from bvnexus_xl.units import HOURS_PER_DAY, HOURS_PER_YEAR

_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
Stamp = tuple[int, int, float]
"""Month, day, and hour of the day (0 to below 24, with its fraction) at which the interval of a row begins."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Sound rows of a file.

    Attributes:
        kept: positions of the rows that are not 29 February.
        hours: hour of a year of 365 days in which each kept row begins, in the file's clock.
    """

    kept: tuple[int, ...]
    hours: NDArray[np.int64]


def rows_of(text: str) -> list[tuple[int, list[str]]]:
    """(line number, fields) of all lines with anything in them."""
    try:
        return [(number, row) for number, row in enumerate(csv.reader(text.splitlines()), start=1) if any(row)]
    except csv.Error as error:
        raise UnsoundFile(FileFault("WEATHER_FORMAT", "", str(error), "must be lines of fields with commas")) from error


def column_places(head: Sequence[str], wanted: Mapping[str, str], line: int) -> dict[str, int]:
    """Place of each quantity by its heading in the file.

    Args:
        head: the headings.
        wanted: quantity → heading.
        line: line of the headings, for the fault.

    Raises:
        UnsoundFile: ``WEATHER_COLUMN``, all missing ones together.
    """
    names = [name.strip() for name in head]
    missing = [heading for heading in wanted.values() if heading not in names]
    if missing:
        raise UnsoundFile(
            *(
                FileFault(
                    "WEATHER_COLUMN", f"line {line}", f"no column {heading}", "every weather column must be there"
                )
                for heading in missing
            )
        )
    return {quantity: names.index(heading) for quantity, heading in wanted.items()}


def scan(
    rows: Iterable[tuple[int, list[str]]], places: Mapping[str, int], stamp: Callable[[list[str]], Stamp], hint: str
) -> Scan:
    """Look at every value of every row.

    Args:
        rows: line number and fields.
        places: position of each quantity.
        stamp: begin of a row's interval; may raise ``ValueError`` or ``IndexError``.
        hint: how this format marks a missing value.

    Raises:
        UnsoundFile: ``WEATHER_TIME``, ``WEATHER_VALUE``: the first of each column with the number of others.
    """
    kept: list[int] = []
    hours: list[int] = []
    seen: dict[str, tuple[FileFault, int]] = {}

    def note(key: str, fault: FileFault) -> None:
        first, count = seen.get(key, (fault, 0))
        seen[key] = (first, count + 1)

    for position, (line, row) in enumerate(rows):
        try:
            month, day, hour = stamp(row)
            hour_of_year = _hour_of_year(month, day, hour)
        except (ValueError, IndexError):
            allowed = "every line must begin with a date and a time of day"
            note("time", FileFault("WEATHER_TIME", f"line {line}", repr(",".join(row)[:30]), allowed))
            continue
        if hour_of_year is None:
            continue
        for quantity, place in places.items():
            fault = _value_fault(quantity, row[place] if place < len(row) else "", line, hint)
            if fault is not None:
                note(quantity, fault)
        kept.append(position)
        hours.append(hour_of_year)
    if seen:
        raise UnsoundFile(*(_with_count(*item) for item in seen.values()))
    return Scan(tuple(kept), np.array(hours, dtype=np.int64))


def by_hour(hours: NDArray[np.int64], values: NDArray[np.float64], shift_h: int) -> NDArray[np.float64]:
    """Hourly means of a whole year, [8760]; rows of an hour are averaged.

    Args:
        hours: hour of the year of each row.
        values: value of each row.
        shift_h: hours by which the wanted clock is ahead of the file's; what leaves the year at one end comes in at
            the other, as a typical year has no neighbours.
    """
    count = np.bincount(hours, minlength=HOURS_PER_YEAR)
    total = np.bincount(hours, weights=values, minlength=HOURS_PER_YEAR)
    mean: NDArray[np.float64] = np.roll(total / count, shift_h)
    return mean


def check_whole_year(hours: NDArray[np.int64]) -> None:
    """Make sure that every hour of the year is there equally often.

    Raises:
        UnsoundFile: ``WEATHER_LENGTH``.
    """
    count = np.bincount(hours, minlength=HOURS_PER_YEAR)
    usual = max(int(np.median(count)), 1)
    odd = np.nonzero(count != usual)[0]
    if not odd.size:
        return
    first = int(odd[0])
    what = "is missing" if count[first] < usual else "comes twice"
    value = f"{len(hours):,} rows without 29 February; the hour from {hour_text(first)} {what}"
    allowed = "must have every hour of one year once: 8,760 rows, or as many times that as an hour has intervals"
    raise UnsoundFile(FileFault("WEATHER_LENGTH", "", value, allowed))


def hour_text(hour: int) -> str:
    """``5 March 02:00`` of an hour of the year."""
    day, hour_of_day = divmod(hour, HOURS_PER_DAY)
    month = max(index for index, before in enumerate(_DAYS_BEFORE) if before <= day)
    names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{day - _DAYS_BEFORE[month] + 1} {names[month]} {hour_of_day:02d}:00"


def _hour_of_year(month: int, day: int, hour: float) -> int | None:
    """Hour of a year of 365 days; None on 29 February."""
    if (month, day) == (2, 29):
        return None
    if not (1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1] and 0 <= hour < HOURS_PER_DAY):
        raise ValueError
    return (_DAYS_BEFORE[month - 1] + day - 1) * HOURS_PER_DAY + int(hour)


def _value_fault(quantity: str, text: str, line: int, hint: str) -> FileFault | None:
    unit, low, high, what = RESERVED_SERIES[quantity]
    try:
        value = float(text)
        sound = low <= value <= high
    except ValueError:
        sound = False
    if sound:
        return None
    allowed = f"{what.lower()} must be a number from {low:g} to {high:g} {unit}; {hint}"
    return FileFault("WEATHER_VALUE", f"line {line}", repr(text.strip()) if text.strip() else "empty", allowed)


def _with_count(fault: FileFault, count: int) -> FileFault:
    if count == 1:
        return fault
    return FileFault(fault.code, fault.where, f"{fault.value}, and {count - 1:,} more lines", fault.allowed)
