"""The results file beside a workbook gives every year back as it was solved."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.hourly_table import hourly_table
from bvnexus_xl.workbook import results_file
from bvnexus_xl.workbook.results_file import read_info, read_year, results_path, write_results_file
from tests.planned import BUILDS, ENGINE_SCR, planned, small_project


@pytest.fixture(scope="module")
def solved():
    return planned(small_project(), BUILDS)


@pytest.fixture(scope="module")
def path(tmp_path_factory, solved) -> Path:
    path = tmp_path_factory.mktemp("results") / "plan.results.parquet"
    write_results_file(solved, path)
    return path


def test_it_stands_beside_the_workbook():
    assert results_path(Path("folder/plan.xlsx")) == Path("folder/plan.results.parquet")


@pytest.mark.parametrize("position", [0, 1, 2])
def test_every_year_comes_back_to_the_last_bit(path, solved, position):
    table, expected = read_year(path, 2029 + position), hourly_table(solved, position)
    assert table.year == 2029 + position
    assert list(table.columns) == list(expected.columns)
    for key, values in expected.columns.items():
        np.testing.assert_array_equal(table.columns[key], values)
    np.testing.assert_array_equal(table.asset_mw, expected.asset_mw)
    np.testing.assert_array_equal(table.online_units, expected.online_units)
    assert (table.asset_keys, table.asset_labels) == (expected.asset_keys, expected.asset_labels)


def test_other_programs_find_one_row_an_hour(path):
    table = pq.read_table(path)
    assert table.num_rows == 3 * 8760
    assert table.column("hour").to_numpy()[[0, 8759, 8760]].tolist() == [1, 8760, 1]
    assert table.column("day").to_numpy()[[23, 24, 8759]].tolist() == [1, 2, 365]
    assert f"mw:{ENGINE_SCR}" in table.column_names
    assert pq.ParquetFile(path).metadata.row_group(0).column(5).compression == "ZSTD"


def test_it_says_what_it_is_about(path, solved):
    info = read_info(path)
    assert info.input_hash == solved.project.input_hash()
    assert (info.problem, info.phase, info.status, info.years) == ("P1", 1, solved.status, (2029, 2030, 2031))
    assert {"bvnexus-xl", "Python", "numpy", "numba", "pvlib"} <= set(info.versions)
    assert info.units["soc_mwh"] == "MWh"


def test_a_year_it_does_not_hold_is_named(path):
    with pytest.raises(ValueError, match=r"year 2035 is not in plan\.results\.parquet: it holds 2029 to 2031"):
        read_year(path, 2035)


def code_of(path: Path) -> str:
    with pytest.raises(WorkbookRefused) as caught:
        read_year(path, 2029)
    return caught.value.code


def test_a_missing_file_is_refused(tmp_path):
    assert code_of(tmp_path / "plan.results.parquet") == "FILE_MISSING"


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "plan.results.parquet").write_text("no parquet", encoding="utf-8")
    assert code_of(tmp_path / "plan.results.parquet") == "FILE_UNREADABLE"


@pytest.mark.parametrize("metadata", [None, {b"bvnexus": json.dumps({"file_version": 99}).encode()}])
def test_a_parquet_file_of_others_or_of_another_version_is_refused(tmp_path, metadata):
    path = tmp_path / "plan.results.parquet"
    pq.write_table(pa.table({"year": [2029]}).replace_schema_metadata(metadata), path)
    assert code_of(path) == "NOT_OURS"


def test_a_write_that_fails_leaves_the_file_that_was_there(path, solved, tmp_path, monkeypatch):
    copy = tmp_path / "plan.results.parquet"
    copy.write_bytes(path.read_bytes())

    def fails(study, position):
        if position == 2:
            raise OSError(28, "No space left on device")
        return hourly_table(study, position)

    monkeypatch.setattr(results_file, "hourly_table", fails)
    with pytest.raises(WorkbookRefused):
        write_results_file(solved, copy)
    assert copy.read_bytes() == path.read_bytes()
    assert [item.name for item in tmp_path.iterdir()] == ["plan.results.parquet"]
