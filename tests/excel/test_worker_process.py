"""The real process behind a button: control returns at once, it solves and writes, and leaves no lock when killed."""

import json
import os
import time
from pathlib import Path

import openpyxl
import psutil
import pytest

from bvnexus_xl.excel import commands
from bvnexus_xl.excel.commands import folder_of
from bvnexus_xl.workbook.results_file import results_path

HERE = Path(__file__).parent
LONGEST_S = 300.0


@pytest.fixture
def child(book, monkeypatch, tmp_path):
    """Environment in which the worker finds the test's workbook open; gives the file it saves."""
    root = HERE.parents[1]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE / "child"), str(root)]))
    monkeypatch.setenv("BVN_TEST_BOOK", str(book.impl.path))
    monkeypatch.setenv("BVN_TEST_EXCEL", str(os.getpid()))
    out = tmp_path / "after.xlsx"
    monkeypatch.setenv("BVN_TEST_OUT", str(out))
    yield out
    for process in commands._started:
        process.kill()
        process.wait()
    commands._started.clear()


def wait_for(condition, what):
    deadline = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def process_of(folder):
    return psutil.Process(json.loads((folder.path / ".run.bvnlock").read_text(encoding="utf-8"))["pid"])


def stage_of(folder):
    progress = folder.progress()
    return progress.stage if progress else "started"


def log(folder):
    return "\n".join([*folder.last_lines(30), (folder.path / "worker.txt").read_text(encoding="utf-8")])


def test_button_returns_at_once_and_the_process_writes_the_results(book, excel, child):
    start = time.perf_counter()
    commands.run_phase1(True)
    returned = time.perf_counter() - start
    folder = folder_of(book)
    wait_for(lambda: stage_of(folder) in ("done", "failed"), lambda: log(folder))
    assert folder.progress().stage == "done", log(folder)
    # the stand-in takes most of this to copy the workbook; Excel takes some tens of milliseconds
    assert returned < 10.0  # a CI machine may be slow; the benchmark has the true figure
    wait_for(lambda: not folder.is_running(), lambda: log(folder))
    result = openpyxl.load_workbook(child)
    assert result["Summary"]["A1"].value
    assert sum(isinstance(c.value, (int, float)) for row in result["Sizing"].iter_rows() for c in row) > 10
    assert results_path(book.impl.path).exists()


def test_killed_worker_leaves_no_lock(book, excel, child):
    commands.run_phase1(True)
    folder = folder_of(book)
    wait_for(folder.is_running, lambda: log(folder))
    process = process_of(folder)
    process.kill()
    wait_for(lambda: not folder.is_running(), lambda: log(folder))
    commands.cancel(True)
    assert excel.told == ["No run is at work on campus.xlsx."]


def test_cancel_ends_the_process(book, excel, child):
    commands.run_phase1(True)
    folder = folder_of(book)
    wait_for(folder.is_running, lambda: log(folder))
    commands.cancel(True)
    wait_for(lambda: not folder.is_running(), lambda: log(folder))
    assert folder.progress().stage == "cancelled", log(folder)
