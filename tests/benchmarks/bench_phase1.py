"""Phase 1 on the worked example: designs per second, batch against one design at a time, and where the seconds go.

Run: ``python tests/benchmarks/bench_phase1.py``. Figures are printed, never asserted: machines differ.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.screening.evaluate import Designs, Judge
from bvnexus_xl.screening.rules import first_recipes, make_designs, variations
from bvnexus_xl.workbook.solve_file import solve_project_into

MANY = 2000
ONE_BY_ONE = 60


def main() -> None:
    """Print the figures."""
    project = greenfield_project()
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    recipes = first_recipes(project, fleet, profiles)
    recipes += variations(project, fleet, profiles, [recipe.mix for recipe in recipes[::8]])
    designs = make_designs(project, fleet, profiles, recipes[:MANY])
    years = len(project.years)
    Judge(project, fleet, profiles).worth(_part(designs, 0, 2))  # compiled once, outside the timing

    start = time.perf_counter()
    Judge(project, fleet, profiles).worth(designs)
    batch = time.perf_counter() - start
    pick = np.linspace(0, len(designs) - 1, ONE_BY_ONE).astype(int)
    judge = Judge(project, fleet, profiles)
    start = time.perf_counter()
    for number in pick:
        judge.worth(_part(designs, number, number + 1))
    single = (time.perf_counter() - start) / ONE_BY_ONE * len(designs)
    rate = len(designs) * years / batch
    print(f"{len(designs):,} designs x {years} years in {batch:.1f} s: {rate:,.0f} designs x years per second")
    print(f"one design at a time: {single:.1f} s for the same (from {ONE_BY_ONE}); ratio {single / batch:.2f}")

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = solve_project_into(project, Path(folder) / "solved.xlsx", run_phase1)
        whole = time.perf_counter() - start
    split = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in done.solved.seconds.items())
    print(f"whole command {whole:.1f} s ({split}); {done.solved.designs_tried:,} designs")
    print(f"memory {psutil.Process().memory_info().rss / 2**20:,.0f} MB resident at the end")


def _part(designs: Designs, first: int, last: int) -> Designs:
    return Designs(designs.target[first:last], designs.grid_priority[first:last])


if __name__ == "__main__":
    main()
