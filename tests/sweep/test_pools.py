"""Processes of a sweep end with the one that started them, however it ends."""

import subprocess
import sys

import psutil

HOLDER = """
import os, time
from bvnexus_xl.sweep.pools import Where, _pool
with _pool(Where(processes=2), 2) as pool:
    pids = {pool.submit(os.getpid).result()}
    tasks = [pool.submit(time.sleep, 600.0) for _ in range(2)]
    print(*pids, flush=True)
    tasks[0].result()
"""


def test_processes_of_a_sweep_that_is_killed_end_with_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.ppid() == parent.pid
        assert child.is_running()
    finally:
        parent.kill()
        parent.communicate()
    child.wait(30.0)
    assert not child.is_running()
