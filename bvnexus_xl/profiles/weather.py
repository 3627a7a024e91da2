"""Weather of the site: pvlib's TMY3 of Greensboro NC, the user's file, or the user's columns."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pvlib
from numpy.typing import NDArray

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import WEATHER_SERIES, Series
from bvnexus_xl.units import HOURS_PER_YEAR

Array = NDArray[np.float64]
_EMBEDDED_FILE = "723170TYA.CSV"


@dataclass(frozen=True, slots=True)
class Weather:
    """One year of hourly weather; hour h is the mean over [h, h+1) local standard time. All arrays [8760]."""

    source: str
    latitude_deg: float
    longitude_deg: float
    utc_offset_h: float
    altitude_ft: float
    temp_air_c: Array
    ghi_w_per_m2: Array
    dni_w_per_m2: Array
    dhi_w_per_m2: Array
    wind_speed_m_per_s: Array


def site_weather(project: Project) -> Weather:
    """Weather as the project asks for it: embedded file, the user's file, or the columns of sheet Series."""
    if project.site.weather_source == "embedded":
        return embedded_weather()
    given = project.series.attached.weather
    if project.site.weather_source == "file" and given is not None:
        return Weather(**{name: _array(value) for name, value in given})
    site = project.site

    def column(name: str) -> Array:
        return np.array(project.series.get(name), dtype=float)

    return Weather(
        source=_columns_source(project.series),
        latitude_deg=site.latitude_deg,
        longitude_deg=site.longitude_deg,
        utc_offset_h=site.utc_offset_h,
        altitude_ft=site.altitude_ft,
        temp_air_c=column("temp_air_c"),
        ghi_w_per_m2=column("ghi_w_per_m2"),
        dni_w_per_m2=column("dni_w_per_m2"),
        dhi_w_per_m2=column("dhi_w_per_m2"),
        wind_speed_m_per_s=column("wind_speed_m_per_s"),
    )


def _columns_source(series: Series) -> str:
    """Where the weather columns stand."""
    from_file = {column.name for column in series.attached.columns} & set(WEATHER_SERIES)
    return f"weather columns of {series.attached.series_file}" if from_file else "columns of sheet Series"


def _array(value: Any) -> Any:
    return np.array(value, dtype=float) if isinstance(value, tuple) else value


@lru_cache(maxsize=1)
def embedded_weather() -> Weather:
    """The TMY3 file 723170 (Greensboro NC) that pvlib ships. TMY3 hours end at the stamp: row 1 is 00:00-01:00."""
    path = Path(pvlib.__file__).parent / "data" / _EMBEDDED_FILE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        data, meta = pvlib.iotools.read_tmy3(path, coerce_year=2001, map_variables=True)
    if len(data) != HOURS_PER_YEAR:
        message = f"{_EMBEDDED_FILE} has {len(data)} hours instead of {HOURS_PER_YEAR}"
        raise ValueError(message)

    def column(name: str) -> Array:
        return np.ascontiguousarray(data[name].to_numpy(dtype=float))

    return Weather(
        source="TMY3 723170 Greensboro NC (in pvlib)",
        latitude_deg=float(meta["latitude"]),
        longitude_deg=float(meta["longitude"]),
        utc_offset_h=float(meta["TZ"]),
        altitude_ft=float(meta["altitude"]) / 0.3048,
        temp_air_c=column("temp_air"),
        ghi_w_per_m2=column("ghi"),
        dni_w_per_m2=column("dni"),
        dhi_w_per_m2=column("dhi"),
        wind_speed_m_per_s=column("wind_speed"),
    )
