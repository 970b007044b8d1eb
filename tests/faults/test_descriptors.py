"""A process that has no file descriptor left goes on accepting, says so, and lets quiet strangers go first."""

import resource
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from auction.people.accounts import Purpose
from tests.house import Stranger
from tests.serving import ROOT, Person, Server, parts_for, stage, wait_for

DESCRIPTORS = 160


def narrow() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


class Narrow(Server):
    """A server that may open few files."""

    def start(self, *arguments: str) -> "Narrow":
        environ = {"PATH": "/usr/bin:/bin", "AUCTION_INSTANCE": str(self.instance), "PORT": str(self.port)}
        with (self.instance / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "serve"],
                cwd=ROOT,
                env=environ | self.environ,
                stdout=log,
                stderr=log,
                preexec_fn=narrow,  # noqa: PLW1509 - this process has no threads that hold a lock just now
            )
        self.wait_until_ready()
        return self


@contextmanager
def a_narrow_house(folder: Path, mode: str):
    cast = stage(folder)
    server = Narrow(folder, {"AUCTION_ASYNC_MODE": mode}).start()
    parts = parts_for(folder)
    try:
        yield server, cast, parts
    finally:
        parts.store.close()
        server.stop()


def is_served(url: str) -> bool:
    try:
        return requests.get(f"{url}/", timeout=5).status_code == 200
    except requests.RequestException:
        return False


@pytest.mark.parametrize("mode", ["eventlet", "threading", "gevent"])
def test_08_21_running_out_of_descriptors_once_does_not_end_accepting(tmp_path, mode):
    """eventlet's loop ended at the first EMFILE, without a word: the server let no client in any more."""
    with a_narrow_house(tmp_path, mode) as (server, cast, parts), ExitStack() as stack:
        bidder = Person(server.url).enter(parts.accounts.make_link(Purpose.SIGN_IN, cast.users["bidder1"]))
        assert "seq" in bidder.connect(cast.slug, "bidder")
        quiet = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2 * DESCRIPTORS)]
        for each in quiet:
            stack.callback(each.close)
        wait_for(lambda: is_served(server.url), 20)
        assert "now_ms" in bidder.ask("clock"), "who takes part is not cut"
        assert bidder.bid("1", 1)["code"] == "NOT_LIVE", "and his bid is written"
        wait_for(lambda: 'auction_accept_short_total{how="quiet_closed"}' in metrics(server), 20)
        assert "out of file descriptors" in server.log

        busy = []
        wait_for(lambda: comes_in(server, busy) is None or len(busy) > DESCRIPTORS, 60)
        assert len(busy) < DESCRIPTORS
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as late:
            late.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            said = late.recv(1_000)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b"out of file descriptors" in said
        assert "now_ms" in bidder.ask("clock")

        for each in busy:
            each.leave()
        wait_for(lambda: is_served(server.url), 20)
        health = requests.get(f"{server.url}/healthz", timeout=5)
        assert (health.status_code, health.json()["reason"]) == (503, "out of file descriptors"), "for ten seconds"
        assert 'auction_accept_short_total{how="turned_away"}' in metrics(server)
        wait_for(lambda: requests.get(f"{server.url}/healthz", timeout=5).status_code == 200, 15)
        assert "Traceback" not in server.log
        bidder.leave()


def metrics(server: Server) -> str:
    try:
        return requests.get(f"{server.url}/metrics", timeout=5).text
    except requests.RequestException:
        return ""


def comes_in(server: Server, busy: list[Stranger]) -> Stranger | None:
    """One more who watches; None where he was turned away."""
    try:
        busy.append(Stranger(server.url).greet())
        busy[-1].ask("join", {"sale": "sale", "as": "watcher"})
    except Exception:  # however a websocket's client says that it was not let in
        return None
    return busy[-1]
