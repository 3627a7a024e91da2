"""A sweep's figures side by side: a documented, versioned type for sheet ``Compare`` and for other programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bvnexus_xl import __version__
from bvnexus_xl.results import ESTIMATE_CLASS, Result
from bvnexus_xl.summaries import SOURCES
from bvnexus_xl.sweep.cases import Case, SwingCases
from bvnexus_xl.sweep.shared_plan import SharedPlan, shared_lines
from bvnexus_xl.sweep.task import Outcome

Status = Literal["done", "infeasible", "no_plan", "failed", "faults", "not_run"]
Basis = Literal["pre_tax", "after_tax"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Figures(_Part):
    """What a study found; the names are those of ``results.Result``.

    ``objective_lcoe_usd_per_mwh`` and ``objective_usd``: LCOE and present value of cost before or after tax, as the
    base case compares plans: what scenarios and swings are ranked and shown by.
    ``co2_tons`` adds up all years, short tons; ``nox_tpy``, ``unserved_mwh`` and ``availability`` are those of the
    worst year; ``installed_mw`` by source and ``battery_mwh`` (bought and in place) of the last year.
    """

    lcoe_usd_per_mwh: float | None
    npv_cost_usd: float
    objective_lcoe_usd_per_mwh: float | None
    objective_usd: float
    capex_usd: float
    co2_tons: float
    nox_tpy: float
    unserved_mwh: float
    availability: float
    installed_mw: dict[str, float]
    battery_mwh: float


class CaseResult(_Part):
    """One study of a sweep. ``figures`` are empty unless ``status`` is done; ``message`` then says why.

    Where ``status`` is done, ``message`` is what the problem found besides the plan (P2 to P5).

    ``binding``: limits that bind, each with its years.
    """

    name: str
    changes: str
    probability: float | None
    status: Status
    message: str
    input_hash: str
    figures: Figures | None
    binding: str
    gap: float | None
    seconds: float


class SwingResult(_Part):
    """One input of the tornado.

    ``swing_usd_per_mwh``: highest less lowest LCOE of base, low and high case, before or after tax as plans are
    compared.
    """

    label: str
    low_text: str
    high_text: str
    low: CaseResult | None
    high: CaseResult | None
    swing_usd_per_mwh: float | None


class Comparison(_Part):
    """A sweep. The tornado is ordered by swing, largest first; its inputs without an answer come last."""

    comparison_version: Literal[1] = 1
    package_version: str = __version__
    project_name: str
    phase: int
    estimate_class: str
    objective_basis: Basis
    base: CaseResult
    scenarios: tuple[CaseResult, ...]
    expected: Figures | None
    """Mean by probability; empty where no scenario has one, or where one that has found no answer."""
    tornado: tuple[SwingResult, ...]
    together: SharedPlan | None = None
    """One plan for all scenarios, where it was made."""

    @property
    def lcoe_words(self) -> str:
        """What the LCOE of its rows is."""
        return "LCOE after tax" if self.objective_basis == "after_tax" else "LCOE"

    @property
    def cases(self) -> tuple[CaseResult, ...]:
        """Every study: base, scenarios, tornado."""
        ends = (end for swing in self.tornado for end in (swing.low, swing.high) if end is not None)
        return (self.base, *self.scenarios, *ends)


Find = Callable[[Case], Outcome | None]
"""Outcome of a case; None where it was not run."""


def compare(
    project_name: str,
    phase: int,
    base: Case,
    scenarios: tuple[Case, ...],
    swings: tuple[SwingCases, ...],
    find: Find,
    together: SharedPlan | None = None,
) -> Comparison:
    """Side by side what was found."""
    basis: Basis = "pre_tax" if base.project is None else base.project.finance.objective_basis
    first = _case_result(base, find, basis)
    rows = tuple(_case_result(case, find, basis) for case in scenarios)
    bars = [_swing_result(first, swing, find, basis) for swing in swings]
    return Comparison(
        project_name=project_name,
        phase=phase,
        estimate_class=ESTIMATE_CLASS[phase],
        objective_basis=basis,
        base=first,
        scenarios=rows,
        expected=_expected((first, *rows)),
        tornado=tuple(sorted(bars, key=_order)),
        together=together,
    )


def _order(bar: SwingResult) -> tuple[bool, float]:
    """Largest swing first, inputs without an answer last."""
    return bar.swing_usd_per_mwh is None, -(bar.swing_usd_per_mwh or 0.0)


def comparison_lines(found: Comparison) -> list[str]:
    """The sweep in a few lines of plain text: one a study, then the tornado."""
    head = f"{found.project_name}, phase {found.phase}, {found.estimate_class}"
    lines = [f"{head}: {found.lcoe_words} in $/MWh, against the base case"]
    base = _lcoe(found.base)
    for case in (found.base, *found.scenarios):
        lcoe = _lcoe(case)
        if lcoe is None or case.figures is None:
            lines.append(f"  {case.name}: {_status_words(case)}")
            continue
        more = "" if base is None or case is found.base else f" ({lcoe - base:+,.2f})"
        lines.append(f"  {case.name}: {lcoe:,.2f}{more}; capital {case.figures.capex_usd / 1e6:,.1f} M$")
    if found.expected is not None and found.expected.objective_lcoe_usd_per_mwh is not None:
        lines.append(f"  Mean by probability: {found.expected.objective_lcoe_usd_per_mwh:,.2f}")
    if found.together is not None:
        lines.extend(shared_lines(found.together))
    for bar in found.tornado:
        ends = (_end_words(text, end) for text, end in ((bar.low_text, bar.low), (bar.high_text, bar.high)))
        lines.append(f"  {bar.label}: {'; '.join(words for words in ends if words)}")
    return lines


def _end_words(text: str, end: CaseResult | None) -> str:
    if end is None:
        return ""
    lcoe = _lcoe(end)
    return f"{text} → {_status_words(end) if lcoe is None else f'{lcoe:,.2f}'}"


def _status_words(case: CaseResult) -> str:
    return case.status.replace("_", " ") + (f": {case.message}" if case.message else "")


def _case_result(case: Case, find: Find, basis: Basis) -> CaseResult:
    outcome = None if case.project is None else find(case)
    result = outcome.result if outcome is not None and outcome.status == "done" else None
    status: Status = "faults" if case.project is None else "not_run" if outcome is None else outcome.status
    return CaseResult(
        name=case.name,
        changes=case.changes,
        probability=case.probability,
        status=status,
        message="; ".join(case.faults) if case.faults else outcome.message if outcome is not None else "",
        input_hash="" if case.project is None else case.project.input_hash(),
        figures=None if result is None else _figures(result, basis),
        binding="" if result is None else _binding(result),
        gap=None if result is None else result.gap if result.certified_gap is None else result.certified_gap,
        seconds=0.0 if outcome is None else outcome.seconds,
    )


def _figures(result: Result, basis: Basis) -> Figures:
    last, (lcoe, cost) = result.years[-1], _objective(result, basis)
    return Figures(
        lcoe_usd_per_mwh=result.lcoe_usd_per_mwh,
        npv_cost_usd=result.npv_cost_usd,
        objective_lcoe_usd_per_mwh=lcoe,
        objective_usd=cost,
        capex_usd=result.capex_usd,
        co2_tons=sum(year.co2_tpy for year in result.years),
        nox_tpy=max(year.nox_tpy for year in result.years),
        unserved_mwh=max(year.unserved_mwh for year in result.years),
        availability=min(year.availability for year in result.years),
        installed_mw={source: last.installed_mw.get(source, 0.0) for source in SOURCES},
        battery_mwh=sum(item.quantity for item in last.equipment if item.unit == "mwh"),
    )


def _objective(result: Result, basis: Basis) -> tuple[float | None, float]:
    """(LCOE, present value of cost) before or after tax, also of a scenario that compares its plans the other way.

    Both levelised costs are over the same energy.
    """
    before, after = result.lcoe_usd_per_mwh, result.lcoe_after_tax_usd_per_mwh
    if basis == "pre_tax":
        return before, result.npv_cost_usd
    if result.objective_basis == basis or not before or after is None:
        return after, result.objective_usd
    return after, result.npv_cost_usd * after / before


def _binding(result: Result) -> str:
    years: dict[str, list[int]] = {}
    for limit in result.limits:
        if limit.binding:
            years.setdefault(limit.label, []).append(limit.year)
    return "; ".join(f"{label} {_span(found)}" for label, found in years.items())


def _span(years: list[int]) -> str:
    """Years in the fewest words: ``2031``, ``2031–2035``, ``4 years from 2031``."""
    first, last = years[0], years[-1]
    if last - first + 1 > len(years):
        return f"{len(years)} years from {first}"
    return f"{first}–{last}" if last > first else f"{first}"


def _swing_result(base: CaseResult, swing: SwingCases, find: Find, basis: Basis) -> SwingResult:
    low, high = (None if end is None else _case_result(end, find, basis) for end in (swing.low, swing.high))
    ends = [lcoe for end in (low, high) if end is not None and (lcoe := _lcoe(end)) is not None]
    middle = _lcoe(base)
    found = ends if middle is None else [middle, *ends]
    return SwingResult(
        label=swing.label,
        low_text=swing.low_text,
        high_text=swing.high_text,
        low=low,
        high=high,
        swing_usd_per_mwh=max(found) - min(found) if ends and middle is not None else None,
    )


def _lcoe(case: CaseResult) -> float | None:
    """By which cases are ranked; None without an answer."""
    return None if case.figures is None else case.figures.objective_lcoe_usd_per_mwh


def _expected(cases: tuple[CaseResult, ...]) -> Figures | None:
    """Mean by probability over cases that have one above 0."""
    weighed = [(case.probability, case.figures) for case in cases if case.probability]
    if not any(case.probability is not None for case in cases[1:]):
        return None
    known = [(weight, figures) for weight, figures in weighed if figures is not None]
    if len(known) < len(weighed):
        return None

    def mean(of: Callable[[Figures], float]) -> float:
        return sum(weight * of(figures) for weight, figures in known)

    lcoes = [figures.lcoe_usd_per_mwh for _, figures in known]
    judged = [figures.objective_lcoe_usd_per_mwh for _, figures in known]
    return Figures(
        lcoe_usd_per_mwh=None if None in lcoes else mean(lambda item: item.lcoe_usd_per_mwh or 0.0),
        npv_cost_usd=mean(lambda item: item.npv_cost_usd),
        objective_lcoe_usd_per_mwh=None
        if None in judged
        else mean(lambda item: item.objective_lcoe_usd_per_mwh or 0.0),
        objective_usd=mean(lambda item: item.objective_usd),
        capex_usd=mean(lambda item: item.capex_usd),
        co2_tons=mean(lambda item: item.co2_tons),
        nox_tpy=mean(lambda item: item.nox_tpy),
        unserved_mwh=mean(lambda item: item.unserved_mwh),
        availability=mean(lambda item: item.availability),
        installed_mw={
            source: sum(weight * figures.installed_mw[source] for weight, figures in known) for source in SOURCES
        },
        battery_mwh=mean(lambda item: item.battery_mwh),
    )
