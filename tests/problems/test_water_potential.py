"""Water as the limit of P3 and P2: loads by hand, and the matrix that names it with its worth."""

from __future__ import annotations

import time

import pytest

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase2
from bvnexus_xl.problems.expansion.finding import Expansion
from bvnexus_xl.problems.land.screening import screened_factor
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.solve.site_potential import Matrix
from tests.problems.one_technology import BASE_MW, one_technology
from tests.solve.watered import GALLONS, thirsty_site

THERMAL = frozenset({"thermal"})
BY_HAND_MW = 300.0 * GALLONS / 50.0 / 8760.0
"""300 acre-ft at 20 gal/MWh of the units and 30 of the halls."""


def test_the_screening_comes_near_the_load_of_the_formula_and_never_above() -> None:
    factor = screened_factor(thirsty_site(20.0, 30.0))
    assert 0.98 * BY_HAND_MW <= 400.0 * factor <= BY_HAND_MW * (1.0 + 1e-9)


def test_the_matrix_names_water_and_what_an_acre_foot_gives() -> None:
    matrix = Matrix(thirsty_site(20.0, 30.0), 300.0, 2, lambda: False)
    cell = matrix.cell("Thermal only", THERMAL, 0.0, time.perf_counter() + 60.0)
    assert cell.firm_mw == pytest.approx(BY_HAND_MW, rel=5e-3)
    assert cell.limit is not None
    assert (cell.limit.label, cell.limit.unit) == ("Water", "acre-ft/yr")
    assert cell.limit.field == "water_limit_acre_ft_per_year"
    assert cell.limit.mw_per_unit == pytest.approx(BY_HAND_MW / 300.0, rel=5e-3)


def test_flexible_computing_saves_the_water_of_the_units_and_of_the_halls_alike() -> None:
    """What is given up is neither generated nor cooled."""
    loads = {}
    for unit, cooling in ((50.0, 0.0), (0.0, 50.0)):
        matrix = Matrix(thirsty_site(unit, cooling), 300.0, 2, lambda: False)
        for share in (0.0, 0.5):
            cell = matrix.cell("Thermal only", THERMAL, share, time.perf_counter() + 60.0)
            loads[unit, share] = cell.firm_mw
    assert loads[50.0, 0.5] > 1.0005 * loads[50.0, 0.0]
    assert loads[0.0, 0.5] == pytest.approx(loads[50.0, 0.5], rel=1e-4)


def watered_expansion() -> Project:
    """30 MW that may grow under a ceiling far away; 27 acre-ft at 15 gal/MWh of unit and 8 of the halls."""
    limits = {"water_limit_enabled": True, "water_limit_acre_ft_per_year": 27.0}
    project = one_technology(limits, lcoe_ceiling_usd_per_mwh=90.0, most_added_mw=40.0)
    (unit,) = project.equipment
    load = project.load.model_copy(update={"cooling_water_gal_per_mwh": 8.0})
    return project.model_copy(
        update={"equipment": (unit.model_copy(update={"water_gal_per_mwh": 15.0}),), "load": load}
    )


def test_added_load_of_p2_ends_where_the_water_does_in_both_phases() -> None:
    by_hand = 27.0 * GALLONS / 23.0 / 8760.0 - BASE_MW
    options = Phase2Options(resolution="weeks", weeks=2, gap=0.01, relaxation_share=0.0)
    study = run_phase2(watered_expansion(), options=options)
    assert study.screening is not None
    for found in (study.screening, study):
        assert isinstance(found.finding, Expansion)
        point = found.finding.point
        assert point.stops == "Water"
        assert by_hand - 1.0 <= point.added_mw <= by_hand * (1.0 + 1e-6)
        assert max(limit.used for limit in found.limits if limit.name == "water") <= 27.0
    assert point.upper_mw is not None
    assert point.upper_mw == pytest.approx(by_hand, abs=0.5)
