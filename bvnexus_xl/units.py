"""Unit conversions and physical constants, each with one home.

Everything else in the package carries its unit in its name.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HOURS_PER_YEAR = 8760
QUARTERS_PER_HOUR = 4
QUARTER_HOURS_PER_YEAR = HOURS_PER_YEAR * QUARTERS_PER_HOUR
HOURS_PER_DAY = 24
DAYS_PER_YEAR = 365
LB_PER_SHORT_TON = 2000.0
BTU_PER_KWH_TO_MMBTU_PER_MWH = 1e-3
"""1 BTU/kWh = 0.001 MMBtu/MWh."""
KW_PER_MW = 1000.0
GALLONS_PER_ACRE_FT = 43_560.0 * 1728.0 / 231.0
"""An acre is 43,560 square feet, a US gallon 231 cubic inches: 325,851.4 gallons."""

CO2_LB_PER_MMBTU = {"natural_gas": 116.98, "diesel": 161.4}
"""40 CFR 98 Table C-1: 53.06 and 73.2 kg/MMBtu (dossier §1a, §1b)."""


def fahrenheit(celsius: NDArray[np.float64]) -> NDArray[np.float64]:
    """°C to °F, any shape."""
    return celsius * 1.8 + 32.0
