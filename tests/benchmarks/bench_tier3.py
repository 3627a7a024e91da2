"""Tier 3 measured on the greenfield example: one year at 35,040 steps against HiGHS alone, and all its years.

Run by hand: ``python -m tests.benchmarks.bench_tier3 year`` or ``... all``. Not collected by pytest.
``year``: the last year of Phase 1's plan (engines, battery, grid with a demand charge; gas per day, NOx per year, which
binds), units relaxed. Both get the same compiled arrays on one machine; ours solves months with priced yearly limits
to 5e-4, HiGHS the whole year in one piece, by simplex and by its interior point without crossover.
``all``: Phase 1's plan, every year with whole units, as ``run --phase 3`` does.
"""

from __future__ import annotations

import sys
import time

import highspy
import numpy as np
import psutil

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.profiles.quarter_hours import quarter_hour_axis, quarter_hours
from bvnexus_xl.profiles.time_axis import full_year_axis
from bvnexus_xl.solve.evaluate import DispatchEvaluator
from bvnexus_xl.solve.given import constant_parameters, parameters_of, sizes_of
from bvnexus_xl.solve.highs import new_solver, pass_rows
from bvnexus_xl.solve.parametric import ParametricDispatch, parametric_dispatch
from bvnexus_xl.solve.whole_dispatch import PRICING_ROUNDS
from bvnexus_xl.tier3.dispatcher import quarter_hour_case
from bvnexus_xl.tier3.in_plan import in_plan
from bvnexus_xl.tier3.validate import validate

ACCURACY = 5e-4
LIMIT_S = 300.0


def clocks() -> tuple[float, float]:
    """Wall and processor seconds."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> str:
    wall, busy = (now - then for now, then in zip(clocks(), start, strict=True))
    return f"{wall:6.1f} s wall, {busy:6.1f} s processor"


def memory_gb() -> float:
    """Most memory of this process so far, GB (what it holds now where the system does not keep the peak)."""
    used = psutil.Process().memory_info()
    return float(getattr(used, "peak_wset", used.rss)) / 1e9


def one_year() -> None:
    """Ours and HiGHS alone on one year."""
    study = run_phase1(greenfield_project())
    project, profiles, builds = study.project, study.profiles, study.plan.builds
    part, year = in_plan(study.fleet, profiles, builds), len(project.years) - 1
    start = clocks()
    axis = quarter_hour_axis(full_year_axis())
    plain = dispatch_case(project, part.fleet, part.profiles, axis)
    case = quarter_hour_case(plain, quarter_hours(project, profiles), part.profile, axis)
    dispatch, table = parametric_dispatch(case), price_table(project)
    print(
        f"Pyomo and compilation, for both: {since(start)}, {memory_gb():.2f} GB; {dispatch.matrix.shape} rows, columns"
    )
    sizes = sizes_of(part.fleet, part.profiles, part.builds(builds))
    given = parameters_of(case, constant_parameters(project, part.profiles, case), sizes)
    start = clocks()
    found = DispatchEvaluator(dispatch, table, lambda: False)(
        given, [year], rounds=PRICING_ROUNDS, accuracy=ACCURACY, keep=True
    )[year]
    wall = time.perf_counter() - start[0]
    print(f"ours: {since(start)}; cost {found.value:,.1f}, bound {found.lower:,.1f}, above caps {found.excess}")
    for name, options in {"simplex": {"solver": "simplex"}, "ipm": {"solver": "ipm", "run_crossover": "off"}}.items():
        start = clocks()
        objective, status = alone(dispatch, table[:, year], given[year], options)
        ratio = (time.perf_counter() - start[0]) / wall
        print(f"HiGHS {name}: {since(start)}; {status}, cost {objective:,.1f}; {ratio:.2f} times ours")


def alone(
    dispatch: ParametricDispatch, prices: np.ndarray, given: np.ndarray, options: dict[str, str]
) -> tuple[float, str]:
    """The whole year in one piece: (objective, status)."""
    solver = new_solver(time_limit=LIMIT_S, **options)
    upper, rhs, sense = dispatch.upper @ given, dispatch.rhs @ given, dispatch.sense
    rows = np.where(sense >= 0, rhs, -highspy.kHighsInf), np.where(sense <= 0, rhs, highspy.kHighsInf)
    pass_rows(solver, dispatch.matrix, prices @ dispatch.cost, (np.zeros(len(upper)), upper), rows)
    solver.run()
    return float(solver.getObjectiveValue()), solver.modelStatusToString(solver.getModelStatus())


def all_years() -> None:
    """Every year of Phase 1's plan, whole units."""
    study, start = run_phase1(greenfield_project()), clocks()
    found = validate(study, progress=lambda text, _share: print(f"{since(start)}  {text}"))
    print(f"{found.status}: {since(start)}, {memory_gb():.2f} GB; {found.seconds}")


if __name__ == "__main__":
    {"year": one_year, "all": all_years}[sys.argv[1]]()
