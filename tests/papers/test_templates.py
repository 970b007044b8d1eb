"""Each template against the text that it printed when it was last looked at, in both languages.

`REWRITE=1` writes the texts anew: read their difference before it is committed.
"""

import io
import os
import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from auction.papers.kinds import PAPER_KINDS
from auction.papers.pdf import TEMPLATES, PdfPress
from auction.rules import commands as cmd
from models.people import registrations

from ..conftest import SetClock
from ..papered import FACTS, PATENT, publish
from ..serving import parts_for

TEXTS = Path(__file__).parent / "texts"
SUBJECTS = {"lot": "1", "sale": "", "paddle": "101", "patent": PATENT["number"]}
HEAD = {
    "number": "spring-NUMBER",
    "version": 1,
    "made": {"zh": "2018年11月28日", "en": "28 November 2018"},
    "by": "周琳",
}
HEAD |= {"record": "https://auction.example/record"}
LAWYERS = {"consignment", "contract", "application_contract", "change", "register", "publicity", "reward"}


@pytest.fixture(scope="module")
def sale(tmp_path_factory):
    """The sale once its lots 1 and 2 are sold and lot 3 has passed; the application in lot 2 is pending."""
    parts = parts_for(tmp_path_factory.mktemp("templates"))
    parts.engine.start()
    made = publish(parts, SetClock())
    with parts.store.write() as connection:
        connection.execute(update(registrations), {"deposit_ms": made.clock.at_ms - 86_400_000})
    for about, of in (("paddle:102", "paddle:101"), ("lot:2", "lot:1")):
        made.say(about, **FACTS[of])
    made.say("patent:CN110000002A", title="一种合金", inventors="周三")
    made.sell("1", "101", 503_000_000)
    made.sell("2", "102", 10_000_000)
    made.do(cmd.OpenLot, "3")
    made.do(cmd.PassLot, "3")
    yield made
    parts.engine.stop()
    parts.store.close()


def subject_of(kind):
    return "2" if kind.name == "application_contract" else SUBJECTS[kind.of]


def printed(kind, sale, lang):
    draft = kind.draft(sale.cabinet.dossier(sale.row), subject_of(kind))
    assert draft.lacks == (), draft.lacks
    raw = PdfPress().set(kind.name, {"lang": lang, "head": HEAD, "facts": draft.facts}, 0)
    reader = PdfReader(io.BytesIO(raw))
    return [re.sub(r"[ \t]+", " ", page.extract_text()).strip() for page in reader.pages]


def test_12_1_every_kind_has_its_template():
    assert {path.stem for path in TEMPLATES.glob("*.typ")} == {*PAPER_KINDS, "house", "watermark"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", PAPER_KINDS.values(), ids=lambda kind: kind.name)
def test_12_1_a_template_prints_what_it_did(sale, kind, lang):
    pages = printed(kind, sale, lang)
    text, kept = "\n\n".join(pages) + "\n", TEXTS / f"{kind.name}.{lang}.txt"
    if os.environ.get("REWRITE"):
        kept.write_text(text)
    assert text == kept.read_text()
    for number, page in enumerate(pages, 1):
        x_of_y = f"第 {number} 页，共 {len(pages)} 页" if lang == "zh" else f"page {number} of {len(pages)}"
        assert x_of_y.replace(" ", "") in page.replace(" ", "")
        draft = "草稿，供律师审阅" if lang == "zh" else "Draft for lawyers"
        assert (draft in page) == (kind.name in LAWYERS)
