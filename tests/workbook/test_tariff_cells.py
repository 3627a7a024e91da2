"""The tariff table of sheet Grid: lines typed into a fresh template are read, faults name their cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from editing import edited, setting, template

from bvnexus_xl.errors import InputFaults
from bvnexus_xl.inputs.grid import TariffLine
from bvnexus_xl.workbook.reader import read_project

LINE = ("grid", "tariff_lines")


def typed(path: Path, *lines: dict[str, object]) -> Path:
    """A template with lines typed into the tariff table, from its first row on."""
    locations = template(path)
    cells = [setting(value, *LINE, row, name) for row, line in enumerate(lines) for name, value in line.items()]
    return edited(path, path.with_name("typed.xlsx"), locations, *cells)


def test_lines_typed_into_a_fresh_template_are_read_with_their_defaults(tmp_path: Path) -> None:
    ratchet = {"ratchet_fraction": 0.8, "ratchet_over": "months_before"}
    path = typed(
        tmp_path / "grid.xlsx",
        {"name": "Energy", "kind": "energy", "price": 41.5},
        {
            "name": "Demand",
            "kind": "demand",
            "price": 12,
            "days": "weekdays",
            "first_hour": 13,
            "last_hour": 19,
            **ratchet,
        },
    )
    energy, demand = read_project(path).grid.tariff_lines
    assert energy == TariffLine(name="Energy", price=41.5)
    assert (demand.first_hour, demand.last_hour, demand.ratchet_months) == (13, 19, 11)


def test_a_fault_names_sheet_cell_and_what_is_allowed(tmp_path: Path) -> None:
    path = typed(
        tmp_path / "grid.xlsx",
        {"name": "Energy", "kind": "energy", "price": 41.5, "tier_from": 10},
        {"name": "Standby", "kind": "standby", "price": 4, "ratchet_fraction": 0.5},
    )
    with pytest.raises(InputFaults) as caught:
        read_project(path)
    found = {fault.code: fault for fault in caught.value.faults}
    assert set(found) == {"TARIFF_TIERS", "TARIFF_NOT_FOR_KIND"}
    assert {fault.sheet for fault in found.values()} == {"Grid"}
    row = int(found["TARIFF_TIERS"].cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert found["TARIFF_NOT_FOR_KIND"].cell.endswith(str(row + 1))
    assert "only demand may have it" in found["TARIFF_NOT_FOR_KIND"].allowed
