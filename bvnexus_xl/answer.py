"""The answer of a run in a few lines of plain text, and why a project has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bvnexus_xl.catalogue.technologies import GROUPS, TECHNOLOGIES
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.limits import worst_broken
from bvnexus_xl.plan import installed
from bvnexus_xl.results import ESTIMATE_CLASS
from bvnexus_xl.solved import Proof, SolvedStudy
from bvnexus_xl.summaries import BATTERY, GRID, battery_mwh, installed_by_group, peak_load_mw
from bvnexus_xl.tier3.words import tier3_lines

_UNIT_WORDS = {"Engines": "engine", "Turbines": "turbine", "Fuel cells": "fuel cell", "Other thermal": "backup unit"}
_NOTHING = 0.05
CellOf = Callable[[str], str]
"""Cell that holds an input field, as ``Constraints!C12``."""


def answer_lines(solved: SolvedStudy) -> list[str]:
    """What the problem found, five lines (cost, capital, what is built, what binds, how sure), then quarter-hours."""
    money, years = solved.money, solved.plan.years
    cost = f"LCOE {money.lcoe_usd_per_mwh:,.2f} $/MWh nominal, {money.lcoe_real_usd_per_mwh:,.2f} in {years[0]} money"
    if solved.project.finance.objective_basis == "after_tax":
        taxed = cash_flow(solved.project, solved.fleet, money).lcoe_after_tax_usd_per_mwh
        cost += f", {taxed:,.2f} after tax, which this plan keeps low"
    return [
        *(solved.finding.lines() if solved.finding else ()),
        *((solved.adequacy.sentence(),) if solved.adequacy else ()),
        f"{solved.project.study.project_name}: {cost}",
        f"Cost over {len(years)} year{'s' if len(years) > 1 else ''} {money.npv_cost_usd / 1e6:,.0f} M$ present value; "
        f"capital {money.capex_usd / 1e6:,.0f} M$ nominal",
        plan_sentence(solved),
        "Binding: " + (_binding(solved) or "no limit"),
        f"Phase {solved.phase}, {ESTIMATE_CLASS[solved.class_phase]}; "
        f"{solved.designs_tried:,} designs in {sum(solved.seconds.values()):.0f} s" + _gap(solved.proof),
        *tier3_lines(solved),
    ]


def plan_sentence(solved: SolvedStudy) -> str:
    """What stands at the end of the last year: ``To serve 600 MW: 27 engines (494 MW), 108 MW of solar, ...``.

    Units that leave before are said after it: a bridge is what stands until the grid comes.
    """
    last, mw = -1, installed_by_group(solved)
    units = dict.fromkeys(GROUPS, 0.0)
    in_place = _units_in_place(solved)
    for asset, number in zip(solved.fleet.thermal, in_place, strict=True):
        units[asset.group] += number
    parts = []
    for group in GROUPS:
        if mw[group][last] < _NOTHING:
            continue
        if group in _UNIT_WORDS:
            number = round(units[group])
            parts.append(f"{number:,} {_word(solved, group)}{'s' if number != 1 else ''} ({mw[group][last]:,.0f} MW)")
        elif group == BATTERY:
            parts.append(f"a battery of {mw[group][last]:,.0f} MW / {battery_mwh(solved)[1][last]:,.0f} MWh")
        else:
            parts.append(f"{mw[group][last]:,.0f} MW of {'solar' if group == 'Solar' else 'other renewables'}")
    if mw[GRID][last] >= _NOTHING:
        first = next(year for year, have in zip(solved.plan.years, mw[GRID], strict=True) if have >= _NOTHING)
        parts.append(f"{mw[GRID][last]:,.0f} MW from the grid from {first}")
    listed = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else "nothing is built"
    before = _left_before(solved, mw)
    return f"To serve up to {max(peak_load_mw(solved)):,.0f} MW through {solved.plan.years[last]}: {listed}{before}"


def _word(solved: SolvedStudy, group: str) -> str:
    """What one unit of a thermal group is called; a group of hired units by that."""
    there = [asset.row.technology for asset in solved.fleet.thermal if asset.group == group]
    hired = bool(there) and all("hired" in TECHNOLOGIES[technology].capabilities for technology in there)
    return "hired unit" if hired else _UNIT_WORDS[group]


def _left_before(solved: SolvedStudy, mw: Mapping[str, Sequence[float]]) -> str:
    """Thermal groups of which less stands at the end than before: ``; before, 92 MW of engines until 2033``."""
    parts = []
    for group in _UNIT_WORDS:
        most, kept = max(mw[group]), mw[group][-1] + _NOTHING
        if most > kept:
            year = max(year for year, have in zip(solved.plan.years, mw[group], strict=True) if have > kept)
            parts.append(f"up to {most:,.0f} MW of {_word(solved, group)}s, the last until {year}")
    return f"; before that {' and '.join(parts)}" if parts else ""


def _gap(proof: Proof) -> str:
    """How far from the best possible the plan is at most, and what that holds for."""
    gap = proof.gap if proof.certified_gap is None else proof.certified_gap
    if gap is None:
        return ""
    where = " on representative weeks" if proof.resolution == "weeks" else ""
    return f"; within {100 * gap:.2f} % of the best possible{where}"


def infeasible_lines(solved: SolvedStudy, cell_of: CellOf) -> list[str]:
    """Which limits stop the least infeasible design, by how much, and the cell of each; else why there is no answer."""
    if not solved.broken_limits and solved.finding is not None:
        return list(solved.finding.lines())
    lines = ["No design found keeps every limit. The least infeasible one breaks:"]
    for limit in worst_broken(solved.limits):
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


def _units_in_place(solved: SolvedStudy) -> np.ndarray:
    """Units of each thermal asset in the last year, [T]."""
    return installed(solved.fleet, solved.plan.builds)[solved.fleet.thermal_columns, -1]
