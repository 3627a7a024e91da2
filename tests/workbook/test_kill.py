"""A process killed at a random moment of a write leaves a whole workbook: the one before or the one after."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from python_calamine import CalamineWorkbook
from zoo import xlsxwriter_book

import bvnexus_xl
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.refuse import read_check
from bvnexus_xl.workbook.run_lock import RunLock
from bvnexus_xl.workbook.writer import write_results

KILLS = 6
ROWS = 400
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


def test_random_kills_never_harm_the_workbook(tmp_path):
    path = xlsxwriter_book(tmp_path / "plan.xlsx")
    write_results(path, path, [SheetCells("Results", blocks=[Block(1, 1, [[0.0] * 10] * ROWS, ["number"] * 10)])])
    root = str(Path(bvnexus_xl.__file__).parents[1])
    paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    dice = random.Random(7)
    for _ in range(KILLS):
        command = [sys.executable, "-c", WRITE_FOR_EVER, str(path), str(ROWS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": paths}) as writing:
            assert writing.stdout.readline() == b"1\n"
            time.sleep(dice.uniform(0, 0.15))
            writing.kill()
            writing.stdout.read()
        read_check(path, 1)
        rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Results").to_python()
        assert len(rows) == ROWS
        assert {value for row in rows for value in row} == {rows[0][0]}
        assert rows[0][0] >= 1
        with RunLock(path):
            assert len(list(tmp_path.iterdir())) == 2, "temporary files of the killed run are still there"
    assert list(tmp_path.iterdir()) == [path]
