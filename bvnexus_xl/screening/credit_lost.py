"""What curtailment takes from the production credit that a design was counted with (``finance.production_credit``)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.after_tax import credit_weight
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.production_credit import entitled_share, production_credit_prices
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]


class CreditLost:
    """Credits of the capital's present value that are not earned, because energy is curtailed."""

    def __init__(self, project: Project, fleet: Fleet, profiles: Profiles) -> None:
        years, finance = len(project.years), project.finance
        self.columns = [fleet.profile_column(number) for number in range(len(fleet.profile))]
        self.mwh_per_mw = np.array([profile.sum() for profile in profiles.profile_mw_per_mw])
        worth = production_credit_prices(finance, years) * year_end_factors(finance.discount_rate, years)
        self.usd_per_mwh = credit_weight(finance) * worth
        self.entitled = entitled_share(project, fleet)[self.columns]

    def curtailed_share(self, capacity: Array, used_mwh: Array) -> Array:
        """Share curtailed of what solar and wind of each design-year offer, [N], from capacity [N, C], use [N, R]."""
        offered = capacity[:, self.columns] @ self.mwh_per_mw
        used = np.divide(used_mwh.sum(1), offered, out=np.ones(len(offered)), where=offered > 0.0)
        share: Array = np.maximum(1.0 - used, 0.0)
        return share

    def present_value(self, builds: Array, curtailed_share: Array) -> Array:
        """Objective's dollars lost by each design, [N], from its builds [N, C, Y] and curtailed shares [N, Y]."""
        if not self.usd_per_mwh.any():
            return np.zeros(len(builds))
        credited = np.einsum("nrb,rby,r->ny", builds[:, self.columns], self.entitled, self.mwh_per_mw)
        lost: Array = (credited * curtailed_share) @ self.usd_per_mwh
        return lost
