"""One run of P5's Phase 2: inputs, clock, progress, and the searches it makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.model.case import DispatchCase, dispatch_case
from bvnexus_xl.model.costs import USD_PER_UNIT, price_table
from bvnexus_xl.model.dispatch import build_dispatch
from bvnexus_xl.problems.bridge.bridge_case import BridgeCase
from bvnexus_xl.problems.bridge.cases import Dates
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.master_cost import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.bridge.plan import BridgePlan
from bvnexus_xl.problems.bridge.search import BridgeMaster, CutStore, PositionPool
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.deadline import Deadline, TimeUp
from bvnexus_xl.solve.evaluate import Cancelled, DispatchEvaluator
from bvnexus_xl.solve.events import Phase2Options, SolveEvent
from bvnexus_xl.solve.given import constant_parameters
from bvnexus_xl.solve.interrupt import interruptible
from bvnexus_xl.solve.parametric import from_standard_form
from bvnexus_xl.solve.standard_form import compile_model

Array = NDArray[np.float64]


@dataclass
class CompiledAxis:
    """The dispatch compiled on one axis, and its cuts."""

    case: DispatchCase
    store: CutStore
    constants: Array


@dataclass
class Run:
    """One call of ``solve_bridge``.

    Attributes:
        late: whether a search ended because its time was used up.
        leading: the search whose best plan stands should the run end now.
    """

    market: Market
    dates: Dates
    profiles: Profiles
    start: BridgePlan
    options: Phase2Options
    on_event: Callable[[SolveEvent], None]
    cancelled: Callable[[], bool]
    began: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    late: bool = False
    leading: Benders | None = None

    def __post_init__(self) -> None:
        self.clock = Deadline(self.options.time_limit_s, self.cancelled, self.began)

    def report(self, stage: str, iteration: int, lower: float, cost: float) -> None:
        """Progress, million dollars.

        Raises:
            Cancelled: the caller asked to stop.
            TimeUp: the time of the part under way is used up.
        """
        self.check()
        bound = lower * MASTER_USD if np.isfinite(lower) else None
        price = cost * MASTER_USD if np.isfinite(cost) else None
        gap = (cost - lower) / abs(cost) if bound is not None and price is not None else None
        self.on_event(SolveEvent(stage, iteration, bound, price, gap, time.perf_counter() - self.began))

    def compiled(self, axis: TimeAxis, windows: Array, *, keep: bool) -> CompiledAxis:
        """The dispatch compiled on an axis whose steps each lie in one quarter.

        ``windows``: flags of the quarters, [4, N]; ``keep`` remembers multipliers for a finer axis. The equations of a
        whole year take seconds: a cancel interrupts them, and the clock is asked between writing and compiling them.

        Raises:
            Cancelled: the caller asked to stop.
            TimeUp: the time of the part under way is used up.
        """
        market = self.market
        with interruptible(self.cancelled):
            case = dispatch_case(market.project, market.fleet, self.profiles, axis)
            case = replace(case, windows=windows, import_flags=windows)
            self.check()
            model = build_dispatch(case)
            self.check()
            form = compile_model(model)
            self.check()
            dispatch = from_standard_form(case, form)
        constants = constant_parameters(market.project, self.profiles, case)
        return CompiledAxis(case, CutStore(dispatch, price_table(market.project), keep), constants)

    def check(self) -> None:
        """Go on, or not.

        Raises:
            Cancelled: the caller asked to stop.
            TimeUp: the time of the part under way is used up.
        """
        if self.clock.stop():
            raise Cancelled

    @contextmanager
    def searching(self, share: float) -> Iterator[None]:
        """A search that may run out of its time, a share of the limit; afterwards all that is left is there."""
        self.clock.allow(share)
        try:
            yield
        except TimeUp:
            self.late = True
        finally:
            self.clock.finish()

    def search(self, on: CompiledAxis, dates: Dates, stage: str) -> Benders:
        """A master over the positions of some dates, and its dispatch."""
        b = BridgeCase(self.market, dates, self.profiles, on.case)
        factors = year_end_factors(self.market.project.finance.discount_rate, dates.years)
        discount = factors[b.year_of] * b.weight * (USD_PER_UNIT / MASTER_USD)
        pool = PositionPool(on.store, b.year_of, discount)
        master = BridgeMaster(b, on.constants, pool, self.clock)
        evaluator = DispatchEvaluator(on.store.dispatch, on.store.prices[:, b.year_of], self.clock.stop)
        return Benders(master, evaluator, pool, discount, stage, self.report, self.clock.now_until)

    def timed(self, stage: str, since: float) -> float:
        """Add the wall time since a moment to a stage; returns now."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - since
        return now
