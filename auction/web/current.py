"""How a page finds the parts it uses, and the sale in its address."""

from flask import current_app

from models.rows import SaleRow, SaleStatus

from ..papers.sale_statistics import EarlierSales
from ..parts import Parts
from ..people.roles import STAFF
from .auth import current_identity, sale_named
from .errors import Problem
from .shown import PAGES_EVERY_S, Shelf, Shown


def parts() -> Parts:
    """The parts of the application that serves this request."""
    joined: Parts = current_app.extensions["parts"]
    return joined


def shelf() -> Shelf:
    """The public texts of a sale, as this process keeps them."""
    kept: Shelf = current_app.extensions["shelf"]
    return kept


def earlier_sales() -> EarlierSales:
    """The figures of sales that are over, as this process keeps them."""
    kept: EarlierSales = current_app.extensions["earlier"]
    return kept


def shown(sale: SaleRow) -> Shown:
    """A sale's rows as its pages show them. Staff see what they have just changed, and a draft is never kept."""
    who = current_identity()
    if sale.status is SaleStatus.DRAFT:
        return shelf().read(sale.id)
    return shelf().of(sale.id, PAGES_EVERY_S if who is None or who.role not in STAFF else 0)


def sale_or_404(slug: str, *, drafts: bool = False) -> SaleRow:
    """The sale in an address, by its id or its slug. Only organizers may see a draft."""
    sale = sale_named(slug)
    if sale is None or (sale.status is SaleStatus.DRAFT and not drafts):
        raise Problem("UNKNOWN_SALE")
    return sale
