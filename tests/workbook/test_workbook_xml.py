"""The request to compute on opening goes where the schema wants it; the calculation chain goes without a trace."""

import pytest
from zoo import MAIN, excel_parts, save_parts

from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.workbook_xml import with_full_calculation, workbook_changes

BEFORE = ["<sheets/>", "<functionGroups/>", "<externalReferences/>", "<definedNames/>"]
AFTER = '<oleSize ref="A1"/><customWorkbookViews/><pivotCaches/><extLst/>'


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_missing_element_is_added_in_the_order_of_the_schema(count):
    start = f'<workbook xmlns="{MAIN}"><workbookPr/>' + "".join(BEFORE[:count])
    expected = f'{start}<calcPr fullCalcOnLoad="1"/>{AFTER}</workbook>'
    assert with_full_calculation(f"{start}{AFTER}</workbook>".encode()).decode() == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<calcPr calcId="1"/>', '<calcPr calcId="1" fullCalcOnLoad="1"/>'),
        ("<calcPr calcId='1' fullCalcOnLoad='0' />", "<calcPr calcId='1' fullCalcOnLoad=\"1\"/>"),
        ("<calcPr></calcPr>", '<calcPr fullCalcOnLoad="1"></calcPr>'),
        ('<calcPr fullCalcOnLoad="1"  calcId="1"/>', '<calcPr fullCalcOnLoad="1"  calcId="1"/>'),
        ("<!-- <calcPr/> --><calcPr/>", '<!-- <calcPr/> --><calcPr fullCalcOnLoad="1"/>'),
    ],
)
def test_a_present_element_is_changed_in_place(old, new):
    around = '<workbook xmlns="m"><sheets/>{}</workbook>'
    assert with_full_calculation(around.format(old).encode()).decode() == around.format(new)


def test_a_workbook_without_sheets_is_our_mistake():
    with pytest.raises(ValueError, match="no sheets"):
        with_full_calculation(b"<workbook/>")


def test_the_chain_goes_with_its_link_and_its_type_and_nothing_else_does(tmp_path):
    parts = excel_parts()
    with Package(save_parts(tmp_path / "plan.xlsx", parts)) as package:
        changes = workbook_changes(package)
    assert changes["xl/calcChain.xml"] is None
    types, links = (str(parts[name]) for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"))
    override = types[types.index('<Override PartName="/xl/calcChain.xml"') :].split("/>")[0] + "/>"
    link = links[links.index('<Relationship Id="rId6"') :].split("/>")[0] + "/>"
    assert changes["[Content_Types].xml"] == types.replace(override, "").encode()
    assert changes["xl/_rels/workbook.xml.rels"] == links.replace(link, "").encode()
    assert set(changes) == {"xl/workbook.xml", "xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
