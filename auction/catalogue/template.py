"""An XLSX file of lots to fill in: its headings, the rules of each column, and invented examples."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ..base.runtime import lazily
from ..rules.ladder import NAMED
from ..words.i18n import mark as _
from ..words.i18n import translate
from . import facts, terms
from .columns import AMOUNTS, COLUMNS
from .told import column_words

_xlsxwriter: Any = lazily("xlsxwriter")

OFFERED = tuple(name for name in COLUMNS if name not in ("title", "abstract", "currency"))
NEEDED = ("title_zh", "patents")
_ROWS = 1_000
_DAYS = frozenset({"filing_date", "publication_date", *facts.PATENT_DAYS})
_COUNTS = frozenset({*facts.COUNTS, *terms.COUNTS})
_WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {**terms.WORDS_OF_TERMS, **facts.FACT_WORDS}
_DEMO_DAYS = ("2018-12-20", "2006-10-13；2007-01-11")

_EXAMPLES: Sequence[Mapping[str, str]] = (
    {
        "lot": "1", "title_zh": "一种示例测量方法", "title_en": "An invented measuring method",
        "patents": "ZL201811564288.X", "consignor": "示例研究所（虚构）", "start": "100000", "reserve": "150000",
        "increment": "5000", "deposit": "30000", "filing_date": _DEMO_DAYS[0], "title_proven": "yes",
        "defects_declared": "yes", "defects_stated": "yes", "legal_status": "in_force",
    },
    {
        "lot": "2", "title_zh": "一种示例装置（两件组合）", "patents": "CN101000319A；CN101030344A",
        "consignor": "示例研究所（虚构）；示例大学（虚构）", "start": "10万", "increment": "5%", "deposit": "3万元",
        "patent_title": "一种示例装置的壳体\n一种示例装置",
        "filing_date": _DEMO_DAYS[1], "legal_status": "in_force",
    },
    {
        "lot": "A-03", "title_zh": "一种示例材料", "patents": "CN101034226A", "start": "30万", "deposit": "30000",
        "format": "dutch", "floor": "10万", "fall": "5000", "tick": "30 s",
    },
)  # fmt: skip

_TEXT = _("text, at most %(most)s characters")
_AMOUNT = _("an amount: 120000, 120,000.50 or 12万")
_STEP = _("an amount, 5%% of the start price, or one of %(ladders)s")
_DAY = _("a day: 2018-11-28; with several patents one for each, with ; between them")
_COUNT = _("a whole number; with several patents one for each, with ; between them")
_DURATION = _("a length of time: 90 s, 5 min or 2:00")
_NUMBERS = _("one or several numbers, with ; between them")
_NAMES = _("one or several names, with ; between them")
_LOT = _("letters, digits and hyphens: 12, 12A or A-03; empty: the next free number")
_LINES = _("text, at most %(most)s characters; with several patents a line for each")
_ONE_OF = _("one of: %(words)s")
_SHEETS = (_("lots"), _("what to write"), _("examples"))
_HEAD = (_("column"), _("needed"), _("what to write"))
_YES = _("yes")


def make_template(locale: str) -> bytes:
    """The file, in a language. Its first sheet is empty but for the headings, so that nothing has to be deleted."""
    out = io.BytesIO()
    with _xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        lots, words, examples = (book.add_worksheet(translate(locale, name)) for name in _SHEETS)
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#F3E9DC", "border": 1, "text_wrap": True}),
            "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        }
        _table(lots, locale, styles, ())
        for column, name in enumerate(OFFERED):
            if name in _WORDS:
                choice = {"validate": "list", "source": _choices(name, locale), "error_type": "warning"}
                lots.data_validation(1, column, _ROWS, column, choice)
        _table(examples, locale, styles, _EXAMPLES)
        _rules(words, locale, styles)
    return out.getvalue()


def _table(sheet: Any, locale: str, styles: Mapping[str, Any], rows: Sequence[Mapping[str, str]]) -> None:
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(OFFERED):
        wide = 36 if name in ("title_zh", "title_en", "patents", "consignor") else 16
        sheet.set_column(column, column, wide, styles["text"])  # as text, so that no number of a patent is shortened
        sheet.write_string(0, column, column_words(name, locale), styles["head"])
        for at, row in enumerate(rows, 1):
            if name in row:
                sheet.write_string(at, column, _word(name, row[name], locale), styles["text"])


def _rules(sheet: Any, locale: str, styles: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for column, (heading, wide) in enumerate(zip(_HEAD, (22, 10, 90), strict=True)):
        sheet.set_column(column, column, wide, styles["text"])
        sheet.write_string(0, column, translate(locale, heading), styles["head"])
    for at, name in enumerate(OFFERED, 1):
        needed = translate(locale, _YES) if name in NEEDED else ""
        for column, text in enumerate((column_words(name, locale), needed, _rule(name, locale))):
            sheet.write_string(at, column, text, styles["text"])


def _rule(name: str, locale: str) -> str:
    """The rule of a column in words."""
    if name in _WORDS:
        return translate(locale, _ONE_OF, words=", ".join(_choices(name, locale)))
    if name == "increment":
        return translate(locale, _STEP, ladders=", ".join(NAMED))
    kinds = {"lot": _LOT, "patents": _NUMBERS, "consignor": _NAMES}
    kinds |= dict.fromkeys(AMOUNTS, _AMOUNT) | dict.fromkeys(_DAYS, _DAY) | dict.fromkeys(_COUNTS, _COUNT)
    kinds |= dict.fromkeys(terms.DURATIONS, _DURATION)
    if name in facts.PATENT_TEXTS:
        return translate(locale, _LINES, most=facts.PATENT_TEXTS[name])
    return translate(locale, kinds[name]) if name in kinds else translate(locale, _TEXT, most=COLUMNS[name][0])


def _choices(name: str, locale: str) -> list[str]:
    """The words of a column in a language; each is read back."""
    return [str(others[0] if locale == "zh" else word) for word, others in _WORDS[name].items()]


def _word(name: str, text: str, locale: str) -> str:
    known = _WORDS.get(name, {})
    return known[text][0] if locale == "zh" and text in known else text
