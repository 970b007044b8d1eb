"""The ten recipes of docs/integrators.md by a client that a generator made of the OpenAPI file.

`test_generated_client.py` runs it beside that client. Each function prints nothing and asserts what it was told.
"""

import hashlib
import json
import os
import uuid

from auction_client import AuthenticatedClient, Client
from auction_client.api.bidding import place_bid
from auction_client.api.house import decide, list_registrations, put_lots, read_ledger
from auction_client.api.papers import list_papers, read_paper
from auction_client.api.reports import read_report
from auction_client.api.sales import list_lots, list_results, list_sales, read_record
from auction_client.api.webhooks import end_webhook, list_messages, list_webhooks, make_webhook
from auction_client.models import (
    DecisionAsked,
    DecisionAskedDecision,
    Error,
    LotsPushed,
    LotsPushedLotsItem,
    NewBid,
    WebhookAsked,
    WebhookAskedKindsItem,
)

HOUSE, SALE = os.environ["HOUSE"], os.environ["SALE"]
anybody = Client(base_url=HOUSE)


def program(who: str) -> AuthenticatedClient:
    """The client of a person's program."""
    return AuthenticatedClient(base_url=HOUSE, token=os.environ[f"TOKEN_{who.upper()}"])


def list_into_a_portal() -> None:
    lots, cursor = [], None
    while True:
        part = list_lots.sync(SALE, client=anybody, limit=2, cursor=cursor)
        lots += part.items
        cursor = part.next_
        if cursor is None:
            break
    assert [each.lot for each in lots] == ["1", "2", "3"]
    assert (lots[0].start, lots[0].start_minor, lots[0].currency) == ("100000.00", 10_000_000, "CNY")
    assert [each.slug for each in list_sales.sync(client=anybody).items] == [SALE]


def follow_results() -> None:
    told = list_results.sync_detailed(SALE, client=anybody)
    assert told.headers["etag"]
    (sold,) = [each for each in told.parsed.items if each.status == "sold"]
    assert (sold.lot, sold.paddle, sold.hammer, sold.is_final) == ("1", "101", "105000.00", True)


def follow_and_verify_the_record() -> None:
    *lines, last = read_record.sync_detailed(SALE, client=anybody).content.splitlines()
    head = bytes(32)
    for line in lines:
        head = hashlib.sha256(head + line[len(b'{"event":') : -len(b',"hash":""}') - 64]).digest()
    assert json.loads(last)["head"] == head.hex()
    since = json.loads(read_record.sync(SALE, client=anybody, since=3).splitlines()[0])
    assert since["event"]["seq"] == 4


def push_a_catalogue() -> None:
    lot = LotsPushedLotsItem.from_dict(
        {"lot": "1", "title_zh": "一种电池", "patents": ["ZL201510123456.8"], "start_minor": 10_000_000}
    )
    bad = LotsPushedLotsItem.from_dict({"lot": "2", "title_en": "A sensor", "start": "12,5"})
    refused = put_lots.sync("draft", client=program("organizer"), body=LotsPushed(lots=[bad]))
    assert isinstance(refused, Error)
    assert refused.code == "BAD_LOTS"
    assert put_lots.sync("draft", client=program("organizer"), body=LotsPushed(lots=[lot])).count == 1


def admit_who_applied() -> None:
    organizer = program("organizer")
    (applied,) = [each for each in list_registrations.sync(SALE, client=organizer).items if each.status == "applied"]
    asked = DecisionAsked(decision=DecisionAskedDecision.ADMIT, limit_minor=50_000_000)
    assert decide.sync(SALE, applied.id, client=organizer, body=asked).paddle == "104"


def bid() -> None:
    def ask(amount_minor: int) -> object:
        body, key = NewBid(amount_minor=amount_minor), uuid.uuid4().hex
        return place_bid.sync(SALE, "2", client=program("bidder"), body=body, idempotency_key=key)

    refused = ask(1)
    assert isinstance(refused, Error)
    assert ask(refused.params["minimum_minor"]).seq > 0


def fetch_papers_and_reports() -> None:
    organizer = program("organizer")
    paper = list_papers.sync(SALE, client=organizer).items[0]
    file = read_paper.sync_detailed(SALE, paper.id, paper.version, client=organizer)
    assert file.content.startswith(b"%PDF-")
    assert read_report.sync(SALE, "results", client=organizer).lstrip("\ufeff").startswith('"lot"')


def hear_of_what_happens() -> None:
    organizer = program("organizer")
    asked = WebhookAsked(url="http://127.0.0.1:9/", kinds=[WebhookAskedKindsItem.LOT_SOLD])
    made = make_webhook.sync(SALE, client=organizer, body=asked, idempotency_key=uuid.uuid4().hex)
    assert made.secret.startswith("whsec_")
    assert [each.id for each in list_webhooks.sync(SALE, client=organizer).items] == [made.id]
    assert list_messages.sync(SALE, made.id, client=organizer).items == []
    assert end_webhook.sync(SALE, made.id, client=organizer).ended_because == "person"


def read_the_books() -> None:
    (entry, *_) = read_ledger.sync(SALE, client=program("cashier")).items
    assert (entry.kind, sum(line.amount_minor for line in entry.lines)) == ("lot_sold", 0)


if __name__ == "__main__":
    list_into_a_portal()
    follow_results()
    follow_and_verify_the_record()
    push_a_catalogue()
    admit_who_applied()
    bid()
    fetch_papers_and_reports()
    hear_of_what_happens()
    read_the_books()
