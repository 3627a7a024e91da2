"""The capacity master with the added load as a column, and the ceiling as a row.

    load_mw[y] = base_mw[y] + shape[y] · added,      load_mw[y] = load_share[y] · load of y with the most added
    unserved_cap[y] = permitted share · energy of one MW · load_mw[y]
    ceiling:  Σ fixed + Σ cost_to_go − per_mw · added ≤ room          million dollars of present value

With ``added`` fixed it is the master of P1 at that load; with the ceiling in force it bounds the load from above: cuts
hold for every load, because load and permitted unserved energy are among the parameters of the dispatch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.errors import InfeasibleProject
from bvnexus_xl.model.case import LOAD, UNSERVED, DispatchCase
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import greenfield_master
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.given import Sizes
from bvnexus_xl.solve.master import Master, Point

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LoadLine:
    """Facility load of each year as a line in the added load, highest hour, MW, [Y] each."""

    base_mw: Array
    per_added_mw: Array

    def at(self, added: float) -> Array:
        """Load of each year, MW, [Y]."""
        return self.base_mw + added * self.per_added_mw


@dataclass(frozen=True, eq=False)
class LoadedSizes(Sizes):
    """Sizes with the load they are to carry, MW, [Y]."""

    load_mw: Array


@dataclass(frozen=True, slots=True)
class Budget:
    """The ceiling as a line in the added load, million dollars: cost may be ``room`` + ``per_mw`` x added."""

    room: float
    per_mw: float

    def over(self, cost: float, added: float) -> float:
        """Million dollars by which a cost exceeds it."""
        return cost - self.room - self.per_mw * added


def expansion_master(case: MasterCase, line: LoadLine, most: float, permitted_mwh_per_mw: float) -> pyo.ConcreteModel:
    """Rows of the capacity master of P2; ``case`` is that of the project with the most added load."""
    m = greenfield_master(case, load_is_decided=True)
    highest = line.at(most)
    m.added = pyo.Var(bounds=(0.0, most))
    m.load_mw = pyo.Var(m.years, domain=pyo.NonNegativeReals)
    m.unserved_cap = pyo.Var(m.years, domain=pyo.NonNegativeReals)
    m.load_is = pyo.Constraint(
        m.years,
        rule=lambda m, y: m.load_mw[y] == float(line.base_mw[y]) + float(line.per_added_mw[y]) * m.added,
    )
    m.share_is = pyo.Constraint(m.years, rule=lambda m, y: m.load_mw[y] == float(highest[y]) * m.load_share[y])
    m.permitted = pyo.Constraint(m.years, rule=lambda m, y: m.unserved_cap[y] == permitted_mwh_per_mw * m.load_mw[y])
    # its slope and its right-hand side are set for each ceiling
    m.ceiling = pyo.Constraint(expr=m.cost.expr - m.added <= 0.0)
    return m


class ExpansionMaster(Master):
    """Master of P2 with two uses: P1 at a fixed load, and the most load under a ceiling."""

    def __init__(
        self,
        model: pyo.ConcreteModel,
        case: DispatchCase,
        constants: Array,
        pool: CutPool,
        line: LoadLine,
        permitted_mwh_per_mw: float,
    ) -> None:
        names = case.parameters
        self._line, self._permitted = line, permitted_mwh_per_mw
        self._load_place = names.index(LOAD)
        self._cap_place = names.index(f"cap:{UNSERVED}") if f"cap:{UNSERVED}" in names else None
        cleared = constants.copy()
        cleared[:, [place for place in (self._load_place, self._cap_place) if place is not None]] = 0.0
        super().__init__(model, case, cleared, pool)
        self._added = int(self.form.columns["added"][0])
        self._ceiling = int(self.form.rows["ceiling"][0])
        self._most = float(self.form.upper[self._added])

    def at_load(self, added: float) -> None:
        """Become the master of P1 at a load: least cost, the ceiling out of force."""
        self._objective(self._cost)
        self._bounds(added, added, np.inf, 1.0)

    def most_load(self, budget: Budget, *, whole: bool, gap: float, seconds: float) -> Point | None:
        """Most load under a ceiling: ``bound`` is minus the load that no plan exceeds. None where nothing fits."""
        toward = np.zeros(len(self._cost))
        toward[self._added] = -1.0
        self._objective(toward)
        self._bounds(0.0, self._most, budget.room, budget.per_mw)
        try:
            return self.whole(gap, seconds) if whole else self.relaxed()
        except InfeasibleProject:
            return None

    def added_of(self, point: Point) -> float:
        """Added load of a solution, MW."""
        sizes = point.sizes
        assert isinstance(sizes, LoadedSizes)  # every solution of this master has them
        year = int(self._line.per_added_mw.argmax())
        return float((sizes.load_mw[year] - self._line.base_mw[year]) / self._line.per_added_mw[year])

    def loaded(self, point: Point, added: float) -> Point:
        """The same equipment with another load."""
        sizes = LoadedSizes(
            point.sizes.effective, point.sizes.usable_import_mw, point.sizes.contingency_mw, self._line.at(added)
        )
        return replace(point, sizes=sizes)

    # --- what the plan decides ---

    def given(self, sizes: Sizes) -> Array:
        """Parameters of the dispatch of every year, the load among them, [Y, P]."""
        out = super().given(sizes)
        assert isinstance(sizes, LoadedSizes)  # every solution of this master has them
        out[:, self._load_place] = sizes.load_mw
        if self._cap_place is not None:
            out[:, self._cap_place] = self._permitted * sizes.load_mw
        return out

    def _place(self) -> None:
        super()._place()
        self._load, self._cap = self.form.columns["load_mw"], self.form.columns["unserved_cap"]

    def _decides(self, year: int) -> list[tuple[int, int]]:
        out = [*super()._decides(year), (self._load_place, int(self._load[year]))]
        if self._cap_place is not None:
            out.append((self._cap_place, int(self._cap[year])))
        return out

    def _sizes(self, found: Array) -> Sizes:
        sizes = super()._sizes(found)
        return LoadedSizes(sizes.effective, sizes.usable_import_mw, sizes.contingency_mw, found[self._load])

    # --- inside ---

    def _objective(self, cost: Array) -> None:
        columns = np.arange(len(cost), dtype=np.int32)
        self._lp.changeColsCost(len(columns), columns, cost)

    def _bounds(self, low: float, high: float, room: float, per_mw: float) -> None:
        for solver in (self._lp, self._level_lp):
            solver.changeColBounds(self._added, low, high)
            solver.changeCoeff(self._ceiling, self._added, -per_mw)
            solver.changeRowBounds(self._ceiling, -highspy.kHighsInf, room)
