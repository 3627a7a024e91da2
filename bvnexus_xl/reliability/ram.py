"""``ram_study``: reliability and availability of a plan, year by year, and in depth for its weakest year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, effective
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.adequacy import Adequacy, adequacy
from bvnexus_xl.reliability.adequacy_kernel import TIE_MW
from bvnexus_xl.reliability.block_diagram import Block, block_diagram
from bvnexus_xl.reliability.contingency import Contingency, double_losses, single_losses
from bvnexus_xl.reliability.elements import RamCase
from bvnexus_xl.reliability.importance import Importance, MoreUnits, importance, more_units, shared_cause_h
from bvnexus_xl.reliability.monte_carlo import Simulation, simulate_years
from bvnexus_xl.reliability.outage_table import OutageTable, outage_table
from bvnexus_xl.reliability.ram_case import ram_case

Array = NDArray[np.float64]
MOST_SIMULATED_YEARS = 4_000


@dataclass(frozen=True, slots=True)
class RamYear:
    """One year of the plan.

    Attributes:
        year: calendar year.
        peak_net_load_mw: net load in the tightest hour of the year.
        capacity_mw: MW in service in that hour, none in forced outage.
        units: N, own units in service then.
        units_needed: K, own units needed beside the grid: any N − K may be out; above N where all are not enough.
        k_of_n_availability: chance that capacity, grid included, carries that net load, gas supply aside.
        lolh, lole_days, eens_mwh, neue, availability, downtime_min: see ``Adequacy``; battery not counted.
        n_minus_1_margin_mw, n_minus_2_margin_mw: least MW to spare in any hour with the worst unit or pair out that
            the plan must carry, battery not counted; None where there are not so many units.
        battery_firm_mw: what the battery could add to these margins for the hours of the planning gap.
    """

    year: int
    peak_net_load_mw: float
    capacity_mw: float
    units: int
    units_needed: int
    k_of_n_availability: float
    lolh: float
    lole_days: float
    eens_mwh: float
    neue: float
    availability: float
    downtime_min: float
    n_minus_1_margin_mw: float | None
    n_minus_2_margin_mw: float | None
    battery_firm_mw: float

    @property
    def n_minus_1_carried(self) -> Literal["yes", "battery", "short"]:
        """Whether the loss of the worst unit is carried in every hour: by units, with the battery, or not."""
        margin = self.n_minus_1_margin_mw
        if margin is None or margin + self.battery_firm_mw < -TIE_MW:
            return "short"
        return "yes" if margin >= -TIE_MW else "battery"


@dataclass(frozen=True, slots=True, eq=False)
class RamStudy:
    """Reliability of a plan.

    Attributes:
        years: every year.
        key_year: the weakest year, with the highest LOLH; what follows is about it.
        key_hour: its tightest hour, 0 to 8,759.
        outages: outage table of that hour.
        net_load_mw: net load of that hour.
        single, double: N-1 and N-2.
        blocks: block diagram in the tightest hour.
        importance: what to improve first.
        more_units: availability against more units.
        shared_cause_h: hours of shortage a year that more units of the same models cannot lower.
        simulation: sequential simulation with battery and starts.
    """

    years: tuple[RamYear, ...]
    key_year: int
    key_hour: int
    outages: OutageTable
    net_load_mw: float
    single: tuple[Contingency, ...]
    double: tuple[Contingency, ...]
    blocks: tuple[Block, ...]
    importance: tuple[Importance, ...]
    more_units: tuple[MoreUnits, ...]
    shared_cause_h: float
    simulation: Simulation


def ram_study(project: Project, fleet: Fleet, profiles: Profiles, plan: Plan) -> RamStudy:
    """Every year by convolution; the weakest year in depth; seeded by ``Study`` so that a run can be repeated."""
    able = effective(fleet, plan.builds)
    cases = [ram_case(project, fleet, profiles, able[:, position], position) for position in range(len(plan.years))]
    indices = [adequacy(case) for case in cases]
    gap_h = project.constraints.planning_gap_h
    years = tuple(
        _ram_year(year, case, found, gap_h) for year, case, found in zip(plan.years, cases, indices, strict=True)
    )
    weakest = int(np.argmax([item.lolh for item in indices]))
    case, hour = cases[weakest], cases[weakest].tightest_hour
    return RamStudy(
        years=years,
        key_year=plan.years[weakest],
        key_hour=hour,
        outages=outage_table(kind.at_hour(hour) for kind in case.kinds),
        net_load_mw=float(case.net_load_mw[hour]),
        single=single_losses(case),
        double=double_losses(case),
        blocks=block_diagram(case, years[weakest].units_needed, years[weakest].k_of_n_availability),
        importance=importance(case, indices[weakest]),
        more_units=more_units(case),
        shared_cause_h=shared_cause_h(case),
        simulation=simulate_years(case, project.study.random_seed, MOST_SIMULATED_YEARS),
    )


def units_needed(case: RamCase, hour: int) -> tuple[int, int]:
    """(K, N) of own units in an hour: the largest N − K may all be out and the rest still carries the net load.

    The grid is taken as there. Where all units are not enough, K is N and as many of the largest as would fill the gap.
    """
    own = [(kind.mw * float(kind.factor[hour]), int(kind.in_service[hour])) for kind in case.kinds if not kind.imported]
    sizes = sorted((mw for mw, units in own for _ in range(units)), reverse=True)
    spare = float(case.capacity_mw[hour] - case.net_load_mw[hour])
    if spare < -TIE_MW:
        return len(sizes) + (math.ceil(-spare / sizes[0]) if sizes and sizes[0] > 0.0 else 1), len(sizes)
    out = 0
    for size in sizes:
        if size > spare + TIE_MW:
            break
        spare -= size
        out += 1
    return len(sizes) - out, len(sizes)


def _ram_year(year: int, case: RamCase, found: Adequacy, gap_h: float) -> RamYear:
    hour = case.tightest_hour
    needed, units = units_needed(case, hour)
    net = float(case.net_load_mw[hour])
    missing, _ = outage_table(kind.at_hour(hour) for kind in case.kinds).shortage(net)
    one = [item.margin_mw for item in single_losses(case) if item.planned_for]
    two = [item.margin_mw for item in double_losses(case) if item.planned_for]
    return RamYear(
        year=year,
        peak_net_load_mw=net,
        capacity_mw=float(case.capacity_mw[hour]),
        units=units,
        units_needed=needed,
        k_of_n_availability=1.0 - missing,
        lolh=found.lolh,
        lole_days=found.lole_days,
        eens_mwh=found.eens_mwh,
        neue=found.neue,
        availability=found.availability,
        downtime_min=found.expected_downtime_min,
        n_minus_1_margin_mw=min(one, default=None),
        n_minus_2_margin_mw=min(two, default=None),
        battery_firm_mw=min(case.battery.mw, case.battery.usable_mwh / gap_h),
    )
