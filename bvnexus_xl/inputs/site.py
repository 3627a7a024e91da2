"""Study frame, site and solar system."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from bvnexus_xl.inputs.fields import OneOf, Section, choice, day, number, text
from bvnexus_xl.problems import problem_codes, problems

LONGEST_PATH = 400
AirDistrict = Literal["attainment", "marginal", "moderate", "serious", "severe", "extreme"]


class Study(Section):
    """What is asked, and over which years."""

    project_name: str = text("New project", label="Project name")
    problem: Annotated[str, OneOf(problem_codes, lambda: "; ".join(problem.note for problem in problems()))] = choice(
        "P1", label="Problem"
    )
    first_year: int = number(
        2029,
        unit="year",
        low=2025,
        high=2060,
        label="First year of operation",
        note="Money is counted from 1 January of this year",
    )
    analysis_years: int = number(
        15, unit="years", low=1, high=15, label="Years analysed", source="bvNexus default: 15-year pro forma"
    )
    decision_date: date = day(
        date(2027, 1, 1),
        low=date(2020, 1, 1),
        high=date(2060, 12, 31),
        label="Decision date",
        note="Orders can be placed from this day; nothing operates before it plus the lead time",
    )
    air_permit_months: int = number(
        9,
        unit="months",
        low=0,
        high=60,
        label="Air permit, application to issue",
        source="engineering judgement, Nov 2026: state minor 3-9, PSD 12-18 or more",
        note="Shown on Timeline: fuel-burning units are installed with the permit in hand",
    )
    installation_months: int = number(
        6,
        unit="months",
        low=0,
        high=60,
        label="Delivery to operation",
        source="engineering judgement, Nov 2026",
        note="Installation and commissioning, the last part of each lead time; shown on Timeline",
    )
    random_seed: int = number(
        1, unit="-", low=0, high=2_147_483_647, label="Random seed", note="Same seed, same hourly load"
    )


class Site(Section):
    """Where the campus is and which weather drives it."""

    site_name: str = text("Greensboro, NC", label="Site name")
    latitude_deg: float = number(36.1, unit="deg", low=-66.0, high=66.0, label="Latitude", note="North is positive")
    longitude_deg: float = number(
        -79.95, unit="deg", low=-180.0, high=180.0, label="Longitude", note="East is positive"
    )
    altitude_ft: float = number(886.0, unit="ft", low=-1300.0, high=12000.0, label="Altitude")
    utc_offset_h: float = number(
        -5.0, unit="h", low=-12.0, high=14.0, label="Offset of local standard time from UTC", note="No daylight saving"
    )
    air_district: AirDistrict = choice(
        "attainment",
        label="Air quality class of the county",
        source="Clean Air Act §182, §302",
        note="Sets the major-source threshold shown beside the NOx limit",
    )
    weather_source: Literal["embedded", "file", "series"] = choice(
        "embedded",
        label="Weather",
        source="TMY3 723170 Greensboro NC, shipped inside pvlib",
        note="embedded: Greensboro NC typical year; file: the one named below; series: weather columns of sheet Series",
    )
    weather_file: str | None = text(
        None,
        label="Weather file",
        longest=LONGEST_PATH,
        note="TMY3, EPW, NSRDB or PVGIS typical year; its path, or its name where it lies beside the workbook",
    )
    series_file: str | None = text(
        None,
        label="File of hourly columns",
        longest=LONGEST_PATH,
        note="CSV or Parquet with columns named as on sheet Series; read beside that sheet",
    )
    pv_dc_ac_ratio: float = number(
        1.3, unit="MWdc/MWac", low=1.0, high=2.0, label="Solar DC/AC ratio", source="bvNexus default"
    )
    pv_ground_cover_ratio: float = number(
        0.4, unit="-", low=0.15, high=0.8, label="Solar ground cover ratio", source="bvNexus default"
    )
    pv_system_loss_fraction: float = number(
        0.14, unit="fraction", low=0.0, high=0.5, label="Solar system losses", source="NREL PVWatts default 14 %"
    )
    pv_variability_15min_fraction: float = number(
        0.10,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Solar variability of quarter-hours",
        source="engineering judgement, Nov 2026: passing clouds",
        note="Standard deviation around the hour's output, as a fraction of it, seeded; the mean of every hour stays. "
        "Tier 3 only",
    )
    pv_temperature_coefficient_per_c: float = number(
        -0.0035,
        unit="1/°C",
        low=-0.01,
        high=0.0,
        label="Solar temperature coefficient",
        source="typical crystalline silicon module",
    )
