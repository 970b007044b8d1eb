"""The reader's language: chosen by a form, and the sentences for the browser."""

from flask import Blueprint, Response, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from ...i18n import LOCALES, as_json
from ..auth import safe_next
from ..errors import Problem

blueprint = Blueprint("language", __name__)


@blueprint.post("/language/<locale>")
def choose(locale: str) -> BaseResponse:
    """Keep the reader's choice for this session."""
    if locale not in LOCALES:
        raise Problem("NOT_FOUND")
    session["locale"] = locale
    return redirect(safe_next(request.form.get("next")))


@blueprint.get("/sentences/<locale>.<version>.json")
def sentences(locale: str, version: str) -> Response:
    """The catalogue for the browser, kept for a year under its fingerprint."""
    if locale not in LOCALES:
        raise Problem("NOT_FOUND")
    fingerprint, raw = as_json(locale)
    response = Response(raw, content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if version == fingerprint else "no-store"
    return response
