"""The reader's language, chosen by a form."""

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from ....words.i18n import LOCALES
from ...auth import current_identity, safe_next
from ...current import parts
from ...errors import Problem
from ...locale import CHOSEN

KEPT_S = 365 * 24 * 3_600

blueprint = Blueprint("language", __name__)


@blueprint.post("/language/<locale>")
def choose(locale: str) -> BaseResponse:
    """Keep the reader's choice in a cookie of its own. It asks for no token, so that a page may be kept for everybody:
    all that another site could do is to change the language."""
    if locale not in LOCALES:
        raise Problem("NOT_FOUND")
    who = current_identity()
    if who is not None:
        parts().addresses.speak(who.user, locale)
    answer = redirect(safe_next(request.form.get("next")))
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(CHOSEN, locale, KEPT_S, secure=secure, httponly=True, samesite="Lax")
    return answer
