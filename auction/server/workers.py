"""Many processes on one machine: one for each port from PORT on, and a parent that serves nothing itself.

It starts them, starts one that died again, and ends them when it is told to. SIGHUP replaces them one after the other.
Each is drained first, and its successor is ready before the next one's turn. So a proxy in front always has a server.
A successor that does not become ready stops the replacing. The others then go on with their old code.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen

import structlog

log = structlog.get_logger()

READY_WITHIN_S = 60.0
DRAINED_WITHIN_S = 20.0
SUPERVISE_EVERY_S = 0.1
STEADY_S = 10.0
"""A process that lives that long has started well. One that dies sooner starts again after a pause that doubles."""
LONGEST_PAUSE_S = 30.0


@dataclass(slots=True)
class Worker:
    """One process and its port."""

    port: int
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    pause_s: float = 0.5
    again_at_s: float = 0.0

    @property
    def lives(self) -> bool:
        """Whether the process is there, serving or not."""
        return self.process is not None and self.process.poll() is None


class Workers:
    """`command` starts a worker; it finds its port in the environment as AUCTION_PORT."""

    def __init__(self, command: Sequence[str], host: str, ports: Sequence[int]) -> None:
        self._command = list(command)
        self._host = "127.0.0.1" if host in ("", "0.0.0.0") else "[::1]" if host == "::" else host  # noqa: S104
        self._workers = [Worker(port) for port in ports]
        self._stopping = self._rolling = False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT. The exit status: 1 where a worker did not start at all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_roll)
        for worker in self._workers:
            self._start(worker)
        begun = self._until(lambda: all(map(self._is_ready, self._workers)), READY_WITHIN_S, self._all_live)
        if not begun and not self._stopping:
            log.error("a worker did not start", ports=[each.port for each in self._workers if not each.lives])
        while begun and not self._stopping:
            if self._rolling:
                self._roll()
            self._revive()
            time.sleep(SUPERVISE_EVERY_S)
        asked = self._stopping
        for worker in self._workers:
            self._tell(worker, signal.SIGTERM)
        for worker in self._workers:
            self._wait_for_the_end(worker)
        return 0 if asked else 1

    def _on_stop(self, *_: object) -> None:
        self._stopping = True

    def _on_roll(self, *_: object) -> None:
        self._rolling = True

    def _start(self, worker: Worker) -> None:
        environ = {**os.environ, "AUCTION_PORT": str(worker.port)}
        worker.process = subprocess.Popen(self._command, env=environ, start_new_session=True)
        worker.started_s = time.monotonic()

    def _is_ready(self, worker: Worker) -> bool:
        return worker.lives and is_healthy(f"http://{self._host}:{worker.port}")

    def _all_live(self) -> bool:
        return all(worker.lives for worker in self._workers)

    def _until(self, done: Callable[[], bool], within_s: float, hopeful: Callable[[], bool]) -> bool:
        """Wait until something is so; False where that is hopeless, takes too long, or we are to stop."""
        give_up_s = time.monotonic() + within_s
        while not self._stopping and hopeful() and time.monotonic() < give_up_s:
            if done():
                return True
            time.sleep(SUPERVISE_EVERY_S)
        return False

    def _revive(self, but: Worker | None = None) -> bool:
        """Start again who died; always True, for waiting."""
        now_s = time.monotonic()
        for worker in self._workers:
            if worker.lives or worker is but:
                continue
            if worker.process is not None:
                lived_s = now_s - worker.started_s
                worker.pause_s = 0.5 if lived_s > STEADY_S else min(worker.pause_s * 2, LONGEST_PAUSE_S)
                worker.again_at_s = now_s if lived_s > STEADY_S else now_s + worker.pause_s
                log.error("a worker died", port=worker.port, status=worker.process.returncode)
                worker.process = None
            if now_s >= worker.again_at_s:
                self._start(worker)
        return True

    def _roll(self) -> None:
        """Replace one worker after the other."""
        self._rolling = False
        for worker in self._workers:
            if self._stopping or not self._replace(worker):
                return
        log.info("every worker is replaced")

    def _replace(self, worker: Worker) -> bool:
        """Drain a worker and start its successor; whether that is ready."""
        log.info("replacing a worker", port=worker.port)
        self._tell(worker, signal.SIGTERM)
        self._until(lambda: not worker.lives, DRAINED_WITHIN_S, lambda: self._revive(but=worker))
        if self._stopping:
            return False
        self._wait_for_the_end(worker, 0)
        self._start(worker)
        if self._until(lambda: self._is_ready(worker), READY_WITHIN_S, self._revive):
            return True
        log.error("the new worker is not ready: the others stay as they are", port=worker.port)
        return False

    @staticmethod
    def _tell(worker: Worker, number: int) -> None:
        if worker.process is not None and worker.lives:
            worker.process.send_signal(number)

    @staticmethod
    def _wait_for_the_end(worker: Worker, within_s: float = DRAINED_WITHIN_S) -> None:
        if worker.process is None:
            return
        try:
            worker.process.wait(within_s)
        except subprocess.TimeoutExpired:
            log.error("a worker did not end: killed", port=worker.port)
            worker.process.kill()
            worker.process.wait()


def is_healthy(url: str) -> bool:
    """Whether a server says that it is ready."""
    try:
        with urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (HTTPError, HTTPException, OSError):
        return False


def command_of_a_worker(program: str) -> list[str]:
    """How a program of ours starts one server that ends with it."""
    return [sys.executable, program, "serve", "--child-of", str(os.getpid())]


def is_orphan(parent: int | None) -> bool:
    """Whether the process that started this one is gone."""
    return parent is not None and os.getppid() != parent
