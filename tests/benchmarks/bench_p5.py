"""P5 measured on its example, both phases: seconds by stage, gap, what hedging is worth, memory.

Run it by hand: ``python tests/benchmarks/bench_p5.py [gap] [time limit s] [weeks|year]``. Not collected by pytest.
"""

from __future__ import annotations

import sys
import time

import psutil

from bvnexus_xl.catalogue.example_bridge import bridge_project
from bvnexus_xl.problems.bridge.finding import BridgeFinding
from bvnexus_xl.problems.bridge.study import optimise_bridge_study, screen_bridge_study
from bvnexus_xl.solve.events import Phase2Options


def main() -> None:
    """Print one line a figure."""
    gap, limit, resolution = (*sys.argv[1:], *("0.01", "600", "year")[len(sys.argv) - 1 :])
    project = bridge_project()
    began, spent = time.perf_counter(), time.process_time()
    first = screen_bridge_study(project, lambda _text, _share: None)
    assert isinstance(first.finding, BridgeFinding)
    print(f"Phase 1: {time.perf_counter() - began:.1f} s, {time.process_time() - spent:.1f} s of processor")
    print(f"  {first.designs_tried} plans, expected cost {first.finding.expected_usd / 1e6:.2f} M$, {first.status}")
    options = Phase2Options(
        gap=float(gap), time_limit_s=float(limit), resolution="weeks" if resolution == "weeks" else "year"
    )
    began, spent = time.perf_counter(), time.process_time()
    solved = optimise_bridge_study(project, lambda _text, _share: None, options, lambda: False)
    assert isinstance(solved.finding, BridgeFinding)
    print(f"Phase 2: {time.perf_counter() - began:.1f} s, {time.process_time() - spent:.1f} s of processor")
    for stage, seconds in solved.seconds.items():
        print(f"  {stage}: {seconds:.1f} s")
    print(solved.proof)
    print("\n".join(solved.finding.lines()))
    print(f"resident memory {psutil.Process().memory_info().rss / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
