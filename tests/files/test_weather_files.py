"""Weather files: every format gives the same year in the site's clock, and every trap is named with its line."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pvlib
import pytest

from bvnexus_xl.files.named import FileFault, UnsoundFile, found_path
from bvnexus_xl.files.weather_file import distance_km, read_weather
from bvnexus_xl.inputs.site import Site
from bvnexus_xl.profiles.weather import embedded_weather
from tests.files.weather_makers import MAKERS, NAMES, Place, epw, nsrdb, pvgis_csv, tmy3, truth

SITE = Site()
SYDNEY = Place(-33.9, 151.2, 10.0, 40.0)


def faults_of(path: Path, site: Site = SITE) -> tuple[FileFault, ...]:
    with pytest.raises(UnsoundFile) as caught:
        read_weather(path, site)
    return caught.value.faults


def changed(path: Path, change: Callable[[list[str]], None]) -> Path:
    """A file with its lines changed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    change(lines)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def replaced(path: Path, line: int, before: str, after: str) -> Path:
    """A file with a text replaced in one line, counted from 1."""

    def change(lines: list[str]) -> None:
        assert before in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(before, after, 1)

    return changed(path, change)


@pytest.mark.parametrize("kind", MAKERS)
def test_every_format_gives_the_same_hours_in_local_standard_time(tmp_path: Path, kind: str) -> None:
    found = read_weather(MAKERS[kind](tmp_path / "weather.dat"), SITE)
    for name in NAMES:
        assert list(getattr(found, name)) == truth()[name], name
    assert (found.latitude_deg, found.longitude_deg, found.utc_offset_h) == (36.1, -79.95, -5.0)
    assert found.altitude_ft == pytest.approx(273.0 / 0.3048)
    assert "weather.dat" in found.source


@pytest.mark.parametrize("make", [tmy3, epw, nsrdb])
def test_a_leap_year_loses_29_february_and_nothing_else(tmp_path: Path, make: Callable[..., Path]) -> None:
    found = read_weather(make(tmp_path / "leap", leap=True), SITE)
    assert list(found.temp_air_c) == truth()["temp_air_c"]


def test_the_clock_of_a_file_in_utc_is_moved_to_the_sites(tmp_path: Path) -> None:
    found = read_weather(nsrdb(tmp_path / "utc.csv", utc=True), SITE)
    assert list(found.temp_air_c) == truth()["temp_air_c"]
    assert found.utc_offset_h == -5.0


def test_a_site_across_the_border_of_a_time_zone_gets_the_hours_of_its_own_clock(tmp_path: Path) -> None:
    found = read_weather(tmy3(tmp_path / "east.csv"), Site(utc_offset_h=-6.0))
    assert found.utc_offset_h == -6.0
    assert found.temp_air_c[:3] == tuple(truth()["temp_air_c"][1:4])
    assert found.temp_air_c[-1] == truth()["temp_air_c"][0]


def test_several_rows_an_hour_are_averaged(tmp_path: Path) -> None:
    path = epw(tmp_path / "quarter.epw", per_hour=4)
    found = read_weather(replaced(path, 9, ",-10,", ",-6,"), SITE)
    assert found.temp_air_c[0] == pytest.approx(-9.0), "(-6 - 10 - 10 - 10) / 4"
    assert found.temp_air_c[1:] == tuple(truth()["temp_air_c"][1:])


def test_the_file_pvlib_ships_reads_as_the_embedded_weather() -> None:
    found = read_weather(Path(pvlib.__file__).parent / "data" / "723170TYA.CSV", SITE)
    for name in NAMES:
        assert list(getattr(found, name)) == getattr(embedded_weather(), name).tolist()


def test_south_and_east_are_as_good_as_north_and_west(tmp_path: Path) -> None:
    site = Site(latitude_deg=-33.9, longitude_deg=151.2, utc_offset_h=10.0)
    assert list(read_weather(pvgis_csv(tmp_path / "s.csv", SYDNEY), site).ghi_w_per_m2) == truth(SYDNEY)["ghi_w_per_m2"]


@pytest.mark.parametrize(
    ("make", "line", "hour"),
    [(tmy3, 3 + 1513, "5 March 01:00"), (epw, 9 + 5000, "28 July 08:00"), (nsrdb, 4, "1 January 00:00")],
)
def test_a_missing_hour_is_named(tmp_path: Path, make: Callable[..., Path], line: int, hour: str) -> None:
    (fault,) = faults_of(changed(make(tmp_path / "short"), lambda lines: lines.pop(line - 1)))
    assert fault.code == "WEATHER_LENGTH"
    assert fault.value == f"8,759 rows without 29 February; the hour from {hour} is missing"


def test_an_hour_that_comes_twice_is_named(tmp_path: Path) -> None:
    path = changed(epw(tmp_path / "long.epw"), lambda lines: lines.insert(9, lines[8]))
    (fault,) = faults_of(path)
    assert (fault.code, fault.value) == (
        "WEATHER_LENGTH",
        "8,761 rows without 29 February; the hour from 1 January 00:00 comes twice",
    )


def test_missing_values_are_named_once_a_column_with_line_and_number(tmp_path: Path) -> None:
    path = epw(tmp_path / "gaps.epw")
    for line in (500, 501, 502):
        number = truth()["temp_air_c"][line - 9]
        replaced(path, line, f",{number:g},", ",99.9,")
    (fault,) = faults_of(path)
    assert (fault.code, fault.where, fault.value) == ("WEATHER_VALUE", "line 500", "'99.9', and 2 more lines")
    assert "from -60 to 60 °C" in fault.allowed
    assert "mark missing values in EPW" in fault.allowed


def test_a_missing_column_and_an_empty_cell_are_named(tmp_path: Path) -> None:
    (fault,) = faults_of(replaced(nsrdb(tmp_path / "a.csv"), 3, "DNI,", "Clearsky DNI,"))
    assert (fault.code, fault.where, fault.value) == ("WEATHER_COLUMN", "line 3", "no column DNI")
    (fault,) = faults_of(replaced(nsrdb(tmp_path / "b.csv"), 4, ",30,0,0,0,-10,", ",30,0,0,0,,"))
    assert (fault.code, fault.where, fault.value) == ("WEATHER_VALUE", "line 4", "empty")


@pytest.mark.parametrize(
    ("make", "line", "before", "after"),
    [(tmy3, 1, ",-5.0,", ",0.0,"), (epw, 1, ",-5.0,", ",-8.0,"), (nsrdb, 2, ",-5,273,", ",-4,273,")],
)
def test_a_wrong_time_zone_shows_by_the_sun(
    tmp_path: Path, make: Callable[..., Path], line: int, before: str, after: str
) -> None:
    (fault,) = faults_of(replaced(make(tmp_path / "zone"), line, before, after))
    assert fault.code == "WEATHER_CLOCK"
    assert "the sun is highest at" in fault.value
    assert "time zone" in fault.allowed


def test_hours_that_begin_at_their_stamp_where_the_format_ends_them_show_by_the_sun(tmp_path: Path) -> None:
    def one_hour_late(lines: list[str]) -> None:
        data = [line.split(",", 2)[2] for line in lines[2:]]
        stamps = [line.split(",", 2)[:2] for line in lines[2:]]
        moved = [data[-1], *data[:-1]]
        lines[2:] = [",".join([*stamp, values]) for stamp, values in zip(stamps, moved, strict=True)]

    (fault,) = faults_of(changed(tmy3(tmp_path / "late.csv"), one_hour_late))
    assert (fault.code, fault.value) == ("WEATHER_CLOCK", "light is centred on 13:20 where the sun is highest at 12:20")


@pytest.mark.parametrize(
    ("site", "meant"),
    [
        (Site(longitude_deg=79.95, utc_offset_h=5.0), "the sign of a longitude"),
        (Site(latitude_deg=-36.1), "the sign of a latitude"),
        (Site(latitude_deg=-36.1, longitude_deg=79.95), "the signs of a latitude and a longitude"),
        (Site(latitude_deg=36.1, longitude_deg=-120.0), "latitude_deg and longitude_deg"),
    ],
)
def test_weather_from_the_other_side_of_the_world_is_refused_with_what_may_be_meant(
    tmp_path: Path, site: Site, meant: str
) -> None:
    (fault,) = faults_of(epw(tmp_path / "far.epw"), site)
    assert fault.code == "WEATHER_ELSEWHERE"
    assert fault.allowed.endswith(f"see {meant}")


def test_distance_is_that_of_the_great_circle() -> None:
    assert distance_km(0.0, 0.0, 0.0, 90.0) == pytest.approx(math.pi / 2 * 6371.0)
    assert distance_km(40.64, -73.78, 51.47, -0.46) == pytest.approx(5540, rel=0.005), "New York JFK to London LHR"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "WEATHER_FORMAT"),
        (b"PK\x03\x04\x00\xff\xfe", "WEATHER_FORMAT"),
        (b"hour,temp\n1,2\n", "WEATHER_FORMAT"),
        (b"{}", "WEATHER_FORMAT"),
        (b'{"inputs": {"location": []}}', "WEATHER_FORMAT"),
        (b"LOCATION,x", "WEATHER_HEADER"),
        (b"LOCATION,Greensboro,NC,USA,TMY3,723170,36.1,-79.95,-5.0,273", "WEATHER_LENGTH"),
        (b'LOCATION,"' + b"x" * 200_000, "WEATHER_FORMAT"),
        (b"LOCATION,a\n" * 8 + b"2001,1,1,25,0", "WEATHER_TIME"),
        (b"LOCATION,Greensboro,NC,USA,TMY3,723170,north,-79.95,-5.0,273", "WEATHER_HEADER"),
        (b"Source,Time Zone\n1,2\n", "WEATHER_HEADER"),
        (b"Latitude (decimal degrees): 3\n", "WEATHER_COLUMN"),
        (b"x\nDate (MM/DD/YYYY),Time (HH:MM)\n", "WEATHER_COLUMN"),
    ],
)
def test_what_is_no_weather_is_refused_in_plain_words(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    assert {fault.code for fault in faults_of(path)} == {code}


def test_names_lead_to_files_with_quotes_spaces_accents_and_backslashes(tmp_path: Path) -> None:
    folder = tmp_path / "Données météo"
    folder.mkdir()
    file = epw(folder / "été 2024.epw")
    for name in (
        "Données météo/été 2024.epw",
        '"Données météo/été 2024.epw"',
        "Données météo\\été 2024.epw",
        str(file),
    ):
        assert found_path(name, tmp_path) == file
    found = read_weather(file, SITE)
    assert "été 2024.epw" in found.source
    (fault,) = faults_of(found_path("\\\\server\\share\\absent.epw", tmp_path))
    assert fault.code == "NAMED_FILE_MISSING"
    (fault,) = faults_of(folder)
    assert (fault.code, fault.value) == ("NAMED_FILE_MISSING", "a folder")
