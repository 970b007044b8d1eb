"""The money of a sale on one page: deposits, buyers' debts, sums due to consignors, every entry, the day's end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow, SaleStatus

from ....base.clock import new_id
from ....base.rejected import Rejected
from ....money import acts
from ....money.books import Press
from ....money.decide import REVERSIBLE
from ....money.ledger import Kind, Ledger
from ....money.statements import of_bidders, of_lots, totals
from ....rules.currency import exponent
from ....rules.lot import ENDED
from ....rules.money import rmb_capitals
from ....rules.refusals import Code
from ....sales.applicants import Applicant
from ....words.amounts import amount_text
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Amount, Count, Form, LineField, MoneySchema, read_form
from ...locale import gettext as _
from .sale import organizers_sale

blueprint = Blueprint("ledger", __name__)

Page = Response | str | tuple[str, int]
RETURN_WITHIN_MS = 24 * 3_600_000
"""Losers have their deposits back a day after the end (法释〔2016〕18号 23)."""


class EntryForm(MoneySchema):
    """The fields of an entry; each act takes those that it needs."""

    key = LineField(64, needed=True)
    party = LineField(32)
    lot = LineField(16)
    amount = Amount()
    entry = Count()
    reference = LineField(100)
    note = LineField(300)


@dataclass(frozen=True, slots=True)
class Sums:
    """The fields of an act's form. The amount is there if the act needs one."""

    party: str
    lot: str
    amount_minor: int
    entry: int


ACTS: Mapping[str, Callable[[Sums], acts.LedgerAct]] = {
    "deposit": lambda of: acts.DepositArrived(of.party, of.amount_minor),
    "apply": lambda of: acts.DepositApplied(of.party, of.amount_minor),
    "release": lambda of: acts.DepositReleased(of.party, of.amount_minor),
    "forfeit": lambda of: acts.DepositForfeited(of.party),
    "use-forfeit": lambda of: acts.ForfeitUsed(of.party, of.lot, of.amount_minor),
    "payment": lambda of: acts.PaymentArrived(of.party, of.amount_minor, of.lot),
    "return-credit": lambda of: acts.CreditReturned(of.party, of.lot),
    "refund": lambda of: acts.RefundPaid(of.party, of.amount_minor),
    "costs": lambda of: acts.CostsCharged(of.lot, of.amount_minor),
    "pay-consignor": lambda of: acts.ConsignorPaid(of.lot, of.amount_minor),
    "default": lambda of: acts.Defaulted(of.lot),
    "resold": lambda of: acts.Resold(of.lot, of.amount_minor),
    "reverse": lambda of: acts.Reversed(of.entry),
    "close-day": lambda of: acts.DayClosed(of.amount_minor),
}
"""The entries of the page's buttons, by the name in the address."""

RELEASE_ALL = "release-all"
OF_A_PERSON = frozenset({"deposit", "apply", "release", "forfeit", "use-forfeit", "payment", "return-credit", "refund"})
WITHOUT_AMOUNT = frozenset({"forfeit", "return-credit", "default", "reverse", RELEASE_ALL})


@blueprint.get("/organizer/sales/<slug>/money")
def money(slug: str) -> str:
    """The sale's money as it stands."""
    return _page(organizers_sale(slug))


@blueprint.post("/organizer/sales/<slug>/money/<act>")
def enter(slug: str, act: str) -> Page:
    """Enter one act; a second press of the same button enters nothing more."""
    if act not in ACTS and act != RELEASE_ALL:
        raise Problem("NOT_FOUND")
    row = organizers_sale(slug)
    form = read_form(EntryForm(row.currency), request.form)
    if form.ok and act not in WITHOUT_AMOUNT and form.values["amount"] is None:
        form.reject(Rejected(Code.MALFORMED_AMOUNT, "amount"))
    if form.ok:
        try:
            _enter(row, act, form)
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(row, act, form), 422
    flash(_("Entered."))
    return redirect(url_for("ledger.money", slug=slug, _anchor=_anchor(act, form.values)))


def _enter(row: SaleRow, act: str, form: Form) -> None:
    said = form.values
    if act in OF_A_PERSON and said["party"] not in {each.id for each in parts().registration.of_sale(row.id)}:
        raise Rejected("UNKNOWN_REGISTRATION")
    books, press = parts().books, Press(me().user, said["key"], said["reference"], said["note"])
    if act == RELEASE_ALL:
        books.act(row.id, press, acts.DepositsReleased(books.in_term(row.id)))
    else:
        sums = Sums(said["party"], said["lot"], said["amount"] or 0, said["entry"] or 0)
        books.act(row.id, press, ACTS[act](sums))
    ledger = books.follow(row.id)
    if act == "default":
        parts().holding.default(ledger.defaulted[said["lot"]].party, me().user, defaulted=True)
    for each in parts().cover.follow(row.id, ledger, me().user):
        flash(_("Entered, but paddle %(paddle)s could not be changed: look at its holds.", paddle=each.paddle))


def _anchor(act: str, said: Mapping[str, Any]) -> str:
    """The anchor at which the page goes on after an entry: the person or the lot that it was about."""
    if act in OF_A_PERSON:
        return f"p-{said['party']}"
    return f"l-{said['lot']}" if said["lot"] else "entries"


def _page(row: SaleRow, act: str = "", form: Form | None = None) -> str:
    """`act` is the name of the form that has something wrong in it."""
    sale = row.id
    ledger = parts().books.follow(sale)
    registrations = parts().registration.of_sale(sale)
    ended = [lot.ended_at_ms for lot in parts().engine.book(sale).sale.lots.values() if lot.status in ENDED]
    written = parts().books.entries(sale)
    return render_template(
        "organizer_money.html",
        tab="money",
        sale=row,
        act=act,
        form=form or Form(),
        totals=totals(ledger),
        bidders=of_bidders(ledger, registrations),
        lots=of_lots(ledger, parts().sales.lots(sale)),
        due_minor=parts().cover.due_minor(sale),
        return_by_ms=max((each for each in ended if each), default=0) + RETURN_WITHIN_MS if ended else None,
        is_over=row.status in (SaleStatus.CLOSED, SaleStatus.ARCHIVED),
        at_odds=parts().books.at_odds(sale),
        in_term=parts().books.in_term(sale),
        entries=list(reversed(written)),
        names=_names(registrations, {each.actor for each in written}),
        reversible=_reversible(ledger),
        amount_of=_amount_of,
        typed=lambda minor: amount_text(minor, row.currency),
        capitals=lambda minor: rmb_capitals(minor) if row.currency == "CNY" and exponent("CNY") == 2 else "",
        new_key=new_id,
    )


def _names(registrations: list[Applicant], actors: set[str]) -> dict[str, str]:
    """Paddles or names by registration, and names by account, for the list of entries."""
    people = {each.id: each.paddle or each.name for each in registrations}
    return people | parts().accounts.names(actors)


def _reversible(ledger: Ledger) -> set[int]:
    return {n for n, each in enumerate(ledger.entries, 1) if each.kind in REVERSIBLE and n not in ledger.reversed}


def _amount_of(entry: Any) -> int:
    """The sum of an entry: what its debits come to."""
    return sum(line.amount_minor for line in entry.lines if line.amount_minor > 0)


def _kind_words() -> dict[str, str]:
    return {
        Kind.DEPOSIT_ARRIVED: _("deposit arrived"),
        Kind.DEPOSIT_APPLIED: _("deposit set off"),
        Kind.DEPOSIT_RELEASED: _("deposit to be paid back"),
        Kind.DEPOSIT_FORFEITED: _("deposit forfeited"),
        Kind.FORFEIT_USED: _("forfeited deposit used"),
        Kind.LOT_SOLD: _("lot sold"),
        Kind.SALE_UNDONE: _("sale taken back by the record"),
        Kind.PAYMENT_ARRIVED: _("payment arrived"),
        Kind.CREDIT_RETURNED: _("too much paid, to be paid back"),
        Kind.REFUND_PAID: _("paid back"),
        Kind.COSTS_CHARGED: _("costs charged to the consignors"),
        Kind.CONSIGNOR_PAID: _("consignors paid"),
        Kind.DEFAULTED: _("buyer did not pay"),
        Kind.RESOLD: _("sold again"),
        Kind.REVERSED: _("entry taken back"),
        Kind.DAY_CLOSED: _("day closed"),
    }


@blueprint.app_template_global()
def entry_word(kind: str) -> str:
    """The words of a kind of entry, in the reader's language."""
    return _kind_words()[kind]
