"""A bidder's own papers of a sale, to be read on the phone."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, url_for

from ....base.rejected import Rejected
from ....papers.cabinet import Cabinet, Paper
from ....papers.kinds import LANGUAGES, PAPER_KINDS, is_for_paddle
from ....papers.signing import signatures
from ...auth import me
from ...current import parts, sale_or_404
from ...errors import Problem
from ..organizer.papers import packed, pdf
from ..signing import Page, signing

blueprint = Blueprint("papers", __name__)


@blueprint.get("/sales/<slug>/papers")
def mine(slug: str) -> str:
    """The caller's papers of a sale, the newest version of each first."""
    row = sale_or_404(slug)
    by_number: dict[str, list[Paper]] = {}
    for each in papers_of_caller(row.id):
        by_number.setdefault(each.number, []).append(each)
    known = {"sale": row, "papers": list(by_number.values()), "kinds": PAPER_KINDS, "languages": LANGUAGES}
    return render_template("my_papers.html", **known, signatures=signatures)


@blueprint.get("/sales/<slug>/papers/<paper>/<int:version>/<lang>.pdf")
def file(slug: str, paper: str, version: int, lang: str) -> Response:
    """One of the caller's own papers as PDF; of all others it is not told that they are there."""
    return pdf(own_paper(sale_or_404(slug).id, paper, version), lang)


@blueprint.route("/sales/<slug>/papers/<paper>/<int:version>/sign", methods=["GET", "POST"])
def sign(slug: str, paper: str, version: int) -> Page:
    """Sign one of the caller's own papers by drawing."""
    row = sale_or_404(slug)
    return signing(row, own_paper(row.id, paper, version), url_for("papers.mine", slug=row.slug))


def own_paper(sale: str, paper: str, version: int) -> Paper:
    """A version of one of the caller's own papers. Raises Problem, for all others as if they were not there."""
    try:
        found = Cabinet(parts()).version(paper, version)
    except Rejected as error:
        raise Problem(error.code) from error
    if found.sale != sale or not _is_of(found, _paddle(sale)):
        raise Problem("NOT_FOUND")
    return found


@blueprint.get("/sales/<slug>/papers-<lang>.zip")
def bundle(slug: str, lang: str) -> Response:
    """The caller's own papers of a sale in a language, with a manifest of their hashes."""
    row = sale_or_404(slug)
    return packed(list(papers_of_caller(row.id)), lang, f"{row.slug}-papers-{lang}.zip")


def papers_of_caller(sale: str) -> Iterator[Paper]:
    """The caller's own papers of a sale, as a bidder."""
    paddle = _paddle(sale)
    return (each for each in Cabinet(parts()).of_sale(sale) if _is_of(each, paddle))


def _paddle(sale: str) -> str | None:
    """The caller's paddle in a sale."""
    row = parts().registration.of_user(sale, me().user)
    return None if row is None else row.paddle


def _is_of(paper: Paper, paddle: str | None) -> bool:
    """Whether a version was made for the holder of a paddle. A lot that was sold anew has versions for two buyers."""
    return paddle is not None and is_for_paddle(paper.kind, paper.subject, paper.content, paddle)
