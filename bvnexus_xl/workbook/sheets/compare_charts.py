"""Charts of sheet ``Compare``: the tornado, and what stands in the last year of each scenario."""

from __future__ import annotations

from typing import Any

from bvnexus_xl.summaries import SOURCES
from bvnexus_xl.workbook.sheets.base import Canvas
from bvnexus_xl.workbook.sheets.chart_look import cell_range, finish, stacked_columns
from bvnexus_xl.workbook.sheets.compare_columns import (
    AGAINST,
    BARS_COLUMN,
    BASE_ROW,
    CHARTS_ROW,
    FIRST_SOURCE,
    FIRST_SWING_ROW,
    HIGH_LCOE,
    LABEL,
    LOW_LCOE,
    MIX_COLUMN,
    SHEET,
)

_BARS, _CASES = 12, 14
"""What a chart has room for: inputs with the largest swing; base case, mean and the first scenarios."""
_BARS_SIZE, _MIX_SIZE = (540, 400), (510, 400)
"""Pixels."""
_LOW, _HIGH = "#0072B2", "#D55E00"


def insert_charts(canvas: Canvas) -> None:
    """Tornado and mix side by side below the tables."""
    canvas.worksheet.insert_chart(CHARTS_ROW - 1, BARS_COLUMN - 1, _tornado(canvas), {"x_offset": 4, "y_offset": 4})
    canvas.worksheet.insert_chart(CHARTS_ROW - 1, MIX_COLUMN - 1, _mix(canvas), {"x_offset": 4, "y_offset": 4})


def _tornado(canvas: Canvas) -> Any:
    """Bars left and right of the base case, the largest swing on top."""
    chart = canvas.workbook.add_chart({"type": "bar"})
    first, last = FIRST_SWING_ROW, FIRST_SWING_ROW + _BARS - 1
    for name, column, color in (("Low value", LOW_LCOE, _LOW), ("High value", HIGH_LCOE, _HIGH)):
        chart.add_series(
            {
                "name": name,
                "categories": cell_range(SHEET, first, LABEL, last, LABEL),
                "values": cell_range(SHEET, first, column + AGAINST, last, column + AGAINST),
                "fill": {"color": color},
                "border": {"none": True},
                "gap": 35,
                "overlap": 100,
            }
        )
    # of a bar chart, x is the axis of figures and y that of names
    figures = {"num_format": "+0.0;-0.0;0", "major_gridlines": {"visible": True, "line": {"color": "#E1E5EA"}}}
    names = {"reverse": True, "label_position": "low", "num_format": "General", "major_gridlines": {"visible": False}}
    finish(chart, "LCOE against the base case ($/MWh)", _BARS_SIZE, "", figures, **names)
    return chart


def _mix(canvas: Canvas) -> Any:
    """Installed MW of the last year by source."""
    last = BASE_ROW + _CASES - 1
    heads = cell_range(SHEET, BASE_ROW, LABEL, last, LABEL)
    series = [
        (source, cell_range(SHEET, BASE_ROW, column, last, column), canvas.colors[source])
        for column, source in enumerate(SOURCES, start=FIRST_SOURCE)
    ]
    chart = stacked_columns(canvas, series, heads)
    finish(chart, "Installed in the last year (MW)", _MIX_SIZE, "MW", min=0)
    return chart
