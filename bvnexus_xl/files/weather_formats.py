"""The formats weather comes in: TMY3, EPW, NSRDB and PVGIS, told apart by what a file holds, not by its name.

pvlib's readers give the values. Every row is looked at before they see the file, so that a fault names its line, and
what they cannot take (29 February, quoted commas) is put right.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pvlib
from numpy.typing import NDArray

from bvnexus_xl.files.named import FileFault, UnsoundFile
from bvnexus_xl.files.weather_scan import Scan, Stamp, column_places, rows_of, scan
from bvnexus_xl.inputs.series import WEATHER_SERIES

Array = NDArray[np.float64]
Rows = list[tuple[int, list[str]]]
_PVLIB_NAMES = dict(zip(WEATHER_SERIES, ("temp_air", "ghi", "dni", "dhi", "wind_speed"), strict=True))
_TMY3_HEAD = ("USAF", "name", "state", "zone", "latitude", "longitude", "altitude")
_TMY3 = {
    "temp_air_c": "Dry-bulb (C)",
    "ghi_w_per_m2": "GHI (W/m^2)",
    "dni_w_per_m2": "DNI (W/m^2)",
    "dhi_w_per_m2": "DHI (W/m^2)",
    "wind_speed_m_per_s": "Wspd (m/s)",
}
_NSRDB = dict(zip(WEATHER_SERIES, ("Temperature", "GHI", "DNI", "DHI", "Wind Speed"), strict=True))
_PVGIS = dict(zip(WEATHER_SERIES, ("T2m", "G(h)", "Gb(n)", "Gd(h)", "WS10m"), strict=True))
_EPW_PLACES = dict(zip(WEATHER_SERIES, (6, 13, 14, 15, 21), strict=True))
"""The EPW dictionary of EnergyPlus fixes the columns; the file has no headings."""
_EPW_HEADER_LINES = 8
_EPW_FIELDS = 35


@dataclass(frozen=True, slots=True, eq=False)
class WeatherTable:
    """What a file says, in its own clock.

    Attributes:
        kind: format, for people.
        station: place it names.
        latitude_deg, longitude_deg, altitude_m: of that place.
        utc_offset_h: clock of the rows.
        hours: hour of a year of 365 days in which each row's interval begins, [N].
        values: by names of ``WEATHER_SERIES``, each [N].
    """

    kind: str
    station: str
    latitude_deg: float
    longitude_deg: float
    altitude_m: float
    utc_offset_h: float
    hours: NDArray[np.int64]
    values: Mapping[str, Array]


def read_table(text: str) -> WeatherTable:
    """Weather of a file in one of the known formats.

    Raises:
        UnsoundFile: ``WEATHER_FORMAT``, ``WEATHER_HEADER``, ``WEATHER_COLUMN``, ``WEATHER_TIME``, ``WEATHER_VALUE``.
    """
    start = text.lstrip()[:20_000]
    lines = start.splitlines()
    first, second = (lines[0] if lines else ""), (lines[1] if len(lines) > 1 else "")
    formats: tuple[tuple[bool, Callable[[str], WeatherTable]], ...] = (
        (first.startswith("LOCATION,"), _epw),
        ("Date (MM/DD/YYYY)" in second and "Time (HH:MM)" in second, _tmy3),
        (first.startswith("Source,") and "Time Zone" in first, _nsrdb),
        (first.startswith("Latitude (decimal degrees)"), _pvgis_csv),
        (first.startswith("{"), _pvgis_json),
    )
    for fits, read in formats:
        if fits:
            return _guarded(read, text)
    allowed = "must be TMY3 or NSRDB as CSV, EPW, or a typical year of PVGIS as CSV or JSON"
    raise UnsoundFile(FileFault("WEATHER_FORMAT", "line 1", repr(first[:60]), allowed))


def _guarded(read: Callable[[str], WeatherTable], text: str) -> WeatherTable:
    """What pvlib or a table without rows makes of an odd file is a fault of the file, not of the program."""
    try:
        return read(text)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        shown = f"{type(error).__name__}: {error}".splitlines()[0][:80]
        raise UnsoundFile(FileFault("WEATHER_FORMAT", "", shown, "must be a whole file of its format")) from error


def _tmy3(text: str) -> WeatherTable:
    (_, head), (line, columns), *rows = rows_of(text)
    place = _Header(dict(zip(_TMY3_HEAD, head, strict=False)))
    places = column_places(columns, _TMY3, line)
    found = scan(rows, places, _tmy3_stamp, "-9900 marks a missing value in TMY3")
    # pvlib splits the first line at every comma and wants a whole number for the station
    first = f"0,station,state,{place.number('zone')},{place.number('latitude')},{place.number('longitude')},"
    clean = _csv([columns, *(rows[index][1] for index in found.kept)])
    data, _ = pvlib.iotools.read_tmy3(io.StringIO(f"{first}{place.number('altitude')}\n{clean}"), map_variables=True)
    return place.table("TMY3", place.text("name"), "zone", "altitude", found, data)


def _tmy3_stamp(row: list[str]) -> Stamp:
    """A TMY3 hour ends at its stamp, 01:00 to 24:00; some writers put 00:00 of the same day for the last."""
    month, day, _ = row[0].split("/")
    hour, minute = row[1].split(":")
    ends = int(hour) + int(minute) / 60.0
    return int(month), int(day), (ends if ends > 0 else 24.0) - 1.0


def _epw(text: str) -> WeatherTable:
    all_rows = rows_of(text)
    names = ("_", "city", "state", "country", "type", "station", "latitude", "longitude", "zone", "altitude")
    place = _Header(dict(zip(names, all_rows[0][1], strict=False)))
    rows = [(line, row) for line, row in all_rows if line > _EPW_HEADER_LINES]
    found = scan(rows, _EPW_PLACES, _epw_stamp, "99.9, 999 and 9999 mark missing values in EPW")
    where = ",".join(str(place.number(name)) for name in ("latitude", "longitude", "zone", "altitude"))
    # pvlib skips seven lines and takes the next for headings
    top = "\n".join([f"LOCATION,city,state,country,type,0,{where}", *["-"] * (_EPW_HEADER_LINES - 2)])
    body = _csv([["-"] * _EPW_FIELDS, *(_padded(rows[index][1]) for index in found.kept)])
    data, _ = pvlib.iotools.read_epw(io.StringIO(f"{top}\n{body}"))
    return place.table("EPW", place.text("city"), "zone", "altitude", found, data)


def _padded(row: list[str]) -> list[str]:
    """Older files leave out the last columns."""
    return [*row, *["0"] * _EPW_FIELDS][:_EPW_FIELDS]


def _epw_stamp(row: list[str]) -> Stamp:
    """Hour 1 is 00:00-01:00; where an hour has several rows, the minute says which."""
    hour = int(row[3])
    if not 1 <= hour <= 24:
        raise ValueError
    return int(row[1]), int(row[2]), float(hour - 1)


def _nsrdb(text: str) -> WeatherTable:
    all_rows = rows_of(text)
    if len(all_rows) < 3:
        raise UnsoundFile(
            FileFault("WEATHER_HEADER", "", f"{len(all_rows)} lines", "must have three lines of headings")
        )
    (_, names), (_, values), (line, columns), *rows = all_rows
    place = _Header(dict(zip((name.strip() for name in names), values, strict=False)))
    places = column_places(columns, {**_NSRDB, **{name: name for name in ("Month", "Day", "Hour", "Minute")}}, line)
    stamp_at = [places.pop(name) for name in ("Month", "Day", "Hour", "Minute")]

    def stamp(row: list[str]) -> Stamp:
        """Rows stand at the middle or the beginning of their hour."""
        month, day, hour, minute = (int(float(row[at])) for at in stamp_at)
        return month, day, hour + minute / 60.0

    found = scan(rows, places, stamp, "-9999 marks a missing value")
    wanted = ("Latitude", "Longitude", "Elevation", "Time Zone", "Local Time Zone")
    numbers = [round(place.number(name)) for name in wanted[:-1]] + [0]  # pvlib wants whole numbers; we keep our own
    kept = ("Year", "Month", "Day", "Hour", "Minute", *_NSRDB.values())
    body = [["2001", *(rows[i][1][at] for at in (*stamp_at, *places.values()))] for i in found.kept]
    clean = _csv([wanted, numbers, kept, *body])
    data, _ = pvlib.iotools.read_nsrdb_psm4(io.StringIO(clean), map_variables=True)
    station = place.values.get("City", "").strip("-") or f"location {place.values.get('Location ID', '')}"
    return place.table("NSRDB", station, "Time Zone", "Elevation", found, data, "Latitude", "Longitude")


def _pvgis_csv(text: str) -> WeatherTable:
    all_rows = rows_of(text)
    pairs = (row[0].partition(":") for _, row in all_rows[:4])
    place = _Header({name.partition("(")[0].strip(): value for name, _, value in pairs} | {"zone": "0"})
    at = next((index for index, (_, row) in enumerate(all_rows) if row[0].strip() == "time(UTC)"), None)
    if at is None:
        raise UnsoundFile(FileFault("WEATHER_COLUMN", "", "no column time(UTC)", "must be a typical year of PVGIS"))
    line, columns = all_rows[at]
    places = column_places(columns, _PVGIS, line)
    rows = [(number, row) for number, row in all_rows[at + 1 :] if row[0][:8].isdigit()]
    return _pvgis(place, rows, places)


def _pvgis_json(text: str) -> WeatherTable:
    try:
        raw: Any = json.loads(text)
        where, records = raw["inputs"]["location"], raw["outputs"]["tmy_hourly"]
        header = {name: str(where[name.lower()]) for name in ("Latitude", "Longitude", "Elevation")} | {"zone": "0"}
        names = ("time(UTC)", *_PVGIS.values())
        rows = [(number, [str(row.get(name, "")) for name in names]) for number, row in enumerate(records, start=1)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        allowed = "must be the JSON of a typical year (TMY) of PVGIS"
        raise UnsoundFile(FileFault("WEATHER_FORMAT", "", f"{type(error).__name__} {error}"[:60], allowed)) from error
    return _pvgis(_Header(header), rows, {name: place for place, name in enumerate(_PVGIS, start=1)})


def _pvgis(place: _Header, rows: Rows, places: Mapping[str, int]) -> WeatherTable:
    found = scan(rows, places, _pvgis_stamp, "PVGIS has no missing values")
    names = ("time(UTC)", *_PVGIS.values())
    body = [[rows[index][1][at] for at in (0, *places.values())] for index in found.kept]
    records = [dict(zip(names, [row[0], *(float(value) for value in row[1:])], strict=True)) for row in body]
    outputs = {"months_selected": [], "tmy_hourly": records}
    clean = json.dumps({"meta": {"inputs": {}}, "inputs": {}, "outputs": outputs})
    data, _ = pvlib.iotools.read_pvgis_tmy(io.StringIO(clean), pvgis_format="json", map_variables=True)
    return place.table("PVGIS", "typical year", "zone", "Elevation", found, data, "Latitude", "Longitude")


def _pvgis_stamp(row: list[str]) -> Stamp:
    """``20070131:2300`` in UTC; what is shown there stands for the hour that begins then."""
    day, _, clock = row[0].strip().partition(":")
    return int(day[4:6]), int(day[6:8]), int(clock[:2]) + int(clock[2:4]) / 60.0


@dataclass(frozen=True, slots=True)
class _Header:
    """What the first lines say about the place."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """A text of the header, empty where it is not given."""
        return self.values.get(name, "").strip().strip('"')

    def number(self, name: str) -> float:
        """A number of the header."""
        try:
            value = float(self.text(name))
        except ValueError:
            value = float("nan")
        if not np.isfinite(value):
            shown = repr(self.text(name)) if self.text(name) else "empty"
            allowed = f"{name} must be a number"
            raise UnsoundFile(FileFault("WEATHER_HEADER", "first lines", shown, allowed))
        return value

    def table(
        self,
        kind: str,
        station: str,
        zone: str,
        altitude: str,
        found: Scan,
        data: Any,
        latitude: str = "latitude",
        longitude: str = "longitude",
    ) -> WeatherTable:
        """The table of a file whose rows were read by pvlib."""
        values = {name: np.ascontiguousarray(data[ours].to_numpy(dtype=float)) for name, ours in _PVLIB_NAMES.items()}
        return WeatherTable(
            kind=kind,
            station=station,
            latitude_deg=self.number(latitude),
            longitude_deg=self.number(longitude),
            altitude_m=self.number(altitude),
            utc_offset_h=self.number(zone),
            hours=found.hours,
            values=values,
        )


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
