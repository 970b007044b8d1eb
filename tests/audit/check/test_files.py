"""What the commands say: exit status, one line a violation, and a line that names what is wrong with a file."""

import json

import pytest
from click.testing import CliRunner

from auction.audit.check.checking import check
from auction.audit.check.export import journal_lines
from auction.audit.check.files import read_journal
from auction.cli import main as cli
from auction.record import journal
from tests.conftest import SetClock
from tests.played import play
from tests.serving import stage

from .falsehoods import rebuild
from .simulated import simulate


@pytest.fixture
def files(tmp_path):
    """A world's files, and a way to run the command on them: check(*options) -> (exit status, lines, error)."""
    journal, clients = simulate(1).write(tmp_path / "world")

    def check(*options):
        named = [str(each) for each in clients]
        result = CliRunner().invoke(cli.cli, ["check", "--journal", str(journal), *options, "--clients", *named])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout.splitlines(), result.stderr

    check.journal, check.clients = journal, clients
    return check


def test_everything_holds(files):
    status, lines, _ = files("--complete", "--answer-ms", "5000")
    assert status == 0
    assert len(lines) == 1
    assert lines[0].startswith("Everything holds: ")


def test_one_line_for_each_violation(files, tmp_path):
    world = simulate(1)
    name, place = next(
        (name, place)
        for name, lines in world.clients.items()
        for place, entry in enumerate(lines)
        if entry.get("what") == "frame" and entry["frame"]["events"]
    )
    frame = world.clients[name][place]["frame"]
    world.clients[name][place] = {**world.clients[name][place], "frame": {**frame, "head": "00" * 32}}
    world.write(tmp_path / "world")

    status, lines, _ = files()
    assert status == 1
    assert lines == [
        f"20 what is shown is what is recorded: {name}.jsonl:{place + 1}: the head at {frame['seq']} is another one"
    ]
    status, lines, _ = files("--json")
    told = json.loads("\n".join(lines))
    assert (status, told["ok"], told["counts"]) == (1, False, {"20": 1})
    assert told["violations"][0]["where"] == f"{name}.jsonl:{place + 1}"
    assert told["figures"]["clients"] == len(world.clients)


def test_of_very_many_violations_the_first_are_listed(files, tmp_path):
    world = simulate(1)
    world.rows[0] = {**world.rows[0], "event": {**world.rows[0]["event"], "currency": "EUR"}}
    rebuild(world)
    world.write(tmp_path / "world")
    status, lines, _ = files()
    assert status == 1
    assert len(lines) < 220
    assert lines[-1].endswith("more.")


def test_a_bid_of_a_client_without_a_file_is_invented_only_where_all_have_one(files):
    files.clients[:] = [each for each in files.clients if each.stem != "bidder1"]
    assert files()[0] == 0
    status, lines, _ = files("--complete")
    assert status == 1
    assert {line.split(":")[0] for line in lines} == {"24 no bid without its sender"}


# --- malformed ------------------------------------------------------------------------------------------------------

JOURNALS = {
    "empty": lambda lines: [],
    "cut off": lambda lines: lines[:-1],
    "goes on": lambda lines: [*lines, lines[-1]],
    "no JSON": lambda lines: [*lines[:5], "{", *lines[5:]],
    "no object": lambda lines: [*lines[:5], "7", *lines[5:]],
    "no header": lambda lines: lines[1:],
    "another form": lambda lines: [lines[0].replace('"journal":1', '"journal":2'), *lines[1:]],
    "an unknown kind": lambda lines: [line.replace("lot_opened", "lot_closed") for line in lines],
    "a missing key": lambda lines: [line.replace('"leader":', '"header":') for line in lines],
    "a bad hash": lambda lines: [line.replace('"hash":"', '"hash":"z') for line in lines],
    "a number in words": lambda lines: [line.replace('"n":2,', '"n":"two",') for line in lines],
    "not text at all": lambda lines: [*lines[:5], "\udcff\udcfe", *lines[5:]],
}
HISTORIES = {
    "empty": lambda lines: [],
    "no header": lambda lines: lines[1:],
    "no JSON": lambda lines: [*lines[:3], "nothing", *lines[3:]],
    "an unknown line": lambda lines: [*lines, '{"at_ns":999999999999999,"what":"slept"}'],
    "no time": lambda lines: [*lines, '{"what":"end"}'],
    "time goes back": lambda lines: [*lines, '{"at_ns":1,"what":"end"}'],
    "an answer to nothing": lambda lines: [
        *lines,
        '{"at_ns":999999999999999,"what":"answer","key":"k","answer":{"seq":1}}',
    ],
    "a frame that is none": lambda lines: [*lines, '{"at_ns":999999999999999,"what":"frame","frame":{"events":7}}'],
    "a message without a lot": lambda lines: [
        *lines,
        '{"at_ns":999999999999999,"what":"sent","name":"bid","message":{"key":"k"}}',
    ],
    "deep": lambda lines: [*lines, "[" * 100_000],
}


@pytest.mark.parametrize("how", JOURNALS)
def test_a_malformed_journal(files, how):
    spoil(files.journal, JOURNALS[how])
    status, lines, error = files()
    assert (status, lines, error.count("\n")) == (2, [], 1)
    assert error.startswith(f"{files.journal}:")


@pytest.mark.parametrize("how", HISTORIES)
def test_a_malformed_history(files, how):
    spoil(files.clients[0], HISTORIES[how])
    status, lines, error = files()
    assert (status, lines, error.count("\n")) == (2, [], 1)
    assert error.startswith(f"{files.clients[0]}:")


def spoil(path, change):
    lines = change(path.read_text().splitlines())
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))


def test_a_file_that_is_not_there(files):
    files.clients[0].unlink()
    status, lines, error = files()
    assert (status, lines) == (2, [])
    assert error == f"{files.clients[0]}: No such file or directory\n"


# --- the export -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_a_sales_journal_is_exported_whole(parts, tmp_path):
    sale = play(parts, SetClock())
    with parts.store.read() as connection:
        kept = {row.n: row.body for row in journal.read(connection, sale.id)}
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(journal_lines(parts.store, sale.id, parts.sealer)))
    read = read_journal(path)
    assert {row.record.n: row.record.body for row in read.rows} == kept
    assert {row.opened_minor for row in read.rows if row.body["kind"] == "offer_placed"} == {10_000_001, 11_000_000}
    assert len(read.refusals) == 5
    found = check(path, [])
    assert set(found.findings.counts) == {24}, "in that play bidders act under the names of their paddles"
    assert found.figures["refusals_judged"] == 4


def test_the_command_writes_it(tmp_path, monkeypatch):
    cast = stage(tmp_path)
    monkeypatch.setenv("AUCTION_INSTANCE", str(tmp_path))
    out = tmp_path / "journal.jsonl"
    assert CliRunner().invoke(cli.cli, ["export-journal", cast.slug, "--out", str(out)]).exit_code == 0
    printed = CliRunner().invoke(cli.cli, ["export-journal", cast.slug])
    assert printed.stdout_bytes == out.read_bytes()
    assert CliRunner().invoke(cli.cli, ["check", "--journal", str(out)]).exit_code == 0
    assert CliRunner().invoke(cli.cli, ["export-journal", "nowhere"]).exit_code == 1
