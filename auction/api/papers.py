"""Papers of a sale as files: a bidder's own, and the house's."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from ..papers.cabinet import Cabinet, Paper
from ..papers.kinds import LANGUAGES, PAPER_KINDS
from ..people.roles import Role
from ..web.auth import me
from ..web.current import parts
from ..web.pages.bidder.papers import own_paper, papers_of_caller
from ..web.pages.organizer.papers import is_for_caller, paper_of_sale, pdf
from .asking import sale_of_caller
from .fields import FieldsAsked, ListPart, PageAsked, ShownFields, at_ms, both_names, list_of, part_of, text, whole
from .routes import PDF, Resource

paper_routes = Resource("papers", "Papers of a sale: a bidder's own; for the staff of the sale all of them.")


@both_names
class PaperSchema(Schema):
    """One version of a paper."""

    id = text("its id, the same for all its versions", required=True)
    version = whole("from 1", required=True)
    kind = text("confirmation, record, statement …", required=True)
    subject = text("the lot, paddle or patent that it is about; empty: the sale", required=True)
    number = text("the number printed on it", required=True)
    made_ms = at_ms("when this version was made")
    languages = fields.List(fields.String(), required=True)


class PaperAsked(FieldsAsked):
    """In which language a paper is wanted."""

    lang = fields.String(load_default="both", validate=validate.OneOf(LANGUAGES))


@paper_routes.get("/sales/<slug>/papers", list_of(PaperSchema), query=PageAsked)
def list_papers(query: Mapping[str, Any], slug: str) -> ListPart:
    """The papers that the caller may have, every version of each."""
    part = part_of(_mine(sale_of_caller(slug).id), query)
    return ListPart([_paper(each) for each in part.items], part.next)


@paper_routes.get("/sales/<slug>/papers/<paper>/<int:version>/file", None, query=PaperAsked, files=(PDF,))
def read_paper(query: Mapping[str, Any], slug: str, paper: str, version: int) -> Response:
    """A version of a paper as PDF."""
    sale, is_bidder = sale_of_caller(slug).id, me().role is Role.BIDDER
    found = own_paper(sale, paper, version) if is_bidder else paper_of_sale(sale, paper, version)
    return pdf(found, query["lang"])


def _mine(sale: str) -> list[Paper]:
    if me().role is Role.BIDDER:
        return list(papers_of_caller(sale))
    return [each for each in Cabinet(parts()).of_sale(sale) if is_for_caller(PAPER_KINDS[each.kind])]


def _paper(each: Paper) -> ShownFields:
    same = ("id", "version", "kind", "subject", "number", "made_ms")
    return {**{name: getattr(each, name) for name in same}, "languages": list(LANGUAGES)}
