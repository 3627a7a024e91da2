"""Planning reserve by quarter: hours to look at, and the margin a plan has in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import firm_share
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import pte_tons_each
from bvnexus_xl.model.planning_reserve import undominated
from bvnexus_xl.problems.bridge.cases import WINDOWS
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.yearly_caps import emission_caps_tons

Array = NDArray[np.float64]
_WORST_HOURS = 15
"""Hours of a quarter examined; the year's rule looks at 50."""


@dataclass(frozen=True, slots=True)
class FirmHours:
    """The hours of a quarter that matter.

    Attributes:
        firm_mw_each: MW of one thermal unit and of profile assets per MW, [C, W].
        load_mw: load to carry, without what flexible computing gives up where that counts, and the margin, [W].
        margin_mw: the margin; with one, batteries do not count.
    """

    firm_mw_each: Array
    load_mw: Array
    margin_mw: float


def firm_hours(project: Project, profiles: Profiles, fleet: Fleet, year: int, quarter: int) -> FirmHours:
    """Hours of highest load of a quarter of a year (0-3) that no other one implies. Grid and battery count apart."""
    at = np.flatnonzero(WINDOWS[quarter] > 0.0)
    load = profiles.load_mw[year, at]
    hours = at[np.argsort(-load, kind="stable")[:_WORST_HOURS]]
    firm = np.zeros((len(fleet.columns), len(hours)))
    for number, asset in enumerate(fleet.thermal):
        firm[number] = asset.unit_mw * profiles.thermal_capacity_factor[number, hours]
    for number in range(len(fleet.profile)):
        firm[fleet.profile_column(number)] = profiles.profile_mw_per_mw[number, hours]
    margin = project.constraints.planning_margin_mw if profiles.load_mw[year].max() > 0.0 else 0.0
    carried = (1.0 - firm_share(project)) * profiles.load_mw[year, hours] + margin
    kept = undominated(firm, carried)
    return FirmHours(firm[:, kept], carried[kept], margin)


def margin_in(project: Project, fleet: Fleet, hours: FirmHours, able: Array, import_mw: float) -> float:
    """Least firm MW above load and the largest units out in a quarter; ``able`` is capacity by column, [C]."""
    limits = project.constraints
    firm = hours.firm_mw_each.T @ able + import_mw
    for number, battery in enumerate(fleet.storage if hours.margin_mw == 0.0 else ()):
        power, energy = fleet.storage_columns(number)
        usable = able[energy] * (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
        firm = firm + min(able[power], usable / limits.planning_gap_h)
    left = limits.planning_reserve_units
    for number in sorted(range(len(fleet.thermal)), key=lambda n: -fleet.thermal[n].unit_mw):
        out = min(left, round(able[number]))
        firm = firm - out * hours.firm_mw_each[number]
        left -= out
    return float((firm - hours.load_mw).min())


def potential_tons(market: Market, there: Array) -> dict[str, Array]:
    """Potential to emit in each quarter, tons/yr by pollutant, each [Q]; empty where the permit does not count it.

    ``there`` is nameplate by column and quarter, [C, Q]. A unit counts for the whole year as long as it is there.
    """
    project, fleet = market.project, market.fleet
    if project.constraints.emission_basis != "PTE_8760":
        return {}
    each = pte_tons_each(project, fleet)
    return {name: each[name] @ there[: len(fleet.thermal)] for name in emission_caps_tons(project)}
