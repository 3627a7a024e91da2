"""How far Phase 1 is from the best: its cost against the bound that Phase 2 proves at 8,760 h of every year.

The worked example (15 years) and ten seeded projects of three years on which Phase 1 keeps every limit.
Run: ``python -m tests.benchmarks.bench_phase1_gap [example|first seed] [projects]``. Not collected by pytest.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.errors import BvNexusError
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase2
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solved import SolvedStudy
from tests.benchmarks.varied_projects import varied_project

_TIME_LIMIT_S = 240.0


def cost_with_lost_load(solved: SolvedStudy) -> float:
    """Present value of cost with lost load at its value, $: what the bound of Phase 2 bounds."""
    finance = solved.project.finance
    lost = np.array([year.unserved_mwh for year in solved.totals]) * finance.value_of_lost_load_usd_per_mwh
    return solved.money.npv_cost_usd + float(lost @ year_end_factors(finance.discount_rate, len(lost)))


def judged(project: Project) -> float | None:
    """(Phase 1 cost − bound) / bound, printed with what it is made of; None where Phase 1 breaks a limit."""
    start = time.perf_counter()
    try:
        best = run_phase2(project, options=Phase2Options(time_limit_s=_TIME_LIMIT_S))
    except BvNexusError as problem:
        print(f"{project.study.project_name}: no plan ({problem})")
        return None
    first, bound = best.screening, best.proof.lower_bound_usd
    assert first is not None
    assert bound is not None
    name = project.study.project_name
    if first.status != "done":
        broken = sorted({limit.name for limit in first.broken_limits})
        print(f"{name}: Phase 1 breaks {', '.join(broken)}; Phase 2 {best.status}")
        return None
    cost, proof = cost_with_lost_load(first), best.proof
    gap = cost / bound - 1.0
    print(f"{name}: Phase 1 {cost / 1e6:,.1f} M$, bound {bound / 1e6:,.1f} M$, {100 * gap:.2f} % above", flush=True)
    print(
        f"    Phase 2: gap {100 * (proof.gap or 0):.2f} %, certified {100 * (proof.certified_gap or 0):.2f} %, "
        f"Phase 1 search {first.seconds['search']:.1f} s, {first.designs_tried:,} designs; "
        f"all {time.perf_counter() - start:.0f} s"
    )
    for label, solved in (("Phase 1", first), ("Phase 2", best)):
        print(f"    {label}: {_mix(solved)}", flush=True)
    return gap


def _mix(solved: SolvedStudy) -> str:
    """Builds by column, all years."""
    return "; ".join(
        f"{column.key} " + "/".join(f"{value:.4g}" for value in builds)
        for column, builds in zip(solved.fleet.columns, solved.plan.builds, strict=True)
        if builds.any()
    )


def main() -> None:
    """Print a block for each project and a summary."""
    which, count = [*sys.argv[1:], *("all", "10")[len(sys.argv) - 1 :]]
    gaps: list[float] = []
    if which in ("all", "example"):
        found = judged(greenfield_project())
        if found is not None:
            gaps.append(found)
    if which != "example":
        seed, wanted = (1 if which == "all" else int(which)), len(gaps) + int(count)
        while len(gaps) < wanted:
            found = judged(varied_project(seed))
            seed += 1
            if found is not None:
                gaps.append(found)
    inside = sum(gap <= 0.05 for gap in gaps)
    print(f"{inside} of {len(gaps)} within 5 %; median {100 * np.median(gaps):.2f} %, worst {100 * max(gaps):.2f} %")


if __name__ == "__main__":
    main()
