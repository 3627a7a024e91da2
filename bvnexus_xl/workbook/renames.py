"""What older templates called otherwise: the one place where a rename is written down.

Whoever renames a field, a table column or an input sheet raises ``TEMPLATE_VERSION`` and adds an entry here under the
version that still has the old name. A field that is new or gone needs no entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Renames:
    """Names of one template version that the next one changed.

    Attributes:
        sheets: sheet then → sheet afterwards.
        fields: by sheet afterwards, field or column then → afterwards.
    """

    sheets: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


RENAMES: Mapping[int, Renames] = {1: Renames()}
"""Version → what the next version changed. Version 2 has new fields and no new names."""


def renames_between(version: int, current: int, table: Mapping[int, Renames] = RENAMES) -> Renames:
    """All renames from a version to the current one in a single step."""
    sheets: dict[str, str] = {}
    fields: dict[str, dict[str, str]] = {}
    for step in range(version, current):
        change = table.get(step, Renames())
        sheets = {then: change.sheets.get(name, name) for then, name in sheets.items()} | {
            then: name for then, name in change.sheets.items() if then not in sheets.values()
        }
        fields = {change.sheets.get(sheet, sheet): names for sheet, names in fields.items()}
        for sheet, names in change.fields.items():
            before = fields.get(sheet, {})
            chained = {then: names.get(name, name) for then, name in before.items()}
            fields[sheet] = chained | {then: name for then, name in names.items() if then not in before.values()}
    return Renames(sheets, fields)
