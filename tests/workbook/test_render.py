"""Sheets become pictures, each under its own name."""

import struct

import openpyxl
import pytest
import xlsxwriter

from bvnexus_xl.workbook.render import MOST_PAGES_PER_SHEET, render

pytestmark = pytest.mark.office


def pixels(picture):
    """(width, height) of a PNG file."""
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures é")
    path = folder / "plan à 600 MW.xlsx"
    with xlsxwriter.Workbook(path) as book:
        start = book.add_worksheet("Start")
        start.write("A1", "Start")
        start.set_landscape()
        start.set_paper(9)
        book.add_worksheet("Nothing on it")
        hidden = book.add_worksheet("Hidden")
        hidden.write("A1", "not for print")
        hidden.hide()
        book.add_worksheet("P&L <2030> été").write("A1", 1)
        dispatch = book.add_worksheet("Dispatch")
        dispatch.write_column("A1", range(8760))
        dispatch.print_area("A1:A20")
        long = book.add_worksheet("Long")
        long.write_column("A1", range(8760))
        long.set_paper(9)
    return render(path, folder / "png", dpi=50), folder / "png"


def test_every_visible_sheet_with_content_has_its_own_file(rendered):
    pictures, folder = rendered
    one_page = ["01_Start.png", "02_P&L _2030_ été.png", "03_Dispatch.png"]
    assert [picture.name for picture in pictures[:3]] == one_page
    assert all(picture.parent == folder and picture.is_file() for picture in pictures)


def test_print_areas_hold_and_sheets_without_one_are_cut_off(rendered):
    long_pages = [f"04_Long_p{number}.png" for number in range(1, MOST_PAGES_PER_SHEET + 1)]
    assert [picture.name for picture in rendered[0][3:]] == long_pages


def test_paper_orientation_and_resolution_are_respected(rendered):
    # A4 is 297 mm by 210 mm; at 50 dots per inch that is 585 by 413.
    assert pixels(rendered[0][0]) == pytest.approx((585, 413), abs=1)
    assert pixels(rendered[0][3]) == pytest.approx((413, 585), abs=1)


def test_charts_are_drawn_and_the_same_workbook_gives_the_same_picture(tmp_path):
    def picture(name, colour):
        path = tmp_path / f"{name}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Mix")
            sheet.write_column("A1", [1, 2, 3])
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": "=Mix!$A$1:$A$3", "fill": {"color": colour}})
            chart.set_size({"width": 300, "height": 200})
            sheet.insert_chart("B1", chart)
        (made,) = render(path, tmp_path / name, dpi=40)
        return made.read_bytes()

    red = picture("red", "#C00000")
    assert picture("again", "#C00000") == red
    assert picture("blue", "#0000C0") != red


def test_stored_values_are_shown_and_missing_ones_computed(tmp_path):
    def picture(name, content, stored=None):
        path = tmp_path / f"{name}.xlsx"
        if stored is None:
            book = openpyxl.Workbook()
            book.active["A1"] = content
            book.save(path)
        else:
            with xlsxwriter.Workbook(path) as made:
                made.add_worksheet("Sheet").write_formula("A1", content, None, stored)
        (page,) = render(path, tmp_path / name, dpi=40)
        return page.read_bytes()

    stored_42 = picture("stored", "=1+1", 42)
    assert stored_42 == picture("other", "=40+2", 42)
    assert stored_42 != picture("two", "=1+1", 2)
    assert picture("computed", "=40+2") == picture("plain", 42)


def test_printed_footers_name_the_workbook_itself(tmp_path):
    """The same workbook under two names: the pictures differ where the footer shows the name, and only then."""

    def picture(name, footer):
        path = tmp_path / f"{name}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("One")
            sheet.write("A1", "same")
            sheet.set_footer(footer)
        (page,) = render(path, tmp_path / f"{name}{len(footer)}", dpi=60)
        return page.read_bytes()

    assert picture("campus", "&L&F") != picture("plan", "&L&F")
    assert picture("campus", "") == picture("plan", "")
