"""Rooms of clients: one message, packed once, to everybody in a room."""

import threading
import time

from .clients import LiveClient
from .packets import event

BREATHE_EVERY = 200
"""After so many clients the others get a turn, so that an answer to a bid need not wait."""


class Fanout:
    """The rooms of one process. A sale, a bidder's screens and the desks of a sale have a room each."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[str, LiveClient]] = {}
        self._door = threading.Lock()  # else one may enter a room that another, leaving last, takes away

    def enter(self, client: LiveClient, room: str) -> None:
        """Put a client into a room."""
        with self._door:
            self._rooms.setdefault(room, {})[client.public_id] = client

    def leave(self, client: LiveClient, room: str) -> None:
        """Take a client out of a room."""
        with self._door:
            members = self._rooms.get(room, {})
            members.pop(client.public_id, None)
            if not members:
                self._rooms.pop(room, None)

    def send(self, room: str, name: str, text: str) -> None:
        """Send a message, as JSON text, to everybody in a room, in the order of calls."""
        members = list(self._rooms.get(room, {}).values())
        if not members:
            return
        message = event(name, text)
        for count, client in enumerate(members, 1):
            client.way.write(message)
            if count % BREATHE_EVERY == 0:
                time.sleep(0)
