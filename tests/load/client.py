"""The load client: compiled on first use, run on its own core, asked one line at a time (client/main.c)."""

import json
import os
import select
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "client"
BUILD = HERE / "build"
CLIENT_CORE = 1
FLAGS = ("-O2", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror")

Answer = dict[str, Any]


def compiled() -> Path:
    """The client as a program, built anew where a source file is younger."""
    program, sources = BUILD / "client", sorted(SOURCE.glob("*.[ch]"))
    if not program.exists() or program.stat().st_mtime < max(each.stat().st_mtime for each in sources):
        BUILD.mkdir(exist_ok=True)
        part = program.with_suffix(f".{os.getpid()}")
        units = [str(each) for each in sources if each.suffix == ".c"]
        subprocess.run([os.environ.get("CC", "cc"), *FLAGS, "-o", str(part), *units], check=True)
        part.rename(program)
    return program


def pin(core: int) -> None:
    """Keep this process on one core, where the machine has that one."""
    if core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})


@dataclass
class LoadClient:
    """Thousands of clients of a server, or of several in turn. Options are those of `set` in client/main.c."""

    ports: list[int]
    options: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> "LoadClient":
        given = [
            f"ports={','.join(map(str, self.ports))}",
            *(f"{name}={value}" for name, value in self.options.items()),
        ]
        self._process = subprocess.Popen(
            [compiled(), *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=lambda: pin(CLIENT_CORE),  # noqa: PLW1509 - nothing runs beside it in the bench
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def ask(self, command: str, patience_s: float = 30) -> Answer:
        """Give a command, and wait for its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\n".encode())
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], patience_s)
        line = self._process.stdout.readline() if ready else b""
        if not line:
            raise RuntimeError(f"the load client did not answer to {command!r}")
        return json.loads(line)

    def open(self, count: int, role: str = "watcher", within_s: float = 60) -> Answer:
        """Connect and join so many more. Raises RuntimeError where they do not all come in."""
        before = self.ask("read")["joined"][role]
        answer = self.ask(f"open {count} {role} {within_s}", within_s + 10)
        if answer["joined"][role] != before + count:
            raise RuntimeError(f"of {count} {role}s came in {answer['joined'][role] - before}: {answer['failures']}")
        return answer

    def mark(self) -> None:
        """Count from here on."""
        self.ask("mark")

    def read(self) -> Answer:
        """What was counted since the mark."""
        return self.ask("read")

    def wait(self, events: int, within_s: float) -> Answer:
        """Until so many events have come since the mark, or the time is over."""
        return self.ask(f"wait {events} {within_s}", within_s + 10)

    def settle(self, within_s: float = 10) -> Answer:
        """Bid no more, and wait until every bid is answered."""
        self.ask("stop")
        return self.ask(f"settle {within_s}", within_s + 10)
