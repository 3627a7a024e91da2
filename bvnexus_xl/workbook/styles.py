"""Every cell style by name, and the colours of charts: one look for the template, the results and a live workbook.

FAST colours: inputs blue on pale yellow, calculations black, results under green headers, notes grey. States are told
apart by words as well as colours, so that nothing depends on seeing red from green.
"""

from __future__ import annotations

from typing import Any

FONT: dict[str, Any] = {"font_name": "Arial", "font_size": 10}
"""Base font: on every Windows and Mac, with metric twins elsewhere, so that widths hold."""

NAVY = "#1F3A5F"
GREEN = "#1E6B52"
PALE_GREEN = "#E3F1EC"
PALE_BLUE = "#E8EEF6"
PALE_YELLOW = "#FFFBE0"
INPUT_BLUE = "#0000FF"
LINE = "#BFC5CE"
GREY = "#6B7280"
LIGHT_GREY = "#8A919C"

NUMBER_FORMATS: dict[str, str] = {
    "int": "#,##0",
    "decimal1": "#,##0.0",
    "decimal2": "#,##0.00",
    "decimal3": "#,##0.000",
    "decimal4": "#,##0.0000",
    "money": '"$"#,##0;[Red]-"$"#,##0',
    "money_cents": '"$"#,##0.00;[Red]-"$"#,##0.00',
    "money_thousand": '"$"#,##0,"k";[Red]-"$"#,##0,"k"',
    "money_million": '"$"#,##0.0,,"M";[Red]-"$"#,##0.0,,"M"',
    "usd_per_mwh": "#,##0.00",
    "percent": "0.0%",
    "percent2": "0.00%",
    "factor": "0.0000",
    "year": "0",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
"""Kinds of figures; each is a style of its own, and again as ``total_<kind>`` and ``pick_<kind>`` where sensible."""

INPUT_FORMATS: dict[str, str] = {
    "input": "[>=1000]#,##0;General",
    "input_signed": "General",
    "input_int": "#,##0",
    "input_date": "yyyy-mm-dd",
    "input_text": "@",
    "input_list": "@",
}
"""Input cells by kind. Decimals a user types stay visible up to 1,000.

A figure that may be negative takes ``input_signed``: LibreOffice drops its sign in the last section of a format with
conditions.
"""

TABLE_INPUT = '[=0]"–";[>=1000]#,##0;General'
"""Cells of the wide equipment table: a zero is a dash, so that what matters stands out."""


LINE_FORMATS: dict[str, str] = {
    "count": '#,##0;-#,##0;"–"',
    "decimal": '#,##0.0;-#,##0.0;"–"',
    "rate": '#,##0.00;-#,##0.00;"–"',
    "factor": "0.0000",
    "thousand": '#,##0,;-#,##0,;"–"',
    "gwh": '#,##0.0,;-#,##0.0,;"–"',
    "share": '0.0%;-0.0%;"–"',
    "percent": "0.00%",
    "million": '#,##0.00,,;-#,##0.00,,;"–"',
    "difference": '+#,##0.00;-#,##0.00;"–"',
    "difference_million": '+#,##0.00,,;-#,##0.00,,;"–"',
    "change": '+0.0%;-0.0%;"–"',
    "year": "0",
    "availability": "0.0000%",
    "chance": "[>=0.00005]0.000000;0.0E+00",
}
"""Figures of the 15-year tables, in smaller print: ``line_<kind>``, ``line_total_<kind>``. A zero is a dash."""


CHECK_FORMATS: dict[str, str] = {
    "count": "#,##0",
    "decimal": "#,##0.0",
    "rate": "#,##0.00",
    "factor": "#,##0.0000",
    "cents": "#,##0.00",
    "small": "[=0]0;[<0.001]0.0E+00;General",
}
"""Figures of the checks: ``check_<kind>``. A zero is a zero here."""


def _styles() -> dict[str, dict[str, Any]]:
    body: dict[str, Any] = {"valign": "vcenter"}
    wrapped: dict[str, Any] = {**body, "text_wrap": True}
    small_grey: dict[str, Any] = {**wrapped, "font_size": 8, "font_color": GREY, "indent": 1}
    header: dict[str, Any] = {
        **wrapped,
        "bold": True,
        "font_color": "#FFFFFF",
        "border": 1,
        "border_color": "#FFFFFF",
    }
    band: dict[str, Any] = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#44618A"}
    under_head: dict[str, Any] = {**wrapped, "font_size": 8, "font_color": GREY, "align": "center"}
    given: dict[str, Any] = {
        **body,
        "font_color": INPUT_BLUE,
        "bg_color": PALE_YELLOW,
        "border": 1,
        "border_color": LINE,
        "locked": False,
    }
    total: dict[str, Any] = {**body, "bold": True, "top": 1, "bottom": 6, "bg_color": "#F1F3F6"}
    state: dict[str, Any] = {**body, "bold": True, "align": "center", "border": 1, "border_color": LINE}
    broken: dict[str, Any] = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#B5472A"}
    styles: dict[str, dict[str, Any]] = {
        "title": {"font_size": 18, "bold": True, "font_color": NAVY, "valign": "vcenter"},
        "subtitle": {**body, "font_color": GREY, "italic": True},
        "section": {**body, "bold": True, "font_size": 11, "font_color": NAVY, "bg_color": PALE_BLUE},
        "section_result": {**body, "bold": True, "font_size": 11, "font_color": GREEN, "bg_color": PALE_GREEN},
        "section_key": {**body, "font_size": 8, "font_color": LIGHT_GREY, "bg_color": PALE_BLUE},
        "section_result_key": {**body, "font_size": 8, "font_color": LIGHT_GREY, "bg_color": PALE_GREEN},
        "section_note": {**body, "font_size": 9, "font_color": GREY, "bg_color": PALE_BLUE},
        "label": wrapped,
        "label_strong": {**wrapped, "bold": True},
        "label_indent": {**wrapped, "indent": 1},
        "text": body,
        "text_wrap": {**wrapped, "valign": "top"},
        "text_center": {**body, "align": "center"},
        "field": {**body, "font_size": 8, "font_color": LIGHT_GREY},
        "unit": {**body, "font_color": GREY, "indent": 1},
        "allowed": small_grey,
        "source": small_grey,
        "note": small_grey,
        "hint": {**body, "font_color": GREY, "italic": True},
        "link": {**body, "font_color": "#0563C1", "underline": 1},
        "banner": {**body, "align": "right", "bold": True, "font_color": NAVY},
        "header_input": {**header, "bg_color": NAVY, "indent": 1},
        "header_input_center": {**header, "bg_color": NAVY, "align": "center"},
        "header_result": {**header, "bg_color": GREEN, "indent": 1},
        "header_result_center": {**header, "bg_color": GREEN, "align": "center"},
        "header_band": {**body, **band, "left": 1, "left_color": "#FFFFFF", "indent": 1},
        "header_band_rest": {**body, **band},
        "header_unit": {**under_head, "font_color": "#374151", "bg_color": PALE_BLUE},
        "header_range": under_head,
        "header_field": {**under_head, "font_color": LIGHT_GREY, "bg_color": "#F1F3F6", "bottom": 1},
        "total_label": total,
        "ok": {**state, "font_color": "#0B4F3A", "bg_color": "#D5EFE6"},
        "warn": {**state, "font_color": "#6B4700", "bg_color": "#FCE9C2"},
        "fail": {**state, **broken},
        "idle": {**state, "font_color": GREY, "bg_color": "#F1F3F6"},
        "hour": {**body, "font_size": 9, "font_color": GREY, "align": "center"},
        "shade_dark": {"bg_color": "#A9C8E6"},
        "shade_middle": {"bg_color": "#CBDFF1"},
        "shade_light": {"bg_color": "#E6F0F9"},
        "missing": {"bg_color": "#F7B77C"},
        "left_out": {"font_color": "#9AA0A8", "bg_color": "#F4F4F0"},
        "series_area": {"bg_color": PALE_YELLOW, "border": 1, "border_color": "#E4E0C0"},
        "milestone": {**body, "bg_color": "#0072B2", "font_color": "#FFFFFF", "align": "center"},
    }
    for kind, code in NUMBER_FORMATS.items():
        align: dict[str, Any] = {"align": "center"} if kind in {"year", "date", "datetime"} else {}
        styles[kind] = {**body, **align, "num_format": code}
        styles[f"total_{kind}"] = {**total, **align, "num_format": code}
    line_sum: dict[str, Any] = {**body, "font_size": 9, "bold": True, "top": 1, "bg_color": "#F1F3F6"}
    for kind, code in LINE_FORMATS.items():
        styles[f"line_{kind}"] = {**body, "font_size": 9, "align": "right", "num_format": code}
        styles[f"line_total_{kind}"] = {**line_sum, "align": "right", "num_format": code}
    styles["line_group"] = {**body, "font_size": 9, "bold": True, "font_color": GREEN}
    styles["line_label"] = {**body, "font_size": 9, "indent": 1, "shrink": True}
    styles["line_note"] = {**body, "font_size": 9, "font_color": GREY, "italic": True}
    styles["line_unit"] = {**body, "font_size": 8, "font_color": GREY, "indent": 1}
    styles["line_total_label"] = line_sum
    styles["line_total_unit"] = {**line_sum, "font_size": 8, "font_color": GREY, "bold": False, "indent": 1}
    shared: dict[str, Any] = {**body, "font_size": 9, "align": "center", "border": 1, "border_color": LINE}
    styles["share_ok"] = {**shared, "num_format": "0.0%"}
    styles["share_binding"] = {**shared, "bold": True, "bg_color": "#FCE9C2", "num_format": '0.0%" ●"'}
    styles["share_broken"] = {**shared, **broken, "num_format": '0.0%" ▲";;;@" ▲"'}
    styles["line_text"] = {**body, "font_size": 9, "align": "left", "shrink": True}
    styles["line_date"] = {**body, "font_size": 9, "align": "right", "num_format": NUMBER_FORMATS["date"]}
    styles["line_input"] = {**body, "font_size": 9, "align": "right", "num_format": "General"}
    for kind, code in CHECK_FORMATS.items():
        styles[f"check_{kind}"] = {**body, "align": "right", "num_format": code}
    styles["line_link"] = {**styles["link"], "font_size": 9, "indent": 1}
    styles["line_plain"] = {**body, "font_size": 9}
    for kind, code in (("number", "#,##0"), ("seconds", "#,##0.00"), ("share", "0.00%")):
        styles[f"line_{kind}_left"] = {**styles["line_plain"], "align": "left", "num_format": code}
    answer: dict[str, Any] = {**body, "bold": True, "font_size": 12, "indent": 1}
    styles["answer"] = {**answer, "font_color": GREEN, "bg_color": PALE_GREEN}
    styles["answer_broken"] = {**answer, **broken}
    styles["answer_idle"] = {**answer, "font_color": GREY, "bg_color": "#F1F3F6"}
    styles["figure"] = {**body, "bold": True, "font_size": 10, "align": "right"}
    for kind, code in (("rate", "#,##0.00"), ("million", "#,##0.0,,"), ("thousand", "#,##0,"), ("share", "0.0%")):
        styles[f"figure_{kind}"] = {**styles["figure"], "num_format": code}
    styles["figure_gap"] = {**styles["figure"], "num_format": "0.00%"}
    styles["figure_count"] = {**styles["figure"], "num_format": "#,##0"}
    styles["figure_availability"] = {**styles["figure"], "num_format": "0.000%"}
    small_state = {**state, "font_size": 9}
    for name, look in (("ok", "#D5EFE6"), ("warn", "#FCE9C2")):
        styles[f"state_{name}"] = {**small_state, "font_color": "#1F2937", "bg_color": look}
    styles["state_fail"] = {**small_state, **broken}
    styles["line_words"] = {**body, "font_size": 9, "indent": 1, "shrink": True}
    box: dict[str, Any] = {**body, "font_size": 9, "align": "center_across", "font_color": "#FFFFFF", "bold": True}
    box |= {"top": 1, "top_color": "#FFFFFF", "bottom": 1, "bottom_color": "#FFFFFF"}
    styles["box_series"] = {**box, "bg_color": "#44618A"}
    styles["box_unit"] = {**box, "bg_color": GREEN}
    styles["box_import"] = {**box, "bg_color": "#8A3A74"}
    styles["box_bridge"] = {**box, "bg_color": "#8A5A00"}
    styles["box_result"] = {**box, "font_color": NAVY, "bg_color": PALE_BLUE}
    styles["answer_line"] = {**body, "bold": True, "font_color": NAVY}
    styles["arrow"] = {**body, "align": "center", "bold": True, "font_color": NAVY}
    for kind in ("year", "int", "date"):
        styles[f"pick_{kind}"] = {
            **given,
            "bold": True,
            "align": "center",
            "border": 2,
            "border_color": NAVY,
            "num_format": NUMBER_FORMATS[kind],
        }
    styles["pick_text"] = {**styles["pick_year"], "num_format": "@"}
    for kind, code in INPUT_FORMATS.items():
        align = {"align": "left"} if kind in {"input_text", "input_list"} else {"align": "right"}
        if align["align"] == "left":
            align |= {"indent": 1, "shrink": kind == "input_text"}
        styles[kind] = {**given, **align, "num_format": code}
    styles["input_any"] = {**given, "align": "right", "num_format": "General", "shrink": True}
    styles["input_year"] = {**given, "align": "center", "num_format": "0"}
    styles["input_cell"] = {**given, "num_format": TABLE_INPUT, "align": "right"}
    styles["input_series"] = {"font_color": INPUT_BLUE, "num_format": "General", "locked": False}
    return styles


STYLES: dict[str, dict[str, Any]] = _styles()
"""Style name → XlsxWriter format properties."""

SERIES_COLORS: dict[str, str] = {
    "Engines": "#0072B2",
    "Turbines": "#56B4E9",
    "Fuel cells": "#009E73",
    "Other thermal": "#5F6368",
    "Solar": "#F0E442",
    "Other renewable": "#B8BDC4",
    "Battery": "#E69F00",
    "Grid": "#CC79A7",
    "Flexible": "#882255",
    "Unserved": "#D55E00",
    "Load": "#000000",
}
"""Colour of each technology group, grid, flexible computing, unserved energy and load on every chart (Okabe and Ito,
two greys, one wine red)."""
