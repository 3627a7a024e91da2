"""Adequacy in the plan: the planning reserve rises by a unit at a time until forced outages cost no more than allowed.

The dispatch knows no forced outages: only the reserve can buy what the outage tables ask for. The same loop serves both
phases; ``solve`` is what makes a plan for a project whose reserve was raised.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.errors import InfeasibleProject, NoPlanFound
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import effective
from bvnexus_xl.reliability.planning_reserve import ReserveCoefficients, firm_margin, reserve_coefficients
from bvnexus_xl.reliability.target import AdequacySearch, AdequacyStep, Ended
from bvnexus_xl.solved import SolvedStudy

Array = NDArray[np.float64]
MOST_STEPS = 8
"""Reserves tried in one phase at the most."""
_NEARLY_ALL = 1.1
"""Shortage up to this multiple of what gas supply and common cause leave has nothing more to gain from units."""
_LEAST_STEP = 0.1
"""Least step as a share of a unit: batteries, which do not count with a margin, may have carried more than a unit."""
ANY_MW = 1.0
"""Any margin: with one, batteries are not counted."""
_PER_MW = 1000
"""Steps of rounding in a MW."""
_STEP_SHARE = 0.2
"""Share of the time limit that must be left for another step to begin."""
SMALL_STEP = 0.05
"""Step as a share of the highest load where the plan has no units of its own."""
Progress = Callable[[str, float], None]
Solve = Callable[[Project, SolvedStudy | None, Progress], SolvedStudy]
"""(project with its reserve raised, study of the step before, progress) → study."""
Over = Callable[[], Literal["", "time", "cancelled"]]
AddedMw = Callable[[SolvedStudy], float]
"""Load that a plan adds where that is what is sought (P2), MW."""


@dataclass(frozen=True, slots=True)
class Weakest:
    """What the search wants to know of a plan.

    Attributes:
        year, lolh, availability, shared_cause_h, npv_cost_usd, lcoe_usd_per_mwh, case: see ``AdequacyStep``.
        spare_mw: least firm MW to spare in the years that miss the target, batteries not counted; infinite without any.
        unit_mw: what one more unit is sure to add there.
    """

    year: int
    lolh: float
    availability: float
    shared_cause_h: float
    npv_cost_usd: float
    lcoe_usd_per_mwh: float
    spare_mw: float
    unit_mw: float
    case: str = ""


Measure = Callable[[SolvedStudy], Weakest]


def has_target(project: Project) -> bool:
    """Whether plans of the project must meet an adequacy target."""
    return project.constraints.adequacy_target_enabled and project.constraints.planning_reserve_enabled


def with_margin(project: Project, margin_mw: float) -> Project:
    """The project with this much firm capacity to spare asked of its plans."""
    rules = project.constraints.model_copy(update={"planning_margin_mw": margin_mw})
    return project.model_copy(update={"constraints": rules})


def reach_target(
    project: Project,
    solve: Solve,
    progress: Progress,
    begin: AdequacySearch | None = None,
    over: Over = lambda: "",
    added_mw: AddedMw | None = None,
    measure: Measure | None = None,
) -> SolvedStudy:
    """The plan with the smallest reserve tested that meets the target; else the one with the fewest hours of shortage.

    Of plans that are equally adequate it is the cheapest, or the one that adds the most load where that is sought.

    Args:
        project: the study; its own reserve is the first one tested.
        solve: makes a plan.
        progress: every step is named.
        begin: steps of an earlier phase: its reserve is the first one tested then.
        over: why no further step may begin, asked after each; empty where one may.
        added_mw: the load added by a plan where the most of it is sought; None where the least cost is.
        measure: where a plan just made is weakest; by default the weakest year on ``RAM``.

    Raises:
        InfeasibleProject: from ``solve`` at the project's own reserve.
        NoPlanFound: likewise.
    """
    own = project.constraints.planning_margin_mw
    search = _Search(
        project, list(begin.steps) if begin else [], measure or (lambda study: _on_ram(project, study)), added_mw
    )
    margin = begin.plan_step.margin_mw if begin else own
    last: SolvedStudy | None = None
    ended: Ended | None = None
    for number in range(MOST_STEPS):
        study = search.tried(solve, margin, own, last, search.named(progress, number, margin))
        ended = search.ended_by(study) or over() or None
        if study is None and over() == "cancelled":
            ended = "cancelled"
        if study is None or ended is not None:
            break
        margin, last = search.next_margin(margin), study
    if margin > own and not search.keeps_limits:
        # what the earlier phase settled on does not fit here: the project's own reserve does, or says why not
        search.lcoe = None
        search.tried(solve, own, own, None, search.named(progress, 1, own))
    return search.answer(ended or "steps")


class StepClock:
    """The time limit that all adequacy steps of an optimisation share, from now on."""

    def __init__(self, time_limit_s: float, cancelled: Callable[[], bool]) -> None:
        self._limit_s, self._cancelled, self._began = time_limit_s, cancelled, time.perf_counter()

    def left_s(self) -> float:
        """Seconds left, at least 1: a step that begins is given a moment."""
        return max(self._limit_s - (time.perf_counter() - self._began), 1.0)

    def over(self) -> Literal["", "time", "cancelled"]:
        """Why no further step may begin."""
        if self._cancelled():
            return "cancelled"
        return "time" if self.left_s() < _STEP_SHARE * self._limit_s else ""


class _Search:
    """Steps so far, and the best plan among them: studies are large, so that the others are let go."""

    def __init__(self, project: Project, steps: list[AdequacyStep], measure: Measure, added_mw: AddedMw | None) -> None:
        self.project, self.steps, self.measure, self.added_mw = project, steps, measure, added_mw
        self.target = project.constraints.lolh_target_h_per_year
        self.best: SolvedStudy | None = None
        self.chosen = 0
        self.step_mw = 0.0
        self.seconds: dict[str, float] = {}
        self.designs = 0
        self.lcoe: float | None = None
        self.no_plan: Ended = "limits"
        self.weakest: Weakest | None = None

    def named(self, progress: Progress, number: int, margin: float) -> Progress:
        """Progress that names the step; the bar never goes back: each step of a phase takes half of what is left."""
        done, part = 1.0 - 0.5**number, 0.5 ** (number + 1)
        head = f"Adequacy step {len(self.steps) + 1}, {margin:,.1f} MW firm to spare"
        return lambda text, share: progress(f"{head}: {text}", done + part * share)

    def tried(
        self, solve: Solve, margin: float, own: float, last: SolvedStudy | None, progress: Progress
    ) -> SolvedStudy | None:
        """The study of a reserve, entered among the steps; None where no plan exists and the reserve was raised."""
        try:
            study = solve(with_margin(self.project, margin), last, progress)
        except (InfeasibleProject, NoPlanFound) as error:
            if margin <= own:
                raise
            self.no_plan = "limits" if isinstance(error, InfeasibleProject) else "time"
            return None
        self.weakest = weakest = self.measure(study)
        lcoe, before = weakest.lcoe_usd_per_mwh, self.lcoe
        step = AdequacyStep(
            phase=study.phase,
            margin_mw=margin,
            year=weakest.year,
            lolh=weakest.lolh,
            availability=weakest.availability,
            shared_cause_h=weakest.shared_cause_h,
            npv_cost_usd=weakest.npv_cost_usd,
            lcoe_usd_per_mwh=lcoe,
            keeps_limits=study.status == "done",
            met=weakest.lolh <= self.target,
            price_usd_per_mwh=lcoe - before if before is not None and math.isfinite(lcoe - before) else None,
            added_mw=self.added_mw(study) if self.added_mw else None,
            case=weakest.case,
        )
        self.lcoe = lcoe
        for stage, value in study.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + value
        self.designs += study.designs_tried
        self.steps.append(step)
        if self.best is None or self._worth(step) < self._worth(self.steps[self.chosen]):
            self.best, self.chosen = study, len(self.steps) - 1
        return study

    def _worth(self, step: AdequacyStep) -> tuple[bool, float, float]:
        cost = step.npv_cost_usd if step.added_mw is None else -step.added_mw
        return not step.keeps_limits, max(step.lolh, self.target), cost

    @property
    def keeps_limits(self) -> bool:
        """Whether a plan was found that keeps every limit."""
        return self.best is not None and self.steps[self.chosen].keeps_limits

    def ended_by(self, study: SolvedStudy | None) -> Ended | None:
        """Whether the study of the last step ends the search."""
        if study is None:
            return self.no_plan
        step = self.steps[-1]
        if not step.keeps_limits:
            return "limits"
        if step.met:
            return "met"
        if step.shared_cause_h > self.target and step.lolh <= _NEARLY_ALL * step.shared_cause_h:
            return "shared_cause"
        return None

    def next_margin(self, margin: float) -> float:
        """One unit more than the plan has: what its tightest year that misses the target has to spare, and a unit."""
        assert self.weakest is not None  # set by tried
        self.step_mw = self.step_mw or self.weakest.unit_mw
        wanted = max(self.weakest.spare_mw + self.step_mw, margin + _LEAST_STEP * self.step_mw)
        # rounded down, so that a whole unit more is enough for it
        return math.floor(wanted * _PER_MW) / _PER_MW

    def answer(self, ended: Ended) -> SolvedStudy:
        """The best study, as one of the project as given, with the steps."""
        assert self.best is not None  # the first reserve either has a plan or raises
        search = AdequacySearch(
            self.target, tuple(self.steps), self.chosen, ended, self.project.finance.objective_basis
        )
        missed = (search.warning(),) if search.warning() else ()
        screening = self.best.screening
        return replace(
            self.best,
            project=self.project,
            screening=replace(screening, project=self.project) if screening is not None else None,
            warnings=(*missed, *self.best.warnings),
            seconds=self.seconds,
            designs_tried=self.designs,
            adequacy=search,
        )


def _on_ram(project: Project, study: SolvedStudy) -> Weakest:
    """The weakest year on ``RAM``, and what the years that miss the target have to spare."""
    asked = with_margin(project, ANY_MW)
    able = effective(study.fleet, study.plan.builds)
    year = next(year for year in study.ram.years if year.year == study.ram.key_year)
    missing = {
        position: reserve_coefficients(asked, study.fleet, study.profiles, position)
        for position, found in enumerate(study.ram.years)
        if found.lolh > project.constraints.lolh_target_h_per_year
    }
    spare = [ANY_MW + firm_margin(asked, study.fleet, found, able[:, y]) for y, found in missing.items()]
    return Weakest(
        year=year.year,
        lolh=year.lolh,
        availability=year.availability,
        shared_cause_h=study.ram.shared_cause_h,
        npv_cost_usd=study.money.objective_usd,
        lcoe_usd_per_mwh=study.money.objective_lcoe_usd_per_mwh,
        spare_mw=min(spare, default=math.inf),
        unit_mw=_unit_mw(study, able, missing) if missing else 0.0,
    )


def _unit_mw(study: SolvedStudy, able: Array, missing: Mapping[int, ReserveCoefficients]) -> float:
    """What a unit of the model with the most MW is sure to add in the worst hours of the years that miss the target.

    A share of the load where there are no units.
    """
    there = able[study.fleet.thermal_columns, min(missing)]
    installed_mw = [number * asset.unit_mw for number, asset in zip(there, study.fleet.thermal, strict=True)]
    main = int(np.argmax(installed_mw)) if installed_mw else 0
    if not installed_mw or installed_mw[main] <= 0.0:
        return SMALL_STEP * float(study.profiles.load_mw.max())
    return min(float(found.firm_mw_each[main].min()) for found in missing.values())
