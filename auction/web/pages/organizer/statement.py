"""A bank's statement becomes entries of the ledger: upload it, see whose each line is, choose by hand, enter all."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import RegistrationStatus, SaleRow

from ....base.rejected import Rejected
from ....base.runtime import offload
from ....catalogue.csv_rows import FileProblem
from ....catalogue.importing import Uploads
from ....catalogue.tables import SheetTable, read_table
from ....money import acts
from ....money.bank import (
    BankMatch,
    BankStatement,
    MoneyFor,
    NoStatement,
    Payer,
    Sureness,
    heading_score,
    matched,
    payment_reference,
    read_statement,
)
from ....money.books import Press
from ....money.ledger import Account
from ....sales.applicants import Applicant
from ...auth import me
from ...current import parts
from ...locale import gettext as _
from ...locale import said
from .sale import organizers_sale

blueprint = Blueprint("statement", __name__)

Page = Response | str | tuple[str, int]
MOST_LINES = 400
LONGEST_TEXT = 100


@blueprint.post("/organizer/sales/<slug>/money/statement")
def upload(slug: str) -> Page:
    """Show what came in, and from whom it most likely is. Nothing is entered yet."""
    row = organizers_sale(slug)
    file = request.files.get("file")
    data = file.read() if file else b""
    if not data:
        return _page(row, error=_("Choose a file that is not empty.")), 422
    try:
        statement = _read(row, data)
    except Rejected as error:
        return _page(row, error=said(error.code, error.params)), 422
    return _page(row, statement, key=_uploads().keep(data))


@blueprint.post("/organizer/sales/<slug>/money/statement/enter")
def enter(slug: str) -> Page:
    """Enter the lines that were ticked, all or none. The same line of a later file enters nothing more."""
    row = organizers_sale(slug)
    key, chosen = request.form.get("key", ""), request.form
    data = _uploads().find(key)
    if data is None:
        return _page(row, error=_("The file was kept for an hour and has gone. Please choose it again.")), 410
    statement = _read(row, data)
    known = {each.id for each in parts().registration.of_sale(row.id)}
    asked = []
    for match in _matches(row, statement):
        line, party = match.line, chosen.get(f"party-{match.line.row}", "")
        if not chosen.get(f"take-{line.row}") or match.sureness is Sureness.ENTERED:
            continue
        if party not in known:
            fault = _("Line %(row)s: choose the bidder that it is from, or take its tick away.", row=line.row)
            return _page(row, statement, key, fault, chosen), 422
        note = " · ".join(part for part in (line.day, line.payer, line.text) if part)[:LONGEST_TEXT]
        press = Press(me().user, line.key, line.serial[:LONGEST_TEXT], note)
        is_payment = chosen.get(f"for-{line.row}") == MoneyFor.PAYMENT
        act = acts.PaymentArrived if is_payment else acts.DepositArrived
        asked.append((press, act(party, line.amount_minor)))
    if not asked:
        return _page(row, statement, key, _("Tick the lines that are to be entered."), chosen), 422
    try:
        parts().books.act_all(row.id, asked)
    except Rejected as error:
        at = next((each.row for each in statement.lines if each.key == error.params.get("press")), 0)
        fault = _("Line %(row)s: %(fault)s Nothing was entered.", row=at, fault=said(error.code, error.params))
        return _page(row, statement, key, fault, chosen), 422
    for each in parts().cover.follow(row.id, parts().books.follow(row.id), me().user):
        flash(_("Entered, but paddle %(paddle)s could not be changed: look at its holds.", paddle=each.paddle))
    flash(_("Lines entered: %(count)s.", count=len(asked)))
    return redirect(url_for("ledger.money", slug=slug, _anchor="entries"))


def _read(row: SaleRow, data: bytes) -> BankStatement:
    """Raises Rejected where it is no statement, or too long a one."""
    table = offload(read_table, data, heading_score)
    if isinstance(table, FileProblem):
        raise Rejected(NoStatement.code if table.code == "NO_HEADINGS" else table.code, "", **table.params)
    assert isinstance(table, SheetTable)
    try:
        statement = read_statement(table.heading.cells, [(each.line, each.cells) for each in table.rows], row.currency)
    except NoStatement as error:
        raise Rejected(error.code) from error
    if len(statement.lines) > MOST_LINES:
        raise Rejected("STATEMENT_TOO_LONG", count=len(statement.lines), most=MOST_LINES)
    return statement


def _matches(row: SaleRow, statement: BankStatement) -> list[BankMatch]:
    ledger, due_minor = parts().books.follow(row.id), parts().cover.due_minor(row.id) or 0

    def payer(each: Applicant) -> Payer:
        lacks_minor = due_minor - ledger.deposit(each.id).paid_minor if each.status in WAITS_FOR_DEPOSIT else 0
        owed_minor = sum(ledger.owed(each.id).values()) - ledger.deposit(each.id).frozen_minor
        return Payer(each.id, (each.name, each.organization or ""), lacks_minor, owed_minor)

    payers = [payer(each) for each in parts().registration.of_sale(row.id)]
    return matched(statement.lines, payers, parts().books.keys(row.id))


WAITS_FOR_DEPOSIT = (RegistrationStatus.APPLIED, RegistrationStatus.ADMITTED)


def _uploads() -> Uploads:
    return Uploads(parts().config.instance / "uploads", parts().clock)


def _page(
    row: SaleRow,
    statement: BankStatement | None = None,
    key: str = "",
    error: str | None = None,
    chosen: Mapping[str, Any] | None = None,
) -> str:
    """`chosen` is what was ticked and chosen in a form that could not be entered."""
    registrations = parts().registration.of_sale(row.id)
    owed = parts().books.follow(row.id).total(Account.BUYER)
    return render_template(
        "organizer_statement.html",
        tab="money",
        sale=row,
        statement=statement,
        matches=_matches(row, statement) if statement else [],
        registrations=sorted(registrations, key=lambda each: (not each.paddle, int(each.paddle or 0), each.name)),
        reference_of=payment_reference,
        purposes=((MoneyFor.DEPOSIT, _("deposit")), (MoneyFor.PAYMENT, _("payment of lots"))),
        owed_minor=owed,
        how=_how(),
        key=key,
        error=error,
        chosen=chosen,
    )


def _how() -> dict[Sureness, str]:
    return {
        Sureness.ENTERED: _("is in the books already"),
        Sureness.REFERENCE: _("by its reference"),
        Sureness.NAME_AND_SUM: _("by name and sum"),
        Sureness.NAME: _("by name only"),
        Sureness.SUM: _("by sum only"),
        Sureness.NONE: _("nothing fits"),
    }
