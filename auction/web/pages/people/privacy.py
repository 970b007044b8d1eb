"""Personal data: the notice, a person's consent, his data as a file, and his wish to be erased."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from ....base.rejected import Rejected
from ....papers.own_data import own_data
from ....people.consents import NOTICE_VERSION
from ....privacy.keeping import KEPT_YEARS, KEPT_YEARS_FOR_COURT
from ....trail.keeping import HOUSE_CHAIN
from ...auth import me
from ...current import parts
from ...forms import Form
from ...locale import current_locale
from ...locale import gettext as _
from ..organizer.trail import TrailPlace
from .trail import HOUSE_CURRENCY, HOUSE_TIME_ZONE

blueprint = Blueprint("privacy", __name__)

Page = Response | str | tuple[str, int]
SURE = "ERASE"
"""The word that a person types who wants the account erased."""


@blueprint.get("/privacy")
def notice() -> str:
    """The notice about personal data, in its version of today."""
    years = {"years": KEPT_YEARS, "years_for_court": KEPT_YEARS_FOR_COURT}
    return render_template("privacy.html", version=NOTICE_VERSION, contact=parts().config.privacy_contact, **years)


@blueprint.get("/account/data")
def mine() -> str:
    """The caller's data: consents, the file, and the days until which sales keep his name."""
    return _page(Form())


@blueprint.post("/account/data/agree")
def agree() -> Page:
    """Agree to the notice as it is now."""
    try:
        parts().consents.agree(me().user, request.form.get("agreed", ""), current_locale())
    except Rejected as error:
        form = Form()
        form.reject(error)
        return _page(form), 422
    flash(_("Saved."))
    return redirect(url_for("privacy.mine"))


@blueprint.get("/account/data.json")
def download() -> Response:
    """Everything that the house keeps about the caller, as a file."""
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
    return Response(own_data(parts(), me().user), content_type="application/json", headers=headers)


@blueprint.post("/account/data/erase")
def erase() -> Page:
    """The caller wants the account erased: it is shut at once, and goes as the law allows."""
    form = Form({"sure": request.form.get("sure", "")})
    if form.typed["sure"].strip().upper() != SURE:
        form.errors["sure"] = _("Type the word %(word)s. So no account is erased by a slip.", word=SURE)
    else:
        try:
            at_once = parts().erasing.ask(me().user)
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(form), 422
    session.clear()
    return render_template("erased.html", at_once=at_once)


def _page(form: Form) -> str:
    consents = parts().consents.of(me().user)
    return render_template(
        "my_data.html",
        form=form,
        sure=SURE,
        version=NOTICE_VERSION,
        here=TrailPlace(HOUSE_CHAIN, HOUSE_TIME_ZONE, HOUSE_CURRENCY),
        consents=consents,
        has_agreed=any(each.version == NOTICE_VERSION for each in consents),
        wish=parts().erasing.wish(me().user),
    )
