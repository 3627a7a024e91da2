"""The capacity master held by HiGHS: rows of the problem, plus cuts taken from the pool as they are violated."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from numpy.typing import NDArray

from bvnexus_xl.errors import InfeasibleProject, NoPlanFound
from bvnexus_xl.model.case import DispatchCase
from bvnexus_xl.solve.central_duals import central_duals
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.given import SPINNING_RESERVE, Sizes, decided_positions, limit_of, parameters_of
from bvnexus_xl.solve.highs import new_solver, pass_rows, solve_mip
from bvnexus_xl.solve.standard_form import StandardForm, compile_model
from bvnexus_xl.yearly_caps import emission_caps_tons

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_SEPARATION_ROUNDS = 200
_WHOLE_ROUNDS = 2
_CUT_TOLERANCE = 1e-6
_BUILD_TOLERANCE = 1e-5
NO_PLAN_MEETS = "no plan meets the limits on land, planning reserve and potential to emit together"


@dataclass(frozen=True, eq=False)
class Point:
    """A solution of the master.

    Attributes:
        bound: proven lower bound on the optimum of the master, million dollars.
        builds: [C, Y].
        sizes: what it offers the dispatch.
        fixed: its fixed cost, million dollars.
    """

    bound: float
    builds: Array
    sizes: Sizes
    fixed: float


class Master:
    """LP, level projection and MIP over one set of columns and one pool of cuts."""

    mip_presolve = "off"
    """Off where the MIP is solved in the time presolve would take."""

    def __init__(
        self, model: pyo.ConcreteModel | StandardForm, case: DispatchCase, constants: Array, pool: CutPool
    ) -> None:
        self.form = model if isinstance(model, StandardForm) else compile_model(model)
        self.case, self.constants, self.pool = case, constants, pool
        self._years = len(constants)
        form = self.form
        self._to_go = form.columns["cost_to_go"]
        self._cost = form.cost[0]
        self._place()
        self._lp, self._level_lp = new_solver(), new_solver()
        self._rows = form.matrix.shape[0]
        row_bounds = (np.where(form.sense >= 0, form.rhs, -np.inf), np.where(form.sense <= 0, form.rhs, np.inf))
        pass_rows(self._lp, form.matrix, self._cost, (form.lower, form.upper), row_bounds)
        self._pass_level(row_bounds)
        self._known: set[tuple[int, bytes]] = set()
        self._cut_rows: list[tuple[int, Array]] = []
        self.active: list[tuple[int, int]] = []
        """(year, number of the multiplier in the pool) of every cut that entered."""
        self.solves = 0

    def given(self, sizes: Sizes) -> Array:
        """Parameters of the dispatch of every year at given sizes, [Y, P]."""
        return parameters_of(self.case, self.constants, sizes)

    # --- three questions -------------------------------------------------------------------------------------------

    def relaxed(self) -> Point:
        """Optimum with counts relaxed: its objective bounds every plan from below.

        Raises:
            InfeasibleProject: where no builds meet land, planning reserve and emission potential.
        """
        return self._separated(self._lp)

    def admits(self, builds: Array) -> bool:
        """Whether builds in whole units, [C, Y], keep every row of the master: land, planning reserve, permits."""
        columns = self._builds.ravel().astype(np.int32)
        form, near = self.form, _BUILD_TOLERANCE * np.maximum(np.abs(builds.ravel()), 1.0)
        whole = np.nonzero(form.integer)[0].astype(np.int32)
        self._lp.changeColsBounds(len(columns), columns, builds.ravel() - near, builds.ravel() + near)
        self._integrality(self._lp, whole, highspy.HighsVarType.kInteger)
        try:
            self._lp.run()
            return bool(self._lp.getModelStatus() == highspy.HighsModelStatus.kOptimal)
        finally:
            self._integrality(self._lp, whole, highspy.HighsVarType.kContinuous)
            self._lp.changeColsBounds(len(columns), columns, form.lower[columns], form.upper[columns])

    def nearest(self, centre: Sizes, level: float) -> Point | None:
        """The point nearest to ``centre`` (infinity norm, MW) whose cost in the master is at most ``level``."""
        solver, at = self._level_lp, self._scale * self._position(centre)
        rows = np.concatenate([self._distance_rows, [self._cost_row]]).astype(np.int32)
        low = np.concatenate([np.full(len(at), -np.inf), at, [-np.inf]])
        high = np.concatenate([at, np.full(len(at), np.inf), [level]])
        solver.changeRowsBounds(len(rows), rows, low, high)
        try:
            return self._separated(solver)
        except (InfeasibleProject, NoPlanFound):
            return None

    def whole(self, gap: float, seconds: float, start: Point | None = None) -> Point | None:
        """Best plan in whole units; its ``bound`` holds for every such plan. None where none was found in time.

        ``start`` is a plan in whole units to begin with: HiGHS works out what belongs to its counts.
        """
        self.relaxed()
        solver = self._lp
        whole = np.nonzero(self.form.integer)[0].astype(np.int32)
        self._integrality(solver, whole, highspy.HighsVarType.kInteger)
        try:
            return self._whole(solver, gap, seconds, start)
        finally:
            self._integrality(solver, whole, highspy.HighsVarType.kContinuous)
            solver.setOptionValue("time_limit", highspy.kHighsInf)
            solver.setOptionValue("presolve", "choose")

    def planning_prices(self) -> dict[str, Array]:
        """Present value of one unit of room in each limit, million dollars, by name of the limit, [Y].

        From the relaxed optimum: duals of the master's own rows, the reduced cost of usable import, and the slopes of
        the active cuts in the parameters of the dispatch.
        """
        self.relaxed()
        rows, reduced = self._duals()
        return self._row_prices(rows, reduced) | self._cut_prices(rows)

    def _duals(self) -> tuple[Array, Array]:
        """(row duals, reduced costs) of the relaxed optimum."""
        return central_duals(self._lp)

    def _row_prices(self, rows: Array, reduced: Array) -> dict[str, Array]:
        """Of the limits that are rows and bounds of the master."""
        out = {name: -rows[self.form.rows[name]] for name in ("land",) if name in self.form.rows}
        if "pte" in self.form.rows:
            names = emission_caps_tons(self.case.project)
            out |= dict(zip(names, -rows[self.form.rows["pte"]].reshape(-1, self._years), strict=True))
        if "firm" in self.form.rows:
            year = np.array(self.form.row_index["firm"], dtype=np.int64)
            firm = rows[self.form.rows["firm"]]
            out["planning_reserve"] = np.array([firm[year == y].sum() for y in range(self._years)])
        if self._import is not None:
            out["import"] = -reduced[self._import]
        return out

    def _cut_prices(self, rows: Array) -> dict[str, Array]:
        """Of the limits inside the dispatch: slopes of the active cuts."""
        out: dict[str, Array] = {}
        slopes = np.zeros((self._years, len(self.case.parameters)))
        for number, (position, cut) in enumerate(self._cut_rows):
            slopes[position] += rows[self._rows + number] * cut
        for place, parameter in enumerate(self.case.parameters):
            name = limit_of(parameter)
            if name is not None:
                out[name] = slopes[:, place] * (1.0 if name == SPINNING_RESERVE else -1.0)
        return out

    # --- what the plan decides: a master with other columns says it otherwise ---

    def _place(self) -> None:
        """Find the columns that the plan consists of."""
        form, shape = self.form, (len(self.case.fleet.columns), self._years)
        self._builds, self._effective = (form.columns[name].reshape(shape) for name in ("builds", "effective"))
        self._import = form.columns.get("usable_import")
        self._contingency = form.columns["contingency_mw"]

    def _decides(self, year: int) -> list[tuple[int, int]]:
        """(position of a parameter of the dispatch, column that is it in that year)."""
        out = []
        for position, kind, number in decided_positions(self.case):
            if kind == "capacity":
                out.append((position, int(self._effective[number, year])))
            elif kind == "contingency":
                out.append((position, int(self._contingency[year])))
            elif self._import is not None and self.case.year_flag[year] == number:
                out.append((position, int(self._import[year])))
        return out

    def _sizes(self, found: Array) -> Sizes:
        """What a solution offers the dispatch."""
        usable = found[self._import] if self._import is not None else np.zeros(self._years)
        return Sizes(np.maximum(found[self._effective], 0.0), np.maximum(usable, 0.0), found[self._contingency])

    def _moving(self) -> tuple[Ints, Array]:
        """(columns whose distance from a plan counts, MW of one of each), in the order of ``_position``."""
        each = [0.25 if c.quantity == "mwh" else c.mw_each for c in self.case.fleet.columns]
        scale = np.concatenate([np.repeat(each, self._years), np.ones(self._years)])
        return np.concatenate([self._effective.ravel(), self._contingency]), scale

    def _position(self, sizes: Sizes) -> Array:
        return np.concatenate([sizes.effective.ravel(), sizes.contingency_mw])

    # --- inside ----------------------------------------------------------------------------------------------------

    def _whole(self, solver: highspy.Highs, gap: float, seconds: float, start: Point | None) -> Point | None:
        point, bound = None, -np.inf
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("presolve", self.mip_presolve)
        for _ in range(_WHOLE_ROUNDS):
            solver.setOptionValue("time_limit", seconds)
            self._begin_with(solver, point or start)
            proven, found = solve_mip(solver)
            self.solves += 1
            bound = max(bound, proven)
            if found is None:
                return point
            whole = self.form.integer
            found[: len(whole)][whole] = np.round(found[: len(whole)][whole])
            point = self._point(found, bound)
            if not self._separate(point, found):
                break
        return point

    def _begin_with(self, solver: highspy.Highs, start: Point | None) -> None:
        """Hand HiGHS the counts of a plan; a plan its rows refuse is left unused by it."""
        if start is None:
            return
        whole = self.form.integer[self._builds]
        columns = self._builds[whole].astype(np.int32)
        solver.setSolution(len(columns), columns, np.round(start.builds[whole]))

    def _separated(self, solver: highspy.Highs) -> Point:
        """Solve, add the violated cuts, until none is violated."""
        for _ in range(_SEPARATION_ROUNDS):
            solver.run()
            self.solves += 1
            status = solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                raise InfeasibleProject(NO_PLAN_MEETS)
            if status != highspy.HighsModelStatus.kOptimal:
                message = f"the capacity master ended with status {solver.modelStatusToString(status)}"
                raise NoPlanFound(message)
            found = np.array(solver.getSolution().col_value)
            point = self._point(found, float(solver.getObjectiveValue()))
            if not self._separate(point, found):
                return point
        return point

    def _separate(self, point: Point, found: Array) -> bool:
        """Add the most violated cut of each year to both problems; False where there was none."""
        given = self.given(point.sizes)
        values, cuts, sources = self.pool.best(given)
        added = False
        for year in range(self._years):
            claimed = found[self._to_go[year]]
            key = (year, cuts[year].tobytes())
            if values[year] <= claimed + _CUT_TOLERANCE * max(1.0, abs(values[year])) or key in self._known:
                continue
            self._known.add(key)
            self._add_cut(year, cuts[year])
            self.active.append((year, sources[year]))
            added = True
        return added

    def _add_cut(self, year: int, cut: Array) -> None:
        columns, values = [int(self._to_go[year])], [1.0]
        for position, column in self._decides(year):
            slope = float(cut[position])
            if slope != 0.0:
                columns.append(column)
                values.append(-slope)
        fixed = float(cut @ self.constants[year])
        self._cut_rows.append((year, cut))
        for solver in (self._lp, self._level_lp):
            solver.addRow(fixed, highspy.kHighsInf, len(columns), np.array(columns, dtype=np.int32), np.array(values))

    def _point(self, found: Array, bound: float) -> Point:
        sizes = self._sizes(found)
        count = len(self._cost)
        fixed = float(self._cost @ found[:count]) - float(found[self._to_go].sum())
        built = self._builds
        return Point(bound, np.clip(found[built], self.form.lower[built], self.form.upper[built]), sizes, fixed)

    def _integrality(self, solver: highspy.Highs, columns: NDArray[np.int32], kind: highspy.HighsVarType) -> None:
        for column in columns:
            solver.changeColIntegrality(int(column), kind)

    def _pass_level(self, row_bounds: tuple[Array, Array]) -> None:
        """The projection: min distance; |scale (x − centre)| ≤ distance; cost ≤ level."""
        form = self.form
        moving, self._scale = self._moving()
        count, rows = form.matrix.shape[1], len(moving)
        picked = sp.csr_array((self._scale, (np.arange(rows), moving)), shape=(rows, count))
        distance = sp.csr_array(np.ones((rows, 1)))
        matrix = sp.block_array(
            [
                [form.matrix, None],
                [picked, -distance],
                [picked, distance],
                [sp.csr_array(self._cost[None, :]), None],
            ],
            format="csr",
        )
        free = np.full(2 * rows + 1, np.inf)
        self._distance_rows = self._rows + np.arange(2 * rows)
        self._cost_row = self._rows + 2 * rows
        pass_rows(
            self._level_lp,
            sp.csr_array(matrix),
            np.append(np.zeros(count), 1.0),
            (np.append(form.lower, 0.0), np.append(form.upper, np.inf)),
            (np.append(row_bounds[0], -free), np.append(row_bounds[1], free)),
        )
