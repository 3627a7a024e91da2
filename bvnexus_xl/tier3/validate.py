"""Tier 3: does a plan hold at quarter-hours, with every limit, ramp, reserve and charge? Sizes fixed, or corrected.

Each year is dispatched by the block of Phase 2 on 35,040 steps, month by month with yearly limits priced, exactly as
Phase 2 evaluates a year: units relaxed, then whole units held. The plan passes where every limit of every year is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.finance.money import Money, plan_money
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.solve.deadline import Deadline, TimeUp
from bvnexus_xl.solve.evaluate import Cancelled
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.dispatcher import QuarterHourDispatcher
from bvnexus_xl.tier3.resize import resized
from bvnexus_xl.tier3.result import Resized, Status, Tier3Options, Tier3Result, Tier3Year, worst_first

Progress = Callable[[str, float], None]
_BUILD_SHARE = 0.1
PROBLEMS = ("P1", "P2", "P3")
"""Problems whose plan is one load for each year served by one plan: what a dispatch of its years can validate."""


def validate(
    study: SolvedStudy,
    options: Tier3Options | None = None,
    progress: Progress = lambda _text, _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tier3Result:
    """Run the plan of a study through every quarter-hour of its years.

    Args:
        study: a solved study of P1, P2 or P3.
        options: resizing, time limit, accuracy.
        progress: a sentence and the share done.
        cancelled: asked before every solve; True ends the run with the years validated so far.

    Raises:
        NoPlanFound: the time limit or the caller ended the run before the first year was validated, or the problem's
            plan is not one dispatch can validate.
    """
    refuse_other_problems(study.project)
    return _Validation(study, options or Tier3Options(), progress, cancelled).result()


def refuse_other_problems(project: Project) -> None:
    """Say, before anything is solved, where a project's plan cannot be validated.

    Raises:
        NoPlanFound: its problem is none of ``PROBLEMS``.
    """
    if project.study.problem not in PROBLEMS:
        message = f"Tier 3 validates plans of {', '.join(PROBLEMS)}; this is {project.study.problem}"
        raise NoPlanFound(message)


class _Validation:
    """One run: the clock, the years so far."""

    def __init__(
        self, study: SolvedStudy, options: Tier3Options, progress: Progress, cancelled: Callable[[], bool]
    ) -> None:
        self.study, self.options, self.progress = study, options, progress
        self.clock = Deadline(options.time_limit_s, cancelled)
        self.years: list[Tier3Year] = []
        self.seconds: dict[str, float] = {}
        self.ended = ""

    def result(self) -> Tier3Result:
        dispatcher = self._dispatched()
        if dispatcher is None or not self.years:
            message = f"{self.ended} before the first year was validated: allow more time"
            raise NoPlanFound(message)
        corrected: Resized | None = None
        if self.options.resize and not self.ended and any(year.failed for year in self.years):
            corrected = self._resized(dispatcher)
        status: Status = "stopped" if self.ended else "fail" if any(year.failed for year in self.years) else "pass"
        return Tier3Result(
            status=status,
            years=tuple(self.years),
            money=None if status == "stopped" and len(self.years) < len(self.study.plan.years) else self._money(),
            load_source=dispatcher.quarters.source,
            resized=corrected,
            warnings=tuple(self._warnings(corrected)),
            seconds=self.seconds,
        )

    def _dispatched(self) -> QuarterHourDispatcher | None:
        """Dispatch the years of the plan, as many as time and the caller allow."""
        positions, began = range(len(self.study.plan.years)), time.perf_counter()
        dispatcher: QuarterHourDispatcher | None = None
        self.progress("Quarter-hours of every year", 0.0)
        try:
            if self.clock.stop():
                raise Cancelled
            dispatcher = QuarterHourDispatcher(self.study, self.clock.stop)
            self.seconds["quarter-hours: build"] = time.perf_counter() - began
            for year in dispatcher.years(self.study.plan.builds, positions, self.options.accuracy):
                self.years.append(year)
                share = _BUILD_SHARE + (1.0 - _BUILD_SHARE) * len(self.years) / len(positions)
                self.progress(f"Quarter-hours: {year.year} {'fails' if year.failed else 'passes'}", share)
        except (Cancelled, TimeUp) as stopped:
            self.ended = self._why(stopped)
        self.seconds["quarter-hours: dispatch"] = time.perf_counter() - began - sum(self.seconds.values())
        return dispatcher

    def _resized(self, dispatcher: QuarterHourDispatcher) -> Resized | None:
        began = time.perf_counter()
        try:
            return resized(self.study, dispatcher, self.years, self.options.accuracy, self.progress)
        except (Cancelled, TimeUp) as stopped:
            self.ended = f"{self._why(stopped)} while the plan was corrected"
            return None
        finally:
            self.seconds["quarter-hours: resize"] = time.perf_counter() - began

    def _why(self, stopped: Exception) -> str:
        limit = self.options.time_limit_s
        return "The run was cancelled" if isinstance(stopped, Cancelled) else f"The time limit of {limit:g} s ended"

    def _money(self) -> Money:
        study = self.study
        return plan_money(study.project, study.fleet, study.profiles, study.plan, [item.totals for item in self.years])

    def _warnings(self, corrected: Resized | None) -> list[str]:
        out = [_failure(self.years)] if any(year.failed for year in self.years) else []
        if self.ended:
            last = self.years[-1].year
            out.append(f"{self.ended}: validated up to {last}.")
        if corrected is not None:
            out.append(corrected.note)
        return out


def _failure(years: Sequence[Tier3Year]) -> str:
    """The worst of each criterion that fails, in a sentence."""
    failed = [item for year in years for item in year.failed]
    parts = []
    for item in worst_first(failed):
        limit = item.limit
        when = f" on {item.when}" if item.when else f" in {limit.year}"
        parts.append(f"{limit.label}{when} ({limit.used:,.2f} against {limit.limit:,.2f} {limit.unit}: {item.cause})")
    return f"The plan fails at quarter-hours: {'; '.join(parts)}."


def with_tier3(study: SolvedStudy, found: Tier3Result) -> SolvedStudy:
    """The study with its validation, whose remarks join its own."""
    return replace(study, tier3=found, warnings=(*found.warnings, *study.warnings))
