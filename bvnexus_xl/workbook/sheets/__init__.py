"""Output sheets, one file each. The order of tabs is ``layout.SHEET_ORDER``."""

from __future__ import annotations

from typing import Any

from bvnexus_xl.workbook.sheets.base import OutputSheet
from bvnexus_xl.workbook.sheets.checks_sheet import ChecksSheet
from bvnexus_xl.workbook.sheets.dispatch import DispatchSheet
from bvnexus_xl.workbook.sheets.limits_sheet import LimitsSheet
from bvnexus_xl.workbook.sheets.log import LogSheet
from bvnexus_xl.workbook.sheets.profiles_sheet import ProfilesSheet
from bvnexus_xl.workbook.sheets.proforma import ProFormaSheet
from bvnexus_xl.workbook.sheets.ram_sheet import RamSheet
from bvnexus_xl.workbook.sheets.sizing import SizingSheet
from bvnexus_xl.workbook.sheets.summary import SummarySheet
from bvnexus_xl.workbook.sheets.timeline import TimelineSheet
from bvnexus_xl.workbook.sheets.validation import ValidationSheet

OUTPUT_SHEETS: tuple[OutputSheet[Any], ...] = (
    SummarySheet(),
    SizingSheet(),
    TimelineSheet(),
    DispatchSheet(),
    ProFormaSheet(),
    LimitsSheet(),
    RamSheet(),
    ValidationSheet(),
    ProfilesSheet(),
    ChecksSheet(),
    LogSheet(),
)
