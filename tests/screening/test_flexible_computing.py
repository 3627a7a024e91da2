"""Phase 1 with flexible computing: used where load or reserve would be missing, within limits, priced as Phase 2."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bvnexus_xl.dispatch import HourlyDispatch, YearTotals, year_totals
from bvnexus_xl.finance.operations import operating_cost
from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.flexibility import firm_share, flexible_loads, with_flexibility
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.reliability.planning_reserve import reserve_coefficients
from bvnexus_xl.screening.batch import DesignYears, Outcome, Screen
from bvnexus_xl.screening.record import record_year
from bvnexus_xl.tariffs.billing import bill
from tests.projects import BATTERY, RECIP, SOLAR, small_project


def project_of(enabled: bool = True, constraints: dict[str, Any] | None = None, **classes: Any) -> Project:
    project = small_project(1, 60.0, (RECIP, BATTERY, SOLAR), constraints=constraints)
    mix = tuple(row.model_copy(update=classes) for row in project.load.workload_mix)
    update = {"workload_flexibility_enabled": enabled, "workload_mix": mix}
    return project.model_copy(update={"load": project.load.model_copy(update=update)})


def run(project: Project, units: int, battery: float = 0.0) -> tuple[Screen, HourlyDispatch, YearTotals, Outcome]:
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    screen, capacity = Screen(project, fleet, profiles), np.zeros(len(fleet.columns))
    for key, amount in (("recip-18-3-mw", units), ("battery:mw", battery), ("battery:mwh", battery)):
        capacity[fleet.index[key]] = amount
    hours = record_year(screen, 0, capacity, priority=False)
    outcome = screen.run(DesignYears(np.array([0]), capacity[None, :], np.array([False])))
    return screen, hours, year_totals(project, fleet, profiles, hours), outcome


@pytest.fixture(scope="module")
def short() -> tuple[Screen, HourlyDispatch, YearTotals, Outcome]:
    """Four engines without battery: the load is served, but the fourth one's loss is not covered in summer."""
    return run(project_of(), 4)


def test_it_closes_a_gap_in_the_spinning_reserve(short) -> None:
    _, hours, totals, _ = short
    _, _, without, _ = run(project_of(enabled=False), 4)
    assert without.reserve_held_mw < without.reserve_required_mw - 1.0
    assert totals.reserve_held_mw >= totals.reserve_required_mw - 1e-9
    assert totals.flex_down_mwh.sum() > 10.0
    assert np.abs(hours.imbalance_mw).max() < 1e-9


def test_limits_of_every_class_are_kept(short) -> None:
    screen, hours, totals, _ = short
    for n, item in enumerate(flexible_loads(screen.project)):
        assert (hours.flex_down_mw[n] <= item.share_of_load * hours.load_mw + 1e-9).all()
        assert totals.flex_hours[n] <= item.hours_per_year + 1e-9
        assert totals.flex_day_hours[n] <= item.hours_per_day + 1e-9
        window = np.arange(8760) // item.window_h
        owed = item.returned * hours.flex_down_mw[n] - hours.flex_up_mw[n]
        assert np.bincount(window, weights=owed).min() >= -1e-9
        for number in np.flatnonzero(np.bincount(window, weights=hours.flex_down_mw[n]))[:50]:
            assert np.cumsum(owed[window == number]).min() >= -1e-9


def test_what_comes_back_takes_no_reserve_and_lifts_no_peak(short) -> None:
    _, hours, _, _ = short
    back = hours.flex_up_mw.sum(0) > 0.0
    assert back.any()
    assert (hours.reserve_mw >= hours.contingency_mw - 1e-9)[back].all()
    assert (hours.load_mw + hours.flex_up_mw.sum(0) <= hours.load_mw.max() + 1e-9).all()


def test_the_search_and_the_pro_forma_price_it_alike(short) -> None:
    screen, hours, totals, outcome = short
    lines = operating_cost(screen.project, screen.fleet, [totals], [bill(screen.tariff, hours.import_mw, 0.0)])
    assert sum(values[0] for values in lines.values()) == pytest.approx(outcome.operating_usd[0], rel=1e-12)
    classes = flexible_loads(screen.project)
    lost = sum(
        item.compute_usd_per_mwh * (down - up * (1.0 - item.checkpoint_loss) / (1.0 + item.checkpoint_loss))
        for item, down, up in zip(classes, totals.flex_down_mwh, totals.flex_up_mwh, strict=True)
    )
    assert lines["compute_lost"][0] == pytest.approx(lost, rel=1e-12)
    assert totals.served_mwh == pytest.approx(
        totals.load_mwh - totals.flex_down_mwh.sum() + totals.flex_up_mwh.sum(), rel=1e-12
    )


def test_load_that_would_go_unserved_is_shed_first() -> None:
    rules = {"spinning_reserve_enabled": False}
    _, _, without, _ = run(project_of(enabled=False, constraints=rules), 3)
    _, _, totals, outcome = run(project_of(constraints=rules, flexible_hours_per_year=8760.0), 3)
    assert without.unserved_mwh > 50.0
    assert totals.unserved_mwh < 0.2 * without.unserved_mwh
    assert outcome.unserved_mwh[0] == pytest.approx(totals.unserved_mwh, abs=1e-6)


def test_a_plant_that_lacks_nothing_is_left_alone() -> None:
    for_nothing = run(project_of(compute_usd_per_mwh=0.0), 5, 20.0)
    plain = run(project_of(enabled=False), 5, 20.0)
    assert for_nothing[2].flex_down_mwh.sum() == 0.0
    assert for_nothing[3].operating_usd[0] == plain[3].operating_usd[0]


def test_flexible_load_counts_as_firm_only_where_asked() -> None:
    """A class counts by its longest event over the hours a battery must last: 8 h over 4 h fully, 1 h a quarter."""
    off, on = project_of(), project_of(constraints={"flexible_load_counts_as_firm": True})
    classes = flexible_loads(on)
    share = sum(item.share_of_load * (0.25 if item.hours_per_day == 1.0 else 1.0) for item in classes)
    assert firm_share(off) == 0.0
    assert firm_share(on) == pytest.approx(share)
    fleet = build_fleet(off)
    profiles = build_profiles(off, fleet)
    loads = [reserve_coefficients(project, fleet, profiles, 0).load_mw for project in (off, on)]
    np.testing.assert_allclose(loads[1], (1.0 - share) * loads[0])


@pytest.mark.parametrize("fraction", [0.1, 0.25, 0.5, 0.9])
def test_any_part_of_the_load_can_be_made_flexible(fraction: float) -> None:
    project = with_flexibility(project_of(enabled=False), fraction)
    assert sum(item.share_of_load for item in flexible_loads(project)) == pytest.approx(fraction)
    assert max(row.flexible_fraction for row in project.load.workload_mix) <= 1.0


def test_the_portfolio_is_capped_at_what_is_bankable() -> None:
    """The classes add up to 45 %; a quarter of the load counts, every class scaled alike."""
    classes = flexible_loads(project_of())
    assert sum(item.share_of_load for item in classes) == pytest.approx(0.25)
    assert classes[2].share_of_load == pytest.approx(0.20 * 0.90 * 0.25 / 0.4525)
