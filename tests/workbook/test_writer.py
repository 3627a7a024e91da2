"""Writing results: what is refused late, what is our own mistake, and that no failure harms the file."""

import errno
import os
import random
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from zoo import HAND_WRITTEN, WORKBOOK, animal, plain_parts, save_parts, with_parts, xlsxwriter_book

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.archive import Archive
from bvnexus_xl.workbook.cells import Block, SheetCells
from bvnexus_xl.workbook.inspect import changed_parts
from bvnexus_xl.workbook.refuse import read_check
from bvnexus_xl.workbook.writer import write_results


@pytest.fixture
def book(tmp_path):
    return save_parts(tmp_path / "plan.xlsx", plain_parts())


def cells(name="Results", whole=True, place=(1, 1), value="new") -> SheetCells:
    made = SheetCells(name, whole=whole)
    made.put(*place, value)
    return made


def code_of(source, target, *sheets) -> str:
    """The code of a refusal, after checking that a file at the target did not change and nothing else appeared."""
    before = target.read_bytes() if target.exists() else None
    listed = sorted(target.parent.iterdir())
    with pytest.raises(WorkbookRefused) as caught:
        write_results(source, target, list(sheets))
    assert (target.read_bytes() if target.exists() else None) == before
    assert sorted(target.parent.iterdir()) == listed
    return caught.value.code


def test_source_and_target_may_be_the_same_file(book):
    write_results(book, book, [cells()])
    assert CalamineWorkbook.from_path(book).get_sheet_by_name("Results").to_python() == [["new"]]


def test_another_target_leaves_the_source_as_it_was(book, tmp_path):
    before = book.read_bytes()
    write_results(book, tmp_path / "solved.xlsx", [cells()])
    assert book.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.xlsx", "solved.xlsx"]


def test_no_sheets_only_asks_excel_to_compute(book, tmp_path):
    write_results(book, tmp_path / "solved.xlsx", [])
    assert changed_parts(book, tmp_path / "solved.xlsx") == ["xl/workbook.xml"]


def test_8760_rows_of_30_numbers_come_back_exactly(tmp_path):
    path = xlsxwriter_book(tmp_path / "plan.xlsx")
    rows = [[hour + column / 7 for column in range(30)] for hour in range(8760)]
    write_results(path, path, [SheetCells("Results", blocks=[Block(1, 1, rows, ["number"] * 30)])])
    assert CalamineWorkbook.from_path(path).get_sheet_by_name("Results").to_python() == rows


def test_missing_sheets_are_refused(book):
    assert code_of(book, book, cells("Result")) == "SHEET_MISSING"
    styled = SheetCells("Results")
    styled.put(1, 1, 1.0, "number")
    unstyled = save_parts(
        book.with_name("b.xlsx"), plain_parts() | {"xl/workbook.xml": WORKBOOK.replace('"_styles"', '"Mine"')}
    )
    assert code_of(unstyled, unstyled, styled) == "SHEET_MISSING"
    write_results(unstyled, unstyled, [cells()])


def test_a_chart_sheet_in_place_of_ours_is_refused(tmp_path):
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("Start").write("A1", 1)
        chart = made.add_chart({"type": "line"})
        chart.add_series({"values": "=Start!$A$1"})
        made.add_chartsheet("Results").set_chart(chart)
    assert code_of(path, path, cells()) == "SHEET_MISSING"


def test_a_sheet_given_twice_is_an_error(book):
    with pytest.raises(ValueError, match="given twice"):
        write_results(book, book, [cells(), cells()])


def test_a_style_the_workbook_does_not_have_is_refused(book):
    styled = SheetCells("Results")
    styled.put(1, 1, 1.0, "no such style")
    assert code_of(book, book, styled) == "STYLE_MISSING"


def test_the_extension_must_stay(book):
    assert code_of(book, book.with_suffix(".xlsm"), cells()) == "WRONG_EXTENSION"


def test_a_missing_source_is_refused(book):
    assert code_of(book.with_name("none.xlsx"), book, cells()) == "FILE_MISSING"


def test_a_broken_merge_is_refused(book):
    sheet = str(plain_parts()["xl/worksheets/sheet2.xml"])
    broken = sheet.replace("<pageMargins", '<mergeCells><mergeCell ref="A1:?"/></mergeCells><pageMargins')
    save_parts(book, plain_parts() | {"xl/worksheets/sheet2.xml": broken})
    assert code_of(book, book, cells()) == "SHEET_DAMAGED"


def test_a_table_without_a_heading_row_is_no_obstacle(tmp_path):
    def table(_book, _start, results):
        results.add_table("A4:B6", {"header_row": False})

    path = xlsxwriter_book(tmp_path / "plan.xlsx", user=table)
    write_results(path, path, [cells(place=(4, 1))])


def test_a_signed_workbook_is_refused(book):
    signed = save_parts(book.with_name("signed.xlsx"), plain_parts() | {"_xmlsignatures/sig1.xml": "<Signature/>"})
    assert code_of(signed, signed, cells()) == "SIGNED"


def test_a_damaged_sheet_is_refused(book):
    def damaged(name, content):
        return content.replace(b"</row>", b"", 1) if name == "xl/worksheets/sheet2.xml" else content

    bad = with_parts(book, {}, damaged)
    assert code_of(bad, bad, cells()) == "XML_BROKEN"
    bare = plain_parts() | {"xl/worksheets/sheet2.xml": "<worksheet/>"}
    assert code_of(book, save_parts(book, bare), cells()) == "SHEET_DAMAGED"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_sheet_in_another_encoding_is_refused(book, encoding):
    def encoded(name, content):
        if name != "xl/worksheets/sheet2.xml":
            return content
        return content.decode().replace("UTF-8", encoding).encode(encoding)

    path = with_parts(book, {}, encoded)
    assert code_of(path, path, cells()) == "XML_BROKEN"


@pytest.mark.parametrize("whole", [True, False])
def test_a_value_under_merged_cells_is_refused(tmp_path, whole):
    def merge(_book, _start, results):
        results.merge_range("A5:B6", "merged by the user")

    path = xlsxwriter_book(tmp_path / "plan.xlsx", user=merge)
    assert code_of(path, path, cells(whole=whole, place=(6, 2))) == "MERGED_CELLS"
    block = SheetCells("Results", blocks=[Block(4, 1, [[1.0, 2.0]] * 3, ["", ""])], whole=whole)
    assert code_of(path, path, block) == "MERGED_CELLS"
    write_results(
        path,
        path,
        [
            cells(whole=whole, place=(6, 2), value=None),
        ],
    )
    write_results(path, path, [cells(whole=whole, place=(5, 1))])


@pytest.mark.parametrize("whole", [True, False])
def test_table_headings_must_stay_as_the_table_knows_them(tmp_path, whole):
    def table(_book, _start, results):
        results.add_table("A4:B6", {"columns": [{"header": "Hour"}, {"header": "Line\nbreak"}]})

    path = xlsxwriter_book(tmp_path / "plan.xlsx", user=table)
    assert code_of(path, path, cells(whole=whole, place=(4, 1), value="Day")) == "TABLE_HEADER"
    same = SheetCells("Results", whole=whole)
    same.row(4, 1, ["Hour", "Line\nbreak"])
    same.row(5, 1, [1, 2])
    write_results(path, path, [same])
    kept = SheetCells("Results", keep=frozenset({"A4", "B4"}))
    write_results(path, path, [kept])
    if whole:
        assert code_of(path, path, cells(place=(9, 9))) == "TABLE_HEADER"
    else:
        write_results(path, path, [cells(whole=False, place=(9, 9))])


def test_a_book_saved_while_it_was_copied_is_not_overwritten(book, monkeypatch):
    copied = Archive.rewrite

    def rewrite_and_save(self, stream, changes):
        copied(self, stream, changes)
        os.utime(book, ns=(1, 1))

    monkeypatch.setattr(Archive, "rewrite", rewrite_and_save)
    assert code_of(book, book, cells()) == "CHANGED_MEANWHILE"


def failing(code):
    def fail(*_args, **_kwargs):
        raise OSError(code, os.strerror(code))

    return fail


STEPS = {
    "read": "bvnexus_xl.workbook.writer.Package",
    "copy": "bvnexus_xl.workbook.archive.Archive.rewrite",
    "compress": "zipfile._ZipWriteFile.write",
    "end of zip": "zipfile.ZipFile._write_end_record",
    "sync": "os.fsync",
    "look back": "bvnexus_xl.workbook.archive.Archive.verify",
    "mode": "shutil.copymode",
    "rename": "os.replace",
}


@pytest.mark.parametrize(
    ("step", "target"),
    [*((step, "plan.xlsx") for step in STEPS), *((step, "solved.xlsx") for step in STEPS), ("copy", "new.xlsx")],
)
def test_a_full_disk_at_any_step_leaves_the_target_whole(book, monkeypatch, step, target):
    shutil.copy(book, book.with_name("solved.xlsx"))
    monkeypatch.setattr(STEPS[step], failing(errno.ENOSPC))
    before = {path.name: path.read_bytes() for path in book.parent.iterdir()}
    with pytest.raises(WorkbookRefused) as caught:
        write_results(book, book.with_name(target), [cells()])
    assert {path.name: path.read_bytes() for path in book.parent.iterdir()} == before
    assert caught.value.code == "DISK_FULL"


@pytest.mark.parametrize("fraction", [0, 0.01, 0.1, 0.5, 0.8, 0.95])
def test_a_disk_that_fills_after_any_number_of_bytes_leaves_the_target_whole(book, monkeypatch, fraction):
    opened, limit = Path.open, int(fraction * book.stat().st_size)

    def tight(self, mode="r", *args, **kwargs):
        stream = opened(self, mode, *args, **kwargs)
        if mode == "xb" and self.suffix == ".tmp":
            return TightFile(stream, limit)
        return stream

    monkeypatch.setattr(Path, "open", tight)
    assert code_of(book, book, cells()) == "DISK_FULL"


class TightFile:
    """A file on a disk with room for so many bytes."""

    def __init__(self, stream, room: int) -> None:
        self._stream, self._room = stream, room

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.close()

    def write(self, data) -> int:
        if self._stream.tell() + len(data) > self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._stream.write(data)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, RuntimeError])
@pytest.mark.parametrize("step", STEPS)
def test_any_other_failure_leaves_the_target_whole_and_passes_on(book, monkeypatch, step, error):
    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(STEPS[step], fail)
    before = book.read_bytes()
    with pytest.raises((error, WorkbookRefused)):
        write_results(book, book, [cells()])
    assert book.read_bytes() == before
    assert list(book.parent.iterdir()) == [book]


def garbled(text: str, dice: random.Random) -> str:
    """XML with one tag, attribute value or number lost, doubled or changed."""
    pieces = re.split(r"(<[^>]*>|\"[^\"]*\"|\d+)", text)
    for _ in range(dice.randint(1, 3)):
        index = dice.randrange(len(pieces))
        pieces[index] = dice.choice(["", pieces[index] * 2, '"-1"', "99999999999", '"A0"', dice.choice(pieces)])
    return "".join(pieces)


@pytest.mark.parametrize("name", ["excel", "prefixed", "implied addresses"])
def test_no_garbled_part_ends_in_a_traceback(tmp_path, name):
    path, dice = tmp_path / "plan.xlsx", random.Random(name)
    parts = HAND_WRITTEN[name]()
    ours, user = SheetCells("Results", keep=frozenset({"A1", "B2"})), SheetCells("Start", whole=False)
    ours.put(1, 1, "new")
    ours.put(2, 3, 1.0, "number")
    user.put(3, 2, 5)
    user.put(12, 1, "x")
    outcomes = {"written": 0, "refused": 0}
    for _ in range(250):
        part = dice.choice([part for part in parts if part != "xl/styles.xml"])
        save_parts(path, parts | {part: garbled(str(parts[part]), dice)})
        try:
            read_check(path, 1)
            write_results(path, path, [ours, user])
            outcomes["written"] += 1
        except WorkbookRefused:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 25
    assert list(tmp_path.iterdir()) == [path]


def test_a_copy_that_came_out_damaged_is_thrown_away(book, monkeypatch):
    copied = Archive.rewrite

    def spoil(self, stream, changes):
        copied(self, stream, changes)
        stream.seek(60)
        stream.write(b"\0\0\0\0")
        stream.seek(0, os.SEEK_END)

    monkeypatch.setattr(Archive, "rewrite", spoil)
    assert code_of(book, book, cells()) in ("ZIP_BROKEN", "ZIP_UNSAFE")


def test_a_workbook_part_under_another_name_is_found(tmp_path):
    plain = plain_parts()
    moved = {name.replace("xl/", "content/").replace("workbook", "Book"): part for name, part in plain.items()}
    moved["_rels/.rels"] = str(plain["_rels/.rels"]).replace("xl/workbook.xml", "/Content/book.XML")
    types = str(plain["[Content_Types].xml"]).replace("/xl/", "/content/").replace("workbook.xml", "book.xml")
    path = save_parts(tmp_path / "plan.xlsx", moved | {"[Content_Types].xml": types})
    solved = tmp_path / "solved.xlsx"
    write_results(path, solved, [cells()])
    assert changed_parts(path, solved) == ["content/Book.xml", "content/worksheets/sheet2.xml"]


def test_changed_parts_names_what_differs_and_what_only_one_file_has(tmp_path):
    a = save_parts(tmp_path / "a.xlsx", {"same": "1", "other": "2", "left": "3"})
    b = save_parts(tmp_path / "b.xlsx", {"right": "4", "other": "5", "same": "1"}, zipfile.ZIP_STORED)
    assert changed_parts(a, b) == ["left", "other", "right"]
    assert changed_parts(animal("excel", tmp_path), animal("excel", tmp_path)) == []
