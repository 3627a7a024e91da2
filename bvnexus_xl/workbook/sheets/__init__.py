"""Output sheets, one file each. The order of tabs is ``layout.SHEET_ORDER``."""

from __future__ import annotations

from typing import Any

from bvnexus_xl.workbook.sheets.base import OutputSheet

OUTPUT_SHEETS: tuple[OutputSheet[Any], ...] = ()
