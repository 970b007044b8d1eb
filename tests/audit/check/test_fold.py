"""The checker's own fold agrees with the rules on every kind of lot: nothing to complain of, and the same snapshots."""

import json
from pathlib import Path

from hypothesis import given

from auction.audit.check.files import End, Journal, Row
from auction.audit.check.findings import Findings
from auction.audit.check.ledger import follow
from auction.record.journal import GENESIS, Record, canonical, facts
from auction.rules import events as ev
from auction.rules.kinds import is_public
from auction.rules.sale import Sale, apply
from auction.rules.visibility import public_sale
from tests.rules.test_formats_properties import Dice, every_format, often, plays, seeds
from tests.rules.test_holds_naive import PLAYED, Desk, every_subject

KEYLESS = {5}
"""A play has no keys."""


def as_journal(events) -> Journal:
    """The events as rows of a journal's file, each bid by its paddle's holder."""
    rows, seq, holders = [], 0, {}
    for n, event in enumerate(events, 1):
        shown = is_public(event)
        seq += shown
        body = {**json.loads(canonical(facts(event))), "sale": "play", **({"seq": seq} if shown else {})}
        if isinstance(event, ev.BidderAdmitted):
            holders[event.paddle] = event.bidder
        actor = holders.get(getattr(event, "paddle", ""), "desk")
        record = Record(n, seq if shown else None, event.at_ms, actor, event, canonical(body), GENESIS, GENESIS)
        rows.append(Row(n, record, body, event.amount_minor if isinstance(event, ev.OfferPlaced) else None))
    return Journal(Path("play"), "play", rows, [], [], End(len(rows), seq, GENESIS, GENESIS))


@every_format
@given(seed=seeds)
@often
def test_whatever_the_rules_allow_the_fold_follows(form, seed):
    follows(Dice(seed).scenario(form))


@every_subject
def test_08_the_fold_follows_holds_room_bids_and_left_maxima(subject):
    for seed in range(PLAYED):
        follows(Desk(seed, subject).scenario, seed)


def follows(scenario, seed=None):
    told = [decided for _, decided in plays(scenario) if decided]
    events = [event for decided in told for event in decided]
    findings = Findings()
    ledger = follow(as_journal(events), findings)
    assert set(findings.counts) <= KEYLESS, (seed, findings.lines())

    sale, seq = Sale("play"), 0
    for decided in told:
        for event in decided:
            sale, seq = apply(sale, event), seq + is_public(event)
        if seq:
            assert ledger.snapshot(seq) == json.loads(json.dumps(public_sale(sale))), (seed, decided)


def test_08_a_void_after_a_lot_was_taken_anew_shows_a_lead_that_only_the_ladder_tells():
    """A maximum was cut by a hold, so who led before the bid that is voided now does not follow from the acts."""
    follows(Desk(7774, "holds on english").scenario)
