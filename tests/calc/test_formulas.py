"""Formulas with our functions: found, and spelt for LibreOffice in a copy."""

import zipfile

import pytest
import xlsxwriter

from bvnexus_xl.calc.formulas import calls_functions, respell_copy, spelt_for_calc

NAME = "ORG.BVNEXUS.XL.FUNCTIONS."
SPELT = {
    "=BVN_CRF(0.08,15)": f"={NAME}BVNCRF(0.08,15)",
    "=bvn_crf(0.08,15)+1": f"={NAME}BVNCRF(0.08,15)+1",
    "=BVN_CRF(A1, $B$2 )": f"={NAME}BVNCRF(A1:A1, $B$2:$B$2 )",
    "=BVN_PUE('it''s'!B3)": f"={NAME}BVNPUE('it''s'!B3:B3)",
    "=BVN_CRF(ABS(A1),(B1))": f"={NAME}BVNCRF(ABS(A1),(B1))",
    "=BVN_CRF(-A1,B1+1)": f"={NAME}BVNCRF(-A1,B1+1)",
    "=BVN_CRF(A1,SUM(BVN_MACRS(B1)))": f"={NAME}BVNCRF(A1:A1,SUM({NAME}BVNMACRS(B1:B1)))",
    "=[1]!BVN_CRF(A1:A2,rate)": f"={NAME}BVNCRF(A1:A2,rate)",
    r"='C:\x y\[book.xlsm]'!BVN_CRF(1,2)": f"={NAME}BVNCRF(1,2)",
    "=BVN_LOLH({7,18.3;1,2},100)": f"={NAME}BVNLOLH({{7,18.3;1,2}},100)",
}
OTHERS = (
    "=A1+1",
    '="BVN_CRF(A1)"&A1',
    "='BVN_CRF(x'!A1",
    "=BVN_UNKNOWN(A1)",
    "=MYBVN_CRF(1,2)",
    "=BVN_RATE*2",
    '=BVN_CRF("open',
)


@pytest.mark.parametrize(("formula", "wanted"), SPELT.items())
def test_our_functions_get_the_name_every_libreoffice_knows(formula, wanted):
    assert calls_functions(formula)
    assert spelt_for_calc(formula) == wanted


@pytest.mark.parametrize("formula", OTHERS)
def test_other_formulas_keep_every_letter(formula):
    assert not calls_functions(formula)
    assert spelt_for_calc(formula) == formula


def test_a_copy_changes_only_in_formulas_with_our_functions(tmp_path):
    path = tmp_path / "copy.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("One")
        sheet.write_formula("A1", '=BVN_NOX_TPY("actual",B1,C1)&"<&>"')
        sheet.write_formula("A2", '=IF(B1<2,"a & b","BVN_")')
        sheet.write_string("A3", "=BVN_CRF(A1,A2)")
        book.add_worksheet("Two").write_formula("A1", "=One!A1")
        book.define_name("Half", "=BVN_CRF(0.08,One!$B$1)/2")
    with zipfile.ZipFile(path) as package:
        before = {name: package.read(name) for name in package.namelist()}
    assert respell_copy(path)
    with zipfile.ZipFile(path) as package:
        after = {name: package.read(name) for name in package.namelist()}
    assert {name for name in after if after[name] != before[name]} == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    sheet = after["xl/worksheets/sheet1.xml"]
    assert f'<f>{NAME}BVNNOXTPY("actual",B1:B1,C1:C1)&amp;"&lt;&amp;&gt;"</f>'.encode() in sheet
    assert b'<f>IF(B1&lt;2,"a &amp; b","BVN_")</f>' in sheet
    assert f"{NAME}BVNCRF(0.08,One!$B$1:$B$1)/2<".encode() in after["xl/workbook.xml"]


def test_a_workbook_without_our_functions_is_left_alone(tmp_path):
    path = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("One").write_formula("A1", "=1+1")
    before = path.read_bytes()
    assert not respell_copy(path)
    assert path.read_bytes() == before
