"""How a page finds the parts it uses, and the sale in its address."""

from collections.abc import Mapping
from typing import Any

from flask import current_app

from ..parts import Parts
from ..people.roles import STAFF
from ..sales.checks import DRAFT
from .auth import current_identity
from .errors import Problem
from .shown import PAGES_EVERY_S, Shelf, Shown


def parts() -> Parts:
    """The parts of the application that serves this request."""
    return current_app.extensions["parts"]  # type: ignore[no-any-return]


def shelf() -> Shelf:
    """The public texts of a sale, as this process keeps them."""
    return current_app.extensions["shelf"]  # type: ignore[no-any-return]


def shown(sale: Mapping[str, Any]) -> Shown:
    """A sale's rows as its pages show them. Staff see what they have just changed, and a draft is never kept."""
    who = current_identity()
    if sale["status"] == DRAFT:
        return shelf().read(sale["id"])
    return shelf().of(sale["id"], PAGES_EVERY_S if who is None or who.role not in STAFF else 0)


def sale_or_404(slug: str, *, drafts: bool = False) -> dict[str, Any]:
    """The sale in an address, by its id or its slug. Only organizers may see a draft."""
    sale = parts().sales.find(slug)
    if sale is None or (sale["status"] == DRAFT and not drafts):
        raise Problem("UNKNOWN_SALE")
    return sale
