"""The command line: names and answers that others script, one line for whatever goes wrong, beside a running server."""

import io
import json
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from auction.base.config import SETTINGS
from auction.cli import main as cli
from auction.database.store import sqlite_module
from auction.engine.orders import Order
from auction.rules import commands as cmd

from . import papered
from .conftest import SetClock
from .data import shared
from .played import START, publish
from .serving import Person, Server, parts_for, stage, wait_for

COMMANDS = {
    *("serve", "migrate", "settings", "create-user", "demo", "import-catalogue", "export", "verify", "replay"),
    *("create-sale", "clone-sale", "erase-personal-data"),
    *("export-journal", "check", "backup", "restore", "check-files", "rotate-key", "paper"),
}
GOOD = "lot,title,patents,start,increment\n1,一种泵,CN110000002A,1000,100\n2,A valve,US10000003B2,2000,CN258_TIER\n"
SCENARIO = {
    "sale": {"currency": "CNY"},
    "bidders": [{"paddle": "A", "limit_minor": None}],
    "lots": [{"lot": "1", "format": "english", "start_minor": 100, "increment": {"fixed_minor": 10}}],
    "steps": [
        {"at_ms": 0, "do": "open_lot", "lot": "1"},
        {"at_ms": 900, "do": "bid", "lot": "1", "paddle": "A", "amount_minor": 100},
        {"at_ms": 950, "do": "bid", "lot": "1", "paddle": "A", "amount_minor": 120},
        {"at_ms": 5000, "do": "hammer", "lot": "1"},
    ],
}


class Out:
    """What a command said, and its exit status."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def line(self):
        """The one line that it says when something is wrong."""
        assert self.status != 0
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return self.err.strip()


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    """run("verify", "sale"): the command line in this process, over an instance of its own."""
    monkeypatch.setenv("AUCTION_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("PORT", raising=False)

    def command(*arguments, stdin=b"", **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["app.py", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capfdbinary.readouterr()
        for name in environ:
            monkeypatch.delenv(name)
        return Out(int(ended.value.code or 0), told.out.decode("utf-8", "replace"), told.err.decode())

    return command


@pytest.fixture
def draft(run, tmp_path):
    """The slug of a draft without lots."""
    parts = parts_for(tmp_path / "instance")
    parts.sales.create("spring", title_en="Spring")
    parts.store.close()
    return "spring"


@pytest.fixture
def file(tmp_path):
    def write(content, name="lots.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- help and settings ----------------------------------------------------------------------------------------------


def test_help_lists_every_command_with_one_whole_line(run):
    listed = run("--help").out.split("Commands:\n")[1].splitlines()

    assert {line.split()[0] for line in listed if line} == COMMANDS
    assert not [line for line in listed if line.endswith("...")]
    for name in COMMANDS:
        assert run(name, "--help").status == 0


def test_settings_lists_every_setting(run):
    assert [line.split()[0] for line in run("settings").out.splitlines()] == [
        f"AUCTION_{each.name}" for each in SETTINGS
    ]


# --- what goes wrong is one line ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "environ", "status", "says"),
    [
        (["frob"], {}, 2, "No such command"),
        (["verify"], {}, 2, "Name a sale"),
        (["verify", "--record", "/nowhere/x"], {}, 1, "/nowhere/x: No such file"),
        (["export", "nowhere", "results"], {}, 1, "There is no sale nowhere."),
        (["export", "nowhere", "secrets"], {}, 2, "'secrets' is not one of"),
        (["import-catalogue", "/nowhere/x.csv", "--sale", "s"], {}, 1, "/nowhere/x.csv: No such file"),
        (["import-catalogue", "/tmp", "--sale", "s"], {}, 2, "is a directory"),
        (["import-catalogue", "/nowhere/x.csv"], {}, 2, "Name the draft with --sale, or use --dry-run."),
        (["import-catalogue", "x.csv", "--dry-run", "--map", "price"], {}, 2, "write COLUMN=HEADING"),
        (["create-user", "nobody", "--name", "N"], {}, 1, "not an e-mail address"),
        (["create-user", "a@b.invalid", "--name", " "], {}, 1, "A name is needed"),
        (["create-user", "a@b.invalid", "--name", "N", "--password-stdin"], {}, 1, "from 10 to 200 characters"),
        (["migrate"], {"AUCTION_PORT": "many"}, 1, "AUCTION_PORT must be a whole number"),
        (["migrate"], {"AUCTION_LOG": "loud"}, 1, "AUCTION_LOG must be one of"),
        (["migrate"], {"AUCTION_DATABASE_URL": "nonsense"}, 1, "not the address of a database"),
        (["migrate"], {"AUCTION_DATABASE_URL": "mysql://x/y"}, 1, "must begin with sqlite"),
        (["migrate"], {"AUCTION_DATABASE_URL": "sqlite:////nowhere/x.sqlite3"}, 1, "/nowhere/x.sqlite3: No such file"),
        (["verify", "s"], {"AUCTION_DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/x"}, 1, "cannot be used"),
        (["migrate"], {"AUCTION_INSTANCE": "/proc/nowhere"}, 1, "/proc/nowhere"),
    ],
)
def test_what_goes_wrong_is_one_line(run, arguments, environ, status, says):
    ended = run(*arguments, **environ)

    assert says in ended.line
    assert ended.status == status


def test_a_file_that_is_no_database_is_one_line(run, file):
    path = file(b"not a database, but long enough to be looked at" * 100, "x.sqlite3")
    assert "not a database" in run("verify", "sale", AUCTION_DATABASE_URL=f"sqlite:///{path}").line


def test_a_locked_database_is_one_line(run, draft, tmp_path):
    other = sqlite_module().connect(tmp_path / "instance" / "auction.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    try:
        assert "not available" in run("create-user", "a@b.invalid", "--name", "N").line
        assert run("export", draft, "lots").status == 0  # who only reads goes on
    finally:
        other.close()


def test_a_report_that_cannot_be_written_is_one_line(run, draft):
    assert "/nowhere/x" in run("export", draft, "lots", "--out", "/nowhere/x").line
    assert "No space left" in run("export", draft, "lots", "--out", "/dev/full").line
    assert Path("/dev/full").is_char_device(), "a device is written to, never replaced by a file"


# --- people ---------------------------------------------------------------------------------------------------------


def test_create_user_makes_one_account_and_prints_a_link(run):
    made = run("create-user", "a@b.invalid", "--name", "Anna", "--role", "administrator")

    assert made.out.startswith("http://127.0.0.1:5000/link/")
    assert "already" in run("create-user", "A@b.invalid", "--name", "Anna").line
    assert run("create-user", "c@b.invalid", "--name", "C", "--password-stdin", stdin=b"long enough\n").out == ""


# --- catalogues -----------------------------------------------------------------------------------------------------


def test_10_13_a_sale_is_made_and_copied(run, tmp_path):
    titles = ("--title-zh", "秋季专场", "--title-en", "Autumn")
    assert "no account" in run("create-sale", "autumn", *titles, "--organizer", "o@b.invalid").line
    run("create-user", "o@b.invalid", "--name", "O", "--role", "organizer")
    made = run("create-sale", "autumn", *titles, "--time-zone", "北京", "--organizer", "o@b.invalid")
    assert made.out.strip().endswith("/organizer/sales/autumn")
    assert "has this address already" in run("create-sale", "autumn", *titles).line
    assert "title is needed" in run("create-sale", "other").line
    assert "no such time zone" in run("create-sale", "other", *titles, "--time-zone", "Mars").line
    assert run("clone-sale", "autumn", "winter").out.strip().endswith("/organizer/sales/winter")
    assert "no sale none" in run("clone-sale", "none", "x").line
    guest = ("create-user", "c@b.invalid", "--name", "C", "--sale", "winter")
    assert "unless --as says how" in run(*guest).line
    assert "an account of this kind" in run(*guest, "--as", "cashier").line
    assert run(*guest, "--as", "consignor").status == 0
    parts = parts_for(tmp_path / "instance")
    first, second = parts.sales.find("autumn"), parts.sales.find("winter")
    assert (first.title_zh, first.time_zone, first.under_law) == ("秋季专场", "Asia/Shanghai", True)
    assert second.title_zh == first.title_zh
    assert [(each.name, each.role) for each in parts.people.of_sale(first.id)] == [("O", "organizer")]
    assert [each.role for each in parts.people.of_sale(second.id)] == ["consignor"]
    parts.store.close()


def test_a_good_catalogue_is_imported_once_and_a_dry_run_changes_nothing(run, draft, file):
    path = file(GOOD)
    dry = run("import-catalogue", path, "--sale", draft, "--dry-run")
    assert (dry.status, dry.out.splitlines()[-1]) == (0, "Nothing was imported yet. Lots: 2, errors: 0, warnings: 0.")
    assert dry.out.startswith("lot: 1 | title_zh: 一种泵 | patents: CN110000002A | start: ¥1,000 | increment: ¥100")
    assert json.loads(run("export", draft, "lots", "--format", "json").out) == []

    told = run("import-catalogue", path, "--sale", draft, "--json")
    outcome = json.loads(told.out)
    assert (told.status, outcome["lots"], outcome["errors"], outcome["warnings"]) == (0, 2, [], [])
    assert (outcome["columns"]["start"], outcome["rows"][1]["increment"]) == ("start", "CN258_TIER")
    rows = json.loads(run("export", draft, "lots", "--format", "json").out)
    assert [(row["lot"], row["start"], row["increment"]) for row in rows] == [
        ("1", 1000, 100),
        ("2", 2000, "CN258_TIER"),
    ]

    again = json.loads(run("import-catalogue", path, "--sale", draft, "--dry-run", "--json").out)
    assert [(each["line"], each["column"], each["code"]) for each in again["errors"]] == [
        (2, "lot", "LOT_EXISTS"),
        (3, "lot", "LOT_EXISTS"),
    ]


def test_every_problem_has_its_line_and_nothing_is_imported(run, draft, file):
    path = file("标题,专利号,起拍价\n泵,CN110000002A,abc\n,CN110000004A,5\n阀,zzz,7\n")
    told = run("import-catalogue", path, "--sale", draft, "--lang", "zh")
    outcome = json.loads(run("import-catalogue", path, "--sale", draft, "--json").out)

    assert told.status == 1
    assert told.out.splitlines()[0].startswith("lots.csv: 2: 起拍价: error: ")
    assert told.out.splitlines()[-1] == "Nothing was imported. Lots: 0, errors: 2, warnings: 1."
    assert [(each["line"], each["code"]) for each in outcome["errors"]] == [(2, "BAD_AMOUNT"), (3, "MISSING_VALUE")]
    assert [(each["line"], each["code"]) for each in outcome["warnings"]] == [(4, "PATENT_UNREADABLE")]
    assert outcome["errors"][0].keys() == {"line", "column", "code", "message"}
    assert outcome["lots"] == 0
    assert json.loads(run("export", draft, "lots", "--format", "json").out) == []


def test_a_sale_that_is_unknown_or_published_takes_no_lots(run, draft, file, tmp_path):
    path = file(GOOD)
    unknown = run("import-catalogue", path, "--sale", "nowhere", "--json")
    assert (unknown.status, json.loads(unknown.out)["errors"][0]["code"]) == (1, "UNKNOWN_SALE")

    stage(tmp_path / "instance", slug="published")
    for more in ([], ["--dry-run"]):
        told = run("import-catalogue", path, "--sale", "published", *more)
        assert told.status == 1
        assert "PUBLISHED_ALREADY" in told.out


@pytest.mark.parametrize("name", ["institutes_178.csv", "institutes_178.gb18030.csv"])
def test_a_real_catalogue_is_imported(run, draft, name):
    path = shared("patents", name)
    assert json.loads(run("import-catalogue", path, "--sale", draft, "--json").out)["lots"] == 178


# --- reports and checks ---------------------------------------------------------------------------------------------


def test_every_report_is_written_in_every_form(run, tmp_path):
    cast = stage(tmp_path / "instance")
    for report in ("results", "lots", "bids", "bidders"):
        for form in ("csv", "xlsx", "json"):
            path = tmp_path / f"{report}.{form}"
            ended = run("export", cast.slug, report, "--format", form, "--out", path)
            assert (ended.status, ended.out, ended.err) == (0, "", "")
            assert path.stat().st_size > 0
    assert openpyxl.load_workbook(tmp_path / "results.xlsx").active.max_row == 5, "heading, lots and their sum"
    assert len(json.loads((tmp_path / "bidders.json").read_text())) == 3
    assert run("export", cast.slug, "results", "--lang", "zh").out.startswith('\ufeff"标的号","中文名称"')
    assert run("export", cast.slug, "results", "--format", "xlsx").out.startswith("PK")


def test_verify_says_good_or_the_first_bad_number(run, tmp_path):
    cast = stage(tmp_path / "instance")
    good = run("verify", cast.slug)
    head = good.out.splitlines()[2].split()[-1]
    assert good.status == 0
    assert good.out.startswith("sale: good. 16 events.\n")
    assert run("verify", cast.slug, "--head", head).status == 0
    assert run("verify", cast.slug, "--head", "00").status == 1

    with sqlite_module().connect(tmp_path / "instance" / "auction.sqlite3") as database:
        database.execute("UPDATE events SET body = replace(body, '10000000', '10000001') WHERE n = 4")
    bad = run("verify", cast.slug)
    assert (bad.status, bad.out.count("\n")) == (1, 1)
    assert "event 4 is bad" in bad.out
    assert run("verify", "nowhere").out == "There is no sale nowhere.\n"


# --- replay ---------------------------------------------------------------------------------------------------------


def test_replay_prints_the_outcome_or_tells_the_story(run, file):
    path = file(json.dumps(SCENARIO), "scenario.json")
    outcome = json.loads(run("replay", path).out)

    assert [each["ok"] for each in outcome["answers"]] == [True, True, False, True]
    assert (outcome["lots"][0]["status"], outcome["lots"][0]["hammer_minor"]) == ("sold", 100)
    assert json.loads(run("replay", "-", stdin=path.read_bytes()).out) == outcome
    assert len(run("replay", path, "--explain").out.splitlines()) > 1
    assert run("replay", path, "--explain", "--lang", "zh").status == 0


def test_replay_needs_no_settings_and_touches_no_instance(run, file, tmp_path):
    path = file(json.dumps(SCENARIO), "scenario.json")
    assert run("replay", path, AUCTION_PORT="many").status == 0
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xff", b"[" * 100_000, b"[]", b"{}", b'{"sale": 1}', b"9" * 5_000, b"null", b'"\\ud800"']
)
def test_a_malformed_scenario_is_one_line_and_status_2(run, file, raw):
    ended = run("replay", file(raw, "x.json"))

    assert ended.line
    assert ended.status == 2
    assert run("replay", "-", stdin=raw).status == 2


def test_a_scenario_that_is_not_there_is_one_line_and_status_2(run):
    assert run("replay", "/nowhere/x.json").line == "/nowhere/x.json: No such file or directory"
    assert run("replay", "/nowhere/x.json").status == 2


# --- beside a running server ----------------------------------------------------------------------------------------


@pytest.fixture
def serving(tmp_path):
    cast = stage(tmp_path)
    server = Server(tmp_path).start()
    yield server, cast
    server.stop()


def test_commands_work_beside_a_running_server(serving, tmp_path, file):
    server, cast = serving
    parts = parts_for(tmp_path)
    parts.sales.create("spring", title_en="Spring")
    parts.store.close()
    who = ("new@test.invalid", "--name", "New", "--role", "organizer", "--sale", "spring")
    link = server.cli("create-user", *who).stdout
    person = Person(server.url).enter(link.strip().rsplit("/", 1)[-1])

    assert server.cli("import-catalogue", str(file(GOOD)), "--sale", "spring").returncode == 0
    lots = person.get("/organizer/sales/spring/export/lots.json").json()
    assert [each["lot"] for each in lots] == ["1", "2"]
    assert server.cli("export", cast.slug, "results", "--format", "json", "--out", "-").stdout.startswith("[")
    assert "good" in server.cli("verify", cast.slug).stdout
    server.cli("demo")
    assert person.get("/sales/demo").status_code == 200
    second = server.cli("serve", check=False)
    assert second.returncode == 1
    assert "another server runs" in second.stderr


@pytest.mark.clock
def test_what_is_written_beside_the_server_is_on_every_screen_within_a_second(running, enter, tmp_path):
    _server, cast = running
    desk, bidder, hall = enter("auctioneer", "desk"), enter("bidder1", "bidder"), enter(None)
    parts = parts_for(tmp_path)
    parts.engine.start()
    now = parts.clock.now_ms
    parts.engine.ask(Order(cast.sale, "beside", cmd.OpenLot(now(), "1"), "k1"))
    began = time.monotonic()
    for screen in (desk, bidder, hall):
        wait_for(lambda screen=screen: [each for each in screen.events if each["kind"] == "lot_opened"], 3)
    took = time.monotonic() - began
    parts.engine.ask(Order(cast.sale, "beside", cmd.PlaceFloorBid(now(), "1", None, START), "k2"))

    assert took < 2
    assert bidder.bid("1", START + 500_000).get("seq"), "the server decides on what was written beside it"
    parts.engine.stop()
    parts.store.close()


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_a_process_takes_in_what_another_one_wrote(parts, clock, database, tmp_path):
    sale = publish(parts, clock)
    other = parts_for(tmp_path, **database)
    other.engine.clock = clock
    other.engine.start()
    seq = parts.engine.book(sale.id).head.seq
    answer = other.engine.ask(Order(sale.id, "beside", cmd.OpenLot(clock.at_ms, "1"), "k"))
    parts.wakeups.look()

    assert parts.engine.book(sale.id).head.seq == answer.seq == seq + 1
    missed = parts.feed.since(parts.engine, sale.id, seq)["events"]
    assert [each["kind"] for each in missed] == ["lot_opened"]
    other.engine.stop()
    other.store.close()


def test_12_6_a_paper_is_made_and_written_or_what_it_lacks_is_named(run, tmp_path):
    parts = parts_for(tmp_path / "instance")
    parts.engine.start()
    papered.publish(parts, SetClock()).sell("1", "101", 503_000_000)
    papered.publish(parts, SetClock(), "summer").say("")
    parts.engine.stop()
    parts.store.close()
    out = tmp_path / "paper.pdf"
    good = run("paper", "spring", "confirmation", "--lot", "1", "--lang", "both", "--out", out)

    assert good.out.endswith("CONF0001, version 1\n")
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert run("paper", "spring", "summary", "--out", out).out.endswith("SUMM0001, version 1\n")
    lacking = run("paper", "summer", "record", "--out", tmp_path / "none.pdf")
    assert (lacking.status, lacking.err) == (1, "The recorder\nNot made. Missing: 1.\n")
    assert not (tmp_path / "none.pdf").exists()
    assert run("paper", "spring", "confirmation", "--lot", "2", "--out", out).line.startswith("Lot 2 is not sold")
    assert run("paper", "spring", "confirmation", "--out", out).line.startswith("A confirmation needs --lot N.")
    assert run("paper", "spring", "record", "--lot", "1", "--out", out).line.startswith("A record is about the whole")
    assert run("paper", "nothing", "record", "--out", out).line == "There is no sale nothing."
