"""Sheet ``Limits``: which limits shape the plan, year by year; below, what each allows and what is used."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from bvnexus_xl.inputs.bridge import BRIDGE_PROBLEM
from bvnexus_xl.inputs.field_specs import field_specs
from bvnexus_xl.inputs.loading import SECTIONS, TABLES
from bvnexus_xl.inputs.sheets import SHEET_OF
from bvnexus_xl.limits import BINDING_SHARE, Limit, Relaxation
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.cells import SheetCells, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed
from bvnexus_xl.workbook.sheets.limit_places import SCALAR_FIELDS
from bvnexus_xl.workbook.sheets.limits_columns import (
    AT_LEAST,
    AT_MOST,
    DETAIL_HEAD_ROW,
    FIRST_DETAIL_ROW,
    FIRST_MATRIX_ROW,
    FIRST_YEAR,
    KEY,
    LABEL,
    LAST_DETAIL_ROW,
    LAST_MATRIX_ROW,
    LAST_YEAR,
    LIMIT,
    MATRIX_HEAD_ROW,
    MATRIX_ROWS,
    OPERATING,
    PLANNING,
    RULE,
    SET_BY,
    SHARE,
    SHEET,
    SLACK,
    STATUS,
    UNIT,
    USED,
    WORDS,
    YEAR,
)

_SUBTITLE = "Share of each limit that the plan uses, by year; the details below say how much, and which cell sets it"
_LEGEND = (
    "100 % is the limit; the darker, the nearer.   ●  binding: less than half a percent is left.   "
    "▲  broken: more is used than allowed.   In words, near: less than a tenth is left."
)
_LOOSER = (
    "10 % looser saves: present value, that limit alone, in every year; a plan in whole units is searched again on "
    "representative weeks. What lies between at least and at most is not proven either way.   –: it does not bind, and "
    "no planning price says that it saves."
)
_NOTES = {
    False: "Filter by limit, year or status. Shadow prices, and what a limit 10 % looser saves, come from Phase 2.",
    True: "Shadow price: what one unit of room more, in the unit beside it, saves that year, in its money; – nothing, "
    "empty: none of its kind.   Operating: the plan stays, only its dispatch changes.   Planning: everything planned "
    "anew, parts of units allowed, so that a limit with room left may have one; years that share plant share a price: "
    "its sum over them is firm, the split is not.",
}
"""Note above the details, without and with prices."""
_EXPECTED = "Prices are expected over the date cases. "
_HEADS: dict[int, str] = {
    LABEL: "Limit",
    YEAR: "Year",
    RULE: "Rule",
    LIMIT: "Limit",
    USED: "Used",
    SLACK: "Left",
    SHARE: "Share used",
    STATUS: "Status",
    UNIT: "Unit",
    OPERATING: "Shadow price, operating, $ per unit",
    PLANNING: "Shadow price, planning, $ per unit",
    SET_BY: "Set by",
    KEY: "Key",
}
_WIDTHS = {LABEL: 31.0, OPERATING: 12.5, PLANNING: 12.5, AT_LEAST: 13.0, AT_MOST: 13.0, WORDS: 40.0}
_YEAR_WIDTH = 9.8
_ROUNDING = 1e-6
_SLACK_DIGITS = 6
_SHADES = (
    (">", 1.0 + _ROUNDING, "fail"),
    (">=", 1.0 - BINDING_SHARE, "warn"),
    (">=", 0.9, "shade_dark"),
    (">=", 0.6, "shade_middle"),
    (">=", 0.3, "shade_light"),
)
"""Looks of the matrix by share used, the first that fits. Shades, not bars: bars would cover the figures."""
_STATUS_STYLES = {"ok": "ok", "near": "ok", "binding": "warn", "broken": "fail"}
_SHARE_STYLES = {"ok": "share_ok", "near": "share_ok", "binding": "share_binding", "broken": "share_broken"}
_NOT_SAVED = {"not_reached": "no time", "not_priced": "not priced"}
"""What stands in place of a saving."""
_TIGHTEST = {
    "run_hours": "Running hours, tightest model",
    "flex_hours": "Flexible hours, tightest class",
    "flex_day": "Flexible hours in a day, tightest class",
}
"""Label of limits that stand once for each model or class, by kind."""
_Rows = dict[str, dict[int, tuple[int, Limit]]]
"""Row of the details and limit, by kind of limit and year."""


class LimitsSheet:
    """The sheet."""

    name = SHEET

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Matrix and details; without a study their heads."""
        cells = SheetCells(self.name)
        put_title(cells, "Limits", _SUBTITLE, WORDS, checks_failed(solved))
        cells.put(MATRIX_HEAD_ROW - 1, LABEL, _LEGEND, "line_note")
        priced = solved is not None and any(limit.operating_price_usd is not None for limit in solved.limits)
        if solved is not None and solved.relaxations:
            cells.put(MATRIX_HEAD_ROW - 2, LABEL, _LOOSER, "line_note")
        _put_heads(cells, solved.plan.years if solved else (), _note(solved, priced=priced))
        rows = _put_details(cells, solved.limits) if solved else {}
        used = _put_matrix(cells, rows, solved) if solved else 0
        for row in range(FIRST_MATRIX_ROW, LAST_MATRIX_ROW + 1):
            cells.heights[row] = 17.0 if row < FIRST_MATRIX_ROW + max(used, 1) else 1.5
        if solved is None:
            cells.put(FIRST_MATRIX_ROW, LABEL, "Filled by a run.", "hint")
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths, shades of the matrix, a filter on the details that works on the locked sheet."""
        worksheet = canvas.worksheet
        worksheet.set_column(FIRST_YEAR - 1, LAST_YEAR - 1, _YEAR_WIDTH)
        canvas.set_widths(_WIDTHS)
        worksheet.freeze_panes(2, 1)
        worksheet.set_zoom(80)
        worksheet.protect("", {"objects": False, "format_columns": True, "format_rows": True, "autofilter": True})
        worksheet.autofilter(DETAIL_HEAD_ROW - 1, 0, LAST_DETAIL_ROW - 1, KEY - 1)
        matrix = (FIRST_MATRIX_ROW - 1, FIRST_YEAR - 1, LAST_MATRIX_ROW - 1, LAST_YEAR - 1)
        for criteria, value, style in _SHADES:
            rule = {"type": "cell", "criteria": criteria, "value": value, "stop_if_true": True}
            worksheet.conditional_format(*matrix, rule | {"format": canvas.formats[style]})


def share_used(limit: Limit) -> float | str:
    """Part of a limit that is used, 1 at the limit; ``over`` where nothing is allowed and something is used."""
    whole, part = (limit.limit, limit.used) if limit.sense == "at_most" else (limit.used, limit.limit)
    if whole > 0.0:
        return part / whole
    return "over" if limit.broken else 0.0


def status(limit: Limit) -> str:
    """``broken``, ``binding``, ``near`` or ``ok``."""
    return "broken" if limit.broken else "binding" if limit.binding else "near" if limit.near else "ok"


def year_spans(years: Iterable[int]) -> str:
    """Years in the fewest words: ``2031, 2034–2036``."""
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else f"{span[0]}" for span in spans)


def place_of_field(field_name: str) -> str:
    """Sheet and field for people: ``Constraints: nox_limit_tpy``."""
    homes = list(SECTIONS.items())
    homes += [(loc[0], model) for loc, model in TABLES.items()]
    home = next(part for part, model in homes if any(spec.name == field_name for spec in field_specs(model)))
    return f"{SHEET_OF[home]}: {field_name}"


def _note(solved: SolvedStudy | None, *, priced: bool) -> str:
    """The note above the details; the prices of P5 stand for all its date cases, whichever is shown."""
    expected = priced and solved is not None and solved.project.study.problem == BRIDGE_PROBLEM
    return (_EXPECTED if expected else "") + _NOTES[priced]


def _put_heads(cells: SheetCells, years: Sequence[int], note: str) -> None:
    """Column heads of both tables."""
    cells.put(MATRIX_HEAD_ROW, LABEL, "Share of the limit used", "header_result")
    for offset in range(LAST_YEAR - FIRST_YEAR + 1):
        year = years[offset] if offset < len(years) else None
        cells.put(MATRIX_HEAD_ROW, FIRST_YEAR + offset, year, "header_result_center")
    for column, words in ((AT_LEAST, "at least"), (AT_MOST, "at most")):
        cells.put(MATRIX_HEAD_ROW, column, f"10 % looser saves {words}, $M", "header_result_center")
    cells.put(MATRIX_HEAD_ROW, WORDS, "In words", "header_result")
    cells.row(DETAIL_HEAD_ROW - 2, LABEL, ["Details"] + [None] * (WORDS - 1), "section_result")
    cells.put(DETAIL_HEAD_ROW - 1, LABEL, note, "line_note")
    for column in range(LABEL, KEY + 1):
        style = "header_result" if column in (LABEL, SET_BY, KEY) else "header_result_center"
        cells.put(DETAIL_HEAD_ROW, column, _HEADS.get(column), style)
    cells.heights |= {MATRIX_HEAD_ROW: 44.0, DETAIL_HEAD_ROW: 46.0}


def _put_details(cells: SheetCells, limits: Sequence[Limit]) -> _Rows:
    """One row a limit and year, years of a limit together; the tightest of a kind in each year goes to the matrix."""
    names = list(dict.fromkeys(limit.name for limit in limits))
    found: _Rows = {}
    ordered = sorted(limits, key=lambda limit: (names.index(limit.name), limit.year))
    for row, limit in enumerate(ordered, start=FIRST_DETAIL_ROW):
        _put_detail(cells, row, limit)
        by_year = found.setdefault(limit.name.partition(":")[0], {})
        if limit.year not in by_year or _tightness(limit) > _tightness(by_year[limit.year][1]):
            by_year[limit.year] = row, limit
    return found


def _put_detail(cells: SheetCells, row: int, limit: Limit) -> None:
    at = {column: address(row, column) for column in (RULE, LIMIT, USED, STATUS)}
    rule, words = limit.sense.replace("_", " "), status(limit)
    cells.put(row, LABEL, limit.label, "line_label")
    cells.put(row, YEAR, limit.year, "line_year")
    cells.put(row, RULE, rule, "line_unit")
    cells.put(row, LIMIT, limit.limit, "line_decimal")
    cells.put(row, USED, float(limit.used), "line_decimal")
    slack = f'=ROUND(IF({at[RULE]}="at most",{at[LIMIT]}-{at[USED]},{at[USED]}-{at[LIMIT]}),{_SLACK_DIGITS})'
    cells.put(row, SLACK, sheet_round(float(limit.slack), _SLACK_DIGITS), "line_decimal", slack)
    whole, part = (at[LIMIT], at[USED]) if limit.sense == "at_most" else (at[USED], at[LIMIT])
    share = f'=IF({whole}>0,{part}/{whole},IF({at[STATUS]}="broken","over",0))'
    cells.put(row, SHARE, share_used(limit), "line_share", share)
    cells.put(row, STATUS, words, _STATUS_STYLES[words])
    cells.put(row, UNIT, limit.unit, "line_unit")
    cells.put(row, OPERATING, limit.operating_price_usd, "line_rate")
    cells.put(row, PLANNING, limit.planning_price_usd, "line_rate")
    place = place_of_field(limit.field)
    # cells of tables have no name of their own: the link leads to their sheet
    target = limit.field if limit.field in SCALAR_FIELDS else f"{place.partition(':')[0]}!A1"
    cells.put(row, SET_BY, place, "line_link", f'=HYPERLINK("#{target}","{place}")')
    cells.put(row, KEY, limit.name, "field")


def _put_matrix(cells: SheetCells, rows: _Rows, solved: SolvedStudy) -> int:
    """The matrix, each cell a link to the details; returns how many rows it has."""
    saved = {item.name: item for item in solved.relaxations}
    if len(rows) > MATRIX_ROWS:
        message = f"{len(rows)} kinds of limits, but sheet {SHEET} has room for {MATRIX_ROWS}"
        raise ValueError(message)
    for row, (kind, by_year) in enumerate(rows.items(), start=FIRST_MATRIX_ROW):
        label = next(iter(by_year.values()))[1].label
        cells.put(row, LABEL, _TIGHTEST.get(kind, label), "line_label")
        for offset, year in enumerate(solved.plan.years):
            if year in by_year:
                detail, limit = by_year[year]
                style = _SHARE_STYLES[status(limit)]
                cells.put(row, FIRST_YEAR + offset, share_used(limit), style, f"={address(detail, SHARE)}")
        _put_saving(cells, row, saved.get(next(iter(by_year.values()))[1].name))
        cells.put(row, WORDS, in_words([limit for _, limit in by_year.values()]), "line_words")
    return len(rows)


def _put_saving(cells: SheetCells, row: int, saving: Relaxation | None) -> None:
    """What the limit saves where it is a tenth looser, or why that is not known."""
    if saving is None:
        return
    for column, usd in ((AT_LEAST, saving.at_least_usd), (AT_MOST, saving.at_most_usd)):
        if usd is None:
            cells.put(row, column, _NOT_SAVED[saving.state], "line_unit")
        else:
            cells.put(row, column, usd, "line_million")


def in_words(limits: Sequence[Limit]) -> str:
    """What one kind of limit does to the plan: ``broken in 2031; binding in 2034–2036``, or where it is tightest."""
    parts = []
    for word in ("broken", "binding", "near"):
        years = [limit.year for limit in limits if status(limit) == word]
        if years:
            parts.append(f"{word} in {year_spans(years)}")
    if parts:
        return "; ".join(parts)
    tightest = max(limits, key=_tightness)
    return f"ok, tightest in {tightest.year}" if _tightness(tightest) > 0.0 else "ok"


def _tightness(limit: Limit) -> float:
    share = share_used(limit)
    return share if isinstance(share, float) else float("inf")


def sheet_round(value: float, digits: int) -> float:
    """What ROUND of a spreadsheet gives: a half goes away from zero, on the 15 digits a cell has."""
    if not math.isfinite(value):
        return value
    return float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)) + 0.0
