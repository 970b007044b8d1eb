"""Reads the facts of a lot and its patents that the law asks for, from a row of a catalogue.

Columns, rules and codes are described in docs/catalogue.md with those of `columns`. A fact
about patents is one about every patent of the row, or has a part for each of them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from models.rows import LotRow, PatentRow

from ..patents import numbers
from ..patents.law import LegalStatus

TABLE = """
title_proven          40 权属已证明   权属证明
defects_declared      40 瑕疵已申报   委托人已申报瑕疵
defects_stated        40 瑕疵已告知   瑕疵已说明
no_reserve            40 无保留价     公告无保留价
legal_status         5000 法律状态     专利状态, 当前法律状态, 简单法律状态, status of the patent
consents             5000 权利人同意   共有人同意, 全体共有人同意, consents given
status_checked_on    5000 状态查询日   法律状态查询日
annuity_paid_until   5000 年费缴至     年费缴纳至
extended_to          5000 期限延长至   专利权期限补偿至, term extended to
priority_date        5000 优先权日     最早优先权日
grant_date           5000 授权日       授权日期, date of grant
claims_total         5000 权利要求数   权利要求项数, number of claims
claims_independent   5000 独立权利要求数 独权数, independent claims
pledged              5000 已质押       质押, pledge
open_licence         5000 已开放许可   已声明开放许可
litigation_pending   5000 涉诉         诉讼中
invalidation_pending 400 无效审查中   被请求宣告无效
evaluation_report    5000 有评价报告   专利权评价报告
patent_title        20000 各专利名称   单件专利名称, title of the patent
ipc                 20000 分类号       ipc分类号, ipc主分类号, 主分类号, 国际专利分类号, ipc current, \
international classification
inventors           20000 发明人       发明设计人, 设计人, 当前发明人, inventor, inventor/author
patent_owner        20000 登记权利人   证载权利人, registered owner
"""
"""Columns as `columns._TABLE` has them: name, longest text, Chinese heading, other headings."""

LOT_TICKS = ("title_proven", "defects_declared", "defects_stated", "no_reserve")
PATENT_TICKS = (
    *("consents", "pledged", "open_licence", "litigation_pending", "invalidation_pending"),
    "evaluation_report",
)
PATENT_DAYS = ("status_checked_on", "annuity_paid_until", "extended_to", "priority_date", "grant_date")
COUNTS = ("claims_total", "claims_independent")
PATENT_TEXTS: Mapping[str, int] = {"patent_title": 300, "ipc": 200, "inventors": 500, "patent_owner": 300}
"""The texts of a patent, by column, and their longest. Those of several patents have a line each."""
OF_PATENTS = (*PATENT_TICKS, *PATENT_DAYS, *COUNTS, "legal_status", *PATENT_TEXTS)
_FIELDS = {"patent_title": "title", "patent_owner": "owner"}

_YES_NO = {"yes": ("是", "有", "已", "true", "y", "1", "✓", "√"), "no": ("否", "无", "未", "false", "n", "0")}
_STATUSES: Mapping[str, tuple[str, ...]] = {
    LegalStatus.IN_FORCE: ("有效", "授权", "专利权维持", "维持"),
    LegalStatus.PUBLISHED: ("公开", "公布"),
    LegalStatus.EXAMINATION: ("实审", "实质审查", "审中"),
    LegalStatus.REJECTED: ("驳回",),
    LegalStatus.WITHDRAWN: ("撤回", "视撤", "视为撤回"),
    LegalStatus.LAPSED_UNPAID: ("未缴年费终止", "未缴年费"),
    LegalStatus.EXPIRED: ("期满终止", "期限届满"),
    LegalStatus.ABANDONED: ("放弃",),
    LegalStatus.INVALIDATED: ("无效", "宣告无效"),
    LegalStatus.PLEDGED: ("质押",),
    LegalStatus.LICENSED: ("许可备案", "许可"),
    LegalStatus.TRANSFERRED: ("转移", "转让"),
}
FACT_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys((*LOT_TICKS, *PATENT_TICKS), _YES_NO),
    "legal_status": _STATUSES,
}
"""The words that a column understands; an export writes the first."""


class Cells(Protocol):
    """The cells of a row, as far as this file needs them."""

    def text(self, name: str) -> str: ...
    def error(self, name: str, code: str, **params: str | int) -> None: ...


def read_lot_facts(cells: Cells) -> Mapping[str, bool]:
    """The facts of a row's lot, as columns of its table. A fact that is not said, or no, is left out."""
    return {name: True for name in LOT_TICKS if read_word(cells, name, cells.text(name))}


def read_word(cells: Cells, name: str, text: str) -> str | bool:
    """The word that a text of a column means: a tick is true or false, nothing is false."""
    words = FACT_WORDS[name]
    found = next((str(word) for word, others in words.items() if text.casefold() in (word, *others)), "")
    if text and not found:
        cells.error(name, "BAD_WORD", text=text[:40], words=in_both(words))
    return found == "yes" if words is _YES_NO else found


def field_of(name: str) -> str:
    """The column of the table of patents that a column of a file fills."""
    return _FIELDS.get(name, name)


def read_classes(cells: Cells, text: str) -> str:
    """Classes of the IPC, or of Locarno for a design, as the office writes them. Others are left out."""
    words = [word.strip() for word in re.split(r"[;；,，、|\n]", text) if word.strip()]
    read = {word: numbers.normalise_ipc(word) or numbers.normalise_locarno(word) for word in words}
    for word in (word for word, plain in read.items() if plain is None):
        cells.error("ipc", "BAD_CLASS", text=word[:40])
    return "; ".join(dict.fromkeys(plain for plain in read.values() if plain))


def in_both(words: Mapping[str, Sequence[str]]) -> str:
    """The words that a column understands, each with its first Chinese one."""
    return ", ".join(f"{word} ({others[0]})" for word, others in words.items())


def read_count(cells: Cells, name: str, text: str) -> int | None:
    """A whole number; 12.0 is one too."""
    plain = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text))
    if plain and not (plain.isascii() and plain.isdigit() and len(plain) < 6):
        cells.error(name, "BAD_COUNT", text=text[:40])
        return None
    return int(plain) if plain else None


def said(values: Mapping[str, object]) -> Mapping[str, Any]:
    """Facts of a patent as columns of its table. A fact that is not said, or no, is left out."""
    return {field_of(name): value for name, value in values.items() if value}


def cells_of(lot: LotRow, patents: Sequence[PatentRow]) -> dict[str, object]:
    """The cells for the facts of a lot and for everything about its patents, as they are read back."""
    ticks: dict[str, object] = {name: "yes" if getattr(lot, name) else None for name in LOT_TICKS}
    return ticks | {name: _of_each(patents, name) for name in ("kind", "filing_date", "publication_date", *OF_PATENTS)}


def _of_each(patents: Sequence[PatentRow], name: str) -> object:
    """The cell for something of each patent: the value, or a part for each of several."""
    values = [_written(getattr(patent, field_of(name))) for patent in patents]
    if len(values) < 2 or not any(values):
        return values[0] if values else None
    between, empty = ("\n", "-") if name in PATENT_TEXTS else ("; ", "")
    return between.join(empty if value is None else str(value) for value in values)


def _written(value: object) -> object:
    return ("yes" if value else None) if isinstance(value, bool) else value or None
