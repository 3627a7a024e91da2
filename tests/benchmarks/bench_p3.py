"""P3's matrix: one pool of cuts for all cells against starting every cell again. Run by hand.

python -m tests.benchmarks.bench_p3
"""

from __future__ import annotations

import time

from bvnexus_xl.catalogue.land_example import land_development_project
from bvnexus_xl.potential import FLEXIBLE_SHARES
from bvnexus_xl.solve.site_potential import Matrix, technology_sets

MOST_MW, WEEKS, SECONDS_A_CELL = 600.0, 2, 60.0


def never() -> bool:
    """Nobody cancels a benchmark."""
    return False


def main() -> None:
    """Seconds and block solves of the matrix's first rows, both ways, and what they found."""
    shared = Matrix(land_development_project(), MOST_MW, WEEKS, never)
    again = Matrix(land_development_project(), MOST_MW, WEEKS, never)
    total = {"shared": [0.0, 0], "again": [0.0, 0]}
    for label, kinds in technology_sets(shared.fleet)[:1]:
        for share in FLEXIBLE_SHARES:
            found = {}
            for name, matrix in (("shared", shared), ("again", again)):
                if name == "again":
                    matrix.phase = matrix.fresh(never)
                before, start = matrix.phase.evaluator.solves, time.perf_counter()
                cell = matrix.cell(label, kinds, share, start + SECONDS_A_CELL)
                seconds, solves = time.perf_counter() - start, matrix.phase.evaluator.solves - before
                total[name][0] += seconds
                total[name][1] += solves
                found[name] = f"{cell.firm_mw:6.1f} to {cell.bound_mw:6.1f} MW in {seconds:5.1f} s, {solves:4d} solves"
            print(f"{label}, {share:4.0%} flexible: shared {found['shared']}; again {found['again']}", flush=True)
    (a, b), (c, d) = total["shared"], total["again"]
    print(
        f"shared {a:.1f} s and {b} solves; again {c:.1f} s and {d}: {c / a:.1f} x the seconds, {d / b:.1f} x the solves"
    )


if __name__ == "__main__":
    main()
