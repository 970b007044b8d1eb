"""Processes of ours that start in a tenth of the time: forked from one that has loaded everything.

`launch` is used as `subprocess.Popen` is, for a program of ours that is a Python file. For each runtime one process
loads all modules, once. Every program is a fork of it, with its own arguments, settings and output, and runs the very
file, as `python FILE` would. What must be in a process from its first moment (a library to preload) starts in the real
way, and so does everything where Linux is not.
"""

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from auction.base import runtime

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 2**17
"""Of one order; the environment is the most of it."""
fork, waitpid = os.fork, os.waitpid
"""As they are before the runtime is patched: nothing here may start a loop that a fork would share."""


class Forked:
    """A forked process: the part of `subprocess.Popen` that is used. A signal that ended it is a negative number."""

    def __init__(self, report: socket.socket) -> None:
        self.returncode: int | None = None
        self._report = report
        self.pid = int(report.recv(16))

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        with suppress(TimeoutError, BlockingIOError):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended, and return how. Raises TimeoutError."""
        if self.returncode is None:
            self._report.settimeout(timeout)
            self.returncode = int(self._report.recv(16))
            self._report.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


Process = Forked | subprocess.Popen


def launch(arguments: list[str], environ: dict[str, str], out: IO[Any], err: IO[Any]) -> Process:
    """Start a Python file of ours with arguments, in our own folder, writing to open files.

    A process of tests that eventlet has patched starts it for real: its sockets hand on no descriptors.
    """
    if sys.platform != "linux" or "LD_PRELOAD" in environ or runtime.mode() == "eventlet":
        return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environ, stdout=out, stderr=err)
    serves = arguments[1:2] == ["serve"] and not any(each.startswith("--workers") for each in arguments)
    mode = environ.get("AUCTION_ASYNC_MODE", "eventlet") if serves else "threading"
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    order = json.dumps({"arguments": arguments, "environ": environ}).encode()
    assert len(order) < MOST_BYTES
    with there:
        socket.send_fds(_loaded(mode), [order], [out.fileno(), err.fileno(), there.fileno()])
    return Forked(here)


def run(arguments: list[str], environ: dict[str, str], *, check: bool = True) -> subprocess.CompletedProcess:
    """Run a Python file of ours to its end, a minute at the most: its exit status and what it printed.

    Raises subprocess.CalledProcessError where it did not end well, unless `check` is False.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        status = launch(arguments, environ, out, err).wait(60)
        out.seek(0)
        err.seek(0)
        done = subprocess.CompletedProcess(arguments, status, out.read(), err.read())
    if check:
        done.check_returncode()
    return done


@cache
def _loaded(mode: str) -> socket.socket:
    """The line to a process that has loaded everything for a runtime. It ends when the line is closed, as ours do."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environ = {**os.environ, "AUCTION_ASYNC_MODE": mode}
    with there:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", str(there.fileno())],
            cwd=ROOT,
            env=environ,
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    atexit.register(process.wait)
    atexit.register(here.close)  # before that: what was registered last is called first
    return here


def _become(line: socket.socket) -> list[str]:
    """Fork for every order; comes back in the fork, with its arguments. Between the two stands a process that waits
    for the fork and reports how it ended, because only a parent may."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    while True:
        order, descriptors, _, _ = socket.recv_fds(line, MOST_BYTES, 3)
        if not order:
            os._exit(0)
        if fork() == 0:
            break
        for each in descriptors:
            os.close(each)
    line.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out, err, report = descriptors
    pid = fork()
    if pid != 0:
        os.write(report, str(pid).encode())
        os.write(report, str(os.waitstatus_to_exitcode(waitpid(pid, 0)[1])).encode())
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for given, number in ((out, 1), (err, 2)):
        os.dup2(given, number)
    for each in descriptors:
        os.close(each)
    asked = json.loads(order)
    os.environ.clear()
    os.environ.update(asked["environ"])
    return list(asked["arguments"])


if __name__ == "__main__":
    ours = socket.socket(fileno=int(sys.argv[1]))
    runtime.patch()
    for each in ("auction.cli.main", "sqlalchemy.dialects.sqlite.pysqlite", "sqlalchemy.dialects.postgresql.psycopg"):
        import_module(each)
    sys.argv = _become(ours)
    runpy.run_path(sys.argv[0], run_name="__main__")
