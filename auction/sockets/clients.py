"""Every client of this process. This file says what its packets mean, and how the server sends it away.

Both transports end here. `Line` and `Polled` carry text; a client's packets are read, counted and answered the same
whichever way they came.
"""

import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Protocol

import structlog

from ..base import metrics
from ..base.runtime import Slices
from ..cluster.limits import Limit, OwnShare
from . import frames, packets
from .line import Line
from .packets import Malformed, Message, Packet
from .polled import Polled

log = structlog.get_logger()

FAREWELL_S = 0.5
Tell = Callable[[dict[str, Any]], None]


@dataclass(slots=True, eq=False, weakref_slot=True)
class LiveClient:
    """One client. `sid` names its session in addresses and is a secret; `public_id` is what others may know.

    `token`: the secret of the session that it signed in with. `joined`: it has shown what it came for.
    """

    sid: str
    address: str
    token: str | None
    locale: str
    way: Line | Polled
    public_id: str = field(default_factory=lambda: secrets.token_urlsafe(15))
    since_s: float = field(default_factory=time.monotonic)
    greeted: bool = False
    joined: bool = False
    share: OwnShare = field(init=False)
    """How many packets it may still send."""
    answered: bool = True
    """Whether the last ping has been answered (sockets/pings.py)."""

    @property
    def closed(self) -> bool:
        """Whether nothing more can be sent to it."""
        return self.way.closed

    def write(self, message: Message) -> None:
        """Send a message."""
        self.way.write(message)


class Handlers(Protocol):
    """Hears what clients say."""

    def connect(self, client: LiveClient) -> bool:
        """Let a client in, or not."""

    def refuse_unread(self, client: LiveClient, name: str) -> str | None:
        """The answer, as JSON text, to an event that is refused unread; None: it is to be read."""

    def message(self, client: LiveClient, packet: Packet, reply: Tell) -> None:
        """Hear a message; `reply` is called with its answer, now or later, from any thread."""

    def disconnect(self, client: LiveClient) -> None:
        """A client that was let in has gone."""


class Clients:
    """The clients by the id of their session. `packets`: how many packets each may send."""

    def __init__(self, packets: Limit) -> None:
        self._packets = packets
        self._clients: dict[str, LiveClient] = {}
        self._by_address: Counter[str] = Counter()
        self._ending: deque[tuple[float, LiveClient]] = deque()
        self.handlers: Handlers
        metrics.sockets.set_function(lambda: len(self._clients))

    def add(self, client: LiveClient) -> None:
        """A client has come."""
        client.share = OwnShare(self._packets)
        self._clients[client.sid] = client
        self._by_address[client.address] += 1

    def forget(self, client: LiveClient) -> None:
        """A client has gone, or has been sent away: once is enough."""
        if self._clients.pop(client.sid, None) is None:
            return
        self._by_address[client.address] -= 1
        if not self._by_address[client.address]:
            del self._by_address[client.address]
        self._leave(client)

    def count(self, address: str) -> int:
        """How many clients an address has."""
        return self._by_address[address]

    def find(self, sid: str, token: str | None) -> LiveClient | None:
        """The client of a session, by id and the secret of its beginning, because proxies log the id alone. None if
        there is no such client, or it is being sent away."""
        client = self._clients.get(sid)
        if client is None or client.closed:
            return None
        is_its = client.token is None or compare_digest(client.token.encode(), (token or "").encode())
        return client if is_its else None

    def get(self, sid: str) -> LiveClient | None:
        """The client of a session."""
        return self._clients.get(sid)

    def greeted(self) -> list[LiveClient]:
        """The clients that have been let in."""
        return [each for each in self._all() if each.greeted]

    def of_public_id(self, public_id: str) -> LiveClient | None:
        """The client that others know by this id."""
        return next((each for each in self._all() if each.public_id == public_id), None)

    # --- what a client says ---

    def take(self, client: LiveClient, text: str) -> None:
        """Take a packet. Raises Malformed for one that no client of ours sends."""
        if client.closed:
            return
        if text == packets.PONG and not client.answered:
            client.answered = True
            return
        if not client.share.takes_one():
            self.dismiss([client], "flood")
            return
        client.answered = True  # a client that says anything is there
        kind = text[:1]
        if kind == packets.MESSAGE:
            if not self._refused_unread(client, text):
                self._take_message(client, packets.read(text[1:]))
        elif kind == packets.CLOSE:
            client.way.leave()
            self._ending.append((time.monotonic() + FAREWELL_S, client))
        elif kind not in (packets.OPEN, packets.PING, packets.PONG, packets.UPGRADE, packets.NOOP) or not kind:
            raise Malformed("kind")

    def _refused_unread(self, client: LiveClient, text: str) -> bool:
        """Whether an event has been refused by its name alone."""
        asking = packets.asking_event(text) if client.greeted else None
        told = None if asking is None else self.handlers.refuse_unread(client, asking[1])
        if asking is None or told is None:
            return False
        client.way.write(packets.answer_of(asking[0], told))
        return True

    def _take_message(self, client: LiveClient, packet: Packet) -> None:
        if packet.kind == packets.CONNECT:
            self._connect(client, packet.namespace)
        elif packet.namespace != "/" or not client.greeted:
            return  # the server reads nothing from a client that was not let in
        elif packet.kind == packets.DISCONNECT:
            self._leave(client)
        else:
            self.handlers.message(client, packet, _reply(client, packet.number))

    def _connect(self, client: LiveClient, namespace: str) -> None:
        if namespace != "/" or client.greeted:
            client.write(packets.refused(namespace, "Unable to connect"))
        elif self.handlers.connect(client):
            client.greeted = True
            client.write(packets.connected(client.public_id))
        else:
            self.dismiss([client], "broken")

    def _leave(self, client: LiveClient) -> None:
        if client.greeted:
            client.greeted = False
            self.handlers.disconnect(client)

    # --- sending away ---

    def dismiss_idle(self, longer_than_s: float) -> None:
        """Send those away who have been here for so long and have joined nothing."""
        before_s = time.monotonic() - longer_than_s
        self.dismiss([each for each in self._all() if not each.joined and each.since_s < before_s], "idle")

    def dismiss_all(self, reason: str, within_s: float) -> None:
        """Say good-bye to everybody, and wait until they have it."""
        everybody = self._all()
        self.dismiss(everybody, reason)
        wait_until(lambda: all(each.way.is_told for each in everybody), within_s)

    def dismiss(self, clients: Iterable[LiveClient], reason: str) -> None:
        """Say good-bye and close, with a turn for the others in between: thousands may have to go at once."""
        leaving = [each for each in clients if not each.closed]
        bye, slices = packets.event("bye", f'{{"reason":"{reason}"}}'), Slices()
        for each in leaving:
            if each.greeted:
                each.write(bye)
                each.write(Message(packets.LEFT))
            slices.breathe()
        # A polling client has to come and fetch it.
        wait_until(lambda: all(each.way.is_told for each in leaving if isinstance(each.way, Polled)), FAREWELL_S)
        for each in leaving:
            self.end(each, reason)
            slices.breathe()

    def end(self, client: LiveClient, reason: str, code: int = frames.NORMAL) -> None:
        """Send what waits, then close; whatever comes in meanwhile is not read."""
        if not client.closed:
            log.info("socket ended", reason=reason, socket=client.public_id)
            client.way.close(code)
            self._ending.append((time.monotonic() + FAREWELL_S, client))
        self.forget(client)

    def finish(self, now_s: float) -> None:
        """End the connections of the clients that were sent away a moment ago, if they have not ended theirs."""
        while self._ending and self._ending[0][0] <= now_s:
            self._ending.popleft()[1].way.finish()

    def _all(self) -> list[LiveClient]:
        """Every client at this moment. With threads others come and go while the caller looks through them."""
        return list(self._clients.copy().values())


def _reply(client: LiveClient, number: int | None) -> Tell:
    def reply(answer: dict[str, Any]) -> None:
        if number is not None:
            client.write(packets.answer(number, answer))

    return reply


def wait_until(done: Callable[[], bool], within_s: float) -> None:
    """Wait until something is so, but no longer than that."""
    give_up_s = time.monotonic() + within_s
    while not done() and time.monotonic() < give_up_s:
        time.sleep(0.01)
