"""One process that serves: parts, pages and sockets joined, and taken apart again in order."""

import os
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from flask_socketio import SocketIO

from ..config import Config
from ..parts import Parts, build
from ..runtime import mode
from .application import create_app
from .server import serve
from .sockets import LARGEST_MESSAGE, Sockets

PING_EVERY_S = 5
PONG_WITHIN_S = 5


def serve_for_ever(config: Config, before: Callable[[Parts], None]) -> None:
    """Serve until asked to stop. `before` runs once the parts are there and nothing is served yet."""
    socketio = SocketIO()
    parts = build(config, lambda room, name, message: socketio.server.emit(name, message, room=room))
    parts.store.claim()
    parts.store.migrate()
    app = create_app(parts)
    socketio.init_app(
        app,
        async_mode=mode(),
        cors_allowed_origins=origins(config),
        max_http_buffer_size=4 * LARGEST_MESSAGE,
        ping_interval=PING_EVERY_S,
        ping_timeout=PONG_WITHIN_S,
    )
    sockets = Sockets(app, socketio.server, parts)
    parts.accounts.on_change = sockets.connections.cut_user
    parts.start()
    sockets.start()
    before(parts)

    def stop() -> None:
        parts.timekeeper.stop()
        parts.engine.stop()
        parts.feed.stop()
        sockets.stop()
        parts.store.close()
        sys.stdout.flush()
        # The library's threads may outlive a clean end; everything that matters is on disk and told.
        os._exit(0)

    serve(app, config.host, config.port, stop)


def origins(config: Config) -> list[str]:
    """The addresses that a browser may connect from: the public one, and this machine's own names for it."""
    public = urlsplit(config.public_url)
    names = {config.public_url}
    if public.hostname in ("127.0.0.1", "localhost"):
        names |= {f"{public.scheme}://{name}:{public.port}" for name in ("127.0.0.1", "localhost")}
    return sorted(names)
