"""Kills a writing process at random moments and counts what it left.

Run: python -m tests.benchmarks.bench_kill [KILLS] [SEED]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.workbook.killing import Killed, book_with_results, kill_a_writer


def main(kills: int = 100, seed: int = 1) -> int:
    """Kill, look, count; 0 where no file was lost."""
    dice, start = random.Random(seed), time.perf_counter()
    found: list[Killed] = []
    lost = 0
    with tempfile.TemporaryDirectory(prefix="bvnexus_kill_") as folder:
        path = Path(folder) / "plan.xlsx"
        for number in range(1, kills + 1):
            if not path.exists():
                book_with_results(path)
            try:
                found.append(kill_a_writer(path, dice))
            except Exception as error:
                lost += 1
                print(f"kill {number}: {type(error).__name__}: {error}")
                for entry in Path(folder).iterdir():
                    entry.unlink()
    before = sum(item.shown == item.runs for item in found)
    print(f"{kills} kills at random moments of a write, seed {seed}, {time.perf_counter() - start:.0f} s")
    print(f"files lost or harmed: {lost}")
    print(f"whole with the results before the kill: {before}, with the new ones: {len(found) - before}")
    print(f"kills that left temporary files: {sum(item.leftovers > 0 for item in found)}, all cleared by the next run")
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
