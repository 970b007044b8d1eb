"""The AsyncAPI file says what the live channel does: its messages, its public events, and real ones fit it."""

import json

import jsonschema_rs
import pytest

from auction.api.live import asyncapi, public_events, schema_of, sent_messages
from auction.rules.kinds import KINDS, PUBLIC
from auction.web.access import MESSAGES


@pytest.fixture(scope="module")
def events(api):
    """The bodies of the public events of a sale in which something happened."""
    api.sell("1", "101", 10_000_000)
    lines = api.client.get("/sales/sale/record.jsonl").text.splitlines()[:-1]
    return [json.loads(line)["event"] for line in lines]


def test_the_file_has_every_message_and_every_public_event_and_real_events_fit_it(api, events):
    told = api.client.get("/api/v1/asyncapi.json").json

    assert told["asyncapi"].startswith("3.")
    assert set(MESSAGES) <= set(told["operations"])
    assert {each for each in told["operations"] if told["operations"][each]["action"] == "receive"} == set(MESSAGES)
    assert set(public_events()) == {name for name, kind in KINDS.items() if kind in PUBLIC}
    for event in events:
        jsonschema_rs.validate(public_events()[event["kind"]], event)
    assert {"lot_opened", "bid_placed", "lot_sold"} <= {event["kind"] for event in events}
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(public_events()["lot_sold"], {**events[-1], "hammer_minor": "1"})


def test_a_message_of_the_file_is_one_of_the_channel():
    bid = sent_messages()["bid"]

    jsonschema_rs.validate(bid, {"lot": "1", "amount_minor": 1, "key": "k"})
    for bad in ({"lot": "1", "amount_minor": 1}, {"lot": "1", "amount_minor": 1, "key": "k", "paddle": "102"}):
        with pytest.raises(jsonschema_rs.ValidationError):
            jsonschema_rs.validate(bid, bad)
    assert schema_of(int | None) == {"oneOf": [{"type": "integer"}, {"type": "null"}]}
    assert json.dumps(asyncapi("1", "house.test"))
