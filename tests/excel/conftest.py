"""A running stand-in for Excel with an open workbook."""

import sys
from pathlib import Path

import pytest
import xlwings as xw

sys.path.insert(0, str(Path(__file__).parent))

from engine import start_excel

from bvnexus_xl.excel import commands, jobs, worker
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.workbook.template import build_template
from tests.projects import small_project


@pytest.fixture(scope="session")
def solved():
    return run_phase1(small_project(1))


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "campus.xlsx"
    build_template(small_project(1), path)
    return path


@pytest.fixture
def excel(tmp_path, monkeypatch):
    monkeypatch.setenv("BVNEXUS_RUNS", str(tmp_path / "runs"))
    return start_excel()


@pytest.fixture
def book(excel, template, tmp_path):
    """The template, open, and the caller of every button."""
    path = tmp_path / "campus.xlsx"
    path.write_bytes(template.read_bytes())
    return opened(excel, path)


def opened(excel, path):
    book = xw.Book(impl=excel.books.open(path))
    book.set_mock_caller()
    return book


@pytest.fixture
def workers(monkeypatch):
    """Buttons do not start a process here: what they would start is collected, to be run in the test."""
    started = []
    monkeypatch.setattr(commands, "start_worker", started.append)
    monkeypatch.setattr(worker, "LOOK_EVERY_S", 0.02)
    return started


@pytest.fixture
def quick_solve(full_solve, monkeypatch):
    """As ``full_solve``, and the two sheets with a row for each hour are left out of what is written."""
    every = jobs.result_cells

    def few(*arguments):
        return [sheet for sheet in every(*arguments) if not sheet.blocks]

    monkeypatch.setattr(jobs, "result_cells", few)


@pytest.fixture
def full_solve(monkeypatch, solved):
    """A solver that reports like the real one and has its answer at once."""

    def solve(_project, progress):
        for step in range(4):
            progress(f"Step {step + 1}", step / 4)
        return solved

    monkeypatch.setitem(worker.PHASES, "phase1", solve)
