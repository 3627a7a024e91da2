"""Lines of the tariff table as windows, months and tiered charges: what checks and tariff understand alike."""

from __future__ import annotations

from collections.abc import Sequence

from bvnexus_xl.inputs.grid import TariffLine
from bvnexus_xl.tariffs.tariff import MONTHS, Window

TIERED = ("energy", "energy_hours_use", "demand")
"""Kinds that may have tiers."""
WINDOWED = ("energy", "demand", "coincident_demand")
"""Kinds that may be limited to days and hours."""


def month_flags(first: int, last: int) -> tuple[bool, ...]:
    """True for the months (1-12) from first to last, past December where the last comes before the first, [12]."""
    if first <= last:
        return tuple(first <= month <= last for month in range(1, MONTHS + 1))
    return tuple(month >= first or month <= last for month in range(1, MONTHS + 1))


def window_of(line: TariffLine) -> Window:
    """Days and hours of a line."""
    return Window(line.days, line.first_hour, line.last_hour, line.day_of_month)


def is_tiered(line: TariffLine) -> bool:
    """Whether a line is one tier of several."""
    return line.kind in TIERED and (line.tier_from is not None or line.tier_to is not None)


def charges_of(lines: Sequence[TariffLine]) -> list[list[int]]:
    """Positions of the lines that make one charge: tiers that agree in all else, lowest first; others alone."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, line in enumerate(lines):
        key = (line.kind, line.first_month, line.last_month, window_of(line), *_ratchet_key(line))
        groups.setdefault(key if is_tiered(line) else (number,), []).append(number)
    return [sorted(group, key=lambda n: lines[n].tier_from or 0.0) for group in groups.values()]


def _ratchet_key(line: TariffLine) -> tuple[object, ...]:
    return (
        line.ratchet_fraction,
        line.ratchet_over,
        line.ratchet_months,
        line.ratchet_first_month,
        line.ratchet_last_month,
        line.minimum_fraction,
    )
