"""Grid services (P4): the programmes a site may sell into, with prices that carry a date, and what may be sold."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bvnexus_xl.inputs.fields import Section, choice, day, number, rows, text

ProgrammeKind = Literal["capacity", "reserve", "energy", "avoided_charge"]


class Programme(Section):
    """One programme in one season and one daily window; a programme with four seasons has four rows."""

    name: str = text(label="Programme", longest=60, note="Every row has its own name")
    enabled: bool = choice(False, label="May be sold", note="yes or no")
    kind: ProgrammeKind = choice(
        "capacity",
        label="What is paid",
        note="capacity, reserve, energy: revenue; avoided_charge: a bill that falls, shown apart",
    )
    notice_min: float = number(
        unit="min", low=0.0, high=2880.0, label="Notice", note="Who cannot answer in time may not serve it"
    )
    minimum_mw: float = number(0.1, unit="MW", low=0.0, high=1000.0, label="Least that may be offered")
    event_h: float = number(4.0, unit="h", low=0.05, high=24.0, label="Longest event")
    first_month: int = number(1, unit="month", low=1, high=12, label="Season from")
    last_month: int = number(12, unit="month", low=1, high=12, label="Season to, this month included")
    first_hour: int = number(0, unit="h", low=0, high=23, label="Window from")
    last_hour: int = number(24, unit="h", low=1, high=24, label="Window to")
    expected_call_h_per_year: float = number(
        unit="h/yr", low=0.0, high=8760.0, label="Hours called, expected", note="Energy and wear are counted on these"
    )
    p95_call_h_per_year: float = number(
        unit="h/yr", low=0.0, high=8760.0, label="Hours called, P95", note="Held against the service level"
    )
    availability_usd_per_kw_year: float = number(
        unit="$/kW-yr",
        low=0.0,
        high=2000.0,
        label="Pay for being there",
        note="For the whole season, per accredited kW; $/MW-h times hours of the window / 1,000",
    )
    accredited_fraction: float = number(
        1.0, unit="fraction", low=0.0, high=1.0, label="Accredited part", note="ELCC or derate of the programme"
    )
    call_usd_per_mwh: float = number(0.0, unit="$/MWh", low=0.0, high=20000.0, label="Pay for energy when called")
    self_generation_allowed: bool = choice(True, label="Own generation may serve it")
    emergency_engines_allowed: bool = choice(
        False,
        label="Emergency diesel may serve it",
        note="RICE NESHAP bars emergency engines from economic demand response",
    )
    exclusive_group: str | None = text(
        None,
        label="Exclusive group",
        longest=24,
        note="Programmes of one group may not share a MW in an hour; of different groups, or of none, they may",
    )
    price_date: date = day(
        date(2026, 11, 1), low=date(2015, 1, 1), high=date(2080, 12, 31), label="Price as of", note="Verify before use"
    )
    at_risk_from_year: int | None = number(
        None, unit="year", low=2025, high=2080, label="At risk from", note="A pending rule may end it"
    )


class Services(Section):
    """What may be sold to the grid, and how often computing may be interrupted for it."""

    export_limit_mw: float = number(
        0.0,
        unit="MW",
        low=0.0,
        high=20000.0,
        label="Export the utility permits",
        note="A sale lowers the import of that hour; it may go below zero by this much",
    )
    service_call_h_most: float = number(
        150.0,
        unit="h/yr",
        low=0.0,
        high=8760.0,
        label="Hours a year computing may be called (service level)",
        source="engineering judgement, Nov 2026; CAISO BIP allows 180 h/yr",
        note="Against the P95 hours of everything sold from the class",
    )
    programmes: tuple[Programme, ...] = rows((), label="Programmes", most=30, note="Prices are the user's to verify")
