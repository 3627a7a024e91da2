"""What the grid would charge for the same load: the tariff that own supply avoids, as an alternative to a price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.operations import prices
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.tariffs.billing import BILL_KINDS, bill
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.metering import meter
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class AvoidedGrid:
    """The whole load as the utility would meter it, arrays [Y].

    Attributes:
        energy_base_usd: energy delivered at the first-year price of each hour, $.
        demand_mw_months: highest load of each month, added up.
        contracted_mw_months: highest load of the year, for twelve months.
        tariff_usd: the whole bill in first-year money where the tariff has lines, its energy as delivered; None with
            the three simple prices.
    """

    energy_base_usd: Array
    demand_mw_months: Array
    contracted_mw_months: Array
    tariff_usd: Array | None = None

    def charges(self, project: Project) -> Array:
        """Nominal charges of each year, $, [Y], at the prices of sheet Grid."""
        grid, growth = project.grid, prices(project).electricity_factor
        if self.tariff_usd is not None:
            return self.tariff_usd * growth
        demand = self.demand_mw_months * KW_PER_MW * grid.demand_charge_usd_per_kw_month
        standby = self.contracted_mw_months * KW_PER_MW * grid.standby_charge_usd_per_kw_month
        total: Array = (self.energy_base_usd + demand + standby) * growth
        return total


def avoided_grid(project: Project, profiles: Profiles, delivered_mwh: Array) -> AvoidedGrid:
    """Quantities of the bill. Energy that is not delivered is paid by no one; demand is that of the whole load.

    Args:
        project: whose tariff it is.
        profiles: load [Y, 8760] and grid price [8760].
        delivered_mwh: energy delivered, [Y].
    """
    load = profiles.load_mw
    peaks = np.stack([load[:, month == MONTH_OF_HOUR].max(axis=1) for month in range(_MONTHS)], axis=1)
    needed = load.sum(axis=1)
    share = np.divide(delivered_mwh, needed, out=np.zeros_like(needed), where=needed > 0.0)
    return AvoidedGrid(
        energy_base_usd=share * (load @ profiles.grid_price_usd_per_mwh),
        demand_mw_months=peaks.sum(axis=1),
        contracted_mw_months=peaks.max(axis=1) * float(_MONTHS),
        tariff_usd=_by_lines(project, load, share) if project.grid.tariff_lines else None,
    )


def _by_lines(project: Project, load_mw: Array, share: Array) -> Array:
    """Bills of the whole load, contracted at its highest hour, first-year $, [Y]; energy times ``share`` [Y]."""
    tariff, out, before = project_tariff(project), np.zeros(len(load_mw)), None
    for year, load in enumerate(load_mw):
        found = bill(tariff, load, float(load.max()), previous_peak_mw=before)
        before = meter(tariff, load).peak_mw
        kinds = {kind: float(found.usd(kind).sum()) for kind in BILL_KINDS}
        out[year] = share[year] * kinds.pop("energy") + sum(kinds.values())
    return out
