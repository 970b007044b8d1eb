"""A bidder's own application: his file, the questions of the house, and his papers."""

from typing import BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import RegistrationRow, RegistrationStatus, SaleRow

from ....base.rejected import Rejected
from ....sales.bidder_files import BidderFile, FileOf, PaperOf, joint_text, rules_version
from ....sales.conflicts import conflicts_of
from ...auth import me
from ...current import parts, sale_or_404
from ...errors import Problem
from ...forms import Choice, Flag, Form, FormSchema, LineField, Prose, read_form
from ...locale import gettext as _
from ...locale import said

blueprint = Blueprint("application", __name__)

Page = Response | str | tuple[str, int]


class OwnFileForm(FormSchema):
    """The words of a bidder about himself."""

    kind = Choice(*FileOf)
    real_name = LineField(200)
    uscc = LineField(40)
    phone = LineField(40)
    agent = LineField(200)
    joint = Prose(3000)
    refund_holder = LineField(200)
    refund_bank = LineField(200)
    refund_account = LineField(64)
    rules = Flag()


class AnswerForm(FormSchema):
    """The answer to what the house asks for."""

    answer = Prose(5000)


class PaperForm(FormSchema):
    """The kind of an uploaded paper."""

    what = Choice(*PaperOf)


@blueprint.route("/sales/<slug>/application", methods=["GET", "POST"])
def mine(slug: str) -> Page:
    """The caller's application to a sale: to read, and until it is decided to write."""
    sale, row = _own(slug)
    if request.method == "GET":
        return _page(sale, row)
    form = read_form(OwnFileForm(), request.form.to_dict())
    if form.ok:
        try:
            accepted = rules_version(sale) if form.values["rules"] else None
            parts().bidder_files.write(row.id, form.values, accepted)
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(sale, row, form), 422
    flash(_("Saved."))
    return redirect(url_for("application.mine", slug=slug))


@blueprint.post("/sales/<slug>/application/answer")
def answer(slug: str) -> Page:
    """Answer what the house asks for."""
    sale, row = _own(slug)
    form = read_form(AnswerForm(), request.form)
    if form.ok:
        try:
            parts().bidder_files.answer(row.id, form.values["answer"])
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(sale, row, answer=form), 422
    flash(_("Sent. The house reads it."))
    return redirect(url_for("application.mine", slug=slug))


@blueprint.post("/sales/<slug>/application/papers")
def upload(slug: str) -> Page:
    """Add a licence, an authority or another paper."""
    sale, row = _own(slug)
    form, given = read_form(PaperForm(), request.form), request.files.get("paper")
    if form.ok:
        try:
            if given is None or not given.filename:
                raise Rejected("UPLOAD_EMPTY")
            with (
                parts().files.received(cast(BinaryIO, given.stream), given.filename) as new,
                parts().store.write() as connection,
            ):
                parts().files.keep(connection, new)
                what = PaperOf(form.values["what"])
                parts().bidder_files.add_paper(connection, row.id, new.sha256, what, new.name)
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(sale, row, paper=form), 422
    flash(_("The paper is kept. Only the organizers of this sale can open it."))
    return redirect(url_for("application.mine", slug=slug))


def _own(slug: str) -> tuple[SaleRow, RegistrationRow]:
    """The sale, and the caller's application to it. Raises Problem without one."""
    sale = sale_or_404(slug)
    row = parts().registration.of_user(sale.id, me().user)
    if row is None:
        raise Problem("UNKNOWN_REGISTRATION")
    return sale, row


def _page(
    sale: SaleRow,
    row: RegistrationRow,
    form: Form | None = None,
    answer: Form | None = None,
    paper: Form | None = None,
) -> str:
    found = parts().bidder_files.find(row.id)
    asked = found is not None and found.is_asked
    known = parts().registration.find(sale.id, row.id)
    organizations, lots = parts().sales.organizations.all(), parts().sales.lots(sale.id)
    others = () if found is None else found.names
    lacks = lacks_of(found, sale)
    return render_template(
        "application.html",
        sale=sale,
        row=row,
        file=found,
        form=form or Form(_typed(found.row) if found is not None else {"kind": FileOf.PERSON.value}),
        answer=answer or Form(),
        paper=paper or Form({"what": PaperOf.LICENCE.value}),
        open=row.status is not RegistrationStatus.ADMITTED or found is None or asked,
        rules=rules_version(sale),
        missing=lacks,
        missing_words=_(", ").join(said(code) for code in lacks),
        conflicts=conflicts_of(known, sale.house_org, lots, organizations, others),
    )


def lacks_of(found: BidderFile | None, sale: SaleRow) -> list[str]:
    """The gaps of an application, as codes."""
    return ["NO_FILE"] if found is None or not found.row.real_name else found.missing(rules_version(sale))


def _typed(row: object) -> dict[str, str]:
    """The values of a file, as they are typed."""
    names = (name for name in OwnFileForm().fields if name not in ("rules", "joint"))
    return {**{name: getattr(row, name) or "" for name in names}, "joint": joint_text(getattr(row, "joint", ()))}
