"""Serving, in the three runtimes. Here the library's defaults would set silent ceilings (1,024 sockets, backlog 50)."""

import signal
import threading
from collections.abc import Callable
from typing import Any

import structlog

from ..runtime import mode

log = structlog.get_logger()

BACKLOG = 4_096
MAX_SOCKETS = 50_000

Wsgi = Callable[..., Any]


def refuse_compression(wsgi: Wsgi) -> Wsgi:
    """Offer no compression of websockets: every browser asks for it, and it costs a context per client."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return wsgi(environ, start_response)

    return application


def serve(wsgi: Wsgi, host: str, port: int, stop: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; then run `stop`, which answers what was taken and says good-bye, and return."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    run = {"eventlet": _eventlet, "gevent": _gevent, "threading": _threading}[mode()]
    thread = threading.Thread(target=run, args=(refuse_compression(wsgi), host, port), name="server", daemon=True)
    thread.start()
    # A signal only sets a flag: a hub that sleeps in the kernel would not notice more than that.
    while not asked.wait(0.2) and thread.is_alive():
        pass
    log.info("stopping")
    stop()


def _eventlet(wsgi: Wsgi, host: str, port: int) -> None:
    import eventlet  # noqa: PLC0415 - only in this runtime
    import eventlet.wsgi  # noqa: PLC0415

    listener = eventlet.listen((host, port), backlog=BACKLOG)
    eventlet.wsgi.server(listener, wsgi, max_size=MAX_SOCKETS, log_output=False, socket_timeout=None)


def _gevent(wsgi: Wsgi, host: str, port: int) -> None:
    from gevent.pywsgi import WSGIServer  # noqa: PLC0415 - only in this runtime

    WSGIServer((host, port), wsgi, backlog=BACKLOG, log=None).serve_forever()


def _threading(wsgi: Wsgi, host: str, port: int) -> None:
    from werkzeug.serving import make_server  # noqa: PLC0415 - only in this runtime

    make_server(host, port, wsgi, threaded=True).serve_forever()
