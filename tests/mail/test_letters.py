"""Letters: what each says, to whom, in which language; links that no row holds; tries, refusals and safe headers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from auction.base import config as settings
from auction.base.clock import new_id
from auction.engine.orders import Order
from auction.mail.postman import LETTER_PAUSES_S, NOT_NEEDED, Postman
from auction.mail.smtp import Letter, NotSent, message_of
from auction.outbox.letters import LetterKind, Letters
from auction.parts import Parts
from auction.people.consents import NOTICE_VERSION
from auction.rules import commands as cmd
from auction.sales.publication import By
from models.mail import letters
from models.people import users

from ..conftest import SetClock
from ..serving import parts_for, wait_for
from ..visiting import VisitedSite, a_site
from .server import PASSWORD, USER, Mailbox, certificate

GOOD_PASSWORD = "nine purple walruses"


def settings_of(port: int, **more: str) -> dict[str, str]:
    plain = {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "FROM": "Auction 拍卖行 <house@example.com>"}
    return {f"AUCTION_SMTP_{name}": value for name, value in (plain | more).items()}


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox().start()
    yield made
    made.stop()


@pytest.fixture
def site(tmp_path: Path, mailbox: Mailbox) -> Iterator[VisitedSite]:
    mailbox.heard.clear()
    mailbox.refusals.clear()
    environ = settings_of(mailbox.port) | {"AUCTION_PUBLIC_URL": "https://auction.example"}
    with a_site(tmp_path, environ=environ) as made:
        yield made


def postman(parts: Parts, clock: SetClock | None = None) -> Postman:
    return Postman(parts.store, clock or parts.clock, parts.config, parts.engine, Letters(parts.clock, are_sent=True))


def deliver(parts: Parts) -> None:
    """Look once, and send what is due here and now."""
    here = postman(parts)
    here._following.look()
    here.send(here._due())


def kept(parts: Parts) -> list:
    with parts.store.read() as connection:
        return list(connection.execute(select(letters).order_by(letters.c.created_ms, letters.c.id)))


def test_10_7_an_address_is_confirmed_by_a_letter_and_then_leads_back(site: VisitedSite, mailbox: Mailbox):
    parts, stranger = site.parts, site.visit(locale="zh")
    signing_up = {"email": "New@Example.com", "name": "新人", "password": GOOD_PASSWORD, "agreed": NOTICE_VERSION}
    stranger.post("/sign-up", **signing_up)
    site.visit().post("/sign-up", **signing_up | {"name": "A squatter", "password": "eleven green herons"})
    deliver(parts)
    (to, subject, text), (_, english, _) = mailbox.letters
    assert (to, subject, english) == ("new@example.com", "请确认您的邮箱地址", "Confirm your e-mail address")
    token = re.search(r"https://auction\.example/confirm/(\S+)", text)[1]
    assert all(token not in str(tuple(row)) for row in kept(parts)), "a link is made when the letter is sent"
    for _ in range(2):
        assert "确认" in stranger.get(f"/confirm/{token}"), "to look does not use it up"
    stranger.post(f"/confirm/{token}")
    assert "This link is used up or over." in site.visit().get(f"/confirm/{token}")
    account = parts.accounts.by_email("new@example.com")
    assert account.confirmed_ms
    assert parts.accounts.sign_in("new@example.com", "eleven green herons") is None, "the other claim is gone"
    for email in ("new@example.com", "nobody@example.com", "b1@test.invalid"):
        page = site.visit().post("/forgot", email=email)
        assert "If an account has this address" in page
    deliver(parts)
    assert [to for to, *_ in mailbox.letters[2:]] == ["new@example.com"], "an address that is not confirmed gets none"
    link = re.search(r"https://auction\.example(/reset/\S+)", mailbox.last())[1]
    stranger.post(link, password="twelve silver geckos")
    assert parts.accounts.sign_in("new@example.com", "twelve silver geckos")
    site.visit().post("/sign-up", **signing_up)
    deliver(parts)
    assert mailbox.letters[-1][1] == "您已有账户"
    for _ in range(9):
        site.visit().post("/forgot", email="new@example.com")
    deliver(parts)
    assert len(mailbox.letters) == 6, "three letters an hour, no matter who asks"


def test_10_7_the_house_tells_of_decisions_and_changes_in_the_readers_language(site: VisitedSite, mailbox: Mailbox):
    parts, sale, users_by_name = site.parts, site.cast.sale, site.cast.users
    row = parts.registration.apply(sale, site.newcomer("one").client and users_by_name["one"])
    two = parts.registration.apply(sale, site.newcomer("two").client and users_by_name["two"])
    watcher = site.newcomer("watcher")
    watcher.post("/language/en")
    watcher.post("/sales/sale/follow", follow="2")
    parts.registration.admit(row, users_by_name["organizer"])
    parts.registration.turn_down(two, users_by_name["organizer"], "没有\r\nBcc: x@example.com 授权书")
    by = By(users_by_name["organizer"], "POSTPONED")
    parts.sales.edit(sale, by=by, starts_at_ms=1_900_000_000_000, place="Hall 2", time_zone="Asia/Tokyo")
    deliver(parts)
    said = {(to, subject): text for to, subject, text in mailbox.letters}
    assert "104" in said["one@new.invalid", "测试专场：您已获准参加竞买"]
    assert "Bcc: x@example.com" in said["two@new.invalid", "测试专场：您的报名未获通过"], (
        "in the text, where it is harmless"
    )
    told = said["watcher@new.invalid", "A test sale: day or place have changed"]
    assert "2030-03-18 02:46 (Japan Time)" in told
    assert "Hall 2" in told
    assert ("two@new.invalid", "测试专场：时间或地点有变更") not in said, (
        "a sale that turned him down concerns him no more"
    )
    assert all(len(to) == 1 for to, _ in mailbox.heard)
    before = len(mailbox.heard)
    assert parts.sales.cancel(sale, by).ok
    deliver(parts)
    deliver(parts)
    cancelled = mailbox.letters[before:]
    assert sorted(to for to, *_ in cancelled) == sorted(
        ["b1@test.invalid", "b2@test.invalid", "b3@test.invalid", "one@new.invalid", "watcher@new.invalid"]
    )


def test_11_2_who_was_outbid_hears_it_by_choice_and_the_winner_always(site: VisitedSite, mailbox: Mailbox):
    parts, cast = site.parts, site.cast
    deliver(parts)

    def ask(command: cmd.Command, who: str) -> None:
        assert parts.engine.ask(Order(cast.sale, cast.users[who], command, key=new_id())).ok

    now, led = parts.clock.now_ms, {"auctioneer": cast.users["auctioneer"]}
    site.visit("bidder1").post("/account/letters", outbid="1")
    ask(cmd.TakeGavel(now(), **led), "auctioneer")
    ask(cmd.OpenLot(now(), "1", **led), "auctioneer")
    for who, paddle, amount in (("bidder1", "101", 10), ("bidder2", "102", 11), ("bidder1", "101", 12)):
        ask(cmd.PlaceBid(now(), "1", paddle, amount * 1_000_000), who)
    deliver(parts)
    assert mailbox.letters == [], "who leads again is not told that he was outbid, and who did not ask for it is not"
    ask(cmd.PlaceBid(now(), "1", "102", 13_000_000), "bidder2")
    deliver(parts)
    assert mailbox.letters[0][:2] == ("b1@test.invalid", "第 1 号标的：您的出价已被超过")
    assert "¥130,000" in mailbox.last()
    assert "¥135,000" in mailbox.last()
    ask(cmd.PlaceBid(now(), "1", "101", 14_000_000), "bidder1")
    ask(cmd.PlaceBid(now(), "1", "102", 15_000_000), "bidder2")
    deliver(parts)
    assert len(mailbox.letters) == 1, "at most one in ten minutes"
    ask(cmd.Hammer(now(), "1", **led), "auctioneer")
    deliver(parts)
    deliver(parts)
    assert [each[:2] for each in mailbox.letters[1:]] == [("b2@test.invalid", "恭喜，您已竞得第 1 号")]
    assert "/sales/sale/papers" in mailbox.last()


def test_10_7_a_letter_is_tried_again_and_given_up_if_the_server_will_never_take_it(
    site: VisitedSite, mailbox: Mailbox
):
    parts = site.parts
    clock = SetClock(parts.clock.now_ms())
    post = postman(parts, clock)

    def write() -> None:
        with parts.store.write() as connection:
            parts.registration._letters.post(
                connection, LetterKind.TURNED_DOWN, [site.cast.users["bidder1"]], sale=site.cast.sale, reason="x"
            )
        clock.at_ms = max(clock.at_ms, parts.clock.now_ms()) + 10

    write()
    mailbox.refusals[:] = ["451 later", "451 later"]
    post.send(post._due())
    row = kept(parts)[-1]
    assert (row.tries, row.fault, row.next_ms) == (1, "REFUSED_451", clock.at_ms + 1000 * LETTER_PAUSES_S[0])
    post.send(post._due())
    assert kept(parts)[-1].tries == 1, "not before its time"
    clock.at_ms += 1000 * LETTER_PAUSES_S[0]
    post.send(post._due())
    clock.at_ms += 1000 * LETTER_PAUSES_S[1]
    post.look()
    row = wait_for(lambda: (row := kept(parts)[-1]).delivered_ms and row)
    assert (row.tries, row.fault, row.next_ms) == (3, None, None)
    assert len({str(message["Message-ID"]) for _, message in mailbox.heard}) == len(mailbox.heard) == 1
    write()
    mailbox.refusals[:] = ["550 no such user"]
    post.send(post._due())
    assert (kept(parts)[-1].fault, kept(parts)[-1].next_ms) == ("REFUSED_550", None)
    with parts.store.write() as connection:
        connection.execute(update(users).where(users.c.id == site.cast.users["bidder1"]), {"claimed": True})
    write()
    post.send(post._due())
    assert (kept(parts)[-1].fault, kept(parts)[-1].next_ms) == (NOT_NEEDED, None), "an address that is not confirmed"


def test_10_7_the_line_is_encrypted_and_signed_in_and_no_log_has_the_password(tmp_path, monkeypatch, capfd):
    pem = certificate(tmp_path, "localhost")
    box = Mailbox(pem).start()
    said = {"HOST": "localhost", "TLS": "starttls", "USER": USER.decode()}
    instance = tmp_path / "instance"
    settings.read({"AUCTION_INSTANCE": str(instance)})
    (instance / "smtp_password").write_bytes(PASSWORD + b"\n")
    (instance / "smtp_password").chmod(0o644)
    try:
        parts = parts_for(instance, **settings_of(box.port, **said))
        assert (instance / "smtp_password").stat().st_mode & 0o077 == 0
        user = parts.accounts.create("one@example.com", "One", "bidder")
        parts.addresses.ask_to_confirm(user)
        post = postman(parts, clock := SetClock(parts.clock.now_ms() + 10))
        post.send(post._due())
        assert (kept(parts)[0].fault, box.heard) == ("TLS_FAILED", []), "a certificate of an unknown authority"
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        clock.at_ms += 10_000
        post.send(post._due())
        assert [to for to, *_ in box.letters] == ["one@example.com"]
        wrong = parts_for(instance, **settings_of(box.port, **said, PASSWORD="a wrong secret"))
        wrong.addresses.ask_to_confirm(user)
        other = postman(wrong, SetClock(parts.clock.now_ms() + 20_000))
        other.send(other._due())
        assert kept(wrong)[-1].fault == "SIGN_IN_535"
        for each in (parts, wrong):
            each.store.close()
    finally:
        box.stop()
    written = "".join(capfd.readouterr())
    assert PASSWORD.decode() not in written
    assert "a wrong secret" not in written


@pytest.mark.parametrize(
    "to",
    ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>", "a@b@c", "ä@b.example", "a b@c.d"],
)
def test_10_7_no_address_becomes_two_and_no_header_is_added(tmp_path, to: str):
    config = settings.read({"AUCTION_INSTANCE": str(tmp_path)} | settings_of(25))
    with pytest.raises(NotSent, match="BAD_ADDRESS"):
        message_of(Letter("1", to, "en", "s", ["t"]), config, 0)
    made = message_of(Letter("1", "a@b.example", "zh", "一\r\nBcc: c@d.example\n\n文", ["t"]), config, 0)
    assert made["Bcc"] is None
    assert made["Subject"] == "一 Bcc: c@d.example 文"


def test_10_7_settings_that_cannot_send_are_refused_at_the_start(tmp_path):
    folder = {"AUCTION_INSTANCE": str(tmp_path)}
    for wrong in ({"FROM": "no address"}, {"FROM": ""}, {"USER": "house"}, {"TLS": "perhaps"}, {"PORT": "x"}):
        with pytest.raises(settings.BadSetting, match="SMTP"):
            settings.read(folder | settings_of(25, **wrong))


def test_10_7_a_house_without_a_mail_server_writes_none_and_prints_a_link(tmp_path):
    with a_site(tmp_path) as site:
        user = site.parts.accounts.create("x@example.com", "X", "bidder")
        site.parts.registration.admit(site.parts.registration.apply(site.cast.sale, user), site.cast.users["organizer"])
        assert kept(site.parts) == []
        assert "This house sends no mail" in site.visit().get("/forgot")
        page = site.visit("administrator").post(f"/people/{user}/link", purpose="confirm")
        site.visit().post(re.search(r'value="http://[^/]+(/confirm/[^"]+)"', page)[1])
        assert site.parts.accounts.find(user).confirmed_ms
