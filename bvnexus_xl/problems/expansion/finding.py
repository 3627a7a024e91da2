"""What P2 finds: the added load, and the curve of load against ceiling with what stops more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.problems.expansion.growth import base_mw, growth_shape
from bvnexus_xl.problems.expansion.ledger import Account, judged, sunk_usd

CEILING = "Ceiling of levelised cost"
MOST = "Most that may be added (sheet Ceiling)"
NOTHING_FITS = "Not even the load without any addition"
UNSETTLED = "Not settled: the search ended with a gap"
A_LIMIT = "A limit of the site (sheet Limits)"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The answer at one ceiling.

    Attributes:
        ceiling_usd_per_mwh: the ceiling.
        added_mw: largest added load found that keeps the ceiling and every limit.
        upper_mw: no plan carries more under this ceiling; None where nothing is proven (Phase 1).
        lcoe_usd_per_mwh: levelised cost at that load, on the basis of the ceiling; None without energy.
        stops: what keeps more load out: a limit's label, the ceiling, or the end of the search.
        slope_mw_per_usd: MW gained per $/MWh of ceiling, between the neighbours on the curve; None for a lone point.
        resolution: what ``upper_mw`` is proven for: ``year`` is 8,760 h of every year, ``weeks`` the representative
            weeks, empty where nothing is.
    """

    ceiling_usd_per_mwh: float
    added_mw: float
    upper_mw: float | None
    lcoe_usd_per_mwh: float | None
    stops: str
    slope_mw_per_usd: float | None = None
    resolution: Literal["", "year", "weeks"] = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The answer to P2.

    Attributes:
        basis: what the ceiling applies to, ``site`` or ``increment``.
        point: the answer at the ceiling asked for.
        curve: every ceiling tried, rising.
        years, base_mw, added_mw: contracted load by year without and on top, MW as on sheet Load, [Y].
        base, plan: present values without added load and of the plan; new money only.
        sunk_usd: book value of existing plant.
        loads_tried: loads for which a plan was sought.
    """

    basis: str
    point: CurvePoint
    curve: tuple[CurvePoint, ...]
    years: tuple[int, ...]
    base_mw: tuple[float, ...]
    added_mw: tuple[float, ...]
    base: Account
    plan: Account
    sunk_usd: float
    sunk_counts: bool
    loads_tried: int

    @property
    def increment_lcoe_usd_per_mwh(self) -> float | None:
        """Added cost over added energy; None without added energy."""
        return self.plan.less(self.base).lcoe_usd_per_mwh

    @property
    def site_lcoe_usd_per_mwh(self) -> float | None:
        """Cost of the whole site over all its energy, book value included where it counts."""
        sunk = self.sunk_usd if self.sunk_counts else 0.0
        return Account(self.plan.cost_usd + sunk, self.plan.energy_mwh).lcoe_usd_per_mwh

    def lines(self) -> Sequence[str]:
        """The answer in plain text."""
        point = self.point
        what = "the whole site" if self.basis == "site" else "the increment"
        bound = "" if point.upper_mw is None else f", proven to be at most {point.upper_mw:,.1f} MW"
        first = (
            f"{point.added_mw:,.1f} MW may be added under {point.ceiling_usd_per_mwh:,.2f} $/MWh for {what}{bound}; "
            f"more is stopped by: {point.stops}"
        )
        if point.stops.startswith(NOTHING_FITS):
            first = (
                f"No load may be added under {point.ceiling_usd_per_mwh:,.2f} $/MWh for {what}: the load without any "
                f"addition does not fit ({point.stops.removeprefix(f'{NOTHING_FITS}: ')})"
            )
        slope = point.slope_mw_per_usd
        gain = "" if slope is None else f"; one $/MWh more of ceiling brings {slope:,.1f} MW"
        own, site = self.increment_lcoe_usd_per_mwh, self.site_lcoe_usd_per_mwh
        costs = f"LCOE of the site {_money(site)}, of the increment {_money(own)}{gain}"
        return [first, costs]

    def record(self) -> Mapping[str, Any]:
        """The answer as JSON values."""
        return {
            "basis": self.basis,
            "added_mw": self.point.added_mw,
            "added_mw_at_most": self.point.upper_mw,
            "stops": self.point.stops,
            "added_mw_by_year": dict(zip(map(str, self.years), self.added_mw, strict=True)),
            "site_lcoe_usd_per_mwh": self.site_lcoe_usd_per_mwh,
            "increment_lcoe_usd_per_mwh": self.increment_lcoe_usd_per_mwh,
            "base_npv_cost_usd": self.base.cost_usd,
            "npv_cost_usd": self.plan.cost_usd,
            "sunk_capital_usd": self.sunk_usd,
            "sunk_capital_counts": self.sunk_counts,
            "loads_tried": self.loads_tried,
            "curve": [asdict(point) for point in self.curve],
        }


def expansion(
    project: Project, points: Sequence[CurvePoint], base: Account, plan: Account, loads_tried: int
) -> Expansion:
    """The finding from the points of the curve; the one at the project's ceiling is the answer."""
    curve = _with_slopes(sorted(points, key=lambda point: point.ceiling_usd_per_mwh))
    ceiling = project.expansion.lcoe_ceiling_usd_per_mwh
    point = min(curve, key=lambda item: abs(item.ceiling_usd_per_mwh - ceiling))
    added = point.added_mw * growth_shape(project)
    return Expansion(
        basis=project.expansion.ceiling_basis,
        point=point,
        curve=curve,
        years=project.years,
        base_mw=tuple(float(mw) for mw in base_mw(project)),
        added_mw=tuple(float(mw) for mw in added),
        base=base,
        plan=plan,
        sunk_usd=sunk_usd(project),
        sunk_counts=project.expansion.sunk_capital_counts,
        loads_tried=loads_tried,
    )


def rising(points: Sequence[CurvePoint], sure: CurvePoint) -> list[CurvePoint]:
    """Points of a search, rising with the ceiling around the one that is sure: its plan has been dispatched.

    What is carried under its ceiling is carried under every higher one; less than it is carried under a lower one.
    """
    out = {sure.ceiling_usd_per_mwh: sure}
    last = sure
    for point in (item for item in points if item.ceiling_usd_per_mwh > sure.ceiling_usd_per_mwh):
        if point.added_mw < last.added_mw:
            upper = None if point.upper_mw is None else max(point.upper_mw, last.added_mw)
            point = replace(point, added_mw=last.added_mw, upper_mw=upper, lcoe_usd_per_mwh=last.lcoe_usd_per_mwh)
        out[point.ceiling_usd_per_mwh] = last = point
    last = sure
    for point in reversed([item for item in points if item.ceiling_usd_per_mwh < sure.ceiling_usd_per_mwh]):
        if point.added_mw > last.added_mw:
            point = replace(point, added_mw=last.added_mw, lcoe_usd_per_mwh=None)
        out[point.ceiling_usd_per_mwh] = last = point
    return [out[ceiling] for ceiling in sorted(out)]


def ceilings(project: Project) -> list[float]:
    """Every ceiling of the curve, rising; the one asked for in the middle."""
    rules = project.expansion
    steps = range(-rules.curve_points_each_side, rules.curve_points_each_side + 1)
    part = rules.curve_span_pct / 100.0 / max(rules.curve_points_each_side, 1)
    return [rules.lcoe_ceiling_usd_per_mwh * (1.0 + part * step) for step in steps]


def lcoe_of(project: Project, plan: Account, base: Account) -> float | None:
    """Levelised cost on the basis of the ceiling."""
    return judged(project, plan, base).lcoe_usd_per_mwh


def _with_slopes(points: Sequence[CurvePoint]) -> tuple[CurvePoint, ...]:
    """Each point with the slope between its neighbours."""
    out = []
    for n, point in enumerate(points):
        low, high = points[max(n - 1, 0)], points[min(n + 1, len(points) - 1)]
        width = high.ceiling_usd_per_mwh - low.ceiling_usd_per_mwh
        slope = (high.added_mw - low.added_mw) / width if width > 0.0 else None
        out.append(replace(point, slope_mw_per_usd=slope))
    return tuple(out)


def _money(lcoe: float | None) -> str:
    return "n/a" if lcoe is None else f"{lcoe:,.2f} $/MWh"
