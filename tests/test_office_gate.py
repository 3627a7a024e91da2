"""The ``office`` marker: skipped without LibreOffice at home, red without it in CI."""

from pathlib import Path

import pytest

from bvnexus_xl.errors import OfficeUnavailable
from bvnexus_xl.workbook import office

ONE_TEST = "import pytest\n@pytest.mark.office\ndef test_needs_office(): pass\ndef test_plain(): pass\n"


@pytest.fixture
def without_office(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    def missing() -> Path:
        raise OfficeUnavailable(office.INSTALL_OFFICE)

    monkeypatch.setattr(office, "find_office", missing)
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = office: needs LibreOffice")
    pytester.makepyfile(ONE_TEST)
    return pytester


def test_office_tests_are_skipped_where_libreoffice_is_missing(without_office, monkeypatch):
    monkeypatch.delenv("BVNEXUS_REQUIRE_OFFICE", raising=False)
    without_office.runpytest_inprocess().assert_outcomes(passed=1, skipped=1)


def test_office_tests_fail_where_libreoffice_is_required_and_missing(without_office, monkeypatch):
    monkeypatch.setenv("BVNEXUS_REQUIRE_OFFICE", "1")
    result = without_office.runpytest_inprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*BVNEXUS_REQUIRE_OFFICE=1, but: LibreOffice was not found*"])
