"""A second validator of Office files, written by others in another language; the first is ``openxml-audit``."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.alike import without_alike

FOLDER = Path(__file__).parent / "validator"
_LONGEST_S = 600.0


def missing() -> str:
    """What has to be installed before it works; empty where it does."""
    if shutil.which("node") is None:
        return "Node.js was not found: it runs the second validator of Office files"
    if not (FOLDER / "node_modules" / "@ooxml-tools" / "validate").is_dir():
        return f"the second validator is not installed: npm install --no-package-lock in {FOLDER}"
    return ""


def findings(*paths: Path) -> list[list[str]]:
    """For each workbook or add-in every finding with its place; of rows alike, in one of them.

    All at once: the validator takes longer to start than for a file.
    """
    with tempfile.TemporaryDirectory(prefix="bvnexus_validator_") as folder:
        copies = [without_alike(path, Path(folder) / f"{n}{path.suffix}") for n, path in enumerate(paths)]
        command = ["node", str(FOLDER / "validate.js"), *map(str, copies)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=_LONGEST_S, check=True)
    return [
        [f"{item['path']['partUri']} {item['path']['xpath']}: {item['description']}" for item in found]
        for found in json.loads(done.stdout)
    ]
