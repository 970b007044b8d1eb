"""Cookies and sealed offers have keys of their own, which change while an offer is sealed (issue 8, number 27)."""

import pytest

from auction.audit.verify import verify_sale
from auction.base import keys
from auction.database.store import Unavailable
from auction.engine.orders import Order
from auction.rules import commands as cmd
from tests.serving import Person, Server, parts_for, stage

from .staging import now, opened
from .test_sealed import FIRST, SECOND, offer, sealed_sale

MINUTE_MS = 60_000


def again(tmp_path, clock=None):
    """The parts of another process that starts later."""
    parts = parts_for(tmp_path)
    if clock is not None:
        parts.engine.clock = clock
    parts.engine.start()
    return parts


def end(parts):
    parts.engine.stop()
    parts.store.close()


def test_08_27_a_new_key_of_offers_opens_what_the_old_one_sealed_and_seals_by_itself(parts, clock, tmp_path):
    parts.engine.clock = clock
    sale = sealed_sale(parts)
    assert offer(parts, sale, 1, FIRST, "first").ok
    assert keys.rotate_offers(tmp_path) == 2
    later = again(tmp_path, clock)
    assert offer(later, sale, 1, FIRST, "first").ok, "the first answer again, though the receipt is of the old key"
    assert offer(later, sale, 1, FIRST + 1, "first").code == "KEY_CONFLICT"
    assert offer(later, sale, 2, SECOND, "second").ok
    assert offer(parts, sale, 3, SECOND + 1).ok, "who started before reads what a later key has sealed"

    clock.at_ms += MINUTE_MS
    assert later.engine.ask(Order(sale, "auctioneer", cmd.Tick(now(later)))).ok
    assert later.engine.ask(Order(sale, "auctioneer", cmd.OpenOffers(now(later), "1"))).ok
    assert later.engine.book(sale).sale.lots["1"].leader == "103"
    end(later)


def test_08_27_a_new_key_of_cookies_signs_out_and_does_nothing_else(tmp_path):
    sealed = {"start_minor": 10_000_000, "format": "sealed", "own": {"ends_ms": 600_000}}
    cast = stage(tmp_path, [sealed])
    server = Server(tmp_path).start()
    desk, bidder = (Person(server.url).enter(cast.links[name]) for name in ("auctioneer", "bidder1"))
    desk.connect(cast.slug, "desk")
    bidder.connect(cast.slug, "bidder")
    desk.call("take_gavel")
    assert "seq" in desk.call("open_lot", lot="1")
    assert "seq" in bidder.bid("1", 11_000_000)
    for person in (desk, bidder):
        person.leave()
    assert server.stop() == 0
    told = server.cli("rotate-key", "cookies")
    assert "signs in again" in told.stdout
    server.start()

    assert (
        bidder.get("/account").url.endswith(("/sign-in", "/sign-in?next=/account"))
        or "/sign-in" in bidder.get("/").text
    )
    assert "good" in server.cli("verify", cast.slug).stdout
    assert server.stop() == 0


def test_08_27_keys_are_apart_and_private(tmp_path):
    parts_for(tmp_path).store.close()
    cookies, offers = (tmp_path / name for name in (keys.COOKIES, keys.OFFERS))

    assert cookies.read_text() not in offers.read_text()
    keys.rotate_cookies(tmp_path)
    keys.rotate_offers(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in (cookies, offers)} == {0o600}
    assert len(offers.read_text().split()) == 2


def test_08_27_offers_that_the_old_single_key_sealed_still_open(tmp_path, clock):
    """Before, the cookies' key sealed, and what is sealed named no version."""
    parts = again(tmp_path, clock)
    (tmp_path / keys.OFFERS).write_text(f"1:{(tmp_path / keys.COOKIES).read_text()}")
    end(parts)
    parts = again(tmp_path, clock)
    sale = sealed_sale(parts)
    token = parts.sealer.seal(sale, "1", str(FIRST))
    assert parts.sealer.open(sale, "1", token.removeprefix("1:")) == str(FIRST)
    assert parts.sealer.is_of("a command", parts.sealer.fingerprint("a command").removeprefix(b"1:"))
    end(parts)
    (tmp_path / keys.OFFERS).unlink()
    later = again(tmp_path, clock)
    assert later.sealer.open(sale, "1", token) == str(FIRST), "the first version is the key of cookies"
    end(later)


def test_08_27_without_its_key_one_sale_stands_still_and_the_others_go_on(parts, clock, tmp_path):
    parts.engine.clock = clock
    sale, other = sealed_sale(parts), opened(parts)
    assert offer(parts, sale, 1, FIRST).ok
    (tmp_path / keys.OFFERS).write_text(f"7:{keys.new()}")
    later = again(tmp_path, clock)
    later.timekeeper.start()
    try:
        assert later.engine.ask(Order(other, "b1", cmd.PlaceBid(now(later), "1", "101", 10_000_000), "k")).ok
        with pytest.raises(Unavailable, match="version 1"):
            later.engine.book(sale)
        assert "version 1" in verify_sale(later, later.sales.by_id(sale).slug).text
    finally:
        later.timekeeper.stop()
        end(later)


@pytest.mark.parametrize("given", ["x", "1:short", "a:" + "k3Y" * 12, "1:" + "a" * 40])
def test_08_27_keys_that_cannot_be_used_are_refused_in_one_sentence(tmp_path, given):
    server = Server(tmp_path, {"AUCTION_OFFER_KEYS": given})
    told = server.cli("migrate", check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("AUCTION_OFFER_KEYS ")
    assert told.stderr.count("\n") == 1


def test_08_27_a_key_that_is_given_is_not_changed_here(tmp_path):
    server = Server(tmp_path, {"AUCTION_OFFER_KEYS": f"1:{keys.new()}"})
    assert "change it there" in server.cli("rotate-key", "offers", check=False).stderr
    assert "Version 2" in Server(tmp_path / "kept").cli("rotate-key", "offers").stdout
