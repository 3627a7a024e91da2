"""A cancel request in the middle of a long stretch of Python: writing and compiling the equations of a full year.

Between solves the caller is asked; a stretch of eight seconds has no such places. A thread asks meanwhile and raises an
exception in the one that works (CPython's ``PyThreadState_SetAsyncExc``), which sees it at its next step of Python.
"""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bvnexus_xl.solve.evaluate import Cancelled

_ASK_EVERY_S = 0.2


class _Interrupted(BaseException):
    """Not an ``Exception``: nothing on the way out may take it for its own."""


@contextmanager
def interruptible(cancelled: Callable[[], bool]) -> Iterator[None]:
    """Run a stretch of Python that a cancel request ends.

    Raises:
        Cancelled: the caller asked to stop.
    """
    worker, over, asked = threading.get_ident(), threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(_ASK_EVERY_S):
            if cancelled():
                asked.set()
                _raise_in(worker, ctypes.py_object(_Interrupted))
                return

    def heard(_record: logging.LogRecord) -> bool:
        return not asked.is_set()

    handlers = list(logging.getLogger("pyomo").handlers)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            for handler in handlers:  # Pyomo reports as an error of its rule what ends it
                handler.addFilter(heard)
            yield
        finally:
            over.set()
            watcher.join()
            for handler in handlers:
                handler.removeFilter(heard)
    except _Interrupted:
        raise Cancelled from None
    if asked.is_set():
        _raise_in(worker, None)
        raise Cancelled


def _raise_in(thread: int, exception: ctypes.py_object[type[_Interrupted]] | None) -> None:
    """Raise in a thread; with None take back what it has not seen yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), exception)
