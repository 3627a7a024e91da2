"""The largest load that fits: a master that bounds it from above, and Newton's method that proves it from below.

The master places equipment and claims a load; for that equipment the load is lowered until a dispatch serves it. The
value of phase one is convex in the load, so each step lands on or above the largest load, never below it (Newton's
method from the right); every step is a cut that tells the master why. Where the periods of a year are joined at fixed
battery levels, the last steps follow the shortage itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.solve.commitment import held_commitment
from bvnexus_xl.solve.feasibility import SERVED_TOLERANCE, PhaseOne
from bvnexus_xl.solve.feasibility_master import FeasibilityMaster, Placed
from bvnexus_xl.solve.feasibility_model import feasibility_model
from bvnexus_xl.solve.given import constant_parameters

Array = NDArray[np.float64]
_NEWTON_STEPS = 30
_LEAST_STEP = 2e-5
_NO_LOAD = 1e-6
_AT_ONCE = 2
"""Years asked side by side."""
_MIP_SECONDS = 10.0
_RELAXED_TRIALS = 25
_WHOLE_TRIALS = 15


@dataclass
class LoadSearch:
    """A search under way: shares of the project's load.

    Attributes:
        master, phase: rows and dispatch.
        together: True where one share scales the load of all years; False where each year has its own, and what is
            sought is the most load over all years.
        moving: parameters that follow the load: position, and value at the project's whole load, [Y].
        upper: no plan in whole units carries more (together: the share; apart: mean share).
        lower: what ``best`` carries.
        share: load share of each year that ``best`` carries, [Y].
    """

    master: FeasibilityMaster
    phase: PhaseOne
    together: bool
    moving: dict[int, Array]
    deadline: float
    report: Callable[[str, float, float], None] = lambda _stage, _upper, _lower: None
    upper: float = np.inf
    lower: float = -1.0
    best: Placed | None = None
    share: Array = field(default_factory=lambda: np.zeros(0))
    rounds: int = 0

    def run(self, gap: float) -> None:
        """Relaxed counts until bound and proof meet, then whole units until the gap is reached."""
        for trials, solve in ((_RELAXED_TRIALS, self.master.relaxed), (_WHOLE_TRIALS, self._whole(gap))):
            whole = solve != self.master.relaxed
            reached = -1.0
            for _ in range(trials):
                placed = solve()
                if placed is None:
                    self.upper = min(self.upper, 0.0)
                    return
                self.upper = min(self.upper, -placed.bound)
                share = self.carried(placed)
                value = float(share.min() if self.together else share.mean())
                reached = max(reached, value)
                if whole and value > self.lower:
                    self.lower, self.best, self.share = value, placed, share
                self.rounds += 1
                self.report("whole units" if whole else "relaxed", self.upper, reached)
                if self.upper - reached <= gap * max(self.upper, 1e-9) or time.perf_counter() > self.deadline:
                    break

    def _whole(self, gap: float) -> Callable[[], Placed | None]:
        return lambda: self.master.whole(gap / 4.0, _MIP_SECONDS)

    def carried(self, placed: Placed, held: dict[int, Array] | None = None) -> Array:
        """Load share of each year that a plan's equipment carries, at most what the master claims, [Y].

        Years are asked a few at a time, the scarcest first: what one year teaches lowers the others before they are
        asked. A year that is served stays served when its load falls. Periods apart teach the sharper cuts; periods
        joined prove the load.
        """
        share = np.clip(placed.load_share, 0.0, 1.0)
        zero, one = self.ends(placed)
        years = distinct(one) if held is None else list(range(len(one)))
        for joined in (False, True) if held is None else (True,):
            self._lower(share, (zero, one), list(years), held, joined=joined)
        share[share <= _NO_LOAD] = 0.0
        twins = [int(np.flatnonzero(np.all(one == row, axis=1))[0]) for row in one]
        return share[twins] if held is None else share

    def _lower(
        self,
        share: Array,
        ends: tuple[Array, Array],
        waiting: list[int],
        held: dict[int, Array] | None,
        *,
        joined: bool,
    ) -> None:
        """Lower the shares of the waiting years, in place, until each is served."""
        zero, one = ends
        for _ in range(_NEWTON_STEPS * len(waiting)):
            if not waiting:
                return
            if self.together:
                share[:] = share.min()
            if held is None:
                share[:] = [self._root(*item) for item in zip(zero, one, share, strict=True)]
            given = zero + share[:, None] * (one - zero)
            asked = sorted(waiting, key=lambda year: -self.phase.highest(given[year])[0])[:_AT_ONCE]
            found = self.phase(given, asked, fixed=held, joined=joined)
            for year in asked:
                excess = self.phase.excess(given[year], found[year].mwh)
                now = float(share[year])
                known = now if held is not None else self._root(zero[year], one[year], now)
                if excess <= SERVED_TOLERANCE or now <= _NO_LOAD or (not joined and now - known <= _LEAST_STEP * now):
                    waiting.remove(year)
                    continue
                # what a cut does not explain is shed: the shortage falls at least as fast as the load
                shed = min(max(excess, _LEAST_STEP), 0.5)
                share[year] = known if now - known > _LEAST_STEP * now else now * (1.0 - shed)

    def ends(self, placed: Placed) -> tuple[Array, Array]:
        """Parameters of a plan at no load and at the project's whole load, [Y, P] each."""
        zero, one = placed.theta.copy(), placed.theta.copy()
        for place, whole in self.moving.items():
            zero[:, place], one[:, place] = 0.0, whole
        return zero, one

    def _root(self, zero: Array, one: Array, share: float) -> float:
        """Largest share that the cuts known so far permit."""
        if not self.phase.cuts:
            return share
        cuts = np.array(self.phase.cuts)
        load = one[self.phase.load_place()]
        base = cuts @ zero
        slope = cuts @ (one - zero) - self.phase.allowed_per_mw * load
        rising = slope > 1e-12
        roots = np.where(rising, -base / np.where(rising, slope, 1.0), np.inf)
        return float(max(min(share, roots.min()), 0.0))


def distinct(given: Array) -> list[int]:
    """The first year of each set of equal parameters."""
    return sorted(int(n) for n in np.unique(given, axis=0, return_index=True)[1])


def load_search(
    case: MasterCase,
    phase: PhaseOne,
    *,
    together: bool,
    deadline: float,
    report: Callable[[str, float, float], None] = lambda _stage, _upper, _lower: None,
    flexible: float | None = None,
) -> LoadSearch:
    """Search for the largest share of the project's load, starting from the cuts of ``phase``.

    ``flexible`` is given where the dispatch has a parameter for it (``solve.flexible_level``): multiple of the load.
    """
    constants = constant_parameters(case.project, case.profiles, phase.case)
    follow = {} if flexible is None else {len(phase.case.parameters): flexible}
    m = feasibility_model(case, phase.case, constants, phase.allowed_per_mw, follow_load=follow)
    if together:
        m.scale = pyo.Var(bounds=(0.0, 1.0))
        m.in_step = pyo.Constraint(m.years, rule=lambda m, y: m.load_share[y] == m.scale)
        m.cost = pyo.Objective(expr=-m.scale)
    else:
        m.cost = pyo.Objective(expr=-sum(m.load_share[y] for y in m.years) / len(case.years))
    whole = constants[:, phase.load_place()]
    moving = {phase.load_place(): whole, **{place: multiple * whole for place, multiple in follow.items()}}
    return LoadSearch(FeasibilityMaster(m, phase), phase, together, moving, deadline, report)


def committed_share(search: LoadSearch) -> Array:
    """Load share that the best plan carries with whole units running in every hour, [Y]."""
    assert search.best is not None  # the search has found a plan
    best, phase = search.best, search.phase
    zero, one = search.ends(best)
    given = zero + search.share[:, None] * (one - zero)
    years = list(range(len(given)))
    found = phase(given, years, keep=True)
    held = {}
    for year in years:
        columns = found[year].found.columns
        assert columns is not None  # asked for with keep=True
        held[year] = held_commitment(phase.dispatch, columns, given[year], all_up=True)
    return np.minimum(search.carried(best, held), search.share)
