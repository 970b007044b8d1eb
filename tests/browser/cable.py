"""A cable between a browser and the server that a test can cut, in one direction or both, without notice to either end.

That is how a network is lost in life: no connection is closed, only nothing comes any more.
"""

import socket
import threading
from contextlib import suppress

from tests.serving import free_port


class Cable:
    """Forwards connections to a port of this machine. What is sent while it is cut waits, as in a network's buffers."""

    def __init__(self) -> None:
        self.port = free_port()
        self._up, self._down = threading.Event(), threading.Event()
        self.mend()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._ends: list[socket.socket] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lead_to(self, port: int) -> None:
        """Begin to forward."""
        threading.Thread(target=self._accept, args=(port,), daemon=True).start()

    def cut(self, *, only_down: bool = False) -> None:
        """From now on nothing comes from the server; nor, unless `only_down`, from the browser."""
        self._down.clear()
        if not only_down:
            self._up.clear()

    def mend(self) -> None:
        """Everything comes through again, what was held back first."""
        self._up.set()
        self._down.set()

    def pull(self) -> None:
        """Close every connection, and take no more."""
        self.mend()
        self._listener.close()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, port: int) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                self._ends += [browser, server]
                for source, target, whole in ((browser, server, self._up), (server, browser, self._down)):
                    threading.Thread(target=self._pump, args=(source, target, whole), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket, whole: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                whole.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
