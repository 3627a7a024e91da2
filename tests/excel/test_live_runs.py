"""The buttons and the worker against an Excel stand-in: check, run, progress, cancel, busy, crash, two workbooks."""

import threading
import time
from datetime import date, datetime
from typing import get_args

import openpyxl
import pytest
from conftest import opened
from engine import Gone

from bvnexus_xl.errors import OfficeUnavailable
from bvnexus_xl.excel import commands, jobs, scenario_job, unfinished, worker
from bvnexus_xl.excel.busy import ExcelBusy, is_busy, when_ready
from bvnexus_xl.excel.commands import folder_of
from bvnexus_xl.excel.live_book import LiveBook
from bvnexus_xl.excel.run_folder import Command
from bvnexus_xl.excel.unfinished import INCOMPLETE_NOTE, WRITING_NOTE
from bvnexus_xl.inputs.loading import read_json
from bvnexus_xl.sweep import run
from bvnexus_xl.tier3.validate import with_tier3
from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.office import INSTALL_OFFICE
from bvnexus_xl.workbook.reader import read_workbook
from bvnexus_xl.workbook.result_sheets import result_cells
from bvnexus_xl.workbook.results_file import read_info, results_path
from bvnexus_xl.workbook.sheets import OUTPUT_SHEETS
from bvnexus_xl.workbook.sheets.compare_columns import BASE_ROW, FIRST_ROW, LCOE
from bvnexus_xl.workbook.sheets.dispatch_columns import WEEK_CELL
from bvnexus_xl.workbook.template import build_template
from tests.projects import small_project
from tests.sweep.studies import DEAR, FakeSolver, price
from tests.tier3.made import made_result


def press(button, workers, *arguments):
    """Press a button and do what its process would do; returns the worker's exit code."""
    button(True, *arguments)
    assert len(workers) == 1, "the button started one worker"
    folder = workers.pop()
    code = worker.main(folder.path, linger_s=0.0)
    print("\n".join(folder.last_lines(30)))  # shown where a test fails
    return code


def cell(book, sheet, place):
    return book.impl.model[sheet][place].value


def everything(book):
    cells = ((sheet.title, c) for sheet in book.impl.model for row in sheet.iter_rows() for c in row)
    return {(sheet, c.coordinate): c.value for sheet, c in cells if c.value is not None}


def same(found, wanted):
    if found in (None, "") or wanted in (None, ""):
        return (found in (None, "")) == (wanted in (None, ""))
    if isinstance(wanted, date) and not isinstance(wanted, datetime):
        wanted = datetime(wanted.year, wanted.month, wanted.day)
    return found == wanted


def place_of(book, field):
    locations = read_workbook(book.impl.path)[1]
    return next(where for loc, where in locations.cells.items() if loc[-1] == field)


def test_run_writes_the_same_cells_as_a_run_without_excel(book, excel, workers, full_solve, solved):
    assert press(commands.run_phase1, workers) == 0
    locations = read_workbook(book.impl.path)[1]
    apart = []
    for sheet in result_cells(solved, locations, book.impl.path):
        for row, column, wanted in sheet.all_cells():
            place = address(row, column)
            if place not in sheet.keep and not same(cell(book, sheet.name, place), wanted.formula or wanted.value):
                apart.append((sheet.name, place, cell(book, sheet.name, place), wanted))
    assert apart == []
    assert read_info(results_path(book.impl.path)).input_hash == solved.project.input_hash()


def test_run_shows_progress_and_ends_with_the_answer(book, excel, workers, quick_solve):
    press(commands.run_phase1, workers)
    shown = [text for text in excel.status if text]
    assert shown[0] == "bvNexus: starting"
    assert any("[" in text and "% Writing Sizing" in text for text in shown)
    assert "LCOE" in shown[-1]
    assert excel.status[-1] is False, "the status bar is given back"
    status = read_workbook(book.impl.path)[1].start["run_status"]
    assert cell(book, "Start", status) == "done"
    assert not folder_of(book).is_running()


def test_result_sheets_are_protected_again_and_calculation_is_as_before(book, excel, workers, quick_solve):
    before = set(excel.locked)
    press(commands.run_phase1, workers)
    assert excel.locked == before
    assert before
    assert excel.calculation == "automatic"
    assert excel.screen_updating is True


def test_a_run_leaves_the_users_week_and_the_file_on_disk_alone(book, excel, workers, quick_solve, template):
    book.impl.model["Dispatch"][WEEK_CELL].value = 27
    press(commands.run_phase1, workers)
    assert cell(book, "Dispatch", WEEK_CELL) == 27
    assert book.impl.path.read_bytes() == template.read_bytes(), "nothing is saved"


def test_check_lists_every_fault_and_selects_the_first_bad_cell(book, excel, workers):
    first, second = place_of(book, "altitude_ft"), place_of(book, "discount_rate")
    for sheet, at in (first, second):
        book.impl.model[sheet][at].value = "n/a"
    assert press(commands.check_inputs, workers) == 1
    assert book.impl.selected == first
    listed = {row[0].value for row in book.impl.model["Checks"].iter_rows()}
    assert {"altitude_ft", "discount_rate"} <= listed
    assert "2 input faults" in [text for text in excel.status if text][-1]


def test_check_of_sound_inputs_changes_no_cell(book, excel, workers):
    before = everything(book)
    assert press(commands.check_inputs, workers) == 0
    assert everything(book) == before
    assert "inputs are sound" in [text for text in excel.status if text][-1]


def test_a_run_with_faults_solves_nothing(book, excel, workers, monkeypatch):
    sheet, at = place_of(book, "altitude_ft")
    book.impl.model[sheet][at].value = -9999
    monkeypatch.setitem(worker.PHASES, "phase1", lambda *_: pytest.fail("solved"))
    assert press(commands.run_phase1, workers) == 1
    assert book.impl.selected == (sheet, at)


def test_cancel_ends_the_run_and_keeps_the_results_of_the_run_before(book, excel, workers, quick_solve, monkeypatch):
    press(commands.run_phase1, workers)
    before = cell(book, "Summary", "A1"), [c.value for row in book.impl.model["Sizing"].iter_rows() for c in row]
    solving = threading.Event()

    def endless(_project, progress):
        while True:
            progress("Still solving", 0.5)
            solving.set()
            time.sleep(0.01)

    monkeypatch.setitem(worker.PHASES, "phase1", endless)
    commands.run_phase1(True)
    folder, codes = workers.pop(), []
    thread = threading.Thread(target=lambda: codes.append(worker.main(folder.path, linger_s=0.0)))
    thread.start()
    assert solving.wait(20)
    commands.run_phase1(True)
    assert "A run is at work on campus.xlsx" in excel.told[-1]
    assert workers == []
    start = time.monotonic()
    commands.cancel(True)
    thread.join(10)
    assert time.monotonic() - start < 2.0
    assert codes == [1]
    assert not folder.is_running()
    assert folder.progress().stage == "cancelled"
    after = cell(book, "Summary", "A1"), [c.value for row in book.impl.model["Sizing"].iter_rows() for c in row]
    assert after == before
    assert cell(book, "Start", read_workbook(book.impl.path)[1].start["run_status"]) == "cancelled"


def test_cancel_without_a_run_says_so(book, excel, workers):
    commands.cancel(True)
    assert excel.told == ["No run is at work on campus.xlsx."]


def test_results_wait_until_the_user_has_left_the_cell(book, excel, workers, quick_solve, monkeypatch, solved):
    def solve(project, progress):
        excel.refusals = -1  # the user begins to edit a cell
        threading.Timer(0.6, lambda: setattr(excel, "refusals", 0)).start()
        return solved

    monkeypatch.setitem(worker.PHASES, "phase1", solve)
    assert press(commands.run_phase1, workers) == 0
    assert cell(book, "Summary", "A1") is not None
    assert "LCOE" in [text for text in excel.status if text][-1]


def test_every_tenth_call_refused_still_gives_every_cell(book, excel, workers, quick_solve, monkeypatch, solved):
    monkeypatch.setattr("bvnexus_xl.excel.busy.FIRST_PAUSE_S", 0.0)
    original, count = type(excel).call, []

    def sometimes(app):
        count.append(1)
        if len(count) % 10 == 0:
            app.refusals = 1
        original(app)

    commands.run_phase1(True)
    monkeypatch.setattr(type(excel), "call", sometimes)
    assert worker.main(workers.pop().path, linger_s=0.0) == 0
    wanted = next(sheet for sheet in OUTPUT_SHEETS if sheet.name == "Sizing").cells(solved)
    for row, column, expected in wanted.all_cells():
        if not expected.formula and isinstance(expected.value, float):
            assert cell(book, "Sizing", address(row, column)) == pytest.approx(expected.value)


def test_only_a_busy_excel_is_asked_again():
    error = OSError("another")
    with pytest.raises(OSError, match="another"):
        when_ready(lambda: (_ for _ in ()).throw(error), 10.0, sleep=lambda _s: pytest.fail("waited"))
    assert not is_busy(Gone())


def test_patience_ends():
    class Busy(Exception):
        hresult = -2147417846

    waited = []
    with pytest.raises(ExcelBusy):
        when_ready(lambda: (_ for _ in ()).throw(Busy()), 5.0, sleep=waited.append)
    assert 5.0 <= sum(waited) <= 9.0


def test_excel_that_ends_during_writing_leaves_no_lock_and_a_log(book, excel, workers, quick_solve):
    commands.run_phase1(True)
    folder = workers.pop()
    excel.fail_after = 60
    assert worker.main(folder.path, linger_s=0.0) == 1
    assert not folder.is_running()
    assert "Gone" in "\n".join(folder.last_lines(40))


class Killed(BaseException):
    """The worker's process ends at once: nothing of it runs any more."""


@pytest.fixture
def cut_off(book, excel, workers, quick_solve, monkeypatch):
    """A run of Phase 1 whose worker is killed after some rectangles of sheet Sizing; gives its run folder."""
    original, written = LiveBook._set, []

    def killed(live, sheet, corner, rows):
        written.extend([sheet] * (sheet == "Sizing"))
        if len(written) > 3:
            monkeypatch.setattr(type(excel), "call", lambda _app: (_ for _ in ()).throw(Killed))
        original(live, sheet, corner, rows)

    commands.run_phase1(True)
    folder, call = workers.pop(), type(excel).call
    monkeypatch.setattr(LiveBook, "_set", killed)
    with pytest.raises(Killed):
        worker.main(folder.path, linger_s=0.0)
    monkeypatch.setattr(type(excel), "call", call)
    monkeypatch.setattr(LiveBook, "_set", original)
    excel.locked |= {(book.name, sheet.name) for sheet in OUTPUT_SHEETS}
    return folder


def status_of(book):
    return cell(book, "Start", read_workbook(book.impl.path)[1].start["run_status"])


def test_worker_killed_while_it_wrote_leaves_a_note_and_the_next_button_completes_the_results(
    book, workers, cut_off, solved
):
    assert status_of(book) == WRITING_NOTE
    assert press(commands.check_inputs, workers) == 0
    assert "its results are complete now" in "\n".join(cut_off.last_lines(10))
    assert status_of(book) == "done"
    locations = read_workbook(book.impl.path)[1]
    for sheet in result_cells(solved, locations, book.impl.path):
        if sheet.blocks:
            continue  # left out here by quick_solve
        for row, column, wanted in sheet.all_cells():
            place = address(row, column)
            assert place in sheet.keep or same(cell(book, sheet.name, place), wanted.formula or wanted.value)
    assert not unfinished.is_kept(cut_off.path)


def test_workbook_reopened_after_that_without_saving_keeps_the_results_of_the_run_before(book, excel, workers, cut_off):
    excel.books.open_books.clear()
    again = opened(excel, book.impl.path)
    before = everything(again)
    assert press(commands.check_inputs, workers) == 0
    assert everything(again) == before
    assert "holds the results of the run before" in "\n".join(cut_off.last_lines(10))
    assert not unfinished.is_kept(cut_off.path)


def test_results_that_cannot_be_read_any_more_leave_empty_sheets(book, workers, cut_off):
    next(cut_off.path.glob("unfinished*")).write_bytes(b"of another version")
    press(commands.check_inputs, workers)
    empty = next(sheet for sheet in OUTPUT_SHEETS if sheet.name == "Sizing").cells(None)
    for row, column, wanted in empty.all_cells():
        assert (cell(book, "Sizing", address(row, column)) or None) == (wanted.formula or wanted.value or None)
    assert "its sheets are emptied" in "\n".join(cut_off.last_lines(10))
    assert status_of(book) == INCOMPLETE_NOTE


def test_results_that_cannot_be_completed_are_told_once_and_block_no_button(book, workers, cut_off):
    del book.impl.model["Sizing"]
    assert press(commands.check_inputs, workers) == 0
    assert "could not be completed" in "\n".join(cut_off.last_lines(10))
    assert status_of(book) == INCOMPLETE_NOTE
    assert not unfinished.is_kept(cut_off.path)


def test_solver_that_fails_is_in_the_log_and_the_workbook_as_before(book, excel, workers, monkeypatch):
    def broken(_project, _progress):
        message = "matrix is singular"
        raise ArithmeticError(message)

    monkeypatch.setitem(worker.PHASES, "phase1", broken)
    assert press(commands.run_phase1, workers) == 1
    assert "matrix is singular" in "\n".join(folder_of(book).last_lines(40))
    assert "button Log" in [text for text in excel.status if text][-1]
    commands.show_log(True)
    assert "matrix is singular" in excel.told[-1]


def test_closed_workbook_is_told_in_the_log(book, excel, workers, quick_solve):
    commands.run_phase1(True)
    folder = workers.pop()
    excel.books.open_books.clear()
    assert worker.main(folder.path, linger_s=0.0) == 1
    assert "is not open any more" in "\n".join(folder.last_lines(5))
    assert not folder.is_running()


def test_two_workbooks_run_at_once(book, excel, workers, quick_solve, template, tmp_path):
    other_path = tmp_path / "second.xlsx"
    other_path.write_bytes(template.read_bytes())
    commands.run_phase1(True)
    second = opened(excel, other_path)
    commands.run_phase1(True)
    first, other = workers
    assert first.path != other.path
    with first.lock():
        assert worker.main(other.path, linger_s=0.0) == 0
        assert first.is_running()
    assert cell(second, "Start", read_workbook(other_path)[1].start["run_status"]) == "done"
    assert worker.main(first.path, linger_s=0.0) == 0


def test_json_goes_out_and_comes_in_again(book, excel, workers):
    assert press(commands.export_json, workers) == 0
    written = book.impl.path.with_suffix(".json")
    excel.chosen = str(written)
    assert press(commands.import_json, workers) == 0
    assert len(excel.books) == 2
    made = written.with_name("campus-2.xlsx")
    assert read_workbook(made)[0] == read_workbook(book.impl.path)[0]


def test_another_year_is_shown_without_solving(book, excel, workers, quick_solve, monkeypatch):
    press(commands.run_phase1, workers)
    monkeypatch.setitem(worker.PHASES, "phase1", lambda *_: pytest.fail("solved"))
    book.impl.model["Dispatch"]["C3"].value = None
    assert press(commands.show_year, workers, 2029) == 0
    assert cell(book, "Dispatch", "C3") == 2029
    assert press(commands.show_year, workers, 1999) == 1


def test_render_draws_the_open_workbook_beside_its_file_and_says_where(book, excel, workers, monkeypatch):
    drawn = []

    def draw(source, target):
        drawn.append((read_workbook(source)[0], target))
        return [target / "01_Start.png"]

    monkeypatch.setattr(jobs, "render_sheets", draw)
    assert press(commands.render, workers) == 0
    beside = book.impl.path.with_name("campus_pictures")
    assert drawn == [(read_workbook(book.impl.path)[0], beside)]
    assert [text for text in excel.status if text][-1] == f"bvNexus: drew 1 pictures in {beside}"


def test_the_pictures_footers_show_the_workbooks_own_name(book, excel, workers, monkeypatch):
    names = []

    def draw(source, _target):
        names.append(source.name)
        return []

    monkeypatch.setattr(jobs, "render_sheets", draw)
    assert press(commands.render, workers) == 0
    assert names == ["campus.xlsx"]


def test_a_file_named_on_sheet_site_is_found_beside_the_workbook(book, excel, workers, tmp_path):
    hours = tmp_path / "hours.csv"
    hours.write_text("load_shape\n" + "\n".join(["1"] * 8760) + "\n", encoding="utf-8")
    for field, value in (("series_file", hours.name), ("shape_source", "series")):
        sheet, at = place_of(book, field)
        book.impl.model[sheet][at].value = value
    assert press(commands.check_inputs, workers) == 0
    assert press(commands.export_json, workers) == 0
    exported = read_json(tmp_path / "campus.json")
    assert exported.site.series_file == "hours.csv"
    assert set(exported.series.attached.columns[0].values) == {1.0}


def test_render_without_libreoffice_says_what_to_install(book, excel, workers, monkeypatch):
    def missing(_source, _target):
        raise OfficeUnavailable(INSTALL_OFFICE)

    monkeypatch.setattr(jobs, "render_sheets", missing)
    assert press(commands.render, workers) == 1
    assert "LibreOffice was not found" in [text for text in excel.status if text][-1]


def test_phase_2_runs_like_phase_1(book, excel, workers, quick_solve, monkeypatch):
    monkeypatch.setitem(worker.PHASES, "phase2", worker.PHASES["phase1"])
    assert press(commands.run_phase2, workers) == 0
    assert folder_of(book).progress().stage == "done"


def test_validate_writes_sheet_validation_alone_after_a_run_of_the_same_inputs(
    book, excel, workers, quick_solve, monkeypatch
):
    press(commands.run_phase1, workers)
    before = everything(book)
    given = []

    def check(project, _progress, solved=None):
        given.append(solved)
        return with_tier3(solved, made_result(solved))

    monkeypatch.setattr(jobs, "run_phase3", check)
    assert press(commands.validate, workers) == 0
    assert given[0].dispatches == (), "the plan of the run, from its results file"
    changed = {sheet for (sheet, place), value in everything(book).items() if before.get((sheet, place)) != value}
    assert changed == {"Validation", "Start"}
    assert "FAILS in 1 of" in [text for text in excel.status if text][-1]


def test_validate_solves_first_where_nothing_is_kept(book, excel, workers, quick_solve, solved, monkeypatch):
    given = []

    def check(project, _progress, solved=None):
        given.append(solved)
        return with_tier3(study, made_result(study, fails=False))

    study = solved
    monkeypatch.setattr(jobs, "run_phase3", check)
    assert press(commands.validate, workers) == 0
    assert given == [None]
    assert cell(book, "Summary", "A1") is not None
    assert "every limit of every year is kept" in [text for text in excel.status if text][-1]


@pytest.fixture
def quick_sweep(book, monkeypatch):
    """Answers known beforehand, in this process; sheet Scenarios of the workbook has one row, Dear gas."""
    build_template(small_project(1, scenarios=(DEAR,)), book.impl.path)
    book.impl.model = openpyxl.load_workbook(book.impl.path)
    solver = FakeSolver(price)
    monkeypatch.setattr(run, "outcomes", solver)
    return solver


@pytest.mark.parametrize(("button", "phase"), [(commands.run_scenarios_phase1, 1), (commands.run_scenarios_phase2, 2)])
def test_run_scenarios_writes_sheet_compare_alone_and_keeps_what_is_solved(
    book, excel, workers, quick_sweep, button, phase
):
    before, locked = everything(book), set(excel.locked)
    assert press(button, workers) == 0
    changed = {sheet for (sheet, place), value in everything(book).items() if before.get((sheet, place)) != value}
    assert changed == {"Compare"}
    assert excel.locked == locked
    assert cell(book, "Compare", address(BASE_ROW, LCOE)) == pytest.approx(10 * 3.5 + 100 * 0.08)
    assert cell(book, "Compare", address(FIRST_ROW, LCOE)) == pytest.approx(10 * 4.2 + 100 * 0.08)
    assert f"phase {phase}" in cell(book, "Compare", "A3")
    shown = [text for text in excel.status if text]
    assert shown[-1] == "bvNexus: 2 of 2 studies have a plan, side by side on sheet Compare"
    assert any("2 of 2 studies solved" in text or "Writing Compare" in text for text in shown)
    assert press(button, workers) == 0
    assert len(quick_sweep.asked) == 2, "nothing is solved twice"
    assert book.impl.path.with_name("campus.sweep").is_dir()


def test_run_scenarios_is_cancelled_and_keeps_the_words_of_the_last_run(book, workers, quick_sweep, monkeypatch):
    place = read_workbook(book.impl.path)[1].start["run_status"]
    book.impl.model["Start"][place].value = "done"
    before = everything(book)

    def endless(project, wanted, store, progress):
        while True:
            progress("1 of 2 studies solved", 0.5)
            folder_of(book).ask_to_cancel()
            time.sleep(0.01)

    monkeypatch.setattr(scenario_job, "run_sweep", endless)
    assert press(commands.run_scenarios_phase1, workers) == 1
    assert folder_of(book).progress().stage == "cancelled"
    assert everything(book) == before


def test_sheet_compare_cut_off_while_it_was_written_is_completed_by_the_next_button(
    book, excel, workers, quick_sweep, monkeypatch
):
    commands.run_scenarios_phase1(True)
    folder, call, original = workers.pop(), type(excel).call, LiveBook._set

    def killed(live, sheet, corner, rows):
        original(live, sheet, corner, rows)
        monkeypatch.setattr(type(excel), "call", lambda _app: (_ for _ in ()).throw(Killed))

    monkeypatch.setattr(LiveBook, "_set", killed)
    with pytest.raises(Killed):
        worker.main(folder.path, linger_s=0.0)
    monkeypatch.setattr(type(excel), "call", call)
    monkeypatch.setattr(LiveBook, "_set", original)
    excel.locked.add((book.name, "Compare"))
    assert cell(book, "Compare", address(FIRST_ROW, LCOE)) is None
    assert press(commands.check_inputs, workers) == 0
    assert cell(book, "Compare", address(FIRST_ROW, LCOE)) == pytest.approx(10 * 4.2 + 100 * 0.08)


def test_about_names_the_versions(book, excel, workers):
    commands.about(True)
    assert "xlwings 0.37.8" in excel.told[-1]


def test_every_job_a_button_can_ask_for_is_known(monkeypatch):
    known = {*worker.PHASES, *scenario_job.PHASES, *("check", "validate", "export_json", "import_json")}
    assert known | {"show_year", "render"} == set(get_args(Command))
    assert all(
        hasattr(jobs, name) for name in ("check", "export_json", "import_json", "show_year", "render", "validated")
    )
