"""One look for the charts of all result sheets: fonts, axes, grid lines, series by technology group."""

from __future__ import annotations

from typing import Any

from bvnexus_xl.workbook.cells import address
from bvnexus_xl.workbook.sheets.base import Canvas

FONT: dict[str, Any] = {"name": "Arial", "size": 9, "bold": False, "color": "#374151"}
_TITLE = {**FONT, "size": 11, "bold": True}
_AXIS_LINE = {"color": "#8A919C"}
_GRID_LINE = {"color": "#E1E5EA", "width": 0.75}


def cell_range(sheet: str, first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """A range as a chart wants it: ``=Sizing!$C$6:$Q$6``."""
    first, last = address(first_row, first_column, True), address(last_row, last_column, True)
    return f"={sheet}!{first}:{last}"


def stacked_columns(canvas: Canvas, series: list[tuple[str, str, str]], categories: str, gap: int = 40) -> Any:
    """A stacked column chart; each series is (name, values, colour)."""
    chart = canvas.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for name, values, color in series:
        chart.add_series(
            {
                "name": name,
                "categories": categories,
                "values": values,
                "fill": {"color": color},
                "border": {"none": True},
                "gap": gap,
            }
        )
    return chart


def add_line(canvas: Canvas, chart: Any, series: list[tuple[str, str, dict[str, Any]]], categories: str) -> None:
    """Lay lines over a chart; each is (name, values, line properties)."""
    line = canvas.workbook.add_chart({"type": "line"})
    for name, values, look in series:
        line.add_series({"name": name, "categories": categories, "values": values, "line": look})
    chart.combine(line)


def finish(
    chart: Any, title: str, size: tuple[int, int], y_name: str, x_axis: dict[str, Any] | None = None, **y: Any
) -> None:
    """Title, axes, legend below, size in pixels."""
    chart.set_title({"name": title, "name_font": _TITLE, "overlay": False})
    chart.set_legend({"position": "bottom", "font": FONT})
    chart.set_x_axis({"num_font": FONT, "line": _AXIS_LINE, "label_position": "low", **(x_axis or {})})
    axis: dict[str, Any] = {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": _GRID_LINE}, **y}
    chart.set_y_axis({"name": y_name, "name_font": FONT, "num_font": FONT, "line": {"none": True}, **axis})
    chart.set_size({"width": size[0], "height": size[1]})
    chart.set_chartarea({"border": {"color": "#D5DAE1"}})
    chart.show_blanks_as("gap")
