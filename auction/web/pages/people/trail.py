"""The trail of the house's own rows, for an administrator: accounts, organizations, tokens, and sales that are gone."""

from flask import Blueprint, render_template, request

from ....trail.keeping import HOUSE_CHAIN
from ....words.of_trail import TABLE_WORDS
from ...current import parts
from ...errors import Problem
from ..organizer.trail import TrailPlace, shown_trail

blueprint = Blueprint("administrator_trail", __name__)

HOUSE_TIME_ZONE, HOUSE_CURRENCY = "Asia/Shanghai", "CNY"
"""Rows of the house belong to no sale that would say them."""


@blueprint.get("/people/trail")
def trail() -> str:
    """Entries of the house, or of a draft that was deleted."""
    chain = request.args.get("chain", HOUSE_CHAIN)
    gone = parts().trail.chains_of_deleted()
    if chain not in (HOUSE_CHAIN, *gone):
        raise Problem("NOT_FOUND")
    place = TrailPlace(chain, HOUSE_TIME_ZONE, HOUSE_CURRENCY)
    shown = shown_trail(place)
    known = {"place": place, "shown": shown, "tables": TABLE_WORDS, "gone": gone, "chain": chain}
    return render_template("people_trail.html", **known)
