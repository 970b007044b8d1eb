"""The two kinds of files that the checker reads, JSON lines both: a sale's journal, and what one client saw.

docs/checker.md describes them for clients in other languages. Any other file is Malformed, with the line. The content
of a good file may still be wrong in every way. The checks find that.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ...record.journal import GENESIS, JOURNAL_FACTS, Record, canonical, event_from
from ...rules.kinds import KINDS, ONLY_WHERE_TRUE, field_names

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
_MAY_STAND = {name: ONLY_WHERE_TRUE.get(kind, frozenset()) for name, kind in KINDS.items()}
_NEEDED = {name: frozenset({*field_names(kind), "kind", "sale"}) - _MAY_STAND[name] for name, kind in KINDS.items()}
Entry = dict[str, Any]


class Malformed(Exception):
    """A file is not what it should be; the message says which, where and why."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")


@dataclass(frozen=True, slots=True)
class Row:
    """An event in its place in the journal. `opened_minor` is a sealed offer's amount, where it may be told."""

    line: int
    record: Record
    body: Entry
    opened_minor: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The kept answer to a command's key; `code` None: accepted."""

    line: int
    actor: str
    key: str
    seq: int
    code: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as it was kept: the command, and the last public number before it."""

    line: int
    at_ms: int
    arrived_ms: int
    command: str
    lot: str | None
    details: str
    code: str
    seq: int


@dataclass(frozen=True, slots=True)
class End:
    """The head that the journal's file ends with."""

    n: int
    seq: int
    hash: bytes
    public_hash: bytes


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal's file, read whole."""

    path: Path
    sale: str
    rows: list[Row]
    receipts: list[Receipt]
    refusals: list[Refusal]
    end: End


# --- the journal ----------------------------------------------------------------------------------------------------


def read_journal(path: Path) -> Journal:
    """The journal in a file. Raises Malformed, OSError."""
    sale, end, number = None, None, 0
    rows: list[Row] = []
    receipts: list[Receipt] = []
    refusals: list[Refusal] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            entry = _entry(path, number, line)
            if end is not None:
                raise Malformed(path, number, "the journal goes on after its end")
            try:
                if number == 1:
                    sale = _begun(entry)
                elif "event" in entry:
                    rows.append(_row(number, entry))
                elif "receipt" in entry:
                    receipts.append(_receipt(number, entry["receipt"]))
                elif "refusal" in entry:
                    refusals.append(_refusal(number, entry["refusal"]))
                else:
                    end = _end(entry["end"])
            except UNREADABLE as error:
                raise Malformed(path, number, f"it is no line of a journal ({error})") from error
    if sale is None or end is None:
        raise Malformed(path, number, "the journal is cut off: its last line is missing")
    return Journal(path, sale, rows, receipts, refusals, end)


def _begun(entry: Entry) -> str:
    if entry["journal"] != 1:
        raise ValueError("another form of journal")
    return _text(entry, "sale")


def _row(line: int, entry: Entry) -> Row:
    body, public = entry["event"], entry["public_hash"]
    needed = _NEEDED[body["kind"]] | {name for name in _MAY_STAND[body["kind"]] if body.get(name) is True}
    if not needed <= body.keys() <= needed | JOURNAL_FACTS:
        raise ValueError(f"it says too much or too little: {', '.join(sorted((needed ^ body.keys()) - JOURNAL_FACTS))}")
    event = event_from(body)
    record = Record(
        _number(entry, "n"),
        _number(body, "seq") if "seq" in body else None,
        _number(body, "at_ms"),
        _text(entry, "actor"),
        event,
        canonical(body),
        _hash(entry["hash"]),
        None if public is None else _hash(public),
    )
    return Row(line, record, body, _number(entry, "opened_minor") if "opened_minor" in entry else None)


def _receipt(line: int, entry: Entry) -> Receipt:
    return Receipt(line, _text(entry, "actor"), _text(entry, "key"), _number(entry, "seq"), _maybe(entry, "code"))


def _refusal(line: int, entry: Entry) -> Refusal:
    return Refusal(
        line,
        _number(entry, "at_ms"),
        _number(entry, "arrived_ms"),
        _text(entry, "command"),
        _maybe(entry, "lot"),
        _text(entry, "details"),
        _text(entry, "code"),
        _number(entry, "seq"),
    )


def _end(entry: Entry) -> End:
    return End(_number(entry, "n"), _number(entry, "seq"), _hash(entry["hash"]), _hash(entry["public_hash"]))


# --- what a client saw ----------------------------------------------------------------------------------------------

_NOTHING: Entry = {}
WHATS = ("connected", "disconnected", "bye", "sent", "answer", "frame", "resync", "end")
OF_RIGHT = ("decline_priority", "exercise_priority")
SENT = ("bid", "maximum", "leave_max", "call", *OF_RIGHT)
_AMOUNTS = {"bid": "amount_minor", "maximum": "max_minor", "leave_max": "max_minor"}
_FRAME = re.compile(rb'\{"at_ns":(\d{1,19}),"what":"frame","frame":(\{.*\})\}\r?\n?')
"""A frame's line as our recorder writes it. Any other JSON is good too, but slower to read."""


class Noted(NamedTuple):
    """A line of a history: when, what, and the entry; of a frame only its own bytes."""

    line: int
    at_ns: int
    what: str
    entry: Entry
    frame: bytes | None = None


def read_history(path: Path) -> Iterator[Noted]:
    """The lines of a client's file, one by one, the first being the header. Raises Malformed, OSError."""
    last_ns = number = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            quick = _FRAME.fullmatch(line)
            if quick is not None and number > 1:
                noted = Noted(number, int(quick[1]), "frame", _NOTHING, quick[2])
            else:
                noted = _noted(path, number, line) if number > 1 else _header(path, line)
            if noted.at_ns < last_ns:
                raise Malformed(path, number, "at_ns goes back")
            last_ns = noted.at_ns
            yield noted
    if number == 0:
        raise Malformed(path, 1, "the file is empty")


def _header(path: Path, line: bytes) -> Noted:
    entry = _entry(path, 1, line)
    if entry.get("history") != 1 or not isinstance(entry.get("client"), str):
        raise Malformed(path, 1, "it is no header of a history")
    if not isinstance(entry.get("paddle"), str | None):
        raise Malformed(path, 1, "paddle: text or null")
    return Noted(1, 0, "header", entry)


def _noted(path: Path, number: int, line: bytes) -> Noted:
    entry = _entry(path, number, line)
    try:
        what = entry["what"]
        if what not in WHATS:
            raise ValueError(f"what: one of {', '.join(WHATS)}")
        noted = Noted(number, _number(entry, "at_ns"), what, entry)
        if what == "frame":
            return Noted(number, noted.at_ns, what, _NOTHING, canonical(dict(entry["frame"])))
        _check_noted(what, entry)
    except UNREADABLE as error:
        raise Malformed(path, number, f"it is no line of a history ({error})") from error
    return noted


def _check_noted(what: str, entry: Entry) -> None:
    if what == "sent":
        message = entry["message"]
        _text(message, "key")
        if entry["name"] not in SENT:
            raise ValueError(f"name: one of {', '.join(SENT)}")
        if entry["name"] != "call":
            _text(message, "lot")
        if entry["name"] in _AMOUNTS:
            message[_AMOUNTS[entry["name"]]]
    elif what == "answer":
        _text(entry, "key")
        _check_answer(entry["answer"])
    elif what == "resync":
        if entry["from"] is not None:
            _number(entry, "from")
        answer = entry["answer"]
        if "code" not in answer:
            _number(answer, "seq")
            list(answer["events"]) if "events" in answer else dict(answer["snapshot"])


def _check_answer(answer: Entry) -> None:
    _text(answer, "code") if "code" in answer else _number(answer, "seq")


# --- both -----------------------------------------------------------------------------------------------------------


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        entry = json.loads(line)
    except UNREADABLE as error:
        raise Malformed(path, number, f"it is no JSON ({error})") from error
    if not isinstance(entry, dict):
        raise Malformed(path, number, "it is no object")
    return entry


def _text(entry: Entry, key: str) -> str:
    value = entry[key]
    if not isinstance(value, str):
        raise TypeError(f"{key}: text")
    return value


def _maybe(entry: Entry, key: str) -> str | None:
    return None if entry[key] is None else _text(entry, key)


def _number(entry: Entry, key: str) -> int:
    value = entry[key]
    if type(value) is not int or value < 0:
        raise TypeError(f"{key}: a whole number")
    return value


def _hash(value: str) -> bytes:
    found = bytes.fromhex(value)
    if len(found) != len(GENESIS):
        raise ValueError("a hash has 64 characters")
    return found
