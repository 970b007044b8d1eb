"""A published sale and a draft of 178 lots, as many as a real one had, with their organizer signed in: no server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from auction.parts import Parts
from auction.people.accounts import Purpose, Role
from auction.web.application import create_app
from models.rows import PatentRow

from .serving import lot_row, parts_for

LOTS, APPLICANTS, PADDLES = 178, 12, 8
PLAIN = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
FACTS = {"kind": "发明", "consents": True, "legal_status": "in_force"}
"""So the law misses something of every lot."""
PAGES = {
    "overview": "/organizer/sales/sale",
    "lots": "/organizer/sales/sale/lots",
    "bidders": "/organizer/sales/sale/bidders",
    "publish": "/organizer/sales/draft/publish",
    "gate": "/organizer/sales/draft/missing",
}


@dataclass(frozen=True)
class Large:
    """The organizer's browser, and the parts behind the pages."""

    client: FlaskClient
    parts: Parts

    def get(self, page: str) -> str:
        """A page's text, as of a moment: nothing is known from the request before."""
        self.parts.accounts._sessions._known.clear()
        self.parts.people._known.clear()
        answer = self.client.get(PAGES[page], headers={"Accept-Language": "en"})
        assert answer.status_code == 200, answer.text[:500]
        return answer.text


@contextmanager
def large_sale(folder: Path) -> Iterator[Large]:
    """Both sales; the published one asks for a deposit."""
    parts = parts_for(folder)
    parts.engine.start()
    organizer = parts.accounts.create("o@test.invalid", "Organizer", Role.ORGANIZER)
    users = [parts.accounts.create(f"b{n}@test.invalid", f"Bidder {n}", Role.BIDDER) for n in range(APPLICANTS)]
    for slug in ("draft", "sale"):
        terms = {"title_zh": "大型专场", "deposit": {"share_bp": 1000}, "under_law": slug == "draft"}
        sale = parts.sales.create(slug, organizer, **terms)
        numbers = [PatentRow(as_written=f"CN{110_000_000 + n}A", **FACTS) for n in range(LOTS)]
        parts.sales.add_lots(sale, [(lot_row(str(n + 1), **PLAIN), [each]) for n, each in enumerate(numbers)])
        for number, user in enumerate(users):
            row = parts.registration.apply(sale, user)
            if number < PADDLES:
                parts.registration.admit(row, organizer)
    assert parts.sales.publish(parts.sales.find("sale").id, organizer).ok
    client = create_app(parts).test_client()
    with client.session_transaction() as session:
        session["token"] = parts.accounts.sign_in_by_link(parts.accounts.make_link(Purpose.SIGN_IN, organizer))
    yield Large(client, parts)
    parts.engine.stop()
    parts.store.close()
