"""Workbooks with chosen output sheets and a study's results in them, and their cells by field name.

Sheet Series has no hours in them: no formula reads its 17,520 labels, and LibreOffice takes seconds for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook import series_sheet, template
from bvnexus_xl.workbook.cells import Value
from bvnexus_xl.workbook.layout import build_layout
from bvnexus_xl.workbook.writer import write_results


def solved_book(path: Path, solved: SolvedStudy, sheets: Sequence[Any]) -> Path:
    """A workbook whose only output sheets are the given ones, with the study's results."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template, "OUTPUT_SHEETS", tuple(sheets))
        patch.setattr(series_sheet, "HOURS_PER_YEAR", 0)
        template.build_template(solved.project, path)
    write_results(path, path, [sheet.cells(solved) for sheet in sheets])
    return path


def input_cells(project: Project, values: dict[str, Value]) -> dict[tuple[str, str], Value]:
    """Changes for ``recalculate_with``: new values by field name."""
    layout = build_layout(project)
    places = {name: layout.scalar(name) for name in values}
    return {(place.sheet, place.cell): values[name] for name, place in places.items()}
