"""From a plan to the reliability case of one year: what is installed, derated, in service, and what it must carry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.elements import Battery, RamCase, UnitKind
from bvnexus_xl.reliability.planned_outages import schedule_planned_outages

Array = NDArray[np.float64]
GRID_NAME = "Grid import"
GRID_REPAIR_H = 4.0
"""Mean length of an outage of the grid (engineering judgement, Nov 2026); the share of time is an input."""
_NEGLIGIBLE = 1e-6


def ram_case(project: Project, fleet: Fleet, profiles: Profiles, capacity: Array, year: int) -> RamCase:
    """Case of a year position; ``capacity`` is the effective quantity of each fleet column in that year, [C].

    Solar and other profiles are taken off the load, which stays at or above zero. The same engine with different
    emission controls is one kind of unit. The grid is one unit of contracted MW, limited by what the utility grants.
    """
    load = profiles.load_mw[year]
    net = load.copy()
    for n in range(len(fleet.profile)):
        net -= capacity[fleet.profile_column(n)] * profiles.profile_mw_per_mw[n]
    net = np.maximum(net, 0.0)
    rules = project.constraints
    kinds, rates = _thermal_kinds(project, fleet, profiles, capacity)
    grid = _grid_kind(project, fleet, profiles, capacity, year)
    if grid is not None:
        kinds.append(grid)
        rates.append(0.0)
    if rules.planned_outage_enabled:
        kinds = schedule_planned_outages(kinds, rates, net)
    battery = _battery(fleet, capacity)
    largest = max((kind.mw for kind in kinds if kind.planned_for), default=0.0)
    carried = min(battery.mw, battery.usable_mwh / (rules.ride_through_min / 60.0))
    return RamCase(
        kinds=tuple(kinds),
        load_mw=load,
        net_load_mw=net,
        gas_availability=rules.gas_supply_availability,
        battery=battery,
        start_failure_probability=rules.start_failure_probability,
        online_reserve_mw=max(0.0, largest - carried) if rules.spinning_reserve_enabled else 0.0,
    )


def _thermal_kinds(
    project: Project, fleet: Fleet, profiles: Profiles, capacity: Array
) -> tuple[list[UnitKind], list[float]]:
    """(kinds, their planned outage rates), largest units first."""
    counts: dict[str, int] = {}
    for n, asset in enumerate(fleet.thermal):
        counts[asset.row.name] = counts.get(asset.row.name, 0) + int(capacity[n] + 0.5)
    kinds: dict[str, tuple[UnitKind, float]] = {}
    for n, asset in enumerate(fleet.thermal):
        row = asset.row
        if counts[row.name] == 0 or row.name in kinds:
            continue
        kind = UnitKind(
            name=row.name,
            count=counts[row.name],
            mw=asset.unit_mw,
            forced_outage_rate=row.forced_outage_rate,
            mean_time_to_repair_h=row.mean_time_to_repair_h,
            common_cause_beta=project.constraints.common_cause_beta,
            burns_gas=asset.fuel == "natural_gas",
            factor=profiles.thermal_capacity_factor[n],
            planned_out=np.zeros(profiles.load_mw.shape[1], dtype=np.int64),
            start_min=row.hot_start_min or 0.0,
        )
        kinds[row.name] = (kind, row.planned_outage_rate)
    ordered = sorted(kinds.values(), key=lambda pair: -pair[0].mw)
    return [kind for kind, _ in ordered], [rate for _, rate in ordered]


def _grid_kind(project: Project, fleet: Fleet, profiles: Profiles, capacity: Array, year: int) -> UnitKind | None:
    if fleet.grid_column is None or capacity[fleet.grid_column] <= _NEGLIGIBLE:
        return None
    mw = float(capacity[fleet.grid_column])
    granted = np.minimum(profiles.import_limit_mw[year], mw)
    if not granted.any():
        return None
    return UnitKind(
        name=GRID_NAME,
        count=1,
        mw=mw,
        forced_outage_rate=project.grid.grid_forced_outage_rate,
        mean_time_to_repair_h=GRID_REPAIR_H,
        common_cause_beta=0.0,
        burns_gas=False,
        factor=granted / mw,
        planned_out=np.zeros(len(granted), dtype=np.int64),
        imported=True,
        planned_for=project.constraints.import_is_contingency,
    )


def _battery(fleet: Fleet, capacity: Array) -> Battery:
    """All batteries together; usable energy is what reaches the load, the round trip weighted by energy."""
    mw = usable = lossy = 0.0
    for n, asset in enumerate(fleet.storage):
        power, energy = fleet.storage_columns(n)
        depth = asset.soc_max_fraction - asset.soc_min_fraction
        delivered = float(capacity[energy]) * depth * asset.one_way_efficiency
        mw += float(capacity[power])
        usable += delivered
        lossy += delivered / asset.one_way_efficiency**2
    return Battery(mw, usable, usable / lossy) if lossy > _NEGLIGIBLE else Battery()
