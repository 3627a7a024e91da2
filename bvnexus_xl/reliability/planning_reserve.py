"""Planning reserve: can firm capacity carry the worst hours of a year with the largest units out?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import firm_share
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]
WORST_HOURS = 50
"""Hours of highest net load examined in every year (formulation, Decisions)."""


@dataclass(frozen=True, slots=True)
class ReserveCoefficients:
    """Firm MW of one of each column in each examined hour, and the load to carry, of one year.

    Attributes:
        hours: the examined hours, [W].
        firm_mw_each: MW of one unit (derated), of solar at that hour, of import, of battery power, [C, W].
        load_mw: MW to carry: the load without what flexible computing gives up where that counts as firm, and the
            margin, [W].
        margin_mw: the margin, the same in every hour of a year with load, whatever share of its load is served.
        granted_mw: import granted in the year; more may be contracted, ahead of later years.
    """

    hours: NDArray[np.int64]
    firm_mw_each: Array
    load_mw: Array
    margin_mw: float
    granted_mw: float


def reserve_coefficients(project: Project, fleet: Fleet, profiles: Profiles, year: int) -> ReserveCoefficients:
    """Coefficients of the planning-reserve row of a year position: derated units + profile + import + battery power.

    Battery power counts fully here; ``firm_margin`` caps it by energy over ``planning_gap_h``. With a margin it does
    not count at all: the margin stands for units that are out for days.
    The worst hours are those of highest load less what profile assets at their upper bound would give.
    """
    load = profiles.load_mw[year]
    solar = sum(
        (
            profiles.profile_mw_per_mw[n] * min(fleet.columns[fleet.profile_column(n)].most, float(load.max()) / 2.0)
            for n in range(len(fleet.profile))
        ),
        np.zeros_like(load),
    )
    hours = np.union1d(
        np.argsort(-load, kind="stable")[:WORST_HOURS], np.argsort(-(load - solar), kind="stable")[:WORST_HOURS]
    )
    firm = np.zeros((len(fleet.columns), len(hours)))
    for n, asset in enumerate(fleet.thermal):
        firm[n] = asset.unit_mw * profiles.thermal_capacity_factor[n, hours]
    margin = project.constraints.planning_margin_mw if load.max() > 0.0 else 0.0
    for n in range(len(fleet.storage)):
        firm[fleet.storage_columns(n)[0]] = 1.0 if margin == 0.0 else 0.0
    for n in range(len(fleet.profile)):
        firm[fleet.profile_column(n)] = profiles.profile_mw_per_mw[n, hours]
    if fleet.grid_column is not None:
        firm[fleet.grid_column] = (profiles.import_limit_mw[year, hours] > 0).astype(float)
    carried = (1.0 - firm_share(project)) * load[hours] + margin
    return ReserveCoefficients(hours, firm, carried, margin, float(profiles.import_limit_mw[year].max()))


def reserve_label(rules: Constraints) -> str:
    """The planning reserve in words."""
    if rules.planning_margin_mw > 0.0:
        return f"Firm MW, {rules.planning_reserve_units} out, {rules.planning_margin_mw:,.4g} to spare"
    return f"Firm MW with {rules.planning_reserve_units} largest out"


def firm_margin(project: Project, fleet: Fleet, coefficients: ReserveCoefficients, capacity: Array) -> float:
    """Smallest of ``firm_margins``, MW."""
    return float(firm_margins(project, fleet, coefficients, capacity).min())


def firm_margins(project: Project, fleet: Fleet, coefficients: ReserveCoefficients, capacity: Array) -> Array:
    """MW by which firm capacity exceeds load + margin + the k largest units in each examined hour of a year, [W].

    ``capacity`` is the effective quantity of each column, [C]. A battery counts min(power, usable energy / gap hours).
    """
    firm_each = coefficients.firm_mw_each
    counted = capacity.copy()
    if fleet.grid_column is not None:
        counted[fleet.grid_column] = min(capacity[fleet.grid_column], coefficients.granted_mw)
    for n, battery in enumerate(fleet.storage):
        power, energy = fleet.storage_columns(n)
        usable = capacity[energy] * (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
        counted[power] = min(capacity[power], usable / project.constraints.planning_gap_h)
    largest = np.zeros(len(coefficients.hours))
    left = np.full(len(coefficients.hours), float(project.constraints.planning_reserve_units))
    order = sorted(range(len(fleet.thermal)), key=lambda n: -fleet.thermal[n].unit_mw)
    for n in order:
        taken = np.minimum(left, np.floor(capacity[n] + 1e-9))
        largest += taken * firm_each[n]
        left -= taken
    margins: Array = counted @ firm_each - coefficients.load_mw - largest
    return margins
