"""Reads the facts of a lot and its patents that the law asks for, from a row of a catalogue.

Columns, rules and codes are described in docs/catalogue.md with those of `columns`. A fact about patents is one about
every patent of the row.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from models.rows import LotRow, PatentRow

from ..patents.law import LegalStatus

TABLE = """
title_proven          40 权属已证明   权属证明
defects_declared      40 瑕疵已申报   委托人已申报瑕疵
defects_stated        40 瑕疵已告知   瑕疵已说明
no_reserve            40 无保留价     公告无保留价
legal_status          40 法律状态     专利状态, 当前法律状态, status of the patent
consents              40 权利人同意   共有人同意, 全体共有人同意, consents given
status_checked_on     40 状态查询日   法律状态查询日
annuity_paid_until    40 年费缴至     年费缴纳至
extended_to           40 期限延长至   专利权期限补偿至, term extended to
priority_date         40 优先权日     最早优先权日
grant_date            40 授权日       授权日期, date of grant
claims_total          40 权利要求数   权利要求项数, number of claims
claims_independent    40 独立权利要求数 独权数, independent claims
pledged               40 已质押       质押, pledge
open_licence          40 已开放许可   已声明开放许可
litigation_pending    40 涉诉         诉讼中
invalidation_pending  40 无效审查中   被请求宣告无效
evaluation_report     40 有评价报告   专利权评价报告
"""
"""Columns as `columns._TABLE` has them: name, longest text, Chinese heading, other headings."""

LOT_TICKS = ("title_proven", "defects_declared", "defects_stated", "no_reserve")
PATENT_TICKS = (
    *("consents", "pledged", "open_licence", "litigation_pending", "invalidation_pending"),
    "evaluation_report",
)
PATENT_DAYS = ("status_checked_on", "annuity_paid_until", "extended_to", "priority_date", "grant_date")
COUNTS = ("claims_total", "claims_independent")

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
    def day(self, name: str) -> date | None: ...
    def error(self, name: str, code: str, **params: str | int) -> None: ...


def read_facts(cells: Cells) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a row says of its lot, and of each of its patents, as columns of their tables; the cells are told what is
    wrong with them. What is not said, or no, is left out."""
    of_patent: dict[str, Any] = {name: _word(cells, name) == "yes" for name in PATENT_TICKS}
    of_patent |= {name: cells.day(name) for name in PATENT_DAYS} | {name: _count(cells, name) for name in COUNTS}
    of_patent["legal_status"] = _word(cells, "legal_status") or None
    of_lot = {name: True for name in LOT_TICKS if _word(cells, name) == "yes"}
    return of_lot, {name: value for name, value in of_patent.items() if value}


def _word(cells: Cells, name: str) -> str:
    text = cells.text(name)
    words = FACT_WORDS[name]
    found = next((str(word) for word, others in words.items() if text.casefold() in (word, *others)), "")
    if text and not found:
        cells.error(name, "BAD_WORD", text=text, words=", ".join(words))
    return found


def _count(cells: Cells, name: str) -> int | None:
    text = cells.text(name)
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        cells.error(name, "BAD_COUNT", text=text)
        return None
    return int(text) if text else None


def cells_of(lot: LotRow, patent: PatentRow | None) -> dict[str, object]:
    """The cells for the facts of a lot and of a patent in it, as `read_facts` reads them back."""
    ticks = {name: getattr(lot, name) for name in LOT_TICKS}
    ticks |= {name: getattr(patent, name, False) for name in PATENT_TICKS}
    others = {name: getattr(patent, name, None) for name in (*PATENT_DAYS, *COUNTS, "legal_status")}
    return {name: "yes" if ticked else None for name, ticked in ticks.items()} | others
