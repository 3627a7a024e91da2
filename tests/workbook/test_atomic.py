"""A file is replaced at once or not at all."""

import errno
import os
import time

import pytest

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.atomic import refusal_of, remove_leftovers, replace_file


def accept(_path):
    """A look back that finds nothing wrong."""


def put(target, content=b"new"):
    replace_file(target, lambda stream: stream.write(content), accept)


def test_new_content_takes_the_place_of_the_old_with_its_mode(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o640)
    put(target)
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o640


def test_a_file_that_was_not_there_is_made(tmp_path):
    put(tmp_path / "plan.xlsx")
    assert (tmp_path / "plan.xlsx").read_bytes() == b"new"


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "plan.xlsx", tmp_path / "link.xlsx"
    target.write_bytes(b"old")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("links need a right that this account lacks")
    put(link)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="Windows limits the whole path, not the name")
def test_a_very_long_name_leaves_room_for_the_temporary_one(tmp_path):
    target = tmp_path / f"{'x' * 240}.xlsx"
    put(target)
    assert target.read_bytes() == b"new"


def test_the_temporary_file_lies_beside_the_target_and_is_whole_when_looked_at(tmp_path):
    seen = []

    def look(path):
        seen.append((path.parent, path.read_bytes()))

    replace_file(tmp_path / "plan.xlsx", lambda stream: stream.write(b"all of it"), look)
    assert seen == [(tmp_path, b"all of it")]


def test_a_look_back_that_fails_leaves_the_old_file(tmp_path):
    target = tmp_path / "plan.xlsx"
    target.write_bytes(b"old")

    def reject(_path):
        raise LookupError

    with pytest.raises(LookupError):
        replace_file(target, lambda stream: stream.write(b"new"), reject)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_held_for_a_moment_by_a_virus_scanner_is_replaced_a_little_later(tmp_path, monkeypatch):
    rename, waits, held = os.replace, [], 3

    def scanned(source, target):
        if len(waits) < held:
            raise PermissionError(13, "in use")
        rename(source, target)

    monkeypatch.setattr(os, "replace", scanned)
    monkeypatch.setattr(time, "sleep", waits.append)
    put(tmp_path / "plan.xlsx")
    assert (tmp_path / "plan.xlsx").read_bytes() == b"new"
    assert len(waits) == held


def test_a_file_held_for_good_is_refused(tmp_path, monkeypatch):
    target = tmp_path / "plan.xlsx"
    target.write_bytes(b"old")

    def in_use(*_):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "replace", in_use)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with pytest.raises(WorkbookRefused) as caught:
        put(target)
    assert caught.value.code == "OPEN_ELSEWHERE"
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_synced_does_no_harm(tmp_path, monkeypatch):
    target = tmp_path / "plan.xlsx"
    opened = os.open

    def no_folder(path, *args, **kwargs):
        if os.fspath(path) == os.fspath(tmp_path):
            raise OSError(errno.EINVAL, "cannot sync a folder")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", no_folder)
    put(target)
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), "DISK_FULL"),
        (OSError(errno.EDQUOT, "quota"), "DISK_FULL"),
        (PermissionError(errno.EACCES, "denied"), "OPEN_ELSEWHERE"),
        (OSError(errno.EIO, "bad sector"), "WRITE_FAILED"),
    ],
)
def test_each_failure_has_its_code_and_names_the_file(tmp_path, error, code):
    refusal = refusal_of(error, tmp_path / "plan.xlsx")
    assert refusal.code == code
    assert "plan.xlsx" in str(refusal)


def test_only_leftovers_of_the_same_file_are_removed(tmp_path, monkeypatch):
    """The names of leftovers come from two writes whose rename and clean-up never happened."""
    mine, other = tmp_path / "plan.xlsx", tmp_path / "other.xlsx"
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", lambda *_: None)
        put(mine)
        (leftover,) = tmp_path.iterdir()
        put(other)
    remove_leftovers(mine)
    assert not leftover.exists()
    assert len(list(tmp_path.iterdir())) == 1
