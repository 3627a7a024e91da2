"""Two runs on one file: the second is refused; a dead run's lock is taken over."""

import json
import os
import platform
import subprocess
import sys
import time

import psutil
import pytest

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook import run_lock
from bvnexus_xl.workbook.run_lock import RunLock, process_runs


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"workbook")
    return path


@pytest.fixture
def dead_pid():
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    return ended.pid


def lock_by(book, **changed):
    owner = {"pid": os.getpid(), "host": platform.node(), "started": "2026-01-01T10:00:00", "token": "t"} | changed
    lock = book.with_name(".plan.xlsx.bvnlock")
    lock.write_text(json.dumps(owner), encoding="utf-8")
    return lock


def enter(book):
    with RunLock(book) as held:
        return held


def test_the_lock_lies_beside_the_book_for_the_length_of_the_run(book):
    with RunLock(book) as held:
        assert held.lock_file == book.with_name(".plan.xlsx.bvnlock")
        owner = json.loads(held.lock_file.read_text(encoding="utf-8"))
        assert (owner["pid"], owner["host"]) == (os.getpid(), platform.node())
    assert list(book.parent.iterdir()) == [book]


def test_a_failing_run_frees_its_lock(book):
    with pytest.raises(ZeroDivisionError), RunLock(book):
        raise ZeroDivisionError
    assert list(book.parent.iterdir()) == [book]


def test_a_second_run_is_refused_and_told_who_is_at_work(book):
    with (
        RunLock(book),
        pytest.raises(WorkbookRefused, match=rf"plan\.xlsx \(process {os.getpid()} on .*bvnlock") as caught,
    ):
        enter(book)
    assert caught.value.code == "RUN_IN_PROGRESS"
    enter(book)


def test_a_run_of_another_process_is_respected(book):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        lock_by(book, pid=running.pid)
        with pytest.raises(WorkbookRefused, match="Another run is at work"):
            enter(book)
        running.communicate(b"\n")
    enter(book)


def test_a_dead_runs_lock_and_leftovers_go(book, dead_pid):
    lock_by(book, pid=dead_pid)
    enter(book)
    assert list(book.parent.iterdir()) == [book]


def test_a_lock_of_an_earlier_process_with_our_number_is_taken_over(book):
    lock_by(book)
    enter(book)


def test_a_lock_from_another_machine_is_respected_whatever_its_age(book, dead_pid):
    lock = lock_by(book, pid=dead_pid, host="another-machine")
    os.utime(lock, (1, 1))
    with pytest.raises(WorkbookRefused, match="another-machine"):
        enter(book)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}'])
def test_a_lock_without_sense_is_respected_only_while_fresh(book, content):
    lock = book.with_name(".plan.xlsx.bvnlock")
    lock.write_text(content, encoding="utf-8")
    with pytest.raises(WorkbookRefused, match="Another run"):
        enter(book)
    os.utime(lock, (time.time() - 3600,) * 2)
    enter(book)


def test_a_lock_taken_over_in_the_last_moment_is_given_back(book, dead_pid, monkeypatch):
    """We judge a dead run's lock; before we move it aside, another run has taken its place."""
    lock_by(book, pid=dead_pid)
    judged = run_lock._is_alive

    def judge_late(holder):
        alive = judged(holder)
        if holder.pid == dead_pid:
            lock_by(book, host="another-machine", token="fresh")
        return alive

    monkeypatch.setattr(run_lock, "_is_alive", judge_late)
    with pytest.raises(WorkbookRefused, match="another-machine"):
        enter(book)
    assert json.loads(book.with_name(".plan.xlsx.bvnlock").read_text(encoding="utf-8"))["token"] == "fresh"
    assert len(list(book.parent.iterdir())) == 2


def test_only_our_own_lock_is_removed_at_the_end(book):
    with RunLock(book) as held:
        lock_by(book, token="somebody deleted ours and started a run")
    assert held.lock_file.exists()


def test_a_folder_in_which_no_lock_can_be_made_is_refused(book):
    with pytest.raises(WorkbookRefused) as caught:
        enter(book.parent / "none" / "plan.xlsx")
    assert caught.value.code == "LOCK_FAILED"


def test_a_lock_that_cannot_be_written_is_not_left_behind(book, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(WorkbookRefused, match="No space left"):
        enter(book)
    assert list(book.parent.iterdir()) == [book]


def test_whether_a_process_runs(dead_pid, monkeypatch):
    assert process_runs(os.getpid())
    assert not process_runs(dead_pid)
    assert not process_runs(-1)

    def denied(pid):
        raise psutil.AccessDenied(pid)

    monkeypatch.setattr(psutil, "Process", denied)
    assert process_runs(4)
