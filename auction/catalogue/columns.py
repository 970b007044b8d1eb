"""The columns that a file of lots may have: their headings, the longest texts, and how a heading is known.

Columns, rules and codes are described in docs/catalogue.md; tests/catalogue/test_documented.py holds that page true.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..base.texts import clean
from . import facts, terms

# Name, longest text of a cell, Chinese heading, other headings; of several in one file the first here is the best.
_TABLE = """
lot               40 拍品号   lot number, lot no, 拍品编号, 标的号, 标的编号, 图录号, 编号, 序号, no, #
title            300 标题     专利名称, 发明名称, 名称, 标的名称, 拍品名称, 专利标题, 标题中文, invention title, name
title_zh         300 中文标题 中文名称, 中文专利名称, chinese title, title chinese
title_en         300 英文标题 英文名称, 英文专利名称, english title, title english
patents         5000 专利号   patent, patent number, patent numbers, patent no, 公开号, 公开公告号, 公布号, 公告号, \
授权公告号, publication number, publication numbers, publication no, display key, 申请号, 专利申请号, 申请专利号, \
application number, application no
abstract        5000 摘要     专利摘要, 摘要中文, 简介, description
abstract_zh     5000 中文摘要 chinese abstract, abstract chinese
abstract_en     5000 英文摘要 english abstract, abstract english
field            100 领域     技术领域, 所属领域, 行业, technical field, sector
consignor        500 委托人   委托方, seller, 专利权人, 当前专利权人, 当前权利人, 权利人, owner, owners, patentee, \
current assignee, assignee, assignees, assignee/applicant, 申请专利权人, 当前申请专利权人, 申请人, 原始申请专利权人, \
original assignee, applicant, applicants
start             40 起拍价   起始价, 起价, start price, starting price, opening bid
reserve           40 保留价   底价, reserve price
increment       2000 加价幅度 加价阶梯, 竞价阶梯, bid increment, step
deposit           40 保证金   竞买保证金, 保证金数额, bid deposit
estimate_low      40 估价下限 最低估价, 低估价, low estimate
estimate_high     40 估价上限 最高估价, 高估价, high estimate
defects          500 瑕疵说明 瑕疵, 瑕疵声明, known defects
transfer_type     40 转让方式 转让类型, 交易方式, transfer, type of transfer
filing_date      5000 申请日   申请日期, filing/creation date, application date, date of filing, date of application
publication_date 5000 公开日   公开日期, 公开公告日, 公告日, 授权公告日, date of publication
kind             5000 专利类型 类型, 种类, 文献种类, kind code, patent type
currency          40 币种     货币, 货币单位, 币别, currency code
"""
COLUMNS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    name: (int(longest), (name, zh, *others.split(", ")))
    for line in (_TABLE + terms.TABLE + facts.TABLE).split("\n")
    if line
    for name, longest, zh, others in (line.split(maxsplit=3),)
}
"""The columns by name: the longest text of a cell, and the headings. Spaces, `_`, `-`, `*`, `.`, `:`, upper case
and full-width letters make no difference to a heading."""
COMPUTED: Mapping[str, str] = {"start_commission": "起拍价佣金", "start_all_in": "起拍价含佣金"}
"""Columns that an export adds and an import passes over: name and Chinese heading."""
DIFFERS = ("differs", "与记录不符")
"""The same, where rows are not what the record says."""
AMOUNTS = frozenset({"start", "reserve", "increment", "deposit", "estimate_low", "estimate_high"}) | terms.AMOUNT_TERMS


def folded(heading: str) -> str:
    """A heading without the differences that do not count."""
    return re.sub(r"[\s_.*:-]", "", unicodedata.normalize("NFKC", clean(heading)[0]).casefold())


_KNOWN = {
    folded(heading): (name, rank) for name, (_, headings) in COLUMNS.items() for rank, heading in enumerate(headings)
}
_PASSED_OVER = {folded(heading) for pair in (*COMPUTED.items(), DIFFERS) for heading in pair}
_WITH_UNIT = re.compile(r"([^(\[/,]+)[(\[/,]([^)\]]+)[)\]]?")
_MARK = re.compile(r"^\[[^\]]*\]")
"""PatSnap marks what it has put in order itself: [标]当前申请(专利权)人."""


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """The column of a heading ("": none), the heading's rank among its names, and the unit that the heading names."""

    name: str = ""
    rank: int = 0
    unit: str = ""


@lru_cache(maxsize=2048)
def find_column(heading: str) -> FoundColumn:
    """The column of a heading, with brackets as offices and databases write them: 公开（公告）号, 起拍价（万元）."""
    plain = _MARK.sub("", folded(heading))
    for known in (plain, re.sub(r"[()\[\]]", "", plain)):
        if known in _KNOWN:
            return FoundColumn(*_KNOWN[known])
    name, rank = _KNOWN.get(match[1], ("", 0)) if (match := _WITH_UNIT.fullmatch(plain)) else ("", 0)
    return FoundColumn(name, rank, match[2]) if match and name in AMOUNTS else FoundColumn()


def known_headings(cells: Sequence[str]) -> int:
    """How many columns a row of headings knows; it counts most that a title and patents are there."""
    names = {found.name for found in map(find_column, cells) if found.name}
    return len(names) + 100 * (bool(names & {"title", "title_zh", "title_en"}) and "patents" in names)


def is_passed_over(heading: str) -> bool:
    """Whether an export has added the column, so that an import leaves it out without a word."""
    return folded(heading) in _PASSED_OVER
