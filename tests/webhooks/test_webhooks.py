"""Webhooks: signed as the standard says, made once of what is on disk, tried again, and never sent inside the house."""

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks.webhooks import Webhook

from auction.base.clock import new_id
from auction.base.rejected import Rejected
from auction.engine.orders import Order
from auction.money.acts import PaymentArrived
from auction.money.books import Press
from auction.parts import Parts
from auction.people.accounts import Role
from auction.rules import commands as cmd
from auction.webhooks.calling import CallFailed, call, checked, receiver_of
from auction.webhooks.courier import PAUSES_S, Courier
from auction.webhooks.kinds import MESSAGE_KINDS
from tests.conftest import SetClock
from tests.serving import lot_row, parts_for, wait_for

LOOPBACK = (ip_network("127.0.0.0/8"),)


class Receiver:
    """A program that is told things: it keeps what came, and answers as it was told to."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hooks?a=1"
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def told(self) -> list[dict]:
        return [json.loads(body) for _, body in self.heard]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def house(tmp_path) -> Iterator[Parts]:
    made = parts_for(tmp_path, AUCTION_WEBHOOK_NETWORKS="127.0.0.0/8")
    made.engine.start()
    yield made
    made.engine.stop()
    made.store.close()


class Played:
    """A sale with an auctioneer and a bidder, and the courier of its house, whose clock a test moves."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.sale = parts.sales.create("sale", title_zh="测试", title_en="A sale")
        terms = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
        parts.sales.add_lots(self.sale, [(lot_row(str(n), **terms), []) for n in (1, 2)])
        self.staff = parts.accounts.create("a@test.invalid", "Auctioneer", Role.AUCTIONEER)
        self.bidder = parts.accounts.create("b@test.invalid", "Bidder", Role.BIDDER)
        assert parts.sales.publish(self.sale, self.staff).ok
        self.clock = SetClock(parts.clock.now_ms())
        self.courier = Courier(parts.store, self.clock, parts.config)

    def ask(self, command: cmd.Command, actor: str | None = None) -> None:
        answer = self.parts.engine.ask(Order(self.sale, actor or self.staff, command, key=new_id()))
        assert answer.ok, answer

    def sell(self, lot: str = "1") -> None:
        now, who = self.parts.clock.now_ms, {"auctioneer": self.staff}
        self.ask(cmd.TakeGavel(now(), **who))
        self.ask(cmd.OpenLot(now(), lot, **who))
        self.ask(cmd.PlaceBid(now(), lot, "101", 10_000_000), self.bidder)
        self.ask(cmd.Hammer(now(), lot, **who))

    def admit(self) -> str:
        row = self.parts.registration.apply(self.sale, self.bidder)
        self.parts.registration.admit(row, self.staff)
        return row

    def make(self, url: str, *kinds: str) -> str:
        return self.parts.webhooks.make(self.sale, url, kinds or MESSAGE_KINDS, self.staff).id

    def settle(self, webhook: str, count: int) -> list:
        """Look until so many messages have been tried as often as they are due."""

        def done():
            self.courier.look()
            messages = self.parts.webhooks.messages(webhook)
            quiet = all(each.row.next_ms is None or each.row.next_ms > self.clock.at_ms for each in messages)
            tried = all(each.tries for each in messages)
            return len(messages) == count and quiet and tried and not self.courier._busy and messages

        return wait_for(done)


def test_everything_that_happens_is_told_once_signed_and_names_nobody(house, receiver):
    play = Played(house)
    webhook = play.make(receiver.url)
    registration = play.admit()
    play.sell()
    play.settle(webhook, 4)

    assert sorted(each["type"] for each in receiver.told) == [
        "lot.opened",
        "lot.sold",
        "registration.applied",
        "registration.decided",
    ]
    sold = next(each for each in receiver.told if each["type"] == "lot.sold")
    assert sold["data"] | {"seq": 0, "at": 0, "at_ms": 0, "ended_at": 0, "ended_at_ms": 0, "sale_id": 0} == {
        **dict.fromkeys(("seq", "at", "at_ms", "ended_at", "ended_at_ms", "sale_id"), 0),
        "sale": "sale",
        "currency": "CNY",
        "lot": "1",
        "paddle": "101",
        "hammer_minor": 10_000_000,
        "hammer": "100000.00",
        "match_until": None,
        "match_until_ms": None,
    }
    told = next(each for each in receiver.told if each["type"] == "registration.applied")
    assert told["data"]["registration"] == registration
    assert "Bidder" not in str(receiver.told)
    for headers, body in receiver.heard:
        checker = Webhook(house.webhooks.secret(webhook))
        assert checker.verify(body, headers) == json.loads(body)
        with pytest.raises(Exception, match="No matching signature"):
            checker.verify(body + b" ", headers)
    assert receiver.heard[0][0]["host"] == f"127.0.0.1:{receiver.port}"

    Courier(house.store, play.clock, house.config).look()  # as after a restart
    play.settle(webhook, 4)
    assert len(receiver.heard) == 4


def test_money_is_told_and_what_was_before_the_webhook_or_is_not_wanted_is_not(house, receiver):
    play = Played(house)
    play.admit()
    play.sell()
    webhook = play.make(receiver.url, "payment.arrived", "sale.closed")
    row = house.registration.of_user(play.sale, play.bidder)
    house.books.follow(play.sale)
    house.books.act(play.sale, Press(play.staff, new_id()), PaymentArrived(row.id, 4_000_000))
    play.settle(webhook, 1)

    assert [each["type"] for each in receiver.told] == ["payment.arrived"]
    data = receiver.told[0]["data"]
    assert (data["amount_minor"], data["amount"], data["registration"], data["lots"]) == (
        4_000_000,
        "40000.00",
        row.id,
        ["1"],
    )


def test_a_receiver_that_fails_is_tried_again_later_and_later_and_a_redirect_is_not_followed(house, receiver):
    play = Played(house)
    webhook = play.make(receiver.url, "lot.sold")
    play.admit()
    play.sell()
    receiver.answers = [500, 302, 200]
    for pause_s, status in zip(PAUSES_S, (500, 302), strict=False):
        (message,) = play.settle(webhook, 1)
        assert message.tries[-1].status == status
        assert message.row.next_ms - play.clock.at_ms == pause_s * 1000
        play.courier.look()
        assert not play.courier._busy, "not before its time"
        play.clock.at_ms = message.row.next_ms
    (message,) = play.settle(webhook, 1)
    assert [each.status for each in message.tries] == [500, 302, 200]
    assert message.row.delivered_ms is not None
    ids = {headers["webhook-id"] for headers, _ in receiver.heard}
    assert ids == {message.row.id}

    house.webhooks.send_again(play.sale, webhook, message.row.id)
    play.settle(webhook, 1)
    assert len(receiver.heard) == 4
    receiver.answers = [410]
    play.sell("2")
    play.settle(webhook, 2)
    assert house.webhooks.find(play.sale, webhook).ended_because == "gone"
    with pytest.raises(Rejected, match="WEBHOOK_ENDED"):
        house.webhooks.send_again(play.sale, webhook, message.row.id)


def test_a_message_that_always_fails_is_given_up_and_another_webhook_is_not_kept_waiting(house, receiver):
    play = Played(house)
    dead, alive = play.make("http://127.0.0.1:1/", "lot.sold"), play.make(receiver.url, "lot.sold")
    play.admit()
    play.sell()
    play.settle(alive, 1)
    for _ in PAUSES_S:
        (message,) = play.settle(dead, 1)
        play.clock.at_ms = message.row.next_ms
    (message,) = play.settle(dead, 1)

    assert (message.row.next_ms, message.row.delivered_ms, len(message.tries)) == (None, None, len(PAUSES_S) + 1)
    assert {each.fault for each in message.tries} == {"NO_CONNECTION"}
    assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "192.168.1.1", "100.64.0.1", "224.0.0.1"),
        *("::1", "fe80::1%eth0", "::ffff:10.0.0.1", "fd00::1", "64:ff9b::a00:1", "2002:a00:1::1"),
    ],
)
def test_an_address_inside_is_not_called_unless_a_setting_names_its_network(address):
    receiver = receiver_of("https://hooks.example/x", ())

    with pytest.raises(CallFailed, match="ADDRESS_NOT_ALLOWED"):
        checked(receiver, (), lambda *_: [address])
    with pytest.raises(CallFailed, match="ADDRESS_NOT_ALLOWED"):
        checked(receiver, LOOPBACK[1:], lambda *_: ["93.184.216.34", address])
    assert checked(receiver, (), lambda *_: ["93.184.216.34"]) == "93.184.216.34"
    assert checked(receiver, LOOPBACK, lambda *_: ["127.0.0.1"]) == "127.0.0.1"
    with pytest.raises(CallFailed, match="ADDRESS_NOT_ALLOWED"):
        checked(receiver_of("http://hooks.example/", LOOPBACK), LOOPBACK, lambda *_: ["93.184.216.34"])


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.com/", "BAD_WEBHOOK_URL"),
        ("https:///x", "BAD_WEBHOOK_URL"),
        ("https://user@example.com/", "BAD_WEBHOOK_URL"),
        ("https://example.com:99999/", "BAD_WEBHOOK_URL"),
        ("https://example.com/\r\nX: y", "BAD_WEBHOOK_URL"),
        ("http://example.com/", "WEBHOOK_NOT_HTTPS"),
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused_when_it_is_typed(parts, url, code):
    with pytest.raises(Rejected, match=code):
        parts.webhooks.make("sale", url, MESSAGE_KINDS, "somebody")


def test_the_address_that_was_checked_is_the_one_that_is_called_and_the_certificate_is_of_the_name(
    tmp_path, monkeypatch, receiver
):
    by_name = receiver_of(f"http://no-such-name.invalid:{receiver.port}/x", LOOPBACK)
    assert call(by_name, checked(by_name, LOOPBACK, lambda *_: ["127.0.0.1"]), {}, b"{}") == 204
    assert receiver.heard[0][0]["host"] == f"no-such-name.invalid:{receiver.port}"

    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.test")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.test")]), critical=False)
    file = tmp_path / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    safe = Receiver(context)

    def told(host: str) -> int:
        return call(receiver_of(f"https://{host}:{safe.port}/", LOOPBACK), "127.0.0.1", {}, b"{}")

    with pytest.raises(CallFailed, match="TLS_FAILED"):
        told("hooks.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert told("hooks.test") == 204
    with pytest.raises(CallFailed, match="TLS_FAILED"):
        told("other.test")
    safe.server.shutdown()
    safe.server.server_close()
