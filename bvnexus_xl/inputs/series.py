"""Hourly series the user may supply: 8,760 values each, local standard time, hour 1 = 00:00-01:00 on 1 January."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bvnexus_xl.inputs.fields import Section, rows, text
from bvnexus_xl.units import HOURS_PER_YEAR

Hourly = Annotated[tuple[float, ...], Field(min_length=HOURS_PER_YEAR, max_length=HOURS_PER_YEAR)]


class SeriesColumn(Section):
    """One hourly column: a reserved name below, or the name of a profile-following equipment row (MW per MW)."""

    name: str = text(label="Column", longest=40)
    values: Hourly


RESERVED_SERIES: dict[str, tuple[str, float, float, str]] = {
    "load_shape": ("any unit", 0.0, 1e6, "Hourly load, scaled so that its maximum is each year's load"),
    "grid_price_usd_per_mwh": ("$/MWh", -1000.0, 20000.0, "Grid energy price in first-year money"),
    "temp_air_c": ("°C", -60.0, 60.0, "Dry-bulb temperature"),
    "ghi_w_per_m2": ("W/m²", 0.0, 1500.0, "Global horizontal irradiance"),
    "dni_w_per_m2": ("W/m²", 0.0, 1500.0, "Direct normal irradiance"),
    "dhi_w_per_m2": ("W/m²", 0.0, 1500.0, "Diffuse horizontal irradiance"),
    "wind_speed_m_per_s": ("m/s", 0.0, 80.0, "Wind speed"),
}
"""Reserved column names with unit, lowest, highest allowed value and meaning."""

WEATHER_SERIES = ("temp_air_c", "ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2", "wind_speed_m_per_s")


class Series(Section):
    """All hourly columns given by the user."""

    columns: tuple[SeriesColumn, ...] = rows((), label="Hourly columns", most=20)

    def get(self, name: str) -> tuple[float, ...] | None:
        """Values of a column, or None when it is not given."""
        return next((column.values for column in self.columns if column.name == name), None)
