"""Speed of the functions and of the live path: ``python tests/benchmarks/bench_functions.py``. Run by hand.

Times are wall time and, where other processes disturb it, also the processor time of this process and its children.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwings as xw

from bvnexus_xl.excel.live_book import LiveBook
from bvnexus_xl.functions.table import BY_NAME
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.recalc import recalculate

FLEET, WEEK = [[2, 18.3, 7700, 1.1, 0.4, 5, 10]], [[30.0 + hour % 24 / 4] for hour in range(168)]
LIMITS = [
    ["Limit", "Year", "Key", "Shadow price, planning, $ per unit"],
    *([f"NOx {y}", y, "nox", 1.5] for y in range(2029, 2044)),
]
CALLS: dict[str, tuple[Any, ...]] = {
    "BVN_CRF": (0.08, 15),
    "BVN_LCOE": (0.08, 30195000, 5453232.3, 144277.2, 15),
    "BVN_MACRS": (15, 1),
    "BVN_DEMAND_CHARGE": ([[50.0]] * 8760, 15),
    "BVN_SHADOW_PRICE": ("nox", 2031, LIMITS),
    "BVN_HEAT_RATE": (0.5, 7700),
    "BVN_FUEL": (15, 18.3, 1, 7700),
    "BVN_NOX_TPY": ("PTE_8760", 18.3, 0.5),
    "BVN_GAS_MCF_DAY": (280.57, 7700),
    "BVN_DERATE": (105, 886),
    "BVN_PUE": (86,),
    "BVN_KOFN": (10, 12, 0.975),
    "BVN_LOLH": ([[7, 18.3, 0.025]], 100),
    "BVN_DISPATCH": (FLEET, WEEK, 3.5),
}
BUTTON = """
import bvnexus_xl.excel.light
import xlwings.utils; xlwings.utils.prepare_sys_path("")
import bvnexus_xl.excel.commands as commands
from bvnexus_xl.excel.run_folder import Job, RunFolder
from pathlib import Path
folder = RunFolder.of_book(Path({runs!r}), "campus.xlsx")
assert not folder.is_running()
folder.prepare(Job("check", "campus.xlsx", 1, "bvnexus.xlam"))
commands.start_worker(folder)
"""
"""What a button's Python does, but for the two calls into Excel."""


def seconds_of(work: Callable[[], object]) -> tuple[float, float]:
    """(wall time, processor time of this process) of the fastest of three."""
    best = (float("inf"), float("inf"))
    for _ in range(3):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        best = min(best, (time.perf_counter() - wall, time.process_time() - processor), key=lambda item: item[1])
    return best


def functions() -> None:
    """Microseconds of one call in the core, after the first one."""
    assert set(CALLS) == set(BY_NAME)
    for name, arguments in CALLS.items():
        function = BY_NAME[name]
        function(*arguments)
        repeats = 3 if name == "BVN_DISPATCH" else 300
        _, processor = seconds_of(lambda f=function, a=arguments, n=repeats: [f(*a) for _ in range(n)])
        print(f"{name:18} {processor / repeats * 1e6:12,.0f} µs")


def calc(folder: Path, cells: int) -> float:
    """Seconds of a recalculation of a workbook with so many function cells in LibreOffice."""
    path = folder / f"{cells}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Many")
        for row in range(cells):
            sheet.write_formula(row, 0, f"=BVN_CRF(0.08,{row % 40 + 1})", None, "")
    start = time.perf_counter()
    values = recalculate(path)["Many"]
    assert len(values) == cells
    return time.perf_counter() - start


def engine(folder: Path) -> None:
    """Cells a second written by the live path into the test engine, in a block and one beside the other."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "excel"))
    start_excel = import_module("engine").start_excel
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Hours")
    live = LiveBook(xw.Book(impl=start_excel().books.open(path)), "bvnexus.xlam")
    rows = [[float(hour)] * 30 for hour in range(8760)]
    block = SheetCells("Hours", blocks=[Block(1, 1, rows, [""] * 30)], whole=False)
    singles = SheetCells("Hours", whole=False)
    for row in range(1, 400, 2):
        singles.row(row, 40, [1.0] * 10)
    for label, sheet, count in (("one block", block, 8760 * 30), ("short rows", singles, 2000)):
        wall, _ = seconds_of(lambda sheet=sheet: live.write([sheet], lambda _name, _share: None))
        print(f"engine, {label:12} {count / wall:12,.0f} cells a second")


def button(folder: Path) -> None:
    """Time until the Python of a button has ended: Excel waits for it."""
    import resource  # POSIX only, as is the processor time of children

    code = BUTTON.format(runs=str(folder))
    best = (float("inf"), float("inf"))
    for _ in range(5):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-B", "-c", code], check=True)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, (wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    print(f"button             {best[0]:12.2f} s wall, {best[1]:.2f} s of processor, until control returns")


def main() -> None:
    """Print every figure."""
    functions()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        engine(folder)
        button(folder)
        few, many = calc(folder, 1), calc(folder, 1000)
        print(f"LibreOffice        {few:12.1f} s with 1 function cell, {many:.1f} s with 1,000")


if __name__ == "__main__":
    main()
