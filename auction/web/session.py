"""The cookie of a session: signed, without an end of its own. How long a session lasts is said by its row alone."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class UndatedSessions(SecureCookieSessionInterface):
    """Flask's own sessions, but the date in a cookie does not count. A clock that was put back signs no person out."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The values in the cookie; empty without a cookie of ours."""
        serializer = self.get_signing_serializer(app)
        cookie = request.cookies.get(self.get_cookie_name(app))
        if serializer is None or not cookie:
            return None if serializer is None else self.session_class()
        try:
            return self.session_class(serializer.loads(cookie))
        except BadSignature:
            return self.session_class()
