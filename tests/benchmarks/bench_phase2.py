"""Phase 2 measured on the greenfield example: seconds by stage, iterations, gap, memory.

Run it by hand: ``python tests/benchmarks/bench_phase2.py [years] [weeks] [time limit s]``. Not collected by pytest.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import psutil

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solve.phase2 import solve_phase2


def shortened(years: int) -> Project:
    """The greenfield example cut to its first years."""
    whole = greenfield_project()
    kept = whole.load.trajectory[:years]
    return whole.model_copy(
        update={
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


def main() -> None:
    """Print one line a figure."""
    years, weeks, limit = (int(value) for value in (*sys.argv[1:], *("15", "6", "600")[len(sys.argv) - 1 :]))
    project = shortened(years)
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    began = time.perf_counter()
    result = solve_phase2(
        project,
        fleet,
        profiles,
        start_plan(project),
        Phase2Options(weeks=weeks, time_limit_s=float(limit)),
        lambda event: print(
            f"{event.seconds:7.1f} s  {event.stage:10s} {event.iteration:3d}  gap {event.gap or 0.0:.3%}"
        ),
        lambda: False,
    )
    print(f"total {time.perf_counter() - began:.1f} s, status {result.status}")
    for stage, seconds in result.seconds.items():
        print(f"  {stage}: {seconds:.1f} s")
    print(result.proof)
    print(f"resident memory {psutil.Process().memory_info().rss / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
