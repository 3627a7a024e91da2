"""The result as JSON: a documented, versioned type that other programs can rely on.

Keys never change meaning within a version; ``result_version`` rises when one does.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bvnexus_xl import __version__
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.limits import land_acres
from bvnexus_xl.plan import changes, installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import energy_by_group, installed_by_group


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class BuiltItem(_Part):
    """What is in place of one model: ``quantity`` is units, MW or MWh as ``unit`` says.

    ``added`` is what is bought for the year; below 0 what is retired early of existing plant.
    """

    key: str
    label: str
    unit: Literal["units", "mw", "mwh"]
    quantity: float
    added: float


class YearResult(_Part):
    """One calendar year. MW, MWh, MMBtu HHV, short tons, acre-feet, mcf, acres as the names say.

    ``unserved_mwh`` is without forced outages; ``availability`` (share of hours without shortage), ``lolh_h`` and
    ``eens_mwh`` are expected with them, the battery not counted.
    """

    year: int
    load_mw: float
    installed_mw: dict[str, float]
    equipment: tuple[BuiltItem, ...]
    energy_mwh: dict[str, float]
    load_mwh: float
    served_mwh: float
    unserved_mwh: float
    flexible_given_up_mwh: float
    flexible_done_later_mwh: float
    fuel_mmbtu: float
    nox_tpy: float
    co_tpy: float
    voc_tpy: float
    co2_tpy: float
    water_acre_ft: float
    gas_mcf_per_day_max: float
    land_acres: float
    availability: float
    lolh_h: float
    eens_mwh: float
    cost_usd: float


class LimitResult(_Part):
    """One limit in one year.

    Shadow prices are what one ``unit`` of room more saves, $ of that year per unit, with the plan fixed
    (``shadow_price_operating``) or everything planned anew, parts of units allowed (``shadow_price_planning``); empty
    until Phase 2 and where the limit has none of that kind. ``near``: less than a tenth is left.
    """

    name: str
    label: str
    unit: str
    year: int
    sense: Literal["at_most", "at_least"]
    limit: float
    used: float
    slack: float
    binding: bool
    near: bool
    broken: bool
    shadow_price_operating: float | None
    shadow_price_planning: float | None


class RelaxationResult(_Part):
    """What relaxing one limit by a tenth in every year saves, present value, $; every other limit stays.

    ``at_least_usd`` and ``at_most_usd`` bound the saving on this plan in whole units, on representative weeks.
    ``first_order_usd`` is planning price times a tenth of the limit. ``state``: ``replanned``; ``zero`` (its planning
    prices say that it saves next to nothing); ``not_reached`` (the time did not suffice); ``not_priced`` (no planning
    price could be found).
    """

    name: str
    label: str
    state: Literal["replanned", "zero", "not_reached", "not_priced"]
    at_least_usd: float | None
    at_most_usd: float | None
    first_order_usd: float | None


class Result(_Part):
    """A solved study. Money is nominal unless said otherwise; NPV at 1 January of the first year.

    The proof is empty until Phase 2, and where a run was cancelled. ``bound_resolution`` says what the bounds hold for:
    ``year`` is 8,760 h of every year, ``weeks`` the representative weeks only, empty where nothing is proven.
    ``lower_bound_usd``: no plan in whole units costs less. ``upper_bound_usd``: this plan with unit commitment relaxed.
    ``gap``: (upper - lower) / upper. ``committed_cost_usd``: this plan with whole units committed in every
    hour, lost load at its price where the bound holds for the year.
    ``certified_gap``: (committed - lower) / committed, where the bound holds for the full year. ``rounds``: trials of
    the search. ``screening_npv_cost_usd``: cost of the Phase 1 plan that Phase 2 started from.
    Bounds, gap and committed cost are of ``objective_usd``, which weighs capital as ``objective_basis`` says.
    ``conflict``: of an infeasible P1, the smallest set of limits that must give (``gives``, in the units of their
    cells), whether that is proven, the largest load of each year that fits without (``loads``), and what stops it.
    ``adequacy``: with a target, the reserves tested (``steps``), whether the plan meets it, the firm MW to spare that
    took (``planning_margin_mw``) and what the last step costs (``price_of_last_nine_usd_per_mwh``; in P2 less load: the
    ``added_mw`` of the steps).
    ``tier3``: the plan at quarter-hours once it is validated: ``status`` (``pass``, ``fail``, ``stopped``), per year
    the criteria with limit, use, ``when`` and ``cause``, cost, and the corrected plan (``resized``) where asked for.
    ``finding``: the answer to the problem where that is more than the plan; its keys are the problem's own.
    """

    result_version: Literal[1] = 1
    package_version: str
    project_name: str
    input_hash: str
    status: Literal["done", "infeasible"]
    problem: str
    phase: int
    estimate_class: str
    lcoe_usd_per_mwh: float | None
    lcoe_real_usd_per_mwh: float | None
    lcoe_after_tax_usd_per_mwh: float | None
    npv_cost_usd: float
    objective_basis: Literal["pre_tax", "after_tax"]
    objective_usd: float
    capex_usd: float
    years: tuple[YearResult, ...]
    limits: tuple[LimitResult, ...]
    relaxations: tuple[RelaxationResult, ...]
    lower_bound_usd: float | None
    upper_bound_usd: float | None
    gap: float | None
    committed_cost_usd: float | None
    certified_gap: float | None
    bound_resolution: Literal["", "year", "weeks"]
    rounds: int
    screening_npv_cost_usd: float | None
    finding: dict[str, Any] | None
    tier3: dict[str, Any] | None
    conflict: dict[str, Any] | None
    adequacy: dict[str, Any] | None
    warnings: tuple[str, ...]
    designs_tried: int
    seconds: dict[str, float]


ESTIMATE_CLASS = {1: "Class 5, ±50 %", 2: "Class 3, ±20 %"}
"""Accuracy claimed for each phase (seed; AACE classes)."""


def to_result(solved: SolvedStudy) -> Result:
    """The JSON result of a solved study."""
    money = solved.money
    served, taxed = money.delivered_mwh.sum() > 0, cash_flow(solved.project, solved.fleet, money)
    return Result(
        package_version=__version__,
        project_name=solved.project.study.project_name,
        input_hash=solved.project.input_hash(),
        status=solved.status,
        problem=solved.project.study.problem,
        phase=solved.phase,
        estimate_class=ESTIMATE_CLASS[solved.class_phase],
        lcoe_usd_per_mwh=money.lcoe_usd_per_mwh if served else None,
        lcoe_real_usd_per_mwh=money.lcoe_real_usd_per_mwh if served else None,
        lcoe_after_tax_usd_per_mwh=taxed.lcoe_after_tax_usd_per_mwh if served else None,
        npv_cost_usd=money.npv_cost_usd,
        objective_basis=solved.project.finance.objective_basis,
        objective_usd=money.objective_usd,
        capex_usd=money.capex_usd,
        years=_years(solved),
        limits=_limits(solved),
        relaxations=tuple(RelaxationResult(**asdict(item)) for item in solved.relaxations),
        lower_bound_usd=solved.proof.lower_bound_usd,
        upper_bound_usd=solved.proof.upper_bound_usd,
        gap=solved.proof.gap,
        committed_cost_usd=solved.proof.committed_cost_usd,
        certified_gap=solved.proof.certified_gap,
        bound_resolution=solved.proof.resolution,
        rounds=solved.proof.rounds,
        screening_npv_cost_usd=solved.screening.money.npv_cost_usd if solved.screening else None,
        finding=dict(solved.finding.record()) if solved.finding else None,
        tier3=solved.tier3.record() if solved.tier3 else None,
        conflict=asdict(solved.conflict) if solved.conflict else None,
        adequacy=solved.adequacy.record() if solved.adequacy else None,
        warnings=solved.warnings,
        designs_tried=solved.designs_tried,
        seconds={name: round(value, 3) for name, value in solved.seconds.items()},
    )


def _years(solved: SolvedStudy) -> tuple[YearResult, ...]:
    in_place, bought = installed(solved.fleet, solved.plan.builds), changes(solved.fleet, solved.plan.builds)
    acres = land_acres(solved.project, solved.fleet, in_place)
    power, energy = installed_by_group(solved), energy_by_group(solved)
    cost = solved.money.capex_by_column.sum(0) + solved.money.yearly_cost
    out = []
    for position, year in enumerate(solved.plan.years):
        total = solved.totals[position]
        equipment = tuple(
            BuiltItem(
                key=column.key,
                label=column.label,
                unit=column.quantity,
                quantity=float(in_place[row, position]),
                added=float(bought[row, position]),
            )
            for row, column in enumerate(solved.fleet.columns)
            if in_place[row].max() > 0
        )
        out.append(
            YearResult(
                year=year,
                load_mw=float(solved.profiles.load_mw[position].max()),
                installed_mw={group: mw[position] for group, mw in power.items()},
                equipment=equipment,
                energy_mwh={group: mwh[position] for group, mwh in energy.items()},
                load_mwh=total.load_mwh,
                served_mwh=total.served_mwh,
                unserved_mwh=total.unserved_mwh,
                flexible_given_up_mwh=float(total.flex_down_mwh.sum()),
                flexible_done_later_mwh=float(total.flex_up_mwh.sum()),
                fuel_mmbtu=float(total.fuel_mmbtu.sum()),
                nox_tpy=total.nox_tons,
                co_tpy=total.co_tons,
                voc_tpy=total.voc_tons,
                co2_tpy=total.co2_tons,
                water_acre_ft=total.water_acre_ft,
                gas_mcf_per_day_max=float(total.gas_mcf_per_day.max()),
                land_acres=float(acres[position]),
                availability=solved.ram.years[position].availability,
                lolh_h=solved.ram.years[position].lolh,
                eens_mwh=solved.ram.years[position].eens_mwh,
                cost_usd=float(cost[position]),
            )
        )
    return tuple(out)


def _limits(solved: SolvedStudy) -> tuple[LimitResult, ...]:
    return tuple(
        LimitResult(
            name=limit.name,
            label=limit.label,
            unit=limit.unit,
            year=limit.year,
            sense=limit.sense,
            limit=limit.limit,
            used=limit.used,
            slack=limit.slack,
            binding=limit.binding,
            near=limit.near,
            broken=limit.broken,
            shadow_price_operating=limit.operating_price_usd,
            shadow_price_planning=limit.planning_price_usd,
        )
        for limit in solved.limits
    )
