"""Flask-SocketIO on eventlet as its documentation shows it: one room, `emit`, all defaults.

Two things are set, because otherwise it would not take part: `max_size` and `backlog`, whose defaults let no more than
1,024 websockets in. Compression is what a browser's handshake makes of it, which is the default.
"""

import warnings

warnings.simplefilter("ignore")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import os  # noqa: E402
import socket  # noqa: E402
import time  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.wsgi  # noqa: E402
from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, join_room  # noqa: E402

from .event import frame  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")
last = 1


@socketio.on("join")
def join(_message: dict[str, Any]) -> dict[str, Any]:
    join_room("sale")
    return {"seq": last, "snapshot": {}}


def publish(count: int, every_s: float) -> None:
    global last  # noqa: PLW0603 - as in the documentation's examples
    due = time.monotonic()
    for _ in range(count):
        last += 1
        socketio.emit("frame", frame(last), to="sale")
        due += every_s
        socketio.sleep(max(due - time.monotonic(), 0))


def obey() -> None:
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    control.bind(("127.0.0.1", int(os.environ["BENCH_CONTROL"])))
    while True:
        count, every_us = map(int, control.recv(64).split())
        publish(count, every_us / 1e6)


if __name__ == "__main__":
    socketio.start_background_task(obey)
    listener = eventlet.listen(("127.0.0.1", int(os.environ["PORT"])), backlog=4096)
    eventlet.wsgi.server(listener, app, max_size=50_000, log_output=False)
