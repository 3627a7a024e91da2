"""The dispatch of Phase 2 on quarter-hours, compiled once for all years, plans and added units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.limits import plan_limits
from bvnexus_xl.model.case import DispatchCase, dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.quarter_hours import QuarterHours, quarter_hour_axis, quarter_hours
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.hourly import hourly_dispatch, load_of
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.whole_dispatch import inside_caps, whole_dispatch
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.criteria import YearAtQuarterHours, criteria
from bvnexus_xl.tier3.in_plan import InPlan, in_plan
from bvnexus_xl.tier3.result import Tier3Year
from bvnexus_xl.units import HOURS_PER_YEAR, QUARTERS_PER_HOUR

Array = NDArray[np.float64]


def quarter_hour_case(
    project_case: DispatchCase, quarters: QuarterHours, profile: NDArray[np.int64], axis: TimeAxis
) -> DispatchCase:
    """A case sampled on quarter-hours with load and sun of their own.

    Args:
        project_case: the case on ``axis``, every quarter-hour a copy of its hour.
        quarters: load and output by quarter-hour of the year.
        profile: positions of the case's profile assets in ``quarters``.
        axis: its axis; each hour is there with all four quarters, in order.
    """
    at = QUARTERS_PER_HOUR * axis.hours + np.arange(axis.steps) % QUARTERS_PER_HOUR
    return replace(project_case, load_shape=quarters.load_shape[at], profile=quarters.profile_mw_per_mw[profile][:, at])


class QuarterHourDispatcher:
    """Dispatches years of a study at quarter-hours, warm from year to year."""

    def __init__(self, study: SolvedStudy, stop: Callable[[], bool]) -> None:
        """``stop`` is asked before every solve: True, or an exception of its own, ends the run."""
        self.study = study
        self.part: InPlan = in_plan(study.fleet, study.profiles, study.plan.builds)
        self.quarters = quarter_hours(study.project, study.profiles)
        axis = quarter_hour_axis(full_year_axis())
        plain = dispatch_case(study.project, self.part.fleet, self.part.profiles, axis)
        self.case = quarter_hour_case(plain, self.quarters, self.part.profile, axis)
        self.dispatch = parametric_dispatch(self.case)
        self.evaluator = DispatchEvaluator(self.dispatch, price_table(study.project), stop)
        self._constants = constant_parameters(study.project, self.part.profiles, self.case)

    def years(self, builds: Array, positions: Sequence[int], accuracy: float) -> Iterator[Tier3Year]:
        """Years of a plan of these builds [C, Y], one by one: whole units, yearly caps aimed at from a little below."""
        study, part = self.study, self.part
        sizes = sizes_of(part.fleet, part.profiles, part.builds(builds))
        given = inside_caps(self.case, parameters_of(self.case, self._constants, sizes))
        plan = replace(study.plan, builds=builds)
        for y in positions:
            # quarter-hours make four times the columns: weeks as MIPs would take minutes a year
            _, committed = whole_dispatch(self.dispatch, self.evaluator, given, accuracy, years=[y], searched=0)
            columns = committed[y].columns
            assert columns is not None  # asked for with keep=True
            found = hourly_dispatch(self.dispatch, columns, sizes, y, load_of(self.dispatch, given[y]))
            yield self._judged(plan, YearAtQuarterHours(self.case, part.profiles, sizes, y, plan.years[y], found))

    def _judged(self, plan: Plan, year: YearAtQuarterHours) -> Tier3Year:
        """Totals and criteria of a dispatched year."""
        study, dispatch = self.study, year.dispatch
        totals = self.part.expanded(year_totals(study.project, self.part.fleet, self.part.profiles, dispatch))
        # the limits of other years are made with these totals too, and left out
        limits = plan_limits(study.project, study.fleet, study.profiles, plan, [totals] * len(plan.years))
        return Tier3Year(
            year=year.year,
            criteria=criteria(year, limits),
            totals=totals,
            load_hour_mw=float(dispatch.load_mw.reshape(HOURS_PER_YEAR, -1).mean(axis=1).max()),
            load_quarter_mw=float(dispatch.load_mw.max()),
            import_peak_mw=float(dispatch.import_mw.max()),
            reserve_spare_mw=float((dispatch.reserve_mw - dispatch.contingency_mw).min()),
        )
