"""Who may answer a call, with how much, hour by hour, and what an MWh of it costs.

    thermal    what is installed and in service less what runs; within the notice if a unit starts in time, else only
               the headroom of running units
    battery    power less discharge plus charge, for as long as its energy above the minimum lasts
    workload   the flexible part of a class, for as long as its longest event

Every MWh of a call lowers the import of its hour, so its price is saved; energy that is charged again or work that is
done later is bought at that price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.finance.operations import fuel_prices, prices, wear_usd_per_mwh
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.services import Programme
from bvnexus_xl.plan import Plan, effective, installed
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.yearly_caps import CAPPED, rate_per_mwh

Array = NDArray[np.float64]
_DEFAULT_START_MIN = 60.0
"""Start of a unit whose hot start is not given."""


@dataclass(frozen=True, eq=False)
class Provider:
    """One source of megawatts in one year.

    Attributes:
        key, label: the asset or workload class.
        kind: what it is.
        notice_min: notice it needs for all of ``free_mw``.
        free_mw: what could be given, [H].
        quick_mw: what could be given at once, [H].
        energy_mwh: what an event that begins in an hour may take, [H]; infinite for thermal.
        most_call_h: hours a year it may be called at full depth.
        call_usd_per_mwh: fuel, O&M, wear, starts and computing lost per MWh of a call, before the import it saves.
        bought_back: MWh imported later per MWh of a call.
        capped_per_mwh: use of each yearly cap by an MWh of a call, short tons or acre-feet, by name of the cap.
        emergency: True for diesel.
        generates: True for own generation and batteries, False for load.
    """

    key: str
    label: str
    kind: Literal["thermal", "battery", "workload"]
    notice_min: float
    free_mw: Array
    quick_mw: Array
    energy_mwh: Array
    most_call_h: float
    call_usd_per_mwh: float
    bought_back: float
    capped_per_mwh: dict[str, float]
    emergency: bool = False

    @property
    def generates(self) -> bool:
        """Own generation, batteries included."""
        return self.kind != "workload"

    def able_mw(self, programme: Programme) -> Array:
        """What it can give to a programme in each hour, [H]."""
        at_once = self.free_mw if self.notice_min <= programme.notice_min else self.quick_mw
        able: Array = np.minimum(at_once, self.energy_mwh / programme.event_h)
        return able

    def barred(self, programme: Programme) -> str:
        """Why the programme's rules leave it out; empty where they do not."""
        if self.emergency and not programme.emergency_engines_allowed:
            return "emergency engines are not allowed"
        if self.generates and not programme.self_generation_allowed:
            return "own generation is not allowed"
        return ""


def providers(
    project: Project, fleet: Fleet, profiles: Profiles, plan: Plan, position: int, year: HourlyDispatch
) -> tuple[Provider, ...]:
    """All sources in the year at ``position``, in fleet order, then workload classes."""
    return (
        *_thermal(project, fleet, profiles, plan, position, year),
        *_batteries(project, fleet, plan, position, year),
        *_workloads(project, position, year),
    )


def _thermal(
    project: Project, fleet: Fleet, profiles: Profiles, plan: Plan, position: int, year: HourlyDispatch
) -> list[Provider]:
    in_place = installed(fleet, plan.builds)[fleet.thermal_columns, position]
    fuel, price = fuel_prices(project, fleet), prices(project)
    out = []
    for k, asset in enumerate(fleet.thermal):
        if in_place[k] <= 1e-6:
            continue
        able = asset.unit_mw * profiles.thermal_capacity_factor[k]
        free = np.maximum(able * profiles.thermal_in_service[k] * in_place[k] - year.thermal_mw[k], 0.0)
        fee = project.finance.emission_fee_usd_per_ton
        used = {name: rate_per_mwh(asset, name) for name in CAPPED}
        general = asset.vom_usd_per_mwh + fee * sum(used[name] for name in ("nox", "co", "voc"))
        general += asset.start_cost_usd / asset.unit_mw  # one start an hour called: a unit is started for each event
        out.append(
            Provider(
                key=asset.key,
                label=asset.label,
                kind="thermal",
                notice_min=_DEFAULT_START_MIN if asset.row.hot_start_min is None else asset.row.hot_start_min,
                free_mw=free,
                quick_mw=np.clip(able * year.online_units[k] - year.thermal_mw[k], 0.0, free),
                energy_mwh=np.full(free.shape, np.inf),
                most_call_h=np.inf,
                call_usd_per_mwh=float(
                    asset.full_load_mmbtu_per_mwh * fuel[k, position] + general * price.general_factor[position]
                ),
                bought_back=0.0,
                capped_per_mwh=used,
                emergency=asset.fuel == "diesel",
            )
        )
    return out


def _batteries(project: Project, fleet: Fleet, plan: Plan, position: int, year: HourlyDispatch) -> list[Provider]:
    capacity = effective(fleet, plan.builds)[:, position]
    wear = wear_usd_per_mwh(project, fleet)
    factor = float(prices(project).general_factor[position])
    out = []
    for k, asset in enumerate(fleet.storage):
        power, energy = fleet.storage_columns(k)
        if capacity[power] <= 1e-6:
            continue
        free = np.maximum(capacity[power] - year.discharge_mw[k] + year.charge_mw[k], 0.0)
        above = np.maximum(year.soc_mwh[k] - asset.soc_min_fraction * capacity[energy], 0.0)
        out.append(
            Provider(
                key=asset.key,
                label=asset.label,
                kind="battery",
                notice_min=0.0,
                free_mw=free,
                quick_mw=free,
                energy_mwh=above * asset.one_way_efficiency,
                most_call_h=np.inf,
                call_usd_per_mwh=factor * (asset.row.vom_usd_per_mwh + float(wear[k])),
                bought_back=1.0 / asset.one_way_efficiency**2,
                capped_per_mwh=dict.fromkeys(CAPPED, 0.0),
            )
        )
    return out


def _workloads(project: Project, position: int, year: HourlyDispatch) -> list[Provider]:
    factor = float(prices(project).general_factor[position])
    out = []
    for k, item in enumerate(flexible_loads(project)):
        free = np.maximum(item.share_of_load * year.load_mw - year.flex_down_mw[k], 0.0)
        out.append(
            Provider(
                key=item.key,
                label=item.label,
                kind="workload",
                notice_min=item.notice_min,
                free_mw=free,
                quick_mw=np.zeros_like(free),
                energy_mwh=free * item.hours_per_day,
                most_call_h=min(item.hours_per_year, project.services.service_call_h_most),
                call_usd_per_mwh=factor * item.compute_usd_per_mwh * item.lost_per_mwh,
                bought_back=item.returned,
                capped_per_mwh=dict.fromkeys(CAPPED, 0.0),
            )
        )
    return out
