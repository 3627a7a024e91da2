"""Sheet ``Log``: what was run, with which software, how long it took, and everything worth knowing about the result."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.versions import versions
from bvnexus_xl.workbook.cells import SheetCells, Value, address
from bvnexus_xl.workbook.sheets.base import Canvas, put_title
from bvnexus_xl.workbook.sheets.check_list import checks_failed

_LABEL, _VALUE, _UNIT = 1, 2, 3
_LAST_COLUMN = 4
_WIDTHS = {_LABEL: 40.0, _VALUE: 30.0, _UNIT: 30.0, _LAST_COLUMN: 44.0}
_NOTE_CHARACTERS = 125
_Line = tuple[str, Value, str, str]
"""Label, value, style, unit or remark."""


class LogSheet:
    """The sheet."""

    name = "Log"

    def cells(self, solved: SolvedStudy | None) -> SheetCells:
        """Everything on the sheet; None gives the frame."""
        cells = SheetCells(self.name)
        subtitle = "What was run, with which software, and what to know about the result"
        put_title(cells, "Log", subtitle, _LAST_COLUMN, checks_failed(solved))
        if solved is None:
            cells.put(4, _LABEL, "Filled by a run.", "hint")
            return cells
        row = _put_lines(cells, 4, "Run", _run(solved))
        row = _put_lines(cells, row, "How good is it", _proof(solved))
        row = _put_seconds(cells, row, solved)
        row = _put_lines(cells, row, "Software", [(name, text, "line_plain", "") for name, text in versions().items()])
        _put_notes(cells, row, solved.warnings)
        return cells

    def dress(self, canvas: Canvas) -> None:
        """Widths and the rows that repeat on every page."""
        canvas.set_widths(_WIDTHS)
        canvas.worksheet.repeat_rows(0, 1)


def _run(solved: SolvedStudy) -> list[_Line]:
    study, years = solved.project.study, solved.plan.years
    status = "every limit is kept" if solved.status == "done" else "limits are broken: see Summary and Limits"
    return [
        ("Project", study.project_name, "line_plain", ""),
        ("Problem", study.problem, "line_plain", ""),
        ("Phase", f"Phase {solved.phase}", "line_plain", {1: "screening", 2: "optimisation"}[solved.phase]),
        ("Status", solved.status, "line_plain", status),
        ("Years analysed", f"{years[0]} to {years[-1]}", "line_plain", f"{len(years)} years of 8,760 hours"),
        ("Input hash", solved.project.input_hash(), "line_plain", "the same inputs give the same hash"),
        ("Random seed", study.random_seed, "line_number_left", "the same seed gives the same hourly load"),
        ("Designs tried", solved.designs_tried, "line_number_left", "candidate designs of Phase 1"),
    ]


def _proof(solved: SolvedStudy) -> list[_Line]:
    """Bounds where a phase has proven them."""
    proof = solved.proof
    if proof.gap is None:
        remark = "Phase 1 searches and proves no bound" if solved.phase == 1 else "no bound was proven"
        return [("Gap to the best possible cost", "not proven", "line_plain", remark)]
    weeks = proof.resolution == "weeks"
    lines: list[_Line] = [
        ("Bounds hold for", "typical weeks" if weeks else "all 8,760 hours", "line_plain", "of every year"),
        (
            "Lower bound of the cost, present value",
            proof.lower_bound_usd,
            "line_number_left",
            "$: no plan in whole units costs less",
        ),
        ("This plan, commitment relaxed", proof.upper_bound_usd, "line_number_left", "$, present value"),
        ("Gap", proof.gap, "line_share_left", "of this plan's cost, at most, could be saved"),
        ("Trials of the search", proof.rounds, "line_number_left", "all resolutions"),
    ]
    if proof.committed_cost_usd is not None:
        label = "This plan, whole units in every hour"
        lines.append((label, proof.committed_cost_usd, "line_number_left", "$, present value, full year"))
    if proof.certified_gap is not None:
        lines.append(("Certified gap", proof.certified_gap, "line_share_left", "the same, with whole units"))
    return lines


def _put_seconds(cells: SheetCells, row: int, solved: SolvedStudy) -> int:
    lines: list[_Line] = [
        (stage[:1].upper() + stage[1:].replace("_", " "), seconds, "line_seconds_left", "s")
        for stage, seconds in solved.seconds.items()
    ]
    after = _put_lines(cells, row, "Time by stage", lines)
    span = f"{address(row + 1, _VALUE)}:{address(row + len(lines), _VALUE)}"
    cells.put(row + 1 + len(lines), _LABEL, "Total", "line_label")
    cells.put(row + 1 + len(lines), _VALUE, sum(solved.seconds.values()), "line_seconds_left", f"=SUM({span})")
    cells.put(row + 1 + len(lines), _UNIT, "s", "line_unit")
    return after + 1


def _put_notes(cells: SheetCells, row: int, notes: Sequence[str]) -> None:
    _band(cells, row, "What to know")
    row += 1
    for note in notes or ("Nothing to remark.",):
        for number, line in enumerate(textwrap.wrap(note, _NOTE_CHARACTERS)):
            cells.put(row, _LABEL, f"{'•' if number == 0 else ' '} {line}", "line_plain")
            row += 1


def _put_lines(cells: SheetCells, row: int, title: str, lines: Sequence[_Line]) -> int:
    """A block under its heading; returns the row of the next one."""
    _band(cells, row, title)
    for offset, (label, value, style, remark) in enumerate(lines, start=1):
        cells.put(row + offset, _LABEL, label, "line_label")
        cells.put(row + offset, _VALUE, value, style)
        cells.put(row + offset, _UNIT, remark, "line_unit")
    return row + len(lines) + 2


def _band(cells: SheetCells, row: int, text: str) -> None:
    cells.row(row, _LABEL, [text] + [None] * (_LAST_COLUMN - 1), "section_result")
