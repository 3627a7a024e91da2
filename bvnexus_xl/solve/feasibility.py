"""Phase one of the dispatch: the least energy not served, with every other limit kept; and cuts that say when it is 0.

    value(θ) = min Σ weight · unserved     subject to all rows of the dispatch

Missing reserve and use above a yearly cap are paid more than the shedding that avoids them, so they are 0 wherever
shedding helps. θ carries the load as well, so a multiplier gives value(θ') ≥ cut · θ' for every plan, load and limit:
a plan is feasible in a year only if cut · θ ≤ allowed, where allowed is the unserved energy the project permits.
Prices play no part: one cut serves every year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import LOAD, UNSERVED, DispatchCase, dispatch_case
from bvnexus_xl.model.costs import PRICES
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.solve.budget_terms import budget_penalties
from bvnexus_xl.solve.evaluate import DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.parametric import ParametricDispatch, parametric_dispatch

Array = NDArray[np.float64]
_SHORT_OVER_LOST = 3.0
"""Missing reserve and use above a cap against the shedding that avoids them, MWh per MWh."""
_POLLUTANT_FACTOR = 15.0
"""``budget_penalties`` prices a pollutant at a fifth of what shedding costs; here it must be above it."""
_ROUNDS = 6
_ACCURACY = 2e-5
SERVED_TOLERANCE = 2e-6
"""Share of a year's energy that counts as nothing."""


@dataclass
class Shortage:
    """A year's least unserved energy at given parameters.

    Attributes:
        mwh: of the best dispatch found.
        found: that dispatch.
    """

    mwh: float
    found: YearDispatch


@dataclass
class PhaseOne:
    """The feasibility dispatch on one axis, with every cut found so far.

    Attributes:
        cuts: value ≥ cut · θ, [number, P]; ``multipliers`` they came from.
        useful: numbers of the cuts that a master took.
    """

    project: Project
    dispatch: ParametricDispatch
    prices: Array
    evaluator: DispatchEvaluator
    cuts: list[Array] = field(default_factory=list)
    multipliers: list[NDArray[np.float32]] = field(default_factory=list)
    useful: set[int] = field(default_factory=set)

    @property
    def case(self) -> DispatchCase:
        """Coefficients."""
        return self.dispatch.case

    @property
    def allowed_per_mw(self) -> float:
        """Unserved energy permitted in a year per MW of its highest hour, MWh."""
        limits = self.project.constraints
        share = limits.unserved_limit_fraction if limits.unserved_limit_enabled else 0.0
        return share * self.energy_per_mw

    @property
    def energy_per_mw(self) -> float:
        """Energy of a year per MW of its highest hour, MWh."""
        return float(self.case.axis.weight @ self.case.load_shape)

    def load_place(self) -> int:
        """Position of the load among the parameters."""
        return self.case.parameters.index(LOAD)

    def excess(self, theta: Array, shortage: float) -> float:
        """Unserved energy beyond what is permitted at parameters θ, as a share of the year's energy."""
        load = max(float(theta[self.load_place()]), 1e-9)
        return (shortage - self.allowed_per_mw * load) / (self.energy_per_mw * load)

    def __call__(
        self,
        given: Array,
        years: Sequence[int],
        *,
        joined: bool = True,
        keep: bool = False,
        fixed: dict[int, Array] | None = None,
    ) -> dict[int, Shortage]:
        """Shortage of years at parameters [Y, P]; adds their cuts, unless columns are held (a bound for those only)."""
        rounds = _ROUNDS if len(self.dispatch.budget_rows) else 1
        found = self.evaluator(given, years, rounds=rounds, accuracy=_ACCURACY, keep=keep, fixed=fixed, joined=joined)
        if fixed is None:
            for year in years:
                for multiplier in found[year].multipliers:
                    self.learn(multiplier)
        return {year: Shortage(found[year].value, found[year]) for year in years}

    def learn(self, multiplier: Array) -> Array:
        """Add the cut of a multiplier and return it, [P]."""
        cut: Array = self.cut_of(multiplier)
        self.cuts.append(cut)
        self.multipliers.append(multiplier.astype(np.float32))
        return cut

    def cut_of(self, multiplier: Array) -> Array:
        """The cut of a multiplier of any quality, [P]."""
        return np.asarray(self.dispatch.safe_cuts(multiplier, self.prices[:, :1], np.ones(1))[0])

    def highest(self, theta: Array) -> tuple[float, int]:
        """(largest claim of all cuts at θ, MWh; number of the cut), (0, −1) without any."""
        if not self.cuts:
            return 0.0, -1
        claims = np.array(self.cuts) @ theta
        number = int(claims.argmax())
        return float(claims[number]), number


def phase_one(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    axis: TimeAxis,
    cancelled: Callable[[], bool] = lambda: False,
    prepare: Callable[[ParametricDispatch], ParametricDispatch] = lambda dispatch: dispatch,
) -> PhaseOne:
    """Build and compile the feasibility dispatch of a project on an axis; ``prepare`` may add parameters to it."""
    case = dispatch_case(project, fleet, profiles, axis)
    budgets = tuple(name for name in case.budgets if name != UNSERVED)
    dispatch = prepare(parametric_dispatch(replace(case, budgets=budgets)))
    price = np.array([{"lost_load": 1.0, "reserve_short": _SHORT_OVER_LOST}.get(name, 0.0) for name in PRICES])
    prices = np.repeat(price[:, None], len(project.years), axis=1)
    evaluator = DispatchEvaluator(dispatch, prices, cancelled)
    penalty = budget_penalties(dispatch, prices)
    pollutants = np.array([":" not in name for name in dispatch.budget_names], dtype=bool)
    penalty[pollutants] *= _POLLUTANT_FACTOR
    evaluator.penalty = penalty
    return PhaseOne(project, dispatch, prices, evaluator)
