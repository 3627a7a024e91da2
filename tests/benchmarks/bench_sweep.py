"""Phase 1 scenarios of the worked example: one process, two, and a Dask cluster of two workers where Dask is there.

Run: ``python tests/benchmarks/bench_sweep.py [SCENARIOS] [YEARS]``. Figures are printed, never asserted: machines
differ. Each way solves the same scenarios from nothing; the start of processes and workers counts.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.scenarios import ScenarioRow
from bvnexus_xl.sweep.comparison import Comparison
from bvnexus_xl.sweep.pools import Where
from bvnexus_xl.sweep.run import SweepOptions, run_sweep
from bvnexus_xl.sweep.store import Store

MANY = 100


def main(scenarios: int = MANY, years: int = 15) -> None:
    """Print the figures."""
    project = example(scenarios, years)
    swept(example(1, 1), Where())  # compiled once, outside the timing
    alone, first = swept(project, Where())
    solved = [case.seconds for case in alone.cases]
    print(f"{len(solved)} studies of {years} years: {first:.1f} s in one process, {max(solved):.1f} s the longest")

    report("two processes", *swept(project, Where(processes=2)), alone, first)
    if importlib.util.find_spec("distributed") is None:
        print("Dask is not installed: pip install bvnexus-xl[cluster]")
        return
    from distributed import LocalCluster

    start = time.perf_counter()
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(f"Dask cluster of two workers up in {time.perf_counter() - start:.1f} s")
        report("Dask, two workers", *swept(project, Where(cluster=cluster.scheduler_address)), alone, first)


def example(scenarios: int, years: int) -> Project:
    """The worked example over some of its years, with gas prices evenly from half to twice the base case's."""
    base = greenfield_project()
    gas = base.finance.gas_price_usd_per_mmbtu
    prices = [gas * (0.5 + 1.5 * number / max(scenarios - 1, 1)) for number in range(scenarios)]
    rows = tuple(
        ScenarioRow(name=f"Gas at {price:.3f} $/MMBtu", field_1="gas_price_usd_per_mmbtu", value_1=price)
        for price in prices
    )
    last = base.study.first_year + years
    trajectory = tuple(row for row in base.load.trajectory if row.year < last)
    limits = tuple(row for row in base.grid.import_limits if row.year < last)
    return base.model_copy(
        update={
            "study": base.study.model_copy(update={"analysis_years": years}),
            "load": base.load.model_copy(update={"trajectory": trajectory}),
            "grid": base.grid.model_copy(update={"import_limits": limits, "grid_enabled": bool(limits)}),
            "scenarios": rows,
        }
    )


def swept(project: Project, where: Where) -> tuple[Comparison, float]:
    """The sweep from nothing, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        found = run_sweep(project, SweepOptions(where=where), Store(Path(folder)), lambda _text, _share: None)
        return found, time.perf_counter() - start


def report(name: str, found: Comparison, seconds: float, alone: Comparison, first: float) -> None:
    """One line: seconds, ratio to one process, and whether the figures are the same."""
    same = [case.figures for case in found.cases] == [case.figures for case in alone.cases]
    work = sum(case.seconds for case in found.cases)
    print(
        f"{name}: {seconds:.1f} s, {first / seconds:.2f} times as fast; {work:.1f} s of solving inside; "
        f"figures {'equal' if same else 'DIFFERENT'}"
    )


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:3]))
