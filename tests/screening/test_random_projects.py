"""Any valid project: Phase 1 balances energy, keeps every limit it says it keeps, and accounts for all money."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.limits import land_acres
from bvnexus_xl.pipeline import cheapest_plan_phase1
from bvnexus_xl.plan import installed
from bvnexus_xl.units import LB_PER_SHORT_TON
from tests.projects import AERO, BATTERY, FUEL_CELL, RECIP, SOLAR, small_project

ROWS = (RECIP, AERO, FUEL_CELL.model_copy(update={"enabled": True}), BATTERY, SOLAR)


@st.composite
def projects(draw):
    years = draw(st.integers(1, 3))
    megawatts = sorted(draw(st.lists(st.floats(5.0, 150.0), min_size=years, max_size=years)))
    thermal = draw(st.sets(st.sampled_from(range(3)), min_size=1))
    others = draw(st.sets(st.sampled_from((3, 4))))
    grid = Grid()
    if draw(st.booleans()):
        limits = tuple(GridYear(year=2029 + n, import_limit_mw=draw(st.floats(1.0, 80.0))) for n in range(years))
        grid = Grid(grid_enabled=True, energisation_date=draw(st.dates(_day(2028), _day(2031))), import_limits=limits)
    return small_project(
        years,
        equipment=tuple(ROWS[n] for n in sorted(thermal | others)),
        load=Load(trajectory=tuple(LoadYear(year=2029 + n, contracted_mw=mw) for n, mw in enumerate(megawatts))),
        grid=grid,
        constraints={
            "nox_limit_tpy": draw(st.floats(10.0, 300.0)),
            "co_limit_enabled": draw(st.booleans()),
            "gas_limit_mcf_per_day": draw(st.floats(2_000.0, 40_000.0)),
            "land_limit_acres": draw(st.floats(20.0, 900.0)),
            "spinning_reserve_enabled": draw(st.booleans()),
            "import_is_contingency": draw(st.booleans()),
            "planned_outage_enabled": draw(st.booleans()),
        },
    )


def _day(year):
    from datetime import date

    return date(year, 1, 1)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_any_valid_project_gets_an_honest_answer(project):
    solved = cheapest_plan_phase1(project)
    in_place = installed(solved.fleet, solved.plan.builds)
    acres = land_acres(project, solved.fleet, in_place)
    for position, dispatch in enumerate(solved.dispatches):
        assert np.abs(dispatch.imbalance_mw).max() < 1e-6
        assert (dispatch.charge_mw * dispatch.discharge_mw).max(initial=0.0) == 0.0
        limits = {limit.name: limit for limit in solved.limits if limit.year == solved.plan.years[position]}
        # each limit recomputed from the hours and the units alone
        lb = sum(
            asset.nox_lb_per_mwh * dispatch.thermal_mw[n].sum()
            + asset.row.start_nox_lb
            * np.maximum(np.diff(dispatch.online_units[n], prepend=dispatch.online_units[n, -1]), 0).sum()
            for n, asset in enumerate(solved.fleet.thermal)
        )
        assert abs(limits["nox"].used - lb / LB_PER_SHORT_TON) < 1e-6 * max(1.0, lb)
        assert abs(limits["land"].used - acres[position]) < 1e-9
        assert abs(limits["unserved"].used - dispatch.unserved_mw.sum()) < 1e-6
    if solved.status == "done":
        assert all(limit.slack >= -1e-6 * max(1.0, limit.limit) for limit in solved.limits)
    else:
        assert solved.broken_limits
        assert solved.warnings
