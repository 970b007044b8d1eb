"""Histories of clients as `python app.py check` reads them (docs/checker.md), written while a real server is used.

`Recorder` writes the file and knows nothing of sockets; `Recorded` is a person of tests.serving who keeps one;
`checked` exports the server's journal and holds the files against it.
"""

import json
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from auction.audit.check.checking import Checked, check
from auction.audit.check.together import Terms
from tests.serving import InOrder, Person, Server

KEYED = ("bid", "maximum", "call", "decline_priority", "exercise_priority")


class Recorder:
    """One client's file. Each line is stamped under a lock, so that time never goes back in it."""

    def __init__(self, path: Path, client: str, paddle: str | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("w", buffering=1 << 16)
        self._file.write(json.dumps({"history": 1, "client": client, "paddle": paddle}) + "\n")

    def note(self, what: str, **more: Any) -> None:
        """`connected`, `disconnected`, `bye` with its reason, `end`."""
        self._write(what, "".join(f",{json.dumps(name)}:{json.dumps(value)}" for name, value in more.items()))

    def sent(self, name: str, message: dict[str, Any]) -> None:
        """A bid, a maximum or a call, before it goes out."""
        self.note("sent", name=name, message=message)

    def answered(self, key: str, answer: dict[str, Any]) -> None:
        """What a bid, a maximum or a call was answered, once it is here."""
        self.note("answer", key=key, answer=answer)

    def resynced(self, since: int | None, answer: dict[str, Any]) -> None:
        """What a join or a `since` was answered; `since` is the number that was asked with."""
        self.note("resync", **{"from": since}, answer=answer)

    def frame(self, text: str) -> None:
        """A frame, as the very text that came."""
        self._write("frame", f',"frame":{text}')

    def flush(self) -> None:
        """Let the file have everything that was noted."""
        with self._lock:
            self._file.flush()

    def _write(self, what: str, rest: str) -> None:
        with self._lock:
            self._file.write(f'{{"at_ns":{time.monotonic_ns()},"what":"{what}"{rest}}}\n')


class _Listening(InOrder):
    """Shows the recorder each frame and farewell as it came over the wire."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        super().__init__()

    def _handle_eio_message(self, data: Any) -> None:
        if isinstance(data, str):
            for start in ('2["frame",', '2["bye",'):
                if data.startswith(start):
                    self._heard(start, data[len(start) : -1])
        super()._handle_eio_message(data)

    def _heard(self, start: str, text: str) -> None:
        if start == '2["bye",':
            self._recorder.note("bye", reason=json.loads(text)["reason"])
        else:
            self._recorder.frame(text)


class Recorded(Person):
    """A person whose every connection, message, answer and frame stands in a file.

    `keeps` is the file, or the recorder of one who was here before: a client has one file over all its connections.
    At the end call `settled()` when nothing is on its way any more and the connection stands, or `leave()`, or nothing
    (the file is then one that was cut off, from which nothing is concluded about its end).
    """

    def __init__(self, url: str, keeps: Path | Recorder, paddle: str | None = None) -> None:
        super().__init__(url)
        self.recorder = Recorder(keeps, keeps.stem, paddle) if isinstance(keeps, Path) else keeps
        self._gone = threading.Event()

    def new_socket(self) -> InOrder:
        def on_disconnect(*_: Any) -> None:
            self.recorder.note("disconnected")
            self._gone.set()

        client = _Listening(self.recorder)
        client.on("disconnect", on_disconnect)
        self._gone.clear()
        self.recorder.note("connected")
        return client

    def ask(self, name: str, **message: Any) -> dict[str, Any]:
        if name in KEYED:
            self.recorder.sent(name, message)
        answer = super().ask(name, **message)
        if name in KEYED:
            self.recorder.answered(message["key"], answer)
        elif name in ("join", "since"):
            self.recorder.resynced(message.get("seq"), answer)
        return answer

    def leave(self) -> None:
        """Go, and wait until the file says so: another connection may be noted in it next."""
        if self.socket is None:
            return
        line = self.socket.eio.ws and self.socket.eio.ws.sock
        if line is not None:
            with suppress(OSError):  # it may be gone already
                line.shutdown(socket.SHUT_RDWR)  # unlike closing, it wakes the thread that waits for what comes
        assert self._gone.wait(10), "the socket did not close"

    def settled(self) -> None:
        """Claim that this client is connected and has been told everything."""
        self.recorder.note("end")


def checked(server: Server, slug: str, recorders: Iterable[Recorder]) -> Checked:
    """What the checker says of these files, of which every bidder has one."""
    paths = []
    for each in recorders:
        each.flush()
        paths.append(each.path)
    journal = server.instance / f"{slug}.journal.jsonl"
    server.cli("export-journal", slug, "--out", str(journal))
    return check(journal, paths, Terms(complete=True))
