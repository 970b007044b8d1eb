"""The language and the looks of a request: what the person chose, else what the browser asks for."""

from collections.abc import Mapping
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import g, request
from werkzeug.http import parse_cookie

from ..words.i18n import negotiate, translate
from ..words.sentences import sentence

CHOSEN = "language"
"""The cookie with the language that a person chose. It is no secret, and no part of a session. A page that is kept for
everybody is kept in each language."""


def asked_locale(environ: WSGIEnvironment) -> str:
    """The locale of a request that Flask does not know of."""
    chosen = parse_cookie(environ).get(CHOSEN) if CHOSEN in environ.get("HTTP_COOKIE", "") else None
    return negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""), chosen)


def current_locale() -> str:
    """The locale of this request."""
    if "locale" not in g:
        g.locale = asked_locale(request.environ)
    return str(g.locale)


def gettext(message: str, **params: Any) -> str:
    """A sentence in the language of this request."""
    return translate(current_locale(), message, **params)


def said(code: str, params: Mapping[str, Any] = {}, currency: str = "CNY") -> str:
    """The sentence of a code in the language of this request."""
    return sentence(current_locale(), code, params, currency)
