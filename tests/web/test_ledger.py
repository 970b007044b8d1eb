"""The page of a sale's money: from a deposit to a settled sale by its own buttons; refusals; both languages."""

import re

import pytest

from auction.engine.orders import Order
from auction.money.bank import payment_reference
from auction.people.accounts import Purpose, Role
from auction.rules import commands as cmd
from tests.serving import Person, Server, parts_for, stage
from tests.web.test_money import text_of

TERMS = {"buyer_commission": [[0, 500]], "seller_commission": [[0, 1000]], "deposit": {"fixed_minor": 1_000_000}}


@pytest.fixture(scope="module")
def sold(tmp_path_factory):
    """A closed sale: bidder 1 bought lot 1, bidder 2 nothing; no deposit is entered yet."""
    folder = tmp_path_factory.mktemp("money")
    cast = stage(folder, bidders=2, terms=TERMS)
    parts = parts_for(folder)
    parts.engine.start()
    for name in ("bidder1", "bidder2"):
        row = parts.registration.of_user(cast.sale, cast.users[name])
        parts.cover.settle(cast.sale, row.id, cast.users["organizer"], arrived=True)
    assert parts.cover.follow(cast.sale, parts.books.follow(cast.sale), cast.users["organizer"]) == []
    now = parts.clock.now_ms
    for command in (
        cmd.TakeGavel(now()),
        cmd.OpenLot(now(), "1"),
        cmd.PlaceBid(now(), "1", "101", 10_000_000),
        cmd.Hammer(now(), "1"),
    ):
        assert parts.engine.ask(Order(cast.sale, "desk", command)).ok
    assert parts.sales.close(cast.sale, cast.users["organizer"]).ok
    parts.engine.stop()
    parts.store.close()
    server = Server(folder).start()
    yield server, cast
    server.stop()


@pytest.fixture
def desk(sold):
    server, cast = sold
    parts = parts_for(server.instance)
    person = Person(server.url)
    person.http.headers["Accept-Language"] = "en"
    person.enter(parts.accounts.make_link(Purpose.SIGN_IN, cast.users["cashier"]))
    parts.store.close()
    return person


PAGE = "/organizer/sales/sale/money"


def party(page: str, paddle: str) -> str:
    """The registration of a paddle, as the page's rows are named."""
    return re.search(rf'id="p-(\w+)">\s*<td[^>]*><strong class="figure">{paddle}<', page).group(1)


def test_a_sale_is_settled_by_the_buttons_of_its_page(desk):
    page = desk.get(PAGE).text
    buyer, loser = party(page, "101"), party(page, "102")
    seen = text_of(desk.get(PAGE))
    assert "Buyers owe ¥105,000" in seen
    assert "壹拾万伍仟元整" in seen
    assert "Consignors are due ¥90,000" in seen

    def enter(act, key, **said):
        return desk.post(f"{PAGE}/{act}", desk.csrf(PAGE), key=key, **said)

    assert "Entered." in enter("apply", "k1", party=buyer, amount="10,000").text
    assert "Entered." in enter("payment", "k2", party=buyer, amount="5万", reference="BANK-17").text
    again = enter("payment", "k2", party=buyer, amount="5万", reference="BANK-17")
    assert again.status_code == 200
    assert "Buyers owe ¥45,000" in text_of(again), "the second press of one button entered nothing"

    early = enter("pay-consignor", "k3", lot="1", amount="90000")
    assert (early.status_code, "The buyer has not paid this lot yet" in early.text) == (422, True)
    assert "Entered." in enter("payment", "k4", party=buyer, amount="45000").text
    assert "Entered." in enter("pay-consignor", "k5", lot="1", amount="90000").text

    assert "Entered." in enter("release-all", "k6").text
    too_much = enter("refund", "k7", party=loser, amount="10,000.01")
    assert (too_much.status_code, "There is no more than ¥10,000 for this" in text_of(too_much)) == (422, True)
    assert "10,000.01" in too_much.text, "what was typed is kept"
    assert "Entered." in enter("refund", "k8", party=loser, amount="10000").text

    seen = text_of(desk.get(PAGE))
    assert "In the bank ¥15,000" in seen, "the commission of both sides"
    assert "Buyers owe ¥0" in seen
    assert "BANK-17" in seen
    differs = enter("close-day", "k9", amount="15,001")
    assert (differs.status_code, "The books say ¥15,000" in text_of(differs)) == (422, True)
    assert "Entered." in enter("close-day", "k10", amount="15,000").text


def test_what_is_typed_wrongly_is_said_beside_it_and_enters_nothing(desk):
    page = desk.get(PAGE).text
    before = page.count('id="e-')
    buyer = party(page, "101")
    for act, said, words in (
        ("payment", {"party": buyer, "amount": ""}, "This is not an amount."),
        ("payment", {"party": buyer, "amount": "12;50"}, "is no amount"),
        ("payment", {"party": "nobody", "amount": "1"}, "There is no such application or paddle."),
        ("reverse", {"entry": "999"}, "There is no such entry."),
        ("costs", {"lot": "99", "amount": "1"}, "There is no more than ¥0 for this."),
    ):
        answer = desk.post(f"{PAGE}/{act}", desk.csrf(PAGE), key=f"wrong-{act}", **said)
        assert answer.status_code == 422, said
        assert words in text_of(answer), said
    assert desk.post(f"{PAGE}/print-money", desk.csrf(PAGE), key="k").status_code == 404
    assert desk.get(PAGE).text.count('id="e-') == before


def test_the_page_is_whole_in_chinese(desk):
    desk.http.headers["Accept-Language"] = "zh"
    seen = text_of(desk.get(PAGE))
    for words in ("银行余额", "买受人应付", "应付委托人", "分录", "委托人"):
        assert words in seen


def test_only_the_organizers_of_the_sale_see_its_money(sold):
    server, cast = sold
    parts = parts_for(server.instance)
    other = parts.accounts.create("other@test.invalid", "Other", Role.ORGANIZER)
    for user, status in ((None, 401), (other, 403), (cast.users["bidder1"], 403), (cast.users["auctioneer"], 403)):
        person = Person(server.url)
        if user is not None:
            person.enter(parts.accounts.make_link(Purpose.SIGN_IN, user))
        answer = person.get(PAGE, allow_redirects=False)
        assert answer.status_code in (status, 302 if user is None else status, 404 if user == other else status)
        assert "105,000" not in answer.text
    parts.store.close()


def test_a_statement_of_the_bank_becomes_entries_once(desk):
    page = desk.get(PAGE).text
    two = party(page, "102")
    told = payment_reference(two)
    rows = (
        "交易日期,交易流水号,借方发生额,贷方发生额,对方户名,摘要",
        f"2018-11-29,S1,,20000.00,代付公司,保证金 {told}",
        "2018-11-29,S2,,300.00,谁也不是,",
        "2018-11-29,S3,12.00,,银行,手续费",
    )
    upload = {"file": ("流水.csv", "\n".join(rows).encode("gb18030"))}

    def send(files):
        data = {"csrf_token": desk.csrf(PAGE)}
        return desk.http.post(f"{desk.url}{PAGE}/statement", data=data, files=files)

    def enter(**said):
        return desk.post(f"{PAGE}/statement/enter", desk.csrf(PAGE), key=key, **said)

    answer = send(upload)
    seen = text_of(answer)
    assert "Money that came in: 2 lines. Nothing is entered yet." in seen
    assert "by its reference" in seen
    assert "nothing fits" in seen
    key = re.search(r'name="key" value="([^"]+)"', answer.text).group(1)
    line = {"take-2": "1", "party-2": two, "for-2": "deposit"}
    before = desk.get(PAGE).text.count('id="e-')

    unknown = enter(**line, **{"take-3": "1", "party-3": ""})
    assert (unknown.status_code, "Line 3: choose the bidder" in text_of(unknown)) == (422, True)
    wrong = enter(**line, **{"take-3": "1", "party-3": two, "for-3": "payment"})
    assert (wrong.status_code, "Line 3: Nothing is owed" in text_of(wrong)) == (422, True)
    assert wrong.text.count(f'value="{two}" selected') == 2, "what was chosen is kept"
    assert desk.get(PAGE).text.count('id="e-') == before, "all or none"

    assert "Lines entered: 1." in enter(**line).text
    after = desk.get(PAGE).text
    assert (after.count('id="e-'), "S1" in after, told in after) == (before + 1, True, True)
    again = send(upload)
    assert "is in the books already" in text_of(again)
    assert "Tick the lines" in text_of(enter(**line)), "a line that is entered cannot be ticked"
    for name, data, words in (
        ("a.csv", b"lot,title\n1,2\n", "No heading of sums that came in was found"),
        ("a.csv", b"", "Choose a file that is not empty."),
        ("a.pdf", b"%PDF-1.7", "PDF"),
    ):
        answer = send({"file": (name, data)})
        assert (answer.status_code, words in text_of(answer)) == (422, True), name
