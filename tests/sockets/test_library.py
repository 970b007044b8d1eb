"""The library's own `emit` reaches our clients, whichever way they are connected."""

import json

import pytest
from flask import Flask

from auction.cluster.limits import Limit
from auction.sockets import library
from auction.sockets.clients import Clients, LiveClient
from auction.sockets.rooms import Fanout

from ..house import Wire


@pytest.fixture
def hall():
    """The library's object, two clients that are let in, of whom the first is in a room, and one that is not let in."""
    app, fanout, clients = Flask(__name__), Fanout(), Clients(Limit("packet", 100, 1, shared=False))
    everybody = [LiveClient(sid, "127.0.0.1", None, "en", Wire(), public_id=f"public-{sid}") for sid in "abc"]
    for client in everybody:
        clients.add(client)
        client.greeted = client.sid != "c"
    fanout.enter(everybody[0], "room")
    library.install(app, fanout, clients, 4.5)
    return app.extensions["socketio"], everybody


@pytest.mark.parametrize(("options", "heard"), [({}, "ab"), ({"to": "room"}, "a"), ({"to": "public-b"}, "b")])
def test_a_message_reaches_whom_it_is_for(hall, options, heard):
    socketio, everybody = hall
    socketio.emit("news", {"lot": "标的"}, **options)

    told = {client.sid: client.way.told.get_nowait() for client in everybody if not client.way.told.empty()}
    assert set(told) == set(heard)
    assert {json.dumps(json.loads(text[2:])) for text in told.values()} == {json.dumps(["news", {"lot": "标的"}])}


def test_what_no_client_of_ours_can_do_is_refused(hall):
    socketio, _ = hall
    with pytest.raises(ValueError, match="answer"):
        socketio.emit("news", {}, callback=print)
    with pytest.raises(ValueError, match="namespace"):
        socketio.emit("news", {}, namespace="/admin")
