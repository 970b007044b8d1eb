"""Chinese and English are both complete: every sentence of Python, templates and JavaScript stands in one catalogue."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from auction.words.i18n import LOCALES

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "auction" / "words" / "translations").glob("*/*.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IN_SCRIPT = re.compile(r'\bt\(\s*(?:"((?:[^"\\\n]|\\.)*)"|([^\s"]))')


def in_python(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for _, _, message, _ in extract_python(file, {"_": None, "N_": None}, (), {"encoding": "utf-8"}):
            yield one(message)


def in_template(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for _, _, message, _ in babel_extract(file, {"_": None}, (), {"encoding": "utf-8", "silent": "false"}):
            yield one(message)


def in_script(path: Path) -> Iterator[str]:
    for sentence, other in IN_SCRIPT.findall(path.read_text("utf-8")):
        assert sentence or path.name == "i18n.js", f"{path.name}: t({other}…) is no sentence that can be looked up"
        yield sentence.replace('\\"', '"')


def one(message: str | tuple[str | None, ...] | None) -> str:
    """The sentence of a call, beside which its placeholders are named; empty where a variable is looked up."""
    return message if isinstance(message, str) else str(message[0] or "") if message else ""


@cache
def sentences() -> dict[str, str]:
    """Every sentence that is shown, with a place where it stands."""
    places = {
        in_python: ROOT.joinpath("auction").rglob("*.py"),
        in_template: ROOT.joinpath("templates").rglob("*.html"),
        in_script: ROOT.joinpath("static", "js").rglob("*.js"),
    }
    found: dict[str, str] = {}
    for look, paths in places.items():
        for path in sorted(paths):
            found |= {sentence: str(path.relative_to(ROOT)) for sentence in look(path) if sentence}
    return found


@cache
def texts_in_python() -> set[str]:
    """Every text in the sources: a sentence may be looked up that is marked nowhere, such as a problem of a file."""
    trees = (ast.parse(path.read_text("utf-8")) for path in ROOT.joinpath("auction").rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def entries(path: Path) -> list[tuple[str, str]]:
    """The pairs of a catalogue file, English first. The parser merges what stands twice: that is counted apart."""
    with path.open("rb") as file:
        return [(str(each.id), str(each.string)) for each in read_po(file, path.parent.name) if each.id]


def chinese() -> dict[str, str]:
    return {english: zh for path in CATALOGUES if path.parent.name == "zh" for english, zh in entries(path)}


def test_sentences_are_found_in_every_kind_of_file():
    suffixes = {Path(place).suffix for place in sentences().values()}
    assert suffixes == {".py", ".html", ".js"}
    assert len(sentences()) > 150


def test_every_language_has_its_catalogue():
    """English is the language of the sources and needs none."""
    assert {path.parent.name for path in CATALOGUES} == set(LOCALES) - {"en"}


def test_every_sentence_is_translated():
    known = chinese()
    missing = {sentence: place for sentence, place in sentences().items() if not known.get(sentence)}
    assert not missing, "\n".join(f"{place}: {sentence}" for sentence, place in sorted(missing.items()))


def test_no_translation_is_unused():
    unused = set(chinese()) - set(sentences()) - texts_in_python()
    assert not unused, "\n".join(sorted(unused))


def test_no_sentence_stands_twice():
    lines = [line for path in CATALOGUES for line in path.read_text("utf-8").splitlines()]
    written = Counter(line for line in lines if line.startswith('msgid "') and line != 'msgid ""')
    assert not [line for line, times in written.items() if times > 1]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_placeholders_are_the_same_on_both_sides(path):
    for english, zh in entries(path):
        assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(zh)), english
        assert zh.count("%(") == len(re.findall(r"%\(\w+\)s", zh)), zh


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_placeholder_has_one_style(path):
    assert [pair for pair in entries(path) if re.search(r"\{\w*\}", "".join(pair))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_what_is_chinese_is_in_chinese(path):
    for english, zh in entries(path):
        words = PLACEHOLDER.sub("", zh)
        assert CHINESE.search(words) or not re.search(r"[A-Za-z]{3}", words), f"{english}: {zh}"
        assert not re.search(r"[\u4e00-\u9fff][,;:?!](?!\d)", words), f"half-width punctuation in {zh}"


OTHER_WORDS = {
    "撤回": "撤拍",
    "下一口": "当前叫价",
    "场内出价": "现场应价",
    "场内应价": "现场应价",
    "现场报价": "现场应价",
    "现价": "当前价",
    "要价": "叫价",
    "底价": "保留价",
    "起始价": "起拍价",
    "流标": "流拍",
    "买家": "买受人",
    "成交确认单": "成交确认书",
    "英式": "增价拍卖",
    "开标": "开启报价",
    "裁定时间": "受理时间",
    "最高委托价": "最高限价",
    "自动出价": "最高限价",
    "最后一次": "即将落槌",
    "重新开拍": "恢复竞价",
    "尚无出价": "等待首次应价",
    "接槌": "开始主持",
    "上一口": "上一次出价",
}
"""Words that name a thing for which the trade has another, which is the value: one word for each thing."""
OF_PATENTS = frozenset({"申请撤回"})
"""The legal status of a patent application, which is another thing than a lot."""


def test_the_trade_has_one_word_for_each_thing():
    wrong = {
        f"{zh}: {other} is {word}"
        for zh in chinese().values()
        if zh not in OF_PATENTS
        for other, word in OTHER_WORDS.items()
        if other in zh
    }
    docs = [path for path in (ROOT / "docs").rglob("*.md") if path.name != "catalogue.md"]
    rows = {line for path in docs for line in path.read_text("utf-8").splitlines() if line.startswith("|")}
    wrong |= {f"{row}: {other}" for row in rows for other in OTHER_WORDS if other in row}
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_catalogue_is_sure_of_itself(path):
    assert "fuzzy" not in path.read_text("utf-8")
