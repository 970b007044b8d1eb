"""The organizer's sales: the list with what waits, making and changing one, publishing, closing, archiving."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from models.rows import RegistrationStatus, SaleRow, SaleStatus, columns_of

from ....base.rejected import Rejected
from ....base.zones import find_zone, time_zones, zone_of
from ....engine.orders import Answer, Stale
from ....patents.findings import Finding
from ....patents.law import LegalStep
from ....people.roles import PLANNERS, Role
from ....rules.lot import ENDED
from ....rules.priority import AT_EQUAL_PRICE, MODES
from ....rules.sale import AFTERWARDS
from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.checks import COMMISSIONS, fingerprint
from ....sales.contents import Contents
from ....sales.lacking import lacking
from ....sales.publication import By
from ....sales.sales import never_opened
from ....words.amounts import CURRENCIES
from ....words.of_law import TICK_WORDS
from ....words.sentences import article_words
from ...auth import me
from ...current import parts, sale_or_404
from ...errors import Problem
from ...forms import Choice, Count, Day, Form, LineField, Prose, moment_text, parse_moment, read_form
from ...locale import current_locale, said
from ...locale import gettext as _
from .gate import gate_view
from .money import COURT_ROWS, MoneyForm, read_money, typed_money

blueprint = Blueprint("organizer", __name__)

Page = Response | str | tuple[str, int]

LAW, NO_LAW = "law", "no_law"
SALE_DAYS = ("notice_on", "preview_from", "preview_to")
MOMENTS = ("starts_at", "rules_announced")


class SaleForm(MoneyForm):
    """A sale's texts, time and terms."""

    slug = LineField(60)
    title_zh = LineField(200)
    title_en = LineField(200)
    place = LineField(200)
    about = Prose(5000)
    time_zone = LineField(40)
    starts_at = LineField(40)
    currency = LineField(3)
    house_org = LineField(32)
    house_org_new = LineField(200)
    under_law = Choice("", LAW, NO_LAW)
    notice_on = Day()
    preview_from = Day()
    preview_to = Day()
    auctioneer_licence = LineField(50)
    rules_announced = LineField(40)
    priority_mode = Choice("", *MODES)
    priority_days = Count()
    reason = Choice("", *CHANGE_REASON_WORDS)


@blueprint.app_template_global()
def law_ticks() -> list[tuple[str, str]]:
    """A tick of a lot for the law: its column, and the words beside it."""
    return [(name, _(words)) for name, words in TICK_WORDS.items()]


@blueprint.get("/organizer")
def sales() -> str:
    """The caller's sales with what waits in them, the ones to be worked on first; an administrator sees all."""
    counts = parts().sales.overview()
    mine = None if me().role is Role.ADMINISTRATOR else parts().people.sales_of(me().user)
    every, groups = parts().sales.all(*SaleStatus), []
    for status in (SaleStatus.PUBLISHED, SaleStatus.DRAFT, SaleStatus.CLOSED, SaleStatus.ARCHIVED):
        rows = [row for row in every if row.status is status]
        groups.append((status, rows if mine is None else [row for row in rows if row.id in mine]))
    planned = mine if mine is None else parts().people.sales_of(me().user, PLANNERS)
    return render_template("organizer_sales.html", groups=groups, counts=counts, planned=planned)


@blueprint.route("/organizer/new", methods=["GET", "POST"])
def create() -> Page:
    """A new draft."""
    if request.method == "GET":
        return _sale_form(Form({"time_zone": "Asia/Shanghai", "currency": "CNY", "under_law": LAW}))
    form = read_sale()
    if form.ok:
        values = _columns(form)
        try:
            parts().sales.create(values.pop("slug"), me().user, **values)
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _sale_form(form), 422
    flash(_("The draft is made. Now add its lots."))
    return redirect(url_for("organizer.sale", slug=form.values["slug"]))


@blueprint.get("/organizer/sales/<slug>")
def sale(slug: str) -> str:
    """A sale at a glance: what is missing, what waits, and what can be done next."""
    return overview(organizers_sale(slug))


@blueprint.route("/organizer/sales/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Page:
    """Change a sale's texts and time; while it is a draft also its terms and its address."""
    row = organizers_sale(slug)
    if request.method == "GET":
        why = {"reason": request.args.get("reason", ""), "seen": fingerprint(row)}
        return _sale_form(Form({**_typed(row), **why}), row)
    form = read_sale(row)
    if form.ok:
        try:
            by = By(me().user, form.values["reason"] or None)
            answer = parts().sales.edit(row.id, request.form.get("seen"), by=by, **_columns(form))
            form.refuse(answer, row.currency)
        except (Rejected, Stale) as error:
            form.reject(error)
    if not form.ok:
        return _sale_form(form, row), 422
    flash(_("Saved."))
    return redirect(url_for("organizer.sale", slug=form.values["slug"]))


@blueprint.route("/organizer/sales/<slug>/publish", methods=["GET", "POST"])
def publish(slug: str) -> Page:
    """Say what enters the record, and after that nothing takes out; then publish."""
    row = organizers_sale(slug)
    if row.status is SaleStatus.DRAFT:
        contents = parts().sales.contents(row)
        if request.method == "GET":
            return _publication(contents)
        if not contents.law(LegalStep.PUBLISH_SALE).is_open:
            return _publication(contents), 409
    return _after(row, _("The sale is published."), parts().sales.publish(row.id, me().user))


@blueprint.post("/organizer/sales/<slug>/close")
def close(slug: str) -> Page:
    """End a sale in which nothing is under way."""
    row = organizers_sale(slug)
    return _after(row, _("The sale is closed."), parts().sales.close(row.id, me().user))


@blueprint.post("/organizer/sales/<slug>/archive")
def archive(slug: str) -> Page:
    """Put a closed sale away, if wanted under another address, so that its own is free again."""
    row = organizers_sale(slug)
    wanted = request.form.get("slug", "").strip() or slug
    try:
        parts().sales.archive(row.id, wanted)
    except Rejected as error:
        form = Form({"slug": wanted})
        form.reject(error)
        return overview(row, form), 422
    flash(_("The sale is archived."))
    return redirect(url_for("organizer.sale", slug=wanted))


def organizers_sale(slug: str) -> SaleRow:
    """The sale in an address of the organizer's pages, a draft too."""
    return sale_or_404(slug, drafts=True)


def change_reasons() -> list[tuple[str, str]]:
    """Why something of a published sale is changed, to choose from."""
    return [("", _("Please choose")), *((code, _(words)) for code, words in CHANGE_REASON_WORDS.items())]


def organization_names() -> dict[str | None, str]:
    """The name of each organization by its id."""
    return {each.id: each.name for each in parts().sales.organizations.all()}


def chosen_organization(form: Form, name: str) -> str | None:
    """The organization picked in the field `name`, or the new one typed beside it, made where there is none.

    Raises Problem for an id that no page has offered.
    """
    new, picked = form.values[f"{name}_new"], form.values[name]
    if new:
        return parts().sales.organizations.id_of(new)
    if picked and picked not in organization_names():
        raise Problem("MALFORMED", field=name)
    return picked or None


def read_sale(row: SaleRow | None = None) -> Form:
    """The typed values of a sale, with its time as UTC. A fixed column of a published sale stays as it was."""
    given = request.form.to_dict()
    if row is not None and row.status is not SaleStatus.DRAFT:
        given |= typed_money(row)
        given |= {"slug": row.slug, "currency": row.currency, "house_org": row.house_org or ""}
        given |= {"house_org_new": "", "under_law": LAW if row.under_law else NO_LAW}
        given |= {"priority_mode": row.priority_mode, "priority_days": str(row.priority_days or "")}
    currency = given.get("currency", "")
    form = read_form(SaleForm(currency if currency in CURRENCIES else "CNY"), given)
    form.typed = {**form.typed, "seen": given.get("seen", "")}
    zone = find_zone(form.values.get("time_zone", ""))
    if zone is None:
        form.reject(Rejected("BAD_TIME_ZONE", "time_zone"))
    else:
        form.values["time_zone"] = zone
        for name in MOMENTS:
            _read_moment(form, name, ZoneInfo(zone))
    if form.values.get("currency") not in CURRENCIES:
        form.reject(Rejected("BAD_CURRENCY", "currency"))
    read_money(form, currency if currency in CURRENCIES else "CNY")
    return form


def _read_moment(form: Form, name: str, zone: ZoneInfo) -> None:
    try:
        form.values[f"{name}_ms"] = parse_moment(form.values.get(name, ""), zone)
    except ValidationError as error:
        form.errors[name] = str(error.messages[0])


def _columns(form: Form) -> dict[str, Any]:
    """The law binds a sale of which nothing else is said."""
    same = ("slug", "title_zh", "title_en", "place", "about", "time_zone", "currency", "auctioneer_licence", *SALE_DAYS)
    return {
        **{name: form.values[name] for name in (*same, *COMMISSIONS, "deposit")},
        **{f"{name}_ms": form.values[f"{name}_ms"] for name in MOMENTS},
        "house_org": chosen_organization(form, "house_org"),
        "under_law": form.values["under_law"] != NO_LAW,
        **_priority(form),
    }


def _priority(form: Form) -> dict[str, Any]:
    """At equal price where nothing else is said; the days are of mode C alone."""
    mode = form.values["priority_mode"] or AT_EQUAL_PRICE
    return {"priority_mode": mode, "priority_days": form.values["priority_days"] if mode == AFTERWARDS else None}


def _typed(row: SaleRow) -> dict[str, str]:
    columns = columns_of(row)
    typed = {name: str(columns[name] or "") for name in SaleForm(row.currency).fields if name in columns}
    moments = {name: moment_text(getattr(row, f"{name}_ms"), zone_of(row)) for name in MOMENTS}
    return {**typed, **moments, **typed_money(row), "under_law": LAW if row.under_law else NO_LAW}


def _sale_form(form: Form, row: SaleRow | None = None) -> str:
    return render_template(
        "organizer_sale_form.html",
        tab="edit",
        sale=row,
        form=form,
        locked=row is not None and row.status is not SaleStatus.DRAFT,
        change_reasons=change_reasons(),
        court=COURT_ROWS,
        currencies=[(code, code) for code in sorted(CURRENCIES)],
        zones=sorted(time_zones()),
        organizations=parts().sales.organizations.all(),
    )


def in_words(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """The missing facts of the law, each as a sentence with its article."""
    return [(said(each.code, dict(each.params)), article_words(current_locale(), each.article)) for each in findings]


def _publication(contents: Contents) -> str:
    row = contents.sale
    applicants = parts().registration.of_sale(row.id)
    return render_template(
        "organizer_publish.html",
        tab="sale",
        sale=row,
        lots=contents.lots,
        admitted=[each for each in applicants if each.status is RegistrationStatus.ADMITTED],
        gate=gate_view(row, lacking(contents)),
        house=organization_names().get(row.house_org),
    )


def overview(row: SaleRow, form: Form | None = None) -> str:
    """A sale at a glance."""
    contents = parts().sales.contents(row)
    registrations = parts().registration.of_sale(row.id)
    state = parts().engine.book(row.id).sale
    return render_template(
        "organizer_sale.html",
        tab="sale",
        sale=row,
        form=form or Form(),
        lots=contents.lots,
        gate=gate_view(row, lacking(contents)),
        waiting=[each for each in registrations if each.status is RegistrationStatus.APPLIED],
        admitted=[each for each in registrations if each.status is RegistrationStatus.ADMITTED],
        ended=sum(lot.status in ENDED for lot in state.lots.values()),
        begun=bool(state.begun),
        never_opened=never_opened(state),
        change_reasons=change_reasons(),
        house=organization_names().get(row.house_org),
        due_minor=contents.deposit_due_minor,
    )


def _after(row: SaleRow, good: str, answer: Answer) -> Page:
    """Back to the sale: with the good news, or with what the rules say."""
    if answer.ok:
        flash(good)
        return redirect(url_for("organizer.sale", slug=row.slug))
    form = Form()
    form.refuse(answer, row.currency)
    return overview(row, form), 409
