"""The feasibility master held by HiGHS: solved with counts relaxed, whole, or with its choices fixed for prices."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.errors import NoPlanFound
from bvnexus_xl.solve.feasibility import PhaseOne
from bvnexus_xl.solve.highs import INFINITY, new_solver, pass_rows, solve_mip
from bvnexus_xl.solve.standard_form import StandardForm, compile_model

Array = NDArray[np.float64]
_SEPARATION_ROUNDS = 60
_CUT_TOLERANCE = 2e-7
_ROW_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Placed:
    """A solution of the feasibility master.

    Attributes:
        bound: proven lower bound on the objective.
        columns: all columns.
        builds: [C, Y].
        theta: parameters of the dispatch, [Y, P].
        allowed: unserved energy permitted in each year, MWh, [Y].
        load_share: [Y].
    """

    bound: float
    columns: Array
    builds: Array
    theta: Array
    allowed: Array
    load_share: Array


class FeasibilityMaster:
    """Rows of a master and the cuts taken from a pool as they are violated."""

    def __init__(self, model: pyo.ConcreteModel, phase: PhaseOne) -> None:
        self.form: StandardForm = compile_model(model)
        self.phase = phase
        form = self.form
        years = len(form.columns["load_share"])
        self._theta = form.columns["theta"].reshape(-1, years)
        self._builds = form.columns["builds"].reshape(-1, years)
        self._allowed, self._share = form.columns["allowed"], form.columns["load_share"]
        self._integer = np.nonzero(form.integer)[0].astype(np.int32)
        self._solver = new_solver()
        bounds = (np.where(form.sense >= 0, form.rhs, -np.inf), np.where(form.sense <= 0, form.rhs, np.inf))
        pass_rows(self._solver, form.matrix, form.cost[0], (form.lower, form.upper), bounds)
        self._known: set[tuple[int, bytes]] = set()
        self.solves = 0

    def relaxed(self) -> Placed | None:
        """Optimum with counts relaxed and every violated cut added; None where nothing is feasible."""
        for _ in range(_SEPARATION_ROUNDS):
            self._solver.run()
            self.solves += 1
            status = self._solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return None
            if status != highspy.HighsModelStatus.kOptimal:
                message = f"the feasibility master ended with status {self._solver.modelStatusToString(status)}"
                raise NoPlanFound(message)
            columns = np.array(self._solver.getSolution().col_value)
            placed = self._placed(columns, float(self._solver.getObjectiveValue()))
            if not self._separate(placed):
                return placed
        return placed

    def whole(self, gap: float, seconds: float) -> Placed | None:
        """Optimum in whole units within a gap, every violated cut added; None where nothing is feasible or found."""
        if self.relaxed() is None:
            return None
        solver, placed = self._solver, None
        self._kind(highspy.HighsVarType.kInteger)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("presolve", "off")
        try:
            for _ in range(_SEPARATION_ROUNDS):
                solver.setOptionValue("time_limit", seconds)
                bound, columns = solve_mip(solver)
                self.solves += 1
                if columns is None or bound == INFINITY:
                    return placed if bound != INFINITY else None
                columns[self._integer] = np.round(columns[self._integer])
                placed = self._placed(columns, bound)
                if not self._separate(placed):
                    break
            return placed
        finally:
            self._kind(highspy.HighsVarType.kContinuous)
            solver.setOptionValue("time_limit", INFINITY)
            solver.setOptionValue("presolve", "choose")

    def prices(self, placed: Placed) -> tuple[float, Array, Array]:
        """(objective, row duals, column duals) with the yes/no choices of a solution fixed and counts relaxed.

        A dual is what the objective gains per unit of its right-hand side or bound.
        """
        solver, form = self._solver, self.form
        yes_no = self._integer[form.upper[self._integer] <= 1.0]
        chosen = placed.columns[yes_no]
        solver.changeColsBounds(len(yes_no), yes_no, chosen, chosen)
        found = self.relaxed()
        if found is None:
            # a plan that carries no load at all may not even keep its own reserve: then nothing is held
            solver.changeColsBounds(len(yes_no), yes_no, form.lower[yes_no], form.upper[yes_no])
            found = self.relaxed()
        if found is None:
            message = "the feasibility master has lost its solution"
            raise NoPlanFound(message)
        solution = solver.getSolution()
        duals = found.bound, np.array(solution.row_dual), np.array(solution.col_dual)
        solver.changeColsBounds(len(yes_no), yes_no, form.lower[yes_no], form.upper[yes_no])
        return duals

    def row(self, name: str) -> NDArray[np.int64]:
        """Positions of a family's rows; none where the master has no such family."""
        return self.form.rows.get(name, np.zeros(0, dtype=np.int64))

    # --- inside ----------------------------------------------------------------------------------------------------

    def _placed(self, columns: Array, bound: float) -> Placed:
        return Placed(
            bound=bound,
            columns=columns,
            builds=columns[self._builds],
            theta=np.maximum(columns[self._theta].T, 0.0),
            allowed=np.maximum(columns[self._allowed], 0.0),
            load_share=columns[self._share],
        )

    def _separate(self, placed: Placed) -> bool:
        """Add the most violated cut of each year; False where there was none."""
        energy, added = self.phase.energy_per_mw, False
        load = placed.theta[:, self.phase.load_place()]
        for year, theta in enumerate(placed.theta):
            claim, number = self.phase.highest(theta)
            if claim <= placed.allowed[year] + _CUT_TOLERANCE * energy * max(load[year], 1.0):
                continue
            cut = self.phase.cuts[number]
            key = (year, cut.tobytes())
            if key not in self._known:
                self._known.add(key)
                self.phase.useful.add(number)
                self._add(year, cut / energy, 1.0 / energy)
                added = True
        return added

    def _add(self, year: int, cut: Array, allowed: float) -> None:
        """Row cut · theta[:, year] − allowed ≤ 0, per hour of the year."""
        places = np.nonzero(np.abs(cut) > _ROW_TOLERANCE * np.abs(cut).max())[0]
        columns = np.append(self._theta[places, year], self._allowed[year]).astype(np.int32)
        values = np.append(cut[places], -allowed)
        self._solver.addRow(-INFINITY, 0.0, len(columns), columns, values)

    def _kind(self, kind: highspy.HighsVarType) -> None:
        for column in self._integer:
            self._solver.changeColIntegrality(int(column), kind)
