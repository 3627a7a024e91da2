"""A cancel request in the middle of a long stretch of Python: writing and compiling the equations of a full year.

Between solves the caller is asked; a stretch of ten seconds has no such places. A thread asks meanwhile and interrupts
the main thread as Ctrl-C would. Elsewhere than on the main thread the stretch runs to its end.
"""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bvnexus_xl.solve.evaluate import Cancelled

_ASK_EVERY_S = 0.2


@contextmanager
def interruptible(cancelled: Callable[[], bool]) -> Iterator[None]:
    """Run a stretch of Python that a cancel request ends.

    Raises:
        Cancelled: the caller asked to stop.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    over, asked = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(_ASK_EVERY_S):
            if cancelled():
                asked.set()
                _thread.interrupt_main()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            yield
        finally:
            over.set()
            watcher.join()
    except KeyboardInterrupt:
        if not asked.is_set():
            raise
        raise Cancelled from None
    if asked.is_set():
        raise Cancelled
