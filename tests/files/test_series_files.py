"""Columns from CSV and Parquet: the same values and checks as on sheet Series, faults with file, line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bvnexus_xl.files.named import FileFault, UnsoundFile
from bvnexus_xl.files.series_file import read_series_file

HOURS = 8760
LOAD = [100.0 + hour % 24 for hour in range(HOURS)]
PRICE = [20.0 + hour % 7 / 4.0 for hour in range(HOURS)]


def csv_file(path: Path, columns: dict[str, list[Any]], separator: str = ",", comma: str = ".") -> Path:
    def shown(value: Any) -> str:
        return str(value).replace(".", comma)

    lines = [separator.join(columns)]
    lines += [separator.join(shown(value) for value in row) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def faults_of(path: Path) -> tuple[FileFault, ...]:
    with pytest.raises(UnsoundFile) as caught:
        read_series_file(path)
    return caught.value.faults


@pytest.mark.parametrize(("separator", "comma"), [(",", "."), (";", "."), (";", ","), ("\t", ",")])
def test_csv_with_commas_semicolons_tabs_and_decimal_commas(tmp_path: Path, separator: str, comma: str) -> None:
    columns = {"hour": list(range(1, HOURS + 1)), "load_shape": LOAD, "grid_price_usd_per_mwh": PRICE}
    load, price = read_series_file(csv_file(tmp_path / "s.csv", columns, separator, comma))
    assert (load.name, list(load.values)) == ("load_shape", LOAD)
    assert (price.name, list(price.values)) == ("grid_price_usd_per_mwh", PRICE)


@pytest.mark.parametrize("kind", ["float64", "float32", "int64"])
def test_parquet(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"hour": range(HOURS), "load_shape": pd.Series(LOAD, dtype=kind), "empty": None})
    frame.to_parquet(tmp_path / "s.parquet")
    (load,) = read_series_file(tmp_path / "s.parquet")
    assert list(load.values) == LOAD


def test_a_column_without_values_and_one_cut_short_by_empty_lines(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "s.csv", {"load_shape": LOAD, "grid_price_usd_per_mwh": [""] * HOURS})
    assert [column.name for column in read_series_file(path)] == ["load_shape"]


@pytest.mark.parametrize(
    ("hour", "value", "code", "shown"),
    [
        (10, "n/a", "NUMBER_EXPECTED", "'n/a'"),
        (10, "nan", "NOT_A_NUMBER", "'nan'"),
        (10, "", "SERIES_GAP", "empty"),
        (10, "-5", "SERIES_VALUE", "-5"),
        (10, "8 %", "NUMBER_EXPECTED", "'8 %'"),
    ],
)
def test_a_bad_value_of_a_csv_is_named_by_line_and_column(
    tmp_path: Path, hour: int, value: str, code: str, shown: str
) -> None:
    values: list[Any] = [*LOAD]
    values[hour] = values[hour + 1] = value
    (fault,) = faults_of(csv_file(tmp_path / "s.csv", {"load_shape": values}))
    place = "value 11" if code == "SERIES_GAP" else "line 12"
    assert (fault.code, fault.where) == (code, f"{place}, column load_shape")
    assert fault.value == f"{shown}, and 1 more"


def test_bad_values_of_parquet_are_named_by_row_and_column(tmp_path: Path) -> None:
    load: list[Any] = [*LOAD]
    load[4], load[5] = float("inf"), -1.0
    pd.DataFrame({"load_shape": load, "wind_speed_m_per_s": ["calm"] * HOURS}).to_parquet(tmp_path / "s.parquet")
    found = {(fault.code, fault.where) for fault in faults_of(tmp_path / "s.parquet")}
    assert found == {
        ("NOT_A_NUMBER", "row 5, column load_shape"),
        ("SERIES_VALUE", "row 6, column load_shape"),
        ("NUMBER_EXPECTED", "column 2, column wind_speed_m_per_s"),
    }


@pytest.mark.parametrize("count", [8759, 8784, 1])
def test_a_wrong_length_says_how_long_and_names_the_leap_day(tmp_path: Path, count: int) -> None:
    values = (LOAD * 2)[:count]
    (fault,) = faults_of(csv_file(tmp_path / "s.csv", {"load_shape": values}))
    assert (fault.code, fault.value) == ("SERIES_LENGTH", f"{count:,} values")
    assert "29 February" in fault.allowed
    pd.DataFrame({"load_shape": values}).to_parquet(tmp_path / "s.parquet")
    assert faults_of(tmp_path / "s.parquet")[0].code == "SERIES_LENGTH"


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", {"SERIES_MISSING"}),
        (b"load_shape\n", {"SERIES_MISSING"}),
        (b"PAR1 and then nothing", {"SERIES_FORMAT"}),
        (b"a\0b", {"SERIES_FORMAT"}),
        (b"x," * 100 + b"\n1", {"SERIES_FORMAT"}),
        (b"load_shape,\n1,2\n", {"SERIES_UNNAMED", "SERIES_LENGTH"}),
        (b"load_shape\n1,2\n", {"SERIES_FORMAT"}),
        (b"load_shape,Load_Shape\n1,1\n", {"DUPLICATE_NAME", "SERIES_LENGTH"}),
        (b'load_shape\n"' + b"1" * 200_000, {"SERIES_FORMAT"}),
    ],
)
def test_odd_files_are_refused_in_plain_words(tmp_path: Path, content: bytes, codes: set[str]) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    assert {fault.code for fault in faults_of(path)} == codes
