"""The file of an application: the bidder and those for whom he bids, questions of the house, and papers.

The bidder writes it until he is admitted, and again when the house asks for more. The house reads it by named roles.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from models.applications import bidder_files, bidder_papers
from models.people import registrations
from models.rows import BidderFileRow, BidderPaperRow, RegistrationStatus, SaleRow, typed

from ..base.clock import Clock
from ..base.rejected import Rejected
from ..database.store import Store
from ..outbox.letters import LetterKind, Letters
from ..people.parties import parse_uscc
from ..record.fingerprints import terms_of

WHOLE_BP = 10_000
MOST_JOINT = 20
LONGEST_QUESTION, LONGEST_ANSWER = 500, 5_000
MOST_PAPERS = 12
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,30}")
_ACCOUNT = re.compile(r"[0-9A-Z][0-9A-Z -]{5,60}")
_SHARE = re.compile(r"(.+?)[\s,;:]+([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*(?:%|percent)")


class FileOf(StrEnum):
    """The kind of a bidder."""

    PERSON = "person"
    ORGANIZATION = "organization"


class PaperOf(StrEnum):
    """The kind of a paper: a licence or identity paper, an agent's authority, or another one."""

    LICENCE = "licence"
    AUTHORITY = "authority"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BidderFile:
    """A file with its papers."""

    row: BidderFileRow
    papers: Sequence[BidderPaperRow] = ()

    @property
    def is_asked(self) -> bool:
        """Whether the house waits for an answer."""
        return self.row.asked is not None and self.row.answered_ms is None

    @property
    def names(self) -> tuple[str, ...]:
        """The names for whom the bid is made: none of them may consign the lot."""
        return (self.row.real_name, *(str(name) for name, _ in self.row.joint))

    def missing(self, rules: str) -> list[str]:
        """The gaps of the file, as codes; `rules` is the version of the rules that holds now."""
        row, whats = self.row, {each.what for each in self.papers}
        lacks = {
            "NO_LICENCE": PaperOf.LICENCE not in whats,
            "NO_AUTHORITY": bool(row.agent) and PaperOf.AUTHORITY not in whats,
            "NO_REFUND_ACCOUNT": not row.refund_account,
            "RULES_NOT_ACCEPTED": row.rules_version != rules,
        }
        return [code for code, lacking in lacks.items() if lacking]


class BidderFiles:
    """The files of all applications."""

    def __init__(self, store: Store, clock: Clock, letters: Letters) -> None:
        self._store = store
        self._clock = clock
        self._letters = letters

    def find(self, registration: str) -> BidderFile | None:
        """The file of an application; None: nothing was written yet."""
        with self._store.read() as connection:
            return file_of(connection, registration)

    def of_sale(self, sale: str) -> dict[str, BidderFile]:
        """All files of a sale by their application."""
        with self._store.read() as connection:
            rows = connection.execute(select(bidder_files).where(bidder_files.c.sale == sale)).mappings()
            found = {str(row["registration"]): typed(BidderFileRow, row) for row in rows}
            theirs = select(bidder_papers).where(bidder_papers.c.registration.in_(list(found)))
            papers = [typed(BidderPaperRow, row) for row in connection.execute(theirs).mappings()]
        return {
            key: BidderFile(row, [each for each in papers if each.registration == key]) for key, row in found.items()
        }

    def write(self, registration: str, values: Mapping[str, Any], rules: str | None) -> None:
        """Write what a bidder says of himself; `rules` is the version of the rules that he accepts now. Raises
        Rejected.
        """
        now = self._clock.now_ms()
        said = {**checked_file(values), "changed_ms": now}
        if rules is not None:
            said |= {"rules_version": rules, "rules_ms": now}
        with self._store.write() as connection:
            known = file_of(connection, registration)
            row = connection.execute(select(registrations).where(registrations.c.id == registration)).one_or_none()
            if row is None:
                raise Rejected("UNKNOWN_REGISTRATION")
            if row.status == RegistrationStatus.ADMITTED and known is not None and not known.is_asked:
                raise Rejected("FILE_SETTLED")
            if known is None:
                connection.execute(insert(bidder_files), {"registration": registration, "sale": row.sale, **said})
            else:
                this = bidder_files.c.registration == registration
                connection.execute(update(bidder_files).where(this), said)

    def ask(self, registration: str, question: str, by: str) -> None:
        """Ask a bidder for more, in a sentence; he gets a letter if the house sends any. Raises Rejected."""
        question = " ".join(question.split())[:LONGEST_QUESTION]
        if not question:
            raise Rejected("NO_QUESTION", "question")
        now = self._clock.now_ms()
        asked = {"asked": question, "asked_ms": now, "asked_by": by, "answer": None, "answered_ms": None}
        with self._store.write() as connection:
            row = connection.execute(select(registrations).where(registrations.c.id == registration)).one_or_none()
            if row is None or row.user is None:
                raise Rejected("UNKNOWN_REGISTRATION")
            this = bidder_files.c.registration == registration
            if connection.execute(update(bidder_files).where(this), asked).rowcount == 0:
                new = {"registration": registration, "sale": row.sale, "kind": FileOf.PERSON, "real_name": ""}
                connection.execute(insert(bidder_files), {**new, "phone": "", "changed_ms": now, **asked})
            self._letters.post(connection, LetterKind.ASKED, [row.user], sale=row.sale, question=question)

    def answer(self, registration: str, answer: str) -> None:
        """Answer what the house asks for. Raises Rejected."""
        if not answer.strip():
            raise Rejected("NO_ANSWER", "answer")
        this = (bidder_files.c.registration == registration) & bidder_files.c.asked.is_not(None)
        said = {"answer": answer[:LONGEST_ANSWER], "answered_ms": self._clock.now_ms()}
        with self._store.write() as connection:
            if connection.execute(update(bidder_files).where(this), said).rowcount == 0:
                raise Rejected("NOTHING_ASKED_HERE")

    def add_paper(self, connection: Connection, registration: str, digest: str, what: PaperOf, name: str) -> None:
        """Note a paper that is kept in the same transaction. Raises Rejected."""
        known = file_of(connection, registration)
        if known is None:
            raise Rejected("NO_FILE_YET")
        if len(known.papers) >= MOST_PAPERS:
            raise Rejected("TOO_MANY_PAPERS", most=MOST_PAPERS)
        if digest not in {each.sha256 for each in known.papers}:
            row = {"registration": registration, "sha256": digest, "what": what, "name": name}
            connection.execute(insert(bidder_papers), {**row, "added_ms": self._clock.now_ms()})

    def opened(self, registration: str, digest: str, by: str) -> BidderPaperRow:
        """A paper that a member of staff opens. The account and the time are kept. Raises Rejected."""
        this = (bidder_papers.c.registration == registration) & (bidder_papers.c.sha256 == digest)
        with self._store.write() as connection:
            read = {"read_by": by, "read_ms": self._clock.now_ms()}
            connection.execute(update(bidder_papers).where(this), read)
            found = connection.execute(select(bidder_papers).where(this)).mappings().one_or_none()
        if found is None:
            raise Rejected("NOT_FOUND")
        return typed(BidderPaperRow, found)


def file_of(connection: Connection, registration: str) -> BidderFile | None:
    """The file of an application, as of this transaction."""
    this = select(bidder_files).where(bidder_files.c.registration == registration)
    found = connection.execute(this).mappings().one_or_none()
    if found is None:
        return None
    theirs = select(bidder_papers).where(bidder_papers.c.registration == registration)
    papers = connection.execute(theirs.order_by(bidder_papers.c.added_ms)).mappings()
    return BidderFile(typed(BidderFileRow, found), [typed(BidderPaperRow, row) for row in papers])


def names_in_file(connection: Connection, registration: str) -> tuple[str, ...]:
    """The names in the file of an application for whom the bid is made."""
    found = file_of(connection, registration)
    return () if found is None else found.names


def rules_version(sale: SaleRow) -> str:
    """The version of a sale's rules: another one whenever its terms, its text, commission or deposit change."""
    said = [terms_of(sale), sale.about, sale.buyer_commission, sale.deposit, sale.place]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:12]


def checked_file(values: Mapping[str, Any]) -> Mapping[str, object]:
    """The columns of a file as typed, or Rejected with the field that is wrong."""
    said = {name: str(values.get(name) or "").strip() for name in _TYPED}
    kind = FileOf(said["kind"])
    if not said["real_name"]:
        raise Rejected("NO_REAL_NAME", "real_name")
    if not _PHONE.fullmatch(unicodedata.normalize("NFKC", said["phone"])):
        raise Rejected("BAD_PHONE", "phone")
    code = parse_uscc(said["uscc"]) if said["uscc"] else None
    if said["uscc"] and code is None:
        raise Rejected("BAD_USCC", "uscc")
    if kind is FileOf.ORGANIZATION and code is None:
        raise Rejected("NO_USCC", "uscc")
    account = unicodedata.normalize("NFKC", said["refund_account"]).upper()
    if account and not _ACCOUNT.fullmatch(account):
        raise Rejected("BAD_REFUND_ACCOUNT", "refund_account")
    joint = [list(each) for each in read_joint(str(values.get("joint") or ""))]
    return {**said, "uscc": code, "refund_account": account, "joint": joint}


_TYPED = ("kind", "real_name", "uscc", "phone", "agent", "refund_holder", "refund_bank", "refund_account")


def read_joint(text: str) -> list[tuple[str, int]]:
    """The joint bidders of lines such as `甲公司 60 %`, with their shares in 1/10,000. Raises Rejected.

    None stand there, or two and more whose shares are 100 % together (联合竞买).
    """
    lines = [line.strip() for line in unicodedata.normalize("NFKC", text).splitlines() if line.strip()]
    found = [_SHARE.fullmatch(line) for line in lines]
    for number, one in enumerate(found, 1):
        if one is None:
            raise Rejected("BAD_JOINT", "joint", line=number)
    joint = [(one[1].strip(), round(float(one[2]) * 100)) for one in found if one is not None]
    if not joint:
        return []
    if not 2 <= len(joint) <= MOST_JOINT:
        raise Rejected("JOINT_COUNT", "joint", most=MOST_JOINT)
    if sum(share for _, share in joint) != WHOLE_BP or not all(share for _, share in joint):
        raise Rejected("JOINT_SHARES", "joint", sum=f"{sum(share for _, share in joint) / 100:g}")
    return joint


def joint_text(joint: Sequence[Sequence[Any]]) -> str:
    """The joint bidders as lines that `read_joint` reads."""
    return "\n".join(f"{name} {share / 100:g} %" for name, share in joint)
