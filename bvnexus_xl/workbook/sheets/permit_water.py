"""Water on sheet ``Permit``: what units and halls take in each year, against what the site may take."""

from __future__ import annotations

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address

LABEL, UNITS, HALLS, TOTAL, LIMIT, LEFT = range(1, 7)
_HEADS = {UNITS: "Units", HALLS: "Cooling of halls", TOTAL: "In all", LIMIT: "Limit", LEFT: "Left"}


def put_water(cells: SheetCells, top: int, solved: SolvedStudy) -> int:
    """Heads in row ``top`` and a row a year; returns the row below. Limit and what is left only where one applies."""
    cells.put(top, LABEL, "Water, acre-ft a year", "header_result")
    for column, text in _HEADS.items():
        cells.put(top, column, text, "header_result_center")
    cells.heights[top] = 28.0
    limits = solved.project.constraints
    for row, (year, total) in enumerate(zip(solved.plan.years, solved.totals, strict=True), start=top + 1):
        cells.put(row, LABEL, year, "line_year")
        cells.put(row, UNITS, total.plant_water_acre_ft, "line_decimal")
        cells.put(row, HALLS, total.cooling_water_acre_ft, "line_decimal")
        both = f"={address(row, UNITS)}+{address(row, HALLS)}"
        cells.put(row, TOTAL, total.water_acre_ft, "line_decimal", both)
        if limits.water_limit_enabled:
            most = limits.water_limit_acre_ft_per_year
            left = f"={address(row, LIMIT)}-{address(row, TOTAL)}"
            cells.put(row, LIMIT, most, "line_decimal", "=water_limit_acre_ft_per_year")
            cells.put(row, LEFT, most - total.water_acre_ft, "line_decimal", left)
    return top + 1 + len(solved.totals)
