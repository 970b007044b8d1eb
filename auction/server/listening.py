"""Serving, in the three runtimes. Here the library's defaults would set silent ceilings (1,024 sockets, backlog 50)."""

import signal
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from ..base.runtime import mode
from ..sockets.handover import HANDOVER, Handover
from ..sockets.library import library_logger
from ..web.security import Wsgi
from .accepting import PAUSE_S, SHORT, Accepting
from .heads import HeadRefused, Heads

log = structlog.get_logger()

BACKLOG = 4_096
MAX_SOCKETS = 50_000
QUIET_S = 30
"""Seconds that a connection may say nothing, between requests or in the middle of one."""

SEND_BUFFER = 65_536
"""Bytes that the kernel may hold for one client that does not read. Without a bound it grows to megabytes."""


def bind(host: str, port: int) -> socket.socket:
    """The address taken, so that no other process has it, but no client let in yet. Raises OSError."""
    family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, number)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    # Every connection inherits it: else a frame after an answer waits up to 40 ms for the other side's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind(address)
    return listener


def serve(
    wsgi: Wsgi, listener: socket.socket, accepting: Accepting, stop: Callable[[int], None], orphaned: Callable[[], bool]
) -> None:
    """Serve until SIGTERM, SIGINT or `orphaned`; then run `stop` with the exit code, 1 if no signal had come."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    run = {"eventlet": _eventlet, "gevent": _gevent, "threading": _threading}[mode()]
    listener.listen(BACKLOG)
    thread = threading.Thread(target=run, args=(wsgi, listener, accepting), name="server", daemon=True)
    thread.start()
    # A signal only sets a flag: a hub that sleeps in the kernel would not notice more than that.
    while not asked.wait(0.2) and thread.is_alive() and not orphaned():
        pass
    log.info("stopping")
    stop(0 if asked.is_set() else 1)


class JudgedHeads:
    """Stands before a request handler of the kind of Python's own: every head is read and judged by us first."""

    accepting: Accepting
    connection: Any
    rfile: Any
    wfile: Any
    close_connection: Any

    def setup(self) -> None:
        """Put our reader in the place of the connection's file."""
        super().setup()  # type: ignore[misc]
        self.rfile = Heads(self.rfile, self.connection, self.accepting.quiet)

    def handle_one_request(self) -> None:
        """Read a head, and let the library do the rest."""
        try:
            self.rfile.begin()
        except HeadRefused as refused:
            self.wfile.write(refused.answer)
            self.close_connection = True
        else:
            super().handle_one_request()  # type: ignore[misc]

    def handover(self, let_go: Callable[[], Iterable[bytes]]) -> Handover:
        """How this connection becomes a websocket's."""
        return Handover(self.connection, self.rfile.ahead, let_go)


def _eventlet(wsgi: Wsgi, listener: socket.socket, accepting: Accepting) -> None:
    import eventlet.wsgi  # noqa: PLC0415 - only in this runtime

    def let_go() -> Iterable[bytes]:
        eventlet.wsgi.WSGI_LOCAL.already_handled = True
        return ()

    class Protocol(JudgedHeads, eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
        def get_environ(self) -> dict[str, Any]:
            environ: dict[str, Any] = super().get_environ()
            environ.pop("eventlet.set_idle")  # it holds the connection, which holds it: a circle for each
            environ[HANDOVER] = self.handover(let_go)
            return environ

    Protocol.accepting = accepting
    stock = listener.accept
    listener.accept = lambda: accepting.accept(stock)  # type: ignore[method-assign]
    options = {"max_size": MAX_SOCKETS, "socket_timeout": QUIET_S, "log_output": False, "debug": False}
    log_to = library_logger("auction.http")
    eventlet.wsgi.server(listener, wsgi, log=log_to, protocol=Protocol, **options)


def _gevent(wsgi: Wsgi, listener: socket.socket, accepting: Accepting) -> None:
    from gevent.pywsgi import LoggingLogAdapter, WSGIHandler, WSGIServer  # noqa: PLC0415 - only in this runtime

    class Handler(WSGIHandler):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.rfile: Any = Heads(self.rfile, self.socket, accepting.quiet)

        def handle_one_request(self) -> Any:
            self.socket.settimeout(QUIET_S)  # also for the body: a request that stops in its middle ends
            try:
                self.rfile.begin()
            except HeadRefused as refused:
                return str(refused.status.value), refused.answer
            goes_on = super().handle_one_request()
            return goes_on if self.status else None  # nothing was answered: the connection became a websocket's

        def get_environ(self) -> dict[str, Any]:
            environ: dict[str, Any] = super().get_environ()
            environ[HANDOVER] = Handover(self.socket, self.rfile.ahead, tuple)
            return environ

        def finalize_headers(self) -> None:
            super().finalize_headers()
            told = any(name.lower() == b"connection" for name, _ in self.response_headers)
            if self.close_connection and not told:  # else the client sends its next request into the void
                self.response_headers.append((b"Connection", b"close"))

    class Server(WSGIServer):  # type: ignore[misc]
        def do_read(self) -> Any:
            try:
                came = super().do_read()
            except OSError as error:
                if error.errno not in SHORT:
                    raise
                accepting.is_short(error)
                self.stop_accepting()
                self._timer = self.loop.timer(PAUSE_S)
                self._timer.start(self._start_accepting_if_started)
                return None
            return came if came and accepting.keeps(came[0]) else None

    errors = LoggingLogAdapter(library_logger("auction.http"))
    Server(listener, wsgi, log=None, error_log=errors, handler_class=Handler).serve_forever()


def _threading(wsgi: Wsgi, listener: socket.socket, accepting: Accepting) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415 - only in this runtime

    class HandedOver(ConnectionError):
        """Tells werkzeug that the connection is nothing of its own any more."""

    def let_go() -> Iterable[bytes]:
        raise HandedOver

    class Handler(JudgedHeads, WSGIRequestHandler):
        timeout = QUIET_S

        def make_environ(self) -> dict[str, Any]:
            return {**super().make_environ(), HANDOVER: self.handover(let_go)}

        def version_string(self) -> str:
            return "auction"

        def connection_dropped(self, *_: Any) -> None:
            self.close_connection = True

        def log(self, type: str, message: str, *args: Any) -> None:
            if type == "error":
                log.error("library", said=message % args)

        def log_request(self, *_: Any) -> None:
            pass

    Handler.accepting = accepting
    host, port = listener.getsockname()[:2]
    server = make_server(host, port, wsgi, threaded=True, request_handler=Handler, fd=listener.fileno())
    server.get_request = lambda: accepting.accept(server.socket.accept)  # type: ignore[method-assign]
    server.serve_forever()
