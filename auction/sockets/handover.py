"""How a runtime's server hands over the connection of a request that becomes a websocket.

`auction/server/listening.py` puts a `Handover` into the environ of every request, made for its server.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

HANDOVER = "auction.handover"
"""The key of a request's `Handover` in its environ."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A request's connection. `ahead` tells what the server has read behind the head already.

    `let_go` is what the application returns in the end, so that the server writes nothing more and closes.
    """

    connection: Any
    ahead: Callable[[], bytes]
    let_go: Callable[[], Iterable[bytes]]
