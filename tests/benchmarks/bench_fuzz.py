"""Reads workbooks broken on purpose and counts tracebacks and faults that name no cell.

Run: python -m tests.benchmarks.bench_fuzz [COUNT] [FIRST SEED]
"""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.workbook.fuzzing import Fuzzer, Outcome, counts, judged


def main(count: int = 1000, first: int = 1) -> int:
    """Break, read, count; 0 where nothing ended in a traceback and every fault named its cell."""
    outcomes: dict[int, Outcome] = {}
    tracebacks, slowest = 0, (0.0, 0)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bvnexus_fuzz_") as folder:
        fuzzer = Fuzzer(Path(folder))
        for seed in range(first, first + count):
            kinds, path = fuzzer.broken(seed)
            began = time.perf_counter()
            try:
                outcomes[seed] = judged(path)
            except Exception as error:
                tracebacks += 1
                print(f"seed {seed} ({kinds}): {type(error).__name__}: {error}"[:300])
                print("".join(traceback.format_tb(error.__traceback__)[-2:]))
            slowest = max(slowest, (time.perf_counter() - began, seed))
            path.unlink()
    homeless = {seed: item.without_cell for seed, item in outcomes.items() if item.without_cell}
    for seed, faults in homeless.items():
        print(f"seed {seed}: {len(faults)} faults without a cell, as {faults[0][:160]}")
    codes = Counter(code for item in outcomes.values() for code in item.codes)
    print(f"{count} broken workbooks from seed {first}, {time.perf_counter() - start:.0f} s: {counts(outcomes)}")
    print(f"tracebacks: {tracebacks}; workbooks with a fault that names no cell: {len(homeless)}")
    print(f"slowest: seed {slowest[1]}, {slowest[0]:.1f} s")
    shown = ", ".join(f"{code} {number}" for code, number in codes.most_common())
    print(f"faults and refusals: {sum(codes.values())}, {len(codes)} codes: {shown}")
    return int(tracebacks > 0 or bool(homeless))


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
