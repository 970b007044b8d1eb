"""The facts of papers that no other table holds, such as the recorder and the account for payments.

The organizer types it on the sale's page of papers. A fact belongs to the sale, or to a paddle, a lot or a patent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from models.papers import paper_facts

from ..words.i18n import mark as _

OF_SALE = ""
LONGEST = 2000

PaperFacts = Mapping[str, Mapping[str, str]]
"""By subject, then by name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a `sale`, `paddle`, `lot` or `patent`, with its words on the form; `is_long`: it has several lines."""

    name: str
    of: str
    words: str
    is_long: bool = False


PAPER_FACTS = (
    Fact("house_address", "sale", _("Address of the house")),
    Fact("house_contact", "sale", _("Contact of the house: name and telephone")),
    Fact("recorder", "sale", _("Recorder (writes the record of the sale)")),
    Fact("others_present", "sale", _("Others present")),
    Fact("payment_days", "sale", _("Term of payment in working days after the hammer")),
    Fact("account", "sale", _("Account for payments: payee, bank, number"), is_long=True),
    Fact("default_clause", "sale", _("Default clause, where it is not the law's"), is_long=True),
    Fact("agreed", "sale", _("What else the parties agree"), is_long=True),
    Fact("preview_place", "sale", _("Place and hours of the preview")),
    Fact("to_do", "sale", _("What a bidder must do to take part"), is_long=True),
    Fact("disclaimer", "sale", _("Disclaimer on authenticity and quality (art. 61)"), is_long=True),
    Fact("secrecy", "paddle", _("The buyer asked that his name stay secret: write yes (art. 21)")),
    Fact("address", "paddle", _("Legal address of the buyer")),
    Fact("representative", "paddle", _("Legal representative")),
    Fact("agent", "paddle", _("Agent")),
    Fact("identity", "paddle", _("Identity number, or 统一社会信用代码")),
    Fact("contact", "paddle", _("Contact: telephone, address for letters")),
    Fact("account", "paddle", _("Account of the buyer")),
    Fact("lots", "paddle", _("Lots for which he is called")),
    Fact("telephone", "paddle", _("Telephone during the sale")),
    Fact("call_at", "paddle", _("When he is called")),
    Fact("language", "paddle", _("Language of the call")),
    Fact("caller", "paddle", _("Who calls")),
    Fact("address", "lot", _("Legal address of the consignor")),
    Fact("representative", "lot", _("Legal representative")),
    Fact("agent", "lot", _("Agent")),
    Fact("identity", "lot", _("Identity number, or 统一社会信用代码")),
    Fact("contact", "lot", _("Contact: telephone, address for letters")),
    Fact("account", "lot", _("Account of the consignor")),
    Fact("costs", "lot", _("Costs that the consignor bears, such as 5000")),
    Fact("paid_on", "lot", _("Day on which the consignor was paid, such as 2027-03-18")),
    Fact("hand_over", "lot", _("Documents handed over, and when"), is_long=True),
    Fact("licences", "lot", _("Licences granted before"), is_long=True),
    Fact("title", "patent", _("Title of the patent")),
    Fact("inventors", "patent", _("Inventors")),
)
"""Every fact, in the order of the form."""


def subject(of: str, name: str = "") -> str:
    """The subject of a fact as its row says it: `paddle:101`; of the sale it is empty."""
    return OF_SALE if of == "sale" else f"{of}:{name}"


def read_facts(connection: Connection, sale: str) -> dict[str, dict[str, str]]:
    """All facts of a sale, by subject and name."""
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(select(paper_facts).where(paper_facts.c.sale == sale)):
        found.setdefault(row.subject, {})[row.name] = row.value
    return found


def write_facts(connection: Connection, sale: str, about: str, values: Mapping[str, str]) -> None:
    """Put these facts of a subject in the place of those that were; an empty value is none."""
    connection.execute(delete(paper_facts).where(paper_facts.c.sale == sale, paper_facts.c.subject == about))
    rows = [{"sale": sale, "subject": about, "name": name, "value": value} for name, value in values.items() if value]
    if rows:
        connection.execute(insert(paper_facts), rows)
