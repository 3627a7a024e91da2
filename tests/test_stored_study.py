"""A study kept in its results file comes back to the last bit, for the same inputs alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bvnexus_xl.results import to_result
from bvnexus_xl.solved import Proof, SolvedStudy
from bvnexus_xl.stored_study import to_plain
from bvnexus_xl.workbook.results_file import read_study, results_path, write_results_file
from tests.planned import BUILDS, planned, small_project


@pytest.fixture(scope="module")
def study() -> SolvedStudy:
    first = planned(small_project(), BUILDS)
    proof = Proof(1.0, 2.0, 0.5, None, None, "year", 3)
    return replace(first, phase=2, proof=proof, screening=first, warnings=("kept",))


def test_a_kept_study_gives_the_same_result_and_money(study: SolvedStudy, tmp_path: Path) -> None:
    path = results_path(tmp_path / "plan.xlsx")
    write_results_file(study, path)
    back = read_study(path, study.project)
    assert back is not None
    assert to_result(back) == to_result(study)
    assert back.screening is not None
    assert np.array_equal(back.plan.builds, study.plan.builds)
    assert back.money.npv_cost_usd == study.money.npv_cost_usd
    assert back.dispatches == ()


def test_other_inputs_or_another_file_give_none(study: SolvedStudy, tmp_path: Path) -> None:
    path = results_path(tmp_path / "plan.xlsx")
    assert read_study(path, study.project) is None
    write_results_file(study, path)
    assert read_study(path, small_project(nox_limit_tpy=61.0)) is None
    path.write_bytes(b"something else")
    assert read_study(path, study.project) is None


def test_a_problem_with_more_than_a_plan_is_not_kept(study: SolvedStudy) -> None:
    class Found:
        def lines(self) -> list[str]:
            return []

        def record(self) -> dict[str, object]:
            return {}

    assert to_plain(replace(study, finding=Found())) is None
