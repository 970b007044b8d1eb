"""Hands a file to the workshop, which is a process of its own, and says what it found."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from ..base import runtime
from ..base.config import ROOT
from ..base.rejected import Rejected
from . import workshop

log = structlog.get_logger()

WORK_AT_MOST_S = 60.0
_MOST_WAITING = 40


class _Turns:
    """One such process at a time, and not too many who wait for theirs."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._waiting = 0

    def __enter__(self) -> None:
        if self._waiting >= _MOST_WAITING:
            raise Rejected("UNAVAILABLE")
        self._waiting += 1
        try:
            self._turn.acquire()
        finally:
            self._waiting -= 1

    def __exit__(self, *_error: object) -> None:
        self._turn.release()


_turns = _Turns()


def work(task: str, *paths: Path) -> Mapping[str, Any]:
    """Have a task of `workshop.TASKS` done to files, and wait for it.

    Raises Rejected with the code that the workshop gives. A process that breaks, swells or hangs means UPLOAD_BROKEN.
    """
    command = [sys.executable, "-m", workshop.__name__, task, *map(str, paths)]
    with (
        _turns,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process,
    ):
        status = runtime.end_of(process, WORK_AT_MOST_S)
        said = process.stdout.read() if process.stdout else b""
    try:
        found: Mapping[str, Any] = json.loads(said)
    except ValueError:
        log.warning("a file could not be worked on", task=task, status=status)
        raise Rejected("UPLOAD_BROKEN") from None
    if "code" in found:
        raise Rejected(str(found["code"]))
    return found
