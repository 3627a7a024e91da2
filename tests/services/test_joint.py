"""Sales and dispatch decided together: import is kept where selling pays for it, and the bound holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.services import joint
from bvnexus_xl.services.together import decided_together
from bvnexus_xl.solve.deadline import TimeUp
from bvnexus_xl.solved import SolvedStudy
from tests.services.cases import programme
from tests.services.test_services_study import campus

LONG_S = 600.0


def one_year(project: Project, grid_usd_per_mwh: float) -> Project:
    """The campus cut to its first year, at another price of import."""
    return project.model_copy(
        update={
            "study": project.study.model_copy(update={"analysis_years": 1}),
            "load": project.load.model_copy(update={"trajectory": project.load.trajectory[:1]}),
            "grid": project.grid.model_copy(
                update={
                    "import_limits": project.grid.import_limits[:1],
                    "grid_energy_price_usd_per_mwh": grid_usd_per_mwh,
                }
            ),
        }
    )


@pytest.fixture(scope="module")
def solved() -> SolvedStudy:
    """Import a little dearer than the engines: the plan's own dispatch keeps little of it."""
    rows = [programme("Capacity", 150.0), programme("Reserve", 60.0, event_h=0.5, exclusive_group="x")]
    return run_phase1(one_year(campus(*rows), 33.0))


def test_what_is_found_is_at_least_as_good_and_within_its_bound(solved):
    found, proof = decided_together(solved, 0.02, lambda: False, LONG_S)
    assert proof is not None
    apart = solved.finding.net_pv_usd
    assert proof.adds_pv_usd >= apart - 1.0
    assert proof.adds_pv_usd <= proof.at_most_pv_usd
    assert proof.adds_pv_usd >= 0.9 * proof.at_most_pv_usd
    assert not found.broken_limits
    extra = found.money.npv_cost_usd - solved.money.npv_cost_usd
    assert proof.dispatch_pv_usd == pytest.approx(extra if found is not solved else 0.0)


def test_a_cancel_request_keeps_the_dispatch(solved):
    found, proof = decided_together(replace(solved), 0.02, lambda: True, LONG_S)
    assert proof is None
    assert found.dispatches is solved.dispatches


def test_a_time_limit_too_short_keeps_the_dispatch_and_says_so(solved):
    found, proof = decided_together(replace(solved), 0.02, lambda: False, 1e-6)
    assert found.dispatches is solved.dispatches
    assert "too short to decide dispatch and sales together" in found.warnings[0]
    # a bound that needs no dispatch: room for what is sold costs nothing
    assert proof is not None
    _, searched = decided_together(replace(solved), 0.02, lambda: False, LONG_S)
    assert searched is not None
    # whole units rounded anew may make the dispatch itself a little cheaper, which is no sale
    assert proof.at_most_pv_usd >= searched.at_most_pv_usd + min(searched.dispatch_pv_usd, 0.0) - 1.0
    assert proof.at_most_pv_usd >= proof.adds_pv_usd
    assert proof.at_most_pv_usd < 3.0 * proof.adds_pv_usd


def test_a_bound_outlives_a_time_limit_too_short_for_the_dispatch(solved, monkeypatch):
    def late(*_given: object) -> None:
        raise TimeUp

    monkeypatch.setattr(joint, "whole_dispatch", late)
    found, proof = decided_together(replace(solved), 0.02, lambda: False, LONG_S)
    assert found.dispatches is solved.dispatches
    assert "the bound is proven" in found.warnings[0]
    assert proof is not None
    assert proof.dispatch_pv_usd == 0.0
    assert proof.adds_pv_usd == pytest.approx(solved.finding.net_pv_usd)
    assert proof.adds_pv_usd <= proof.at_most_pv_usd < 2.0 * proof.adds_pv_usd
