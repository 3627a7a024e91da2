"""Phase 2's search with a real tariff brackets what one MIP in one piece finds: windows, ratchets, tiers, minimums."""

from __future__ import annotations

import pytest
from oracles.one_piece import one_piece
from small_projects import prepared, small_project
from test_search_oracle import search_on

from bvnexus_xl.inputs.grid import TariffLine
from bvnexus_xl.inputs.project import Project
from tests.axes import months_axis

FIRST, HOURS, WEIGHT = 180 * 24, 48, 8760.0 / 48.0
"""30 June and 1 July: a weekend day and a weekday of two months."""
GAP = 2e-3
JULY, JUNE = {"first_month": 7, "last_month": 7}, {"first_month": 6, "last_month": 6}
AFTERNOON = {"first_hour": 13, "last_hour": 19}
STANDBY = TariffLine(name="Standby", kind="standby", price=1.0)
CHEAP_JUNE = (
    TariffLine(name="Energy", price=12.0),
    TariffLine(name="July adder", price=60.0, **JULY),
    STANDBY,
)
TARIFFS: dict[str, tuple[TariffLine, ...]] = {
    "windows and a coincident hour": (
        *CHEAP_JUNE[::2],
        TariffLine(name="On-peak", price=25.0, **AFTERNOON),
        TariffLine(name="Demand", kind="demand", price=4.0),
        TariffLine(name="On-peak demand", kind="demand", price=7.0, **AFTERNOON),
        TariffLine(name="System peak", kind="coincident_demand", price=9.0, **JULY, first_hour=17, last_hour=18),
    ),
    "ratchet": (
        *CHEAP_JUNE,
        TariffLine(
            name="Demand",
            kind="demand",
            price=10.0,
            ratchet_fraction=0.85,
            ratchet_over="months_before",
            ratchet_months=11,
        ),
    ),
    "tiers": (
        TariffLine(name="First", price=12.0, tier_to=9_000.0),
        TariffLine(name="Second", price=40.0, tier_from=9_000.0),
        TariffLine(name="Demand to 10 MW", kind="demand", price=3.0, tier_to=10.0),
        TariffLine(name="Demand above", kind="demand", price=9.0, tier_from=10.0),
        STANDBY,
    ),
    "contract minimum": (
        *CHEAP_JUNE,
        TariffLine(name="Demand", kind="demand", price=10.0, minimum_fraction=0.85),
    ),
}


def project_of(name: str) -> Project:
    project = small_project(grid_mw=25.0, controls=False, models=("Recip 18.3 MW", "Solar PV"))
    grid = project.grid.model_copy(update={"tariff_lines": TARIFFS[name]})
    # blocks of months do not see a start at their border: without its cost both formulations are the same
    equipment = tuple(
        r.model_copy(update={"start_cost_usd_per_mw": 0.0, "start_nox_lb": 0.0}) for r in project.equipment
    )
    return project.model_copy(update={"grid": grid, "equipment": equipment})


@pytest.mark.parametrize("name", TARIFFS)
def test_bounds_and_plan_bracket_the_optimum_of_one_mip(name: str) -> None:
    project = project_of(name)
    # levels of a month's energy ask for months of their true length
    weight = 30.0 if name == "tiers" else WEIGHT
    search, (fleet, profiles) = search_on(project, FIRST, HOURS, weight, months_axis(FIRST, HOURS, weight))
    assert len(search.evaluator.blocks) == (1 if name == "ratchet" else 2)
    search.run_relaxed(GAP, 60)
    proven = search.run_whole(GAP, 40)
    oracle = one_piece(project, fleet, profiles, FIRST, HOURS, weight)
    found = search.search
    assert proven
    assert found.lower <= oracle.objective * (1.0 + 1e-6)
    assert oracle.bound * (1.0 - 1e-6) <= found.best_cost <= oracle.objective * (1.0 + GAP)
    assert oracle.builds[fleet.index["grid"]].sum() > 0.5


def test_a_ratchet_and_a_minimum_cost_money() -> None:
    """The cases are about something: without the ratchet, or the minimum, the optimum is cheaper."""
    for name, without in (
        ("ratchet", {"ratchet_fraction": 0.0, "ratchet_over": "none"}),
        ("contract minimum", {"minimum_fraction": 0.0}),
    ):
        project = project_of(name)
        lines = tuple(line.model_copy(update=without) for line in project.grid.tariff_lines)
        plain = project.model_copy(update={"grid": project.grid.model_copy(update={"tariff_lines": lines})})
        fleet, profiles = prepared(project)
        dear, cheap = (one_piece(p, fleet, profiles, FIRST, HOURS, WEIGHT).objective for p in (project, plain))
        assert dear > cheap * (1.0 + 1e-4)
