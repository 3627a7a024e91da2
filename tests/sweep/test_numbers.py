"""Figures of a sweep are those of single runs, whether it is solved here, in other processes or on a Dask cluster."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bvnexus_xl.errors import ClusterUnavailable
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.results import to_result
from bvnexus_xl.solve.events import Phase2Options
from bvnexus_xl.sweep import pools
from bvnexus_xl.sweep.cases import base_case, scenario_cases, swing_cases
from bvnexus_xl.sweep.pools import Where, outcomes
from bvnexus_xl.sweep.run import SweepOptions, run_sweep
from bvnexus_xl.sweep.store import Store
from bvnexus_xl.sweep.task import task_of
from tests.sweep.studies import DEAR, TIGHT, study

PROJECT = study(scenarios=(DEAR, TIGHT))


@pytest.fixture(scope="module")
def single():
    """Results of single runs by input hash."""
    swing = swing_cases(PROJECT)[0]
    cases = (base_case(PROJECT), scenario_cases(PROJECT)[0], swing.low, swing.high)
    return {case.project.input_hash(): to_result(run_phase1(case.project)) for case in cases}


def same(result, expected):
    """As JSON, but for the seconds."""
    return result.model_copy(update={"seconds": {}}) == expected.model_copy(update={"seconds": {}})


def test_a_sweep_over_two_processes_and_its_tornado_solved_here_equal_single_runs(single, tmp_path):
    store = Store(tmp_path)
    for tornado, processes in ((False, 2), (True, 1)):
        wanted = SweepOptions(tornado=tornado, where=Where(processes=processes))
        found = run_sweep(PROJECT, wanted, store, lambda _text, _share: None)
    assert len(found.cases) == len(list(tmp_path.iterdir())) == 5
    for case in found.cases:
        if case.figures is not None:
            expected = single[case.input_hash]
            assert case.figures.lcoe_usd_per_mwh == expected.lcoe_usd_per_mwh
            assert case.figures.npv_cost_usd == expected.npv_cost_usd
            assert case.figures.capex_usd == expected.capex_usd
            assert case.figures.co2_tons == sum(year.co2_tpy for year in expected.years)
            assert case.figures.installed_mw == expected.years[-1].installed_mw
    assert [case.status for case in found.cases] == ["done", "done", "infeasible", "done", "done"]
    assert "land_limit_acres" in found.scenarios[1].message
    gas = found.base.figures.lcoe_usd_per_mwh
    rates = [end.figures.lcoe_usd_per_mwh for end in (found.tornado[0].low, found.tornado[0].high)]
    assert found.tornado[0].swing_usd_per_mwh == max(gas, *rates) - min(gas, *rates) > 0.0


@contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of this Python that ends with the test."""
    command = [sys.executable, "-m", *arguments]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ)
    try:
        yield running
    finally:
        running.terminate()
        running.communicate(timeout=30)


@contextmanager
def scheduler() -> Iterator[str]:
    """Address of a Dask scheduler on this machine."""
    arguments = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with program(*arguments) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Scheduler at:" in line:
                yield "tcp://" + line.split("tcp://")[1].strip()
                return
    pytest.fail("no scheduler started")


def test_a_dask_cluster_of_two_workers_gives_the_same(single):
    tasks = [task_of(case.project, 1, Phase2Options()) for case in (base_case(PROJECT), scenario_cases(PROJECT)[0])]
    with scheduler() as address:
        with pytest.raises(ClusterUnavailable, match="no workers"):
            list(outcomes(tasks, Where(cluster=address)))
        worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard")
        with program(*worker), program(*worker):
            wait_for_workers(address, 2)
            found = {outcome.key: outcome for outcome in outcomes(tasks, Where(cluster=address))}
    assert len(found) == 2
    for task in tasks:
        outcome = found[task.key]
        assert outcome.status == "done"
        assert same(outcome.result, single[outcome.result.input_hash])


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_no_scheduler_is_said_in_plain_words(monkeypatch):
    monkeypatch.setattr(pools, "_CONNECT_S", 1)
    tasks = [task_of(PROJECT, 1, Phase2Options())]
    with pytest.raises(ClusterUnavailable, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(outcomes(tasks, Where(cluster="tcp://127.0.0.1:9")))


def test_without_dask_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterUnavailable, match=r"pip install bvnexus-xl\[cluster\]"):
        list(outcomes([task_of(PROJECT, 1, Phase2Options())], Where(cluster="tcp://127.0.0.1:9")))
