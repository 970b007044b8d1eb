"""Identifies the caller of a request, and asks the table of `access` whether he may, before any page is made."""

from collections.abc import Mapping
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow, SaleStatus

from ..base.origin import CameFrom, ClientKind, come_from, current_origin
from ..parts import Parts
from ..people.accounts import Accounts
from ..people.roles import OF_A_SALE
from ..people.sessions import Identity
from .access import EVERYBODY, FOR_GUESTS, KEPT, ROUTES, SCOPES, may
from .errors import Problem, is_api, wants_json


def current_identity() -> Identity | None:
    """The caller of this request; None: not signed in."""
    identity: Identity | None = g.get("identity")
    return identity


def is_for_everybody() -> bool:
    """Whether this page is the same for every stranger. It is kept, so it must hold nothing of the caller."""
    return request.endpoint in KEPT and current_identity() is None


def me() -> Identity:
    """The caller of this request, on a route that asks for a session. Raises Problem without one."""
    identity = current_identity()
    if identity is None:
        raise Problem("UNAUTHENTICATED")
    return identity


def begin(token: str) -> None:
    """A new session at sign-in: nothing of the old one is kept, and its token is dead."""
    accounts: Accounts = current_app.extensions["parts"].accounts
    if current_identity() is not None:
        accounts.sign_out(session["token"])
    session.clear()
    session["token"] = token


def cookie_of(app: Flask, environ: WSGIEnvironment) -> Mapping[str, Any]:
    """The values in the signed cookie of a request, outside of a page. Empty without a cookie of ours."""
    request = app.request_class(environ, populate_request=False)  # else each would hold the other
    return app.session_interface.open_session(app, request) or {}


def install(app: Flask, accounts: Accounts) -> None:
    """Look the caller up at every request, and refuse a route that the table does not allow him."""

    def check() -> Response | None:
        g.identity = _program() if is_api() else accounts.identify(session.get("token"))
        g.in_sale = _roles_in_sale(g.identity)
        g.origin_before = current_origin()
        client = ClientKind.API if is_api() else ClientKind.PAGE
        come_from(CameFrom(client, g.identity.user if g.identity else "", request.remote_addr or ""))
        if request.endpoint is None or (is_api() and request.method == "OPTIONS"):
            return None
        if may(g.identity.role if g.identity else None, ROUTES, request.endpoint, g.in_sale):
            _check_scope(g.identity)
            return None
        if g.identity is not None:
            raise Problem("UNKNOWN_SALE" if _is_secret_from(g.identity) else "FORBIDDEN")
        if request.method != "GET" or wants_json():
            raise Problem("UNAUTHENTICATED")
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))

    app.before_request(check)
    app.teardown_request(_go_back)


def _go_back(_error: BaseException | None) -> None:
    """The request is over: what this thread does next comes from where it came before."""
    before: CameFrom | None = g.pop("origin_before", None)
    if before is not None:
        come_from(before)


def bearer_of(environ: WSGIEnvironment) -> str | None:
    """The access token that came with a request; None where none did."""
    kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _program() -> Identity | None:
    """Whom a program acts for; None: it said no token. A token that does not hold is refused on every route."""
    parts: Parts = current_app.extensions["parts"]
    token = bearer_of(request.environ)
    who = None if token is None else parts.tokens.identify(token)
    if "Authorization" in request.headers and who is None:
        raise Problem("TOKEN_OVER")
    if who is not None and not parts.limits.allows(parts.limits.program, who.session.hex()):
        raise Problem("RATE_LIMITED")
    return who


def _check_scope(who: Identity | None) -> None:
    """Refuse a program whose token was not made for this. Raises Problem."""
    endpoint = request.endpoint or ""
    if who is None or who.scopes is None or ROUTES[endpoint] >= EVERYBODY:
        return
    scope = SCOPES.get(endpoint)
    if scope is None:
        raise Problem("FORBIDDEN")
    if scope not in who.scopes:
        raise Problem("SCOPE_MISSING", scope=scope.value)


def _roles_in_sale(who: Identity | None) -> frozenset[str]:
    """The caller's roles in the sale in the address; empty if the address has no sale."""
    parts: Parts = current_app.extensions["parts"]
    is_asked = who is not None and (who.role in OF_A_SALE or request.endpoint in FOR_GUESTS)
    sale = _sale_here() if is_asked else None
    return frozenset() if who is None or sale is None else parts.people.roles(sale.id, who.user)


def _sale_here() -> SaleRow | None:
    """The row of the sale in the address."""
    slug = (request.view_args or {}).get("slug")
    return None if slug is None else sale_named(slug)


def sale_named(name: str) -> SaleRow | None:
    """The sale with an id or a slug. A request reads it once: who may see a page is asked of the row that it shows."""
    if "sale_named" not in g or g.sale_named[0] != name:
        parts: Parts = current_app.extensions["parts"]
        g.sale_named = (name, parts.sales.find(name))
    found: SaleRow | None = g.sale_named[1]
    return found


def _is_secret_from(who: Identity) -> bool:
    """Whether staff of other sales are not to learn that there is such a sale: another's draft looks like none."""
    sale = _sale_here()
    return (
        "slug" in (request.view_args or {})
        and who.role in OF_A_SALE
        and not g.in_sale
        and (sale is None or sale.status is SaleStatus.DRAFT)
    )


def may_here(endpoint: str) -> bool:
    """Whether the caller may go to another page of the sale in the address."""
    who = current_identity()
    return may(who.role if who else None, ROUTES, endpoint, g.in_sale)


def safe_next(target: Any) -> str:
    """The page after signing in: a path of this site, never another's address."""
    path = str(target or "")
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if inside else "/"
