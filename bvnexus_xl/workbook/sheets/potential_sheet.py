"""Sheet ``Potential``: P3's answer: firm load, what stops it, land, and the matrix as a heat-map."""

from __future__ import annotations

from bvnexus_xl.potential import FLEXIBLE_SHARES, TECHNOLOGY_SETS, LandPotential, Worth
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed

SHEET = "Potential"
LABEL, FIRST = 1, 2
LAST = FIRST + max(len(FLEXIBLE_SHARES), 5) - 1
"""Last column: the matrix or the five columns beside a limit, whichever is wider."""
ANSWER_ROW = 3
FIGURE_ROW = 5
LIMIT_ROW = 12
MOST_LIMITS = 6
MATRIX_ROW = LIMIT_ROW + MOST_LIMITS + 3
BOUND_ROW = MATRIX_ROW + len(TECHNOLOGY_SETS) + 4
STOP_ROW = BOUND_ROW + len(TECHNOLOGY_SETS) + 4
WORTH_ROW = STOP_ROW + len(TECHNOLOGY_SETS) + 4
LAND_ROW = WORTH_ROW + len(TECHNOLOGY_SETS) + 4
MOST_USES = 10
_NOT_RUN = "Filled when problem P3 Land development is chosen on Start and run."
_LIMIT_HEADS = ("Limit", "Cell holds", "Unit", "MW per unit", "% load per %", "Set by")


class PotentialSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Heads always; figures where the study answers P3."""
        cells = SheetCells(self.name)
        put_title(
            cells, "Potential", "How much power this site can support, and what stops it", LAST, checks_failed(solved)
        )
        found = solved.finding if solved is not None and isinstance(solved.finding, LandPotential) else None
        text = _NOT_RUN if found is None else f"This site supports {found.firm_mw:,.0f} MW of firm load{_stop(found)}."
        cells.row(ANSWER_ROW, LABEL, [text] + [None] * (LAST - LABEL), "answer_idle" if found is None else "answer")
        cells.heights[ANSWER_ROW] = 21.0
        _band(cells, LIMIT_ROW, "What stops it")
        cells.row(LIMIT_ROW + 1, LABEL, _LIMIT_HEADS, "header_result_center")
        _matrix_heads(cells)
        _band(cells, LAND_ROW, "Land, last year")
        cells.row(LAND_ROW + 1, LABEL, ["Use", "acre"], "header_result_center")
        if found is not None:
            _put_figures(cells, found)
            _put_limits(cells, found.limits)
            if not found.limits:
                cells.put(LIMIT_ROW + 2, LABEL, "Phase 2 names and prices what stops it", "hint")
            _put_matrix(cells, found)
            for row, (use, acres) in enumerate(found.acres[:MOST_USES], start=LAND_ROW + 2):
                cells.put(row, LABEL, use, "line_label")
                cells.put(row, FIRST, acres, "line_decimal")
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, heat-maps, one printed page."""
        worksheet = canvas.worksheet
        worksheet.set_column(0, 0, 34.0)
        worksheet.set_column(1, LAST - 1, 15.0)
        worksheet.set_column(LAST - 1, LAST - 1, 24.0)
        worksheet.set_portrait()
        last = len(TECHNOLOGY_SETS)
        for top in (MATRIX_ROW, BOUND_ROW):
            area = (top + 1, FIRST - 1, top + last, LAST - 1)
            colours = {"min_color": "#FFFFFF", "mid_color": "#CFE8DC", "max_color": "#4FA67F"}
            worksheet.conditional_format(*area, {"type": "3_color_scale", **colours})
        worksheet.freeze_panes(2, 1)
        worksheet.print_area(0, 0, LAND_ROW + MOST_USES + 1, LAST - 1)
        worksheet.fit_to_pages(1, 1)


def _stop(found: LandPotential) -> str:
    return f", stopped by {found.limits[0].label}" if found.limits else ""


def _band(cells: SheetCells, row: int, text: str) -> None:
    cells.row(row, LABEL, [text] + [None] * (LAST - LABEL), "section_result")


def _matrix_heads(cells: SheetCells) -> None:
    titles = (
        (MATRIX_ROW, "Firm load by technology and flexible share of the load, MW, last year"),
        (BOUND_ROW, "No plan carries more, MW (typical weeks; Phase 2)"),
        (STOP_ROW, "What stops it (Phase 2)"),
        (WORTH_ROW, "One more unit of that limit gives, MW (Phase 2)"),
    )
    for row, title in titles:
        _band(cells, row, title)
        cells.put(row + 1, LABEL, "Flexible share of the load", "header_result")
        for column, share in enumerate(FLEXIBLE_SHARES, start=FIRST):
            cells.put(row + 1, column, f"{share:.0%}", "header_result_center")


def _put_figures(cells: SheetCells, found: LandPotential) -> None:
    where = {"year": "proven for every hour", "weeks": "proven for typical weeks", "": "Phase 2 proves it"}
    rows = (
        ("Firm load, whole units running", found.firm_mw, "figure_rate", "MW"),
        ("Firm load, parts of units running", found.relaxed_mw, "figure_rate", "MW"),
        ("No plan carries more than", found.bound_mw, "figure_rate", f"MW, {where[found.resolution]}"),
        ("Asked for on Load", found.asked_mw, "figure_rate", "MW"),
        ("Flexible share of the load", found.flexible_share, "figure_share", "of the load"),
    )
    for row, (label, value, style, unit) in enumerate(rows, start=FIGURE_ROW):
        cells.put(row, LABEL, label, "line_label")
        cells.put(row, FIRST, "–" if value is None else value, style)
        cells.put(row, FIRST + 1, unit, "unit")


def _put_limits(cells: SheetCells, limits: tuple[Worth, ...]) -> None:
    for row, item in enumerate(limits[:MOST_LIMITS], start=LIMIT_ROW + 2):
        cells.put(row, LABEL, item.label, "line_label")
        cells.put(row, FIRST, item.value, "line_decimal")
        cells.put(row, FIRST + 1, item.unit, "line_unit")
        cells.put(row, FIRST + 2, "–" if item.mw_per_unit is None else item.mw_per_unit, "line_factor")
        cells.put(row, FIRST + 3, "–" if item.elasticity is None else item.elasticity, "line_rate")
        cells.put(row, FIRST + 4, f"{item.model}: {item.field}" if item.model else item.field, "line_plain")


def _put_matrix(cells: SheetCells, found: LandPotential) -> None:
    labels = list(dict.fromkeys(cell.technologies for cell in found.cells))
    for cell in found.cells:
        row = 2 + labels.index(cell.technologies)
        column = FIRST + FLEXIBLE_SHARES.index(cell.flexible_share)
        for top in (MATRIX_ROW, BOUND_ROW, STOP_ROW, WORTH_ROW):
            cells.put(top + row, LABEL, cell.technologies, "line_label")
        cells.put(MATRIX_ROW + row, column, cell.firm_mw, "line_decimal")
        if cell.bound_mw is not None:
            cells.put(BOUND_ROW + row, column, cell.bound_mw, "line_decimal")
        if cell.limit is not None:
            cells.put(STOP_ROW + row, column, cell.limit.label, "line_text")
            worth = f"{cell.limit.mw_per_unit:,.4g} per {cell.limit.unit}"
            cells.put(WORTH_ROW + row, column, worth, "line_text")
