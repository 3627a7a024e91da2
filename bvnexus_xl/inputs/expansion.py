"""Expansion under a ceiling of levelised cost (P2): which cost, how load is added, how the curve is drawn."""

from __future__ import annotations

from typing import Literal

from bvnexus_xl.inputs.fields import Section, choice, number

EXPANSION_PROBLEM = "P2"


class Expansion(Section):
    """The ceiling, what it applies to, and the shape of the added load. Used by problem P2 only."""

    lcoe_ceiling_usd_per_mwh: float = number(
        75.0,
        unit="$/MWh",
        low=1.0,
        high=1000.0,
        label="Ceiling of levelised cost",
        note="Nominal LCOE: present value of cost over present value of energy delivered, before tax",
    )
    ceiling_basis: Literal["site", "increment"] = choice(
        "site",
        label="The ceiling applies to",
        note="site: all load and all cost; increment: added cost over added energy, against the best plan without "
        "added load",
    )
    sunk_capital_counts: bool = choice(
        False,
        label="Book value of existing plant counts",
        note="yes: its book value is a cost of the whole site on the base date; never of the increment",
    )
    added_load_shape: Literal["trajectory", "flat"] = choice(
        "trajectory",
        label="Added load by year",
        note="trajectory: in proportion to the load of sheet Load; flat: the same MW in every year",
    )
    added_load_from_year: int | None = number(
        None, unit="year", low=2025, high=2080, label="Load is added from", note="Empty: the first year analysed"
    )
    most_added_mw: float = number(
        500.0,
        unit="MW",
        low=0.1,
        high=15000.0,
        label="Most that may be added",
        note="In the year of the highest load, measured as on sheet Load; the search looks no further",
    )
    curve_span_pct: float = number(
        10.0, unit="%", low=0.5, high=50.0, label="Curve: ceilings up to this far below and above"
    )
    curve_points_each_side: int = number(
        2, unit="-", low=0, high=5, label="Curve: ceilings tried on either side", note="0: the ceiling alone"
    )
