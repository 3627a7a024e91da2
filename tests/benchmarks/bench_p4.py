"""P4 measured on its example, both phases: seconds by stage, what selling adds and can add at most, memory.

Run it by hand: ``python tests/benchmarks/bench_p4.py [weeks|year] [time limit s]``. Not collected by pytest.
"""

from __future__ import annotations

import sys
import time

import psutil

from bvnexus_xl.catalogue.example_grid_services import grid_services_project
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.services.study import ServicesStudy
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy


def report(study: SolvedStudy, seconds: float, busy: float) -> None:
    """Print the answer and what it took."""
    assert isinstance(study.finding, ServicesStudy)
    print(f"phase {study.phase}: {seconds:.1f} s, {busy:.1f} s of processor, status {study.status}")
    for line in (*study.finding.lines(), *study.warnings):
        print(f"  {line}")
    for stage, spent in study.seconds.items():
        print(f"  {stage}: {spent:.1f} s")
    print(f"  {study.proof}")
    print(f"  resident memory {psutil.Process().memory_info().rss / 1e9:.2f} GB")


def main() -> None:
    """Both phases on the example."""
    resolution, limit = (*sys.argv[1:], *("year", "600")[len(sys.argv) - 1 :])
    options = Phase2Options(resolution="weeks" if resolution == "weeks" else "year", time_limit_s=float(limit))
    for phase in (1, 2):
        began, busy = time.perf_counter(), time.process_time()

        def progress(text: str, _share: float, began: float = began) -> None:
            print(f"{time.perf_counter() - began:7.1f} s  {text}", flush=True)

        project = grid_services_project()
        study = run_phase1(project, progress) if phase == 1 else run_phase2(project, progress, options)
        report(study, time.perf_counter() - began, time.process_time() - busy)


if __name__ == "__main__":
    main()
