"""Every kind of paper: its name in addresses and commands, its subject, and the function that drafts it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..words.i18n import mark as _
from . import drafts
from .announcing import catalogue, labels, notice, paddles
from .bidding import agreement, phone
from .confirmation import confirmation, is_due
from .dossier import Dossier, Draft
from .payments import bought, deposit_minor
from .record import record
from .settling import consignor_lot, consignors, deposit_receipt, payment_notice, statement
from .summary import summary

SALE, LOT, PADDLE, PATENT = "sale", "lot", "paddle", "patent"
LANGUAGES = ("zh", "en", "both")


def _the_sale(_of: Dossier) -> list[str]:
    return [""]


def _paddles(of: Dossier) -> list[str]:
    return list(of.bidders)


def _sold(of: Dossier) -> list[str]:
    return [lot for lot in of.state.lots if is_due(of, lot)]


def _buyers(of: Dossier) -> list[str]:
    return [paddle for paddle in of.bidders if bought(of, paddle)]


def _depositors(of: Dossier) -> list[str]:
    return [paddle for paddle in of.bidders if deposit_minor(of, paddle)]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper. `code` stands in its number; `of` is what each one is about; `draft` takes that subject.

    `due` lists the subjects of which there can be one now. `subject` is the one that stands for another, such as the
    first lot of a consignor. `for_buyer`: the holder of its paddle may read it. `for_desk`: so may the auctioneer.
    `for_lawyers`: it is a draft that the parties edit, so there is a DOCX of it too.
    `is_signed`: it may be signed on a screen.
    """

    name: str
    code: str
    words: str
    of: str
    draft: Callable[[Dossier, str], Draft]
    due: Callable[[Dossier], list[str]] = _the_sale
    subject: Callable[[Dossier, str], str] = lambda _of, subject: subject
    for_buyer: bool = False
    for_desk: bool = True
    for_lawyers: bool = False
    is_signed: bool = False


_draft = partial(PaperKind, for_desk=False, for_lawyers=True)
_LIST = (
    _draft("consignment", "CONS", _("Consignment contract"), LOT, drafts.consignment, consignors, consignor_lot),
    PaperKind("notice", "NOTI", _("Notice of sale"), SALE, notice),
    PaperKind("catalogue", "CATA", _("Catalogue to print"), SALE, catalogue),
    PaperKind("paddles", "PADD", _("Paddles to print"), SALE, paddles),
    PaperKind("labels", "LABE", _("Labels of lots to print"), SALE, labels),
    PaperKind("agreement", "AGRE", _("Bidding agreement"), PADDLE, agreement, _paddles, for_buyer=True, is_signed=True),
    PaperKind("deposit", "DEPO", _("Receipt of a deposit"), PADDLE, deposit_receipt, _depositors, for_buyer=True),
    PaperKind("phone", "PHON", _("Telephone sheets"), SALE, phone),
    PaperKind(
        "confirmation", "CONF", _("Confirmation of sale"), LOT, confirmation, _sold, for_buyer=True, is_signed=True
    ),
    PaperKind("record", "RECO", _("Record of the sale"), SALE, record),
    PaperKind("payment", "PAYM", _("Payment notice"), PADDLE, payment_notice, _buyers, for_buyer=True),
    PaperKind(
        "statement", "STAT", _("Statement for the consignor"), LOT, statement, consignors, consignor_lot, for_desk=False
    ),
    PaperKind("summary", "SUMM", _("Summary of the sale"), SALE, summary),
    _draft("contract", "ASSI", _("Assignment of patents"), LOT, drafts.contract, drafts.granted),
    _draft(
        *("application_contract", "APPL", _("Assignment of applications"), LOT),
        *(drafts.application_contract, drafts.not_granted),
    ),
    _draft("change", "CHAN", _("Change of bibliographic data"), PATENT, drafts.change, drafts.sold_patents),
    _draft("register", "REGI", _("Registration of a technology contract"), LOT, drafts.register, _sold),
    _draft("publicity", "PUBL", _("Public notice of a deal"), LOT, drafts.publicity, _sold),
    _draft("reward", "REWA", _("Inventors' reward"), LOT, drafts.reward, _sold),
)
PAPER_KINDS = {each.name: each for each in _LIST}
"""By name, in the order in which a sale needs them."""


def is_for_paddle(kind: str, subject: str, content: Mapping[str, Any], paddle: str) -> bool:
    """Whether a version of a paper was made for the holder of a paddle."""
    known = PAPER_KINDS.get(kind)
    if known is None or not known.for_buyer:
        return False
    named = subject if known.of == PADDLE else content["facts"].get("buyer", {}).get("paddle")
    return bool(named == paddle)
