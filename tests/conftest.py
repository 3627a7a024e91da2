"""What all tests share.

Tests marked ``office`` need LibreOffice and poppler-utils. Without them they are skipped on a developer's machine, but
fail where ``BVNEXUS_REQUIRE_OFFICE=1`` is set, as in CI, so that a missing installation cannot pass for a green run.
The same holds for tests marked ``validator``, which need Node.js and what ``tests/validator/package.json`` names, and
``BVNEXUS_REQUIRE_VALIDATOR=1``.
"""

from __future__ import annotations

import os

import pytest

from bvnexus_xl.errors import OfficeUnavailable
from bvnexus_xl.workbook import office
from tests import second_validator

pytest_plugins = ["pytester"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, missing in (("office", _missing_office), ("validator", second_validator.missing)):
        if item.get_closest_marker(marker) is None or not (reason := missing()):
            continue
        switch = f"BVNEXUS_REQUIRE_{marker.upper()}"
        if os.environ.get(switch) == "1":
            pytest.fail(f"{switch}=1, but: {reason}", pytrace=False)
        pytest.skip(reason)


def _missing_office() -> str:
    try:
        office.find_office()
        office.find_poppler("pdftoppm")
        office.find_poppler("pdftohtml")
    except OfficeUnavailable as missing:
        return str(missing)
    return ""
