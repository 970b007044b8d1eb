"""One process that serves: parts, pages and sockets joined, and taken apart again in order."""

import os
import sys
from collections.abc import Callable

from flask_socketio import SocketIO

from ..base import runtime
from ..base.config import ROOT, Config
from ..base.logs import take_over
from ..papers.maker import Maker
from ..parts import Parts, build
from ..sockets.guard import LARGEST_PACKET, Guard, RoomlessManager, StrictJson, StrictPacket, library_logger
from ..sockets.handshake import Door
from ..sockets.messages import Sockets
from ..sockets.outgoing import Fanout
from ..sockets.pings import Pulse
from ..web.application import create_app
from ..web.assets import Assets, files
from ..web.kept import Pages
from ..web.security import behind_proxies, origins, with_headers
from .accepting import Accepting
from .listening import bind, serve

PING_EVERY_S = 4.5
"""And as long an answer may take: within ten seconds somebody who is gone is noticed."""
GOOD_BYE_S = 0.5


def serve_for_ever(config: Config, before: Callable[[Parts], None], orphaned: Callable[[], bool]) -> None:
    """Serve until asked to stop, or `orphaned`. `before` runs once the parts are there and nothing is served yet."""
    take_over(config.log)
    socketio = SocketIO()
    fanout = Fanout()
    parts = build(config, fanout.send)
    parts.store.claim()
    try:
        listener = bind(config.host, config.port)
    except OSError as error:
        sys.exit(f"Cannot listen on {config.host}:{config.port}: {error.strerror}")
    parts.store.migrate()
    app = create_app(parts)
    # In order, each client's messages one after the other: else its second bid may overtake its first.
    socketio.init_app(
        app,
        async_mode=runtime.mode(),
        async_handlers=False,
        client_manager=RoomlessManager(),
        cors_allowed_origins=origins(config),
        cors_credentials=False,
        engineio_logger=library_logger("auction.sockets"),
        json=StrictJson,
        logger=library_logger("auction.sockets"),
        max_http_buffer_size=LARGEST_PACKET,
        monitor_clients=False,  # sockets/pings.py does; the library wakes the process for each socket in turn
        ping_interval=PING_EVERY_S,
        ping_timeout=PING_EVERY_S,
        serializer=StrictPacket,
    )
    fanout.attach(socketio.server, direct=bool(config.direct_send) and runtime.mode() == "eventlet")
    pulse = Pulse(PING_EVERY_S)
    guard = Guard(socketio.server, pulse, parts.limits.allows_packets)
    sockets = Sockets(app, fanout, guard, parts)
    pages = Pages(app, parts.accounts, parts.limits)
    door = Door(Assets(pages, files(ROOT / "static")), config, guard)
    parts.accounts.on_change = sockets.connections.cut_user
    accepting = Accepting()
    parts.health.also.append(accepting.reason)
    parts.start()
    maker = Maker(parts).start()
    pulse.start()
    sockets.start()
    before(parts)
    runtime.spare_what_stays()

    def stop(code: int) -> None:
        door.close()
        parts.stop_deciding()
        maker.stop()
        parts.broker.stop()
        door.wait_until_left(GOOD_BYE_S)
        pulse.stop()
        sockets.stop(GOOD_BYE_S)
        parts.store.close()
        sys.stdout.flush()
        # The library's threads may outlive a clean end; everything that matters is on disk and told.
        os._exit(code)

    serve(with_headers(behind_proxies(door, config.trusted_proxies), config), listener, accepting, stop, orphaned)
