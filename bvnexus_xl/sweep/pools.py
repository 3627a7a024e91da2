"""Where the studies of a sweep are solved: in this process, in several of this machine, or on a Dask cluster."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bvnexus_xl import __version__
from bvnexus_xl.errors import ClusterUnavailable
from bvnexus_xl.sweep.task import Outcome, Task, failed, solve_task

_MOST_PROCESSES = 61
"""Windows waits for no more processes at once."""
_CONNECT_S = 15
_ENDED = "the process that solved it ended (out of memory?); run the sweep again to try it again"


@dataclass(frozen=True, slots=True)
class Where:
    """Where to solve: processes of this machine, or the address of a Dask scheduler (``tcp://host:8786``)."""

    processes: int = 1
    cluster: str = ""


def usual_processes() -> int:
    """One process a processor."""
    return min(os.cpu_count() or 1, _MOST_PROCESSES)


def outcomes(tasks: Sequence[Task], where: Where) -> Iterator[Outcome]:
    """Outcome of every task, each as soon as it is there.

    Raises:
        ClusterUnavailable: Dask is not installed, no scheduler answers, or its workers run another version.
    """
    if not where.cluster and (where.processes == 1 or len(tasks) <= 1):
        for task in tasks:
            yield Outcome.model_validate_json(solve_task(task))
        return
    with _pool(where, len(tasks)) as pool:
        futures: dict[Future[str], Task] = {pool.submit(solve_task, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                yield _answer(future, futures[future])
        finally:
            for future in futures:
                future.cancel()


def _answer(future: Future[str], task: Task) -> Outcome:
    try:
        found = Outcome.model_validate_json(future.result())
    except BrokenProcessPool:
        return failed(task, _ENDED)
    except Exception as error:  # a worker of the cluster that was lost, for one: the others go on
        return failed(task, f"{type(error).__name__}: {error}")
    return found


@contextmanager
def _pool(where: Where, count: int) -> Iterator[Executor]:
    if where.cluster:
        with _cluster(where.cluster) as pool:
            yield pool
        return
    # spawn on every system: what works here works on Windows, and no thread of a library is copied half-way
    context = multiprocessing.get_context("spawn")
    number = min(where.processes, count, _MOST_PROCESSES)
    with ProcessPoolExecutor(number, mp_context=context, initializer=_end_with_parent) as processes:
        yield processes


def _end_with_parent() -> None:
    """End this process as soon as the one that started it has ended, however that was: nobody would take its answer."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # a pool's process always has one

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        dask = importlib.import_module("distributed")
    except ImportError as error:
        message = "Dask is not installed here: pip install bvnexus-xl[cluster]"
        raise ClusterUnavailable(message) from error
    try:
        client: Any = dask.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"No Dask scheduler answers at {address}: {error}"
        raise ClusterUnavailable(message) from error
    with client:
        _same_version(client, address)
        yield client.get_executor(pure=False)


def _same_version(client: Any, address: str) -> None:
    """Workers must run this version: their figures stand beside those of this machine."""
    try:
        found: dict[str, str] = client.run(worker_version)
    except Exception as error:
        message = f"The workers at {address} cannot load bvnexus_xl {__version__}: {error}"
        raise ClusterUnavailable(message) from error
    if not found:
        message = f"The scheduler at {address} has no workers: start some with dask worker {address}"
        raise ClusterUnavailable(message)
    if other := sorted(set(found.values()) - {__version__}):
        message = (
            f"Workers at {address} run bvnexus_xl {', '.join(other)}, this machine {__version__}: install the same"
        )
        raise ClusterUnavailable(message)


def worker_version() -> str:
    """Version of this package where it is called."""
    return __version__
