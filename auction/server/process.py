"""One process that serves: parts, pages and sockets joined, and taken apart again in order."""

import os
import sys
from collections.abc import Callable

from ..api.site import create_site
from ..base import runtime
from ..base.config import ROOT, Config
from ..base.logs import take_over
from ..papers.maker import Maker
from ..parts import Parts, build
from ..sockets import library
from ..sockets.bids_here import BidsHere
from ..sockets.clients import Clients
from ..sockets.endpoint import Endpoint
from ..sockets.handshake import Door
from ..sockets.messages import Sockets
from ..sockets.pings import Pulse
from ..sockets.rooms import Fanout
from ..web.assets import Assets, files
from ..web.auth import cookie_of
from ..web.kept import Pages
from ..web.security import behind_proxies, with_headers
from .accepting import Accepting
from .listening import bind, serve

PING_EVERY_S = 4.5
"""And as long an answer may take: within ten seconds the server notices a client that is gone."""
GOOD_BYE_S = 0.5


def serve_for_ever(config: Config, before: Callable[[Parts], None], orphaned: Callable[[], bool]) -> None:
    """Serve until asked to stop, or `orphaned`. `before` runs once the parts are there and nothing is served yet."""
    take_over(config.log)
    fanout = Fanout()
    parts = build(config, fanout.send)
    parts.store.claim()
    try:
        listener = bind(config.host, config.port)
    except OSError as error:
        sys.exit(f"Cannot listen on {config.host}:{config.port}: {error.strerror}")
    parts.store.migrate()
    parts.files.check_folder()
    bids = BidsHere(parts, fanout.send)
    app = create_site(parts, bids)
    clients = Clients(parts.limits.packet)
    pulse = Pulse(clients, PING_EVERY_S)
    sockets = Sockets(fanout, clients, parts, bids)
    pulse.also.append(sockets.asking.look)
    eio = library.install(app, fanout, clients, PING_EVERY_S)
    pages = Assets(Pages(app, parts), files(ROOT / "static"))
    endpoint = Endpoint(pages, eio, clients, pulse)
    endpoint.token_of = lambda environ: cookie_of(app, environ).get("token")
    door = Door(pages, config, clients, endpoint)
    parts.accounts.on_change = sockets.connections.cut_user
    accepting = Accepting()
    parts.health.also.append(accepting.reason)
    parts.start()
    maker = Maker(parts).start()
    parts.courier.start()
    parts.views.start()
    parts.postman.start()
    pulse.start()
    sockets.start()
    before(parts)
    runtime.spare_what_stays()

    def stop(code: int) -> None:
        door.close()
        parts.stop_deciding()
        maker.stop()
        parts.courier.stop()
        parts.views.stop()
        parts.postman.stop()
        parts.broker.stop()
        door.wait_until_left(GOOD_BYE_S)
        pulse.stop()
        sockets.stop(GOOD_BYE_S)
        parts.store.close()
        sys.stdout.flush()
        # The library's threads may outlive a clean end; everything that matters is on disk and told.
        os._exit(code)

    serve(with_headers(behind_proxies(door, config.trusted_proxies), config), listener, accepting, stop, orphaned)
