"""How many MW to sell to each programme, from which source: a small MILP, solved exactly.

    max Σ_d (pay_d + call_h_d · call_pay_d) · Σ_p x[d,p] − Σ_{d,p} call_h_d · cost[d,p] · x[d,p]

    x[d,p] ≤ able[d,p]                                             each source in the worst hour of the window
    for each set S of programmes that compete (windows.rivals), worst hour of the set:
      Σ_{d∈S} x[d,p]               ≤ free[p]                       no MW twice
      Σ_{d∈S} event_h_d · x[d,p]   ≤ energy[p]                     no MWh twice
      Σ_{d∈S} Σ_p x[d,p]           ≤ import + permitted export     what the meter can see fall
      Σ_{d∈S} Σ_{p own} x[d,p]     ≤ free own generation − N-1 contingency
      Σ_{d∈S} Σ_p event_h_d · gas_p · x[d,p] ≤ room below the daily gas limit
    Σ_d p95_d · x[d,p] ≤ call_h_most[p] · mean free[p]             service level of a workload class
    Σ_{d,p} p95_d · tons[p] · x[d,p] ≤ room below each emission cap
    minimum_d · sold_d ≤ Σ_p x[d,p] ≤ most_d · sold_d              least offer; sold_d binary

Programmes of different groups may share a MW; their calls are added up all the same, which is the safe side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.model.case import OWN, SOLD
from bvnexus_xl.services.case import ServicesCase
from bvnexus_xl.services.windows import Rivals

Array = NDArray[np.float64]
_USD_PER_UNIT = 1e3
_DUST_MW = 1e-6


@dataclass(frozen=True, eq=False)
class Commitment:
    """What is sold in one year: MW of each source in each programme, [D, P], and its worth, $ of that year."""

    mw: Array
    net_usd: float


def net_usd_per_mw(case: ServicesCase) -> Array:
    """What a MW of a source earns in a programme over the year, calls at their expected hours, [D, P]."""
    hours = np.array([row.expected_call_h_per_year for row in case.programmes])[:, None]
    per_call = case.call_pay_usd_per_mwh[:, None] - case.call_cost_usd_per_mwh
    worth: Array = case.pay_usd_per_mw[:, None] + hours * per_call
    return worth


def best_commitment(case: ServicesCase, *, without: int | None = None) -> Commitment:
    """The commitment that earns most; ``without`` leaves one programme out.

    Raises:
        NoPlanFound: HiGHS did not prove an optimum.
    """
    shape = case.able_mw.shape
    count, programmes = int(np.prod(shape)), shape[0]
    if count == 0:
        return Commitment(np.zeros(shape), 0.0)
    able = case.able_mw.copy()
    if without is not None:
        able[without] = 0.0
    worth = net_usd_per_mw(case) / _USD_PER_UNIT
    rows = shared_rows(case)
    matrix = np.array([np.append(row.mw.ravel(), np.zeros(programmes)) for row in rows])
    limits = np.array([row.limit for row in rows])
    least, most = offer_rows(case, able)
    found: Any = milp(
        np.append(-worth.ravel(), np.zeros(programmes)),
        constraints=[
            LinearConstraint(matrix, -np.inf, limits),
            LinearConstraint(least, 0.0, np.inf),
            LinearConstraint(most, -np.inf, 0.0),
        ],
        bounds=Bounds(0.0, np.append(able.ravel(), np.ones(programmes))),
        integrality=np.append(np.zeros(count), np.ones(programmes)),
        options={"mip_rel_gap": 0.0},
    )
    if not found.success:
        message = f"grid services of {case.year}: HiGHS ended with: {found.message}"
        raise NoPlanFound(message)
    sold = found.x[:count].reshape(shape)
    sold[sold < _DUST_MW] = 0.0
    return Commitment(sold, float((worth * sold).sum()) * _USD_PER_UNIT)


@dataclass(frozen=True, eq=False)
class SharedRow:
    """Σ mw · x ≤ limit, x the MW of each source in each programme.

    Attributes:
        mw: coefficients, [D, P].
        limit: what there is on the dispatch at hand.
        parameter: parameter of the dispatch that is the limit where both are decided together; empty for none.
    """

    mw: Array
    limit: float
    parameter: str = ""


def shared_rows(case: ServicesCase) -> list[SharedRow]:
    """Every limit that several programmes or sources share; those without end left out."""
    rows = [row for number, item in enumerate(case.sets) for row in _rows_of_set(case, number, item)]
    p95 = np.array([row.p95_call_h_per_year for row in case.programmes])
    for p, source in enumerate(case.sources):
        coefficients = np.zeros(case.able_mw.shape)
        coefficients[:, p] = p95
        rows.append(SharedRow(coefficients, source.most_call_h * float(source.free_mw.mean())))
    for name, left in case.room_left.items():
        rows.append(SharedRow(np.outer(p95, [source.capped_per_mwh[name] for source in case.sources]), left))
    return [row for row in rows if np.isfinite(row.limit)]


def _rows_of_set(case: ServicesCase, number: int, item: Rivals) -> Iterator[SharedRow]:
    """Limits of one set of rivals, in the worst of its hours."""
    shape, members, hours = case.able_mw.shape, list(item.members), item.hours
    event = np.array([row.event_h for row in case.programmes])
    for p, source in enumerate(case.sources):
        power, energy = np.zeros(shape), np.zeros(shape)
        power[members, p], energy[members, p] = 1.0, event[members]
        yield SharedRow(power, float(source.free_mw[hours].min()))
        yield SharedRow(energy, float(source.energy_mwh[hours].min()))
    seen, own, gas = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    seen[members] = 1.0
    own[members] = [float(source.generates) for source in case.sources]
    gas[members] = np.outer(event[members], case.gas_mcf_per_mwh)
    yield SharedRow(seen, float(case.meter_mw[hours].min()), f"{SOLD}:{number}")
    yield SharedRow(own, float(case.pool_mw[hours].min()), f"{OWN}:{number}")
    yield SharedRow(gas, case.gas_left_mcf)


def offer_rows(case: ServicesCase, able: Array) -> tuple[Array, Array]:
    """Rows of the least and the most that may be offered to each programme, with its binary, [D, D·P + D] each."""
    programmes, sources = able.shape
    least = np.zeros((programmes, able.size + programmes))
    for d, row in enumerate(case.programmes):
        least[d, d * sources : (d + 1) * sources] = 1.0
        least[d, able.size + d] = -row.minimum_mw
    most = least.copy()
    most[np.arange(programmes), able.size + np.arange(programmes)] = -able.sum(axis=1)
    return least, most
