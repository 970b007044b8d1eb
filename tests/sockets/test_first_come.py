"""First come, first served: bids that wait for the server are taken in the order in which they arrived."""

import signal
import subprocess
import sys
import time

import pytest

from tests.load.hall import hall
from tests.serving import ROOT

from ..house import House

BIDDERS = 24
pytestmark = pytest.mark.clock


def test_bids_that_wait_are_taken_in_the_order_of_their_arrival():
    with hall(0, BIDDERS) as each:
        each.client.mark()
        each.process.process.send_signal(signal.SIGSTOP)
        each.client.ask(f"offered 50 {BIDDERS}")  # slow enough to stop before any bidder bids twice
        while each.client.read()["bids"] < BIDDERS:
            each.client.wait(1, 0.01)
        each.client.ask("stop")
        each.process.process.send_signal(signal.SIGCONT)
        seen = each.client.settle()
    assert (seen["codes"], seen["unanswered"]) == ({}, 0)
    assert seen["accepted"] >= BIDDERS


READING = """
import sys
from auction.base import runtime
runtime.patch(sys.argv[1])
import socket, threading, time
from auction.sockets.line import Line

def said(text):  # masked with zeros, as a client may
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode()

phones, told, lines = {}, [], []
def read(name, line):
    for text in line.messages():
        told.append(text)
        if text == "a1":  # while it is handled, which takes long, another client speaks, and then the same one again
            phones["b"].sendall(said("b1"))
            phones["a"].sendall(said("a2"))
            until = time.perf_counter() + 0.005
            while time.perf_counter() < until:
                pass
        elif len(told) == 3:
            for each in lines:
                each.abort()

readers = []
for name in ("a", "b"):
    near, phones[name] = socket.socketpair()
    lines.append(Line(near, b"", name))
    readers.append(threading.Thread(target=read, args=(name, lines[-1])))
    readers[-1].start()
time.sleep(0.05)
phones["a"].sendall(said("a1"))
for each in readers:
    each.join(5)
print(*told)
"""


@pytest.mark.parametrize("runtime", ["eventlet", "gevent"])
def test_who_speaks_again_does_not_go_before_others_who_spoke_first(runtime):
    command = [sys.executable, "-W", "ignore", "-c", READING, runtime]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["a1", "b1", "a2"], done.stderr


GOING = """
import warnings; warnings.simplefilter("ignore")
import socket, time
from auction.base.eventlet_hub import Hub

hub, told = Hub(), []

def watch(name, line):
    def ready(descriptor):
        told.append(name)
        time.sleep(0.001)
        hub.remove(listener)
    listener = hub.add(hub.READ, line.fileno(), ready, lambda *_: None, lambda *_: None)

gone = [socket.socketpair() for _ in range(400)]
for number, (near, far) in enumerate(gone):
    watch(number, near)
bidder, phone = socket.socketpair()
watch("bid", bidder)
for _, far in gone:
    far.close()
hub.wait(0)  # they are being cleared up when the bid comes
phone.send(b"a bid")
while len(told) < 401:
    hub.wait(0)
print(told.index("bid"), [each for each in told if each != "bid"] == list(range(400)))
"""


def test_08_22_many_who_close_at_once_do_not_keep_a_bidder_waiting():
    """1,700 connections that were closed at one moment were all cleared up before the next bid was read: 12 s."""
    done = subprocess.run(
        [sys.executable, "-c", GOING], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    before, in_order = done.stdout.split()
    assert int(before) <= 10, "at most two turns' worth"
    assert in_order == "True"


def test_08_22_who_is_dismissed_with_hundreds_of_others_keeps_nobody_waiting(house: House):
    """Hundreds of sockets that never joined are closed by the server within one look: it gives turns in between."""
    bidder = house.enter("bidder1", "bidder")
    strangers = [house.stranger().greet() for _ in range(300)]
    longest_s, until_s = 0.0, time.monotonic() + 12
    while time.monotonic() < until_s:
        began_s = time.monotonic()
        assert "now_ms" in bidder.ask("clock")
        longest_s = max(longest_s, time.monotonic() - began_s)
        time.sleep(0.05)  # within the rate of a socket
    assert all(each.is_cut(1) for each in strangers[:3])
    assert longest_s < 2, "and on a quiet machine a few hundredths"
