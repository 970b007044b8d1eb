"""The servers that are compared: ours and three peers, each with the same watchers, the same events and one core."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from .client import BUILD
from .hall import bench_server
from .processes import Process
from .staging import staged

PEERS = Path(__file__).resolve().parent / "peers"
NODE_HOME = BUILD / "node"

Serving = tuple[Process, dict[str, Any]]
"""A server that runs, and the options with which the load client joins its sale."""


class Missing(Exception):
    """A peer cannot be had here; the message says why."""


@contextmanager
def ours(runtime: str = "eventlet") -> Iterator[Serving]:
    """Our server with a sale in it."""
    with staged(AUCTION_ASYNC_MODE=runtime) as stage, bench_server(stage) as process:
        yield process, {"sale": stage.cast.slug}


@contextmanager
def _peer(command: list[str]) -> Iterator[Serving]:
    with Process(command) as process:
        yield process, {"sale": "bench"}


def stock() -> AbstractContextManager[Serving]:
    """Flask-SocketIO on eventlet as its documentation shows it."""
    return _peer([sys.executable, "-m", "tests.load.peers.stock"])


def floor() -> AbstractContextManager[Serving]:
    """A hand-made server that only writes prepared frames: no server can save what the kernel asks for it."""
    return _peer([sys.executable, "-m", "tests.load.peers.floor"])


def node() -> AbstractContextManager[Serving]:
    """Socket.IO's own server on Node, as its documentation shows it. Raises Missing where it cannot be installed."""
    install_node()
    return _peer(["node", str(NODE_HOME / "node.mjs")])


def install_node() -> None:
    """Put the peer's package beside its script, in the build folder."""
    if not (NODE_HOME / "node_modules" / "socket.io").is_dir():
        NODE_HOME.mkdir(parents=True, exist_ok=True)
        (NODE_HOME / "package.json").write_text((PEERS / "package.json").read_text())
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        try:
            subprocess.run(command, cwd=NODE_HOME, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError) as error:
            raise Missing(f"socket.io could not be installed by npm ({type(error).__name__})") from error
    (NODE_HOME / "node.mjs").write_text((PEERS / "node.mjs").read_text())


SERVERS = {"ours": ours, "ours-gevent": partial(ours, "gevent"), "stock": stock, "node": node, "floor": floor}
