"""The part of a fleet that a plan ever has: what is never built needs no columns at 35,040 steps a year."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.plan import installed
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_ANY = 1e-9


@dataclass(frozen=True, eq=False)
class InPlan:
    """What of a fleet is in place in some year.

    Attributes:
        fleet, profiles: those assets alone, and their hourly series.
        whole: the fleet they come from.
        thermal, storage, profile: their positions among its assets of each kind.
        columns: positions of their columns in the whole fleet.
    """

    fleet: Fleet
    profiles: Profiles
    whole: Fleet
    thermal: Ints
    storage: Ints
    profile: Ints
    columns: Ints

    def builds(self, builds: Array) -> Array:
        """Builds of the whole fleet [C, Y], those of what is in the plan."""
        return np.asarray(builds[self.columns])

    def expanded(self, totals: YearTotals) -> YearTotals:
        """Totals of a dispatch of what is in the plan, with a zero for every asset of the whole fleet that is not."""
        thermal = (self.thermal, len(self.whole.thermal))
        storage = (self.storage, len(self.whole.storage))
        profile = (self.profile, len(self.whole.profile))
        return replace(
            totals,
            thermal_mwh=_placed(totals.thermal_mwh, *thermal),
            online_h=_placed(totals.online_h, *thermal),
            starts=_placed(totals.starts, *thermal),
            fuel_mmbtu=_placed(totals.fuel_mmbtu, *thermal),
            charge_mwh=_placed(totals.charge_mwh, *storage),
            discharge_mwh=_placed(totals.discharge_mwh, *storage),
            profile_mwh=_placed(totals.profile_mwh, *profile),
            curtailed_mwh=_placed(totals.curtailed_mwh, *profile),
        )


def in_plan(fleet: Fleet, profiles: Profiles, builds: Array) -> InPlan:
    """What of a fleet stands in some year at given builds, [C, Y]."""
    stands = installed(fleet, builds).max(axis=1) > _ANY
    thermal = [k for k in range(len(fleet.thermal)) if stands[k]]
    storage = [k for k in range(len(fleet.storage)) if stands[list(fleet.storage_columns(k))].any()]
    profile = [k for k in range(len(fleet.profile)) if stands[fleet.profile_column(k)]]
    columns = thermal + [c for k in storage for c in fleet.storage_columns(k)]
    columns += [fleet.profile_column(k) for k in profile]
    connected = fleet.grid_column is not None and bool(stands[fleet.grid_column])
    if fleet.grid_column is not None and connected:
        columns.append(fleet.grid_column)
    part = Fleet(
        tuple(fleet.thermal[k] for k in thermal),
        tuple(fleet.storage[k] for k in storage),
        tuple(fleet.profile[k] for k in profile),
        tuple(fleet.columns[c] for c in columns),
    )
    series = replace(
        profiles,
        thermal_capacity_factor=profiles.thermal_capacity_factor[thermal],
        thermal_heat_rate_factor=profiles.thermal_heat_rate_factor[thermal],
        thermal_in_service=profiles.thermal_in_service[thermal],
        profile_mw_per_mw=profiles.profile_mw_per_mw[profile],
        import_limit_mw=profiles.import_limit_mw * float(connected),
    )
    numbers = (np.array(found, dtype=np.int64) for found in (thermal, storage, profile, columns))
    return InPlan(part, series, fleet, *numbers)


def _placed(values: Array, at: Ints, count: int) -> Array:
    out = np.zeros(count)
    out[at] = values
    return out
