"""The star of a lot on public pages: who is signed in sees which lots he follows."""

from flask import Blueprint
from markupsafe import Markup

from models.rows import SaleRow

from ...auth import current_identity
from ...current import parts

blueprint = Blueprint("stars", __name__)

_NOT_FOLLOWED, _FOLLOWED = ('name="follow"', 'aria-pressed="false"'), ('name="leave"', 'aria-pressed="true"')


@blueprint.app_template_global()
def followed_here(sale: SaleRow) -> frozenset[str]:
    """The lots of a sale that the caller follows."""
    who = current_identity()
    return frozenset() if who is None else parts().interest.followed_in(sale.id, who.user)


def starred(card: Markup, lot: str, followed: frozenset[str]) -> Markup:
    """The part of a page that shows a lot to everybody, with the star of one who follows it."""
    if lot not in followed:
        return card
    text = str(card)
    for plain, pressed in zip(_NOT_FOLLOWED, _FOLLOWED, strict=True):
        text = text.replace(plain, pressed, 1)
    return Markup(text)  # noqa: S704 - ours
