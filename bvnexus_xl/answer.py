"""The answer of a run in a few lines of plain text, and why a project has none."""

from __future__ import annotations

from collections.abc import Callable

from bvnexus_xl.limits import Limit
from bvnexus_xl.plan import installed
from bvnexus_xl.results import ESTIMATE_CLASS
from bvnexus_xl.solved import Proof, SolvedStudy

_UNITS = {"mw": "MW", "mwh": "MWh", "units": "x"}
_NOTHING = 1e-6
CellOf = Callable[[str], str]
"""Cell that holds an input field, as ``Constraints!C12``."""


def answer_lines(solved: SolvedStudy) -> list[str]:
    """Five lines: cost, capital, what is built, what binds, how sure."""
    money, years = solved.money, solved.plan.years
    in_place = installed(solved.fleet, solved.plan.builds)
    mix = [
        f"{in_place[row, -1]:,.0f} {_UNITS[column.quantity]} {column.label}"
        for row, column in enumerate(solved.fleet.columns)
        if in_place[row].max() > _NOTHING
    ]
    cost = f"LCOE {money.lcoe_usd_per_mwh:,.2f} $/MWh nominal, {money.lcoe_real_usd_per_mwh:,.2f} in {years[0]} money"
    return [
        f"{solved.project.study.project_name}: {cost}",
        f"Cost over {len(years)} years {money.npv_cost_usd / 1e6:,.0f} M$ present value; "
        f"capital {money.capex_usd / 1e6:,.0f} M$ nominal",
        f"In {years[-1]}: " + ", ".join(mix),
        "Binding: " + (_binding(solved) or "no limit"),
        f"Phase {solved.phase}, {ESTIMATE_CLASS[solved.phase]}; "
        f"{solved.designs_tried:,} designs in {sum(solved.seconds.values()):.0f} s" + _gap(solved.proof),
    ]


def _gap(proof: Proof) -> str:
    """How far from the best possible the plan is at most, and what that holds for."""
    gap = proof.gap if proof.certified_gap is None else proof.certified_gap
    if gap is None:
        return ""
    where = " on representative weeks" if proof.resolution == "weeks" else ""
    return f"; within {100 * gap:.2f} % of the best possible{where}"


def infeasible_lines(solved: SolvedStudy, cell_of: CellOf) -> list[str]:
    """Which limits stop the least infeasible design, by how much, and the cell of each."""
    lines = ["No design found keeps every limit. The least infeasible one breaks:"]
    worst: dict[str, Limit] = {}
    for limit in solved.broken_limits:
        if limit.name not in worst or limit.slack < worst[limit.name].slack:
            worst[limit.name] = limit
    for limit in worst.values():
        years = sorted(item.year for item in solved.broken_limits if item.name == limit.name)
        span = f"{years[0]}" if len(years) == 1 else f"{len(years)} years, {years[0]} to {years[-1]}"
        lines.append(
            f"  {limit.label}: {limit.used:,.6g} {limit.unit} against {limit.limit:,.6g} in {limit.year}, short by "
            f"{-limit.slack:,.6g} ({span}); set in {cell_of(limit.field)}"
        )
    return lines


def _binding(solved: SolvedStudy) -> str:
    first: dict[str, int] = {}
    for limit in solved.limits:
        if limit.binding:
            first.setdefault(limit.label, limit.year)
    return "; ".join(f"{label} from {year}" for label, year in first.items())
