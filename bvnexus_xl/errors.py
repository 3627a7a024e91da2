"""Every error this package raises on purpose, in one tree.

BvNexusError
├── InputFaults        one or more faults in a workbook or a project file (exit 2)
├── WorkbookRefused    the file cannot be read or written safely (exit 2)
├── InfeasibleProject  no design meets every limit (exit 3)
├── NoPlanFound        no plan within the limits given to the solver (exit 4)
├── AddinError         the Excel add-in cannot be built or installed here (exit 64)
├── ClusterUnavailable no Dask cluster to solve a sweep on (exit 64)
├── BadArgument        an argument of a spreadsheet function is wrong; the message names it (shown in the cell)
└── OfficeUnavailable  LibreOffice is needed for this command and was not found (exit 64)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in the user's input.

    Attributes:
        code: stable identifier, e.g. ``NUMBER_EXPECTED``; listed in the input reference.
        place: where it is, e.g. ``Equipment!F7`` in a workbook or ``equipment[2].unit_mw`` in JSON.
        field: field name, e.g. ``heat_rate_btu_per_kwh``; empty when the fault concerns a whole sheet.
        value: what was found, as text.
        allowed: what is allowed, as a phrase that follows "must be".
        sheet: sheet name, empty for JSON.
        cell: cell address such as ``F7``, empty for JSON or for a whole sheet.
    """

    code: str
    place: str
    field: str
    value: str
    allowed: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        name = f" {self.field}" if self.field and not self.place.endswith(self.field) else ""
        return f"[{self.code}] {self.place}{name} = {self.value}: {self.allowed}"


class BvNexusError(Exception):
    """Root of every error raised on purpose."""


class InputFaults(BvNexusError):
    """All faults of one input, reported together."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        count = len(self.faults)
        head = f"{count} input fault{'s' if count != 1 else ''}"
        super().__init__("\n".join([head, *(str(fault) for fault in self.faults)]))


class WorkbookRefused(BvNexusError):
    """The file cannot be read or written safely; nothing was changed."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class InfeasibleProject(BvNexusError):
    """No design meets every limit; the message names the limits that stop the best one."""


class NoPlanFound(BvNexusError):
    """The solver ended without a plan inside the time or size limits given to it."""


class OfficeUnavailable(BvNexusError):
    """LibreOffice is not installed or did not start."""


class ClusterUnavailable(BvNexusError):
    """Dask is not installed, no scheduler answers, or its workers run another version."""


class BadArgument(BvNexusError):
    """An argument of a spreadsheet function is missing or not allowed; the message names it and says what is."""


class AddinError(BvNexusError):
    """The Excel add-in cannot be built or installed here."""
