"""The decomposition against HiGHS's own MIP on the same rows in one piece: 5 years x 5 representative weeks.

Run: ``python -m tests.benchmarks.bench_one_piece [gap] [limit of the one piece, s]``. Not collected by pytest.
Both get the same compiled arrays, two threads and the same gap; the one piece is stopped at 600 s. Ours starts from a
crude plan (engines for the load and two more), as Phase 1 would give it a better one; HiGHS starts from nothing.
"""

from __future__ import annotations

import sys
import time
from datetime import date

import numpy as np

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.grid import GridYear
from bvnexus_xl.inputs.load import LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.problems.p1_greenfield import fixed_cost_each, greenfield_master
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.solve.benders import Benders
from bvnexus_xl.solve.cuts import CutPool
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, sizes_of
from bvnexus_xl.solve.master import Master, Point
from bvnexus_xl.solve.parametric import parametric_dispatch
from tests.oracles.stacked import solve_stacked

WEEKS, TRIALS = 5, 60
LOAD_MW = (150.0, 300.0, 450.0, 600.0, 600.0)


def five_years() -> Project:
    """The worked example with its four load steps in five years and the grid in the last two."""
    whole = greenfield_project()
    first = whole.study.first_year
    return whole.model_copy(
        update={
            "study": whole.study.model_copy(update={"analysis_years": len(LOAD_MW)}),
            "load": whole.load.model_copy(
                update={"trajectory": tuple(LoadYear(year=first + n, contracted_mw=mw) for n, mw in enumerate(LOAD_MW))}
            ),
            "grid": whole.grid.model_copy(
                update={
                    "energisation_date": date(first + 3, 1, 1),
                    "import_limits": tuple(GridYear(year=first + n, import_limit_mw=75.0) for n in (3, 4)),
                }
            ),
        }
    )


def main() -> None:
    """Print the figures."""
    gap, limit = (float(value) for value in (*sys.argv[1:], *("0.005", "600")[len(sys.argv) - 1 :]))
    project = five_years()
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    axes = (representative_weeks(fleet, profiles, weeks) for weeks in range(1, WEEKS + 1))
    axis = next(axis for axis in axes if axis.periods >= WEEKS)
    began = time.perf_counter()
    case = dispatch_case(project, fleet, profiles, axis)
    dispatch, prices = parametric_dispatch(case), price_table(project)
    problem = MasterCase(project, fleet, profiles)
    model = greenfield_master(problem)
    constants = constant_parameters(project, profiles, case)
    discount = year_end_factors(project.finance.discount_rate, len(project.years)) * 1e-3
    built = time.perf_counter() - began
    print(f"{len(project.years)} years x {axis.periods} weeks; Pyomo and compilation, for both: {built:.1f} s")

    began = time.perf_counter()
    pool = CutPool(dispatch, prices, discount)
    master = Master(model, case, constants, pool)
    evaluator = DispatchEvaluator(dispatch, prices, lambda: False)
    search = Benders(master, evaluator, pool, discount, "weeks", lambda *_: None, began + limit)
    builds = np.zeros((len(fleet.columns), len(project.years)))
    units = np.ceil(profiles.load_mw.max(axis=1) / 18.3) + 2.0
    builds[fleet.index["recip-18-3-mw+scr-oxidation-catalyst"]] = np.diff(units, prepend=0.0)
    builds[fleet.index["battery:mw"], 0] = builds[fleet.index["battery:mwh"], 0] = 40.0
    fixed = float((fixed_cost_each(problem) * builds).sum())
    search.price(Point(-np.inf, builds, sizes_of(fleet, profiles, builds), fixed), whole=True)
    search.run_relaxed(gap, TRIALS)
    proven = search.run_whole(gap, TRIALS)
    ours, found = time.perf_counter() - began, search.search
    print(
        f"(a) decomposed: {ours:.1f} s, cost {found.best_cost:,.2f} M$, bound {found.lower:,.2f} M$, "
        f"gap {100 * found.gap:.3f} % ({'proven' if proven else 'not reached'}), {found.iterations} trials, "
        f"{evaluator.solves} block solves",
        flush=True,
    )
    whole = solve_stacked(master.form, dispatch, constants, prices, discount, gap, limit)
    reached = (whole.objective - whole.bound) / abs(whole.objective) if np.isfinite(whole.objective) else np.inf
    print(
        f"(b) one piece: {whole.seconds:.1f} s, {whole.status}, cost {whole.objective:,.2f} M$, "
        f"bound {whole.bound:,.2f} M$, gap {100 * reached:.3f} %; {whole.rows:,} rows, {whole.columns:,} columns"
    )
    censored = "more than " if reached > gap else ""
    print(f"ratio (b)/(a): {censored}{whole.seconds / ours:.0f}")


if __name__ == "__main__":
    main()
