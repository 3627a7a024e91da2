"""What Phase 2 writes keeps every limit, reserve, storage and balance, re-read from workbook and results file."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from oracles.hourly_check import Series, broken_rules
from python_calamine import CalamineWorkbook

from bvnexus_xl.catalogue.equipment import default_controls
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase2
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.workbook.sheets.dispatch_columns import FIRST_ROW, KEY_ROW, LABEL_ROW, SHEET, YEAR_CELL
from bvnexus_xl.workbook.solve_file import SolvedFile, solve_project_into
from tests.projects import BATTERY, RECIP, SOLAR, small_project

YEARS = (2029, 2030)


def tight_project() -> Project:
    """30 MW, then 50; NOx and gas tight, the grid in the middle of the second year, cheap sun and battery."""
    return small_project(
        2,
        equipment=(
            RECIP,
            BATTERY.model_copy(update={"capex_usd_per_kwh": 120.0}),
            SOLAR.model_copy(update={"capex_usd_per_kw": 900.0}),
        ),
        load=Load(
            trajectory=tuple(LoadYear(year=y, contracted_mw=mw) for y, mw in zip(YEARS, (30.0, 50.0), strict=True))
        ),
        emission_controls=tuple(c for c in default_controls() if (c.model, c.control) == (RECIP.name, "SCR")),
        grid=Grid(
            grid_enabled=True,
            energisation_date=date(2030, 7, 1),
            grid_energy_price_usd_per_mwh=30.0,
            demand_charge_usd_per_kw_month=4.0,
            import_limits=(GridYear(year=2030, import_limit_mw=12.0),),
        ),
        constraints={
            "nox_limit_tpy": 35.0,
            "co_limit_tpy": 60.0,
            "gas_limit_mcf_per_day": 9_000.0,
            "land_limit_acres": 150.0,
        },
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> SolvedFile:
    solve = partial(run_phase2, options=Phase2Options(weeks=2, gap=0.02, resolution="weeks", relaxation_share=0.0))
    return solve_project_into(tight_project(), tmp_path_factory.mktemp("written") / "plan.xlsx", solve)


@pytest.fixture(scope="module")
def built(written: SolvedFile) -> dict[str, np.ndarray]:
    """Quantities added in each year, from the JSON result."""
    result = to_result(written.solved).model_dump(mode="json")
    keys = {item["key"] for year in result["years"] for item in year["equipment"]}
    added = [{item["key"]: item["added"] for item in year["equipment"]} for year in result["years"]]
    return {key: np.array([year.get(key, 0.0) for year in added]) for key in keys}


def series_of(written: SolvedFile, position: int) -> Series:
    solved = written.solved
    profiles = solved.profiles
    keys = [asset.key for asset in solved.fleet.thermal]
    return Series(
        load_mw=profiles.load_mw[position],
        capacity_factor=dict(zip(keys, profiles.thermal_capacity_factor, strict=True)),
        heat_rate_factor=dict(zip(keys, profiles.thermal_heat_rate_factor, strict=True)),
        in_service=dict(zip(keys, profiles.thermal_in_service, strict=True)),
        sun_mw_per_mw=profiles.profile_mw_per_mw[0],
    )


def parquet_hours(path: Path, year: int) -> dict[str, np.ndarray]:
    table = pq.read_table(path, filters=[("year", "==", year)])
    return {name: table.column(name).to_numpy().astype(float) for name in table.column_names}


@pytest.mark.parametrize("position", range(len(YEARS)))
def test_every_hour_of_the_results_file_keeps_every_rule(
    written: SolvedFile, built: dict[str, np.ndarray], position: int
) -> None:
    assert written.solved.status == "done"
    hours = parquet_hours(written.results, YEARS[position])
    assert len(hours["load_mw"]) == 8760
    assert broken_rules(tight_project(), series_of(written, position), built, position, hours) == []


def test_the_year_on_the_sheet_keeps_every_rule_and_is_that_of_the_file(
    written: SolvedFile, built: dict[str, np.ndarray]
) -> None:
    rows = CalamineWorkbook.from_path(written.workbook).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    assert YEAR_CELL == "C3"
    year = int(rows[2][2])
    from_file = parquet_hours(written.results, year)
    labels = {asset.label: asset.key for asset in written.solved.fleet.thermal}
    shown: dict[str, np.ndarray] = {}
    for column, key in enumerate(rows[KEY_ROW - 1]):
        if not key or (key not in from_file and not str(key).startswith("asset_")):
            continue
        if str(key).startswith("asset_"):
            label = rows[LABEL_ROW - 1][column] or rows[LABEL_ROW - 1][column - 1]
            if label not in labels:
                continue
            key = ("mw:" if str(key).endswith("_mw") else "units_running:") + labels[label]
        cells = [row[column] for row in rows[FIRST_ROW - 1 : FIRST_ROW - 1 + 8760]]
        shown[key] = np.array([np.nan if cell == "" else cell for cell in cells], dtype=float)
    wanted = [name for name in from_file if name not in ("year", "hour", "month", "day")]
    for name in wanted:
        np.testing.assert_array_equal(shown[name], from_file[name])
    position = YEARS.index(year)
    assert broken_rules(tight_project(), series_of(written, position), built, position, shown) == []


def test_the_project_is_worth_checking(written: SolvedFile, built: dict[str, np.ndarray]) -> None:
    """Battery, sun, grid and a clean engine are built, and limits bind: a loose project would prove nothing."""
    assert built["battery:mwh"].sum() > 1.0
    assert built["grid"][1] > 0.1
    assert {limit.name for limit in written.solved.limits if limit.binding} & {"nox", "gas_day", "co"}


@pytest.mark.parametrize(
    ("column", "change", "word"),
    [
        ("soc_mwh", lambda v: v * 0.0, "battery"),
        ("grid_mw", lambda v: v + 1.0, "import before"),
        ("unserved_mw", lambda v: v + 0.5, "not served"),
        ("load_mw", lambda v: v * 0.99, "balance"),
        ("gas_mcf", lambda v: v * 0.9, "gas of each hour"),
    ],
)
def test_the_checker_finds_what_is_wrong(written, built, column, change, word) -> None:
    hours = parquet_hours(written.results, YEARS[1])
    hours[column] = change(hours[column])
    assert any(word in found for found in broken_rules(tight_project(), series_of(written, 1), built, 1, hours))


def test_the_checker_finds_a_battery_without_energy(written, built) -> None:
    empty = {**built, "battery:mwh": built["battery:mwh"] * 0.0}
    hours = parquet_hours(written.results, YEARS[1])
    found = broken_rules(tight_project(), series_of(written, 1), empty, 1, hours)
    assert any("highest charge" in item for item in found)
