"""The language and the looks of a request: what the person chose, else what the browser asks for."""

from typing import Any

from flask import g, request, session

from ..i18n import negotiate, translate


def current_locale() -> str:
    """The locale of this request."""
    if "locale" not in g:
        g.locale = negotiate(request.headers.get("Accept-Language", ""), session.get("locale"))
    return str(g.locale)


def gettext(message: str, **params: Any) -> str:
    """A sentence in the language of this request."""
    return translate(current_locale(), message, **params)
