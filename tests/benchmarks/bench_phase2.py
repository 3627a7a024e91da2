"""Phase 2 measured on the greenfield example: seconds by stage, iterations, gap, memory.

Run it by hand: ``python tests/benchmarks/bench_phase2.py [years] [weeks] [time limit s]``,
``... scale`` or ``... build``. Not collected by pytest.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import psutil
import scipy.sparse as sp

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.model.dispatch import build_dispatch
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.time_axis import full_year_axis
from bvnexus_xl.solve.events import Phase2Options, SolveEvent
from bvnexus_xl.solve.parametric import from_standard_form
from bvnexus_xl.solve.phase2 import solve_phase2
from bvnexus_xl.solve.standard_form import compile_model

FEW = ("Recip 18.3 MW", "Battery")
MORE = (*FEW, "Solar PV", "Aero 53 MW")


def shortened(years: int, models: tuple[str, ...] = ()) -> Project:
    """The greenfield example cut to its first years, and to some models of its equipment (none: all)."""
    whole = greenfield_project()
    kept = whole.load.trajectory[:years]
    rows = tuple(row for row in whole.equipment if row.enabled and (not models or row.name in models))
    names = {row.name for row in rows}
    return whole.model_copy(
        update={
            "equipment": rows,
            "emission_controls": tuple(row for row in whole.emission_controls if row.model in names),
            "study": whole.study.model_copy(update={"analysis_years": years}),
            "load": whole.load.model_copy(update={"trajectory": kept}),
        }
    )


def start_plan(project: Project) -> Plan:
    """Controlled engines for each year's load and two more, a battery, import in the first year it is granted."""
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    builds = np.zeros((len(fleet.columns), len(project.years)))
    units = np.ceil(profiles.load_mw.max(axis=1) / 18.3) + 2.0
    builds[fleet.index["recip-18-3-mw+scr-oxidation-catalyst"]] = np.diff(units, prepend=0.0)
    builds[fleet.index["battery:mw"], 0] = builds[fleet.index["battery:mwh"], 0] = 40.0
    return Plan(project.years, builds, (True,) * len(project.years))


def measure(years: int, weeks: int, limit: float, models: tuple[str, ...] = ()) -> None:
    """One run: seconds by stage, trials, gap, certified gap, memory."""
    project = shortened(years, models)
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    began, busy = time.perf_counter(), time.process_time()
    options = Phase2Options(weeks=weeks, time_limit_s=limit, relaxation_share=0.0)
    result = solve_phase2(project, fleet, profiles, start_plan(project), options, tell, lambda: False)
    elapsed, worked = time.perf_counter() - began, time.process_time() - busy
    print(f"{years} years, {weeks} weeks, {len(project.equipment)} technologies ({len(fleet.columns)} columns):")
    print(f"  {elapsed:.1f} s, {worked:.1f} s of processor, status {result.status}")
    for stage, seconds in result.seconds.items():
        print(f"  {stage}: {seconds:.1f} s")
    print(result.proof, *result.warnings, sep="\n")
    print(f"resident memory {psutil.Process().memory_info().rss / 1e9:.2f} GB")


def tell(event: SolveEvent) -> None:
    """One line of progress."""
    print(f"{event.seconds:7.1f} s  {event.stage:10s} {event.iteration:3d}  gap {event.gap or 0.0:.3%}")


def measure_build() -> None:
    """Seconds from equations to HiGHS on 8,760 h, against putting the same matrix together from its triplets."""
    project = shortened(1)
    fleet = build_fleet(project)
    case = dispatch_case(project, fleet, build_profiles(project, fleet), full_year_axis())
    moments = [time.process_time()]
    model = build_dispatch(case)
    moments.append(time.process_time())
    form = compile_model(model)
    moments.append(time.process_time())
    dispatch = from_standard_form(case, form)
    moments.append(time.process_time())
    triplets = dispatch.matrix.tocoo()
    before = time.process_time()
    sp.csr_array((triplets.data, (triplets.row, triplets.col)), shape=dispatch.matrix.shape)
    plain = time.process_time() - before
    steps = zip(("Pyomo build", "compile", "to parameters"), np.diff(moments), strict=True)
    print(", ".join(f"{name} {seconds:.2f} s" for name, seconds in steps), f"| plain arrays {plain:.2f} s")


def main() -> None:
    """``scale`` varies years, weeks and technologies; ``build`` only builds; else years, weeks, time limit."""
    if sys.argv[1:] == ["build"]:
        measure_build()
    elif sys.argv[1:] == ["scale"]:
        for years in (5, 10, 15):
            for weeks in (5, 9):
                measure(years, weeks, 1800.0)
        for models in (FEW, MORE):
            measure(5, 5, 1800.0, models)
    else:
        years, weeks, limit = (int(value) for value in (*sys.argv[1:], *("15", "6", "600")[len(sys.argv) - 1 :]))
        measure(years, weeks, float(limit))


if __name__ == "__main__":
    main()
