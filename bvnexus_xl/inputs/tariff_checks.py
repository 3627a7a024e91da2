"""Rules about the lines of the tariff: what each kind has, whole tiers, sound windows, a price for every hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bvnexus_xl.inputs.checks import Issue, Loc, Parts
from bvnexus_xl.inputs.grid import TariffLine
from bvnexus_xl.profiles.calendar import HOUR_OF_DAY, MONTH_OF_HOUR, is_weekend
from bvnexus_xl.tariffs.lines import TIERED, WINDOWED, charges_of, is_tiered, month_flags, window_of

_TABLE: Loc = ("grid", "tariff_lines")
_ENERGY = ("energy", "energy_hours_use")
_HIGHEST_PRICE = {"energy": 20_000.0, "energy_hours_use": 20_000.0, "demand": 200.0, "coincident_demand": 200.0}
_HIGHEST_PRICE |= {"standby": 100.0}
_UNIT = {"energy": "$/MWh", "energy_hours_use": "$/MWh"}


def _lines(parts: Parts) -> Sequence[TariffLine]:
    return () if parts.grid is None else parts.grid.tariff_lines


def lines_are_sound(parts: Parts) -> Iterator[Issue]:
    """Names are unique; every line has only what its kind has, a price of its unit, a window, a whole ratchet."""
    lines = _lines(parts)
    names = [line.name.casefold() for line in lines]
    for index, line in enumerate(lines):
        if names.index(names[index]) < index:
            yield _issue(index, "name", "DUPLICATE_NAME", repr(line.name), "must be unique")
        yield from _not_for_kind(index, line)
        highest = _HIGHEST_PRICE.get(line.kind, np.inf)
        if line.price > highest:
            allowed = f"must be from 0 to {highest:,.0f} {_UNIT.get(line.kind, '$/kW-month')} for kind {line.kind}"
            yield _issue(index, "price", "TARIFF_PRICE", f"{line.price:g}", allowed)
        if line.first_hour == line.last_hour:
            allowed = f"must differ from first_hour = {line.first_hour}; the whole day is 0 to 24"
            yield _issue(index, "last_hour", "TARIFF_WINDOW", f"{line.last_hour}", allowed)
        yield from _ratchet(index, line)


def _not_for_kind(index: int, line: TariffLine) -> Iterator[Issue]:
    """Values that a line of its kind does not have."""
    plain = TariffLine(name=line.name, price=0.0)
    windowed = ("days", "first_hour", "last_hour")
    rules = (
        (windowed, WINDOWED),
        (("day_of_month",), ("coincident_demand",)),
        (("tier_from", "tier_to"), TIERED),
        (("ratchet_fraction", "ratchet_over", "minimum_fraction"), ("demand",)),
    )
    for fields, kinds in rules:
        for name in fields:
            value, empty = getattr(line, name), getattr(plain, name)
            if line.kind not in kinds and value != empty:
                shown = "empty" if empty is None else f"{empty}"
                allowed = f"must be {shown} for kind {line.kind}; only {', '.join(kinds)} may have it"
                yield _issue(index, name, "TARIFF_NOT_FOR_KIND", f"{value}", allowed)


def _ratchet(index: int, line: TariffLine) -> Iterator[Issue]:
    """A fraction and what it looks at come together."""
    if line.kind != "demand":
        return
    if line.ratchet_fraction > 0.0 and line.ratchet_over == "none":
        allowed = "must be months_before, same_year or year_before where ratchet_fraction is above 0"
        yield _issue(index, "ratchet_over", "TARIFF_RATCHET", "none", allowed)
    if line.ratchet_fraction <= 0.0 and line.ratchet_over != "none":
        allowed = f"must be above 0 where ratchet_over is {line.ratchet_over}"
        yield _issue(index, "ratchet_fraction", "TARIFF_RATCHET", "0", allowed)


def tiers_are_whole(parts: Parts) -> Iterator[Issue]:
    """The tiers of a charge begin at 0, follow one another without gap or overlap, and the last has no end."""
    lines = _lines(parts)
    for group in charges_of(lines):
        if not is_tiered(lines[group[0]]):
            continue
        reached: float | None = 0.0
        for number in group:
            first = lines[number].tier_from or 0.0
            if reached is None or first != reached:
                before = "must be 0 or empty in the first tier" if number == group[0] else "must begin where the tier"
                allowed = before if number == group[0] else f"{before} before ends: {_shown(reached)}"
                allowed += "; tiers of one charge have the same kind, months, window, ratchet and minimum"
                yield _issue(number, "tier_from", "TARIFF_TIERS", f"{first:g}", allowed)
            reached = lines[number].tier_to
            if reached is not None and reached <= first:
                yield _issue(number, "tier_to", "TARIFF_TIERS", f"{reached:g}", f"must be above tier_from = {first:g}")
        if reached is not None:
            allowed = "must be empty in the last tier of a charge, so that nothing is without a price"
            yield _issue(group[-1], "tier_to", "TARIFF_TIERS", f"{reached:g}", allowed)


def _shown(reached: float | None) -> str:
    return "it has no end" if reached is None else f"{reached:g}"


def every_hour_has_an_energy_price(parts: Parts) -> Iterator[Issue]:
    """With lines, the three simple prices are not used: energy must be priced in every hour, or by the hour."""
    lines = _lines(parts)
    if not lines or parts.study is None or parts.series is None or parts.series.get("grid_price_usd_per_mwh"):
        return
    weekend = is_weekend(parts.study.first_year)
    covered = np.zeros(len(MONTH_OF_HOUR), dtype=bool)
    for line in lines:
        if line.kind in _ENERGY and line.first_hour != line.last_hour:
            months = np.array(month_flags(line.first_month, line.last_month))
            covered |= window_of(line).usual(weekend) & months[MONTH_OF_HOUR]
    if not covered.all():
        first = int(np.argmin(covered))
        day = "weekend" if weekend[first] else "weekday"
        found = f"no energy line in {int((~covered).sum()):,} hours"
        example = f"such as month {MONTH_OF_HOUR[first] + 1}, {day}, {HOUR_OF_DAY[first]:02d}:00"
        allowed = f"energy lines must cover every hour of the year (not covered: {example}); a line of price 0 counts"
        yield Issue(_TABLE, "TARIFF_HOURS_WITHOUT_PRICE", found, allowed)


def _issue(index: int, field: str, code: str, value: str, allowed: str) -> Issue:
    return Issue((*_TABLE, index, field), code, value, allowed)


TARIFF_CHECKS = (lines_are_sound, tiers_are_whole, every_hour_has_an_energy_price)
