"""First come, first served: bids that wait for the server are taken in the order in which they arrived."""

import signal

from tests.load.hall import hall

BIDDERS = 24


def test_bids_that_wait_are_taken_in_the_order_of_their_arrival():
    with hall(0, BIDDERS) as each:
        each.client.mark()
        each.process.process.send_signal(signal.SIGSTOP)
        each.client.ask(f"offered 200 {BIDDERS}")
        while each.client.read()["bids"] < BIDDERS:
            each.client.wait(1, 0.01)
        each.client.ask("stop")
        each.process.process.send_signal(signal.SIGCONT)
        seen = each.client.settle()
    assert (seen["codes"], seen["unanswered"]) == ({}, 0)
    assert seen["accepted"] >= BIDDERS
