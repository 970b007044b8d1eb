"""A sale's papers: the versions, the lacks of each with the page that mends them, and the facts of papers."""

from collections.abc import Iterable
from dataclasses import dataclass
from tempfile import TemporaryFile

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....papers.bundle import bundle as write_bundle
from ....papers.bundle import file_name
from ....papers.cabinet import Cabinet, Incomplete, Paper
from ....papers.docx import CONTENT_TYPE
from ....papers.dossier import LOT, Dossier, Lack
from ....papers.facts import LONGEST, PAPER_FACTS, Fact, subject, write_facts
from ....papers.kinds import LANGUAGES, PAPER_KINDS, PaperKind
from ....papers.signing import signatures
from ....people.parties import parse_identity
from ...auth import may_here, me
from ...current import parts
from ...errors import Problem
from ...forms import Form, FormSchema, LineField, Prose, read_form
from ...locale import gettext as _
from ..signing import Page, signing
from .sale import organizers_sale

blueprint = Blueprint("organizer_papers", __name__)

LINE = 300
MOST_LACKS = 12
"""Of a long list of what is missing, as many are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One kind on the page: its papers with their versions, and the subjects of those that can be made now."""

    kind: PaperKind
    papers: list[list[Paper]]
    due: list[str]


@blueprint.get("/organizer/sales/<slug>/papers")
def papers(slug: str) -> str:
    """Every paper of the sale with its versions, and what can be made."""
    return _page(organizers_sale(slug))


@blueprint.post("/organizer/sales/<slug>/papers")
def make(slug: str) -> Page:
    """Make a paper as it must be now, or say what it lacks."""
    row = organizers_sale(slug)
    kind, about = request.form.get("kind", ""), request.form.get("subject", "")
    _check(kind)
    cabinet = Cabinet(parts())
    try:
        made = cabinet.make(cabinet.dossier(row), kind, about, me().user)
        cabinet.file(made, "zh")
    except Incomplete as error:
        return _page(row, error.draft.lacks), 409
    except Rejected as error:
        raise Problem(error.code, **error.params) from error
    flash(_("The paper is there: %(number)s, version %(version)s.", number=made.number, version=made.version))
    return redirect(url_for("organizer_papers.papers", slug=row.slug, _anchor=kind))


@blueprint.get("/organizer/sales/<slug>/papers/<paper>/<int:version>/<lang>.pdf")
def file(slug: str, paper: str, version: int, lang: str) -> Response:
    """A version of a paper as PDF."""
    row = organizers_sale(slug)
    return pdf(paper_of_sale(row.id, paper, version), lang)


@blueprint.route("/organizer/sales/<slug>/papers/<paper>/<int:version>/sign", methods=["GET", "POST"])
def sign(slug: str, paper: str, version: int) -> Page:
    """Sign a paper for the house by drawing."""
    row = organizers_sale(slug)
    back = url_for("organizer_papers.papers", slug=row.slug)
    return signing(row, paper_of_sale(row.id, paper, version), back)


@blueprint.get("/organizer/sales/<slug>/papers/<paper>/<int:version>/<lang>.docx")
def word_file(slug: str, paper: str, version: int, lang: str) -> Response:
    """A draft for lawyers as DOCX."""
    found = paper_of_sale(organizers_sale(slug).id, paper, version)
    try:
        raw = Cabinet(parts()).word_file(found, lang)
    except Rejected as error:
        raise Problem(error.code, **error.params) from error
    name = file_name(found, lang).replace(".pdf", ".docx")
    return Response(raw, content_type=CONTENT_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.get("/organizer/sales/<slug>/papers-<lang>.zip")
def bundle(slug: str, lang: str) -> Response:
    """Every version of every paper of the sale in a language, with a manifest of their hashes."""
    row = organizers_sale(slug)
    mine = {kind.name for kind in PAPER_KINDS.values() if is_for_caller(kind)}
    papers = [each for each in Cabinet(parts()).of_sale(row.id) if each.kind in mine]
    return packed(papers, lang, f"{row.slug}-papers-{lang}.zip")


@blueprint.route("/organizer/sales/<slug>/papers/facts", methods=["GET", "POST"])
def facts(slug: str) -> Page:
    """The facts that only papers need, of the sale or of `?about=` a paddle, a lot or a patent."""
    row, about = organizers_sale(slug), request.args.get("about", "")
    of = Cabinet(parts()).dossier(row)
    wanted = _facts_of(of, about)
    known = of.facts.get(about, {})
    if request.method == "GET":
        return _facts_page(row, about, wanted, Form({each.name: known.get(each.name, "") for each in wanted}))
    form = read_form(_schema(wanted), request.form)
    _check_identity(form)
    if not form.ok:
        return _facts_page(row, about, wanted, form), 422
    with parts().store.write() as connection:
        write_facts(connection, row.id, about, form.values)
    flash(_("Saved."))
    return redirect(url_for("organizer_papers.papers", slug=row.slug))


def pdf(paper: Paper, lang: str) -> Response:
    """A paper as an answer. Raises Problem."""
    try:
        raw = Cabinet(parts()).file(paper, lang)
    except Rejected as error:
        raise Problem(error.code, **error.params) from error
    headers = {"Content-Disposition": f'inline; filename="{file_name(paper, lang)}"'}
    headers["Cache-Control"] = "private, max-age=3600"
    return Response(raw, content_type="application/pdf", headers=headers)


def packed(papers: list[Paper], lang: str, name: str) -> Response:
    """Papers as a ZIP. Raises Problem."""
    if lang not in LANGUAGES:
        raise Problem("NOT_FOUND")
    out = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        write_bundle(Cabinet(parts()), papers, lang, out)
    except Rejected as error:
        out.close()
        raise Problem(error.code, **error.params) from error
    out.seek(0)
    return send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)


def lack_words(lack: Lack) -> str:
    """A lack in the reader's language."""
    return _(lack.what, name=lack.named) if lack.named else _(lack.what)


def paper_of_sale(sale: str, paper: str, version: int) -> Paper:
    """A version of a sale's paper, for its staff. Raises Problem unless the caller may have it."""
    try:
        found = Cabinet(parts()).version(paper, version)
    except Rejected as error:
        raise Problem(error.code) from error
    if found.sale != sale:
        raise Problem("NOT_FOUND")
    _check(found.kind)
    return found


def _check(kind: str) -> None:
    """Raise Problem unless the caller may have papers of a kind: an auctioneer has those of his desk."""
    if kind not in PAPER_KINDS:
        raise Problem("NOT_FOUND")
    if not is_for_caller(PAPER_KINDS[kind]):
        raise Problem("FORBIDDEN")


def is_for_caller(kind: PaperKind) -> bool:
    """Whether one of the staff may have papers of a kind: an auctioneer has those of his desk."""
    return kind.for_desk or may_here("organizer_papers.facts")


def _page(row: SaleRow, lacks: Iterable[Lack] = ()) -> str:
    cabinet = Cabinet(parts())
    of = cabinet.dossier(row)
    return render_template(
        "organizer_papers.html",
        signatures=signatures,
        tab="papers",
        sale=row,
        kinds=[_shown(cabinet, of, kind) for kind in PAPER_KINDS.values() if is_for_caller(kind)],
        lacks=[(lack_words(each), _mend(row, each)) for each in [*lacks][:MOST_LACKS]],
    )


def _shown(cabinet: Cabinet, of: Dossier, kind: PaperKind) -> Shown:
    by_subject: dict[str, list[Paper]] = {}
    for each in cabinet.of_sale(of.id, kind.name):
        by_subject.setdefault(each.subject, []).append(each)
    return Shown(kind, list(by_subject.values()), kind.due(of))


def _mend(row: SaleRow, lack: Lack) -> str:
    """The page where a lack is mended; empty where there is none."""
    if not lack.where:
        return ""
    if lack.where == LOT:
        return url_for(lack.where, slug=row.slug, lot=lack.lot)
    return url_for(lack.where, slug=row.slug, about=lack.about or None)


def _facts_of(of: Dossier, about: str) -> list[Fact]:
    """The facts that there are about a subject. Raises Problem for a subject that the sale does not have."""
    kind, _colon, name = about.partition(":")
    there = {
        "": about == "",
        "paddle": name in of.bidders,
        "lot": name in of.lots,
        "patent": any(name == (each["number"] or each["as_written"]) for lot in of.lots for each in of.patents(lot)),
    }
    if not there.get(kind):
        raise Problem("NOT_FOUND")
    return [each for each in PAPER_FACTS if each.of == (kind or "sale")]


def _schema(wanted: Iterable[Fact]) -> FormSchema:
    fields = {each.name: Prose(LONGEST) if each.is_long else LineField(LINE) for each in wanted}
    return FormSchema.from_dict(fields)()  # type: ignore[arg-type, return-value]


def _check_identity(form: Form) -> None:
    """Refuse an identity number with a mistyped character: it stands in contracts."""
    typed = form.values.get("identity")
    if not typed:
        return
    number = parse_identity(typed)
    if number is None:
        form.errors["identity"] = _("A character of this number is wrong: its check character does not fit.")
    form.values["identity"] = number


def _facts_page(row: SaleRow, about: str, wanted: list[Fact], form: Form) -> str:
    of = Cabinet(parts()).dossier(row)
    others = {
        _("Lots"): [subject("lot", each) for each in of.lots],
        _("Bidders"): [subject("paddle", each) for each in of.bidders],
        _("Patents"): [
            subject("patent", each["number"] or each["as_written"]) for lot in of.lots for each in of.patents(lot)
        ],
    }
    known = {"tab": "papers", "sale": row, "about": about, "wanted": wanted, "form": form, "others": others}
    return render_template("organizer_paper_facts.html", **known)
