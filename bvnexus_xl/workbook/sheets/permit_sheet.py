"""Sheet ``Permit``: units for the air consultant, potential and expected emissions, margins to thresholds; water."""

from __future__ import annotations

from collections.abc import Sequence

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.units import LB_PER_SHORT_TON
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.permit_table import (
    POLLUTANTS,
    THRESHOLDS,
    PermitRow,
    highest_tons,
    highest_year,
    permit_rows,
)
from bvnexus_xl.workbook.sheets.permit_water import put_water

POUNDS_ROW, HOURS_ROW, YEAR_ROW, HEAD_ROW, FIRST_ROW = 4, 5, 6, 9, 10
MODEL, CONTROL, FUEL, RULE, UNITS, MW, HEAT = range(1, 8)
RATE, START_LB, POTENTIAL, MWH, STARTS, EXPECTED = 8, 11, 12, 15, 16, 17
"""First of three columns for NOx, CO, VOC where the figure is by pollutant."""
LAST_COLUMN = EXPECTED + 2
LIMIT, MARGIN_POTENTIAL, MARGIN_EXPECTED = 5, 8, 11
"""First of three columns of the table of thresholds."""
_WIDTHS = {MODEL: 27.0, CONTROL: 21.0, FUEL: 10.5, RULE: 13.0, UNITS: 7.5, MW: 8.0, HEAT: 10.0}
_NOTES = (
    "Potential: every unit at full load for the permitted hours of sheet Constraints. Expected: what the plan runs, "
    "with NOx of starts.",
    "One stack a unit. Stack height, diameter, exit temperature and velocity, formaldehyde (hazardous, 10 tpy), PM and "
    "ammonia slip are the vendor's to give.",
    "Water: of the units by water_gal_per_mwh of sheet Equipment, of the halls on the load served by "
    "cooling_water_gal_per_mwh of sheet Load.",
    "Federal standard: 40 CFR 60 subpart by kind and heat input; area classification, offsets and aggregation with "
    "other phases are the consultant's to confirm.",
)


class PermitSheet:
    """The sheet."""

    name = "Permit"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        cells = SheetCells(self.name)
        subtitle = (
            "Fuel-burning units for the air permit: rates, tons a year, and how far from the major-source thresholds"
        )
        put_title(cells, "Permit table", subtitle, LAST_COLUMN, checks_failed(solved))
        _put_heads(cells)
        if solved is None:
            cells.put(FIRST_ROW, MODEL, "Filled by a run.", "hint")
            return cells
        rows = permit_rows(solved)
        _put_basis(cells, solved)
        for row, item in enumerate(rows, start=FIRST_ROW):
            _put_unit(cells, row, item)
        total_row = FIRST_ROW + len(rows)
        _put_total(cells, total_row, rows)
        highest = highest_tons(solved)
        cells.put(total_row + 1, MODEL, "Highest of all years", "line_label")
        for offset, tons in enumerate(highest):
            cells.put(total_row + 1, EXPECTED + offset, tons, "line_decimal")
        potential = [sum(item.potential_tons[n] for item in rows) for n in range(len(POLLUTANTS))]
        next_row = _put_thresholds(cells, total_row + 4, solved, (potential, highest), total_row)
        next_row = put_water(cells, next_row + 1, solved)
        for offset, text in enumerate(_NOTES):
            cells.put(next_row + 1 + offset, MODEL, text, "line_note")
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, frozen heads, one page of width."""
        worksheet = canvas.worksheet
        worksheet.set_column(0, LAST_COLUMN - 1, 8.6)
        canvas.set_widths(_WIDTHS)
        worksheet.set_column(MWH - 1, MWH - 1, 11)
        worksheet.freeze_panes(HEAD_ROW, CONTROL - 1)


def _put_heads(cells: SheetCells) -> None:
    heads = {
        CONTROL: "Control",
        FUEL: "Fuel",
        RULE: "Federal standard, likely",
        UNITS: "Units, most",
        MW: "MW each, net",
        HEAT: "MMBtu/h each, HHV",
        START_LB: "NOx lb/start",
        MWH: "MWh",
        STARTS: "Starts",
    }
    for offset, (_, label) in enumerate(POLLUTANTS):
        heads |= {
            RATE + offset: f"{label} lb/MWh",
            POTENTIAL + offset: f"{label} tpy",
            EXPECTED + offset: f"{label} tpy",
        }
    cells.put(HEAD_ROW, MODEL, "Model", "header_result")
    for column, text in heads.items():
        cells.put(HEAD_ROW, column, text, "header_result_center")
    cells.put(HEAD_ROW - 1, POTENTIAL, "Potential to emit, all units", "line_group")
    cells.put(HEAD_ROW - 1, MWH, "Expected, in the year above", "line_group")
    cells.heights[HEAD_ROW] = 42.0


def _put_basis(cells: SheetCells, solved: SolvedStudy) -> None:
    """Pounds in a ton, permitted hours, and the year shown."""
    hours, year = solved.project.constraints.permitted_hours_per_year, solved.plan.years[highest_year(solved)]
    lines: tuple[tuple[int, str, Value, str, str], ...] = (
        (POUNDS_ROW, "Pounds in a short ton", LB_PER_SHORT_TON, "", "line_count"),
        (HOURS_ROW, "Permitted hours a year", hours, "=permitted_hours_per_year", "line_count"),
        (YEAR_ROW, "Year of the expected figures (highest NOx)", year, "", "line_year"),
    )
    for row, label, value, formula, style in lines:
        cells.put(row, MODEL, label, "line_label")
        cells.put(row, CONTROL, value, style, formula)


def _put_unit(cells: SheetCells, row: int, item: PermitRow) -> None:
    asset = item.asset
    pounds, hours = address(POUNDS_ROW, CONTROL, True), address(HOURS_ROW, CONTROL, True)
    texts = {MODEL: asset.label, CONTROL: asset.control or "none", FUEL: asset.fuel.replace("_", " "), RULE: item.rule}
    for column, text in texts.items():
        cells.put(row, column, text, "line_label" if column == MODEL else "line_text")
    for column, value, kind in (
        (UNITS, item.units, "count"),
        (MW, asset.unit_mw, "decimal"),
        (HEAT, item.heat_mmbtu_per_h, "decimal"),
        (START_LB, asset.row.start_nox_lb, "rate"),
        (MWH, item.mwh, "count"),
        (STARTS, item.starts, "count"),
    ):
        cells.put(row, column, value, f"line_{kind}")
    units, mw, mwh = (address(row, column) for column in (UNITS, MW, MWH))
    for n in range(len(POLLUTANTS)):
        rate = address(row, RATE + n)
        cells.put(row, RATE + n, item.pounds_per_mwh[n], "line_rate")
        formula = f"={units}*{mw}*{rate}*{hours}/{pounds}"
        cells.put(row, POTENTIAL + n, item.potential_tons[n], "line_decimal", formula)
        started = f"+{address(row, START_LB)}*{address(row, STARTS)}" if n == 0 else ""
        cells.put(row, EXPECTED + n, item.expected_tons[n], "line_decimal", f"=({mwh}*{rate}{started})/{pounds}")


def _put_total(cells: SheetCells, row: int, rows: Sequence[PermitRow]) -> None:
    """Sums; the heat input and the power of all units."""
    cells.row(row, MODEL, [None] * LAST_COLUMN, "line_total_label")
    cells.put(row, MODEL, "All units" if rows else "No fuel-burning units", "line_total_label")
    units = _column(UNITS, row)
    sums: list[tuple[int, float, str, str]] = [
        (UNITS, sum(item.units for item in rows), f"=SUM({units})", "count"),
        (
            MW,
            sum(item.units * item.asset.unit_mw for item in rows),
            f"=SUMPRODUCT({units},{_column(MW, row)})",
            "decimal",
        ),
        (
            *(HEAT, sum(item.units * item.heat_mmbtu_per_h for item in rows)),
            *(f"=SUMPRODUCT({units},{_column(HEAT, row)})", "decimal"),
        ),
        (MWH, sum(item.mwh for item in rows), f"=SUM({_column(MWH, row)})", "count"),
        (STARTS, sum(item.starts for item in rows), f"=SUM({_column(STARTS, row)})", "count"),
    ]
    for n in range(len(POLLUTANTS)):
        potential, expected = POTENTIAL + n, EXPECTED + n
        sums.append(
            (potential, sum(item.potential_tons[n] for item in rows), f"=SUM({_column(potential, row)})", "decimal")
        )
        sums.append(
            (expected, sum(item.expected_tons[n] for item in rows), f"=SUM({_column(expected, row)})", "decimal")
        )
    for column, value, formula, kind in sums:
        cells.put(row, column, value, f"line_total_{kind}", formula if rows else "")


def _column(column: int, total_row: int) -> str:
    return f"{address(FIRST_ROW, column)}:{address(total_row - 1, column)}"


def _put_thresholds(
    cells: SheetCells, top: int, solved: SolvedStudy, tons: tuple[Sequence[float], Sequence[float]], total_row: int
) -> int:
    """Thresholds with the margin that is left on both bases; returns the row below."""
    cells.put(top - 1, LIMIT, "Threshold, tpy", "line_group")
    cells.put(top - 1, MARGIN_POTENTIAL, "Left, potential to emit", "line_group")
    cells.put(top - 1, MARGIN_EXPECTED, "Left, highest year expected", "line_group")
    cells.put(top, MODEL, "Major-source threshold; below 0: at or above it", "header_result")
    for column in (CONTROL, FUEL, RULE):
        cells.put(top, column, None, "header_result")
    cells.heights[top] = 28.0
    for n, (_, label) in enumerate(POLLUTANTS):
        for first in (LIMIT, MARGIN_POTENTIAL, MARGIN_EXPECTED):
            cells.put(top, first + n, f"{label} tpy", "header_result_center")
    limits, own = solved.project.constraints, []
    for key, _ in POLLUTANTS:
        own.append(getattr(limits, f"{key}_limit_tpy") if getattr(limits, f"{key}_limit_enabled") else None)
    lines = [*THRESHOLDS, ("Limit of this study (sheet Constraints)", tuple(own), ())]
    for row, (label, values, districts) in enumerate(lines, start=top + 1):
        cells.put(row, MODEL, label, "line_plain")
        if districts:
            here = "this county" if solved.project.site.air_district in districts else ""
            asked = ",".join(f'TRIM(air_district)="{name}"' for name in districts)
            cells.put(row, RULE, here, "line_unit", f'=IF(OR({asked}),"this county","")')
        for n, value in enumerate(values):
            if value is None:
                continue
            live = f"={POLLUTANTS[n][0]}_limit_tpy" if row == top + len(lines) else ""
            here = address(row, LIMIT + n)
            cells.put(row, LIMIT + n, value, "line_decimal", live)
            for first, base, at in (
                (MARGIN_POTENTIAL, tons[0][n], address(total_row, POTENTIAL + n, True)),
                (MARGIN_EXPECTED, tons[1][n], address(total_row + 1, EXPECTED + n, True)),
            ):
                cells.put(row, first + n, value - base, "line_decimal", f"={here}-{at}")
    return top + 1 + len(lines)
