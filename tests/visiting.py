"""The pages of a staged house without a server: a person's browser that reads them and sends their forms."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from auction.parts import Parts
from auction.people.accounts import Purpose, Role
from auction.web.application import create_app

from .serving import Cast, parts_for, stage


class Browser:
    """A person's browser; `page` and `status` are of what it saw last."""

    def __init__(self, client: FlaskClient, locale: str = "en") -> None:
        self.client = client
        self.headers = {"Accept-Language": locale, "Accept": "text/html", "User-Agent": "Mozilla/5.0"}
        self.page, self.status = "", 0

    def get(self, path: str) -> str:
        return self._take(self.client.get(path, headers=self.headers, follow_redirects=True))

    def post(self, path: str, **fields: Any) -> str:
        """Send a form with the token of the page `/account`, or of the sign-in."""
        token = re.search(
            r'name="csrf-token" content="([^"]+)"', self.client.get("/sign-in", headers=self.headers).text
        )
        data = {**fields, "csrf_token": token[1] if token else ""}
        return self._take(self.client.post(path, data=data, headers=self.headers, follow_redirects=True))

    def _take(self, answer: Any) -> str:
        self.status, self.page = answer.status_code, unescape(answer.get_data(as_text=True))
        return self.page


@dataclass(frozen=True)
class VisitedSite:
    """The pages, the parts behind them and the cast of `stage`."""

    app: Flask
    parts: Parts
    cast: Cast

    def visit(self, who: str | None = None, locale: str = "en") -> Browser:
        """The browser of one of the cast, signed in; of a stranger without a name."""
        client = self.app.test_client()
        if who is not None:
            link = self.parts.accounts.make_link(Purpose.SIGN_IN, self.cast.users[who])
            with client.session_transaction() as session:
                session["token"] = self.parts.accounts.sign_in_by_link(link)
        return Browser(client, locale)

    def newcomer(self, name: str) -> Browser:
        """The browser of a new bidder, who is of the cast from then on."""
        self.cast.users[name] = self.parts.accounts.create(f"{name}@new.invalid", name, Role.BIDDER)
        return self.visit(name)


@contextmanager
def a_site(
    folder: Path, lots: list | None = None, environ: dict[str, str] | None = None, **terms: Any
) -> Iterator[VisitedSite]:
    """A staged sale and its pages; `terms` are those of `stage`."""
    cast = stage(folder, lots, **terms)
    parts = parts_for(folder, **(environ or {}))
    parts.engine.start()
    yield VisitedSite(create_app(parts), parts, cast)
    parts.engine.stop()
    parts.store.close()
