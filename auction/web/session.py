"""The cookie of a session: signed, without an end of its own. How long a session lasts is said by its row alone."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class UndatedSessions(SecureCookieSessionInterface):
    """Flask's own, but a cookie from a moment that the clock has not come to yet is as good as any other."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; empty where there is none, or none of ours."""
        serializer = self.get_signing_serializer(app)
        cookie = request.cookies.get(self.get_cookie_name(app))
        if serializer is None or not cookie:
            return None if serializer is None else self.session_class()
        try:
            return self.session_class(serializer.loads(cookie))
        except BadSignature:
            return self.session_class()
