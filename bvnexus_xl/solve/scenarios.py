"""One plan for several scenarios: shared builds, own dispatch, by the decomposition of Phase 2.

    min Σ_s p_s (fixed_s · builds + Σ_y cost_to_go[s,y])        rows of every scenario's master on the same builds

Each scenario is a *member* with its own dispatch, prices, limits and cuts. Master and dispatch see *positions*: the
years of the first member, then those of the second. Parameters of a position that a member does not have stay 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import DispatchCase, dispatch_case
from bvnexus_xl.model.costs import USD_PER_UNIT, price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import USD_PER_UNIT as MASTER_USD
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each, greenfield_master
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.solve.benders import Benders, Report
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import DispatchEvaluator, YearDispatch
from bvnexus_xl.solve.given import Sizes, constant_parameters, decided_positions, parameters_of, sizes_of
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from bvnexus_xl.solve.standard_form import StandardForm, compile_model

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_PER_POSITION = ("usable_import", "contingency_mw", "cost_to_go")


@dataclass(frozen=True, eq=False)
class Member:
    """One scenario, compiled.

    Attributes:
        problem: its project, fleet and profiles.
        form: its capacity master.
        constants: parameters its project fixes, [Y, P].
        discount: million dollars of present value of a thousand dollars of each year, [Y].
        fixed_each: million dollars of one build, [C, Y].
        pool, evaluator: its cuts, as if it were certain, and its dispatch.
    """

    problem: MasterCase
    case: DispatchCase
    form: StandardForm
    constants: Array
    discount: Array
    fixed_each: Array
    pool: CutPool
    evaluator: DispatchEvaluator


def compiled_member(
    project: Project, fleet: Fleet, profiles: Profiles, axis: TimeAxis, cancelled: Callable[[], bool]
) -> Member:
    """A scenario compiled on an axis; ``cancelled`` is asked before each solve of a dispatch."""
    problem = MasterCase(project, fleet, profiles)
    case = dispatch_case(project, fleet, profiles, axis)
    dispatch, prices = parametric_dispatch(case), price_table(project)
    discount = year_end_factors(project.finance.discount_rate, len(project.years)) * (USD_PER_UNIT / MASTER_USD)
    return Member(
        problem=problem,
        case=case,
        form=compile_model(greenfield_master(problem)),
        constants=constant_parameters(project, profiles, case),
        discount=discount,
        fixed_each=fixed_cost_each(problem),
        pool=CutPool(dispatch, prices, discount),
        evaluator=DispatchEvaluator(dispatch, prices, cancelled),
    )


def point_of(members: Sequence[Member], weights: Sequence[float], builds: Array) -> Point:
    """What builds [C, Y] offer every position, and their expected fixed cost."""
    offered = [sizes_of(member.problem.fleet, member.problem.profiles, builds) for member in members]
    sizes = Sizes(
        np.hstack([one.effective for one in offered]),
        np.concatenate([one.usable_import_mw for one in offered]),
        np.concatenate([one.contingency_mw for one in offered]),
    )
    pairs = zip(weights, members, strict=True)
    return Point(-np.inf, builds, sizes, sum(p * float((one.fixed_each * builds).sum()) for p, one in pairs))


def shared_search(
    members: Sequence[Member], weights: Sequence[float], stage: str, report: Report, deadline: float
) -> Benders:
    """Master and dispatch of one plan for members of given probabilities, adding to 1; the members keep the cuts."""
    pool = MemberPool(members, weights)
    master = SharedMaster(members, weights, pool)
    return Benders(master, MemberEvaluator(members), pool, pool.discount, stage, report, deadline)


class MemberPool(CutPool):
    """The cuts of all members seen from the positions, weighted by probability."""

    def __init__(self, members: Sequence[Member], weights: Sequence[float]) -> None:
        weighted = np.concatenate([p * member.discount for p, member in zip(weights, members, strict=True)])
        super().__init__(members[0].pool.dispatch, np.hstack([member.pool.prices for member in members]), weighted)
        self._members, self._weights = members, weights

    def add(self, multiplier: Array, from_year: int, years: list[int] | None = None) -> None:
        """Cuts of a multiplier found at a position, for all years of its member."""
        number, year = divmod(from_year, len(self._members[0].discount))
        self._members[number].pool.add(multiplier, year)

    def best(self, given: Array) -> tuple[Array, Array, list[int]]:
        """Highest cut of each position: (values, cuts, number of its multiplier within its member or −1)."""
        values, cuts, source = np.zeros(len(given)), np.zeros_like(given), []
        for (at, width, member), weight in zip(_slices(self._members), self._weights, strict=True):
            value, cut, number = member.pool.best(given[at, :width])
            values[at], cuts[at, :width] = weight * value, weight * cut
            source += number
        return values, cuts, source


class MemberEvaluator(DispatchEvaluator):
    """The dispatches of all members, asked by position; it has none of its own."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members

    def guess_prices(self, year: int, given: Array, slopes: Array) -> None:
        """As ``DispatchEvaluator.guess_prices``, of a position."""
        number, own = divmod(year, len(self._members[0].discount))
        member = self._members[number]
        width = len(member.case.parameters)
        member.evaluator.guess_prices(own, given[:width], slopes[:width])

    def __call__(
        self,
        given: Array,
        years: Sequence[int],
        *,
        rounds: int,
        accuracy: float,
        keep: bool = False,
        fixed: dict[int, Array] | None = None,
        joined: bool = True,
    ) -> dict[int, YearDispatch]:
        """As ``DispatchEvaluator``, by position."""
        out: dict[int, YearDispatch] = {}
        for at, width, member in _slices(self._members):
            own = [position - at.start for position in years if at.start <= position < at.stop]
            held = None if fixed is None else {p - at.start: x for p, x in fixed.items() if at.start <= p < at.stop}
            found = member.evaluator(
                given[at, :width], own, rounds=rounds, accuracy=accuracy, keep=keep, fixed=held, joined=joined
            )
            out |= {at.start + year: dispatched for year, dispatched in found.items()}
        return out


class SharedMaster(Master):
    """The masters of all members on the same builds."""

    mip_presolve = "on"
    """The members repeat each other: presolve takes most of the rows away."""

    def __init__(self, members: Sequence[Member], weights: Sequence[float], pool: MemberPool) -> None:
        self.members = members
        widest = max(len(member.case.parameters) for member in members)
        constants = np.zeros((len(members) * len(members[0].discount), widest))
        for at, width, member in _slices(members):
            constants[at, :width] = member.constants
        super().__init__(shared_form(members, weights), members[0].case, constants, pool)

    def given(self, sizes: Sizes) -> Array:
        """Parameters of the dispatch at every position, [positions, P]."""
        out = np.zeros_like(self.constants)
        for at, width, member in _slices(self.members):
            own = Sizes(sizes.effective[:, at], sizes.usable_import_mw[at], sizes.contingency_mw[at])
            out[at, :width] = parameters_of(member.case, member.constants, own)
        return out

    def _place(self) -> None:
        form, columns = self.form, len(self.case.fleet.columns)
        self._builds = form.columns["builds"].reshape(columns, -1)
        self._effective = form.columns["effective"].reshape(columns, -1)
        self._import = form.columns.get("usable_import")
        self._contingency = form.columns["contingency_mw"]

    def _decides(self, year: int) -> list[tuple[int, int]]:
        number, own = divmod(year, self._builds.shape[1])
        case, out = self.members[number].case, []
        for position, kind, item in decided_positions(case):
            if kind == "capacity":
                out.append((position, int(self._effective[item, year])))
            elif kind == "contingency":
                out.append((position, int(self._contingency[year])))
            elif self._import is not None and case.year_flag[own] == item:
                out.append((position, int(self._import[year])))
        return out


def shared_form(members: Sequence[Member], weights: Sequence[float]) -> StandardForm:
    """Rows of all members side by side on one set of builds."""
    columns, years = len(members[0].problem.fleet.columns), len(members[0].discount)
    placed, count = _placed([member.form for member in members])
    cost, integer = np.zeros(count), np.zeros(count, dtype=bool)
    blocks = []
    for member, weight, to in zip(members, weights, placed, strict=True):
        each, to_go = weight * member.form.cost[0], member.form.columns["cost_to_go"]
        each[to_go] = member.form.cost[0][to_go]  # weighted by its cuts
        cost[to] += each
        integer[to] = member.form.integer
        rows = member.form.matrix.tocoo()
        blocks.append(sp.csr_array((rows.data, (rows.coords[0], to[rows.coords[1]])), shape=(rows.shape[0], count)))
    lower, upper = _bounds(members, placed, count)
    effective = [to[m.form.columns["effective"]].reshape(columns, years) for m, to in zip(members, placed, strict=True)]
    named = {"builds": np.arange(columns * years), "effective": np.stack(effective, axis=1).ravel()}
    for name in _PER_POSITION:
        if name in members[0].form.columns:
            named[name] = np.concatenate([to[m.form.columns[name]] for m, to in zip(members, placed, strict=True)])
    return StandardForm(
        cost=cost[None, :],
        matrix=sp.csr_array(sp.vstack(blocks)),
        sense=np.concatenate([member.form.sense for member in members]),
        rhs=np.concatenate([member.form.rhs for member in members]),
        lower=lower,
        upper=upper,
        integer=integer,
        columns=named,
        rows={},
        column_index={},
        row_index={},
    )


def _placed(forms: Sequence[StandardForm]) -> tuple[list[Ints], int]:
    """Where each master's columns stand: builds first and shared, then each one's own; and how many there are."""
    count, placed = len(forms[0].columns["builds"]), []
    for form in forms:
        to = np.full(form.matrix.shape[1], -1, dtype=np.int64)
        to[form.columns["builds"]] = np.arange(len(form.columns["builds"]))
        own = to < 0
        to[own] = count + np.arange(own.sum())
        count += int(own.sum())
        placed.append(to)
    return placed, count


def _bounds(members: Sequence[Member], placed: Sequence[Ints], count: int) -> tuple[Array, Array]:
    """Bounds of all columns: what is built must be allowed in every member.

    A grid connection may be contracted as soon as any member may: before a member is granted import it carries nothing.
    """
    fleet, years = members[0].problem.fleet, len(members[0].discount)
    lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
    grid = np.zeros(count, dtype=bool)
    if fleet.grid_column is not None:
        grid[fleet.grid_column * years : (fleet.grid_column + 1) * years] = True
    upper[grid] = 0.0
    for member, to in zip(members, placed, strict=True):
        lower[to] = np.maximum(lower[to], member.form.lower)
        most = member.form.upper
        upper[to] = np.where(grid[to], np.maximum(upper[to], most), np.minimum(upper[to], most))
    return lower, upper


def _slices(members: Sequence[Member]) -> list[tuple[slice, int, Member]]:
    """(positions, number of parameters, member) of every member."""
    years = len(members[0].discount)
    return [(slice(n * years, (n + 1) * years), len(m.case.parameters), m) for n, m in enumerate(members)]
