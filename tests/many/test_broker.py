"""Messages through Redis: hints that no outsider can forge, counts that all share; and no caller waits for it."""

import json
import signal
import threading
import time
from functools import partial

import pytest

from auction.base.config import read
from auction.cluster.broker import EXPIRES_S, SHARE_WITHIN_S, Broker
from auction.cluster.limits import RateLimits
from auction.record.sealing import signature
from tests.serving import wait_for

SECRET = "s" * 32


class Now:
    at_ms = 1_800_000_000_000

    def __call__(self) -> int:
        return self.at_ms


def end(url: str, secret: str = SECRET, now: Now | None = None) -> Broker:
    """One process's end, which keeps what it was told."""
    made = Broker(url, partial(signature, secret), now or Now())
    made.told = []
    made.returned = threading.Event()
    made.on_heads, made.on_return = made.told.append, made.returned.set
    return made


@pytest.fixture
def two(valkey):
    ends = [end(valkey.url), end(valkey.url)]
    for each in ends:
        each.start()
    for each in ends:
        assert each.returned.wait(5)
    wait_for(lambda: all(each.ask(("w", 1, 10, "look")) for each in ends))
    yield ends
    for each in ends:
        each.stop()


def test_a_hint_and_presence_come_to_the_other_end_and_not_to_ones_own(two):
    here, there = two
    here.tell_head("sale", 7)
    here.tell_presence({"sale": {"count": {"watcher": 3}, "bidders": [["u", 38]]}})

    wait_for(lambda: there.told == [{"sale": 7}])
    wait_for(lambda: there.presence("sale") == [{"count": {"watcher": 3}, "bidders": [["u", 38]]}])
    assert there.presence("another") == []
    assert here.told == []
    assert here.presence("sale") == []
    here.stop()
    wait_for(lambda: there.presence("sale") == [])


def message(sender: Broker, **changes) -> bytes:
    """What an end would say, with something in it changed, and signed by it."""
    said = {"from": "another", "number": 1, "at_ms": Now.at_ms, "heads": {"sale": 9}} | changes
    body = json.dumps(said)
    return sender._signature(body) + body.encode()


def test_what_is_not_signed_by_the_house_is_not_read():
    listener, stranger = end(""), end("", "t" * 32)
    good = message(listener)
    forged = [
        b"", b"x", b"{}", b"\xff" * 1_000, b"null", good[:-1], good[:64], good + b" ", b"0" * 64 + good[64:],
        message(stranger), good.replace(b"sale", b"SALE"), json.dumps({"heads": {"sale": 9}}).encode(), None, 7, "text",
    ]  # fmt: skip
    for each in forged:
        listener.hear(each)
    assert (listener.told, listener._others) == ([], {})

    listener.hear(good)
    assert listener.told == [{"sale": 9}]


def test_a_message_that_was_recorded_says_nothing_the_second_time():
    now = Now()
    listener = end("", now=now)
    old, new = message(listener), message(listener, number=2, heads={"sale": 10})
    for each in (old, old, new, old, new):
        listener.hear(each)
    assert listener.told == [{"sale": 9}, {"sale": 10}]

    now.at_ms += 60_000
    listener.hear(message(listener, **{"from": "long gone"}))
    assert listener.told == [{"sale": 9}, {"sale": 10}]


def test_presence_that_is_not_renewed_is_over(monkeypatch):
    listener = end("")
    listener.hear(message(listener, presence={"sale": {"count": {}, "bidders": []}}))
    assert len(listener.presence("sale")) == 1
    later = time.monotonic() + EXPIRES_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert listener.presence("sale") == []


def limits(tmp_path, broker: Broker) -> RateLimits:
    return RateLimits(read({"AUCTION_INSTANCE": str(tmp_path)}), shared=broker.ask)


@pytest.mark.clock
def test_a_limit_is_one_for_all_processes(tmp_path, two):
    here, there = (limits(tmp_path, each) for each in two)
    turns = [each.begin_sign_in("account", "address") for each in (here, there) * 8]
    assert turns == [True] * 10 + [False] * 6
    assert here.begin_sign_in("another", "address")

    there.forgive_sign_in("account", "address")
    assert [here.begin_sign_in("account", "address") for _ in range(2)] == [True, False], "forgiven everywhere"


@pytest.mark.clock
def test_many_asking_at_once_get_no_more_than_there_is(two):
    told: list[bool] = []

    def ask(broker: Broker) -> None:
        for _ in range(20):
            answer = broker.ask(("who", 1_000, 10_000, "take"))
            told.append(answer is not None and answer[0])

    threads = [threading.Thread(target=ask, args=(each,)) for each in two * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(True) == 10


def test_08_07_garbage_in_the_place_of_a_share_counts_as_nothing_and_so_does_one_from_before_a_clock_was_put_back(
    valkey, two
):
    redis = valkey.client()
    for number, garbage in enumerate([b"x", b"", b"\xff", b"nan"]):
        redis.set(f"auction:share:{number}", garbage)
        assert two[0].ask((str(number), 1, 10, "take")) == (True, 0.0), garbage
    redis.rpush("auction:share:list", 1)
    assert two[0].ask(("list", 1, 10, "take")) == (True, 0.0)
    seconds, _ = redis.time()
    redis.set("auction:share:high", seconds * 1_000 + 2_900)
    fits, spent_s = two[0].ask(("high", 100, 1_000, "take"))
    assert (fits, 1.5 < spent_s <= 2.0) == (False, True), "never longer than twice the period"
    redis.set("auction:share:back", (seconds + 3_600) * 1_000)
    assert two[0].ask(("back", 100, 1_000, "take")) == (True, 0.0), "an hour back would keep a bidder out for an hour"


@pytest.mark.clock
def test_without_an_answer_ones_own_count_holds_and_nobody_waits_long(tmp_path, valkey, two):
    here = limits(tmp_path, two[0])
    waits = []

    def bid(count: int) -> list[bool]:
        told = []
        for _ in range(count):
            began = time.monotonic()
            told.append(here.allows(here.bid, "b"))
            waits.append(time.monotonic() - began)
        return told

    valkey.send(signal.SIGSTOP)
    assert bid(12) == [True] * 10 + [False] * 2
    valkey.send(signal.SIGCONT)
    wait_for(lambda: two[0].ask(("w", 1, 10, "look")))
    valkey.kill()
    assert bid(2) == [True, False] or bid(1)
    assert max(waits) < SHARE_WITHIN_S + 0.1
    assert sorted(waits)[-2] < 0.05, "only the first one waits"

    valkey.start()
    wait_for(lambda: two[0].ask(("w", 1, 10, "look")), 5)
    two[1].tell_head("sale", 8)
    two[1].returned.clear()
    wait_for(lambda: {"sale": 8} in two[0].told or two[0].returned.is_set(), 5)


def test_what_cannot_be_told_gathers_nothing():
    nobody = end("redis://127.0.0.1:1/0")
    for n in range(10_000):
        nobody.tell_head("sale", n)
        nobody.tell_presence({"sale": n})
    assert nobody._heads == {"sale": 9_999}
    assert nobody._presence == {"sale": 9_999}
    assert nobody.ask(("w", 1, 10, "look")) is None
    assert nobody._asks == []
