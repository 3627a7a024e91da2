"""The adequacy target on sheet ``RAM``: every reserve tested, its shortage and its cost."""

from __future__ import annotations

import math
import textwrap

from bvnexus_xl.reliability.target import AdequacySearch
from bvnexus_xl.workbook.cells import SheetCells, Value
from bvnexus_xl.workbook.sheets.ram_rows import LABEL
from bvnexus_xl.workbook.sheets.ram_table import Columns, put_section, put_table

_COLUMNS: Columns = (
    ("To spare, MW", "line_decimal"),
    ("Weakest year", "line_year"),
    ("LOLH, h/yr", "line_rate"),
    ("Avail- ability", "line_availability"),
    ("NPV{tax}, M$", "line_decimal"),
    ("LCOE{tax}, $/MWh", "line_rate"),
    ("$/MWh more", "line_rate"),
)
_LOAD_COLUMNS: Columns = (("Added load, MW", "line_decimal"),)
"""In place of the dearer LCOE where the most added load is sought: LCOE is then at the ceiling in every step."""
_STATE_COLUMNS: Columns = (("Limits kept", "state"), ("Target met", "state"))
_NOTE_WIDTH = 190
"""Characters of small print the sheet is wide."""
_PHASES = {1: "screening", 2: "optimisation"}


def put_steps(cells: SheetCells, row: int, search: AdequacySearch) -> int:
    """The answer to the target and one line a step; returns the row after a blank one."""
    row = put_section(cells, row, f"Adequacy target: at most {search.target_lolh:g} hours of shortage in any year")
    for text in (search.sentence(), *textwrap.wrap(search.warning(), _NOTE_WIDTH)):
        cells.put(row, LABEL, text, "line_note")
        row += 1
    rows: list[tuple[Value, ...]] = []
    for position, step in enumerate(search.steps):
        phase = f"{_PHASES[step.phase]}, {step.case}" if step.case else _PHASES[step.phase]
        label = f"Step {position + 1}, {phase}{': this plan' if position == search.chosen else ''}"
        rows.append(
            (
                label,
                step.margin_mw,
                step.year,
                step.lolh,
                step.availability,
                step.npv_cost_usd / 1e6,
                step.lcoe_usd_per_mwh if math.isfinite(step.lcoe_usd_per_mwh) else None,
                step.price_usd_per_mwh if step.added_mw is None else step.added_mw,
                "yes" if step.keeps_limits else "NO",
                "yes" if step.met else "NO",
            )
        )
    by_load = any(step.added_mw is not None for step in search.steps)
    columns = (*_COLUMNS[:-1], *(_LOAD_COLUMNS if by_load else _COLUMNS[-1:]), *_STATE_COLUMNS)
    heads = tuple((head.format(tax=search.tax_words), style) for head, style in columns)
    return put_table(cells, row, "Reserve tested", heads, rows)
