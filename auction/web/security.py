"""Headers on every answer: a strict Content-Security-Policy without inline script, and the rest of the usual."""

from flask import Flask, Response, request

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


def install(app: Flask, public_url: str) -> None:
    """Put the headers on every answer."""
    tls = public_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if tls else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=tls,
    )

    def headers(response: Response) -> Response:
        scheme = "wss" if tls else "ws"
        sockets = f"{scheme}://{request.host}"
        response.headers["Content-Security-Policy"] = POLICY.format(sockets=sockets)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers.setdefault("Cache-Control", "no-store")
        if tls:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    app.after_request(headers)
