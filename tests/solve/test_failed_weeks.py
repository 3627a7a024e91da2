"""A week that the clustering missed joins the set when the plan falls short in it."""

from __future__ import annotations

from dataclasses import replace

from small_projects import plan_with, prepared, small_project

from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.solve.events import Phase2Options, SolveEvent
from bvnexus_xl.solve.phase2 import solve_phase2

_HARD = 15


def test_a_hard_week_missed_by_the_clustering_joins_the_set_and_is_planned_for() -> None:
    project = small_project(models=("Recip 18.3 MW", "Battery"), controls=False, planning_reserve_enabled=False)
    fleet, profiles = prepared(project)
    # In one mild week, which no extreme and no cluster picks, engines give little more than half of their power.
    able = profiles.thermal_capacity_factor.copy()
    able[:, _HARD * 168 : (_HARD + 1) * 168] *= 0.55
    profiles = replace(profiles, thermal_capacity_factor=able)
    assert _HARD not in set(representative_weeks(fleet, profiles, 1).hours // 168)
    start = plan_with(project, fleet, {"recip-18-3-mw": 6, "battery:mw": 20, "battery:mwh": 20})
    events: list[SolveEvent] = []
    options = Phase2Options(weeks=1, resolution="weeks", gap=0.006, relaxation_share=0.0)
    result = solve_phase2(project, fleet, profiles, start, options, events.append, lambda: False)
    assert any(event.stage == "weeks that fell short" for event in events)
    assert any(f"week {_HARD + 1}" in sentence for sentence in result.warnings)
    assert result.status == "done"
    year = result.dispatches[0]
    assert year.unserved_mw.sum() <= project.constraints.unserved_limit_fraction * year.load_mw.sum()
    assert (year.reserve_mw - year.contingency_mw).min() > -1e-6
