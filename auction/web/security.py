"""Puts headers, cookies and origins around every answer: pages, static files and the socket's polling alike.

A strict Content-Security-Policy without inline script, and a door that lets no handshake in from another site.
"""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ..base.config import Config

log = structlog.get_logger()

Wsgi = Callable[..., Iterable[bytes]]

PEER = "auction.peer"
"""The key in a request's environ of the address from which the connection itself came."""
FORWARDED = frozenset({"HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP"})
"""Headers that a proxy adds for the address of its client. A program on this machine sends none of them."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self' {sockets}",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)


def origins(config: Config) -> list[str]:
    """The addresses whose pages may open a socket: the public one, and this machine's other names for it."""
    public = urlsplit(config.public_url)
    host = public.hostname or ""
    usual = {"http": 80, "https": 443}.get(public.scheme)
    port = "" if public.port in (None, usual) else f":{public.port}"
    names = LOOPBACK if is_loopback(host) else (f"[{host}]" if ":" in host else host,)
    return [f"{public.scheme}://{name}{port}" for name in names]


def is_loopback(host: str) -> bool:
    """Whether a name in an address means this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_near(address: str) -> bool:
    """Whether an address is this machine's or of a private network, where a proxy of ours can be."""
    try:
        return ip_address(address.removeprefix("::ffff:")).is_private
    except ValueError:
        return False


def behind_proxies(wsgi: Wsgi, hops: int) -> Wsgi:
    """Believe the headers of as many proxies as are announced, where the connection can be a proxy's at all.

    A stranger who reaches the server past its proxy would else choose his own address, and every limit with it.
    """
    believing = ProxyFix(wsgi, x_for=hops, x_proto=hops, x_host=hops) if hops else wsgi
    told: list[str] = []

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = environ[PEER] = environ.get("REMOTE_ADDR", "")
        if hops and not is_near(peer):
            if not told:
                told.append(peer)
                log.warning(
                    "a client came past the proxies that are announced: its headers are not believed", peer=peer
                )
            return wsgi(environ, start_response)
        return believing(environ, start_response)

    return application


def is_tls(config: Config) -> bool:
    """Whether browsers come by https."""
    return config.public_url.startswith("https:")


def headers(config: Config) -> list[tuple[str, str]]:
    """The headers of every answer; one that an answer has of its own stays."""
    # A policy has no way to write an IPv6 address; 'self' covers it.
    named = [origin for origin in origins(config) if "[" not in origin]
    sockets = " ".join("ws" + origin.removeprefix("http") for origin in named)
    always = [
        ("Content-Security-Policy", POLICY.format(sockets=sockets)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        ("Cache-Control", "no-store"),
    ]
    return [*always, ("Strict-Transport-Security", "max-age=31536000")] if is_tls(config) else always


def with_headers(wsgi: Wsgi, config: Config) -> Wsgi:
    """Put the headers on every answer, no matter which part makes it."""
    wanted = headers(config)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], *rest: Any) -> Any:
            own = {name.lower() for name, _ in given}
            return start_response(status, [*given, *(each for each in wanted if each[0].lower() not in own)], *rest)

        return wsgi(environ, start)

    return application


def install(app: Flask, config: Config) -> None:
    """Cookies that no script reads, no other site sends, and that behind TLS never go without it."""
    tls = is_tls(config)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if tls else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=tls,
    )
