"""A program acts with a token as its scopes and its owner's rights allow, by the rules of the live channel."""

import json
import uuid
from contextlib import ExitStack

import pytest

from auction.base.clock import new_id
from auction.engine.feed import desk_room
from auction.engine.orders import Order
from auction.people.tokens import Scope
from auction.rules import commands as cmd
from auction.sockets.admission import BIDS_AT_ONCE, CROWDED
from tests.serving import give_password, lot_row, wait_for

V1 = "/api/v1"


class Program:
    """A program of a person of the cast, with a token of some scopes."""

    def __init__(self, api, who: str, *scopes: Scope) -> None:
        self.user = api.cast.users[who]
        self.made = api.parts.tokens.make(self.user, "a test", scopes or list(Scope), 1)
        self.client = api.client
        self.headers = {"Authorization": f"Bearer {self.made.secret}", "Accept-Language": "en"}

    def ask(self, method: str, path: str, body: object = None, key: str | None = None, **headers: str):
        named = {"Idempotency-Key": key} if key else {}
        more = {} if body is None else {"json": body}
        return self.client.open(V1 + path, method=method, headers={**self.headers, **named, **headers}, **more)

    def get(self, path: str):
        return self.ask("GET", path)

    def post(self, path: str, body: object = None, key: str | None = "new"):
        return self.ask("POST", path, body, uuid.uuid4().hex if key == "new" else key)


@pytest.fixture
def program(api):
    return lambda who, *scopes: Program(api, who, *scopes)


@pytest.fixture(scope="module", autouse=True)
def open_lot(api):
    user, now = api.cast.users["auctioneer"], api.parts.clock.now_ms
    api.ask("auctioneer", cmd.TakeGavel(now(), auctioneer=user))
    api.ask("auctioneer", cmd.OpenLot(now(), "1", auctioneer=user))


@pytest.fixture(scope="module")
def opening_bid(api):
    """The first bid on the open lot: its answer, its key, and the number of its event."""
    bidder, key = Program(api, "bidder1"), uuid.uuid4().hex
    answer = bidder.post("/sales/sale/lots/1/bids", {"amount_minor": 10_000_000}, key)
    return answer, key, api.parts.engine.book(api.cast.sale).head.seq


def test_a_token_says_who_it_is_for_and_opens_only_its_scopes(program):
    reader = program("bidder1", Scope.READ)

    assert reader.get("/me").json["scopes"] == ["read"]
    assert reader.get("/sales/sale/registration").json["paddle"] == "101"
    refused = reader.post("/sales/sale/lots/1/bids", {"amount_minor": 10_000_000})
    assert (refused.status_code, refused.json["code"]) == (403, "SCOPE_MISSING")
    assert reader.get("/sales/sale/ledger").json["code"] == "FORBIDDEN", "a bidder's token is no organizer's"


def test_a_token_that_is_wrong_over_ended_or_of_a_suspended_account_opens_nothing(api, program):
    other = program("bidder3")
    answers = [
        api.client.get(f"{V1}/sales", headers={"Authorization": each}) for each in ("Bearer pat_x", "Basic eDp5")
    ]
    assert {(each.status_code, each.json["code"]) for each in answers} == {(401, "TOKEN_OVER")}
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert api.client.get(f"{V1}/me").json["code"] == "UNAUTHENTICATED"

    api.parts.accounts.suspend(other.user, suspended=True)
    assert other.get("/me").json["code"] == "TOKEN_OVER"
    api.parts.accounts.suspend(other.user, suspended=False)
    assert other.get("/me").status_code == 401, "nothing from before the suspension holds"
    renewed = program("bidder3")
    give_password(api.parts, renewed.user, "ganz-und-gar-neu-4711")
    assert renewed.get("/me").status_code == 401
    ended = program("bidder3")
    api.parts.tokens.end(ended.user, ended.made.id)
    assert ended.get("/me").status_code == 401


def test_a_bid_over_the_api_is_the_same_command_as_over_the_live_channel(api, program, opening_bid):
    bidder, (first, key, seq) = program("bidder1"), opening_bid
    path, body = "/sales/sale/lots/1/bids", {"amount_minor": 10_000_000}

    assert (first.status_code, first.json) == (201, {"seq": seq})
    assert bidder.post(path, body, key).json == first.json, "sent again, it is the same bid"
    assert api.parts.engine.book(api.cast.sale).head.seq == seq
    assert bidder.post(path, {"amount_minor": 11_000_000}, key).json["code"] == "KEY_CONFLICT"
    leading = bidder.post(path, {"amount_minor": 11_000_000})
    assert (leading.status_code, leading.json["code"]) == (409, "ALREADY_LEADING")
    low = program("bidder2").post("/sales/sale/acts", {"do": "bid", "lot": "1", "amount_minor": 10_000_001})
    assert (low.json["code"], low.json["params"]["minimum_minor"]) == ("BELOW_MIN", 10_500_000)
    assert "¥105,000" in low.json["message"]
    raised = program("bidder2").post("/sales/sale/acts", {"do": "maximum", "lot": "1", "max_minor": 12_000_000})
    assert raised.status_code == 201
    told = program("bidder2").get("/sales/sale/position").json
    assert (told["paddle"], told["maxima"], told["exposure"]) == ("102", {"1": 12_000_000}, "120000.00")


@pytest.mark.parametrize(
    ("body", "key", "field"),
    [
        ({}, "k", "amount_minor"),
        ({"amount_minor": 1, "paddle": "102"}, "k", "paddle"),
        ({"amount_minor": 1}, None, "Idempotency-Key"),
        ({"amount_minor": 1}, "k" * 65, "Idempotency-Key"),
        (None, "k", "Content-Type: application/json"),
    ],
)
def test_a_bid_that_is_not_one_changes_nothing(program, body, key, field):
    answer = program("bidder1").post("/sales/sale/lots/1/bids", body, key)

    assert (answer.status_code, answer.json["params"]["field"]) == (400, field)


def test_bids_over_the_api_count_to_the_bidders_own_rate(program):
    bidder = program("bidder3")
    codes = [bidder.post("/sales/sale/lots/1/bids", {"amount_minor": 1}) for _ in range(11)]

    assert codes[-1].json["code"] == "RATE_LIMITED"
    assert int(codes[-1].headers["Retry-After"]) >= 1
    assert codes[-1].headers["RateLimit-Limit"] == "40"


@pytest.fixture(scope="module")
def passed(api):
    """Another sale, `passed`, whose lot 1 has passed; bidder1 has the paddle 101."""
    parts, users = api.parts, api.cast.users
    sale = parts.sales.create("passed", title_zh="流拍", title_en="Passed")
    parts.staff.assign(sale, users["organizer"], None)
    parts.staff.assign(sale, users["auctioneer"], None)
    parts.sales.add_lots(sale, [(lot_row("1", start_minor=100, increment={"fixed_minor": 5}), [])])
    assert parts.sales.publish(sale, users["organizer"]).ok
    parts.registration.admit(parts.registration.apply(sale, users["bidder1"]), users["organizer"])
    user, now = users["auctioneer"], parts.clock.now_ms
    for kind, facts in ((cmd.TakeGavel, ()), (cmd.OpenLot, ("1",)), (cmd.PassLot, ("1",))):
        assert parts.engine.ask(Order(sale, user, kind(now(), *facts, auctioneer=user), key=new_id())).ok
    return sale


def test_a_late_bid_over_the_api_is_shown_at_the_desk_as_one_over_the_live_channel(api, program, passed):
    api.at_desks.clear()
    late = program("bidder1").post("/sales/passed/lots/1/bids", {"amount_minor": 100})

    assert (late.status_code, late.json["code"]) == (409, "NOT_LIVE"), late.json
    room, name, told = api.at_desks[0]
    told = json.loads(told)
    assert (room, name, told["paddle"]) == (desk_room(passed), "late_bid", "101")
    assert (told["lot"], told["amount_minor"], told["late_ms"]) == ("1", 100, late.json["params"]["late_ms"])


def test_programs_pass_the_admission_of_the_crowd(api, program):
    """Bids of the live channel and of the API wait in one crowd; a refused one is told when to come again."""
    bidder, other, bids = program("bidder2"), program("bidder3"), api.app.extensions["bids"]
    path, body = "/sales/sale/lots/1/bids", {"amount_minor": 1}
    with ExitStack() as waiting:
        for number in range(CROWDED - 1):
            waiting.enter_context(bids.waiting(str(number)))
        waiting.enter_context(bids.waiting(bidder.made.secret))
        answers = [bidder.post(path, body), bidder.post("/sales/sale/acts", {"do": "bid", "lot": "1", **body})]
        assert {(each.status_code, each.json["code"]) for each in answers} == {(429, "RATE_LIMITED")}
        assert {each.headers["Retry-After"] for each in answers} == {"1"}
        assert bidder.post("/sales/sale/acts", {"do": "channel", "channel": "both"}).status_code == 201
        assert other.post(path, body).json["code"] in ("BELOW_MIN", "BELOW_START", "RATE_LIMITED")
        for number in range(CROWDED, BIDS_AT_ONCE):
            waiting.enter_context(bids.waiting(str(number)))
        refused = api.client.post(V1 + path, json=body)
        assert refused.json["code"] == "RATE_LIMITED", "before the server looks at identity and form"
    assert api.client.post(V1 + path, json=body).json["code"] == "UNAUTHENTICATED"


def test_webhooks_are_made_seen_sent_again_and_ended_by_a_program(api, program, passed):
    house, path, key = program("organizer", Scope.WEBHOOKS), "/sales/passed/webhooks", uuid.uuid4().hex
    asked = {"url": "http://127.0.0.1:9/told", "kinds": ["lot.passed", "lot.reopened"]}
    made = house.post(path, asked, key)
    assert (made.status_code, made.headers["Location"]) == (201, f"{V1}{path}/{made.json['id']}")
    assert made.json["secret"].startswith("whsec_")
    assert house.post(path, asked, key).json == made.json, "the answer was lost: the same again"
    assert house.post(path, {**asked, "kinds": ["lot.sold"]}, key).json["code"] == "KEY_CONFLICT"
    assert house.post(path, {"url": "ftp://10.0.0.1/"}).json["code"] == "BAD_WEBHOOK_URL"
    assert house.post(path, {**asked, "kinds": ["sold"]}).status_code == 400
    for stranger in (program("organizer", Scope.CATALOGUE), program("auctioneer"), program("bidder1")):
        assert stranger.get(path).status_code == 403

    listed = house.get(path).json["items"]
    assert [each["id"] for each in listed] == [made.json["id"]]
    assert "secret" not in listed[0]
    user = api.cast.users["auctioneer"]
    again = cmd.ReopenLot(api.parts.clock.now_ms(), "1", "OTHER", auctioneer=user)
    api.parts.engine.ask(Order(passed, user, again, key=new_id()))
    one = f"{path}/{made.json['id']}"
    message = wait_for(lambda: _tried(api, house, f"{one}/messages"))
    assert (message["kind"], message["body"]["data"]["lot"], message["tries"][0]["fault"]) == (
        *("lot.reopened", "1"),
        "NO_CONNECTION",
    )
    assert house.post(f"{one}/messages/{message['id']}", None, None).status_code == 200
    assert house.post(f"{one}/messages/none", None, None).json["code"] == "UNKNOWN_WEBHOOK"
    assert house.ask("DELETE", one).json["ended_because"] == "person"
    assert house.ask("DELETE", one).status_code == 200
    assert house.post(f"{one}/messages/{message['id']}", None, None).json["code"] == "WEBHOOK_ENDED"


def _tried(api, house, path):
    api.parts.courier.look()
    return next((each for each in house.get(path).json["items"] if each["tries"]), None)


def test_an_auctioneer_calls_and_only_who_works_for_the_sale(program):
    desk = program("auctioneer")

    assert desk.post("/sales/sale/calls", {"do": "pause", "lot": "1", "reason": "BREAK"}).status_code == 201
    assert desk.post("/sales/sale/calls", {"do": "hammer"}).json["params"]["field"] == "lot"
    assert desk.post("/sales/other/calls", {"do": "take_gavel"}).json["code"] == "FORBIDDEN"
    assert program("organizer").post("/sales/sale/calls", {"do": "take_gavel"}).json["code"] == "FORBIDDEN"
    assert desk.post("/sales/sale/calls", {"do": "resume", "lot": "1"}).status_code == 201


def test_a_program_pushes_a_catalogue_into_a_draft_all_or_nothing(api, program):
    house = program("organizer")
    made = house.post("/sales", {"slug": "pushed", "title_en": "Pushed", "under_law": False}, None)
    assert (made.status_code, made.headers["Location"]) == (201, f"{V1}/sales/pushed")
    one = {"lot": "1", "title_zh": "标的一", "patents": ["ZL201510123456.8"], "start_minor": 12_345_600}
    two = {"lot": "2", "title": "Two", "patents": "ZL201610123456.X", "start": "7万5", "abstract_en": "Two\nlines"}

    tried = house.ask("PUT", "/sales/pushed/lots", {"lots": [one, two], "dry_run": True})
    assert (tried.json["count"], api.parts.sales.lots(api.parts.sales.find("pushed").id)) == (2, [])
    for _ in range(2):
        assert house.ask("PUT", "/sales/pushed/lots", {"lots": [one, two]}).status_code == 200
    lots = house.get("/sales/pushed/lots").json["items"]
    assert [(each["lot"], each["start_minor"], each["start"]) for each in lots] == [
        ("1", 12_345_600, "123456.00"),
        ("2", 7_500_000, "75000.00"),
    ]
    assert lots[0]["patents"][0]["number"] is not None

    bad = [one, {**two, "start": "12,5"}, {"lot": "3", "title": "Three", "patents": ""}]
    refused = house.ask("PUT", "/sales/pushed/lots", {"lots": bad})
    assert (refused.status_code, refused.json["code"]) == (422, "BAD_LOTS")
    assert {each["index"] for each in refused.json["params"]["problems"]} == {1, 2}
    assert len(house.get("/sales/pushed/lots").json["items"]) == 2
    assert house.ask("PUT", "/sales/sale/lots", {"lots": [one]}).json["code"] == "PUBLISHED_ALREADY"
    assert program("bidder1").get("/sales/pushed").json["code"] == "UNKNOWN_SALE"
    assert program("organizer", Scope.MONEY).get("/sales/pushed").json["code"] == "UNKNOWN_SALE"
    drafts = [
        [each["slug"] for each in program(who).get("/sales?status=draft").json["items"]] for who in ("organizer",)
    ]
    assert drafts == [["pushed"]], "not the draft that he does not work for"


def test_the_house_reads_and_decides_registrations_bids_papers_and_the_ledger(api, program, opening_bid):
    house, newcomer = program("organizer"), api.parts.accounts.create("n@test.invalid", "Newcomer", "bidder")
    api.cast.users["newcomer"] = newcomer
    applied = program("newcomer").post("/sales/sale/registration", None, None)
    assert (applied.status_code, applied.json["status"]) == (200, "applied")

    admitted = house.post(
        f"/sales/sale/registrations/{applied.json['id']}", {"decision": "admit", "limit_minor": 5_000_000}, None
    )
    assert (admitted.json["paddle"], admitted.json["limit"]) == ("104", "50000.00")
    again = house.post(
        f"/sales/sale/registrations/{applied.json['id']}", {"decision": "turn_down", "reason": "x"}, None
    )
    assert (again.status_code, again.json["code"]) == (409, "NOT_APPLIED")
    assert [each["paddle"] for each in house.get("/sales/sale/registrations").json["items"]][-1] == "104"

    bids = house.get("/sales/sale/bids").json["items"]
    assert {("101", 10_000_000, "100000.00", "accepted")} <= {
        (each["paddle"], each["amount_minor"], each["amount"], each["outcome"]) for each in bids
    }
    report = house.get("/sales/sale/reports/bids?format=json")
    assert ("101", 100_000, "accepted") in [(each["paddle"], each["amount"], each["outcome"]) for each in report.json]
    tabs = house.get("/sales/sale/reports/bidders?format=csv&lang=zh&separator=tab").text
    assert '号牌号"\t' in tabs.splitlines()[0]
    assert house.get("/sales/sale/reports/secrets").json["code"] == "NOT_FOUND"
    assert house.get("/sales/sale/reports/bids?format=pdf").json["params"]["field"] == "format"
    assert house.get("/sales/sale/ledger").json["code"] == "FORBIDDEN", "who plans is not who takes money"
    assert program("cashier").get("/sales/sale/ledger").json == {"items": [], "next": None}
    assert house.get("/sales/sale/papers").json["items"] == []
    assert house.get("/sales/sale/papers/none/1/file").json["code"] == "NOT_FOUND"
    for path in ("registrations", "bids", "ledger", "papers", "reports/bids"):
        assert house.get(f"/sales/other/{path}").json["code"] == "FORBIDDEN", path
