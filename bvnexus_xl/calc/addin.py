"""Writes the Calc add-in: as an .oxt file for LibreOffice's extension manager, or as a folder for a private run."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from bvnexus_xl.calc.parts import addin_parts

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_oxt(target: Path, python: Path | None = None) -> None:
    """Write the add-in as an ``.oxt`` file; the same Python gives the same bytes.

    Args:
        target: file to write.
        python: the Python that is to compute the functions; the present one if not given.

    Raises:
        OSError: the file cannot be written.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _parts(python).items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 0, 0  # the same on every system
            package.writestr(entry, content)


def unpack_addin(folder: Path) -> Path:
    """Put the add-in into a folder of extensions; returns it, for ``office.convert``."""
    for name, content in _parts(None).items():
        path = folder / "bvnexus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _parts(python: Path | None) -> dict[str, bytes]:
    package_folder = Path(__file__).resolve().parents[2]
    return addin_parts(str(python or sys.executable), str(package_folder))
