"""The recipes of docs/integrators.md, run as they stand against a real server, in curl, Python and JavaScript."""

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
import requests

from auction.engine.orders import Order
from auction.papers.cabinet import Cabinet
from auction.people.accounts import Role
from auction.people.roles import SaleRole
from auction.people.tokens import Scope
from auction.rules import commands as cmd
from auction.sales.publication import By
from auction.webhooks.registry import Webhooks
from auction.webhooks.signing import secret_of, signature_headers, told_secret
from tests.house import House, a_house
from tests.serving import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "integrators.md").read_text()
RECIPES = {
    int(number): dict(re.findall(r"^```(sh|python|js)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    for number, text in re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}
LANGUAGES = ("sh", "python", "js")
COMMANDS = {"sh": ["bash", "-euo", "pipefail"], "python": [sys.executable], "js": ["node"]}
ENDINGS = {"sh": "sh", "python": "py", "js": "mjs"}


@contextmanager
def recipe_house(folder: Path) -> Iterator[House]:
    """A house with one lot sold, one open, and a draft."""
    with a_house(folder, AUCTION_WEBHOOK_NETWORKS="127.0.0.0/8") as made:
        ask(made, "auctioneer", cmd.TakeGavel)
        sell(made, "1")
        ask(made, "auctioneer", cmd.OpenLot, "2")
        by = By(made.cast.users["organizer"], "COMPLETION")
        made.parts.sales.edit(made.cast.sale, by=by, place="Jinan", starts_at_ms=made.parts.clock.now_ms())
        made.cast.users["cashier"] = made.parts.accounts.create("cash@test.invalid", "Cashier", Role.ORGANIZER)
        made.parts.staff.assign(made.cast.sale, made.cast.users["cashier"], None, SaleRole.CASHIER)
        draft = made.parts.sales.create("draft", title_zh="草稿", title_en="Draft")
        made.parts.staff.assign(draft, made.cast.users["organizer"], None)
        yield made
        assert "Traceback" not in made.server.log, made.server.log


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with recipe_house(tmp_path_factory.mktemp("recipes")) as made:
        yield made


def ask(house: House, who: str, kind: type[cmd.Command], *facts: object) -> None:
    """A command of a person of the cast, by another process than the server."""
    more = {"auctioneer": house.cast.users[who]} if who == "auctioneer" else {}
    command = kind(house.parts.clock.now_ms(), *facts, **more)
    answer = house.parts.engine.ask(Order(house.cast.sale, house.cast.users[who], command, key=uuid.uuid4().hex))
    assert answer.ok, answer


def sell(house: House, lot: str) -> None:
    ask(house, "auctioneer", cmd.OpenLot, lot)
    ask(house, "bidder1", cmd.PlaceBid, lot, "101", 10_500_000)
    ask(house, "auctioneer", cmd.Hammer, lot)


def token(house: House, who: str, *scopes: Scope) -> str:
    return house.parts.tokens.make(house.cast.users[who], "a recipe", scopes, 1).secret


class Kitchen:
    """Runs a recipe in a folder of its own, and says what it printed."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.environ = {**os.environ, "HOUSE": house.server.url, "SALE": house.cast.slug, "DRAFT": "draft"}
        (folder / "app.py").write_text(f"import runpy, sys\nsys.path.insert(0, {str(ROOT)!r})\n")
        with (folder / "app.py").open("a") as file:
            file.write(f"runpy.run_path({str(ROOT / 'app.py')!r}, run_name='__main__')\n")

    def command(self, number: int, language: str) -> list[str]:
        file = self.folder / f"recipe-{number}.{ENDINGS[language]}"
        text = RECIPES[number][language].replace("python3 ", f"{sys.executable} ")
        file.write_text(text)
        return [*COMMANDS[language], str(file)]

    def run(self, number: int, language: str, **environ: str) -> str:
        done = subprocess.run(
            self.command(number, language),
            check=False,
            env={**self.environ, **environ},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


@pytest.fixture
def cook(house, tmp_path) -> Kitchen:
    return Kitchen(house, tmp_path)


def test_there_are_ten_recipes_each_in_three_languages():
    assert list(RECIPES) == list(range(1, 11))
    assert all(set(each) == set(LANGUAGES) for each in RECIPES.values())


def test_reading_recipes_tell_what_is_there(house, cook):
    assert [each["lot"] for each in json.loads(cook.run(1, "sh"))["items"]] == ["1", "2", "3"]
    for language in ("python", "js"):
        assert cook.run(1, language).splitlines()[0] == "1 标的1 100000.00 CNY sold", language
        assert cook.run(2, language).splitlines() == ["1 101 105000.00 CNY", "304"], language
        told = cook.run(3, language).splitlines()
        assert (told[0], told[-1]) == ("4 lot_listed", f"next time since {told[-2].split()[0]}"), language
        assert cook.run(4, language).startswith("good, "), language
    assert cook.run(2, "sh").strip() == "304"
    assert json.loads(cook.run(3, "sh"))["seq"] > 3
    assert "good" in cook.run(4, "sh", AUCTION_INSTANCE=str(house.server.instance))


def test_a_catalogue_is_pushed_into_a_draft(house, cook):
    mine = {"TOKEN": token(house, "organizer", Scope.CATALOGUE)}
    sale = house.parts.sales.find("draft").id

    for language, count in (("sh", 1), ("python", 2), ("js", 1)):
        cook.run(5, language, **mine)
        assert len(house.parts.sales.lots(sale)) == count, language


def test_applicants_are_admitted(house, cook):
    mine = {"TOKEN": token(house, "organizer", Scope.READ, Scope.DECIDE)}
    for language in ("python", "js"):
        user = house.parts.accounts.create(f"{language}@test.invalid", f"New {language}", Role.BIDDER)
        house.parts.registration.apply(house.cast.sale, user)
        assert re.fullmatch(rf"New {language} has paddle \d+\n", cook.run(6, language, **mine))
    found = {each["status"] for each in json.loads(cook.run(6, "sh", **mine))["items"]}
    assert found == {"admitted"}


def test_programs_bid(house, cook):
    for who, language in (("bidder1", "python"), ("bidder2", "js")):
        told = cook.run(7, language, LOT="2", TOKEN=token(house, who, Scope.BID))
        assert told.startswith("accepted as event "), told
    low = cook.run(7, "sh", LOT="2", TOKEN=token(house, "bidder1", Scope.BID), KEY=uuid.uuid4().hex)
    assert json.loads(low)["code"] == "BELOW_MIN"


def test_papers_are_fetched(house, cook):
    cabinet = Cabinet(house.parts)
    made = cabinet.make(cabinet.dossier(house.parts.sales.find("sale")), "summary", "", house.cast.users["organizer"])
    mine = {"TOKEN": token(house, "organizer", Scope.READ)}

    assert made.number in [each["number"] for each in json.loads(cook.run(8, "sh", **mine))["items"]]
    for language in ("python", "js"):
        assert f"{made.number}-v1.pdf" in cook.run(8, language, **mine)
        assert (cook.folder / f"{made.number}-v1.pdf").read_bytes().startswith(b"%PDF-")


def test_the_ledger_is_read(house, cook):
    mine = {"TOKEN": token(house, "cashier", Scope.MONEY)}

    assert json.loads(cook.run(10, "sh", **mine))["items"][0]["kind"] == "lot_sold"
    for language in ("python", "js"):
        assert cook.run(10, language, **mine).startswith("1 lot_sold "), language


def test_webhooks_arrive_while_a_lot_is_sold(house, cook):
    parts, programs = house.parts, []
    config = replace(parts.config, webhook_networks=(ip_network("127.0.0.0/8"),))
    webhooks = Webhooks(parts.store, parts.clock, config)
    for language in ("python", "js"):
        port = free_port()
        by = house.cast.users["organizer"]
        hook = webhooks.make(house.cast.sale, f"http://127.0.0.1:{port}/", ["lot.sold"], by)
        environ = {**cook.environ, "PORT": str(port), "SECRET": webhooks.secret(hook.id)}
        output = cook.folder / f"{language}.txt"
        with output.open("w") as file:
            started = subprocess.Popen(cook.command(9, language), env=environ, stdout=file, stderr=file)
        programs.append((hook, started, output))
    try:
        ask(house, "bidder3", cmd.PlaceBid, "2", "103", 20_000_000)
        ask(house, "auctioneer", cmd.Hammer, "2")
        for hook, _, output in programs:

            def told(hook=hook, output=output) -> bool:
                for each in webhooks.messages(hook.id):
                    if each.tries and each.row.delivered_ms is None:  # the receiver was not there yet
                        webhooks.send_again(house.cast.sale, hook.id, each.row.id)
                return output.read_text() == "lot.sold 2 200000.00\n"

            wait_for(told)
    finally:
        for _, started, _ in programs:
            started.kill()
            started.wait()

    secret, body = secret_of("a key", "hook"), b'{"type":"lot.sold"}'
    named = signature_headers(secret, "msg_1", 1_700_000_000, body)
    told = {"ID": "msg_1", "TIMESTAMP": "1700000000", "BODY": body.decode(), "SIGNATURE": named["webhook-signature"]}
    assert cook.run(9, "sh", SECRET=told_secret(secret), **told) == "good\n"


def test_a_flood_of_an_address_is_told_when_to_come_again_and_keeps_no_program_out(house):
    path, mine = f"{house.server.url}/api/v1/sales", {"Authorization": f"Bearer {token(house, 'bidder1', Scope.READ)}"}

    def refused(headers: dict[str, str]) -> requests.Response:
        """The refusal of one of twelve costly requests at once; more than an address may ask for."""
        with ThreadPoolExecutor(12) as many:
            asked = [many.submit(requests.get, f"{path}/sale/record", headers=headers, timeout=30) for _ in range(12)]
        return next(each.result() for each in asked if each.result().status_code == 429)

    told = refused({})
    assert told.json()["code"] == "RATE_LIMITED"
    assert int(told.headers["Retry-After"]) >= 1
    assert refused({"Authorization": "Bearer pat_guess"}).status_code == 429, "a guess counts to its address"
    answer = requests.get(path, headers=mine, timeout=10)
    assert (answer.status_code, answer.headers["RateLimit-Limit"]) == (200, "40")
