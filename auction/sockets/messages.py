"""Live bidding over Socket.IO: join, since, bid, maximum, the auctioneer's calls, the clock (docs/protocol.md).

Every message is answered, also when a handler fails. The identity is looked up at every message. If a socket's session
is over or its role has changed, the message is refused at once. The socket is closed soon after. A message that only
the engine can answer is handed in. The answer is sent when it is there; the client's next message is read meanwhile.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import structlog
from marshmallow import Schema, ValidationError

from ..base import metrics
from ..base.loop import Loop
from ..base.origin import CameFrom, ClientKind, coming_from
from ..database.store import OutcomeUnknown, Unavailable
from ..engine.feed import bidder_room, desk_room, sale_room
from ..engine.orders import Answer, Order
from ..parts import Parts
from ..people.sessions import Identity
from ..rules.acts import OF_BIDDERS, Act
from ..rules.visibility import told_params
from ..web.access import MESSAGES, PLACES, may
from ..web.errors import Problem, answer_shape, broken, named, shape
from . import schemas
from .acting import Acting, Actor
from .asking import Asked, Asking
from .bids_here import BID_ACTS, BidsHere
from .clients import Clients, LiveClient, Tell
from .connections import Connection, Connections, presence
from .handshake import UnderWay
from .notices import NoticeBoard
from .packets import Packet
from .rooms import Fanout

log = structlog.get_logger()

LARGEST_MESSAGE = 4_096
SURELY_SMALL = LARGEST_MESSAGE // 12
"""Characters on the wire; one of them is at most twelve when it is written out in ASCII."""
LOOK_EVERY_S = 1.5
JOIN_WITHIN_S = 8.0
"""With the time between two looks: within ten seconds."""
LATE_S = 0.5
SALE_KNOWN_S = 1.0

Said = dict[str, Any] | Asked
Handler = Callable[[Connection, Any, Mapping[str, Any], int], Said]


class Sockets:
    """The messages of one process."""

    def __init__(self, fanout: Fanout, clients: Clients, parts: Parts, bids: BidsHere) -> None:
        self._fanout = fanout
        self._bids = bids
        self._clients = clients
        self._accounts = parts.accounts
        self._clock = parts.clock
        self._engine = parts.engine
        self._feed = parts.feed
        self._sales = parts.sales
        self._people = parts.people
        self._limits = parts.limits
        self._broker = parts.broker
        self._acting = Acting(parts)
        self.connections = Connections(clients.dismiss)
        self._board = NoticeBoard(parts, fanout.send)
        self._found: dict[str, tuple[str, float]] = {}
        self._looked_s = time.monotonic()
        self._loop = Loop(
            "sockets", self._look_after, LOOK_EVERY_S, first_after_s=LOOK_EVERY_S, failed=_not_looked_after
        )
        self._under_way = UnderWay()
        self.asking = Asking(parts.engine)
        clients.handlers = self
        self.handlers: dict[str, tuple[Schema, Handler]] = {
            "join": (schemas.Join(), self._join),
            "since": (schemas.Since(), self._since),
            "clock": (schemas.ClockMessage(), self._clock_offset),
            **{act.name: (schemas.of_act(act), self._of_bidder(act)) for act in OF_BIDDERS.values()},
            "call": (schemas.of_calls(), self._call),
            "notify": (schemas.Notify(), self._notify),
        }
        """Each message by its name: its form, and who answers it."""

    def start(self) -> None:
        """Begin to look after the sockets."""
        self._looked_s = time.monotonic()
        self._loop.start()

    def stop(self, within_s: float) -> None:
        """Let what is being answered be answered; then tell every client that it should come back."""
        self._loop.stop(0)
        self._under_way.wait(within_s)
        self._clients.dismiss_all("restart", within_s)

    # --- coming and going ---

    def connect(self, client: LiveClient) -> bool:
        """Let a client in, with the identity of its session."""
        connection = Connection(client)
        try:
            connection.who = self._accounts.identify(client.token)
        except Exception as error:  # not let in as a stranger for good: a client that is cut comes back by itself
            broken("en", error, "connect")
            return False
        self.connections.add(connection)
        return True

    def disconnect(self, client: LiveClient) -> None:
        """A client that was let in has gone."""
        gone = self.connections.remove(client.public_id)
        if gone is not None:
            self._leave(gone)

    def _look_after(self) -> None:
        """Close the sockets that came for nothing or may not stay, and tell the desks who is there."""
        late_s = time.monotonic() - self._looked_s - LOOK_EVERY_S
        self._looked_s = time.monotonic()
        if late_s < LATE_S:  # else what they said may still wait to be read
            self._clients.dismiss_idle(JOIN_WITHIN_S)
        self.connections.cut_ended(self._accounts.alive)
        self.connections.cut_desks(self._may_stay)
        self._tell_desks()
        self._board.tell_new()

    def _may_stay(self, who: Identity, sale: str, part: str) -> bool:
        """Whether a desk of a sale is still the place of the person who sits there."""
        in_sale = self._people.roles(sale, who.user)
        return may(who.role, PLACES, part, in_sale)

    def _tell_desks(self) -> None:
        """Tell the other processes who is connected here, and the desks who is anywhere."""
        here = self.connections.here(self._bids.late.of)
        self._broker.tell_presence(here)
        for sale in self.connections.desks():
            everywhere = [*([here[sale]] if sale in here else []), *self._broker.presence(sale)]
            told = presence(sale, everywhere, self._engine.book(sale).sale.paddles)
            self._fanout.send(desk_room(sale), "presence", json.dumps(told))

    # --- every message ---

    def refuse_unread(self, client: LiveClient, name: str) -> str | None:
        """The answer to a bid that a crowd leaves no room for."""
        connection = self.connections.get(client.public_id) if name in BID_ACTS else None
        if connection is None or self._bids.has_room(connection):
            return None
        return too_many(connection.locale)

    def message(self, client: LiveClient, packet: Packet, reply: Tell) -> None:
        """Check who sends a message, and its form, and answer it whatever happens."""
        arrived_ms = self._clock.now_ms()
        name = packet.name
        connection = self.connections.get(client.public_id) or Connection(client)
        if name in BID_ACTS and not self._bids.has_room(connection):
            reply(shape(connection.locale, "RATE_LIMITED", {}))
            return
        self._under_way.begin()
        try:
            said = self._said(connection, packet, arrived_ms)
        except Exception as error:
            said = failed(connection.locale, error, name)
        if isinstance(said, Asked):
            self._hand_in(connection, name, said, reply)
        else:
            self._under_way.end()
            reply(said)

    def _said(self, connection: Connection, packet: Packet, arrived_ms: int) -> Said:
        if packet.name not in self.handlers:
            raise Problem("UNKNOWN_MESSAGE")
        schema, handler = self.handlers[packet.name]
        who = self._admit(packet.name, connection)
        return handler(connection, who, read(schema, packet), arrived_ms)

    def _hand_in(self, connection: Connection, name: str, asked: Asked, reply: Tell) -> None:
        """Let the engine decide, and tell the client what it says."""
        counts = name in BID_ACTS
        if counts:
            self._bids.enter(connection)

        def tell(answer: Answer | BaseException) -> None:
            try:
                told = self._shown(connection, name, asked.order, answer)
                asked.heard(told)
                reply(told)
            finally:
                if counts:
                    self._bids.leave(connection)
                self._under_way.end()

        self.asking.ask(asked.order, tell)

    def _shown(self, connection: Connection, name: str, order: Order, answer: Answer | BaseException) -> dict[str, Any]:
        """The engine's answer as the client gets it."""
        if isinstance(answer, BaseException):
            return failed(connection.locale, answer, name)
        answer = replace(answer, params=told_params(order.command, answer.code, answer.params))
        sale = self._engine.book(order.sale).sale
        return answer_shape(connection.locale, answer, sale, order.command)

    def _admit(self, name: str, connection: Connection) -> Identity | None:
        """The sender of this message, looked up anew. Refuse one who may not send it."""
        if not self._limits.allows(self._limits.message, connection.sid):
            raise Problem("RATE_LIMITED")
        who = self._accounts.identify(connection.token)
        if not connection.is_still(who):
            raise Problem("UNAUTHENTICATED")
        self._acting.demand(who, MESSAGES, name)
        if name != "join" and connection.is_inside:
            self._acting.demand(who, PLACES, connection.part, connection.sale)
        return who

    # --- watching ---

    def _join(
        self, connection: Connection, who: Identity | None, message: Mapping[str, Any], _at: int
    ) -> dict[str, Any]:
        sale = self._find(message["sale"])
        self._acting.demand(who, PLACES, message["as_"], sale)
        self._leave(connection)
        self.connections.joined(connection, sale, message["as_"])
        connection.client.joined = True
        for room in self._rooms(connection):
            self._fanout.enter(connection.client, room)
        answer = self._feed.since(self._engine, sale, message["seq"], message["head"])
        return {**answer, **self._document(connection), "notices": self._recent(connection)}

    def _find(self, name: str) -> str:
        """A published sale's id by its id or slug, known for a second, because a hall may return at once."""
        found, until_s = self._found.get(name, ("", 0.0))
        if time.monotonic() < until_s:
            return found
        row = self._sales.find(name)
        if row is None or not self._engine.book(row.id).sale.published:
            raise Problem("UNKNOWN_SALE")
        self._found[name] = (str(row.id), time.monotonic() + SALE_KNOWN_S)
        return str(row.id)

    def _rooms(self, connection: Connection) -> list[str]:
        rooms = [sale_room(connection.sale or "")]
        if connection.part == "bidder" and connection.user:
            rooms.append(bidder_room(connection.sale or "", connection.user))
        if connection.is_inside:
            rooms.append(desk_room(connection.sale or ""))
        return rooms

    def _leave(self, connection: Connection) -> None:
        if connection.sale is not None:
            for room in self._rooms(connection):
                self._fanout.leave(connection.client, room)

    def _document(self, connection: Connection) -> dict[str, Any]:
        book = self._engine.book(connection.sale or "")
        paddle = book.sale.paddles.get(connection.user or "")
        if connection.is_inside:
            return {"document": self._feed.desk(book)}
        if connection.part == "bidder" and paddle is not None:
            return {"document": self._feed.bidder(book, paddle)}
        return {}

    def _recent(self, connection: Connection) -> list[dict[str, Any]]:
        book = self._engine.book(connection.sale or "")
        return self._board.recent(connection, book.sale.paddles.get(connection.user or ""))

    def _since(
        self, connection: Connection, _who: Identity | None, message: Mapping[str, Any], _at: int
    ) -> dict[str, Any]:
        sale = joined(connection)
        return {**self._feed.since(self._engine, sale, message["seq"], message["head"]), **self._document(connection)}

    def _clock_offset(
        self, connection: Connection, _who: Identity | None, message: Mapping[str, Any], arrived_ms: int
    ) -> dict[str, Any]:
        connection.rtt_ms = message["rtt_ms"]
        return {"now_ms": arrived_ms}

    # --- bidding and calling ---

    def _of_bidder(self, act: Act) -> Handler:
        """The handler of a bidder's act."""

        def answer(connection: Connection, who: Identity, message: Mapping[str, Any], arrived: int) -> Asked:
            by = Actor(who, joined(connection), arrived)
            if act.has_amount:
                order = self._acting.of_bidder(by, act, message, message["key"])
                return Asked(order, partial(self._bids.heard, order))
            with coming_from(CameFrom(ClientKind.PAGE, who.user, connection.client.address)):
                return Asked(self._acting.of_bidder(by, act, message, message["key"]))

        return answer

    def _call(self, connection: Connection, who: Identity, message: Mapping[str, Any], arrived: int) -> Asked:
        order = self._acting.call(Actor(who, joined(connection), arrived), message, message["key"])

        def heard(answer: Mapping[str, Any]) -> None:
            metrics.commands.labels(message["do"], answer.get("code", "accepted")).inc()

        return Asked(order, heard)

    def _notify(self, connection: Connection, _who: Identity, message: Mapping[str, Any], _at: int) -> dict[str, Any]:
        if not connection.is_inside:
            raise Problem("NOT_JOINED")
        return self._board.post(connection, message)


def _not_looked_after(error: Exception) -> None:
    if isinstance(error, Unavailable):
        log.warning("the sockets could not be looked after", reason=str(error))
    else:
        broken("en", error, "looking after the sockets")


@cache
def too_many(locale: str) -> str:
    """The answer to a bid that may not wait, as JSON text."""
    return json.dumps(shape(locale, "RATE_LIMITED", {}))


def failed(locale: str, error: BaseException, name: str) -> dict[str, Any]:
    """The answer to a message that was refused before the engine heard of it, or that failed."""
    if isinstance(error, Problem):
        return shape(locale, error.code, error.params)
    if isinstance(error, Unavailable):
        return shape(locale, "UNAVAILABLE", {})
    if isinstance(error, OutcomeUnknown):
        log.warning("an outcome is not known", message=name, reason=str(error))
        return shape(locale, "UNCONFIRMED", {})
    return broken(locale, error, name)


def joined(connection: Connection) -> str:
    """The sale that the socket watches."""
    if connection.sale is None:
        raise Problem("NOT_JOINED")
    return connection.sale


def read(schema: Schema, packet: Packet) -> Mapping[str, Any]:
    """A message's values. Raises Problem naming the field that is wrong."""
    _, *said = packet.data
    if len(said) != 1 or not isinstance(said[0], dict):
        raise Problem("MALFORMED", field="one object")
    try:
        if packet.size > SURELY_SMALL and len(json.dumps(said[0])) > LARGEST_MESSAGE:
            raise Problem("TOO_LARGE")
        return schema.load(said[0])  # type: ignore[no-any-return]
    except RecursionError as error:
        raise Problem("MALFORMED", field="too deep") from error
    except ValidationError as error:
        raise Problem("MALFORMED", field=named(str(next(iter(error.messages_dict))))) from error
