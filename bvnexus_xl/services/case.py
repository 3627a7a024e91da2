"""One year in which services may be sold: programmes, sources, what the meter and the permits leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch, YearTotals
from bvnexus_xl.finance.operations import prices
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.services import Programme
from bvnexus_xl.limits import gas_limits_mcf
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.services.providers import Provider, providers
from bvnexus_xl.services.windows import Rivals, open_hours, rivals
from bvnexus_xl.solve.given import sizes_of
from bvnexus_xl.units import KW_PER_MW
from bvnexus_xl.yearly_caps import WATER, dispatch_caps

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ServicesCase:
    """What may be sold in one year. D programmes, P providers, H hours.

    Attributes:
        year: calendar year.
        programmes, sources: who buys, who gives.
        sets: programmes that compete for the same MW, with their hours.
        able_mw: what each source can give each programme in the worst hour of its window, [D, P]; 0 where barred.
        barred: why a source may not serve a programme, by (programme, source).
        meter_mw: import of the hour plus permitted export, [H]: nothing more can be seen to fall.
        export_mw, import_most_mw: permitted export; the highest import of any hour that contract and utility allow.
        pool_mw: what own generation has left above the N-1 contingency, [H].
        pay_usd_per_mw, call_pay_usd_per_mwh: what a programme pays for a MW a year and for an MWh called, [D].
        call_cost_usd_per_mwh: what a call costs at a source, import saved taken off, [D, P].
        room_left: room below each yearly cap that the dispatch keeps, in its unit.
        gas_left_mcf: room below the daily gas limit on the tightest day, and gas of an MWh of each source, [P].
    """

    year: int
    programmes: tuple[Programme, ...]
    sources: tuple[Provider, ...]
    sets: tuple[Rivals, ...]
    able_mw: Array
    barred: dict[tuple[int, int], str]
    meter_mw: Array
    export_mw: float
    import_most_mw: float
    pool_mw: Array
    pay_usd_per_mw: Array
    call_pay_usd_per_mwh: Array
    call_cost_usd_per_mwh: Array
    room_left: dict[str, float]
    gas_left_mcf: float
    gas_mcf_per_mwh: Array


def services_case(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    plan: Plan,
    position: int,
    dispatch: HourlyDispatch,
    totals: YearTotals,
) -> ServicesCase:
    """The case of the year at ``position`` of a dispatched plan."""
    programmes = tuple(row for row in project.services.programmes if row.enabled)
    sources = providers(project, fleet, profiles, plan, position, dispatch)
    barred = {
        (d, p): why
        for d, row in enumerate(programmes)
        for p, source in enumerate(sources)
        if (why := source.barred(row))
    }
    windows = [open_hours(row) for row in programmes]
    able = np.array(
        [
            [
                0.0 if (d, p) in barred else float(source.able_mw(row)[windows[d]].min())
                for p, source in enumerate(sources)
            ]
            for d, row in enumerate(programmes)
        ]
    ).reshape(len(programmes), len(sources))
    own = [source.free_mw for source in sources if source.generates]
    factor = prices(project).electricity_factor[position]
    pay = np.array([row.availability_usd_per_kw_year * row.accredited_fraction * KW_PER_MW for row in programmes])
    saved = [float((profiles.grid_price_usd_per_mwh[window]).mean()) * factor for window in windows]
    bought = float(profiles.grid_price_usd_per_mwh.mean()) * factor
    return ServicesCase(
        year=plan.years[position],
        programmes=programmes,
        sources=sources,
        sets=rivals(programmes),
        able_mw=able,
        barred=barred,
        meter_mw=dispatch.import_mw + project.services.export_limit_mw,
        export_mw=project.services.export_limit_mw,
        import_most_mw=float(sizes_of(fleet, profiles, plan.builds).usable_import_mw[position]),
        pool_mw=np.maximum(np.sum(own, axis=0) - dispatch.contingency_mw, 0.0) if own else 0.0 * dispatch.import_mw,
        pay_usd_per_mw=pay * factor,
        call_pay_usd_per_mwh=np.array([row.call_usd_per_mwh for row in programmes]) * factor,
        call_cost_usd_per_mwh=np.array(
            [[s.call_usd_per_mwh + s.bought_back * bought - less for s in sources] for less in saved]
        ).reshape(able.shape),
        room_left=_room_left(project, totals),
        gas_left_mcf=max(gas_limits_mcf(project)[0] - float(totals.gas_mcf_per_day.max()), 0.0),
        gas_mcf_per_mwh=_gas_per_mwh(project, fleet, sources),
    )


def _room_left(project: Project, totals: YearTotals) -> dict[str, float]:
    """Room below each yearly cap; caps on potential to emit are the plan's, not the dispatch's."""
    used = {
        name: totals.water_acre_ft if name == WATER else float(getattr(totals, f"{name}_tons"))
        for name in dispatch_caps(project)
    }
    return {name: max(cap - used[name], 0.0) for name, cap in dispatch_caps(project).items()}


def _gas_per_mwh(project: Project, fleet: Fleet, sources: tuple[Provider, ...]) -> Array:
    per_mcf = project.constraints.gas_heat_content_mmbtu_per_mcf
    burns = {a.key: a.full_load_mmbtu_per_mwh / per_mcf for a in fleet.thermal if a.fuel == "natural_gas"}
    return np.array([burns.get(source.key, 0.0) for source in sources])
