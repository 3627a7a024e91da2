"""Single-axis tracking solar, by pvlib: MWac per MWac installed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pvlib
from numpy.typing import NDArray

from bvnexus_xl.inputs.site import Site
from bvnexus_xl.profiles.weather import Weather
from bvnexus_xl.units import HOURS_PER_YEAR

_INVERTER_EFFICIENCY = 0.98
_MAX_TRACKER_ANGLE_DEG = 60.0


def tracking_pv_profile(weather: Weather, site: Site) -> NDArray[np.float64]:
    """Hourly AC output per MWac, shape [8760], 0 to 1.

    Horizontal north-south axis, ±60°, backtracking, Hay-Davies transposition, Faiman cell temperature, clipping at the
    inverter (dossier §8, recipe A). The sun is taken at mid-hour of a non-leap year.
    """
    minutes = round(weather.utc_offset_h * 60)
    times = pd.date_range("2001-01-01 00:30", periods=HOURS_PER_YEAR, freq="h") - pd.Timedelta(minutes=minutes)
    sun = pvlib.solarposition.get_solarposition(
        times.tz_localize("UTC"), weather.latitude_deg, weather.longitude_deg, altitude=weather.altitude_ft * 0.3048
    )
    zenith, azimuth = sun["apparent_zenith"].to_numpy(), sun["azimuth"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        tracker = pvlib.tracking.singleaxis(
            zenith, azimuth, axis_azimuth=180.0, max_angle=_MAX_TRACKER_ANGLE_DEG, gcr=site.pv_ground_cover_ratio
        )
        tilt, facing = np.nan_to_num(tracker["surface_tilt"]), np.nan_to_num(tracker["surface_azimuth"], nan=180.0)
        plane = pvlib.irradiance.get_total_irradiance(
            tilt,
            facing,
            zenith,
            azimuth,
            weather.dni_w_per_m2,
            weather.ghi_w_per_m2,
            weather.dhi_w_per_m2,
            dni_extra=pvlib.irradiance.get_extra_radiation(times.tz_localize("UTC")).to_numpy(),
            model="haydavies",
        )["poa_global"]
    plane = np.where(zenith < 90.0, np.nan_to_num(plane), 0.0)
    cell_c = pvlib.temperature.faiman(plane, weather.temp_air_c, weather.wind_speed_m_per_s)
    dc = pvlib.pvsystem.pvwatts_dc(plane, cell_c, 1.0, site.pv_temperature_coefficient_per_c)
    ac = np.asarray(dc) * site.pv_dc_ac_ratio * (1.0 - site.pv_system_loss_fraction) * _INVERTER_EFFICIENCY
    return np.clip(ac, 0.0, 1.0)
