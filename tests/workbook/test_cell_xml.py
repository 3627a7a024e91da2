"""One cell as XML: every kind of value, hand-checked serial numbers, text that must stay text."""

import re
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.cell_xml import CellFormat, date_serial
from bvnexus_xl.workbook.cells import Block, Cell

PLAIN = CellFormat("", {"number": 7}, False)


def xml(value=None, formula="", style=0) -> str:
    return PLAIN.cell(3, 28, Cell(value, formula), style)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, '<c r="AB3"><v>1.5</v></c>'),
        (0.1 + 0.2, '<c r="AB3"><v>0.30000000000000004</v></c>'),
        (-3, '<c r="AB3"><v>-3</v></c>'),
        (True, '<c r="AB3" t="b"><v>1</v></c>'),
        (np.float64(2.5), '<c r="AB3"><v>2.5</v></c>'),
        (np.int32(4), '<c r="AB3"><v>4</v></c>'),
        (np.bool_(False), '<c r="AB3" t="b"><v>0</v></c>'),
        (date(2024, 2, 29), '<c r="AB3"><v>45351</v></c>'),
        ("", '<c r="AB3" t="inlineStr"><is><t xml:space="preserve"></t></is></c>'),
        (" a<&b ", '<c r="AB3" t="inlineStr"><is><t xml:space="preserve"> a&lt;&amp;b </t></is></c>'),
    ],
)
def test_each_kind_of_value(value, expected):
    assert xml(value) == expected


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -float("inf"), np.float64("nan"), pd.NaT])
def test_what_is_no_number_is_an_empty_cell(value):
    assert xml(value) == ""
    assert xml(value, style=5) == '<c r="AB3" s="5"/>'
    assert xml(value, "=1/A1") == '<c r="AB3"><f>1/A1</f></c>'


@pytest.mark.parametrize(
    ("value", "kind", "cached"),
    [
        (2.0, "", "<v>2.0</v>"),
        ("yes", ' t="str"', "<v>yes</v>"),
        ("", ' t="str"', "<v></v>"),
        (True, ' t="b"', "<v>1</v>"),
        ("#DIV/0!", ' t="e"', "<v>#DIV/0!</v>"),
        ("#1 site", ' t="str"', "<v>#1 site</v>"),
        (date(2024, 2, 29), "", "<v>45351</v>"),
    ],
)
def test_a_formula_carries_its_cached_value(value, kind, cached):
    assert xml(value, '=IF(A1<2,"&",B1)', 3) == f'<c r="AB3" s="3"{kind}><f>IF(A1&lt;2,"&amp;",B1)</f>{cached}</c>'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A0", "{=1}", "#N/A", "TRUE", "12"])
def test_text_is_never_taken_for_a_formula_or_a_number(text):
    cell = etree.fromstring(xml(text))
    assert cell.get("t") == "inlineStr"
    assert cell.find("f") is None
    assert cell.findtext("is/t") == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_survives(text):
    """Decoded independently: XML first, then Excel's _xHHHH_ escapes from left to right."""
    stored = etree.fromstring(xml(text)).findtext("is/t") or ""
    assert re.sub(r"_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), stored) == text


def test_text_is_cut_where_excel_would_offer_a_repair():
    stored = etree.fromstring(xml("😀" * 20_000)).findtext("is/t")
    assert len(stored.encode("utf-16-le")) // 2 <= 32_767
    assert stored.endswith("😀…")


@pytest.mark.parametrize(
    ("day", "from_1904", "serial"),
    [
        (date(1900, 1, 1), False, 1),
        (date(1900, 2, 28), False, 59),
        (date(1900, 3, 1), False, 61),
        (date(2026, 1, 1), False, 46023),
        (datetime(2024, 2, 29, 18), False, 45351.75),
        (date(1904, 1, 1), True, 0),
        (date(2024, 2, 29), True, 45351 - 1462),
    ],
)
def test_dates_count_as_excel_counts(day, from_1904, serial):
    assert date_serial(day, from_1904) == serial


@pytest.mark.parametrize(
    ("day", "from_1904"),
    [(date(1899, 12, 31), False), (date(1903, 12, 31), True), (datetime(2026, 1, 1, tzinfo=UTC), False)],
)
def test_dates_a_cell_cannot_hold_are_errors(day, from_1904):
    with pytest.raises(ValueError, match=r"calendar|time zone"):
        date_serial(day, from_1904)


@pytest.mark.parametrize(("row", "column"), [(0, 1), (1, 0), (1_048_577, 1), (1, 16_385)])
def test_cells_outside_the_sheet_are_errors(row, column):
    with pytest.raises(ValueError, match="outside the sheet"):
        PLAIN.cell(row, column, Cell(1), 0)


def test_an_unknown_style_names_the_known_ones():
    with pytest.raises(WorkbookRefused, match=r"lacks 'percent'; it has \['number'\]") as caught:
        PLAIN.style_index("percent")
    assert caught.value.code == "STYLE_MISSING"


def test_a_value_no_cell_can_hold_is_an_error():
    with pytest.raises(TypeError, match="complex"):
        xml(1j)


@pytest.mark.parametrize("formula", ["=", "=" + "1+" * 4_096 + "1"])
def test_an_empty_or_endless_formula_is_an_error(formula):
    with pytest.raises(ValueError, match="must have 1 to 8192"):
        xml(1, formula)


def test_a_block_writes_what_its_cells_would():
    rows = [[1.5, "a", None], [float("nan"), date(2024, 2, 29), True]]
    block = Block(4, 2, rows, ["number", "", "number"])
    single = [
        "".join(PLAIN.cell(4 + i, 2 + j, Cell(value), (7, 0, 7)[j]) for j, value in enumerate(row))
        for i, row in enumerate(rows)
    ]
    assert PLAIN.block_rows(block) == single
    numbers = Block(1, 1, np.array([[1.0, 2.0]]), ["", ""])
    assert PLAIN.block_rows(numbers) == ['<c r="A1"><v>1.0</v></c><c r="B1"><v>2.0</v></c>']
