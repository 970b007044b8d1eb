"""Random histories of the money: every act that is taken keeps what rulebook 2.6 asks, counted anew by the test."""

import os
import random
from collections import Counter
from contextlib import suppress

import pytest

from auction.base.rejected import Rejected
from auction.money import acts
from auction.money.decide import decide
from auction.money.following import following
from auction.money.ledger import Account, Entry, Kind, Ledger, Purchase

HISTORIES = 10_000 if os.environ.get("LONG") else 600
STEPS, TRIES = 40, 6
PEOPLE, LOTS = ("anna", "ben", "carl"), ("1", "2", "3")


def some_act(dice: random.Random, ledger: Ledger) -> acts.LedgerAct:
    """An act about amounts that mostly stand somewhere in the ledger."""
    party, lot = dice.choice(PEOPLE), dice.choice(LOTS)
    amount_minor = dice.choice([0, 1, 50, 100, 105, 5_000, 2**53, *map(abs, ledger.balances.values())])
    return dice.choice(
        [
            acts.DepositArrived(party, amount_minor),
            acts.DepositApplied(party, amount_minor),
            acts.DepositReleased(party, amount_minor),
            acts.DepositsReleased(frozenset({party})),
            acts.DepositForfeited(party),
            acts.ForfeitUsed(party, lot, amount_minor),
            acts.PaymentArrived(party, amount_minor, dice.choice(["", lot])),
            acts.CreditReturned(party, lot),
            acts.RefundPaid(party, amount_minor),
            acts.CostsCharged(lot, amount_minor),
            acts.ConsignorPaid(lot, amount_minor),
            acts.Defaulted(lot),
            acts.Resold(lot, amount_minor),
            acts.Reversed(dice.randrange(STEPS)),
            acts.DayClosed(amount_minor),
        ]
    )


def changed(dice: random.Random, record: dict[str, Purchase]) -> dict[str, Purchase]:
    """The record after one lot more was sold, or one was reopened."""
    lot = dice.choice(LOTS)
    if lot in record and dice.random() < 0.3:
        return {other: purchase for other, purchase in record.items() if other != lot}
    return {**record, lot: Purchase(lot, dice.choice(PEOPLE), 100, dice.choice([0, 5]), dice.choice([0, 5]))}


def history(seed: int) -> Ledger:
    """A random history; what is refused changes nothing."""
    dice, ledger, record = random.Random(seed), Ledger(), {}
    for _ in range(STEPS):
        if dice.random() < 0.15:
            record = changed(dice, record)
        ledger = ledger.after(*following(ledger, record))
        for _ in range(TRIES):
            with suppress(Rejected):
                ledger = ledger.after(decide(ledger, some_act(dice, ledger)))
                break
    return ledger


def counted_anew(entries: tuple[Entry, ...]) -> tuple[Counter, Counter]:
    """Balances by account and the deposits' flows, by a plain sum over all lines."""
    balances, flows = Counter(), Counter()
    for entry in entries:
        kind = entry.kind if entry.reverses is None else entries[entry.reverses - 1].kind
        for line in entry.lines:
            balances[line.place.account, line.place.party, line.place.lot] += line.amount_minor
            if line.place.account is Account.DEPOSIT:
                flows[line.place.party, kind] -= line.amount_minor
    return balances, flows


@pytest.mark.parametrize("slice_", range(4))
def test_every_history_keeps_the_invariants(slice_: int):
    kinds = Counter()
    for seed in range(slice_, HISTORIES, 4):
        ledger = history(seed)
        balances, flows = counted_anew(ledger.entries)
        kinds.update(entry.kind for entry in ledger.entries)
        assert sum(balances.values()) == 0, seed
        for (account, party, _lot), amount_minor in balances.items():
            if account in (Account.DEPOSIT, Account.REFUND, Account.FORFEITED, Account.CONSIGNOR):
                assert amount_minor <= 0, seed
            if account is Account.DEPOSIT:
                paid = flows[party, Kind.DEPOSIT_ARRIVED]
                gone = [flows[party, kind] for kind in _GONE]
                assert paid == -amount_minor - sum(gone), seed
                assert max(gone) <= 0 <= paid, seed
        assert balances[Account.BANK, "", ""] >= 0, seed
        owed = sum(amount for place, amount in balances.items() if place[0] is Account.BUYER)
        assert balances[Account.BANK, "", ""] + owed == -sum(
            amount for place, amount in balances.items() if place[0] not in (Account.BANK, Account.BUYER)
        ), seed
    assert set(kinds) == set(Kind), "every kind of entry came to pass"


_GONE = (Kind.DEPOSIT_APPLIED, Kind.DEPOSIT_RELEASED, Kind.DEPOSIT_FORFEITED)


def test_reading_all_entries_at_once_leads_where_one_by_one_led():
    for seed in range(50):
        ledger = history(seed)
        assert Ledger().after(*ledger.entries) == ledger
