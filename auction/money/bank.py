"""Lines of a bank's statement, and whose they are.

A line finds its bidder by the reference that was asked for, by name and sum, or by hand.
Pure. If it is not certain whose a line is, the line is never entered by itself: a person chooses.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from ..people.parties import fold
from ..words.amounts import BadAmount, read_amount

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O or U, which people mistake."""
REFERENCE_SIGNS = 7


def payment_reference(party: str) -> str:
    """A bidder writes this into his transfer: `P` and seven signs, made from the id of his registration."""
    number = int.from_bytes(sha256(f"payment {party}".encode()).digest()[:8])
    signs = ""
    for _ in range(REFERENCE_SIGNS):
        number, rest = divmod(number, len(_SIGNS))
        signs += _SIGNS[rest]
    return f"P{signs}"


class MoneyFor(StrEnum):
    """The use of money that came in."""

    DEPOSIT = "deposit"
    PAYMENT = "payment"


class Sureness(StrEnum):
    """How a line found its bidder, the surest first."""

    ENTERED = "entered"
    REFERENCE = "reference"
    NAME_AND_SUM = "name_and_sum"
    NAME = "name"
    SUM = "sum"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money that came in. `row` is its line in the file. `serial` is the bank's number, or what stands for it."""

    row: int
    day: str
    amount_minor: int
    payer: str
    text: str
    serial: str

    @property
    def key(self) -> str:
        """The key of its entry: the same line, uploaded again, enters nothing more."""
        said = "\x1f".join((self.serial, self.day, str(self.amount_minor), self.payer, self.text))
        return f"bank:{sha256(said.encode()).hexdigest()[:40]}"


@dataclass(frozen=True, slots=True)
class Payer:
    """A bidder from whom money may come: his names, and what he is to pay now, in the minor unit."""

    party: str
    names: tuple[str, ...]
    deposit_minor: int
    owed_minor: int

    @property
    def expected(self) -> tuple[tuple[MoneyFor, int], ...]:
        """The sums that may come from him. A debt for a lot is paid first."""
        both = ((MoneyFor.PAYMENT, self.owed_minor), (MoneyFor.DEPOSIT, self.deposit_minor))
        return tuple((purpose, minor) for purpose, minor in both if minor > 0)


@dataclass(frozen=True, slots=True)
class BankMatch:
    """A line with the bidder that it is most likely from. `party` is empty where nothing points to one bidder."""

    line: BankLine
    party: str
    purpose: MoneyFor
    sureness: Sureness

    @property
    def is_sure(self) -> bool:
        """Whether the page proposes to enter it. A name alone, or a sum alone, is for a person to judge."""
        return self.sureness in (Sureness.REFERENCE, Sureness.NAME_AND_SUM)


class NoStatement(ValueError):
    """The file has no row of headings with a sum that came in. `code` names the sentence."""

    code = "NO_BANK_STATEMENT"


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The content of a file. `skipped` are rows of money that went out; of `unreadable` rows the sum is none."""

    lines: tuple[BankLine, ...]
    skipped: int
    unreadable: tuple[int, ...]


_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "day": ("交易日期", "交易时间", "日期", "记账日期", "入账日期", "date", "booking date", "value date"),
    "credit": (
        "贷方发生额",
        "收入金额",
        "收入",
        "贷方金额",
        "存入金额",
        "credit",
        "credit amount",
        "paid in",
        "money in",
    ),
    "amount": ("交易金额", "金额", "发生额", "amount"),
    "way": ("借贷标志", "借贷方向", "收支方向", "借/贷", "direction", "type"),
    "payer": ("对方户名", "付款人名称", "付款人", "对方名称", "对方账户名称", "payer", "counterparty", "name", "from"),
    "text": ("附言", "摘要", "用途", "备注", "交易附言", "reference", "description", "remittance information", "memo"),
    "serial": (
        "交易流水号",
        "流水号",
        "凭证号",
        "核心流水号",
        "回单编号",
        "transaction id",
        "id",
        "transaction number",
    ),
}
_OUT = ("借", "支", "d", "debit", "out", "支出")


def heading_score(cells: Iterable[str]) -> int:
    """How many cells are headings of a bank's statement: the row with the most is the row of headings."""
    return sum(1 for cell in cells if _column(cell))


def _column(cell: str) -> str:
    plain = re.sub(r"[((【\[].*", "", cell).strip().lower()
    return next((name for name, known in _HEADINGS.items() if plain in known), "")


def read_statement(headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], currency: str) -> BankStatement:
    """Read the money that came in from a file's rows, each with its line number. Raises NoStatement.

    A column of sums that came in is taken as it is. In a column of all sums, those below zero went out, and so did
    those that a column of directions calls debit (借).
    """
    places: dict[str, list[int]] = {}
    for at, cell in enumerate(headings):
        if name := _column(cell):
            places.setdefault(name, []).append(at)
    sums = places.get("credit") or places.get("amount")
    if not sums:
        raise NoStatement
    lines: list[BankLine] = []
    skipped, unreadable = 0, []
    for row, cells in rows:
        said = {name: " ".join(_cell(cells, at) for at in found).strip() for name, found in places.items()}
        typed = _cell(cells, sums[0]).lstrip("+")
        if not typed or typed.startswith(("-", "\uff0d", "\u2212")) or said.get("way", "").lower().startswith(_OUT):
            skipped += 1
            continue
        try:
            minor = read_amount(typed, currency)
        except BadAmount:
            unreadable.append(row)
            continue
        if minor > 0:
            about = (said.get(name, "") for name in ("payer", "text", "serial"))
            lines.append(BankLine(row, said.get("day", ""), minor, *about))
        else:
            skipped += 1
    return BankStatement(tuple(_told_apart(lines)), skipped, tuple(unreadable))


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _told_apart(lines: Iterable[BankLine]) -> Iterable[BankLine]:
    """Two lines that say the same, without a number of the bank, are two payments: the second is numbered."""
    seen: dict[str, int] = {}
    for line in lines:
        times = seen[line.key] = seen.get(line.key, 0) + 1
        yield (
            line
            if times == 1
            else BankLine(line.row, line.day, line.amount_minor, line.payer, line.text, f"{line.serial}#{times}")
        )


def matched(lines: Iterable[BankLine], payers: Sequence[Payer], entered: frozenset[str]) -> list[BankMatch]:
    """Each line with its most likely bidder. `entered` are the keys that the books have already.

    What a line pays is no longer expected of the next one.
    """
    found: list[BankMatch] = []
    paid: dict[tuple[str, MoneyFor], int] = {}
    for line in lines:
        left = [_less(each, paid) for each in payers]
        match = BankMatch(line, "", MoneyFor.DEPOSIT, Sureness.ENTERED) if line.key in entered else _match(line, left)
        if match.is_sure:
            paid[match.party, match.purpose] = paid.get((match.party, match.purpose), 0) + line.amount_minor
        found.append(match)
    return found


def _less(payer: Payer, paid: Mapping[tuple[str, MoneyFor], int]) -> Payer:
    deposit_minor = payer.deposit_minor - paid.get((payer.party, MoneyFor.DEPOSIT), 0)
    return Payer(
        payer.party, payer.names, deposit_minor, payer.owed_minor - paid.get((payer.party, MoneyFor.PAYMENT), 0)
    )


def _match(line: BankLine, payers: Sequence[Payer]) -> BankMatch:
    said = re.sub(r"[\W_]+", "", f"{line.text}{line.serial}".upper())
    named = [each for each in payers if payment_reference(each.party) in said]
    if len(named) == 1:
        return _from(line, named[0], Sureness.REFERENCE)
    folded = fold(line.payer)
    same = [each for each in payers if folded and folded in {fold(name) for name in each.names if name}]
    exact = [each for each in payers if line.amount_minor in {minor for _, minor in each.expected}]
    both = [each for each in same if each in exact]
    for candidates, sureness in ((both, Sureness.NAME_AND_SUM), (same, Sureness.NAME), (exact, Sureness.SUM)):
        if len(candidates) == 1:
            return _from(line, candidates[0], sureness)
    return BankMatch(line, "", MoneyFor.DEPOSIT, Sureness.NONE)


def _from(line: BankLine, payer: Payer, sureness: Sureness) -> BankMatch:
    """The purpose of the line. The sum tells it. Else a debt is paid first; without one it is a deposit."""
    expected = payer.expected
    exact = [purpose for purpose, minor in expected if minor == line.amount_minor]
    purpose = next(iter(exact or [purpose for purpose, _ in expected]), MoneyFor.DEPOSIT)
    return BankMatch(line, payer.party, purpose, sureness)
