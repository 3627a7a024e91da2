"""Tax depreciation: MACRS, half-year convention."""

from __future__ import annotations

MACRS_PERCENT: dict[int, tuple[float, ...]] = {
    5: (20.0, 32.0, 19.2, 11.52, 11.52, 5.76),
    7: (14.29, 24.49, 17.49, 12.49, 8.93, 8.92, 8.93, 4.46),
    15: (5.0, 9.5, 8.55, 7.7, 6.93, 6.23, 5.9, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 2.95),
    20: (
        *(3.75, 7.219, 6.677, 6.177, 5.713, 5.285, 4.888, 4.522, 4.462, 4.461, 4.462),
        *(4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 2.231),
    ),
}
"""Percent of the basis deducted in each tax year, by recovery period in years (IRS Publication 946, Table A-1)."""


def macrs_shares(recovery_years: int, bonus_fraction: float = 0.0) -> tuple[float, ...]:
    """Share of the depreciable basis deducted in tax years 1, 2, ...; they add to 1. Bonus is taken in year 1.

    Raises:
        KeyError: there is no table for that recovery period.
    """
    regular = [percent / 100.0 * (1.0 - bonus_fraction) for percent in MACRS_PERCENT[recovery_years]]
    return (regular[0] + bonus_fraction, *regular[1:])
