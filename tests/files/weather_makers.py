"""A made-up year of weather written in each format, by hand from the formats' descriptions and without pvlib's help.

The sun stands where astronomy puts it; temperature names its hour, so that an hour out of place shows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib

HOURS = 8760
NAMES = ("temp_air_c", "ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2", "wind_speed_m_per_s")


@dataclass(frozen=True)
class Place:
    """Where a file is from."""

    latitude: float = 36.1
    longitude: float = -79.95
    zone: float = -5.0
    altitude_m: float = 273.0


GREENSBORO = Place()


@cache
def truth(place: Place = GREENSBORO) -> dict[str, list[float]]:
    """8,760 hours in local standard time."""
    times = pd.date_range("2001-01-01 00:30", periods=HOURS, freq="h", tz="UTC") - pd.Timedelta(hours=place.zone)
    zenith = pvlib.solarposition.get_solarposition(times, place.latitude, place.longitude)["zenith"].to_numpy()
    light = np.round(1000.0 * np.maximum(np.cos(np.radians(zenith)), 0.0))
    hour = np.arange(HOURS)
    values = (np.round(hour % 97 / 2.0 - 10.0, 1), light, np.round(0.8 * light), np.round(0.1 * light), hour % 13 + 0.5)
    return {name: [float(value) for value in column] for name, column in zip(NAMES, values, strict=True)}


def rows(place: Place, leap: bool = False) -> list[tuple[datetime, list[float]]]:
    """(begin of the hour, values); ``leap`` puts a 29 February in, whose values are those of the hours around it."""
    columns = truth(place)
    start = datetime(2001, 1, 1)
    made = [
        ((start + timedelta(hours=hour)).replace(year=2024), [columns[name][hour] for name in NAMES])
        for hour in range(HOURS)
    ]
    if leap:
        extra = [(datetime(2024, 2, 29, hour), values) for hour, (_, values) in enumerate(made[1416 : 1416 + 24])]
        made[1416:1416] = extra
    return made


def tmy3(path: Path, place: Place = GREENSBORO, leap: bool = False) -> Path:
    """Hours end at their stamp, 01:00 to 24:00."""
    lines = [
        f'723170,"GREENSBORO, PIEDMONT",NC,{place.zone},{place.latitude},{place.longitude},{place.altitude_m}',
        "Date (MM/DD/YYYY),Time (HH:MM),ETR (W/m^2),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),Wspd (m/s)",
    ]
    for begin, (temp, ghi, dni, dhi, wind) in rows(place, leap):
        stamp = f"{begin:%m/%d/%Y},{begin.hour + 1:02d}:00"
        lines.append(f"{stamp},0,{ghi:g},{dni:g},{dhi:g},{temp:g},{wind:g}")
    return _saved(path, lines)


def epw(path: Path, place: Place = GREENSBORO, leap: bool = False, per_hour: int = 1) -> Path:
    """Hours 1 to 24; 35 fields and no headings."""
    lines = [
        f"LOCATION,Greensboro,NC,USA,TMY3,723170,{place.latitude},{place.longitude},{place.zone},{place.altitude_m}"
    ]
    lines += ["DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0"]
    lines += ["HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", "COMMENTS 1,made up", "COMMENTS 2,", "DATA PERIODS,1,1,Data"]
    for begin, (temp, ghi, dni, dhi, wind) in rows(place, leap):
        for part in range(1, per_hour + 1):
            field = ["0"] * 35
            stamp = (begin.year, begin.month, begin.day, begin.hour + 1, part * 60 // per_hour)
            field[:5] = [str(number) for number in stamp]
            field[6], field[13], field[14], field[15], field[21] = (f"{v:g}" for v in (temp, ghi, dni, dhi, wind))
            lines.append(",".join(field))
    return _saved(path, lines)


def nsrdb(path: Path, place: Place = GREENSBORO, leap: bool = False, utc: bool = False) -> Path:
    """Rows stand at minute 30; the clock is local or UTC."""
    zone = 0 if utc else round(place.zone)
    lines = [
        "Source,Location ID,City,State,Country,Latitude,Longitude,Time Zone,Elevation,Local Time Zone,Version",
        f"NSRDB,1,-,-,-,{place.latitude},{place.longitude},{zone},{round(place.altitude_m)},{round(place.zone)},4.0.1",
        "Year,Month,Day,Hour,Minute,GHI,DNI,DHI,Temperature,Wind Speed,Cloud Type",
    ]
    made = rows(place, leap)
    shift = round(place.zone) if utc else 0
    for number, (begin, _) in enumerate(made):
        temp, ghi, dni, dhi, wind = made[(number + shift) % len(made)][1]
        stamp = f"{begin.year},{begin.month},{begin.day},{begin.hour},30"
        lines.append(f"{stamp},{ghi:g},{dni:g},{dhi:g},{temp:g},{wind:g},0")
    return _saved(path, lines)


def _pvgis_rows(place: Place) -> list[tuple[str, list[float]]]:
    made = rows(place)
    shift = round(place.zone)
    return [(f"{begin:%Y%m%d:%H%M}", made[(number + shift) % HOURS][1]) for number, (begin, _) in enumerate(made)]


def pvgis_csv(path: Path, place: Place = GREENSBORO) -> Path:
    """UTC, with a table of months before the hours and notes behind them."""
    lines = [f"Latitude (decimal degrees): {place.latitude}", f"Longitude (decimal degrees): {place.longitude}"]
    lines += [f"Elevation (m): {place.altitude_m}", "Irradiance Time Offset (h): 0.1761", "month,year"]
    lines += [f"{month},2015" for month in range(1, 13)] + ["time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP"]
    for stamp, (temp, ghi, dni, dhi, wind) in _pvgis_rows(place):
        lines.append(f"{stamp},{temp:g},50,{ghi:g},{dni:g},{dhi:g},300,{wind:g},0,98000")
    return _saved(path, [*lines, "", "T2m: 2-m air temperature (degree Celsius)"])


def pvgis_json(path: Path, place: Place = GREENSBORO) -> Path:
    """The same as JSON."""
    records = [
        {"time(UTC)": stamp, "T2m": temp, "G(h)": ghi, "Gb(n)": dni, "Gd(h)": dhi, "WS10m": wind}
        for stamp, (temp, ghi, dni, dhi, wind) in _pvgis_rows(place)
    ]
    where = {"latitude": place.latitude, "longitude": place.longitude, "elevation": place.altitude_m}
    raw = {"inputs": {"location": where}, "outputs": {"tmy_hourly": records, "months_selected": []}, "meta": {}}
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


MAKERS = {"tmy3": tmy3, "epw": epw, "nsrdb": nsrdb, "pvgis_csv": pvgis_csv, "pvgis_json": pvgis_json}


def _saved(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
