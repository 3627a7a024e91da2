"""The weakest year on sheet ``RAM``: block diagram, contingencies, what to improve, outage table, simulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bvnexus_xl.profiles.calendar import hour_starts
from bvnexus_xl.reliability.block_diagram import Block
from bvnexus_xl.reliability.contingency import Contingency
from bvnexus_xl.reliability.monte_carlo import Estimate
from bvnexus_xl.reliability.ram import RamStudy
from bvnexus_xl.reliability.ram_case import GRID_NAME
from bvnexus_xl.workbook.cells import SheetCells, Value
from bvnexus_xl.workbook.sheets.ram_rows import (
    FIRST_YEAR,
    LABEL,
    OUTAGE_ROWS,
    RAREST_SHOWN,
    UNIT,
)
from bvnexus_xl.workbook.sheets.ram_table import put_section, put_table

_BOX_COLUMNS = 4
"""Columns one box of the diagram spans."""
_ROLES = {
    "series": "in series for all that burns gas",
    "parallel": "in parallel",
    "K of N": "K of N",
    "bridge": "bridges minutes, not hours",
}


def put_detail(cells: SheetCells, row: int, study: RamStudy, must_carry: int) -> None:
    """All tables of the weakest year from a row on, one below the other; ``must_carry`` units out must be carried."""
    moment = hour_starts(study.key_year)[study.key_hour]
    row = put_section(cells, row, f"The weakest year, {study.key_year}, and its tightest hour, {moment:%d %b %H:%M}")
    row = _put_diagram(cells, row, study)
    row = _put_blocks(cells, row, study.blocks)
    row = put_section(cells, row, f"One or two out: what is left in {study.key_year}")
    row = _put_losses(cells, row, (*study.single, *study.double), must_carry)
    row = put_section(cells, row, "What to improve first")
    row = _put_importance(cells, row, study)
    row = put_section(cells, row, "With battery and starts: the year simulated")
    row = _put_simulation(cells, row, study)
    row = put_section(cells, row, "Outage table of the tightest hour")
    _put_outages(cells, row, study)


def _box(cells: SheetCells, row: int, column: int, text: str, style: str, width: int = _BOX_COLUMNS) -> None:
    cells.row(row, column, [text] + [None] * (width - 1), style)


def _put_diagram(cells: SheetCells, row: int, study: RamStudy) -> int:
    """Boxes from left to right: gas supply, the units one below the other, what they give together, the load."""
    series = [block for block in study.blocks if block.arrangement == "series"]
    units = [block for block in study.blocks if block.arrangement == "parallel"]
    group = next(block for block in study.blocks if block.arrangement == "K of N")
    bridges = [block for block in study.blocks if block.arrangement == "bridge"]
    top, second = row + 1, FIRST_YEAR + _BOX_COLUMNS + 1
    third = second + _BOX_COLUMNS + 1
    for block in series:
        _box(cells, top, LABEL, f"{block.element}  {block.availability:.4%}", "box_series", 1)
        cells.put(top, UNIT, "→", "arrow")
    for number, block in enumerate(units):
        imported = block.element == GRID_NAME
        text = block.element if imported else f"{block.units} x {block.element}"
        _box(cells, top + number, FIRST_YEAR, text, "box_import" if imported else "box_unit")
        cells.put(top + number, second - 1, "→", "arrow")
    for number, block in enumerate(bridges, start=len(units)):
        _box(cells, top + number, FIRST_YEAR, f"{block.element}, {block.mw_each:,.1f} MW, minutes", "box_bridge")
    _box(cells, top, second, f"{group.needed} of {group.units} needed  {group.availability:.4%}", "box_result")
    cells.put(top, third - 1, "→", "arrow")
    _box(cells, top, third, f"Load  {study.net_load_mw:,.1f} MW", "box_result")
    return top + max(1, len(units) + len(bridges)) + 1


def _put_blocks(cells: SheetCells, row: int, blocks: Sequence[Block]) -> int:
    columns = (
        ("Units", "line_count"),
        ("Needed", "line_count"),
        ("MW each", "line_decimal"),
        ("MTBF, h", "line_count"),
        ("MTTR, h", "line_count"),
        ("Avail- ability", "line_availability"),
    )
    rows = [
        (
            f"{block.element}, {_ROLES[block.arrangement]}",
            block.units,
            block.needed,
            block.mw_each,
            block.mtbf_h,
            block.mttr_h,
            block.availability,
        )
        for block in blocks
    ]
    return put_table(cells, row, "Block", columns, rows)


def _put_losses(cells: SheetCells, row: int, losses: Sequence[Contingency], must_carry: int) -> int:
    columns = (
        ("Rules ask for it", "state"),
        ("Carried by units", "state"),
        ("MW lost", "line_decimal"),
        ("MW to spare", "line_decimal"),
        ("Hours short", "line_count"),
        ("MWh short", "line_count"),
        ("Battery lasts, min", "line_decimal"),
    )
    rows = [
        (
            loss.lost,
            "yes" if _must(loss, must_carry) else "no",
            "yes" if loss.carried else "NO" if _must(loss, must_carry) else "no",
            loss.lost_mw,
            loss.margin_mw,
            loss.hours_short,
            loss.energy_short_mwh,
            loss.battery_carries_min,
        )
        for loss in losses
    ]
    return put_table(cells, row, "Lost", columns, rows)


def _must(loss: Contingency, must_carry: int) -> bool:
    return loss.planned_for and loss.units <= must_carry


def _put_importance(cells: SheetCells, row: int, study: RamStudy) -> int:
    columns = (("LOLH left, h/yr", "line_rate"), ("Hours saved", "line_rate"), ("MWh saved", "line_decimal"))
    rows = [
        (f"{item.element}: {item.change}", item.lolh, item.hours_saved, item.eens_saved_mwh)
        for item in study.importance
    ]
    note = f"{study.shared_cause_h:,.2f} h/yr come from gas supply and common cause: more of these units leave them."
    end = put_table(cells, row, "If", columns, rows)
    cells.put(end - 1, LABEL, note, "line_note")
    return end + 1


def _put_outages(cells: SheetCells, row: int, study: RamStudy) -> None:
    columns = (
        ("MW out", "line_decimal"),
        ("MW left", "line_decimal"),
        ("MW short", "line_decimal"),
        ("Chance, exactly", "line_chance"),
        ("This or more", "line_chance"),
    )
    table = study.outages
    at_least = table.at_least
    rows = []
    for n in np.flatnonzero(table.probability >= RAREST_SHOWN)[:OUTAGE_ROWS]:
        out = float(table.outage_mw[n])
        left = table.total_mw - out
        short = max(0.0, study.net_load_mw - left)
        words = "Load carried" if short <= 0.0 else "Short"
        rows.append((words, out, left, short, float(table.probability[n]), float(at_least[n])))
    end = put_table(cells, row, "State", columns, rows)
    more = len(table.outage_mw) - len(rows)
    if more > 0:
        cells.put(end - 1, LABEL, f"{more:,} more states are counted but not shown.", "line_note")


def _put_simulation(cells: SheetCells, row: int, study: RamStudy) -> int:
    found = study.simulation
    year = next(item for item in study.years if item.year == study.key_year)
    reached = "" if found.tight else "; the interval is still wider than 5 % of the hours"
    note = f"{found.years:,} simulated years, 95 % confidence interval{reached}. The last column has no battery."
    cells.put(row, LABEL, note, "line_note")
    columns = (("Unit", "line_unit"), ("Mean", "line_rate"), ("± 95 %", "line_rate"), ("By the tables", "line_rate"))

    def line(label: str, unit: str, estimate: Estimate, table: float | None) -> tuple[Value, ...]:
        return label, unit, estimate.mean, estimate.half_width, table

    rows = (
        line("Hours with a shortage", "h/yr", found.lolh, year.lolh),
        line("Energy not served", "MWh/yr", found.eens_mwh, year.eens_mwh),
        line("Times a shortage begins", "per year", found.events, None),
        line("Unit failures that running units and battery do not bridge", "per year", found.failed_bridges, None),
    )
    return put_table(cells, row + 1, "Simulated", columns, rows)
