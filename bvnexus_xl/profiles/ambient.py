"""What heat and altitude do to engines, turbines and cooling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.load import Load

Array = NDArray[np.float64]


def capacity_factor(row: EquipmentRow, temp_f: Array, altitude_ft: float) -> Array:
    """Share of ISO output, shape of ``temp_f``: falls linearly above a temperature and an altitude (dossier §1a)."""
    hot = np.maximum(temp_f - row.derate_above_f, 0.0) * row.derate_pct_per_f / 100.0
    high = max(altitude_ft - row.derate_above_ft, 0.0) / 1000.0 * row.derate_pct_per_1000ft / 100.0
    return np.maximum((1.0 - hot) * (1.0 - min(high, 1.0)), 0.0)


def heat_rate_factor(row: EquipmentRow, temp_f: Array) -> Array:
    """Multiple of the ISO heat rate, shape of ``temp_f`` (dossier §1a)."""
    return 1.0 + np.maximum(temp_f - row.derate_above_f, 0.0) * row.heat_rate_rise_pct_per_f / 100.0


def pue(load: Load, temp_f: Array) -> Array:
    """Power usage effectiveness by dry-bulb temperature, linear between 50, 77 and 95 °F, flat outside (dossier §2)."""
    points = [load.pue_at_50f, load.pue_at_77f, load.pue_at_95f]
    return np.interp(temp_f, [50.0, 77.0, 95.0], points)
