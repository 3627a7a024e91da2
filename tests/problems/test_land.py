"""P3: the loop with P1, monotonic in its limits, the matrix, and the sheet."""

import time
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from bvnexus_xl.cli import Exit, main
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.pipeline import run_phase2
from bvnexus_xl.potential import FLEXIBLE_SHARES, LandPotential, PotentialCell, Worth
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.site_load import last_year_alone, with_load
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solve.explain import explain_conflict
from bvnexus_xl.solve.feasibility import phase_one
from bvnexus_xl.solve.largest_load import load_search
from bvnexus_xl.solve.site_potential import FirmLoad, Matrix, firm_load
from bvnexus_xl.workbook.sheets.potential_sheet import MATRIX_ROW, PotentialSheet
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.writer import write_results
from tests.planned import BUILDS, planned, small_project
from tests.solve.one_engine import one_engine


def largest(project) -> FirmLoad:
    return firm_load(
        project,
        1.0,
        gap=1e-3,
        weeks=2,
        resolution="weeks",
        seconds=30.0,
        progress=lambda _text, _share: None,
        cancelled=lambda: False,
    )


def share_carried(project) -> float:
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    phase = phase_one(project, fleet, profiles, representative_weeks(fleet, profiles, 2))
    search = load_search(
        MasterCase(project, fleet, profiles), phase, together=True, deadline=time.perf_counter() + 30.0
    )
    search.run(1e-3)
    return search.upper


def test_the_plan_at_the_proven_load_exists_and_above_the_bound_none_does_for_the_same_limit():
    site = one_engine(years=2, megawatts=250.0, spinning_reserve_enabled=True)
    found = largest(site)
    assert found.factor * 250.0 == pytest.approx(277.18, rel=2e-3)
    assert found.factor <= found.relaxed <= found.bound * (1 + 1e-9)
    assert share_carried(with_load(site, found.factor)) >= 1.0 - 1e-6
    above = with_load(site, 1.01 * found.bound)
    assert share_carried(above) < 1.0 - 5e-3
    fleet = build_fleet(above)
    conflict = explain_conflict(above, fleet, build_profiles(above, fleet), resolution="weeks")
    assert [item.label for item in found.limits] == ["Gas per day"]
    assert conflict.stops == ("Gas per day",)
    assert [give.name for give in conflict.gives] == ["gas_day"]
    assert conflict.loads[0].fits_mw == pytest.approx(found.bound * 250.0, rel=5e-3)


def test_worth_of_gas_is_what_a_little_more_of_it_gives():
    site = one_engine(megawatts=250.0)
    more = one_engine(megawatts=250.0, gas_limit_mcf_per_day=50_500.0)
    found = largest(site)
    gained = (largest(more).relaxed - found.relaxed) * 250.0
    assert found.limits[0].mw_per_unit * 500.0 == pytest.approx(gained, rel=1e-2)


def test_more_of_a_limit_never_carries_less():
    loads = [largest(one_engine(land_limit_enabled=True, land_limit_acres=acres)).relaxed for acres in (60, 90, 120)]
    assert loads == sorted(loads)
    # 0.5 acre per MW, whole engines: 6, 9 and 13 of 18.3 MW
    assert [400.0 * load for load in loads] == pytest.approx([109.8, 164.7, 237.9], rel=1e-3)


def test_cells_share_cuts_and_more_flexibility_never_carries_less():
    site = one_engine(megawatts=100.0, planning_reserve_enabled=True)
    matrix = Matrix(site, 450.0, 2, lambda: False)
    kinds = frozenset({"thermal"})
    deadline = time.perf_counter() + 60.0
    first = matrix.cell("Thermal only", kinds, 0.0, deadline)
    before = matrix.phase.evaluator.solves
    cells = [matrix.cell("Thermal only", kinds, share, deadline) for share in FLEXIBLE_SHARES]
    assert cells[0].firm_mw == pytest.approx(first.firm_mw, rel=5e-3)
    assert first.firm_mw == pytest.approx(280.57, rel=5e-3)
    assert [cell.firm_mw for cell in cells] == pytest.approx(sorted(cell.firm_mw for cell in cells), rel=5e-3)
    assert all(cell.firm_mw <= cell.bound_mw * (1 + 1e-9) for cell in cells)
    assert matrix.phase.evaluator.solves > before


def test_the_last_year_alone_keeps_what_that_year_has():
    site = one_engine(years=3, megawatts=120.0)
    assert last_year_alone(site).years == (2031,)
    assert last_year_alone(site).load.trajectory[0].contracted_mw == 120.0


def answer() -> LandPotential:
    gas = Worth("Gas per day", "mcf/day", "gas_limit_mcf_per_day", "", 50_000.0, 0.0056, 1.0)
    cells = tuple(PotentialCell("Thermal only", share, 270.0 + 10.0 * share, 281.0, gas) for share in FLEXIBLE_SHARES)
    acres = (("Halls and setbacks", 80.0), ("Engines", 140.0))
    return LandPotential(277.18, 278.74, 278.75, "year", 200.0, (gas,), cells, 0.0, acres, 12.0)


def test_the_sheet_shows_answer_matrix_and_land(tmp_path):
    solved = replace(planned(small_project(), BUILDS), finding=answer())
    path = tmp_path / "site.xlsx"
    build_template(solved.project, path)
    write_results(path, path, [PotentialSheet().cells(solved)])
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Potential").to_python(skip_empty_area=False)
    assert "277 MW of firm load, stopped by Gas per day" in rows[2][0]
    assert rows[MATRIX_ROW + 1][:3] == ["Thermal only", 270.0, 271.0]
    assert [row[1] for row in rows if row[0] == "Halls and setbacks"] == [80.0]


def test_json_and_lines_carry_the_answer():
    found = answer()
    assert found.record()["gap"] == pytest.approx((278.75 - 277.18) / 278.75)
    assert found.lines()[0].startswith("This site supports 277.2 MW")
    assert main(["demo", "--problem", "P0"]) == Exit.USAGE


def test_phase_2_answers_and_prices_the_plan_at_the_proven_load():
    site = one_engine(megawatts=250.0, spinning_reserve_enabled=True)
    project = site.model_copy(update={"study": site.study.model_copy(update={"problem": "P3"})})
    solved = run_phase2(project, options=Phase2Options(gap=5e-3, resolution="weeks", weeks=2))
    found = solved.finding
    assert isinstance(found, LandPotential)
    assert found.firm_mw == pytest.approx(277.18, rel=2e-3)
    assert found.bound_mw == pytest.approx(278.74, rel=2e-3)
    assert solved.status == "done"
    assert solved.totals[0].load_mwh == pytest.approx(0.999 * found.firm_mw * 8760.0, rel=1e-6)
    assert solved.project is project
    assert len(found.cells) == len(FLEXIBLE_SHARES)
