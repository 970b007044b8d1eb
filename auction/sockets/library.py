"""Flask-SocketIO as we use it: it holds the requests of polling clients, and its `emit` reaches every client."""

import json
import logging
from typing import Any

import structlog
from flask import Flask
from flask_socketio import SocketIO
from socketio import Manager

from ..base import runtime
from .clients import Clients
from .packets import LARGEST_PACKET, event
from .rooms import Fanout

log = structlog.get_logger()


class Emitting(Manager):  # type: ignore[misc]
    """The library asks this object whom a message is for: our rooms and clients know."""

    def __init__(self, fanout: Fanout, clients: Clients) -> None:
        super().__init__()
        self._fanout = fanout
        self._clients = clients

    def emit(self, event_name: str, data: Any, namespace: str, **options: Any) -> None:
        """Send a message to a room of ours, to the client with this public id, or to everybody.

        Raises ValueError for what our clients cannot do: answer, or be in another namespace.
        """
        if options.get("callback") is not None or namespace not in (None, "/"):
            raise ValueError("clients answer no message of the server's, and have one namespace")
        room, text = options.get("to") or options.get("room"), json.dumps(data)
        if room is None:
            for each in self._clients.greeted():
                each.write(event(event_name, text))
        elif (client := self._clients.of_public_id(room)) is not None:
            client.write(event(event_name, text))
        else:
            self._fanout.send(room, event_name, text)


def install(app: Flask, fanout: Fanout, clients: Clients, every_s: float) -> Any:
    """Give the application Flask-SocketIO. Its python-engineio server, which holds polling requests."""
    socketio = SocketIO()
    socketio.init_app(
        app,
        async_mode=runtime.mode(),
        client_manager=Emitting(fanout, clients),
        cors_allowed_origins=[],  # sockets/handshake.py judges origins
        engineio_logger=library_logger("auction.sockets"),
        logger=library_logger("auction.sockets"),
        max_http_buffer_size=LARGEST_PACKET,
        monitor_clients=False,  # sockets/pings.py does; the library wakes the process for each socket in turn
        ping_interval=every_s,
        ping_timeout=every_s,
    )
    return socketio.server.eio


class ToOurLog(logging.Handler):
    """Takes what the libraries log into the structured log, where a stranger's line breaks are escaped."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, "library", said=record.getMessage(), exc_info=record.exc_info)


def library_logger(name: str) -> logging.Logger:
    """A logger to give to a library."""
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [ToOurLog()], False
    logger.setLevel(logging.WARNING)
    return logger
