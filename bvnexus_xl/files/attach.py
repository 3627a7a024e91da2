"""The files sheet ``Site`` names, read into the project; every fault with the cell that names the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bvnexus_xl.files.named import UnsoundFile, found_path
from bvnexus_xl.inputs.checks import Issue
from bvnexus_xl.inputs.series import Attached
from bvnexus_xl.inputs.site import Site


def attach(site: Site, folder: Path, there: Attached) -> tuple[Attached, list[Issue]]:
    """What the named files hold.

    Args:
        site: names the files.
        folder: where relative names are looked up.
        there: what was read before: a file of the same name is not read again.

    Returns:
        (what was read, faults).
    """
    issues: list[Issue] = []
    weather_file = site.weather_file if site.weather_source == "file" else None
    if site.weather_source == "file" and weather_file is None:
        issues.append(
            Issue(("site", "weather_file"), "VALUE_MISSING", "empty", "must name a file: weather_source is file")
        )
    found: dict[str, Any] = {"folder": str(folder), "weather_file": weather_file, "series_file": site.series_file}
    if weather_file is not None and weather_file == there.weather_file:
        found["weather"] = there.weather
    elif weather_file is not None:
        found["weather"] = _read(lambda path: _weather(path, site), "weather_file", weather_file, folder, issues)
    if site.series_file is not None and site.series_file == there.series_file:
        found["columns"] = there.columns
    elif site.series_file is not None:
        found["columns"] = _read(_series, "series_file", site.series_file, folder, issues) or ()
    return Attached(**found), issues


def _weather(path: Path, site: Site) -> Any:
    from bvnexus_xl.files.weather_file import read_weather  # pvlib loads slowly: only where a file is named

    return read_weather(path, site)


def _series(path: Path) -> Any:
    from bvnexus_xl.files.series_file import read_series_file  # pyarrow likewise

    return read_series_file(path)


def _read(read: Callable[[Path], Any], field: str, name: str, folder: Path, issues: list[Issue]) -> Any:
    try:
        return read(found_path(name, folder))
    except UnsoundFile as unsound:
        for fault in unsound.faults:
            value = f"{name}{', ' if fault.where else ''}{fault.where}: {fault.value}"
            issues.append(Issue(("site", field), fault.code, value, fault.allowed))
        return None
