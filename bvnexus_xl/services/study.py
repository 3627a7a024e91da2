"""Grid services of a plan over all its years: what is sold, what it earns, what each programme adds, what may end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch, YearTotals
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.services import Programme
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.services.case import ServicesCase, services_case
from bvnexus_xl.services.commit import best_commitment

Array = NDArray[np.float64]
_SOLD_MW = 1e-6


@dataclass(frozen=True, slots=True)
class Sale:
    """One programme in one year, $ of that year.

    Attributes:
        programme: its row.
        year: calendar year.
        mw_by_source: MW sold by source label, only those above 0.
        availability_usd, call_pay_usd: what the programme pays, calls at their expected hours.
        call_cost_usd: fuel, wear, computing lost and energy bought back, import saved taken off.
        adds_usd: what the year would earn less without the programme, MW sold elsewhere where they can be.
        why_not: reason that nothing is sold; empty where something is.
    """

    programme: Programme
    year: int
    mw_by_source: tuple[tuple[str, float], ...]
    availability_usd: float
    call_pay_usd: float
    call_cost_usd: float
    adds_usd: float
    why_not: str

    @property
    def mw(self) -> float:
        """MW sold."""
        return sum(mw for _, mw in self.mw_by_source)

    @property
    def net_usd(self) -> float:
        """Revenue less the cost of calls."""
        return self.availability_usd + self.call_pay_usd - self.call_cost_usd

    @property
    def at_risk(self) -> bool:
        """Whether a pending rule may have ended the programme by then."""
        return self.programme.at_risk_from_year is not None and self.year >= self.programme.at_risk_from_year


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Calls of one workload class in one year, hours of full depth."""

    label: str
    year: int
    expected_h: float
    p95_h: float
    most_h: float


@dataclass(frozen=True, slots=True)
class SalesProof:
    """What selling adds to a plan of given sizes, present value $, avoided charges included.

    Attributes:
        adds_pv_usd: found: what is sold and avoided, less ``dispatch_pv_usd``.
        dispatch_pv_usd: what the dispatch costs more for it.
        at_most_pv_usd: proven to be no more, batteries and flexible computing run as in the plan's own dispatch.
    """

    adds_pv_usd: float
    dispatch_pv_usd: float
    at_most_pv_usd: float


@dataclass(frozen=True)
class ServicesStudy:
    """What P4 found besides the plan.

    Attributes:
        sales: every enabled programme in every year with import, programmes in the table's order within a year.
        levels: calls of each workload class against its service level.
        net_pv_usd: present value of revenue net of calls, avoided charges left out.
        avoided_pv_usd: present value of charges avoided; ``at_risk_pv_usd`` the part that a pending rule may end.
        proof: what selling adds and can add at most; None in Phase 1.
        may_share: for the stacking matrix: True where two programmes may share a MW, [D, D].
    """

    sales: tuple[Sale, ...]
    levels: tuple[ServiceLevel, ...]
    net_pv_usd: float
    avoided_pv_usd: float
    at_risk_pv_usd: float
    may_share: tuple[tuple[bool, ...], ...]
    proof: SalesProof | None = None

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """Every enabled programme, in the order of the table."""
        return tuple({sale.programme.name: sale.programme for sale in self.sales}.values())

    @property
    def years(self) -> tuple[int, ...]:
        """Years with import, in which something may be sold."""
        return tuple(sorted({sale.year for sale in self.sales}))

    def revenue_usd(self, years: Sequence[int]) -> Array:
        """Net revenue of the given years, $ of each, avoided charges left out: the tariff does not bill them."""
        out = np.zeros(len(years))
        for sale in self.sales:
            if sale.programme.kind != "avoided_charge":
                out[years.index(sale.year)] += sale.net_usd
        return out

    @property
    def best_year(self) -> int:
        """The year that earns most."""
        return max(self.years, key=lambda year: sum(sale.net_usd for sale in self.sales if sale.year == year))

    def lines(self) -> Sequence[str]:
        """The answer in a few lines of plain text."""
        if not self.sales:
            return ("Grid services: no year has import, so nothing can be sold at the meter.",)
        best = self.best_year
        sold = [f"{s.programme.name} {s.mw:,.1f} MW" for s in self.sales if s.year == best and s.mw > _SOLD_MW]
        return [
            self._worth_line(),
            *self._bound_line(),
            f"Sold in {best}, the best year: " + (", ".join(sold) if sold else "nothing is sold") + ".",
        ]

    def _worth_line(self) -> str:
        """What is earned and avoided, together, and what of it may end."""
        years = f"{len(self.years)} year{'s' if len(self.years) != 1 else ''}"
        text = f"Grid services: net revenue {self.net_pv_usd / 1e6:,.1f} M$ present value over {years}"
        if self.avoided_pv_usd:
            together = (self.net_pv_usd + self.avoided_pv_usd) / 1e6
            text += f", charges avoided {self.avoided_pv_usd / 1e6:,.1f} M$, together {together:,.1f} M$"
        if self.at_risk_pv_usd:
            text += f"; a pending rule may end {self.at_risk_pv_usd / 1e6:,.1f} M$ of it"
        return text + "."

    def _bound_line(self) -> list[str]:
        if self.proof is None:
            return []
        return [
            f"Selling adds {self.proof.adds_pv_usd / 1e6:,.2f} M$ present value, charges avoided and "
            f"{self.proof.dispatch_pv_usd / 1e6:,.2f} M$ of dearer dispatch counted; proven with these sizes, "
            f"batteries run as planned: no more than {self.proof.at_most_pv_usd / 1e6:,.2f} M$."
        ]

    def record(self) -> Mapping[str, Any]:
        """The answer as JSON values."""
        return {
            "net_pv_usd": self.net_pv_usd,
            "avoided_pv_usd": self.avoided_pv_usd,
            "at_risk_pv_usd": self.at_risk_pv_usd,
            "proof": None if self.proof is None else asdict(self.proof),
            "sales": [
                {
                    "programme": sale.programme.name,
                    "year": sale.year,
                    "mw_by_source": dict(sale.mw_by_source),
                    "availability_usd": sale.availability_usd,
                    "call_pay_usd": sale.call_pay_usd,
                    "call_cost_usd": sale.call_cost_usd,
                    "adds_usd": sale.adds_usd,
                    "why_not": sale.why_not,
                }
                for sale in self.sales
            ],
            "service_levels": [
                {"class": i.label, "year": i.year, "expected_h": i.expected_h, "p95_h": i.p95_h, "most_h": i.most_h}
                for i in self.levels
            ],
        }


def services_study(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    plan: Plan,
    dispatches: Sequence[HourlyDispatch],
    totals: Sequence[YearTotals],
) -> ServicesStudy:
    """Best sales in every year with import, on a plan as it is dispatched."""
    sales: list[Sale] = []
    levels: list[ServiceLevel] = []
    for case in services_cases(project, fleet, profiles, plan, dispatches, totals):
        if case is not None:
            sold = best_commitment(case)
            sales += _sales(case, sold.mw, sold.net_usd)
            levels += _levels(case, sold.mw)
    return _gathered(project, tuple(sales), tuple(levels))


def services_cases(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    plan: Plan,
    dispatches: Sequence[HourlyDispatch],
    totals: Sequence[YearTotals],
) -> tuple[ServicesCase | None, ...]:
    """What may be sold in each year; None where no import is granted."""
    return tuple(
        services_case(project, fleet, profiles, plan, position, hours, sums)
        if profiles.import_limit_mw[position].max() > 0.0
        else None
        for position, (hours, sums) in enumerate(zip(dispatches, totals, strict=True))
    )


def _gathered(project: Project, sales: tuple[Sale, ...], levels: tuple[ServiceLevel, ...]) -> ServicesStudy:
    """Sales of all years with their present values."""
    factor = dict(
        zip(project.years, year_end_factors(project.finance.discount_rate, len(project.years)).tolist(), strict=True)
    )

    def worth(chosen: Sequence[Sale]) -> float:
        return float(sum(sale.net_usd * factor[sale.year] for sale in chosen))

    rows = [row for row in project.services.programmes if row.enabled]
    share = tuple(
        tuple(a is b or a.exclusive_group is None or a.exclusive_group != b.exclusive_group for b in rows) for a in rows
    )
    avoided = [sale for sale in sales if sale.programme.kind == "avoided_charge"]
    return ServicesStudy(
        sales=sales,
        levels=levels,
        net_pv_usd=worth([sale for sale in sales if sale.programme.kind != "avoided_charge"]),
        avoided_pv_usd=worth(avoided),
        at_risk_pv_usd=worth([sale for sale in sales if sale.at_risk]),
        may_share=share,
    )


def _sales(case: ServicesCase, mw: Array, net_usd: float) -> list[Sale]:
    out = []
    for d, row in enumerate(case.programmes):
        hours, sold = row.expected_call_h_per_year, mw[d]
        total = float(sold.sum())
        out.append(
            Sale(
                programme=row,
                year=case.year,
                mw_by_source=tuple(
                    (source.label, float(part)) for source, part in zip(case.sources, sold, strict=True) if part > 0.0
                ),
                availability_usd=float(case.pay_usd_per_mw[d]) * total,
                call_pay_usd=float(case.call_pay_usd_per_mwh[d]) * hours * total,
                call_cost_usd=float(case.call_cost_usd_per_mwh[d] @ sold) * hours,
                adds_usd=net_usd - best_commitment(case, without=d).net_usd if total > _SOLD_MW else 0.0,
                why_not="" if total > _SOLD_MW else _why_not(case, d),
            )
        )
    return out


def _why_not(case: ServicesCase, d: int) -> str:
    """Why nothing is sold to a programme, in the words of whoever would ask."""
    row = case.programmes[d]
    hours = next(found.hours for found in case.sets if d in found.members)
    if float(case.meter_mw[hours].min()) < max(row.minimum_mw, _SOLD_MW):
        return "in some hour of its window there is no import that could fall"
    able = case.able_mw[d]
    if float(able.sum()) < max(row.minimum_mw, _SOLD_MW):
        reasons = {case.barred[d, p] for p in range(len(case.sources)) if (d, p) in case.barred}
        return "no source has MW to spare in every hour of its window" + (
            f"; {'; '.join(sorted(reasons))}" if reasons else ""
        )
    pays = case.pay_usd_per_mw[d] + row.expected_call_h_per_year * (
        case.call_pay_usd_per_mwh[d] - case.call_cost_usd_per_mwh[d]
    )
    if float(pays[able > 0.0].max()) <= 0.0:
        return "calls would cost more than it pays"
    return "the MW earn more elsewhere, or a limit on calls, permits or gas leaves none"


def _levels(case: ServicesCase, mw: Array) -> list[ServiceLevel]:
    expected = np.array([row.expected_call_h_per_year for row in case.programmes])
    p95 = np.array([row.p95_call_h_per_year for row in case.programmes])
    out = []
    for p, source in enumerate(case.sources):
        if source.kind == "workload":
            depth = max(float(source.free_mw.mean()), 1e-9)
            used = mw[:, p] / depth
            out.append(
                ServiceLevel(source.label, case.year, float(expected @ used), float(p95 @ used), source.most_call_h)
            )
    return out
