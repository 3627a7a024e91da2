"""Output sheets, one file each: those every study has, then those of the registered problems.

The order of tabs is ``layout.SHEET_ORDER``; a sheet it does not know comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from bvnexus_xl.problems import problems
from bvnexus_xl.workbook.sheets.assumptions_sheet import AssumptionsSheet
from bvnexus_xl.workbook.sheets.base import OutputSheet
from bvnexus_xl.workbook.sheets.bill_sheet import BillSheet
from bvnexus_xl.workbook.sheets.checks_sheet import ChecksSheet
from bvnexus_xl.workbook.sheets.compare_sheet import CompareSheet
from bvnexus_xl.workbook.sheets.dispatch import DispatchSheet
from bvnexus_xl.workbook.sheets.limits_sheet import LimitsSheet
from bvnexus_xl.workbook.sheets.log import LogSheet
from bvnexus_xl.workbook.sheets.permit_sheet import PermitSheet
from bvnexus_xl.workbook.sheets.profiles_sheet import ProfilesSheet
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from bvnexus_xl.workbook.sheets.ram_sheet import RamSheet
from bvnexus_xl.workbook.sheets.sizing import SizingSheet
from bvnexus_xl.workbook.sheets.summary import SummarySheet
from bvnexus_xl.workbook.sheets.timeline import TimelineSheet
from bvnexus_xl.workbook.sheets.validation import ValidationSheet
from bvnexus_xl.workbook.sheets.waterfall_sheet import WaterfallSheet

_EVERY_STUDY: tuple[OutputSheet[Any], ...] = (
    SummarySheet(),
    SizingSheet(),
    TimelineSheet(),
    DispatchSheet(),
    ProFormaSheet(),
    BillSheet(),
    WaterfallSheet(),
    LimitsSheet(),
    PermitSheet(),
    RamSheet(),
    ValidationSheet(),
    CompareSheet(),
    ProfilesSheet(),
    AssumptionsSheet(),
    ChecksSheet(),
    LogSheet(),
)


class _OutputSheets(Sequence[OutputSheet[Any]]):
    """All output sheets, as of now."""

    @overload
    def __getitem__(self, index: int) -> OutputSheet[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[OutputSheet[Any]]: ...
    def __getitem__(self, index: int | slice) -> OutputSheet[Any] | Sequence[OutputSheet[Any]]:
        return tuple(self)[index]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[OutputSheet[Any]]:
        yield from _EVERY_STUDY
        for problem in problems():
            yield from problem.sheets()


OUTPUT_SHEETS: Sequence[OutputSheet[Any]] = _OutputSheets()
