"""Series the user may supply: 8,760 hours each, local standard time, hour 1 = 00:00-01:00 on 1 January.

One column holds quarter-hours instead: ``QUARTER_HOUR_LOAD``, 35,040 values.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from bvnexus_xl.inputs.fields import Section, rows, text
from bvnexus_xl.units import HOURS_PER_YEAR, QUARTER_HOURS_PER_YEAR

Values = Annotated[tuple[float, ...], Field(max_length=QUARTER_HOURS_PER_YEAR)]
QUARTER_HOUR_LOAD = "load_mw_15min"


def values_of(name: str) -> int:
    """How many values a column of this name has."""
    return QUARTER_HOURS_PER_YEAR if name == QUARTER_HOUR_LOAD else HOURS_PER_YEAR


class SeriesColumn(Section):
    """One column: a reserved name below, or the name of a profile-following equipment row (MW per MW)."""

    name: str = text(label="Column", longest=40)
    values: Values

    @field_validator("values")
    @classmethod
    def _whole_year(cls, values: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        if len(values) != values_of(info.data.get("name", "")):
            # the type that pydantic gives to a sequence of the wrong length
            raise PydanticCustomError("too_short", "wrong number of values")  # noqa: EM101
        return values


RESERVED_SERIES: dict[str, tuple[str, float, float, str]] = {
    "load_shape": ("any unit", 0.0, 1e6, "Hourly load, scaled so that its maximum is each year's load"),
    "grid_price_usd_per_mwh": ("$/MWh", -1000.0, 20000.0, "Grid energy price in first-year money"),
    "temp_air_c": ("°C", -60.0, 60.0, "Dry-bulb temperature"),
    "ghi_w_per_m2": ("W/m²", 0.0, 1500.0, "Global horizontal irradiance"),
    "dni_w_per_m2": ("W/m²", 0.0, 1500.0, "Direct normal irradiance"),
    "dhi_w_per_m2": ("W/m²", 0.0, 1500.0, "Diffuse horizontal irradiance"),
    "wind_speed_m_per_s": ("m/s", 0.0, 80.0, "Wind speed"),
    QUARTER_HOUR_LOAD: (
        "any unit",
        0.0,
        1e6,
        "35,040 quarter-hours of load, scaled so that the highest hour is each year's load",
    ),
}
"""Reserved column names with unit, lowest, highest allowed value and meaning."""

WEATHER_SERIES = ("temp_air_c", "ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2", "wind_speed_m_per_s")

LABEL_COLUMNS = frozenset({"hour", "begins_at"})
"""Columns that only number the rows."""


def allowed_values(name: str) -> tuple[float, float, str]:
    """(lowest, highest, phrase) of what a column may hold."""
    unit, low, high, _ = RESERVED_SERIES.get(name, ("MW per MW", 0.0, 1.0, ""))
    return low, high, f"must be a number from {low:,.10g} to {high:,.10g} {unit}"


Year = Annotated[tuple[float, ...], Field(min_length=HOURS_PER_YEAR, max_length=HOURS_PER_YEAR)]


class FileWeather(Section):
    """A year of weather read from a file, in local standard time of the site; hour h is the mean over [h, h+1)."""

    source: str
    latitude_deg: float
    longitude_deg: float
    utc_offset_h: float
    altitude_ft: float
    temp_air_c: Year
    ghi_w_per_m2: Year
    dni_w_per_m2: Year
    dhi_w_per_m2: Year
    wind_speed_m_per_s: Year


class Attached(Section):
    """What was read from the files that sheet ``Site`` names; it is no input of its own and not written to JSON files.

    Attributes:
        folder: where relative names were looked up.
        weather_file, series_file: the names, as given; None where no file was asked for.
    """

    folder: str = ""
    weather_file: str | None = None
    series_file: str | None = None
    weather: FileWeather | None = None
    columns: tuple[SeriesColumn, ...] = ()


class Series(Section):
    """All columns given by the user: on sheet ``Series``, and in the file that sheet ``Site`` names."""

    columns: tuple[SeriesColumn, ...] = rows((), label="Hourly columns", most=20)
    attached: Attached = Attached()

    def get(self, name: str) -> tuple[float, ...] | None:
        """Values of a column, or None when it is not given."""
        every = (*self.columns, *self.attached.columns)
        return next((column.values for column in every if column.name == name), None)

    def place_of(self, name: str) -> str:
        """Where a column that is given stands: ``column load_shape``, or with the name of its file."""
        from_file = any(column.name == name for column in self.attached.columns)
        return f"column {name}" + (f" of {self.attached.series_file}" if from_file else "")
