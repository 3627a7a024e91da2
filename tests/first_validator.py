"""The first validator of Office files: ``openxml-audit``. The second is written by others in another language."""

from __future__ import annotations

import tempfile
from pathlib import Path

from openxml_audit import FileFormat, OpenXmlValidator

from tests.alike import without_alike


def findings(path: Path) -> list[str]:
    """Every finding in a workbook or add-in, with its place; of rows alike, in one of them."""
    with tempfile.TemporaryDirectory(prefix="bvnexus_validator_") as folder:
        copy = without_alike(path, Path(folder) / path.name)
        return [str(error) for error in OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(copy).errors]
