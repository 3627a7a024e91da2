"""Which sheet of the workbook each part of a project lives on."""

from __future__ import annotations

SHEET_OF: dict[str, str] = {
    "study": "Start",
    "site": "Site",
    "load": "Load",
    "equipment": "Equipment",
    "emission_controls": "Equipment",
    "existing": "Equipment",
    "grid": "Grid",
    "expansion": "Ceiling",
    "bridge": "Rental",
    "services": "Programmes",
    "constraints": "Constraints",
    "finance": "Finance",
    "series": "Series",
    "scenarios": "Scenarios",
    "tornado": "Scenarios",
}
