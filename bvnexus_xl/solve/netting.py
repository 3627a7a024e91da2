"""Charging and discharging in the same hour, netted after the solve.

    kept = η · charge − discharge / η stays what it was, and with it every state of charge:
    charge' = max(kept, 0) / η,  discharge' = max(−kept, 0) · η

A battery that does both only burns energy, so netting leaves some over. It is taken from what runs above minimum load,
then from sun and import as far as spinning reserve has room to spare (the part of charging that is netted could have
been dropped for reserve, and headroom of units makes up for it, less sun does not). What nothing can take stays: the
units' minimum load is then more than the load, and the battery does burn it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def net_overlap(
    charge: Array, discharge: Array, keep: Array, above: Array, others: Array, spare_reserve: Array
) -> tuple[Array, Array, Array, Array]:
    """(charge, discharge, above, others) with overlap netted where something can take what is left over.

    Args:
        charge: MW, [S, N].
        discharge: MW, [S, N].
        keep: one-way efficiency, [S, 1].
        above: MW of units above their minimum load, [T, N].
        others: MW of sun and import, [O, N].
        spare_reserve: MW of spinning reserve beyond what is asked, [N].
    """
    charge, discharge, above, others = (values.copy() for values in (charge, discharge, above, others))
    spare = np.maximum(spare_reserve, 0.0)
    for number, efficiency in enumerate(keep[:, 0]):
        kept = efficiency * charge[number] - discharge[number] / efficiency
        alone = np.maximum(kept, 0.0) / efficiency, np.maximum(-kept, 0.0) * efficiency
        left = np.maximum((alone[1] - alone[0]) - (discharge[number] - charge[number]), 0.0)
        by_units = np.minimum(left, above.sum(axis=0))
        by_others = np.minimum(left - by_units, np.minimum(others.sum(axis=0), spare))
        share = np.divide(by_units + by_others, left, out=np.ones_like(left), where=left > 0.0)
        charge[number] += share * (alone[0] - charge[number])
        discharge[number] += share * (alone[1] - discharge[number])
        above *= _rest(by_units, above)
        others *= _rest(by_others, others)
        spare -= by_others
    return charge, discharge, above, others


def _rest(taken: Array, values: Array) -> Array:
    """Share of each step's values that is left when ``taken`` [N] comes off their sum, [N]."""
    total = values.sum(axis=0)
    share: Array = 1.0 - np.divide(taken, total, out=np.zeros_like(total), where=total > 0.0)
    return share
