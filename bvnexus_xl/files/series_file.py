"""Hourly columns from a CSV or Parquet file, named as on sheet ``Series``."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bvnexus_xl.files.named import FileFault, UnsoundFile, content_of, text_of
from bvnexus_xl.inputs.series import LABEL_COLUMNS, RESERVED_SERIES, SeriesColumn, allowed_values, values_of

_PARQUET = b"PAR1"
_NUMBER_KINDS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
_MOST_COLUMNS = 60
_EVERY_HOUR = "every hour must have a value, or the whole column be empty"


@dataclass(slots=True)
class _Column:
    """One column while it is read; ``place`` is where it stands, as people count."""

    name: str
    place: str
    values: list[float] = field(default_factory=list)
    faults: dict[str, tuple[FileFault, int]] = field(default_factory=dict)

    def note(self, code: str, where: str, value: str, allowed: str) -> None:
        """Keep the first fault of each kind, and count the others."""
        first, count = self.faults.get(code, (FileFault(code, f"{where}, column {self.name}", value, allowed), 0))
        self.faults[code] = (first, count + 1)

    def all_faults(self) -> list[FileFault]:
        """One fault a kind, and one for a wrong length."""
        found = [
            replace(first, value=f"{first.value}, and {count - 1:,} more") if count > 1 else first
            for first, count in self.faults.values()
        ]
        wanted = values_of(self.name)
        if not found and len(self.values) != wanted:
            value = f"{len(self.values):,} values"
            allowed = f"must have {wanted:,} values: a leap year loses 29 February"
            found.append(FileFault("SERIES_LENGTH", f"column {self.name}", value, allowed))
        return found


def read_series_file(path: Path) -> tuple[SeriesColumn, ...]:
    """Columns of a CSV or Parquet file; empty columns, and those named hour or begins_at, are left out.

    CSV: UTF-8, names in the first line; commas, semicolons or tabs between fields, and a decimal comma where
    semicolons or tabs separate.

    Raises:
        UnsoundFile: everything that is wrong with the file.
    """
    content = content_of(path)
    columns = _parquet(content) if content[:4] == _PARQUET else _csv(text_of(content))
    filled = [column for column in columns if column.values or column.faults]
    faults = [fault for column in filled for fault in column.all_faults()]
    names = [column.name.casefold() for column in filled]
    faults += [
        FileFault("DUPLICATE_NAME", column.place, repr(column.name), "must be unique")
        for column in filled
        if names.count(column.name.casefold()) > 1
    ]
    if not filled:
        faults.append(FileFault("SERIES_MISSING", "", "no column with values", "must have at least one column"))
    if faults:
        raise UnsoundFile(*faults)
    return tuple(SeriesColumn(name=column.name, values=tuple(column.values)) for column in filled)


def _csv(text: str) -> list[_Column]:
    first = text.lstrip("\r\n").splitlines()[:1]
    separator = max(",;\t", key=first[0].count) if first else ","
    if "\0" in text:
        raise UnsoundFile(FileFault("SERIES_FORMAT", "", "not a text", "must be a CSV or a Parquet file"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: list[_Column] | None = None
    try:
        for row in reader:
            if columns is None:
                columns = _headed(row, reader.line_num) if any(part.strip() for part in row) else None
            else:
                _take_line(columns, row, reader.line_num, decimal_comma=separator != ",")
    except csv.Error as error:
        fault = FileFault("SERIES_FORMAT", f"line {reader.line_num}", str(error), "must be a CSV or a Parquet file")
        raise UnsoundFile(fault) from error
    columns = columns or []
    for column in columns:
        _drop_empty_end(column)
    return [column for column in columns if column.name not in LABEL_COLUMNS]


def _headed(row: Sequence[str], line: int) -> list[_Column]:
    if len(row) > _MOST_COLUMNS:
        fault = FileFault("SERIES_FORMAT", f"line {line}", f"{len(row)} columns", f"must have at most {_MOST_COLUMNS}")
        raise UnsoundFile(fault)
    return [_Column(name.strip(), f"line {line}, field {place}") for place, name in enumerate(row, start=1)]


def _take_line(columns: list[_Column], row: Sequence[str], line: int, *, decimal_comma: bool) -> None:
    """Take one line; what is empty becomes NaN until it is known whether the column goes on."""
    for column, part in zip(columns, [*row, *[""] * (len(columns) - len(row))], strict=False):
        if column.name in LABEL_COLUMNS:
            continue
        text = part.strip()
        if text and not column.name:
            column.note("SERIES_UNNAMED", f"line {line}", repr(text[:30]), "the first line must name every column")
        _take_value(column, text.replace(",", ".") if decimal_comma else text, line)
    for extra in row[len(columns) :]:
        if extra.strip() and columns:
            allowed = "every line must have as many fields as the first"
            columns[-1].note("SERIES_FORMAT", f"line {line}", repr(extra[:30]), allowed)


def _take_value(column: _Column, text: str, line: int) -> None:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        column.note("NUMBER_EXPECTED", f"line {line}", repr(text[:30]), allowed_values(column.name)[2])
        value = 0.0
    if text and not math.isfinite(value):
        column.note("NOT_A_NUMBER", f"line {line}", repr(text[:30]), allowed_values(column.name)[2])
        value = 0.0
    column.values.append(value)
    if text:
        _judge(column, value, f"line {line}")


def _judge(column: _Column, value: float, where: str) -> None:
    low, high, allowed = allowed_values(column.name)
    if column.name not in RESERVED_SERIES:
        return  # first it must be known whether an equipment row has that name
    if math.isfinite(value) and not low <= value <= high:
        column.note("SERIES_VALUE", where, f"{value:g}", allowed)


def _drop_empty_end(column: _Column) -> None:
    """An empty end is a shorter column; an empty hour before it is a gap."""
    while column.values and math.isnan(column.values[-1]):
        column.values.pop()
    gaps = [index for index, value in enumerate(column.values) if math.isnan(value)]
    for index in gaps:
        column.note("SERIES_GAP", f"value {index + 1:,}", "empty", _EVERY_HOUR)


def _parquet(content: bytes) -> list[_Column]:
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        if file.metadata.num_columns > _MOST_COLUMNS:
            allowed = f"must have at most {_MOST_COLUMNS}"
            raise UnsoundFile(FileFault("SERIES_FORMAT", "", f"{file.metadata.num_columns} columns", allowed))
        most = max(values_of(name) for name in file.schema_arrow.names) if file.schema_arrow.names else 0
        if file.metadata.num_rows > most:
            value = f"{file.metadata.num_rows:,} rows"
            allowed = f"must have {most:,} rows: a leap year loses 29 February"
            raise UnsoundFile(FileFault("SERIES_LENGTH", "", value, allowed))
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        allowed = "must be a whole Parquet file, or CSV"
        raise UnsoundFile(FileFault("SERIES_FORMAT", "", str(error).splitlines()[0][:60], allowed)) from error
    return [
        _parquet_column(name, number, table.column(number - 1))
        for number, name in enumerate(table.column_names, start=1)
        if name not in LABEL_COLUMNS
    ]


def _parquet_column(name: str, number: int, data: pa.ChunkedArray) -> _Column:
    column = _Column(name, f"column {number}")
    kind = data.type
    if not any(is_kind(kind) for is_kind in _NUMBER_KINDS):
        column.note("NUMBER_EXPECTED", f"column {number}", str(kind), allowed_values(name)[2])
        return column
    for row, value in enumerate(data.to_pylist(), start=1):
        number_of_row = math.nan if value is None else float(value)
        if value is not None and not math.isfinite(number_of_row):
            column.note("NOT_A_NUMBER", f"row {row:,}", str(value), allowed_values(name)[2])
            number_of_row = 0.0
        column.values.append(number_of_row)
        _judge(column, number_of_row, f"row {row:,}")
    _drop_empty_end(column)
    return column
