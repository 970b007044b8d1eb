"""Keeps papers as they were made: a number that is never used twice, versions, files by their hash.

A paper is one kind about one subject of one sale. When what it says has changed it gets a new version; the old one
stays. Its files, one a language, lie in the instance folder under their SHA-256.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.exc import IntegrityError

from models.papers import paper_files, paper_versions, papers
from models.people import users
from models.rows import SaleRow

from ..base import runtime
from ..base.clock import new_id
from ..base.rejected import Rejected
from ..files.backup import PAPERS_FOLDER
from ..parts import Parts
from ..words.i18n import mark as _
from .docx import docx
from .dossier import Dossier, Draft, Lack
from .kinds import LANGUAGES, PAPER_KINDS
from .pdf import BadTemplate, NoGlyphs, PdfPress
from .wording import moment

LAWYERS = "草稿，供律师审阅；不是法律意见 · Draft for lawyers; not legal advice"


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of a paper. `content` is what its templates print."""

    id: str
    sale: str
    kind: str
    subject: str
    number: str
    version: int
    made_ms: int
    content: Mapping[str, Any]


class Incomplete(Exception):
    """A paper is not made, because its data lack something: `draft.lacks`."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(", ".join(each.what for each in draft.lacks))
        self.draft = draft


class Cabinet:
    """The papers of all sales. It holds no state of its own, so every page and command may have one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._folder = parts.config.instance / PAPERS_FOLDER
        self.press = PdfPress(Path(parts.config.papers) if parts.config.papers else None)

    def dossier(self, sale: SaleRow) -> Dossier:
        """The dossier of a sale, as of now."""
        return Dossier(self._parts, sale)

    def make(self, of: Dossier, kind: str, subject: str, by: str | None = None) -> Paper:
        """The paper as it must be now: its last version where that still says the same, else a new one.

        Raises Incomplete, and Rejected where there is no such paper.
        """
        if kind not in PAPER_KINDS:
            raise Rejected("NOT_FOUND")
        subject = PAPER_KINDS[kind].subject(of, subject)
        draft = PAPER_KINDS[kind].draft(of, subject)
        last = self.last(of.id, kind, subject)
        if not draft.lacks and last is not None and _canonical(last.content["facts"]) == _canonical(draft.facts):
            return last
        lacks = draft.lacks or self._proof(kind, draft)
        if lacks:
            raise Incomplete(Draft(draft.facts, lacks))
        try:
            return self._keep_version(of, (kind, subject), last, draft.facts, by)
        except IntegrityError:  # another process has just made it
            return self.make(of, kind, subject, by)

    def _proof(self, kind: str, draft: Draft) -> tuple[Lack, ...]:
        """Set the paper once in both languages before it gets its number: the characters that no font has."""
        head = {"number": "", "version": 0, "made": None, "by": "", "record": ""}
        try:
            self._set(kind, {"lang": "both", "head": head, "facts": draft.facts}, 0)
        except NoGlyphs as error:
            font = _("A font with these characters, in the folder of AUCTION_PAPERS: %(name)s")
            return (Lack(font, "", named=error.characters),)
        return ()

    def next_version(self, of: Dossier, last: Paper, by: str, **more: Any) -> Paper:
        """The next version of a paper, which says the same with `more` in its head. Raises Rejected.

        It raises CHANGED_MEANWHILE if another version was made meanwhile, because that has taken the number.
        """
        try:
            return self._keep_version(of, (last.kind, last.subject), last, last.content["facts"], by, **more)
        except IntegrityError as error:
            raise Rejected("CHANGED_MEANWHILE") from error

    def _keep_version(
        self,
        of: Dossier,
        which: tuple[str, str],
        last: Paper | None,
        facts: Mapping[str, Any],
        by: str | None,
        **more: Any,
    ) -> Paper:
        """Write the next version of a paper, of its kind and subject. Raises IntegrityError."""
        kind, subject = which
        made_ms = self._parts.engine.clock.now_ms()
        with self._parts.store.write() as connection:
            paper = last.id if last is not None else new_id()
            number = last.number if last is not None else self._take_number(connection, of, kind, subject, paper)
            version = 1 if last is None else last.version + 1
            name = connection.scalar(select(users.c.name).where(users.c.id == by)) if by else None
            head = {"number": number, "version": version, "made": moment(made_ms, of.zone)}
            content = {"head": {**head, "by": name or "", "record": self._record_of(of), **more}, "facts": facts}
            row = {"paper": paper, "version": version, "made_ms": made_ms, "made_by": by, "facts": _canonical(content)}
            connection.execute(insert(paper_versions), row)
        return Paper(paper, of.id, kind, subject, number, version, made_ms, json.loads(_canonical(content)))

    def _take_number(self, connection: Connection, of: Dossier, kind: str, subject: str, paper: str) -> str:
        """The next running number of a kind in a sale. The sale's id in it tells sales with the same slug apart."""
        this = (papers.c.sale == of.id) & (papers.c.kind == kind)
        running = 1 + (connection.scalar(select(func.max(papers.c.running)).where(this)) or 0)
        number = f"{of.sale.slug}-{of.id[:6]}-{PAPER_KINDS[kind].code}{running:04}"
        row = {"id": paper, "sale": of.id, "kind": kind, "subject": subject, "running": running, "number": number}
        connection.execute(insert(papers), row)
        return number

    def _record_of(self, of: Dossier) -> str:
        """The address of the public record; empty for a draft, which has none."""
        return f"{self._parts.config.public_url}/sales/{of.id}/record.jsonl" if of.state.published else ""

    # --- finding ---

    def last(self, sale: str, kind: str, subject: str) -> Paper | None:
        """The last version of a paper."""
        this = (papers.c.sale == sale) & (papers.c.kind == kind) & (papers.c.subject == subject)
        found = list(self._found(_versions().where(this).order_by(paper_versions.c.version.desc()).limit(1)))
        return found[0] if found else None

    def version(self, paper: str, version: int) -> Paper:
        """A version of a paper. Raises Rejected."""
        this = (papers.c.id == paper) & (paper_versions.c.version == version)
        found = list(self._found(_versions().where(this)))
        if not found:
            raise Rejected("NOT_FOUND")
        return found[0]

    def of_sale(self, sale: str, kind: str | None = None) -> list[Paper]:
        """Every version of every paper of a sale, or of a kind: by kind and number, the newest version first."""
        order = (papers.c.kind, papers.c.running, paper_versions.c.version.desc())
        these = papers.c.sale == sale if kind is None else (papers.c.sale == sale) & (papers.c.kind == kind)
        return list(self._found(_versions().where(these).order_by(*order)))

    def _found(self, query: Select[Any]) -> Iterator[Paper]:
        with self._parts.store.read() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            content = json.loads(row.facts)
            yield Paper(row.id, row.sale, row.kind, row.subject, row.number, row.version, row.made_ms, content)

    # --- files ---

    def file(self, paper: Paper, lang: str) -> bytes:
        """A paper as PDF in a language: as it was made, or made now from what the version says.

        Raises Rejected for another language, for a wrong template, and where the kept file is gone and cannot be made
        again.
        """
        if lang not in LANGUAGES:
            raise Rejected("NOT_FOUND")
        kept = self._kept(paper, lang)
        path = None if kept is None else self._path(kept)
        if path is not None and path.exists():
            return runtime.offload(path.read_bytes)
        raw = self._set(paper.kind, {"lang": lang, **paper.content}, paper.made_ms)
        digest = sha256(raw).hexdigest()
        if kept is not None and digest != kept:
            raise Rejected("PAPER_FILE_GONE", number=paper.number)
        runtime.offload(_write, self._path(digest), raw)
        if kept is None:
            self._keep(paper, lang, digest, len(raw))
        return raw

    def word_file(self, paper: Paper, lang: str) -> bytes:
        """A draft for lawyers as DOCX, made from what the version says. Raises Rejected."""
        if lang not in LANGUAGES or not PAPER_KINDS[paper.kind].for_lawyers:
            raise Rejected("NOT_FOUND")
        html = self._set(paper.kind, {"lang": lang, **paper.content}, paper.made_ms, "html")
        return docx(html, LAWYERS, f"{paper.number} · {paper.version}")

    def _set(self, kind: str, content: Mapping[str, Any], made_ms: int, form: str = "pdf") -> bytes:
        """Set a paper in an operating-system thread. Raises NoGlyphs, and Rejected where a template is wrong."""
        try:
            raw = runtime.offload(self.press.set, kind, content, made_ms, form)
        except BadTemplate as error:
            raise Rejected("PAPER_BAD_TEMPLATE", reason=str(error)) from error
        assert isinstance(raw, bytes), "pictures alone are several"
        return raw

    def digest(self, paper: Paper, lang: str) -> str | None:
        """The SHA-256 of a kept file; None where it was not made yet."""
        return self._kept(paper, lang)

    def _kept(self, paper: Paper, lang: str) -> str | None:
        this = (paper_files.c.paper == paper.id) & (paper_files.c.version == paper.version)
        with self._parts.store.read() as connection:
            return connection.scalar(select(paper_files.c.sha256).where(this, paper_files.c.lang == lang))

    def _keep(self, paper: Paper, lang: str, digest: str, size: int) -> None:
        row = {"paper": paper.id, "version": paper.version, "lang": lang, "sha256": digest, "size": size}
        try:
            with self._parts.store.write() as connection:
                connection.execute(insert(paper_files), row)
        except IntegrityError:  # another process has kept the same bytes
            pass

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.pdf"


def _versions() -> Select[Any]:
    return select(papers, paper_versions.c.version, paper_versions.c.made_ms, paper_versions.c.facts).join_from(
        papers, paper_versions, paper_versions.c.paper == papers.c.id
    )


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _write(path: Path, raw: bytes) -> None:
    """Put a file in its place whole, for the server's own account only."""
    path.parent.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{new_id()[:8]}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
