"""Windows of quarter-hours for tests: case, sizes, the same window for the independent formulation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import DispatchCase, dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.quarter_hours import QuarterHours, quarter_hour_axis, quarter_hours
from bvnexus_xl.solve.evaluate import DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.parametric import ParametricDispatch, parametric_dispatch
from bvnexus_xl.tier3.dispatcher import quarter_hour_case
from tests.axes import window_axis

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """One cyclic window of hours, in hours and in quarter-hours."""

    project: Project
    fleet: Fleet
    profiles: Profiles
    first_hour: int
    hours: int
    weight: float

    def hourly(self) -> DispatchCase:
        """The window by hours."""
        axis = window_axis(self.first_hour, self.hours, self.weight)
        return dispatch_case(self.project, self.fleet, self.profiles, axis)

    def by_quarters(self, quarters: QuarterHours | None) -> DispatchCase:
        """The window by quarter-hours; every one repeats its hour where ``quarters`` is None."""
        axis = quarter_hour_axis(window_axis(self.first_hour, self.hours, self.weight))
        plain = dispatch_case(self.project, self.fleet, self.profiles, axis)
        if quarters is None:
            return plain
        return quarter_hour_case(plain, quarters, np.arange(len(self.fleet.profile)), axis)

    def cost(self, case: DispatchCase, builds: Array) -> tuple[YearDispatch, ParametricDispatch]:
        """The first year's dispatch of builds, thousand dollars nominal."""
        dispatch = parametric_dispatch(case)
        evaluator = DispatchEvaluator(dispatch, price_table(self.project), lambda: False)
        constants = constant_parameters(self.project, self.profiles, case)
        given = parameters_of(case, constants, sizes_of(self.fleet, self.profiles, builds))
        return evaluator(given, [0], rounds=40, accuracy=1e-8)[0], dispatch

    def for_the_oracle(self) -> Profiles:
        """Profiles whose hours are quarter-hours, with the quarter-hours' own load and sun."""
        four: Any = {
            name: np.repeat(getattr(self.profiles, name), 4, axis=-1)
            for name in (
                "thermal_capacity_factor",
                "thermal_heat_rate_factor",
                "thermal_in_service",
                "grid_price_usd_per_mwh",
                "import_limit_mw",
            )
        }
        quarters = quarter_hours(self.project, self.profiles)
        load = self.profiles.load_mw.max(axis=1)[:, None] * quarters.load_shape
        return replace(self.profiles, load_mw=load, profile_mw_per_mw=quarters.profile_mw_per_mw, **four)
