"""Checks all files together (18, 19, 24 to 26, 28, 31): answers against receipts, senders, real time."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate

from .files import OF_RIGHT, Entry, Receipt
from .findings import Findings
from .history import Sent, Witnesses
from .ledger import Ledger, Made

NS_PER_MS = 1_000_000
CALLED = {
    "take_gavel": ("gavel_taken",),
    "open_lot": ("lot_opened",),
    "floor_bid": ("bid_placed",),
    "assign_paddle": ("paddle_assigned",),
    "set_ask": ("ask_set",),
    "fair_warning": ("fair_warning_given",),
    "hammer": ("lot_sold",),
    "pass": ("lot_passed",),
    "withdraw": ("lot_withdrawn",),
    "reopen": ("lot_reopened",),
    "pause": ("lot_paused",),
    "resume": ("lot_resumed",),
    "pause_sale": ("sale_paused",),
    "resume_sale": ("sale_resumed",),
    "open_offers": ("lot_sold", "lot_passed", "lot_paused"),
    "decline_priority": ("priority_declined",),
    "exercise_priority": ("priority_exercised",),
}
"""The last public event of each call; voiding a maximum that was never public has none."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The questions to the files. `complete`: every client kept one. `answer_ms`: when answers must have come."""

    complete: bool = False
    clock_error_ms: int = 0
    answer_ms: int | None = None


def compare(ledger: Ledger, witnesses: Witnesses, findings: Findings, terms: Terms) -> None:
    """Hold all files together against the journal."""
    times = sorted((at, seq) for seq, at in witnesses.known_ns.items())
    moments = [at for at, _ in times]
    highest = list(accumulate((seq for _, seq in times), max))
    first: dict[tuple[str, str | None], int] = {}
    for (_, key), sent in witnesses.sent.items():
        first[key, sent.paddle] = min(sent.at_ns, first.get((key, sent.paddle), sent.at_ns))
    for (_, key), sent in witnesses.sent.items():
        receipt = _receipt(ledger, key, sent)
        if sent.answer is not None:
            _check_answer(ledger, findings, key, sent, receipt)
        if receipt is not None and sent.at_ns == first[key, sent.paddle]:  # a retry has the first one's place
            place = bisect_left(moments, sent.at_ns - terms.clock_error_ms * NS_PER_MS)
            _check_order(ledger, findings, sent, receipt, highest[place - 1] if place else 0)
    _check_senders(ledger, witnesses, findings, terms)
    _check_waits(witnesses, findings, terms)


def _receipt(ledger: Ledger, key: str, sent: Sent) -> Receipt | None:
    """The kept answer to what a client sent: its own if its paddle is known, else any with the key."""
    kept = ledger.receipts.get(key, [])
    holder = ledger.holders.get(sent.paddle or "")
    own = [each for each in kept if each.actor == holder] if holder is not None else kept
    return own[0] if own else None


# --- answers --------------------------------------------------------------------------------------------------------


def _check_answer(ledger: Ledger, findings: Findings, key: str, sent: Sent, receipt: Receipt | None) -> None:
    answer = sent.answer or {}
    code, seq = answer["code"], answer["seq"]
    if receipt is None:
        findings.add(18 if code is None else 28, sent.where, f"key {key} was answered, and the journal has no receipt")
    elif (code is None) != (receipt.code is None):
        kept = f"the journal says {receipt.code or 'accepted'}"
        findings.add(18 if code is None else 19, sent.where, f"key {key} was answered {code or 'accepted'}, {kept}")
    elif code != receipt.code or (code is None and seq != receipt.seq):
        kept = f"the journal keeps {receipt.code or receipt.seq}"
        findings.add(28 if code else 18, sent.where, f"key {key} was answered {code or seq}, {kept}")
    if code is None:
        _check_accepted(ledger, findings, sent, receipt, seq)


def _check_accepted(ledger: Ledger, findings: Findings, sent: Sent, receipt: Receipt | None, seq: int) -> None:
    """18: at that number, the same lot, amount and paddle."""
    if sent.name == "call":
        body = ledger.called(seq)
        messages = [each for each in sent.messages if _is_called(each, body)]
        if not messages:
            findings.add(18, sent.where, f"the call was accepted as {seq}, which is {body.get('kind', 'nothing')}")
        return
    actor = receipt.actor if receipt is not None else ledger.holders.get(sent.paddle or "")
    made = ledger.made.get((actor or "", seq), [])
    if not any(_is_made(sent, message, each) for each in made for message in sent.messages):
        findings.add(18, sent.where, f"what was accepted as {seq} is not in the journal there: {sent.messages[0]}")


def _is_called(message: Entry, body: Entry) -> bool:
    if message.get("do") == "void_last":
        return True  # it may have taken back a maximum that no client saw
    return body.get("kind") in CALLED.get(str(message.get("do")), ()) and body.get("lot") == (
        message.get("lot") if "lot" in body else None
    )


def _is_made(sent: Sent, message: Entry, made: Made) -> bool:
    """Whether a row is what a message asked for."""
    body, kind = made.row.body, made.row.body["kind"]
    if body["lot"] != message["lot"] or (sent.paddle is not None and body["paddle"] != sent.paddle):
        return False
    if sent.name in OF_RIGHT:
        return (kind,) == CALLED[sent.name]
    if sent.name == "leave_max":
        return bool(kind == "maximum_left" and body["max_minor"] == message["max_minor"])
    if sent.name == "maximum":
        return made.max_minor is not None and made.max_minor == message["max_minor"]
    amount = message["amount_minor"]
    if kind == "offer_placed":
        return made.row.opened_minor in (None, amount)
    if kind != "bid_placed" or body["way"] != "online":
        return False
    pays = body["amount_minor"]
    falls = pays == body["price_minor"] == body["ask_minor"]  # a bidder who named more, or nothing, pays the fallen ask
    return bool(pays == amount or (falls and (amount is None or amount >= pays)))


# --- real time ------------------------------------------------------------------------------------------------------


def _check_order(ledger: Ledger, findings: Findings, sent: Sent, receipt: Receipt, known: int) -> None:
    """25, 26: a message that was sent after any client knew a number comes after that number."""
    accepted = receipt.code is None
    place, is_own = receipt.seq, accepted and sent.name == "call" and sent.messages[0].get("do") != "void_last"
    if accepted and sent.name != "call":
        made = ledger.made.get((receipt.actor, receipt.seq), [])
        places = [each.row.record.seq for each in made if any(_is_made(sent, one, each) for one in sent.messages)]
        if places and None not in places:  # an act that no client sees has no number of its own
            place, is_own = min(each for each in places if each is not None), True
    if place < known + is_own:
        what = "it is" if is_own else "it was judged at"
        findings.add(25, sent.where, f"{what} {place}, and {known} was known before it was sent")
    if accepted and place < sent.seen_end and sent.name != "call":
        findings.add(26, sent.where, f"it is {place}, and its sender had seen the end of the lot, {sent.seen_end}")


# --- senders --------------------------------------------------------------------------------------------------------


def _check_senders(ledger: Ledger, witnesses: Witnesses, findings: Findings, terms: Terms) -> None:
    """24: every accepted bid was sent, with that key, by a client of its paddle."""
    senders: dict[str, set[str | None]] = defaultdict(set)
    for (_, key), sent in witnesses.sent.items():
        senders[key].add(sent.paddle)
    kept: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key, receipts in ledger.receipts.items():
        for each in receipts:
            if each.code is None:
                kept[each.actor, each.seq].append(key)
    for (actor, seq), made in ledger.made.items():
        paddle = made[0].row.body["paddle"]
        if paddle not in witnesses.paddles and not terms.complete:
            continue
        if ledger.holders.get(paddle) != actor:
            continue  # said already, of the journal itself
        for key in kept[actor, seq]:
            if not senders[key] & {paddle, None}:
                others = ", ".join(str(each) for each in senders[key]) or "no client"
                findings.add(24, f"event {seq}", f"paddle {paddle} never sent key {key}; {others} did")


def _check_waits(witnesses: Witnesses, findings: Findings, terms: Terms) -> None:
    """31: of what was sent in a connection that lasted, 99.9 % was answered in time."""
    if terms.answer_ms is None:
        return
    late = witnesses.unanswered + sum(each > terms.answer_ms * NS_PER_MS for each in witnesses.waited_ns)
    total = witnesses.unanswered + len(witnesses.waited_ns)
    if late * 1000 > total:
        findings.add(31, "all files", f"{late} of {total} answers took longer than {terms.answer_ms} ms")
