"""Files named on sheet Site: in the project, its hash and its profiles, and faults at the cell that names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from bvnexus_xl.errors import Fault, InputFaults
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.loading import load_json, load_project, read_json
from bvnexus_xl.inputs.overrides import Refusal, changes_of, overridden
from bvnexus_xl.inputs.project import Project, default_project
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.workbook.locations import limit_cell
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.template import build_template
from tests.files.test_series_files import LOAD, PRICE, csv_file
from tests.files.weather_makers import MAKERS, truth
from tests.projects import small_project


def raw_project(**site: Any) -> dict[str, Any]:
    """A small project as raw data, with what sheet Site says about files."""
    raw: dict[str, Any] = small_project().model_dump(exclude={"series"})
    raw["site"] |= site
    return raw


def profiles_of(project: Project) -> Profiles:
    return build_profiles(project, build_fleet(project))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A weather file and a file of columns, beside the project."""
    MAKERS["epw"](tmp_path / "weather.epw")
    csv_file(tmp_path / "hours.csv", {"load_shape": LOAD, "grid_price_usd_per_mwh": PRICE})
    return tmp_path


def with_files(folder: Path) -> Project:
    raw = raw_project(weather_source="file", weather_file="weather.epw", series_file="hours.csv")
    raw["load"]["shape_source"] = "series"
    return load_project(raw, folder=folder)


def test_a_weather_file_drives_temperature_sun_and_derates_as_columns_of_the_sheet_would(folder: Path) -> None:
    place = {"altitude_ft": 273.0 / 0.3048, "longitude_deg": -79.95}
    columns = [{"name": name, "values": values} for name, values in truth().items()]
    on_sheet = load_project({**raw_project(weather_source="series", **place), "series": {"columns": columns}})
    in_file = load_project(raw_project(weather_source="file", weather_file="weather.epw", **place), folder=folder)
    ours, theirs = profiles_of(in_file), profiles_of(on_sheet)
    assert np.allclose(ours.profile_mw_per_mw, theirs.profile_mw_per_mw, atol=1e-9)
    assert ours.profile_mw_per_mw.max() > 0.5
    assert np.array_equal(ours.pue, theirs.pue)
    assert np.array_equal(ours.thermal_capacity_factor, theirs.thermal_capacity_factor)
    assert ours.thermal_capacity_factor.min() < 1.0
    assert ours.weather.source == "EPW Greensboro (weather.epw)"


def test_columns_of_a_file_drive_load_and_price_and_are_named_as_sources(folder: Path) -> None:
    found = profiles_of(with_files(folder))
    assert found.load_mw[0].max() == pytest.approx(60.0)
    assert found.load_mw[0][:24] == pytest.approx(60.0 * np.array(LOAD[:24]) / max(LOAD))
    assert list(found.grid_price_usd_per_mwh) == PRICE
    assert dict(found.sources)["load"] == "column load_shape of hours.csv"


def test_the_hash_follows_what_the_files_hold_and_not_where_they_lie(folder: Path, tmp_path: Path) -> None:
    before = with_files(folder).input_hash()
    assert with_files(folder).input_hash() == before
    moved = folder / "elsewhere"
    moved.mkdir()
    for name in ("weather.epw", "hours.csv"):
        (moved / name).write_bytes((folder / name).read_bytes())
    assert with_files(moved).input_hash() == before
    csv_file(moved / "hours.csv", {"load_shape": [*LOAD[:-1], 99.0], "grid_price_usd_per_mwh": PRICE})
    assert with_files(moved).input_hash() != before


def test_json_and_workbook_keep_the_names_and_not_the_values(folder: Path) -> None:
    project = with_files(folder)
    assert "120.0" not in project.to_json()
    (folder / "project.json").write_text(project.to_json(), encoding="utf-8")
    from_json = read_json(folder / "project.json")
    assert from_json == project
    build_template(from_json, folder / "project.xlsx")
    back = read_project(folder / "project.xlsx")
    assert back == project
    assert back.input_hash() == project.input_hash()
    assert back.series.columns == ()


def test_a_project_moved_to_another_folder_still_finds_its_files(folder: Path) -> None:
    project = with_files(folder)
    (folder / "plans").mkdir()
    moved = project.moved_to(folder / "plans")
    assert (moved.site.weather_file, moved.site.series_file) == ("../weather.epw", "../hours.csv")
    (folder / "plans" / "p.json").write_text(moved.to_json(), encoding="utf-8")
    assert read_json(folder / "plans" / "p.json").series.attached.weather == project.series.attached.weather
    assert project.moved_to(folder) is project


def test_another_process_needs_no_files(folder: Path) -> None:
    project = with_files(folder)
    text = project.whole_json()
    for name in ("weather.epw", "hours.csv"):
        (folder / name).unlink()
    assert load_json(text) == project


def test_a_scenario_may_name_another_file_and_others_keep_what_was_read(folder: Path) -> None:
    project = with_files(folder)
    MAKERS["tmy3"](folder / "other.csv")
    changes = changes_of(project, ("weather_file", "other.csv"))
    assert not isinstance(changes, Refusal)
    other = load_project(overridden(project, changes))
    assert other.series.attached.weather is not None
    assert other.series.attached.weather.source == "TMY3 GREENSBORO, PIEDMONT (other.csv)"
    (folder / "weather.epw").unlink()
    assert load_project(overridden(project, ())) == project


def faults_of_workbook(path: Path) -> dict[str, Fault]:
    with pytest.raises(InputFaults) as caught:
        read_project(path)
    return {fault.code: fault for fault in caught.value.faults}


def typed(path: Path, **site: Any) -> Path:
    """A template with what a user types on sheet Site."""
    build_template(default_project(), path)
    book = openpyxl.load_workbook(path)
    for field, value in site.items():
        sheet, cell = limit_cell(field).split("!")
        book[sheet][cell].value = value
    book.save(path)
    return path


def test_faults_name_sheet_cell_file_and_line_all_at_once(folder: Path) -> None:
    lines = (folder / "weather.epw").read_text(encoding="utf-8").splitlines()
    lines[99] = lines[99].replace(",0,", ",x,")
    (folder / "weather.epw").write_text("\n".join(lines), encoding="utf-8")
    csv_file(folder / "hours.csv", {"load_shape": [*LOAD[:5], "?", *LOAD[6:]]})
    book = typed(folder / "p.xlsx", weather_source="file", weather_file="weather.epw", series_file="hours.csv")
    found = faults_of_workbook(book)
    weather, series = found["WEATHER_VALUE"], found["NUMBER_EXPECTED"]
    assert (weather.sheet, weather.place) == ("Site", limit_cell("weather_file"))
    assert weather.value.startswith("weather.epw, line 100: 'x'")
    assert series.place == limit_cell("series_file")
    assert series.value == "hours.csv, line 7, column load_shape: '?'"


@pytest.mark.parametrize(
    ("site", "code", "field"),
    [
        ({"weather_source": "file"}, "VALUE_MISSING", "weather_file"),
        ({"weather_source": "file", "weather_file": "no.epw"}, "NAMED_FILE_MISSING", "weather_file"),
        ({"series_file": "no.csv"}, "NAMED_FILE_MISSING", "series_file"),
        ({"series_file": "unknown.csv"}, "UNKNOWN_SERIES", "series_file"),
        ({"series_file": "zero.csv"}, "SERIES_VALUE", "series_file"),
    ],
)
def test_each_fault_of_a_named_file_stands_at_its_cell(tmp_path: Path, site: Any, code: str, field: str) -> None:
    csv_file(tmp_path / "unknown.csv", {"load_shap": LOAD})
    csv_file(tmp_path / "zero.csv", {"load_shape": [0.0] * 8760})
    found = faults_of_workbook(typed(tmp_path / "p.xlsx", **site))
    assert set(found) == {code}
    assert found[code].place == limit_cell(field)


def test_a_column_on_the_sheet_and_in_the_file_is_refused(folder: Path) -> None:
    raw = raw_project(series_file="hours.csv")
    raw["series"] = {"columns": [{"name": "load_shape", "values": LOAD}]}
    with pytest.raises(InputFaults) as caught:
        load_project(raw, folder=folder)
    assert [fault.code for fault in caught.value.faults] == ["DUPLICATE_NAME"]
