"""Papers are made, kept and read back: every field, capitals, numbers, versions, bytes; what is missing is named."""

import io
import json
import re
import zipfile
from hashlib import sha256
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from auction.base.rejected import Rejected
from auction.papers.bundle import bundle
from auction.papers.cabinet import Incomplete
from auction.papers.kinds import LANGUAGES
from auction.papers.pdf import BadTemplate, PdfPress
from auction.rules import commands as cmd

from ..papered import FACTS, publish

HAMMER = 503_000_000


@pytest.fixture
def sale(parts, clock):
    made = publish(parts, clock)
    made.sell("1", "101", HAMMER)
    return made


def pages(raw):
    """The pages of a PDF as texts without the gaps that a reader puts between Chinese and Latin letters."""
    return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(raw)).pages]


def text(sale, paper, lang="zh"):
    return "".join(pages(sale.cabinet.file(paper, lang)))


FIELDS = {
    "zh": """成交确认书 示例拍卖有限公司 李想 号牌101 上海汽车会展中心 2018年11月28日08:00:00 高温合金1 ZL201810000001.X
        发明专利 专利权维持 2018-11-20 2018-01-05 2018-10-09 2038-01-04 示例金属研究所 1件专利 ¥5,030,000.00
        人民币伍佰零叁万元整 ¥190,900.00 人民币壹拾玖万零玖佰元整 5%，超过¥2,000,000.00的部分3% ¥5,220,900.00 ¥20,000.00
        人民币贰万元整 ¥5,200,900.00 人民币伍佰贰拾万零玖佰元整 5个工作日 62220000 第三十九条 其他约定无
        吴拍卖（3101234）
        陈书记 拍卖人（盖章） 买受人（签字或盖章） 拍卖师（签字） 记录人（签字） 第1页，共1页 第1版""",
    "en": """Confirmationofsale Alloy1 Paddle101 28November2018,08:00:00 inventionpatent inforce ¥5,030,000.00
        人民币伍佰零叁万元整 5%,3%above¥2,000,000.00 ¥5,200,900.00 within5workingdays art.39 Auctioneer(signature)
        page1of1 version1""",
}
"""What a confirmation must say, each without its gaps."""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_12_1_a_confirmation_holds_every_field(sale, lang):
    said = text(sale, sale.make("confirmation", "1"), lang)
    assert [each for each in FIELDS[lang].split() if each not in said] == []


def test_12_1_both_languages_stand_beside_each_other(sale):
    said = text(sale, sale.make("confirmation", "1"), "both")
    assert [each for each in ("成交确认书", "Confirmationofsale", "落", "Hammerprice") if each not in said] == ["落"]


def test_12_1_the_file_is_pdf_a_with_embedded_fonts_and_says_whose_it_is(sale):
    paper = sale.make("confirmation", "1")
    raw = sale.cabinet.file(paper, "zh")
    reader = PdfReader(io.BytesIO(raw))
    fonts = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in _fonts(reader)]

    assert b"<pdfaid:part>2</pdfaid:part>" in raw
    assert {name.split("+")[1] for name in (str(each["/FontName"]) for each in fonts)} <= {
        "NotoSansSC-Regular",
        "NotoSerifSC-Regular",
    }
    assert all("/FontFile3" in each for each in fonts)
    assert len(raw) < 300_000
    assert reader.metadata.title == "成交确认书"


def _fonts(reader):
    return [each.get_object() for page in reader.pages for each in page["/Resources"]["/Font"].values()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_12_1_the_same_moment_gives_the_same_bytes(sale, lang):
    paper = sale.make("confirmation", "1")
    kept = sale.cabinet.file(paper, lang)
    anew = PdfPress().set(paper.kind, {"lang": lang, **paper.content}, paper.made_ms)

    assert anew == kept
    assert sale.cabinet.file(sale.make("confirmation", "1"), lang) == kept


def test_12_1_a_change_makes_a_new_version_and_the_old_one_stays(sale):
    first = sale.make("confirmation", "1")
    before = sale.cabinet.file(first, "zh")
    assert sale.make("confirmation", "1") == first

    sale.do(cmd.ReopenLot, "1", "DISPUTE")
    sale.do(cmd.PlaceBid, "1", "102", HAMMER + 500_000, by="102")
    sale.do(cmd.Hammer, "1")
    second = sale.make("confirmation", "1")

    assert (second.number, second.version) == (first.number, 2)
    assert "孙二" in text(sale, second)
    assert sale.cabinet.file(sale.cabinet.version(first.id, 1), "zh") == before


def test_12_1_a_number_is_never_used_twice(sale):
    sale.sell("2", "102", 10_000_000)
    sale.sell("3", "101", 10_000_000)
    numbers = [sale.make("confirmation", lot).number for lot in ("1", "3", "2")]

    assert [each[-8:] for each in numbers] == ["CONF0001", "CONF0002", "CONF0003"]
    other = publish(sale.parts, sale.clock, "spring-2")
    other.sell("1", "101", HAMMER)
    assert other.make("confirmation", "1").number not in numbers


def test_12_1_the_deposit_is_set_off_once(sale):
    sale.sell("2", "101", 10_000_000)
    money = sale.make("confirmation", "2").content["facts"]["money"]

    assert money["set_off"]["figures"] == "¥0.00"
    assert money["balance"]["figures"] == "¥105,000.00"


def test_12_1_what_is_missing_is_named_with_where_to_mend_it(sale):
    sale.say("", **{**FACTS[""], "recorder": "", "account": ""})
    with pytest.raises(Incomplete) as error:
        sale.make("confirmation", "1")

    assert [(each.what, each.where) for each in error.value.draft.lacks] == [
        ("The account for payments", "organizer_papers.facts"),
        ("The recorder", "organizer_papers.facts"),
    ]
    assert sale.cabinet.of_sale(sale.id) == []


def test_12_1_characters_that_no_font_has_are_named_before_printing(sale):
    sale.say("", **{**FACTS[""], "recorder": "陈ก书\U000323af"})
    with pytest.raises(Incomplete) as error:
        sale.make("confirmation", "1")

    assert [set(each.named) for each in error.value.draft.lacks] == [{"ก", "\U000323af"}]
    assert sale.cabinet.of_sale(sale.id) == []


def test_12_1_rare_characters_of_names_are_printed(sale):
    sale.say("", **{**FACTS[""], "recorder": "龘㐂𰻝"})
    assert "龘㐂𰻝" in text(sale, sale.make("confirmation", "1"))


def test_12_1_a_text_is_never_markup(sale):
    sale.say("", **{**FACTS[""], "recorder": '#panic("x") *b* $1$ \\ @a <b>'})
    assert '#panic("x")*b*$1$\\@a<b>' in text(sale, sale.make("confirmation", "1"))


@pytest.mark.parametrize(("lot", "code"), [("2", "PAPER_NOT_SOLD"), ("99", "PAPER_NOT_SOLD")])
def test_12_1_an_unsold_lot_has_no_confirmation(sale, lot, code):
    with pytest.raises(Rejected) as error:
        sale.make("confirmation", lot)
    assert error.value.code == code


def test_12_1_while_a_priority_right_is_open_there_is_no_confirmation(parts, clock):
    sale = publish(parts, clock, priority_mode="C", priority_days=3)
    holder = parts.registration.of_user(sale.id, sale.users["bidder2"]).id
    assert parts.registration.set_priority(holder, sale.users["organizer"], {"1": 1}).ok
    sale.sell("1", "101", HAMMER)
    with pytest.raises(Rejected) as error:
        sale.make("confirmation", "1")
    assert error.value.code == "PAPER_RIGHT_OPEN"

    clock.at_ms = parts.engine.book(sale.id).sale.lots["1"].match_until_ms
    assert sale.make("confirmation", "1").content["facts"]["buyer"]["name"] == "李想"


def test_12_1_a_buyer_may_stay_unnamed(sale):
    sale.say("paddle:101", secrecy="是")
    said = text(sale, sale.make("confirmation", "1"))

    assert "李想" not in said
    assert "身份保密" in said
    assert "号牌101" in said


def test_12_1_a_house_may_have_templates_of_its_own(sale, tmp_path):
    paper = sale.make("confirmation", "1")
    content = {"lang": "zh", **paper.content}
    own = '#import "house.typ": *\n#set document(title: "x")\n#set text(font: serif)\n自有模板 #facts.house.name'
    (tmp_path / "confirmation.typ").write_text(own)
    assert pages(PdfPress(tmp_path).set("confirmation", content, 0)) == ["自有模板示例拍卖有限公司"]

    (tmp_path / "confirmation.typ").write_text("#unknown")
    with pytest.raises(BadTemplate, match="unknown variable"):
        PdfPress(tmp_path).set("confirmation", content, 0)


def test_12_1_a_file_that_is_gone_is_made_again_or_said_to_be_gone(sale, tmp_path):
    paper = sale.make("confirmation", "1")
    before = sale.cabinet.file(paper, "zh")
    (kept,) = (tmp_path / "papers").rglob("*.pdf")
    kept.unlink()
    assert sale.cabinet.file(paper, "zh") == before

    kept.unlink()
    changed = sale.cabinet
    changed.press = type("Other", (), {"set": lambda *_: b"%PDF of another template"})()
    with pytest.raises(Rejected) as error:
        changed.file(paper, "zh")
    assert error.value.code == "PAPER_FILE_GONE"


def test_12_1_a_bundle_has_every_version_and_a_manifest_of_hashes(sale):
    sale.make("confirmation", "1")
    sale.make("deposit", "101")
    papers = sale.cabinet.of_sale(sale.id)
    first, again = io.BytesIO(), io.BytesIO()
    for out in (first, again):
        bundle(sale.cabinet, papers, "en", out)
    with zipfile.ZipFile(first) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    sums = [line.split("  ") for line in files.pop("SHA256SUMS").decode().splitlines()]
    manifest = json.loads(files.pop("manifest.json"))

    assert first.getvalue() == again.getvalue()
    assert {name: sha256(raw).hexdigest() for name, raw in files.items()} == {name: digest for digest, name in sums}
    assert [(each["kind"], each["subject"], each["version"]) for each in manifest] == [
        ("confirmation", "1", 1),
        ("deposit", "101", 1),
    ]


def test_12_1_a_draft_for_lawyers_is_there_as_docx_with_the_same_text(sale):
    paper = sale.make("contract", "1")
    raw = sale.cabinet.word_file(paper, "both")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        parts = {name: ElementTree.fromstring(packed.read(name)) for name in packed.namelist()}
    said = "".join(parts["word/document.xml"].itertext())

    assert raw == sale.cabinet.word_file(paper, "both")
    wanted = (
        "专利权转让合同",
        "Assignment of patents",
        "人民币伍佰零叁万元整",
        "赵一；钱二",
        "苏州市工业园区1号",
        "乙方（签章）",
    )
    assert [each for each in wanted if each not in said] == []
    assert "Draft for lawyers" in "".join(parts["word/above.xml"].itertext())
    with pytest.raises(Rejected):
        sale.cabinet.word_file(sale.make("confirmation", "1"), "zh")
