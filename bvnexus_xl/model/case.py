"""What the equations need, sampled on a ``TimeAxis``: every coefficient of a dispatch that is the same in all years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.operations import wear_usd_per_mwh
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import gas_limits_mcf
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.tariffs.plan_prices import has_levels
from bvnexus_xl.tariffs.tariff import Tariff
from bvnexus_xl.yearly_caps import dispatch_caps, load_rate_per_mwh

Array = NDArray[np.float64]

LOAD = "load_mw"
CONTINGENCY = "contingency_mw"
GAS_DAY = "gas_day"
GAS_HOUR = "gas_hour"
UNSERVED = "unserved"
FLEX_HOURS = "flex_hours"
ONE = "one"
"""A parameter that is always 1: levels of tiers, the only constants that no plan moves."""
SOLD, OWN = "sold", "own"


@dataclass(frozen=True, eq=False)
class DispatchCase:
    """Coefficients of the dispatch on one axis. T thermal, S storage, R profile assets, N steps, Y years.

    Attributes:
        axis: the steps.
        project, fleet: where the coefficients come from.
        capacity_factor, heat_rate_factor, in_service: thermal assets, [T, N].
        profile: MW per MW of profile assets, [R, N].
        load_shape: load as a share of the year's highest hour, [N].
        tariff: what the utility charges.
        grid_price: energy price in first-year money below the first tier, $/MWh, [N].
        wear_usd_per_mwh: battery wear per MWh discharged, [S].
        import_flags: distinct patterns of hours in which import is granted, [F, N], each 0 or 1.
        year_flag: pattern that each year follows, -1 where no import is granted, [Y].
        budgets: yearly limits of the dispatch: pollutants and water by name, ``unserved``, ``run_hours:<asset>``,
            ``flex_hours:<flexible class>``.
        windows: parts of the year in which thermal units are counted apart, [W, N], each 0 or 1; one part by default.
        sold_hours: hours in which capacity sold to the grid must stand by, one row a set of programmes, [G, N], each 0
            or 1; none by default.
    """

    axis: TimeAxis
    project: Project
    fleet: Fleet
    capacity_factor: Array
    heat_rate_factor: Array
    in_service: Array
    profile: Array
    load_shape: Array
    tariff: Tariff
    grid_price: Array
    wear_usd_per_mwh: Array
    import_flags: Array
    year_flag: tuple[int, ...]
    budgets: tuple[str, ...]
    windows: Array
    sold_hours: Array

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of everything that may change between years, plans and scenarios, in a fixed order.

        Effective capacity of each column (``capacity:<key>``; the grid's is replaced by usable import per pattern),
        N-1 contingency, load, yearly caps, gas per day and per hour. With several parts of the year the capacity of a
        thermal asset is one parameter a part: ``capacity:<key>@<part>``. For each set of programmes, MW that import
        must be able to fall by (``sold:<set>``) and MW of own generation that must stand by for it (``own:<set>``).
        """
        parts, units, grid = len(self.windows), len(self.fleet.thermal), self.fleet.grid_column
        columns = [
            f"capacity:{c.key}" + (f"@{part}" if parts > 1 else "")
            for n, c in enumerate(self.fleet.columns)
            for part in range(parts if n < units else 1)
            if n != grid
        ]
        flags = [f"import:{n}" for n in range(len(self.import_flags))]
        return (
            *columns,
            *flags,
            *(f"{kind}:{n}" for kind in (SOLD, OWN) for n in range(len(self.sold_hours))),
            CONTINGENCY,
            LOAD,
            *(f"cap:{n}" for n in self.budgets if ":" not in n),
            GAS_DAY,
            GAS_HOUR,
            *((ONE,) if len(self.import_flags) and has_levels(self.tariff) else ()),
        )

    def used_by_load(self, name: str) -> float:
        """What an MW of load (highest hour) uses of a yearly limit where all of it is served, in the limit's unit."""
        return load_rate_per_mwh(self.project, name) * float(self.axis.weight @ self.load_shape)


def dispatch_case(project: Project, fleet: Fleet, profiles: Profiles, axis: TimeAxis) -> DispatchCase:
    """Sample a project's profiles on an axis."""
    at = axis.hours
    peak = profiles.load_mw.max(axis=1)
    shape = profiles.load_mw[int(peak.argmax())] / max(float(peak.max()), 1e-9)
    flags, year_flag = _import_patterns(profiles.import_limit_mw)
    budgets = list(dispatch_caps(project))
    if project.constraints.unserved_limit_enabled:
        budgets.append(UNSERVED)
    budgets += [f"run_hours:{a.key}" for a in fleet.thermal if a.row.max_run_hours_per_year is not None]
    budgets += [f"{FLEX_HOURS}:{item.key}" for item in flexible_loads(project)]
    return DispatchCase(
        axis=axis,
        project=project,
        fleet=fleet,
        capacity_factor=profiles.thermal_capacity_factor[:, at],
        heat_rate_factor=profiles.thermal_heat_rate_factor[:, at],
        in_service=profiles.thermal_in_service[:, at],
        profile=profiles.profile_mw_per_mw[:, at],
        load_shape=shape[at],
        tariff=project_tariff(project),
        grid_price=profiles.grid_price_usd_per_mwh[at],
        wear_usd_per_mwh=wear_usd_per_mwh(project, fleet),
        import_flags=flags[:, at],
        year_flag=year_flag,
        budgets=tuple(budgets),
        windows=np.ones((1, axis.steps)),
        sold_hours=np.zeros((0, axis.steps)),
    )


def has_gas_limits(project: Project) -> tuple[bool, bool]:
    """(limit per day applies, limit per hour applies)."""
    day, hour = gas_limits_mcf(project)
    return bool(np.isfinite(day)), bool(np.isfinite(hour))


def _import_patterns(import_limit_mw: Array) -> tuple[Array, tuple[int, ...]]:
    """Distinct on/off patterns of granted import, [F, 8760], and the pattern of each year."""
    patterns: list[Array] = []
    of_year: list[int] = []
    for year in import_limit_mw:
        flag = (year > 0.0).astype(float)
        known = next((n for n, pattern in enumerate(patterns) if np.array_equal(pattern, flag)), -1)
        if known < 0 and flag.any():
            patterns.append(flag)
            known = len(patterns) - 1
        of_year.append(known)
    hours = import_limit_mw.shape[1]
    return np.array(patterns).reshape(len(patterns), hours), tuple(of_year)
