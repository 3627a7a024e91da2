"""Adequacy of one year by convolution: how many hours, days and MWh the units are expected to miss.

Units with the same hourly derate share one outage table in ISO MW, which scales with the derate; tables of different
derates meet hour by hour: the largest is searched, the states of the others are walked through. No temperature bins.
Source: Billinton & Allan, ch. 3; IEEE 762 names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.reliability.adequacy_kernel import shortage_by_hour
from bvnexus_xl.reliability.elements import RamCase, UnitKind
from bvnexus_xl.reliability.outage_table import LikeUnits, OutageTable, outage_table
from bvnexus_xl.units import HOURS_PER_DAY

Array = NDArray[np.float64]
_RAREST = 1e-15
"""Joint states rarer than this are left out: thousands of them move LOLH by less than 1e-7 h."""


@dataclass(frozen=True, slots=True, eq=False)
class Adequacy:
    """Reliability indices of one year.

    Attributes:
        loss_probability: chance that capacity is below the net load, [H].
        unserved_mw: expected MW not served, [H].
        lolh: expected hours with a shortage, h/yr.
        lole_days: expected days with a shortage at the day's worst hour, d/yr.
        eens_mwh: expected energy not served, MWh/yr.
        neue: ``eens_mwh`` as a share of the year's load energy.
        availability: share of hours without shortage.
    """

    loss_probability: Array
    unserved_mw: Array
    lolh: float
    lole_days: float
    eens_mwh: float
    neue: float
    availability: float

    @property
    def expected_downtime_min(self) -> float:
        """Minutes of shortage expected in the year."""
        return 60.0 * self.lolh


def adequacy(case: RamCase) -> Adequacy:
    """Indices of one year of any number of hours; gas supply as a series element, battery not counted.

    P = A_gas · P(all units) + (1 − A_gas) · P(units that need no gas), likewise for MWh.
    """
    probability, unserved = _shortage(case.kinds, case.net_load_mw)
    if case.gas_availability < 1.0 and any(kind.burns_gas for kind in case.kinds):
        share = case.gas_availability
        alone, alone_mw = _shortage(case.without_gas(), case.net_load_mw)
        probability, unserved = (
            share * probability + (1.0 - share) * alone,
            share * unserved + (1.0 - share) * alone_mw,
        )
    hours = len(probability)
    days = np.maximum.reduceat(probability, np.arange(0, hours, HOURS_PER_DAY))
    lolh, eens, energy = float(probability.sum()), float(unserved.sum()), float(case.load_mw.sum())
    return Adequacy(
        loss_probability=probability,
        unserved_mw=unserved,
        lolh=lolh,
        lole_days=float(days.sum()),
        eens_mwh=eens,
        neue=eens / energy if energy > 0.0 else 0.0,
        availability=1.0 - lolh / hours,
    )


def _shortage(kinds: Sequence[UnitKind], net_load_mw: Array) -> tuple[Array, Array]:
    """(loss probability, expected MW not served), each [H]: hours with the same units in service share their tables."""
    hours = len(net_load_mw)
    probability, unserved = np.zeros(hours), np.zeros(hours)
    families = _families(kinds)
    factors = [family[0].factor for family in families]
    counts = np.array([kind.in_service for kind in kinds]).reshape(len(kinds), hours)
    _, first, segment = np.unique(counts, axis=1, return_index=True, return_inverse=True)
    for number, hour in enumerate(first):
        tables = [_family_table(family, int(hour)) for family in families]
        chosen = np.flatnonzero(segment.ravel() == number)
        probability[chosen], unserved[chosen] = _segment(tables, factors, net_load_mw, chosen)
    return probability, unserved


def _families(kinds: Sequence[UnitKind]) -> list[list[UnitKind]]:
    """Kinds by equal derate."""
    families: list[list[UnitKind]] = []
    for kind in kinds:
        for family in families:
            if np.array_equal(family[0].factor, kind.factor):
                family.append(kind)
                break
        else:
            families.append([kind])
    return families


def _family_table(family: Sequence[UnitKind], hour: int) -> OutageTable:
    """Outage table at ISO output of the family's units in service in an hour."""
    return outage_table(
        LikeUnits(int(kind.in_service[hour]), kind.mw, kind.forced_outage_rate, kind.common_cause_beta)
        for kind in family
    )


def _segment(
    tables: Sequence[OutageTable], factors: Sequence[Array], net_load_mw: Array, chosen: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Shortage in the chosen hours: the longest table is searched, the states of the others are joined and walked."""
    if not tables:
        short = net_load_mw[chosen]
        return (short > 0.0).astype(float), np.maximum(short, 0.0)
    order = sorted(range(len(tables)), key=lambda n: len(tables[n].probability))
    inner, outer = order[-1], order[:-1]
    chance, mw = np.ones(1), np.zeros((1, 0))
    for n in outer:
        table = tables[n]
        chance = np.outer(chance, table.probability).ravel()
        up = table.total_mw - table.outage_mw
        mw = np.column_stack([np.repeat(mw, len(up), axis=0), np.tile(up, len(mw))])
        likely = chance >= _RAREST
        chance, mw = chance[likely], mw[likely]
    searched = tables[inner]
    up = (searched.total_mw - searched.outage_mw)[::-1].copy()
    p = searched.probability[::-1]
    return shortage_by_hour(
        net_load_mw[chosen],
        np.array([factors[n][chosen] for n in outer]).reshape(len(outer), len(chosen)),
        factors[inner][chosen],
        chance,
        mw,
        up,
        np.concatenate([[0.0], np.cumsum(p)]),
        np.concatenate([[0.0], np.cumsum(p * up)]),
    )
