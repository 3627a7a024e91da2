"""A second validator of Office files, written by others in another language; the first is ``openxml-audit``."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent / "validator"
_LONGEST_S = 600.0


def missing() -> str:
    """What has to be installed before it works; empty where it does."""
    if shutil.which("node") is None:
        return "Node.js was not found: it runs the second validator of Office files"
    if not (FOLDER / "node_modules" / "@ooxml-tools" / "validate").is_dir():
        return f"the second validator is not installed: npm install --no-package-lock in {FOLDER}"
    return ""


def findings(path: Path) -> list[str]:
    """Every finding in a workbook or add-in, with its place."""
    command = ["node", str(FOLDER / "validate.js"), str(path.resolve())]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=_LONGEST_S, check=True)
    return [
        f"{item['path']['partUri']} {item['path']['xpath']}: {item['description']}" for item in json.loads(done.stdout)
    ]
