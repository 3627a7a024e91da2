"""The results file beside a workbook: every hour of every year, so that another year can be shown without solving.

Parquet, zstd; one row an hour, one row group a year. Columns: ``year``, ``hour`` (1 to 8,760), ``month``, ``day``,
those of ``hourly_table.HOUR_COLUMNS``, and ``units_running:<key>`` and ``mw:<key>`` of every thermal asset that is
built. The schema's metadata hold, under ``bvnexus``, the JSON of a ``ResultsInfo``; under ``bvnexus_study``, where
the problem allows, the compressed JSON of ``stored_study.to_plain``, with which the plan can be validated later.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.hourly_table import HOUR_COLUMNS, HourlyTable, hourly_table
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.calendar import DAY_OF_HOUR, MONTH_OF_HOUR
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.stored_study import from_plain, to_plain
from bvnexus_xl.units import HOURS_PER_YEAR
from bvnexus_xl.versions import versions
from bvnexus_xl.workbook.atomic import replace_file
from bvnexus_xl.workbook.refusal import RefusalCode

FILE_VERSION = 2
_KEY = b"bvnexus"
_STUDY = b"bvnexus_study"
_TIME = (("year", pa.int16()), ("hour", pa.int16()), ("month", pa.int8()), ("day", pa.int16()))


@dataclass(frozen=True, slots=True)
class ResultsInfo:
    """What a results file says about itself."""

    file_version: int
    versions: dict[str, str]
    input_hash: str
    project_name: str
    problem: str
    phase: int
    status: str
    years: tuple[int, ...]
    asset_keys: tuple[str, ...]
    asset_labels: tuple[str, ...]
    units: dict[str, str]


def results_path(workbook: Path) -> Path:
    """Results file of a workbook: ``plan.xlsx`` → ``plan.results.parquet``."""
    return workbook.with_name(f"{workbook.stem}.results.parquet")


def write_results_file(solved: SolvedStudy, path: Path) -> None:
    """Write all hours of all years; the file that was there is replaced at once or not at all.

    Raises:
        WorkbookRefused: the file cannot be written.
    """
    first = hourly_table(solved, 0)
    info = _info(solved, first)
    keys = [column.key for column in HOUR_COLUMNS]
    keys += [f"{what}:{key}" for key in first.asset_keys for what in ("units_running", "mw")]
    about = {_KEY: json.dumps(asdict(info)).encode()}
    plain = to_plain(solved)
    if plain is not None:
        about[_STUDY] = zlib.compress(json.dumps(plain).encode())
    schema = pa.schema([*_TIME, *((key, pa.float64()) for key in keys)], about)

    def fill(stream: BinaryIO) -> None:
        with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
            for position in range(len(solved.plan.years)):
                table = first if position == 0 else hourly_table(solved, position)
                writer.write_table(pa.Table.from_arrays(_arrays(table), schema=schema), row_group_size=HOURS_PER_YEAR)

    def look_back(temporary: Path) -> None:
        rows = len(solved.plan.years) * HOURS_PER_YEAR
        if pq.read_metadata(temporary).num_rows != rows:
            message = f"{path.name} does not hold {rows:,} rows after writing it"
            raise WorkbookRefused(RefusalCode.WRITE_FAILED, message)

    replace_file(path, fill, look_back)


def read_info(path: Path) -> ResultsInfo:
    """What a results file is about.

    Raises:
        WorkbookRefused: the file is missing, unreadable, or no results file of this version.
    """
    if not path.is_file():
        message = f"{path.name} is not there: it stands beside the workbook after a run"
        raise WorkbookRefused(RefusalCode.FILE_MISSING, message)
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowInvalid, OSError) as error:
        message = f"{path.name} cannot be read: {error}"
        raise WorkbookRefused(RefusalCode.FILE_UNREADABLE, message) from error
    raw = json.loads(metadata.get(_KEY, b"{}"))
    if raw.get("file_version") != FILE_VERSION:
        message = f"{path.name} is no results file of this version: run the workbook again"
        raise WorkbookRefused(RefusalCode.NOT_OURS, message)
    lists = {key: tuple(raw[key]) for key in ("years", "asset_keys", "asset_labels")}
    return ResultsInfo(**{**raw, **lists})


def read_study(path: Path, project: Project) -> SolvedStudy | None:
    """The study a results file was written from, without its hours; None where it is of other inputs, or not kept.

    A file that is missing, or that something else has written, holds none either.
    """
    try:
        if read_info(path).input_hash != project.input_hash():
            return None
        raw = (pq.read_schema(path).metadata or {}).get(_STUDY)
        return from_plain(project, json.loads(zlib.decompress(raw))) if raw else None
    except (WorkbookRefused, KeyError, TypeError, ValueError, zlib.error):
        return None


def read_year(path: Path, year: int) -> HourlyTable:
    """One year as it was solved.

    Raises:
        WorkbookRefused: the file is missing, unreadable, or no results file of this version.
        ValueError: the file does not hold that year.
    """
    info = read_info(path)
    if year not in info.years:
        message = f"year {year} is not in {path.name}: it holds {info.years[0]} to {info.years[-1]}"
        raise ValueError(message)
    with pq.ParquetFile(path) as file:
        table = file.read_row_group(info.years.index(year))
    columns = {name: table.column(name).to_numpy() for name in table.column_names if name not in dict(_TIME)}
    return HourlyTable(
        year=year,
        columns={column.key: columns[column.key] for column in HOUR_COLUMNS},
        asset_keys=info.asset_keys,
        asset_labels=info.asset_labels,
        online_units=_stacked(columns, "units_running", info.asset_keys),
        asset_mw=_stacked(columns, "mw", info.asset_keys),
    )


def _info(solved: SolvedStudy, table: HourlyTable) -> ResultsInfo:
    return ResultsInfo(
        file_version=FILE_VERSION,
        versions=versions(),
        input_hash=solved.project.input_hash(),
        project_name=solved.project.study.project_name,
        problem=solved.project.study.problem,
        phase=solved.phase,
        status=solved.status,
        years=solved.plan.years,
        asset_keys=table.asset_keys,
        asset_labels=table.asset_labels,
        units={column.key: column.unit for column in HOUR_COLUMNS},
    )


def _arrays(table: HourlyTable) -> list[pa.Array]:
    """Columns in the order of the schema."""
    hours = np.arange(1, HOURS_PER_YEAR + 1)
    numbers = (np.full(HOURS_PER_YEAR, table.year), hours, MONTH_OF_HOUR + 1, DAY_OF_HOUR + 1)
    out = [pa.array(values).cast(kind) for values, (_, kind) in zip(numbers, _TIME, strict=True)]
    # not a number means there is no value: an empty cell for every reader of the file
    out += [pa.array(table.columns[column.key], from_pandas=True) for column in HOUR_COLUMNS]
    for units, mw in zip(table.online_units, table.asset_mw, strict=True):
        out += [pa.array(units), pa.array(mw)]
    return out


def _stacked(columns: dict[str, np.ndarray], what: str, keys: tuple[str, ...]) -> np.ndarray:
    return np.array([columns[f"{what}:{key}"] for key in keys]).reshape(len(keys), HOURS_PER_YEAR)
