"""The organizer's bidders: who applied, who has which paddle, limits, holds, and paddles for the floor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import RegistrationStatus, SaleRow

from ....base.rejected import Rejected
from ....engine.orders import Answer
from ....people.roles import Role
from ....rules.lot import Status
from ....rules.refusals import Code
from ....rules.rights import CHANNELS, HOLD_REASONS, VOID, Bidder
from ....rules.visibility import bound_minor
from ....sales.applicants import Applicant
from ....sales.bidder_files import LONGEST_QUESTION, BidderFile
from ....sales.bidders import LONGEST_REASON
from ....sales.conflicts import conflicts_of
from ....sales.deposits import due_minor
from ....sales.holding import WHYS
from ....words.amounts import amount_text
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Amount, Choice, Flag, Form, FormSchema, LineField, MoneySchema, Ranks, read_form
from ...locale import gettext as _
from ..bidder.application import lacks_of
from ..one_time_links import together
from .sale import chosen_organization, organizers_sale

blueprint = Blueprint("organizer_bidders", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]
MOST_NAMED = 40


class Admission(MoneySchema):
    """How far a bidder may go; empty: as far as he likes."""

    limit = Amount()


class Highest(MoneySchema):
    """The highest bid that any paddle may make."""

    highest = Amount()


class Question(FormSchema):
    """The house asks for more; the bidder reads it."""

    question = LineField(LONGEST_QUESTION)


class TurnDown(FormSchema):
    """Why not; the bidder reads it."""

    reason = LineField(LONGEST_REASON)


class FloorPaddle(FormSchema):
    """The holder of a paddle of the floor."""

    name = LineField(100)


class DepositForm(FormSchema):
    """Whether a deposit has arrived."""

    arrived = Flag()


class HoldForm(FormSchema):
    """Why a paddle is held."""

    reason = Choice(*HOLD_REASONS)


class Why(FormSchema):
    """Why the bids of a held paddle are to fall."""

    why = Choice(*WHYS)


class Signed(FormSchema):
    """The channel of a paddle, and that its holder has signed it."""

    channel = Choice(*CHANNELS)
    signed = Flag()


class Default(FormSchema):
    """Whether a buyer did not pay."""

    defaulted = Flag()


class Organization(FormSchema):
    """Which organization a bidder belongs to."""

    org = LineField(32)
    org_new = LineField(200)


class Priority(FormSchema):
    """On which lots a paddle has a priority right."""

    priority = Ranks()


@blueprint.get("/organizer/sales/<slug>/bidders")
def bidders(slug: str) -> str:
    """Applications that wait, paddles, and who was turned down."""
    return _page(organizers_sale(slug))


@blueprint.post("/organizer/sales/<slug>/bidders/highest")
def highest(slug: str) -> Page:
    """Change the highest bid that is taken."""
    row = organizers_sale(slug)
    form = read_form(Highest(row.currency), request.form)
    if form.ok and form.values["highest"] is None:
        form.reject(Rejected(Code.MALFORMED_AMOUNT, "highest"))
    if form.ok:
        form.refuse(parts().registration.set_highest(row.id, me().user, form.values["highest"]), row.currency)
    if not form.ok:
        return _page(row, highest=form), 422
    flash(_("Saved."))
    return redirect(url_for("organizer_bidders.bidders", slug=slug))


@blueprint.post("/organizer/sales/<slug>/bidders/floor")
def floor(slug: str) -> Page:
    """A paddle for a person in the hall, without an account."""
    row, form = organizers_sale(slug), read_form(FloorPaddle(), request.form)
    if form.ok:
        try:
            paddle = parts().registration.floor_paddle(row.id, form.values["name"], me().user)
        except Rejected as error:
            form.reject(error)
        else:
            flash(_("Paddle %(paddle)s is issued.", paddle=paddle))
            return redirect(url_for("organizer_bidders.bidders", slug=slug))
    return _page(row, floor=form), 422


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/reset-link")
def reset_link(slug: str, registration: str) -> Page:
    """A link for a bidder who forgot the password: one of the staff asks, another one grants."""
    row = organizers_sale(slug)
    found = parts().registration.find(row.id, registration)
    account = parts().accounts.find(found.user or "")
    if account is None or account.role is not Role.BIDDER:
        raise Problem("FORBIDDEN")
    back = url_for("organizer_bidders.bidders", slug=slug, _anchor=f"r-{registration}")
    try:
        return together(account, back)
    except Rejected as error:
        form = Form()
        form.reject(error)
        return _page(row, changed=registration, form=form), 422


def _admit(found: Applicant, form: Form) -> Answer | None:
    """Issue a paddle, or change the limit of one. A conflict of interest is said: its holder is told the same."""
    answer = parts().registration.admit(found.id, me().user, form.values["limit"])
    if answer is None or answer.ok:
        sale = parts().sales.by_id(found.sale)
        everybody, lots = parts().sales.organizations.all(), parts().sales.lots(found.sale)
        file = parts().bidder_files.find(found.id)
        others = () if file is None else file.names
        forbidden = conflicts_of(found, sale.house_org if sale else None, lots, everybody, others)
        if forbidden:
            flash(_("%(name)s may not bid on these lots, because of a conflict of interest: %(lots)s.",
                    name=found.name, lots=", ".join(forbidden[:MOST_NAMED])))  # fmt: skip
    return answer


def _ask(found: Applicant, form: Form) -> None:
    """Ask a bidder for more, in a sentence that he answers."""
    parts().bidder_files.ask(found.id, form.values["question"], me().user)


def _turn_down(found: Applicant, form: Form) -> None:
    """Turn an application down with a reason."""
    parts().registration.turn_down(found.id, me().user, form.values["reason"])


def _hold(found: Applicant, form: Form) -> Answer | None:
    """Hold a paddle: its bids fall where the law forbids them, else they bind."""
    return parts().holding.hold(found.id, me().user, form.values["reason"])


def _ask_void(found: Applicant, form: Form) -> Answer | None:
    """Ask the auctioneer to let the bids of a held paddle fall."""
    return parts().holding.ask_void(found.id, me().user, form.values["why"])


def _release(found: Applicant, _form: Form) -> Answer | None:
    """Let a held paddle bid again."""
    return parts().holding.release(found.id, me().user)


def _set_channel(found: Applicant, form: Form) -> Answer | None:
    """Say where a paddle bids, as its holder has signed at check-in."""
    if not form.values["signed"]:
        raise Rejected("NOT_SIGNED", "signed")
    return parts().holding.set_channel(found.id, me().user, form.values["channel"])


def _default(found: Applicant, form: Form) -> None:
    """Say that a buyer did not pay, or after all did; also once the sale is closed."""
    parts().holding.default(found.id, me().user, defaulted=form.values["defaulted"])


def _set_deposit(found: Applicant, form: Form) -> None:
    """Say that a deposit has arrived, or that after all it has not."""
    sale, cover = found.sale, parts().cover
    cover.settle(sale, found.id, me().user, arrived=form.values["arrived"])
    for refused in cover.follow(sale, parts().books.follow(sale), me().user):
        raise Rejected(refused.code)


def _set_organization(found: Applicant, form: Form) -> Answer | None:
    """Say which organization a bidder belongs to: he may not bid on what it consigns."""
    if found.user is None:
        raise Rejected("UNKNOWN_ACCOUNT")
    answer = parts().registration.set_organization(found.user, chosen_organization(form, "org"), me().user)
    parts().holding.hold_conflicts(found.user, me().user)
    return answer


def _set_priority(found: Applicant, form: Form) -> Answer | None:
    """Say on which lots a paddle has a priority right, and of which rank."""
    ranks = form.values["priority"]
    if ranks.keys() - {lot.lot for lot in parts().sales.lots(found.sale)}:
        raise Rejected(Code.UNKNOWN_LOT, "priority")
    return parts().registration.set_priority(found.id, me().user, ranks)


@dataclass(frozen=True, slots=True)
class PaddleAct:
    """A form by one application or paddle: its schema in a currency, and what it does."""

    schema: Callable[[str], FormSchema]
    do: Callable[[Applicant, Form], Answer | None]


ACTS: Mapping[str, PaddleAct] = {
    "admit": PaddleAct(Admission, _admit),
    "ask": PaddleAct(lambda _currency: Question(), _ask),
    "turn_down": PaddleAct(lambda _currency: TurnDown(), _turn_down),
    "hold": PaddleAct(lambda _currency: HoldForm(), _hold),
    "ask_void": PaddleAct(lambda _currency: Why(), _ask_void),
    "release": PaddleAct(lambda _currency: FormSchema(), _release),
    "channel": PaddleAct(lambda _currency: Signed(), _set_channel),
    "default": PaddleAct(lambda _currency: Default(), _default),
    "deposit": PaddleAct(lambda _currency: DepositForm(), _set_deposit),
    "organization": PaddleAct(lambda _currency: Organization(), _set_organization),
    "priority": PaddleAct(lambda _currency: Priority(), _set_priority),
}
"""By the name of their endpoint, which is the end of their address too."""


def _view(act: PaddleAct) -> Callable[[str, str], Page]:
    """Do what a form asks for; what is wrong is said by that form."""

    def change(slug: str, registration: str) -> Page:
        row = organizers_sale(slug)
        found = parts().registration.find(row.id, registration)
        form = read_form(act.schema(row.currency), request.form)
        if form.ok:
            try:
                form.refuse(act.do(found, form), row.currency)
            except Rejected as error:
                form.reject(error)
        if not form.ok:
            return _page(row, changed=registration, form=form), 422
        flash(_("Saved."))
        return redirect(url_for("organizer_bidders.bidders", slug=slug, _anchor=f"r-{registration}"))

    return change


for _name, _act in ACTS.items():
    address = f"/organizer/sales/<slug>/bidders/<registration>/{_name.replace('_', '-')}"
    blueprint.add_url_rule(address, _name, _view(_act), methods=["POST"])


@dataclass(frozen=True, slots=True)
class Held:
    """For what a paddle is held, whether its bids have fallen, and why the auctioneer is asked to let them."""

    reasons: list[str]
    fallen: bool
    asked: str | None


def _held(bidder: Bidder) -> Held:
    reasons = sorted({each.reason for each in bidder.held})
    return Held(reasons, any(each.standing == VOID for each in bidder.held), bidder.void_asked)


def _names(file: BidderFile | None) -> tuple[str, ...]:
    return () if file is None else file.names


def _page(row: SaleRow, changed: str = "", form: Form | None = None, **others: Form) -> str:
    """`changed` is the application whose form has something wrong in it; `others` are the forms of the whole page."""
    rows = parts().registration.of_sale(row.id)
    sale = parts().engine.book(row.id).sale
    organizations = parts().sales.organizations.all()
    lots = parts().sales.lots(row.id)
    files = parts().bidder_files.of_sale(row.id)
    admitted = [each for each in rows if each.status is RegistrationStatus.ADMITTED]
    return render_template(
        "organizer_bidders.html",
        tab="bidders",
        sale=row,
        waiting=[each for each in rows if each.status is RegistrationStatus.APPLIED],
        admitted=sorted(admitted, key=lambda each: int(each.paddle or 0)),
        turned_down=[each for each in rows if each.status is RegistrationStatus.TURNED_DOWN],
        changed=changed,
        form=form or Form(),
        floor=others.get("floor", Form()),
        highest=others.get("highest", Form()),
        highest_minor=sale.highest_minor,
        bound={paddle: bound_minor(sale, paddle) for paddle in sale.bidders},
        hold_reasons=[each for each in HOLD_REASONS if row.deposit is None or each != Code.DEPOSIT_MISSING],
        whys=WHYS,
        channels=CHANNELS,
        held={each.paddle: _held(each) for each in sale.bidders.values()},
        winners={lot.leader for lot in sale.lots.values() if lot.status is Status.SOLD},
        typed_amount=lambda minor: amount_text(minor, row.currency),
        names={each.id: each.name for each in organizations},
        resets=parts().resets.of_each(each.user for each in admitted if each.user),
        organizations=organizations,
        due_minor=due_minor(row.deposit, [lot.start_minor for lot in lots]),
        conflicts={
            each.id: conflicts_of(each, row.house_org, lots, organizations, _names(files.get(each.id))) for each in rows
        },
        files=files,
        lacks={each.id: lacks_of(files.get(each.id), row) for each in rows},
        records=parts().earlier.of_users((each.user for each in rows if each.user), row.id),
    )
