"""Grid-service programmes of the US markets, a row a programme, season and window; none is enabled by default.

Prices are gross, public figures of 2024-2026, converted to $/kW-yr where a programme pays by MW and hour or day; every
one is a user's cell with a date, to be verified before use.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bvnexus_xl.inputs.services import Programme

PROGRAMME_SOURCE = (
    "PJM, ERCOT, CAISO, MISO, NYISO market reports and tariffs 2024-2026; call hours: engineering judgement, Nov 2026"
)
_PRICED = date(2026, 11, 1)


def _row(name: str, notice_min: float, calls: tuple[float, float], usd_per_kw_year: float, **more: Any) -> Programme:
    """``calls``: hours called in a year, expected and P95."""
    return Programme(
        name=name,
        notice_min=notice_min,
        expected_call_h_per_year=calls[0],
        p95_call_h_per_year=calls[1],
        availability_usd_per_kw_year=usd_per_kw_year,
        price_date=_PRICED,
        **more,
    )


def default_programmes() -> tuple[Programme, ...]:
    """The programmes of a fresh template."""
    return (*_pjm(), *_ercot(), *_west_and_north())


def _pjm() -> tuple[Programme, ...]:
    """PJM: capacity, reserve, energy."""
    return (
        _row(
            *("PJM capacity DR 2027/28", 30.0, (6.0, 30.0), 121.7),
            accredited_fraction=0.92,
            event_h=12.0,
        ),
        _row(
            *("PJM Synchronised Reserve", 10.0, (6.0, 10.0), 38.5),
            kind="reserve",
            event_h=0.5,
        ),
        _row(
            *("PJM Economic (day-ahead)", 720.0, (60.0, 150.0), 0.0),
            kind="energy",
            event_h=4.0,
            first_hour=14,
            last_hour=20,
            call_usd_per_mwh=150.0,
        ),
    )


def _ercot() -> tuple[Programme, ...]:
    """ERCOT: the ancillary services exclude one another; 4CP is a bill that falls."""
    return (
        _row(
            *("ERCOT 4CP avoidance", 60.0, (50.0, 70.0), 70.0),
            kind="avoided_charge",
            event_h=2.0,
            first_month=6,
            last_month=9,
            first_hour=15,
            last_hour=19,
            at_risk_from_year=2027,
            emergency_engines_allowed=False,
        ),
        _row(
            *("ERCOT ECRS", 10.0, (10.0, 25.0), 84.0),
            kind="reserve",
            event_h=2.0,
            exclusive_group="ERCOT ancillary",
        ),
        _row(
            *("ERCOT RRS (UFR load)", 0.01, (1.0, 4.0), 44.0),
            kind="reserve",
            event_h=1.0,
            self_generation_allowed=False,
            exclusive_group="ERCOT ancillary",
        ),
        _row(
            *("ERCOT Non-Spin", 30.0, (20.0, 60.0), 44.0),
            kind="reserve",
            event_h=4.0,
            exclusive_group="ERCOT ancillary",
        ),
        _row(
            *("ERCOT ERS-30 summer", 30.0, (3.0, 12.0), 21.7),
            event_h=12.0,
            first_month=6,
            last_month=9,
            emergency_engines_allowed=True,
            exclusive_group="ERCOT ancillary",
        ),
    )


def _west_and_north() -> tuple[Programme, ...]:
    """CAISO, MISO, NYISO."""
    return (
        _row(
            *("CAISO BIP", 30.0, (20.0, 60.0), 102.0),
            event_h=6.0,
            exclusive_group="CAISO capacity",
        ),
        _row(
            *("CAISO ELRP", 60.0, (20.0, 60.0), 0.0),
            kind="energy",
            event_h=5.0,
            first_month=5,
            last_month=10,
            first_hour=16,
            last_hour=21,
            call_usd_per_mwh=2000.0,
        ),
        _row(
            *("CAISO PDR/RA", 720.0, (40.0, 100.0), 120.0),
            event_h=4.0,
            first_hour=16,
            last_hour=21,
            exclusive_group="CAISO capacity",
        ),
        _row(
            *("MISO LMR Type I", 360.0, (8.0, 20.0), 79.0),
            event_h=4.0,
        ),
        _row(
            *("NYISO SCR summer", 120.0, (8.0, 24.0), 45.0),
            accredited_fraction=0.688,
            event_h=4.0,
            first_month=5,
            last_month=10,
            call_usd_per_mwh=500.0,
            exclusive_group="NYISO",
        ),
        _row(
            *("NYISO DSASP", 10.0, (10.0, 30.0), 43.8),
            kind="reserve",
            minimum_mw=1.0,
            event_h=1.0,
            exclusive_group="NYISO",
        ),
    )
