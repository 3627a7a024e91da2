"""Moves of the local search that trade a unit for just enough of something else."""

from datetime import date

import numpy as np
import pytest

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.plan import builds_for_target, effective
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.reliability.planning_reserve import firm_margin
from bvnexus_xl.screening.batch import Screen
from bvnexus_xl.screening.evaluate import Judge
from bvnexus_xl.screening.firm_moves import firm_moves
from bvnexus_xl.screening.record import record_year
from bvnexus_xl.screening.rules import Recipe, make_designs
from tests.model.window import RULES_OFF, battery, engine
from tests.projects import SOLAR, small_project

GRID = Grid(
    grid_enabled=True,
    energisation_date=date(2029, 1, 1),
    import_limits=tuple(GridYear(year=2029 + n, import_limit_mw=30.0) for n in range(3)),
)


@pytest.fixture(scope="module")
def judge():
    project = small_project(
        3,
        equipment=(engine(), battery(), SOLAR),
        grid=GRID,
        constraints={**RULES_OFF, "planning_reserve_enabled": True},
    )
    fleet = build_fleet(project)
    return Judge(project, fleet, build_profiles(project, fleet))


def margins(judge, target):
    able = effective(judge.fleet, builds_for_target(judge.fleet, target, augment=True))
    return [firm_margin(judge.project, judge.fleet, judge.reserve[y], able[:, y]) for y in range(3)]


def test_each_move_keeps_the_planning_reserve_and_leaves_next_to_nothing_over(judge):
    """Seven engines of 10 MW just carry 60 MW with one out; with six, 10 MW of something firm takes its place."""
    target = np.zeros((len(judge.fleet.columns), 3))
    target[0] = 7.0
    moves = [t for t in firm_moves(judge.project, judge.fleet, judge.reserve, target, [0], [0]) if t[0, 0] == 6.0]
    power, energy = judge.fleet.storage_columns(0)
    by_battery = next(t for t in moves if t[power].max() > 0)
    by_grid = next(t for t in moves if t[judge.fleet.grid_column].max() > 0)
    assert by_battery[power, 0] == pytest.approx(10.0, abs=0.01)
    assert by_battery[energy, 0] == pytest.approx(10.0 * 4.0 / 0.9, abs=0.05)
    assert by_grid[judge.fleet.grid_column, 0] == pytest.approx(10.0, abs=0.01)
    for move in (by_battery, by_grid):
        assert 0.0 <= min(margins(judge, move)) < 0.01


def test_what_is_more_than_the_reserve_needs_is_trimmed(judge):
    target = np.zeros((len(judge.fleet.columns), 3))
    target[0], target[judge.fleet.grid_column] = 6.0, 25.0
    moves = firm_moves(judge.project, judge.fleet, judge.reserve, target, [], [0])
    trimmed = next(t for t in moves if t[judge.fleet.grid_column, 0] != 25.0)
    assert trimmed[judge.fleet.grid_column, 0] == pytest.approx(10.0, abs=0.01)


def test_import_that_comes_in_autumn_is_no_firm_capacity_of_its_year():
    late = GRID.model_copy(update={"energisation_date": date(2029, 11, 1)})
    project = small_project(
        2, equipment=(engine(),), grid=late, constraints={**RULES_OFF, "planning_reserve_enabled": True}
    )
    fleet = build_fleet(project)
    recipe = Recipe(((0, 1.0),), None, (), 1.0, True, 0)
    design = make_designs(project, fleet, build_profiles(project, fleet), [recipe])
    assert design.target[0, 0].tolist() == [7.0, 7.0]
    on_time = project.model_copy(update={"grid": GRID})
    design = make_designs(on_time, fleet, build_profiles(on_time, fleet), [recipe])
    assert design.target[0, 0].tolist() == [4.0, 4.0]


def test_a_unit_in_planned_outage_counts_by_its_share(judge):
    """Four units at 7 % in outage are 3.72 units of 10 MW: 37.2 MW without a battery, not 30."""
    project = small_project(
        1, 36.0, (engine(planned_outage_rate=0.035),), constraints={**RULES_OFF, "planned_outage_enabled": True}
    )
    fleet = build_fleet(project)
    year = record_year(Screen(project, fleet, build_profiles(project, fleet)), 0, np.array([4.0]), False)
    assert year.unserved_mw.max() == pytest.approx(0.0, abs=1e-9)
    assert year.online_units.max() == pytest.approx(4.0)
