"""What all tests share.

Tests marked ``office`` need LibreOffice and poppler-utils. Without them they are skipped on a developer's machine, but
fail where ``BVNEXUS_REQUIRE_OFFICE=1`` is set, as in CI, so that a missing installation cannot pass for a green run.
"""

from __future__ import annotations

import os

import pytest

from bvnexus_xl.errors import OfficeUnavailable
from bvnexus_xl.workbook import office

pytest_plugins = ["pytester"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("office") is None:
        return
    try:
        office.find_office()
        office.find_poppler("pdftoppm")
        office.find_poppler("pdftohtml")
    except OfficeUnavailable as missing:
        if os.environ.get("BVNEXUS_REQUIRE_OFFICE") == "1":
            pytest.fail(f"BVNEXUS_REQUIRE_OFFICE=1, but: {missing}", pytrace=False)
        pytest.skip(str(missing))
