"""Tells everybody the notice (公告) and the rules (须知) of a sale, and whom to ask.

Its texts are those that the papers of the sale have, so both always say the same.
"""

from flask import Blueprint, render_template

from models.rows import SaleRow

from ....papers.facts import read_facts, subject
from ....rules.formats import FORMATS
from ...current import parts, sale_or_404, shown

blueprint = Blueprint("about", __name__)

PUBLIC_FACTS = ("house_address", "house_contact", "preview_place", "to_do", "account", "payment_days", "disclaimer")
"""The facts that the notice and the rules of the sale make public anyway."""


@blueprint.get("/sales/<slug>/about")
def sale(slug: str) -> str:
    """Notice, rules and contact of a sale on one page; each has its own anchor."""
    row = sale_or_404(slug)
    with parts().store.read() as connection:
        facts = read_facts(connection, row.id).get(subject("sale"), {})
    known = {name: facts.get(name, "") for name in PUBLIC_FACTS}
    return render_template("about.html", sale=row, told=known, formats=_formats(row), house=_house(row))


def _formats(row: SaleRow) -> list[str]:
    """The ways in which lots of the sale are sold."""
    used = {lot.format for lot in shown(row).rows.values()}
    return [name for name in FORMATS if name in used]


def _house(row: SaleRow) -> str:
    """The name of the house that runs the sale; empty where none is named."""
    found = next((each for each in parts().sales.organizations.all() if each.id == row.house_org), None)
    return found.name if found else ""
