"""Sheet Limits: shares, words and the place of every limit."""

from dataclasses import replace

import pytest

from bvnexus_xl.limits import Limit, Relaxation
from bvnexus_xl.workbook.sheets.limits_columns import (
    AT_LEAST,
    AT_MOST,
    DETAIL_HEAD_ROW,
    FIRST_DETAIL_ROW,
    FIRST_MATRIX_ROW,
    FIRST_YEAR,
    KEY,
    LABEL,
    LAST_MATRIX_ROW,
    MATRIX_ROWS,
    OPERATING,
    PLANNING,
    SET_BY,
    SHARE,
    SLACK,
    STATUS,
    WORDS,
    YEAR,
)
from bvnexus_xl.workbook.sheets.limits_sheet import (
    LimitsSheet,
    in_words,
    place_of_field,
    share_used,
    sheet_round,
    status,
    year_spans,
)

SHEET = LimitsSheet()


def limit(allowed, used, sense="at_most", year=2030, name="nox", field="nox_limit_tpy") -> Limit:
    return Limit(name, "NOx", "short ton/yr", field, year, sense, allowed, used)


def details(cells) -> list[int]:
    return sorted(row for row, column in cells.cells if row >= FIRST_DETAIL_ROW and column == KEY)


@pytest.mark.parametrize(
    ("case", "share", "word"),
    [
        (limit(200.0, 50.0), 0.25, "ok"),
        (limit(200.0, 199.5), 0.9975, "binding"),
        (limit(200.0, 210.0), 1.05, "broken"),
        (limit(200.0, 185.0), 0.925, "near"),
        (limit(150.0, 160.0, "at_least"), 0.9375, "near"),
        (limit(150.0, 170.0, "at_least"), 150.0 / 170.0, "ok"),
        (limit(150.0, 120.0, "at_least"), 1.25, "broken"),
        (limit(0.0, 0.0), 0.0, "ok"),
        (limit(0.0, 3.0), "over", "broken"),
        (limit(150.0, 0.0, "at_least"), "over", "broken"),
    ],
)
def test_share_and_status_of_a_limit(case, share, word):
    assert share_used(case) == share
    assert status(case) == word


def test_years_are_said_in_the_fewest_words():
    assert year_spans([2036, 2031, 2034, 2035]) == "2031, 2034–2036"
    assert year_spans([2030, 2031]) == "2030–2031"


def test_words_name_what_is_broken_before_what_binds():
    years = [limit(100.0, 100.0, year=2030), limit(100.0, 130.0, year=2031), limit(100.0, 140.0, year=2032)]
    assert in_words(years) == "broken in 2031–2032; binding in 2030"
    assert in_words([*years[:1], limit(100.0, 95.0, year=2033)]) == "binding in 2030; near in 2033"
    assert in_words([limit(100.0, 20.0, year=2030), limit(100.0, 30.0, year=2031)]) == "ok, tightest in 2031"
    assert in_words([limit(0.0, 0.0)]) == "ok"


def test_every_limit_of_every_year_is_listed_once(solved):
    cells = SHEET.cells(solved)
    listed = {(cells.cells[row, KEY].value, cells.cells[row, YEAR].value) for row in details(cells)}
    assert listed == {(item.name, item.year) for item in solved.limits}
    assert len(details(cells)) == len(solved.limits)


def test_the_matrix_links_to_the_details(solved):
    cells = SHEET.cells(solved)
    rows = {cells.cells[row, KEY].value: row for row in reversed(details(cells))}
    nox = next(
        row for row in range(FIRST_MATRIX_ROW, LAST_MATRIX_ROW) if cells.cells[row, LABEL].value.startswith("NOx")
    )
    first = cells.cells[nox, FIRST_YEAR]
    assert first.formula == f"=G{rows['nox']}"
    assert first.value == cells.cells[rows["nox"], SHARE].value
    assert first.value == solved.totals[0].nox_tons / (60.0 * 0.99)


def test_a_broken_limit_is_said_in_colour_words_and_sign(broken):
    cells = SHEET.cells(broken)
    nox = next(
        row for row in range(FIRST_MATRIX_ROW, LAST_MATRIX_ROW) if cells.cells[row, LABEL].value.startswith("NOx")
    )
    assert cells.cells[nox, FIRST_YEAR].style == "share_broken"
    assert cells.cells[nox, WORDS].value == "broken in 2029–2031"
    detail = next(row for row in details(cells) if cells.cells[row, KEY].value == "nox")
    assert (cells.cells[detail, STATUS].value, cells.cells[detail, STATUS].style) == ("broken", "fail")
    assert cells.cells[detail, SLACK].value < 0.0


def test_running_hours_of_several_models_share_a_row(solved):
    hours = [limit(100.0, used, name=f"run_hours:{key}", year=2029) for key, used in (("a", 20.0), ("b", 80.0))]
    cells = SHEET.cells(replace(solved, limits=tuple(hours)))
    assert cells.cells[FIRST_MATRIX_ROW, LABEL].value == "Running hours, tightest model"
    assert cells.cells[FIRST_MATRIX_ROW, FIRST_YEAR].value == 0.8
    assert cells.cells[FIRST_MATRIX_ROW, FIRST_YEAR].formula == f"=G{FIRST_DETAIL_ROW + 1}"
    assert (FIRST_MATRIX_ROW + 1, LABEL) not in cells.cells


def test_shadow_prices_are_empty_until_there_are_any(solved):
    cells = SHEET.cells(solved)
    assert {cells.cells[row, column].value for row in details(cells) for column in (OPERATING, PLANNING)} == {None}
    both = replace(limit(100.0, 100.0), operating_price_usd=1234.5, planning_price_usd=77.0)
    priced = SHEET.cells(replace(solved, limits=(both,)))
    assert [priced.cells[FIRST_DETAIL_ROW, column].value for column in (OPERATING, PLANNING)] == [1234.5, 77.0]
    assert "come from Phase 2" in cells.cells[DETAIL_HEAD_ROW - 1, LABEL].value
    assert "one unit of room more" in priced.cells[DETAIL_HEAD_ROW - 1, LABEL].value


def test_a_looser_limit_shows_its_saving_in_millions_or_why_it_has_none(solved):
    found = {
        "nox": Relaxation("nox", "NOx", "replanned", 1.5e6, 4e6, 3e6),
        "co": Relaxation("co", "CO", "zero", 0.0, 0.0, 0.0),
        "land": Relaxation("land", "Land", "not_reached", first_order_usd=2e6),
    }
    limits = tuple(limit(100.0, 99.8, name=name) for name in (*found, "gas_day"))
    cells = SHEET.cells(replace(solved, limits=limits, relaxations=tuple(found.values())))
    shown = [
        [cells.cells[row, column].value if (row, column) in cells.cells else None for column in (AT_LEAST, AT_MOST)]
        for row in range(FIRST_MATRIX_ROW, FIRST_MATRIX_ROW + 4)
    ]
    assert shown == [[1.5e6, 4e6], [0.0, 0.0], ["no time", "no time"], [None, None]]
    assert cells.cells[FIRST_MATRIX_ROW, AT_LEAST].style == "line_million"


def test_every_limit_leads_to_the_cell_that_sets_it(solved):
    cells = SHEET.cells(solved)
    found = {cells.cells[row, KEY].value: cells.cells[row, SET_BY] for row in details(cells)}
    assert found["gas_day"].value == "Constraints: gas_limit_mcf_per_day"
    assert found["gas_day"].formula == '=HYPERLINK("#gas_limit_mcf_per_day","Constraints: gas_limit_mcf_per_day")'
    assert found["import"].formula == '=HYPERLINK("#Grid!A1","Grid: import_limit_mw")'
    assert place_of_field("max_run_hours_per_year") == "Equipment: max_run_hours_per_year"


def test_more_kinds_of_limits_than_rows_are_not_dropped_in_silence(solved):
    many = tuple(limit(1.0, 0.0, name=f"kind{number}") for number in range(MATRIX_ROWS + 1))
    with pytest.raises(ValueError, match="room for"):
        SHEET.cells(replace(solved, limits=many))


@pytest.mark.parametrize(
    ("value", "rounded"), [(2.2578125, 2.257813), (-2.2578125, -2.257813), (2.2578124, 2.257812), (-1e-9, 0.0)]
)
def test_slack_is_rounded_as_a_spreadsheet_does(value, rounded):
    assert sheet_round(value, 6) == rounded
