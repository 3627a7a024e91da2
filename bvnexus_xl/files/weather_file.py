"""A weather file → a year of weather in the site's clock, checked against the site and against the sun."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
from numpy.typing import NDArray

from bvnexus_xl.files.named import FileFault, UnsoundFile, content_of, text_of
from bvnexus_xl.files.weather_formats import WeatherTable, read_table
from bvnexus_xl.files.weather_scan import by_hour, check_whole_year
from bvnexus_xl.inputs.series import FileWeather
from bvnexus_xl.inputs.site import Site
from bvnexus_xl.units import HOURS_PER_DAY, HOURS_PER_YEAR

Array = NDArray[np.float64]
FAR_KM = 1000.0
"""Weather from further away is a mistake in the coordinates rather than the nearest station."""
MOST_CLOCK_ERROR_H = 0.75
"""Fog in the morning or storms in the afternoon move the middle of a year's light by up to half an hour; a wrong time
zone moves it by whole ones."""
_EARTH_RADIUS_KM = 6371.0
_FT_PER_M = 1.0 / 0.3048


def read_weather(path: Path, site: Site) -> FileWeather:
    """Weather of a TMY3, EPW, NSRDB or PVGIS file: 8,760 hours in the site's local standard time.

    Hours that leave the year when the file's clock is moved to the site's come in at its other end. Where the two are
    not whole hours apart, the nearest whole number is moved, and the sun is computed for the clock that results.

    Raises:
        UnsoundFile: everything that is wrong with the file.
    """
    table = read_table(text_of(content_of(path)))
    check_whole_year(table.hours)
    shift_h = round(site.utc_offset_h - table.utc_offset_h)
    values = {name: by_hour(table.hours, series, shift_h) for name, series in table.values.items()}
    offset_h = table.utc_offset_h + shift_h
    faults = [*_place_faults(table, site), *_clock_faults(table, offset_h, values["ghi_w_per_m2"])]
    if faults:
        raise UnsoundFile(*faults)
    station = f" {table.station}" if table.station else ""
    return FileWeather(
        source=f"{table.kind}{station} ({path.name})",
        latitude_deg=table.latitude_deg,
        longitude_deg=table.longitude_deg,
        utc_offset_h=offset_h,
        altitude_ft=table.altitude_m * _FT_PER_M,
        **{name: tuple(series.tolist()) for name, series in values.items()},
    )


def distance_km(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """Great-circle distance of two places."""
    a, b = math.radians(latitude_a), math.radians(latitude_b)
    across = math.radians(longitude_b - longitude_a)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2.0 * _EARTH_RADIUS_KM * math.asin(min(math.sqrt(half), 1.0))


def _place_faults(table: WeatherTable, site: Site) -> list[FileFault]:
    """Coordinates outside the globe, or so far from the site that one of the two must be wrong."""
    latitude, longitude = table.latitude_deg, table.longitude_deg
    shown = f"{latitude:g}, {longitude:g}"
    if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0):
        return [FileFault("WEATHER_ELSEWHERE", "first lines", shown, "must be a latitude and a longitude in degrees")]

    def away(north: float, east: float) -> float:
        return distance_km(north, east, site.latitude_deg, site.longitude_deg)

    far = away(latitude, longitude)
    if far <= FAR_KM:
        return []
    signs = {
        "the sign of a latitude": (-latitude, longitude),
        "the sign of a longitude": (latitude, -longitude),
        "the signs of a latitude and a longitude": (-latitude, -longitude),
        "the order of latitude and longitude": (longitude, latitude),
    }
    meant = next((what for what, place in signs.items() if away(*place) <= FAR_KM), "latitude_deg and longitude_deg")
    allowed = (
        f"must be within {FAR_KM:,.0f} km of the site ({site.latitude_deg:g}, {site.longitude_deg:g}); see {meant}"
    )
    return [FileFault("WEATHER_ELSEWHERE", "first lines", f"{shown}, {far:,.0f} km away", allowed)]


def _clock_faults(table: WeatherTable, utc_offset_h: float, ghi: Array) -> list[FileFault]:
    """The middle of a year's light must stand where the sun puts it: else zone, stamps or longitude are wrong."""
    if not -90.0 <= table.latitude_deg <= 90.0:
        return []
    if ghi.sum() <= 0.0:
        return [FileFault("WEATHER_VALUE", "", "no sunshine in the year", "irradiance must be above 0 by day")]
    times = pd.date_range("2001-01-01 00:30", periods=HOURS_PER_YEAR, freq="h", tz="UTC")
    times = times - pd.Timedelta(minutes=round(utc_offset_h * 60))
    zenith = pvlib.solarposition.get_solarposition(times, table.latitude_deg, table.longitude_deg)["zenith"].to_numpy()
    due, found = _middle(np.maximum(np.cos(np.radians(zenith)), 0.0)), _middle(ghi)
    error = (found - due + 12.0) % 24.0 - 12.0
    if abs(error) <= MOST_CLOCK_ERROR_H:
        return []
    value = f"light is centred on {_clock(found)} where the sun is highest at {_clock(due)}"
    zone = f"the file's time zone (UTC{table.utc_offset_h:+g}), its longitude, or the hours of its lines are wrong"
    return [FileFault("WEATHER_CLOCK", "", value, f"must agree within {MOST_CLOCK_ERROR_H * 60:.0f} minutes: {zone}")]


def _middle(light: Array) -> float:
    """Hour of the day on which a year's light is centred, 0 to 24."""
    by_day = light.reshape(-1, HOURS_PER_DAY).sum(axis=0)
    angle = 2.0 * np.pi * (np.arange(HOURS_PER_DAY) + 0.5) / HOURS_PER_DAY
    middle = math.atan2(float(by_day @ np.sin(angle)), float(by_day @ np.cos(angle)))
    return middle / (2.0 * math.pi) * HOURS_PER_DAY % HOURS_PER_DAY


def _clock(hour: float) -> str:
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
