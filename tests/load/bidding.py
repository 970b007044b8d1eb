"""The path of a bid under load: in a closed loop, and at a calm rate before everybody's eyes.

The bids go through everything: socket, session, rate limit, inbox, rules, one commit with fsync, answer, feed, fan-out.
One sale, one lot, all amounts from one counter. Bids of several sockets overtake each other; a lower one that comes
after a higher is refused by the rules, answered and kept as evidence just as durably: `refused_share` says how many.
"""

from .hall import Hall, Row


def path(hall: Hall, seconds: float) -> Row:
    """All bidders bid again as soon as they are answered."""
    everybody = f"closed {hall.bidders}"
    hall.run(1, everybody)  # warm
    row = hall.run(seconds, everybody)
    return {"store": hall.store, "watchers": hall.watchers, "bidders": hall.bidders, **row}


def calm(hall: Hall, per_s: float, seconds: float) -> Row:
    """A steady rate of bids: how long until every screen has one, and which share of a core that takes."""
    steady = f"offered {per_s} {hall.bidders}"
    hall.run(1, steady)  # warm
    row = hall.run(seconds, steady)
    return {"store": hall.store, "watchers": hall.watchers, "offered_per_s": per_s, **row}
