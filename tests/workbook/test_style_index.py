"""Our styles are found by name in the user's own numbering."""

import pytest
from zoo import STYLE_SHEET, animal, excel_parts, plain_parts, save_parts

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.inputs.project import default_project
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.style_index import style_indices
from bvnexus_xl.workbook.styles import STYLES
from bvnexus_xl.workbook.template import build_template


def indices(path):
    with Package(path) as package:
        return style_indices(package)


@pytest.mark.parametrize("name", ["plain", "excel", "prefixed"])
def test_inline_shared_and_rich_names_are_read(tmp_path, name):
    assert indices(animal(name, tmp_path)) == {"number": 3, "date": 1}


def test_a_style_whose_cell_is_gone_is_the_default_and_an_empty_name_is_none(tmp_path):
    sheet = STYLE_SHEET.replace(
        '<c r="B2" s="1"/>', '</row><row r="3"><c r="B3" s="2"/><c r="A4"/><c r="C3"><v>1</v></c>'
    )
    path = save_parts(tmp_path / "plan.xlsx", plain_parts() | {"xl/worksheets/sheet3.xml": sheet})
    assert indices(path) == {"number": 3, "date": 0}


def test_the_template_carries_every_style_we_name(tmp_path):
    build_template(default_project(), tmp_path / "template.xlsx")
    found = indices(tmp_path / "template.xlsx")
    assert set(found) == set(STYLES)
    assert len(set(found.values())) == len({str(sorted(look.items())) for look in STYLES.values()})


@pytest.mark.parametrize(("old", "new"), [('s="3"', 's="x"'), ('r="B1"', 'r="1B"'), ("<v>2</v>", "<v>99</v>")])
def test_a_damaged_style_sheet_is_refused(tmp_path, old, new):
    parts = excel_parts()
    sheet = str(parts["xl/worksheets/sheet3.xml"])
    assert old in sheet
    path = save_parts(tmp_path / "plan.xlsx", parts | {"xl/worksheets/sheet3.xml": sheet.replace(old, new)})
    with pytest.raises(WorkbookRefused, match="hidden sheet '_styles'") as caught:
        indices(path)
    assert caught.value.code == "SHEET_DAMAGED"
