"""What machines read of the log is JSON, line for line, whatever libraries print."""

import json
import re
import socket
import struct
import subprocess
import sys

import pytest

from tests.serving import ROOT, wait_for

from ..house import a_house

RESET = struct.pack("ii", 1, 0)


def lines_of(log: str) -> list[str]:
    return [line for line in log.splitlines() if line and not line.startswith("Serving on ")]


@pytest.mark.parametrize("mode", ["eventlet", "threading", "gevent"])
def test_08_31_a_client_that_breaks_off_leaves_only_json_in_the_log(tmp_path, mode):
    """eventlet printed "socket shutdown error: …", without so much as an end of line, between the JSON."""
    with a_house(tmp_path, mode, AUCTION_LOG="json") as house:
        for _ in range(20):
            stranger = house.stranger()
            stranger.ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            stranger.ws.sock.close()
        wait_for(lambda: "auction_sockets 0.0" in house.sign_in().get("/metrics").text)
        house.server.stop()
        assert [line for line in lines_of(house.server.log) if not _is_json(line)] == []


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("sys.stderr.write('{ctx} socket shutdown error')", "{ctx} socket shutdown error"),
        ("warnings.warn('old')", "UserWarning: old"),
        ("t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", "ZeroDivisionError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_08_31_whatever_is_printed_is_a_line_of_the_log(program, said):
    start = (
        "import sys, threading, warnings; from auction.base import logs; logs.configure('json'); logs.take_over('json')"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{start}; {program}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said in done.stderr
    assert all(map(_is_json, lines_of(done.stderr))), done.stderr


def test_08_31_psycopg_is_a_release_that_runs_under_eventlet():
    asked = re.search(r"^psycopg\[binary\]>=([\d.]+)", (ROOT / "requirements.txt").read_text(), re.M)
    locked = re.search(r"^psycopg==([\d.]+)", (ROOT / "requirements.lock").read_text(), re.M)
    assert asked
    assert locked
    assert all(tuple(map(int, each[1].split("."))) >= (3, 3, 5) for each in (asked, locked))


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
