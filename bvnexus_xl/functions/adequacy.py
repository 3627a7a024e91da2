"""Functions of reliability: loss of load of a fleet."""

from __future__ import annotations

from typing import Any

import numpy as np

from bvnexus_xl.functions.arguments import Argument, Array, table_numbers
from bvnexus_xl.reliability.outage_table import LikeUnits, outage_table
from bvnexus_xl.units import HOURS_PER_YEAR

FLEET_COLUMNS = (
    Argument("units", "whole", "", "How many", 0, 1000),
    Argument("unit_mw", "number", "MW", "Output of one", 0.001, 2000),
    Argument("forced_outage_rate", "number", "", "Share of time in forced outage", 0, 1),
    Argument("common_cause_beta", "number", "", "Share of it that takes all at once", 0, 1, default=0.0),
)


def lolh(fleet: list[list[Any]], load_mw: Array) -> float:
    """Expected hours in which the units cannot carry the load; one number is a flat load for 8,760 hours."""
    kinds = [LikeUnits(*row) for row in table_numbers(fleet, FLEET_COLUMNS, "fleet")]
    table = outage_table(kinds)
    levels, hours = np.unique(load_mw, return_counts=True)
    per_hour = [table.shortage(float(level))[0] for level in levels]
    expected = float(np.dot(per_hour, hours))
    return expected * HOURS_PER_YEAR if len(load_mw) == 1 else expected
