"""Every code a fault of the input may carry, and what it means. Codes are stable: scripts may rely on them."""

from __future__ import annotations

FAULT_CODES: dict[str, str] = {
    # The value of one cell or key
    "VALUE_MISSING": "A value that must be given is empty.",
    "NUMBER_EXPECTED": "Something else stands where a number belongs.",
    "NUMBER_AS_TEXT": "A number was stored as text, for instance pasted with a blank or an apostrophe before it.",
    "NOT_A_NUMBER": "NaN, N/A, infinity or a dash stands where a number belongs.",
    "DATE_IN_NUMBER": "The cell shows a date where a number belongs: Excel turned 1-10 into 10 January, for instance.",
    "WHOLE_NUMBER_EXPECTED": "The number has decimals where only whole numbers make sense.",
    "NEGATIVE_VALUE": "The number is below zero and below what is allowed.",
    "OUT_OF_RANGE": "The value is outside the allowed range.",
    "TEXT_EXPECTED": "Something else stands where a text belongs.",
    "TEXT_TOO_LONG": "The text is longer than allowed.",
    "YES_NO_EXPECTED": "The switch is neither yes nor no.",
    "DATE_EXPECTED": "The value is no date, is a text that looks like one, or has a time of day.",
    "NOT_IN_LIST": "The value is not one of those allowed.",
    "NOT_ALLOWED": "The value is refused for another reason, which the message gives.",
    "UNKNOWN_TECHNOLOGY": "The technology of an equipment row is not known.",
    # The workbook
    "SHEET_MISSING": "A sheet is missing or was renamed.",
    "FIELD_NAMES_MISSING": "The column of field names of a sheet is gone, so nothing on it can be found.",
    "FIELD_MISSING": "The row of a field is missing, or its field name was changed.",
    "DUPLICATE_FIELD": "A field name stands twice on a sheet.",
    "UNKNOWN_FIELD": "A field name or a key is not known.",
    "TABLE_MISSING": "A table is missing: the name beside its heading is gone or was changed.",
    "TABLE_HEADER_MISSING": "The row of field names above a table, or of column names on Series, is gone.",
    "COLUMN_MISSING": "A column of a table is missing or was renamed.",
    "DUPLICATE_COLUMN": "A column of a table stands twice.",
    "UNKNOWN_COLUMN": "A column beside a table is not one of its fields.",
    "MERGED_CELLS": "Input cells are merged with others.",
    "FORMULA_NOT_CALCULATED": "A formula has no stored value: the file was saved by a program that does not calculate.",
    "ERROR_VALUE": "The cell shows an error such as #REF! or #DIV/0!.",
    # The JSON file
    "FILE_UNREADABLE": "The file cannot be read, or is not UTF-8.",
    "NOT_JSON": "The text is no JSON object.",
    "SCHEMA_VERSION": "The JSON is of another version of the format.",
    "SECTION_EXPECTED": "A section or row is not an object.",
    "TABLE_EXPECTED": "A table is not a list of rows.",
    # Tables
    "TOO_FEW_ROWS": "The table has fewer rows than it needs.",
    "TOO_MANY_ROWS": "The table has more rows than it may have.",
    "DUPLICATE_NAME": "A name that must be unique stands twice.",
    "DUPLICATE_YEAR": "A year stands twice.",
    "TRAJECTORY_GAP": "The load trajectory lacks an analysed year.",
    "NO_LOAD": "The load is zero in every year.",
    "SHARES_NOT_ONE": "The shares of the workload classes do not add to 1.",
    # Hourly columns
    "SERIES_LENGTH": "An hourly column does not have 8,760 values; a leap year loses 29 February.",
    "SERIES_GAP": "An hour in the middle of an hourly column is empty.",
    "SERIES_UNNAMED": "An hourly column has values but no name.",
    "SERIES_VALUE": "A value of an hourly column is outside its range.",
    "SERIES_MISSING": "An hourly column that the inputs ask for is not given.",
    "UNKNOWN_SERIES": "The name of an hourly column is neither a reserved one nor an equipment row's.",
    # What concerns several fields
    "MISSING_FOR_TECHNOLOGY": "A value is empty that the technology of this row needs.",
    "SOC_RANGE": "The lowest state of charge is not below the highest.",
    "MILESTONES_NOT_ONE": "The parts of the price paid at the milestones do not add to 1.",
    "UNKNOWN_MODEL": "An emission control names a model that is not in the equipment table or burns no fuel.",
    "NO_FIRM_SUPPLY": "Nothing enabled can carry load at night.",
    "GRID_WITHOUT_IMPORT": "The grid is considered but grants no import in any year.",
    "LOAD_BEFORE_LEAD_TIME": "Load comes before anything firm can be in operation.",
    "CONTRADICTING_LIMITS": "Limits that no design can meet together.",
}
"""Code → meaning."""
