"""The utility's bills of a plan, year by year: the same bill that sheets show and the pro forma adds up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, installed
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.tariffs.billing import Bill, bill_readings, energised_months
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.tariff import Tariff
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]


def yearly_bills(
    project: Project, fleet: Fleet, profiles: Profiles, plan: Plan, totals: Sequence[YearTotals]
) -> tuple[Bill, ...]:
    """One bill a year, first-year money; ratchets look back at the readings of the years before.

    ``totals`` has one item per year of the plan.
    """
    tariff, grid = project_tariff(project), fleet.grid_column
    contracted = installed(fleet, plan.builds)[grid] if grid is not None else np.zeros(len(plan.years))
    usable = np.minimum(contracted, profiles.import_limit_mw.max(axis=1))
    energised = energised_months(profiles.import_limit_mw)
    return tuple(
        bill_readings(
            tariff,
            year.meter,
            np.array(contracted[position]),
            np.array(usable[position]),
            energised[position],
            totals[position - 1].meter.peak_mw if position else None,
        )
        for position, year in enumerate(totals)
    )


def standing_usd_per_mw(tariff: Tariff, energised: Array) -> Array:
    """Standby and fixed charge of a year on one contracted MW, first-year $, [...], from ``energised`` [..., 12].

    A fixed charge does not depend on the MW: it counts at its share of the most that may be contracted, never more.
    """
    total = np.zeros(energised.shape[:-1])
    for charge in tariff.standby:
        total = total + KW_PER_MW * charge.price * (energised * np.array(charge.months)).sum(-1)
    for charge in tariff.fixed:
        total = total + charge.price / max(tariff.most_mw, 1e-9) * (energised * np.array(charge.months)).sum(-1)
    return total
