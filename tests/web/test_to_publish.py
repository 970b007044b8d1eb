"""From an empty draft to a published sale of 178 real patents: at most 12 page loads, and no dead end."""

import io
import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from auction.people.accounts import Purpose, Role
from auction.web.application import create_app
from models.rows import SaleStatus
from tests.data import shared
from tests.serving import parts_for

MOST_LOADS = 12
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


class Browser:
    """A person who fills in the forms that the pages show, and counts the pages."""

    def __init__(self, client: FlaskClient) -> None:
        self.client, self.loads, self.page = client, 0, ""

    def go(self, path: str) -> str:
        assert path == "/organizer" or f'href="{path}' in self.page, f"no page has led to {path}"
        return self._shown(self.client.get(path, headers={"Accept-Language": "en"}))

    def send(self, path: str, **fields: object) -> str:
        """Send a form of the page that is shown, with its hidden fields."""
        forms = re.findall(r"<form[^>]*>.*?</form>", self.page, re.DOTALL)
        form = next(each for each in forms if f'action="{path}"' in each or ("action=" not in each and path == self.at))
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        data = {name: unescape(value) for name, value in hidden.items()} | fields
        return self._shown(self.client.post(path, data=data, headers={"Accept-Language": "en"}, follow_redirects=True))

    def _shown(self, answer: object) -> str:
        self.loads += 1
        self.at = answer.request.path
        self.page = unescape(answer.get_data(as_text=True))
        assert answer.status_code == 200, re.findall(r'class="(?:wrong|notice bad)[^>]*>([^<]*)', self.page)
        return self.page


def test_10_1_to_5_an_empty_draft_becomes_a_published_sale_in_few_pages(tmp_path: Path):
    file = shared("patents", "institutes_178.csv").read_bytes()
    parts = parts_for(tmp_path)
    parts.engine.start()
    user = parts.accounts.create("o@test.invalid", "Organizer", Role.ORGANIZER)
    client = create_app(parts).test_client()
    with client.session_transaction() as session:
        session["token"] = parts.accounts.sign_in_by_link(parts.accounts.make_link(Purpose.SIGN_IN, user))
    at = Browser(client)
    at.go("/organizer")
    at.go("/organizer/new")
    day = {
        name: str(TODAY + timedelta(days=n)) for name, n in (("notice_on", 1), ("preview_from", 8), ("preview_to", 10))
    }
    terms = {"slug": "real", "title_zh": "专利专场", "time_zone": "上海", "currency": "CNY", "under_law": "law"}
    at.send("/organizer/new", **terms, **day, starts_at=f"{TODAY + timedelta(days=11)}T14:00", auctioneer_licence="沪1",
            rules_announced=f"{TODAY + timedelta(days=11)}T13:30")  # fmt: skip
    base = "/organizer/sales/real"
    at.go(f"{base}/import")
    at.send(f"{base}/import", file=(io.BytesIO(file), "institutes_178.csv"))
    at.send(f"{base}/import/confirm")
    at.go(f"{base}/missing")
    ticks = dict.fromkeys(("title_proven", "defects_declared", "defects_stated", "no_reserve", "consents"), "1")
    at.send(f"{base}/facts", **ticks, legal_status="in_force", status_checked_on=str(TODAY))
    at.send(f"{base}/fill-lots", start="5万", increment="CN258_TIER")
    assert "EXPIRED" in re.findall(r'data-code="(\w+)"', at.page), "real patents grow old"
    at.send(f"{base}/chosen-lots/hold-back")
    at.go(f"{base}/publish")
    at.send(f"{base}/publish")
    assert "The sale is published." in at.page
    assert parts.sales.find("real").status is SaleStatus.PUBLISHED
    sold = parts.engine.book(parts.sales.find("real").id).sale.lots
    assert len(sold) + len(parts.sales.lots(parts.sales.find("real-held-back").id)) == 178
    assert at.loads <= MOST_LOADS
    parts.engine.stop()
    parts.store.close()
