"""The finding of P5 from a bridge plan and its dispatched cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.money import Money
from bvnexus_xl.finance.operations import OPERATING_LINES, prices
from bvnexus_xl.finance.rent_or_own import break_even_months, fuel_penalty_usd_per_kw_month
from bvnexus_xl.milestones import months_before
from bvnexus_xl.problems.bridge.cases import MONTHS_PER_QUARTER, QUARTERS, Dates, quarter_date
from bvnexus_xl.problems.bridge.comparison import Hedge
from bvnexus_xl.problems.bridge.finding import AssetExit, BridgeFinding, CaseResult, Commitment, MonthAround
from bvnexus_xl.problems.bridge.market import NOTICE_QUARTERS, Exit, Market, row_of
from bvnexus_xl.problems.bridge.money import case_cash, roles
from bvnexus_xl.problems.bridge.plan import (
    BridgePlan,
    Stay,
    in_place,
    leaves_before_known,
    same_before_known,
    usable_import,
)
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
_NOTHING = 1e-6
_MONTHS_BEFORE, _MONTHS_AFTER = 6, 12
_UNITS = {"units": "units", "mw": "MW", "mwh": "MWh"}


@dataclass(frozen=True, eq=False)
class CaseOutcome:
    """A dispatched case: hours by year with units by model (not by batch), and its money."""

    hourly: Sequence[HourlyDispatch]
    money: Money


def bridge_finding(
    market: Market,
    dates: Dates,
    profiles: Profiles,
    plan: BridgePlan,
    outcomes: Sequence[CaseOutcome],
    shown: int,
    hedge: Hedge | None,
) -> BridgeFinding:
    """Put the answer together."""
    cases = tuple(_case(market, dates, profiles, plan, n, outcomes[n], hedge) for n in range(len(dates.cases)))
    vss, evpi, gap = _worth(dates, hedge, shown)
    decided = sorted(_commitments(market, dates, plan), key=lambda c: (not c.now, c.decided, c.case, c.label))
    return BridgeFinding(
        shown=dates.cases[shown].name,
        first_year=dates.first_year,
        known=quarter_date(dates.first_year, dates.known),
        cases=cases,
        commitments=tuple(decided),
        exits=tuple(_exits(market, dates, plan)),
        request_mw=float(plan.request_mw.max(initial=0.0)),
        expected_usd=float(dates.weights @ [case.npv_cost_usd for case in cases]),
        hedged_usd=None if hedge is None else hedge.hedged.cost_usd,
        gap_usd=gap,
        vss_usd=vss,
        evpi_usd=evpi,
        break_even_months=_break_even(market),
    )


def _worth(dates: Dates, hedge: Hedge | None, shown: int) -> tuple[float | None, float | None, float | None]:
    """(VSS, EVPI, how far either may be off), $; None where the comparison was not made."""
    if hedge is None:
        return None, None, None
    gap = hedge.hedged.cost_usd - hedge.hedged.bound_usd
    certain, first = hedge.certain, hedge.completed[shown]
    evpi = None
    if all(item is not None for item in certain):
        alone = [item.cost_usd for item in certain if item is not None]
        evpi = max(hedge.hedged.cost_usd - float(dates.weights @ alone), 0.0)
    if certain[shown] is None:
        return None, evpi, gap
    vss = float("inf") if first is None else max(first.cost_usd - hedge.hedged.cost_usd, 0.0)
    return vss, evpi, gap


def _case(
    market: Market,
    dates: Dates,
    profiles: Profiles,
    plan: BridgePlan,
    number: int,
    outcome: CaseOutcome,
    hedge: Hedge | None,
) -> CaseResult:
    case = dates.cases[number]
    imports = usable_import(case, plan.taken_mw[number])
    there = np.flatnonzero(imports > _NOTHING)
    hired, own = _by_ownership(market, plan.stays[number])
    cash = case_cash(market, dates, plan, number)
    certain = None if hedge is None else hedge.certain[number]
    completed = None if hedge is None else hedge.completed[number]
    peak = profiles.load_mw.max(axis=1)
    return CaseResult(
        name=case.name,
        energised=case.energised,
        probability=case.probability,
        npv_cost_usd=outcome.money.npv_cost_usd,
        lcoe_usd_per_mwh=outcome.money.lcoe_usd_per_mwh,
        certain_usd=None if certain is None else certain.cost_usd,
        first_decisions_usd=None if completed is None else completed.cost_usd,
        grid_mw=float(plan.taken_mw[number].max(initial=0.0)),
        grid_from=quarter_date(dates.first_year, int(there[0])) if len(there) else None,
        hired_mw=tuple(hired.tolist()),
        own_mw=tuple(own.tolist()),
        import_mw=tuple(imports.tolist()),
        load_mw=tuple(np.repeat(peak, QUARTERS).tolist()),
        backup_mw=tuple(cash.backup_mw.tolist()),
        response_mw=tuple(cash.response_mw.tolist()),
        months=tuple(_months(market, dates, outcome.hourly, number, (hired, own, imports))),
        cost_lines_usd=_cost_lines(market, dates, plan, number, outcome.money),
    )


def _hired_rows(market: Market) -> NDArray[np.bool_]:
    fleet = market.fleet
    return np.array(["hired" in TECHNOLOGIES[asset.row.technology].capabilities for asset in fleet.thermal], dtype=bool)


def _by_ownership(market: Market, stays: tuple[Stay, ...]) -> tuple[Array, Array]:
    """(hired, own) thermal MW in place in each quarter, [Q]."""
    units = np.array([asset.unit_mw for asset in market.fleet.thermal])
    mw = in_place(market, stays)[: len(units)] * units[:, None]
    hired = _hired_rows(market)
    return mw[hired].sum(axis=0), mw[~hired].sum(axis=0)


def _months(
    market: Market,
    dates: Dates,
    hourly: Sequence[HourlyDispatch],
    number: int,
    quarters: tuple[Array, Array, Array],
) -> Iterator[MonthAround]:
    """Half a year before the grid's first quarter to a year after it."""
    first = dates.cases[number].arrival * MONTHS_PER_QUARTER
    hired_rows = _hired_rows(market)
    for month in range(max(first - _MONTHS_BEFORE, 0), min(first + _MONTHS_AFTER, dates.years * 12)):
        year, part = divmod(month, 12)
        at, found = part == MONTH_OF_HOUR, hourly[year]
        hired, own, imports = (float(mw[month // MONTHS_PER_QUARTER]) for mw in quarters)
        yield MonthAround(
            month=date(dates.first_year + year, part + 1, 1),
            hired_mw=hired,
            own_mw=own,
            import_mw=imports,
            hired_gwh=float(found.thermal_mw[hired_rows][:, at].sum()) / KW_PER_MW,
            own_gwh=float(found.thermal_mw[~hired_rows][:, at].sum()) / KW_PER_MW,
            import_gwh=float(found.import_mw[at].sum()) / KW_PER_MW,
            other_gwh=float(found.profile_mw[:, at].sum()) / KW_PER_MW,
            unserved_gwh=float(found.unserved_mw[at].sum()) / KW_PER_MW,
        )


def _cost_lines(
    market: Market, dates: Dates, plan: BridgePlan, number: int, money: Money
) -> tuple[tuple[str, float], ...]:
    """Present value of a case by line; the lines add up to its cost."""
    rate, cash = market.project.finance.discount_rate, case_cash(market, dates, plan, number)
    start, end = year_start_factors(rate, dates.years), year_end_factors(rate, dates.years)
    lines = [
        ("Hire, mobilisation, return", float(cash.hire @ end)),
        ("Plant bought", float(cash.capital @ start)),
        ("Plant sold, value left", -float(cash.back @ end)),
        ("Deposit, cutover", float(cash.change @ end)),
        ("Backup, demand response", -float(cash.roles @ end)),
    ]
    lines += [(label, float(money.operating[key] @ end)) for key, label in OPERATING_LINES if key != "bridge"]
    rest = money.npv_cost_usd - sum(value for _, value in lines) - float(cash.fixed @ end)
    lines += [("Fixed O&M of plant", float(cash.fixed @ end)), ("Connection, less value left", rest)]
    return tuple((label, value) for label, value in lines if abs(value) > 0.5)


def _commitments(market: Market, dates: Dates, plan: BridgePlan) -> Iterator[Commitment]:
    """Orders and ends of stays, existing plant aside; once for all cases where decided before the date is known."""
    for number, case in enumerate(dates.cases):
        ordered: dict[tuple[int, int], float] = {}
        ended: dict[tuple[int, int], float] = {}
        for stay in plan.stays[number]:
            if market.streams[stay.stream].standing is not None:
                continue
            ordered[stay.stream, stay.arrives] = ordered.get((stay.stream, stay.arrives), 0.0) + stay.quantity
            if stay.leaves < dates.quarters:
                ended[stay.stream, stay.leaves] = ended.get((stay.stream, stay.leaves), 0.0) + stay.quantity
        for (k, quarter), quantity in ordered.items():
            now = same_before_known(market, dates, k, quarter)
            if number == 0 or not now:
                yield _commitment(market, dates, "" if now else case.name, k, quarter, quantity, now, ends=False)
        for (k, quarter), quantity in ended.items():
            now = leaves_before_known(dates, quarter)
            if number == 0 or not now:
                yield _commitment(market, dates, "" if now else case.name, k, quarter, quantity, now, ends=True)


def _commitment(
    market: Market, dates: Dates, case: str, k: int, quarter: int, quantity: float, now: bool, *, ends: bool
) -> Commitment:
    stream = market.streams[k]
    happens = quarter_date(dates.first_year, quarter)
    ahead = NOTICE_QUARTERS * MONTHS_PER_QUARTER if ends else row_of(market.fleet, stream.column).lead_time_months
    unit = _UNITS[market.fleet.columns[stream.column].quantity]
    decided = max(months_before(happens, ahead), market.project.study.decision_date)
    return Commitment(case, now, decided, happens, "end" if ends else "order", stream.label, quantity, unit)


def _exits(market: Market, dates: Dates, plan: BridgePlan) -> Iterator[AssetExit]:
    """The end of every stay; what a battery is topped up by goes with the battery."""
    for number, case in enumerate(dates.cases):
        merged: dict[tuple[int, int, int], list[Stay]] = {}
        for stay in sorted(plan.stays[number], key=lambda stay: (stay.stream, stay.arrives, stay.leaves)):
            yearly = market.streams[stay.stream].yearly
            merged.setdefault((stay.stream, -1 if yearly else stay.arrives, stay.leaves), []).append(stay)
        kept = _kept_as(market, dates, plan, number)
        for (k, _, leaves), stays in merged.items():
            stream, last = market.streams[k], leaves >= dates.quarters
            ends = [market.exit(stream, stay.arrives, leaves) for stay in stays]
            own = stream.offer is None and stream.column < len(market.fleet.thermal)
            yield AssetExit(
                case=case.name,
                label=stream.label,
                quantity=sum(stay.quantity for stay in stays),
                unit=_UNITS[market.fleet.columns[stream.column].quantity],
                arrives=quarter_date(dates.first_year, stays[0].arrives),
                leaves=None if last else quarter_date(dates.first_year, leaves),
                exit=(kept if own else "kept") if last else ends[0][0],
                value_usd=float(sum(stay.quantity * value for stay, (_, value) in zip(stays, ends, strict=True))),
            )


def _kept_as(market: Market, dates: Dates, plan: BridgePlan, number: int) -> Exit:
    """What own units kept to the horizon are there for: backup, demand response, or power."""
    backup, response = roles(market, dates, plan, number)
    if backup[-1] > _NOTHING:
        return "backup"
    return "response" if response[-1] > _NOTHING else "kept"


def _break_even(market: Market) -> float | None:
    """Months from which buying the first own model beats the first offer, fuel included; None without both."""
    hire = next((stream for stream in market.streams if stream.offer is not None), None)
    own = next((s for s in market.streams if s.offer is None and s.column < len(market.fleet.thermal)), None)
    if hire is None or own is None or hire.offer is None:
        return None
    rented, bought = row_of(market.fleet, hire.column), row_of(market.fleet, own.column)
    gas = float(prices(market.project).gas_usd_per_mmbtu[0])
    penalty = fuel_penalty_usd_per_kw_month(
        rented.heat_rate_btu_per_kwh or 0.0, bought.heat_rate_btu_per_kwh or 0.0, gas
    )
    share = next(
        (row.share_3_years for row in market.project.bridge.resale if row.technology == bought.technology), 0.0
    )
    rate = market.project.finance.discount_rate
    return break_even_months(hire.offer.rate_usd_per_kw_month + penalty, bought.capex_usd_per_kw, share, rate)
