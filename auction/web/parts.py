"""How a page finds the parts it uses, and the sale in its address."""

from typing import Any

from flask import current_app

from ..listing import DRAFT
from ..parts import Parts
from .errors import Problem
from .shown import Shelf


def parts() -> Parts:
    """The parts of the application that serves this request."""
    return current_app.extensions["parts"]  # type: ignore[no-any-return]


def shelf() -> Shelf:
    """What everybody is shown, as this process keeps it."""
    return current_app.extensions["shelf"]  # type: ignore[no-any-return]


def sale_or_404(slug: str, *, drafts: bool = False) -> dict[str, Any]:
    """The sale in an address, by its id (which stays its own) or its slug; a draft is there for organizers only."""
    sale = parts().sales.find(slug)
    if sale is None or (sale["status"] == DRAFT and not drafts):
        raise Problem("UNKNOWN_SALE")
    return sale
