"""Where background runs keep their files: Excel can write there, on a Mac from its sandbox, and Python can read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

OVERRIDE = "BVNEXUS_RUNS"
"""Environment variable with another folder, for machines where the home folder cannot be written."""


def runs_folder(platform: str = sys.platform) -> Path:
    """Folder of the background runs of this user."""
    given = os.environ.get(OVERRIDE)
    if given:
        return Path(given)
    if platform == "darwin":
        return Path.home() / "Library/Containers/com.microsoft.Excel/Data/bvnexus-runs"
    return Path.home() / ".bvnexus" / "runs"
