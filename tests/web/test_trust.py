"""What is believed of a stranger: his address, a key that was typed in; and what a house says of itself."""

import sys
import threading
from html import unescape

import pytest

from auction.base.config import BadSetting, read
from auction.patents.facts import Offered, before_the_sale, facts_of
from auction.patents.findings import Gap
from auction.patents.law import LegalStep
from auction.sales.publication import Facts
from auction.sockets.clients import LiveClient
from auction.sockets.connections import Connection, Connections
from auction.web.application import create_app
from auction.web.security import behind_proxies
from tests.serving import lot_row, parts_for

from ..house import Wire

TOKEN = "q7Rz0vXkLw2m-Yt5_nHc8JdP4sGb1AeU"
FALLING = {
    "format": "dutch",
    "start_minor": 1_000_000,
    "own": {"floor_minor": 250_000, "step_minor": 50_000, "tick_ms": 60_000},
}


@pytest.fixture
def parts(tmp_path):
    made = parts_for(tmp_path, AUCTION_METRICS_TOKEN=TOKEN)
    yield made
    made.store.close()


@pytest.mark.parametrize("hops", [0, 1, 2])
@pytest.mark.parametrize("peer", ["203.0.113.7", "127.0.0.1", "10.0.0.8"])
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_08_36_a_header_alone_does_not_open_the_metrics(parts, hops, peer, header):
    """`X-Forwarded-For: 127.0.0.1` opened /metrics where a proxy is announced and missing."""
    app = create_app(parts)
    app.wsgi_app = behind_proxies(app.wsgi_app, hops)
    client, base = app.test_client(), {"REMOTE_ADDR": peer}

    assert client.get("/metrics", headers={header: "127.0.0.1, 127.0.0.1"}, environ_base=base).status_code == 403
    assert client.get("/metrics", environ_base=base).status_code == (200 if peer == "127.0.0.1" else 403)


@pytest.mark.parametrize(("peer", "believed"), [("8.8.8.8", False), ("127.0.0.1", True), ("10.0.0.8", True)])
def test_08_36_who_comes_past_the_announced_proxy_does_not_choose_his_address(peer, believed):
    seen = []
    site = behind_proxies(lambda environ, _start: seen.append(environ["REMOTE_ADDR"]) or [], 1)
    site({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "198.51.100.9"}, None)

    assert seen == ["198.51.100.9" if believed else peer]


@pytest.mark.parametrize(
    "key",
    [
        "a" * 40,
        "ab" * 20,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789abcdef" * 2,
        "please-changeme-1f8Zq02kPw7-yT5bV",
    ],
)
def test_08_36_a_secret_key_that_can_be_guessed_is_refused(tmp_path, key):
    with pytest.raises(BadSetting, match="SECRET_KEY can be guessed"):
        read({"AUCTION_INSTANCE": str(tmp_path), "AUCTION_SECRET_KEY": key})
    with pytest.raises(BadSetting, match="METRICS_TOKEN can be guessed"):
        read({"AUCTION_INSTANCE": str(tmp_path), "AUCTION_METRICS_TOKEN": key})


@pytest.mark.parametrize(("token", "why"), [("let-me-in", "32 characters"), (TOKEN[:20] + " " + TOKEN, "no space")])
def test_08_36_a_token_of_the_metrics_is_as_hard_to_guess_as_a_key(tmp_path, token, why):
    with pytest.raises(BadSetting, match=f"METRICS_TOKEN must have .*{why}"):
        read({"AUCTION_INSTANCE": str(tmp_path), "AUCTION_METRICS_TOKEN": token})
    assert read({"AUCTION_INSTANCE": str(tmp_path), "AUCTION_METRICS_TOKEN": TOKEN}).metrics_token == TOKEN


def test_08_36_the_floor_of_a_dutch_lot_is_its_reserve_and_public(parts):
    """To the gate a Dutch lot had no reserve, and its page said "none"."""
    sale = parts.sales.create("falling", title_zh="减价", currency="CNY")
    parts.sales.add_lots(sale, [(lot_row("1", **FALLING), [])])
    row, lots = parts.sales.by_id(sale), parts.sales.lots(sale)
    missing = {
        each.code for each in before_the_sale(LegalStep.OPEN_LOT, Offered(row, [facts_of(lots[0], [])]), 0).missing
    }
    assert Gap.RESERVE_UNDECIDED not in missing
    parts.sales.set_facts(sale, "organizer", Facts({}, {}, no_reserve=True))
    assert not parts.sales.lots(sale)[0].no_reserve, "its floor is one"

    parts.engine.start()
    assert parts.sales.publish(sale, "organizer").ok
    page = create_app(parts).test_client().get("/sales/falling/lots/1", headers={"Accept-Language": "en"})
    assert "¥2,500: the floor is the reserve, and public" in unescape(page.text)
    parts.engine.stop()


def client(sid: str) -> LiveClient:
    return LiveClient(sid, "127.0.0.1", None, "en", Wire(), public_id=sid)


def test_08_36_sockets_come_and_go_while_they_are_looked_through():
    """With threads `desks` raised RuntimeError: the dictionary changed while it was looked through."""
    connections = Connections(lambda _sids, _reason: None)
    for number in range(2_000):
        connections.add(Connection(client(str(number)), sale="s", part="desk"))
    over, wrong = threading.Event(), []

    def come_and_go():
        while not over.is_set():
            connections.add(Connection(client("x")))
            connections.remove("x")

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    guest = threading.Thread(target=come_and_go)
    guest.start()
    try:
        for _ in range(200):
            connections.desks()
            connections.here()
    except RuntimeError as error:
        wrong.append(error)
    finally:
        over.set()
        guest.join()
        sys.setswitchinterval(before)
    assert wrong == []
