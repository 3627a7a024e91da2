"""One run at a time on a workbook: a small lock file beside it says who is at work."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import psutil

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.atomic import remove_leftovers
from bvnexus_xl.workbook.refusal import RefusalCode

# A lock file without content is one whose owner was about to write it, or was killed right then.
_EMPTY_LOCK_GRACE_S = 60.0
_TAKEOVER_TRIES = 5


@dataclass(frozen=True, slots=True)
class LockOwner:
    """Who holds a lock: process, machine, start (local time, ISO 8601) and a token no two runs share."""

    pid: int
    host: str
    started: str
    token: str


class RunLock:
    """Context manager that holds ``.<name>.bvnlock`` beside a workbook for the length of a run.

    A lock left by a process of this machine that is no longer alive is taken over, and the temporary files of that
    run are removed.

    Raises:
        WorkbookRefused: ``RUN_IN_PROGRESS`` when another run holds the lock; ``LOCK_FAILED`` when the lock file
            cannot be made.
    """

    # Tokens of this process, to tell its locks from those of an earlier process that had the same number.
    _held_here: ClassVar[set[str]] = set()

    def __init__(self, path: Path) -> None:
        self.workbook = path
        final = path.resolve()
        self.lock_file = final.with_name(f".{final.name}.bvnlock")
        started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        self._owner = LockOwner(os.getpid(), platform.node(), started, secrets.token_hex(8))

    def __enter__(self) -> Self:
        for _ in range(_TAKEOVER_TRIES):
            if self._create():
                RunLock._held_here.add(self._owner.token)
                remove_leftovers(self.workbook)
                return self
            self._remove_if_stale()
        raise self._in_progress(None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        RunLock._held_here.discard(self._owner.token)
        holder = _read(self.lock_file)
        if holder is not None and holder.token == self._owner.token:
            with contextlib.suppress(OSError):
                self.lock_file.unlink()

    def _create(self) -> bool:
        try:
            stream = self.lock_file.open("x", encoding="utf-8")
        except FileExistsError:
            return False
        except OSError as error:
            raise self._failed(error) from error
        try:
            with stream:
                json.dump(asdict(self._owner), stream)
        except OSError as error:
            self.lock_file.unlink(missing_ok=True)
            raise self._failed(error) from error
        return True

    def _failed(self, error: OSError) -> WorkbookRefused:
        message = f"{self.lock_file} could not be made: {error.strerror or error}. Is the folder writable?"
        return WorkbookRefused(RefusalCode.LOCK_FAILED, message)

    def _remove_if_stale(self) -> None:
        """Move a dead run's lock aside, then make sure that it was that one which moved."""
        holder = _read(self.lock_file)
        if holder is None and not self._empty_for_long():
            if self.lock_file.exists():
                raise self._in_progress(None)
            return
        if holder is not None and _is_alive(holder):
            raise self._in_progress(holder)
        aside = self.lock_file.with_name(f"{self.lock_file.name}.{self._owner.token}")
        try:
            self.lock_file.rename(aside)
        except OSError:
            return
        if _read(aside) == holder:
            aside.unlink(missing_ok=True)
            return
        # Between the look and the rename another run took the stale lock over: give it back.
        with contextlib.suppress(OSError):
            aside.rename(self.lock_file)

    def _empty_for_long(self) -> bool:
        try:
            return time.time() - self.lock_file.stat().st_mtime > _EMPTY_LOCK_GRACE_S
        except OSError:
            return False

    def _in_progress(self, holder: LockOwner | None) -> WorkbookRefused:
        who = f" (process {holder.pid} on {holder.host} since {holder.started})" if holder else ""
        message = (
            f"Another run is at work on {self.workbook.name}{who}. Wait for it to end; if you are sure that it is "
            f"not running, delete {self.lock_file}."
        )
        return WorkbookRefused(RefusalCode.RUN_IN_PROGRESS, message)


def _read(lock_file: Path) -> LockOwner | None:
    """The holder, None when the file is gone, empty or not ours to understand."""
    try:
        found = json.loads(lock_file.read_text(encoding="utf-8"))
        return LockOwner(int(found["pid"]), str(found["host"]), str(found["started"]), str(found["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_alive(holder: LockOwner) -> bool:
    """Whether the holder may still be at work; on another machine nobody can tell, so yes."""
    if holder.host != platform.node():
        return True
    if holder.pid == os.getpid():
        return holder.token in RunLock._held_here
    return process_runs(holder.pid)


def process_runs(pid: int) -> bool:
    """Whether a process of that number runs on this machine; one that ended but was not collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return False
    except psutil.AccessDenied:
        return True
