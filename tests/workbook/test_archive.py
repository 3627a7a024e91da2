"""A zip that lies about itself is refused before its content is used."""

import struct
import tracemalloc
import zipfile

import pytest
from zoo import plain_parts, save_parts

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook import archive
from bvnexus_xl.workbook.archive import Archive


def refused(path) -> str:
    with pytest.raises(WorkbookRefused) as caught, Archive(path) as opened:
        opened.verify()
    assert path.name in str(caught.value)
    return caught.value.code


def zipped(path, *members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


def patched(path, changes):
    """Overwrite little-endian numbers in the first entry of the directory: offset in the entry → (format, value)."""
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    for offset, (kind, value) in changes.items():
        struct.pack_into(kind, content, entry + offset, value)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["../x.xml", "xl/../../x.xml", "/x.xml", "C:/x.xml", "xl\\x.xml", "x\x01.xml"])
def test_a_member_may_not_point_outside(tmp_path, name):
    assert refused(zipped(tmp_path / "a.xlsx", ("b.xml", "<b/>"), (name, "<a/>"))) == "ZIP_UNSAFE"


def test_a_member_may_not_occur_twice_in_any_letter_case(tmp_path):
    assert refused(zipped(tmp_path / "a.xlsx", ("xl/a.xml", "<a/>"), ("XL/A.xml", "<b/>"))) == "ZIP_UNSAFE"


def test_encrypted_members_and_foreign_compression_are_refused(tmp_path):
    assert refused(patched(zipped(tmp_path / "a.xlsx", ("a.xml", "<a/>")), {8: ("<H", 1)})) == "ZIP_UNSAFE"
    assert refused(zipped(tmp_path / "b.xlsx", ("a.xml", "<a/>"), compression=zipfile.ZIP_LZMA)) == "ZIP_UNSAFE"


def test_members_may_not_share_bytes(tmp_path):
    path = zipped(tmp_path / "a.xlsx", ("a.xml", "<a/>" * 50), ("b.xml", "<b/>"), compression=zipfile.ZIP_STORED)
    assert refused(patched(path, {20: ("<I", 250), 24: ("<I", 250)})) == "ZIP_UNSAFE"


def test_a_part_that_swells_beyond_reason_is_refused(tmp_path):
    assert refused(zipped(tmp_path / "a.xlsx", ("a.xml", b"\0" * (20 << 20)))) == "ZIP_BOMB"


@pytest.mark.parametrize(("limit", "value"), [("MAX_TOTAL_BYTES", 500), ("MAX_PART_BYTES", 400), ("MAX_MEMBERS", 1)])
def test_size_limits_hold(tmp_path, monkeypatch, limit, value):
    path = zipped(tmp_path / "a.xlsx", ("a.xml", "a" * 450), ("b.xml", "b" * 100))
    with Archive(path) as opened:
        opened.verify()
    monkeypatch.setattr(archive, limit, value)
    assert refused(path) == "ZIP_BOMB"


def test_a_file_too_large_to_open_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 100)
    assert refused(zipped(tmp_path / "a.xlsx", ("a.xml", "<a/>"))) == "FILE_TOO_LARGE"


def test_a_part_larger_than_it_says_is_refused_without_filling_the_memory(tmp_path):
    path = patched(zipped(tmp_path / "a.xlsx", ("a.xml", b"\0" * (64 << 20))), {24: ("<I", 1000)})
    tracemalloc.start()
    assert refused(path) == "ZIP_BROKEN"
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_a_part_shorter_than_it_says_and_a_cut_file_are_refused(tmp_path):
    path = zipped(tmp_path / "a.xlsx", ("a.xml", "<a/>"), compression=zipfile.ZIP_STORED)
    whole = path.read_bytes()
    assert refused(patched(path, {24: ("<I", 9)})) == "ZIP_BROKEN"
    for length in (10, 40, len(whole) - 5):
        path.write_bytes(whole[:length])
        assert refused(path) == "ZIP_BROKEN"


def test_one_changed_byte_is_noticed(tmp_path):
    path = zipped(tmp_path / "a.xlsx", ("a.xml", "<abcdef/>"), compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"<abcdef/>", b"<abcdeg/>", 1))
    assert refused(path) == "ZIP_BROKEN"


def test_other_files_and_no_file_are_named(tmp_path):
    path = tmp_path / "a.xlsx"
    assert refused(path) == "FILE_MISSING"
    path.write_text("Hour,MW\n1,2\n")
    assert refused(path) == "NOT_A_ZIP"


def test_a_copy_keeps_order_dates_kinds_and_comment(tmp_path):
    source = save_parts(tmp_path / "a.xlsx", plain_parts())
    with zipfile.ZipFile(source, "a") as grown:
        grown.comment = b"a comment"
        grown.writestr("stored.bin", b"x" * 99, zipfile.ZIP_STORED)
    target = tmp_path / "b.xlsx"
    with Archive(source) as opened, target.open("wb") as stream:
        opened.rewrite(stream, {"xl/styles.xml": b"<changed/>", "xl/sharedStrings.xml": None})
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target) as new:
        entries = [info for info in old.infolist() if info.filename != "xl/sharedStrings.xml"]
        assert [(i.filename, i.date_time, i.compress_type, i.external_attr) for i in entries] == [
            (i.filename, i.date_time, i.compress_type, i.external_attr) for i in new.infolist()
        ]
        assert new.comment == b"a comment"
        assert new.read("xl/styles.xml") == b"<changed/>"
        assert all(
            new.read(i.filename) == old.read(i.filename) for i in new.infolist() if i.filename != "xl/styles.xml"
        )


def test_old_zip64_sizes_are_not_copied(tmp_path):
    source, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with zipfile.ZipFile(source, "w") as made:
        info = zipfile.ZipInfo("a.xml")
        info.extra = struct.pack("<HHQQ", 1, 16, 7, 7) + struct.pack("<HHI", 0x7777, 4, 5)
        made.writestr(info, "<a/>")
    with Archive(source) as opened, target.open("wb") as stream:
        opened.rewrite(stream, {})
    with zipfile.ZipFile(target) as new:
        assert new.getinfo("a.xml").extra == struct.pack("<HHI", 0x7777, 4, 5)
