"""A server under load: started on its own core, its time and memory read from /proc."""

import os
import resource
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from ..serving import free_port
from .client import pin

ROOT = Path(__file__).resolve().parents[2]
SERVER_CORE = 0
READY_WITHIN_S = 60
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def _prepare(core: int | None) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if core is not None:
        pin(core)


@dataclass
class Process:
    """A server that answers on `port`. `control` is a port of datagrams by which events are asked for."""

    command: list[str]
    environ: dict[str, str] = field(default_factory=dict)
    log: Path = Path(os.devnull)
    core: int | None = SERVER_CORE
    port: int = field(default_factory=free_port)
    ready_path: str = "/socket.io/?EIO=4&transport=polling"

    def __enter__(self) -> "Process":
        self.control = free_port() + 1
        environ = {**os.environ, "PORT": str(self.port), "BENCH_CONTROL": str(self.control), **self.environ}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: _prepare(self.core),  # noqa: PLW1509 - nothing runs beside it in the bench
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.process.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                break
            try:
                requests.get(f"http://127.0.0.1:{self.port}{self.ready_path}", timeout=2)
                return
            except requests.RequestException:
                time.sleep(0.05)
        said = self.log.read_text()[-2000:] if self.log.is_file() else ""
        raise RuntimeError(f"{self.command} is not ready: {said}")

    def publish(self, events: int, every_s: float) -> None:
        """Ask for so many events, one in so many seconds; 0: back to back."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            control.sendto(f"{events} {int(every_s * 1e6)}".encode(), ("127.0.0.1", self.control))

    def cpu_s(self) -> float:
        """Seconds of processor time, of all its threads and of its children."""
        return sum(_cpu_s(each) for each in family(self.process.pid))

    def memory_kb(self) -> int:
        """Resident memory of it and of its children."""
        return sum(_status_kb(each, "VmRSS") for each in family(self.process.pid))


def family(pid: int) -> list[int]:
    """A process and whatever it started that still runs."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) * TICK_S  # utime, stime, cutime, cstime


def _status_kb(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
