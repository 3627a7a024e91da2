"""The largest load of a site with one engine model: the dossier's closed-form figures (§6)."""

import time
from typing import Any

import pytest

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.periods import representative_weeks
from bvnexus_xl.profiles.time_axis import full_year_axis
from bvnexus_xl.solve.feasibility import phase_one
from bvnexus_xl.solve.largest_load import LoadSearch, committed_share, load_search
from tests.solve.one_engine import UNIT_MW, one_engine

HIGHEST = 400.0


def searched(project: Any, *, weeks: bool = True, together: bool = True) -> LoadSearch:
    fleet = build_fleet(project)
    profiles = build_profiles(project, fleet)
    axis = representative_weeks(fleet, profiles, 2) if weeks else full_year_axis()
    search = load_search(
        MasterCase(project, fleet, profiles),
        phase_one(project, fleet, profiles, axis),
        together=together,
        deadline=time.perf_counter() + 60.0,
    )
    search.run(2e-4)
    return search


CASES = {
    # 100 tpy x 2,000 lb / 0.50 lb/MWh / 8,760 h
    "NOx binds": ({"nox_lb_per_mwh": 0.50, "half_load": 1.0}, 45.6621, 45.6621),
    # 50,000 mcf/day x 1.037 MMBtu/mcf / 24 h / 7.7 MMBtu/MWh
    "gas binds, flat heat rate": ({"half_load": 1.0}, 280.5736, 280.5736),
    "15 whole engines": ({"units": 15}, 274.5, 274.5),
    # whole engines: 2,160.417 = 16 x 14.091 + 6.93 L; in parts of engines the heat rate stays that of full load
    "16 online at part load": ({"units": 16}, 280.5736, 279.2151),
    # parts of engines: 2,160.417 = 14.091 (L / 18.3 + 1) + 6.93 L; whole: 17 x 14.091 + 6.93 L
    "17 online with spinning N-1": ({"units": 17, "spinning_reserve_enabled": True}, 278.7436, 277.1818),
    "16 installed as N+1": ({"units": 16, "planning_reserve_enabled": True}, 274.5, 274.5),
    "17 engines by potential to emit": ({"emission_basis": "PTE_8760", "gas_limit_enabled": False}, 311.1, 311.1),
}


@pytest.mark.parametrize("name", CASES)
def test_closed_form(name):
    settings, relaxed, whole = CASES[name]
    search = searched(one_engine(**settings))
    assert search.lower * HIGHEST == pytest.approx(relaxed, rel=1e-4)
    assert search.lower <= search.upper * (1 + 1e-9)
    assert search.upper * HIGHEST == pytest.approx(relaxed, rel=5e-4)
    assert committed_share(search).min() * HIGHEST == pytest.approx(whole, rel=1e-4)


def test_full_year_gives_the_same():
    search = searched(one_engine(units=17, spinning_reserve_enabled=True), weeks=False)
    assert search.lower * HIGHEST == pytest.approx(278.7436, rel=1e-4)
    assert committed_share(search).min() * HIGHEST == pytest.approx(277.1818, rel=1e-4)


def test_each_year_on_its_own():
    """An engine of 24 months cannot stand in the first year; the second carries what its 10 units give."""
    project = one_engine(units=10, years=2, row={"lead_time_months": 24})
    study = project.study.model_copy(update={"decision_date": project.study.decision_date.replace(year=2028)})
    search = searched(project.model_copy(update={"study": study}), together=False)
    assert search.share * HIGHEST == pytest.approx([0.0, 10 * UNIT_MW], abs=1e-3)


def test_permitted_unserved_energy_adds_its_share():
    search = searched(one_engine(nox_lb_per_mwh=0.50, half_load=1.0, unserved_limit_fraction=0.01))
    assert search.lower * HIGHEST == pytest.approx(45.6621 / 0.99, rel=1e-4)
