"""Facts on the page of a lot that follow from its rows: remarks, terms, opened offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint

from models.rows import LotRow, PatentRow, SaleRow

from ....base.zones import zone_of
from ....patents.facts import facts_of, last_day_of, remarks
from ....rules.lot import Lot
from ....words.sentences import article_words
from ...current import parts
from ...locale import current_locale, said

blueprint = Blueprint("lot_facts", __name__)

DESCRIBED = 200
"""Characters of a text that a shared link shows."""


@dataclass(frozen=True, slots=True)
class OpenedOffer:
    """A sealed offer after the opening."""

    paddle: str
    amount_minor: int


def worth_knowing(sale: SaleRow, lot: LotRow, patents: Sequence[PatentRow], now_ms: int) -> list[tuple[str, str]]:
    """Facts of the patents that stop nothing, each as a sentence with its article."""
    found = remarks(sale, [facts_of(lot, patents)], now_ms)
    return [(said(each.code, dict(each.params)), article_words(current_locale(), each.article)) for each in found]


def opened_offers(state: Lot | None) -> list[OpenedOffer]:
    """The offers of a sealed lot, the winning one first; none before the opening."""
    if state is None or not state.offers_opened:
        return []
    return [OpenedOffer(paddle, offer.amount_minor) for paddle, offer in state.offers.items()]


@blueprint.app_template_global()
def term_of(patent: PatentRow, sale: SaleRow) -> tuple[date, int] | None:
    """The last day of a patent's term, and the whole years that are left of it; None: not known."""
    last = last_day_of(patent)
    if last is None:
        return None
    today = datetime.fromtimestamp(parts().clock.now_ms() / 1000, zone_of(sale)).date()
    return last, max(0, last.year - today.year - ((last.month, last.day) < (today.month, today.day)))


@blueprint.app_template_global()
def full_address(path: str) -> str:
    """A path as the whole address that people share."""
    return f"{parts().config.public_url}{path}"


@blueprint.app_template_filter()
def described(text: str) -> str:
    """The beginning of a text in one line, as a shared link shows it."""
    plain = " ".join(text.split())
    return plain if len(plain) <= DESCRIBED else f"{plain[: DESCRIBED - 1]}…"
