"""P2 measured on its example: seconds by stage, added load with its bound, the curve, memory, both phases.

Run it by hand: ``python tests/benchmarks/bench_p2.py [weeks|year] [time limit s]``. Not collected by pytest.
"""

from __future__ import annotations

import sys
import time

import psutil

from bvnexus_xl.catalogue.example_brownfield import brownfield_project
from bvnexus_xl.pipeline import run_phase1, run_phase2
from bvnexus_xl.problems.expansion.finding import Expansion
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy


def report(study: SolvedStudy, seconds: float) -> None:
    """Print the answer, the curve and what it took."""
    assert isinstance(study.finding, Expansion)
    print(f"phase {study.phase}: {seconds:.1f} s, status {study.status}, {study.finding.loads_tried} loads tried")
    for line in study.finding.lines():
        print(f"  {line}")
    for point in study.finding.curve:
        bound = "" if point.upper_mw is None else f", at most {point.upper_mw:.1f} ({point.resolution})"
        print(f"  {point.ceiling_usd_per_mwh:6.2f} $/MWh: {point.added_mw:6.1f} MW{bound}; {point.stops}")
    for stage, spent in study.seconds.items():
        print(f"  {stage}: {spent:.1f} s")
    print(f"  resident memory {psutil.Process().memory_info().rss / 1e9:.2f} GB")


def main() -> None:
    """Both phases on the example."""
    resolution, limit = (*sys.argv[1:], *("year", "1800")[len(sys.argv) - 1 :])
    project, began = brownfield_project(), time.perf_counter()

    def progress(text: str, _share: float) -> None:
        print(f"{time.perf_counter() - began:7.1f} s  {text}", flush=True)

    study = run_phase1(project, progress)
    report(study, time.perf_counter() - began)
    began = time.perf_counter()
    options = Phase2Options(resolution="weeks" if resolution == "weeks" else "year", time_limit_s=float(limit))
    study = run_phase2(project, progress, options)
    report(study, time.perf_counter() - began)
    print(study.proof)


if __name__ == "__main__":
    main()
