"""LibreOffice is found where it is installed, runs alone, and never outlives us."""

import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import xlsxwriter

from bvnexus_xl.errors import OfficeUnavailable
from bvnexus_xl.workbook import office

SLEEPER = "import time; time.sleep(60)"
PARENT_OF_SLEEPER = f"""
import pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
child.wait()
"""


def small_workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("One").write_formula("A1", "=1+1", None, 7)
    return path


def test_the_path_is_searched_first(tmp_path, monkeypatch):
    program = tmp_path / ("soffice.com" if sys.platform == "win32" else "soffice")
    program.write_text("", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert office.find_office() == program


def test_installers_folders_are_searched_on_each_platform(tmp_path):
    windows = office.standard_places("win32", {"ProgramFiles": "C:/Program Files", "ProgramFiles(x86)": "C:/x86"})
    assert [place.as_posix() for place in windows] == [
        "C:/Program Files/LibreOffice/program/soffice.com",
        "C:/x86/LibreOffice/program/soffice.com",
    ]
    mac = [place.as_posix() for place in office.standard_places("darwin", {})]
    assert mac[0] == "/Applications/LibreOffice.app/Contents/MacOS/soffice"
    linux = [place.as_posix() for place in office.standard_places("linux", {})]
    assert linux[0] == "/usr/lib/libreoffice/program/soffice"


def test_missing_programs_are_reported_with_how_to_install_them(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "standard_places", lambda platform, environment: iter([tmp_path / "soffice"]))
    with pytest.raises(OfficeUnavailable, match=r"Install it .*apt-get install libreoffice-calc"):
        office.find_office()
    with pytest.raises(OfficeUnavailable, match=r"'pdftoppm' of poppler-utils"):
        office.find_poppler("pdftoppm")


def test_a_program_out_of_time_is_ended_with_all_its_children(tmp_path):
    note = tmp_path / "child.txt"
    started = time.monotonic()
    with pytest.raises(OfficeUnavailable, match="did not finish within 2 seconds"):
        office.run_program([sys.executable, "-c", PARENT_OF_SLEEPER, str(note)], seconds=2)
    assert time.monotonic() - started < 15
    child = int(note.read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_a_program_that_cannot_start_is_reported(tmp_path):
    with pytest.raises(OfficeUnavailable, match="did not start"):
        office.run_program([str(tmp_path / "no such program")], seconds=1)


@pytest.mark.office
def test_libreoffice_out_of_time_leaves_no_process_and_no_profile_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    source = small_workbook(tmp_path / "a.xlsx")
    seen: set[psutil.Process] = set()
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(0.02):
            seen.update(psutil.Process().children(recursive=True))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with pytest.raises(OfficeUnavailable, match=r"did not finish within 0\.3 seconds"):
            office.convert(source, "xlsx", tmp_path / "out", recalculate=True, seconds=0.3)
    finally:
        finished.set()
        watcher.join()
    assert seen, "the watcher saw LibreOffice start"
    assert not [process for process in seen if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.office
def test_several_instances_at_once_do_not_collide(tmp_path):
    def job(number: int) -> Path:
        source = small_workbook(tmp_path / f"book {number}.xlsx")
        return office.convert(source, "xlsx", tmp_path / "out", recalculate=True)

    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(job, range(3)))
    assert [path.name for path in made] == ["book 0.xlsx", "book 1.xlsx", "book 2.xlsx"]
    assert all(path.stat().st_size > 1000 for path in made)


@pytest.mark.office
def test_a_conversion_without_result_says_so(tmp_path):
    with pytest.raises(OfficeUnavailable, match=r"could not turn absent\.xlsx into pdf"):
        office.convert(tmp_path / "absent.xlsx", "pdf", tmp_path / "out", recalculate=False)
