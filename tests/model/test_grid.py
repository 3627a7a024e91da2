"""The grid by hand: from its date, no more than contracted, energy by hour, demand by month."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.model.case import dispatch_case
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.time_axis import TimeAxis, full_year_axis
from bvnexus_xl.solve.given import sizes_of
from tests.model.window import case_of, dispatched, engine, project_of
from tests.projects import small_project


def tariff(energy: float = 0.0, demand: float = 0.0) -> Grid:
    """20 MW from 1 July 2029."""
    return Grid(
        grid_enabled=True,
        energisation_date=date(2029, 7, 1),
        grid_energy_price_usd_per_mwh=energy,
        demand_charge_usd_per_kw_month=demand,
        import_limits=(GridYear(year=2029, import_limit_mw=20.0),),
    )


def months(shown: list[tuple[int, ...]], hours: int) -> TimeAxis:
    """A few hours for each of some periods; a period may stand for several months."""
    steps = hours * len(shown)
    return TimeAxis(
        hours=np.arange(steps),
        weight=np.full(steps, 10.0),
        period=np.repeat(np.arange(len(shown)), hours),
        previous=np.roll(np.arange(steps), 1),
        sequence=np.arange(len(shown)),
        months=tuple(shown),
    )


def test_nothing_is_imported_before_the_grid_is_there() -> None:
    case = case_of(project_of(engine()), [10.0] * 4, price=1.0, granted=[0, 0, 1, 1])
    solved = dispatched(case, capacity__engine=1, import__0=20.0)
    assert solved("imported").tolist() == pytest.approx([0.0, 0.0, 10.0, 10.0], abs=1e-9)


def test_the_pattern_of_the_year_follows_the_energisation_date() -> None:
    project = small_project(2, grid=tariff())
    fleet = build_fleet(project)
    case = dispatch_case(project, fleet, build_profiles(project, fleet), full_year_axis())
    assert case.year_flag == (0, -1)  # no import is granted for 2030 in its table
    assert not case.import_flags[0, : 181 * 24].any()
    assert case.import_flags[0, 181 * 24 :].all()


def test_the_dispatch_sees_no_more_than_is_both_contracted_and_granted() -> None:
    project = small_project(2, grid=tariff())
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    for contracted, usable in ((8.0, 8.0), (50.0, 20.0)):
        builds = np.zeros((len(fleet.columns), 2))
        builds[fleet.index["grid"], 0] = contracted
        assert sizes_of(fleet, profiles, builds).usable_import_mw.tolist() == [usable, 0.0]
    case = case_of(project_of(engine()), [10.0], price=1.0, granted=[1])
    assert dispatched(case, capacity__engine=1, import__0=8.0)("imported")[0] == pytest.approx(8.0)


def test_each_month_is_billed_its_own_highest_import_once() -> None:
    """Two months, peaks 10 and 4 MW, at 6 $/kW: 84,000 $, whatever the weight of the hours."""
    project = project_of(engine(), grid=tariff(demand=6.0))
    case = case_of(project, [10.0, 3.0, 4.0, 4.0], axis=months([(0,), (1,)], 2), granted=[1] * 4, price=2.0)
    solved = dispatched(case, import__0=20.0)
    assert solved.usd == pytest.approx(6_000.0 * 14.0 + 10.0 * 21.0 * 2.0)


def test_a_month_shown_by_two_periods_is_billed_the_higher() -> None:
    project = project_of(engine(), grid=tariff(demand=6.0))
    case = case_of(project, [10.0, 4.0], axis=months([(0, 1), (1,)], 1), granted=[1] * 2)
    assert dispatched(case, import__0=20.0).usd == pytest.approx(6_000.0 * 20.0)


def test_a_demand_charge_is_worth_shaving() -> None:
    """An engine-hour at 40 + 36 x 4 $ for the one hour above 6 MW beats 4 MW x 6,000 $."""
    project = project_of(engine(), grid=tariff(demand=6.0))
    solved = dispatched(
        case_of(project, [6.0, 10.0, 6.0], granted=[1] * 3), whole=True, capacity__engine=1, import__0=20.0
    )
    assert solved("imported").max() <= 6.0 + 1e-9


def test_energy_is_bought_at_the_price_of_its_hour() -> None:
    case = case_of(project_of(engine()), [10.0, 10.0], price=[20.0, 200.0], granted=[1, 1])
    solved = dispatched(case, capacity__engine=1, import__0=20.0)
    assert solved("imported").tolist() == pytest.approx([10.0, 0.0], abs=1e-9)
