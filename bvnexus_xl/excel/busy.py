"""Excel refuses calls while the user edits a cell or a dialogue is open: wait and try again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
BUSY_CODES = frozenset({0x80010001, 0x8001010A, 0x800AC472, 0x80010005})
"""COM results of a busy Excel: call rejected, try again later, editing a cell, call within a call."""
_MAC_BUSY = frozenset({-1712, -10000, -50})
"""Results of a busy Excel on a Mac: time-out of an Apple event, event not handled now."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0


class ExcelBusy(Exception):
    """Excel was busy for longer than allowed."""


def is_busy(error: BaseException) -> bool:
    """Whether an error of xlwings only means that Excel is busy."""
    code = getattr(error, "hresult", None)
    if isinstance(code, int):
        return code & 0xFFFFFFFF in BUSY_CODES
    return getattr(error, "errornumber", None) in _MAC_BUSY


def when_ready(
    call: Callable[[], T],
    patience_s: float,
    give_up: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Result of ``call``, made again while Excel is busy.

    Args:
        call: one call into Excel, whole or not at all.
        patience_s: how long to keep trying; 0 tries once.
        give_up: asked before every new attempt.
        sleep: waits.

    Raises:
        ExcelBusy: Excel was busy all the time, or ``give_up`` said so.
        Exception: any other error of the call, at once.
    """
    waited, pause = 0.0, FIRST_PAUSE_S
    while True:
        try:
            return call()
        except Exception as error:
            if not is_busy(error):
                raise
            if waited >= patience_s or give_up():
                message = f"Excel was busy for {waited:.0f} s"
                raise ExcelBusy(message) from error
        sleep(pause)
        waited += pause
        pause = min(2.0 * pause, LONGEST_PAUSE_S)
