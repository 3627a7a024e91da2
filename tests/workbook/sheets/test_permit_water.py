"""Water on sheet Permit, Limits and Validation: figures of the study, live limit."""

import pytest

from bvnexus_xl.workbook.sheets.limits_sheet import LimitsSheet
from bvnexus_xl.workbook.sheets.permit_sheet import PermitSheet
from bvnexus_xl.workbook.sheets.permit_water import HALLS, LABEL, LEFT, LIMIT, TOTAL, UNITS
from bvnexus_xl.workbook.sheets.validation_rows import operation
from tests.workbook.sheets.conftest import BUILDS, planned, small_project

GALLONS = 325_851.43


@pytest.fixture(scope="module")
def watered():
    """40 acre-ft a year; 1 gal/MWh of the engines, 20 of the load."""
    base = small_project()
    limits = {"water_limit_enabled": True, "water_limit_acre_ft_per_year": 40.0}
    return planned(
        base.model_copy(
            update={
                "constraints": base.constraints.model_copy(update=limits),
                "load": base.load.model_copy(update={"cooling_water_gal_per_mwh": 20.0}),
            }
        ),
        BUILDS,
    )


def test_the_permit_shows_water_of_units_and_halls_by_year(watered):
    cells = PermitSheet().cells(watered).cells
    head = next(row for (row, column), cell in cells.items() if column == LABEL and "acre-ft" in str(cell.value))
    for row, (year, total) in enumerate(zip(watered.plan.years, watered.totals, strict=True), start=head + 1):
        assert cells[row, LABEL].value == year
        assert cells[row, UNITS].value == pytest.approx(float(total.thermal_mwh.sum()) / GALLONS, rel=1e-8)
        assert cells[row, HALLS].value == pytest.approx(20.0 * total.served_mwh / GALLONS, rel=1e-8)
        assert cells[row, TOTAL].value == pytest.approx(cells[row, UNITS].value + cells[row, HALLS].value)
        assert cells[row, LIMIT].formula == "=water_limit_acre_ft_per_year"
        assert cells[row, LEFT].value == pytest.approx(40.0 - cells[row, TOTAL].value)


def test_limits_and_validation_name_it(watered):
    texts = {str(cell.value) for _, _, cell in LimitsSheet().cells(watered).all_cells()}
    assert "Water" in texts
    assert any("water_limit_acre_ft_per_year" in text for text in texts)
    figures = {item.label: item.value for item in operation(watered)}
    both = figures["Water of the units"] + figures["Water, cooling of the halls"]
    assert both == pytest.approx(sum(limit.used for limit in watered.limits if limit.name == "water"))
