"""A process that writes results again and again, killed at a random moment; shared by test and benchmark."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

import bvnexus_xl
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.refuse import read_check
from bvnexus_xl.workbook.run_lock import RunLock
from bvnexus_xl.workbook.writer import write_results
from tests.workbook.zoo import xlsxwriter_book

ROWS = 400
TEMPLATE_OF_ZOO = 1
LONGEST_WAIT_S = 0.3
WRITE_FOR_EVER = """
import itertools, sys
from pathlib import Path
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.run_lock import RunLock
from bvnexus_xl.workbook.writer import write_results
path = Path(sys.argv[1])
with RunLock(path):
    for run in itertools.count(1):
        rows = [[float(run)] * 10] * int(sys.argv[2])
        write_results(path, path, [SheetCells("Results", blocks=[Block(1, 1, rows, ["number"] * 10)])])
        print(run, flush=True)
"""


@dataclass(frozen=True)
class Killed:
    """What a killed process left.

    Attributes:
        runs: writes it had told of.
        shown: the run whose numbers the workbook holds, the same in every cell.
        leftovers: temporary files beside it, before the next run cleared them away.
    """

    runs: int
    shown: int
    leftovers: int


def book_with_results(path: Path) -> Path:
    """A workbook with results of run 0."""
    xlsxwriter_book(path)
    write_results(path, path, [SheetCells("Results", blocks=[Block(1, 1, [[0.0] * 10] * ROWS, ["number"] * 10)])])
    return path


def kill_a_writer(path: Path, dice: random.Random) -> Killed:
    """Start a writer, kill it in the middle of its second or a later write, and look at what is there.

    Raises:
        AssertionError: the workbook is not whole, or a later run does not clear the leftovers away.
    """
    root = str(Path(bvnexus_xl.__file__).parents[1])
    paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", WRITE_FOR_EVER, str(path), str(ROWS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": paths}) as writing:
        assert writing.stdout is not None
        told = writing.stdout.readline()
        time.sleep(dice.uniform(0.0, LONGEST_WAIT_S))
        writing.kill()
        told += writing.stdout.read()
    runs = int(told.split()[-1])
    read_check(path, TEMPLATE_OF_ZOO)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Results").to_python()
    assert len(rows) == ROWS
    shown = {value for row in rows for value in row}
    assert shown in ({float(runs)}, {float(runs + 1)}), "the file is that of the last write, or of the one before"
    leftovers = len(list(path.parent.iterdir())) - 2
    with RunLock(path):
        beside = sorted(entry.name for entry in path.parent.iterdir())
        assert len(beside) == 2, f"temporary files of the killed run are still there: {beside}"
    assert list(path.parent.iterdir()) == [path]
    return Killed(runs, int(shown.pop()), leftovers)
