"""A kill or a full disk at any moment of a write leaves a whole workbook: the one before or the one after."""

from __future__ import annotations

import errno
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook import atomic
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.refuse import write_check
from bvnexus_xl.workbook.run_lock import RunLock
from bvnexus_xl.workbook.writer import write_results
from tests.workbook.killing import book_with_results, kill_a_writer

KILLS = 6


def test_random_kills_never_harm_the_workbook(tmp_path: Path) -> None:
    path = book_with_results(tmp_path / "plan.xlsx")
    dice = random.Random(7)
    for _ in range(KILLS):
        kill_a_writer(path, dice)


def test_a_kill_while_the_folder_is_tried_leaves_nothing_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file by which a folder is tried is a temporary file like the others: the next run clears it away."""
    path = book_with_results(tmp_path / "plan.xlsx")
    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", lambda *_, **__: None)
        write_check(path)
    assert len(list(tmp_path.iterdir())) == 2
    with RunLock(path):
        pass
    assert list(tmp_path.iterdir()) == [path]


class FullDisk:
    """A stream on a disk that has room for so many bytes more."""

    def __init__(self, stream: Any, room: int) -> None:
        self.stream, self.room = stream, room

    def write(self, data: bytes) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self.stream.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_disk_that_fills_up_leaves_the_workbook_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    path = book_with_results(tmp_path / "plan.xlsx")
    before = path.read_bytes()
    replace = atomic.replace_file

    def on_a_full_disk(target: Path, fill: Any, look_back: Any) -> None:
        replace(target, lambda stream: fill(FullDisk(stream, int(share * len(before)))), look_back)

    monkeypatch.setattr("bvnexus_xl.workbook.writer.replace_file", on_a_full_disk)
    cells = SheetCells("Results", blocks=[Block(1, 1, [[1.0] * 10] * 400, ["number"] * 10)])
    with pytest.raises(WorkbookRefused, match="free some space") as caught:
        write_results(path, path, [cells])
    assert caught.value.code == "DISK_FULL"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_without_room_is_refused_before_anything_is_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book_with_results(tmp_path / "plan.xlsx")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 1 << 20))
    with pytest.raises(WorkbookRefused, match="bytes left") as caught:
        write_check(path)
    assert caught.value.code == "DISK_FULL"
